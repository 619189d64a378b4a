"""Observations: results, findings that were looked for, and gene variants.

Each component is a value of its own with the time, sample and subject of its Observation. A panel without
a value is counted, its members are entries of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import NotUsed, Refused
from gentian.chart.events import Source
from gentian.chart.fhir_bundle import Item, MalformedPart, decode_part
from gentian.chart.fhir_codes import GENTIAN, Match
from gentian.chart.fhir_intake import Intake, make_source
from gentian.chart.fhir_marks import (
    read_mark,
    read_marked_end,
    read_qualifiers,
    read_wall_clock,
)
from gentian.chart.fhir_values import (
    pick_flag,
    print_period,
    print_quantity,
    print_range,
    print_ratio,
    print_reference,
)
from gentian.chart.raw import RawFinding, RawResult
from gentian.language.model import Concept
from gentian.language.quantities import QuantityError, split_quantity
from gentian.language.vocabulary import fold_name

SORTS = ("measurement", "finding", "class", "procedure", "vaccine", "allergy", "gene")
GENES = ("gene",)
STATUSES = {
    "final": "final",
    "amended": "corrected",
    "corrected": "corrected",
    "appended": "corrected",
    "preliminary": "preliminary",
    "unknown": "preliminary",
    "entered-in-error": "entered-in-error",
    "cancelled": "cancelled",
}
_TITRE = re.compile(r"^\s*1\s*:\s*\d{1,7}\s*$")
NO_ENTRY = "the guideline has no entry for this code"


@dataclass(slots=True)
class Seen:
    """What an Observation says for all its values."""

    item: Item
    when: str
    status: str
    about: str | None
    sample: str | None
    specimen: str | None
    method: str | None
    site: str | None
    extensions: list[fhir.Extension] | None


def read_observation(item: Item, entry: fhir.Observation, intake: Intake) -> None:
    """Add the entries of one Observation. Raises Refused or NotUsed for the whole of it."""
    if entry.status == "registered" and not read_mark(entry.extension, "status"):
        intake.leave(item.place, intake.terms.show(entry.code), "registered: no result yet")
        return
    if entry.focus:
        intake.leave(
            item.place, intake.terms.show(entry.code), "about something else than its subject"
        )
        return
    seen = _look(item, entry, intake)
    parts = entry.component or []
    if _is_variant(entry, intake):
        from gentian.chart.fhir_variants import read_variant

        read_variant(entry, seen, intake)
        return
    if entry.contained:
        _read_contained(item, entry, intake)
    read_valued(entry, item.place, seen, intake, bool(parts or entry.has_member))
    for number, part in enumerate(parts):
        read_valued(part, f"{item.place}.component[{number}]", seen, intake, False)


def read_report(item: Item, entry: fhir.DiagnosticReport, intake: Intake) -> None:
    """Count a report; its results are entries of their own, or are contained in it."""
    intake.leave(item.place, "DiagnosticReport", "a report: its results are read on their own")
    if entry.status not in ("entered-in-error", "cancelled"):
        _read_contained(item, entry, intake)


_observation = msgspec.json.Decoder(fhir.Observation)
_head = msgspec.json.Decoder(fhir.Head)


def _read_contained(
    item: Item, holder: fhir.Observation | fhir.DiagnosticReport, intake: Intake
) -> None:
    """Read Observations that are contained; what they leave out is said by what contains them."""
    for number, raw in enumerate(holder.contained or ()):
        place = f"{item.place}.contained[{number}]"
        try:
            if decode_part(_head, raw).resource_type != "Observation":
                continue
            entry = decode_part(_observation, raw)
        except MalformedPart as problem:
            mend = "correct the element, or its exporter"
            intake.note("refused", place + problem.path, item.resource, str(problem), mend)
            continue
        if entry.subject is None:
            entry.subject = holder.subject
        if not (entry.effective_date_time or entry.effective_period or entry.effective_instant):
            entry.effective_date_time = holder.effective_date_time
            entry.effective_period = holder.effective_period
            entry.issued = entry.issued or holder.issued
        inside = Item(place, raw, "Observation", f"{item.id or item.kind}#{entry.id or number}")
        _try_observation(inside, entry, intake)


def _try_observation(item: Item, entry: fhir.Observation, intake: Intake) -> None:
    try:
        if entry.modifier_extension:
            raise Refused("a modifier extension changes its meaning, and is not known here")
        read_observation(item, entry, intake)
    except Refused as problem:
        intake.note("refused", item.place, item.resource, problem.why, problem.mend)
    except NotUsed as reason:
        intake.leave(item.place, item.kind, str(reason))


def _is_variant(entry: fhir.Observation, intake: Intake) -> bool:
    terms = intake.terms
    if terms.find(entry.code, GENES) is not None or terms.find_role(entry.code) == "variant":
        return True
    return any(terms.find_role(part.code) == "gene" for part in entry.component or ())


def _look(item: Item, entry: fhir.Observation, intake: Intake) -> Seen:
    about = intake.people.find_about(entry.subject)
    specimen = None
    if entry.specimen is not None:
        found = intake.follow(entry.specimen, "Specimen", entry.contained)
        specimen = found[1] if found and isinstance(found[1], fhir.Specimen) else None
    marks = read_qualifiers(entry.extension) if entry.extension else {}
    return Seen(
        item=item,
        when=_find_when(item, entry, specimen, intake),
        status=marks.get("status") or STATUSES.get(entry.status or "final", "preliminary"),
        about=about,
        sample=_name_sample(item, entry.specimen),
        specimen=marks.get("specimen") or _print_concept(specimen.type if specimen else None),
        method=marks.get("method") or _print_concept(entry.method),
        site=marks.get("site") or _print_concept(entry.body_site),
        extensions=entry.extension,
    )


def _print_concept(concept: fhir.CodeableConcept | None) -> str | None:
    """A concept in words, as a qualifier: its text, or the name of its code."""
    if concept is None:
        return None
    names = [coding.display or coding.code for coding in concept.coding or ()]
    text = concept.text or next((name for name in names if name), None)
    return text.strip().lower()[:60] if text else None


def _name_sample(item: Item, specimen: fhir.Reference | None) -> str | None:
    if specimen is None:
        return None
    if specimen.identifier is not None and specimen.identifier.value:
        return specimen.identifier.value
    reference = specimen.reference
    return f"{item.resource}{reference}" if (reference or "").startswith("#") else reference


def _find_when(
    item: Item, entry: fhir.Observation, specimen: fhir.Specimen | None, intake: Intake
) -> str:
    """The time of the observation, else of the sample, else of the report (said in the report)."""
    when = (
        read_mark(entry.extension, "start") or entry.effective_date_time or entry.effective_instant
    )
    if when or entry.effective_period:
        when = read_wall_clock(when or "", entry.extension, "clock")
        return when or print_period(entry.effective_period)
    if specimen is not None and specimen.collection is not None:
        taken = specimen.collection
        if when := taken.collected_date_time or print_period(taken.collected_period):
            return when
    if entry.issued:
        why = "no time of its own: the time of the report is used"
        intake.note("changed", item.place, intake.terms.show(entry.code), why)
        return entry.issued
    return ""


# -- one value ----------------------------------------------------------------------------------------


def read_valued(
    valued: fhir.Valued, place: str, seen: Seen, intake: Intake, has_parts: bool
) -> None:
    """Add the entry of one code and value, or say why there is none."""
    try:
        match = intake.terms.find(valued.code, SORTS)
        if match is None:
            why = (
                "a panel: its parts are read on their own"
                if _is_panel(valued, has_parts)
                else NO_ENTRY
            )
            intake.leave(place, intake.terms.show(valued.code), why)
            return
        if seen.status in ("entered-in-error", "cancelled"):
            intake.leave(place, match.id, seen.status.replace("-", " "))
            return
        _read_known(valued, match, place, seen, intake, has_parts)
    except Refused as problem:
        intake.note("refused", place, intake.terms.show(valued.code), problem.why, problem.mend)


def _is_panel(valued: fhir.Valued, has_parts: bool) -> bool:
    return has_parts and not _has_value(valued)


def _has_value(valued: fhir.Valued) -> bool:
    if valued.value_quantity is not None or valued.value_codeable_concept is not None:
        return True
    values = (
        valued.value_string,
        valued.value_boolean,
        valued.value_integer,
        valued.value_range,
        valued.value_ratio,
        valued.value_time,
        valued.value_date_time,
        valued.value_period,
    )
    if any(value is not None for value in values):
        return True
    return bool(memoryview(valued.value_sampled_data).nbytes)


def _read_known(
    valued: fhir.Valued, match: Match, place: str, seen: Seen, intake: Intake, has_parts: bool
) -> None:
    concept = intake.terms.vocabulary.concepts[match.id]
    if not _has_value(valued) and not valued.interpretation and seen.status != "planned":
        if valued.data_absent_reason is not None:
            reason = intake.terms.show(valued.data_absent_reason)
            intake.leave(place, match.id, f"no value: {reason}")
            return
        if has_parts:
            intake.leave(place, match.id, "a panel: its parts are read on their own")
            return
    intake.say_text(place, match)
    if concept.sort == "measurement":
        intake.entries.append(_make_result(valued, concept, place, seen, intake))
    else:
        intake.entries.append(_make_finding(valued, concept, place, seen, intake))


# -- measurements -------------------------------------------------------------------------------------


def _make_result(
    valued: fhir.Valued, concept: Concept, place: str, seen: Seen, intake: Intake
) -> RawResult:
    number, unit, word = _print_value(valued, concept, place, seen, intake)
    if number and ":" not in number and seen.status != "planned":
        unit = unit or ("1" if concept.unit == "1" else "")  # a pure number needs no unit
    reference, reference_unit = print_reference(valued.reference_range)
    return RawResult(
        what=concept.id,
        when=seen.when,
        source=make_source(seen.item, place, f"{concept.name} {word or f'{number} {unit}'}"),
        number=number,
        unit=unit,
        word=word,
        reference=reference,
        reference_unit=reference_unit,
        flag=pick_flag(valued.interpretation),
        status=seen.status,
        about=seen.about,
        specimen=seen.specimen,
        method=seen.method,
        sample=seen.sample,
        site=seen.site,
        timing=read_mark(seen.extensions, "timing") or None,
    )


def _print_value(
    valued: fhir.Valued, concept: Concept, place: str, seen: Seen, intake: Intake
) -> tuple[str, str, str]:
    """Number and unit, or a word. Raises Refused where the value is of another kind."""
    if seen.status == "planned":
        return read_mark(seen.extensions, "printed"), "", ""
    if valued.value_quantity is not None:
        number, unit = print_quantity(valued.value_quantity)
        if not number.lstrip("<>="):
            raise Refused("no value", "add the number and its unit")
        return number, unit, ""
    if valued.value_range is not None:
        return (*print_range(valued.value_range), "")
    if valued.value_integer is not None:
        return str(valued.value_integer), "", ""
    if valued.value_ratio is not None:
        return (*print_ratio(valued.value_ratio), "")
    if valued.value_string is not None:
        return _split_text(valued.value_string, concept, place, intake)
    return "", "", _print_word(valued, concept, place, intake)


def _split_text(text: str, concept: Concept, place: str, intake: Intake) -> tuple[str, str, str]:
    """A result written as text: a word of the measurement, or a number with its unit."""
    if not concept.unit:
        return "", "", _choose_word(intake.terms.list_text_answers(text), concept) or text
    if _TITRE.match(text):
        return text, "", ""
    try:
        number, unit = split_quantity(text)
    except QuantityError as error:
        raise Refused(str(error), error.mend) from None
    intake.note("changed", place, concept.id, "the number is read from a text")
    return number, unit, ""


def _print_word(valued: fhir.Valued, concept: Concept, place: str, intake: Intake) -> str:
    value = valued.value_codeable_concept
    if value is not None:
        words = intake.terms.list_answers(value)
        if value.text and any(
            key.startswith(f"{GENTIAN}|") for key in intake.terms.list_keys(value)
        ):
            return value.text  # as it was printed in the record this bundle was written from
        return _choose_word(words, concept) or value.text or intake.terms.show(value)
    if valued.value_boolean is not None:
        words = (
            ["positive", "present", "yes"] if valued.value_boolean else ["negative", "absent", "no"]
        )
        return _choose_word(words, concept) or words[0]
    if not _has_value(valued):
        for remark in valued.interpretation or ():
            if word := _choose_word(intake.terms.list_answers(remark), concept):
                intake.note(
                    "changed", place, concept.id, "read from its interpretation; it has no value"
                )
                return word
        raise Refused("no value", "add the value, or the reason why it is absent")
    raise Refused(f"{concept.name} is not given as a time or a curve", "give the result itself")


def _choose_word(words: list[str], concept: Concept) -> str:
    """The first of the words that the measurement knows."""
    known = {fold_name(word): word for word in concept.words}
    return next((known[fold_name(word)] for word in words if fold_name(word) in known), "")


# -- findings -----------------------------------------------------------------------------------------

_WORDS = {"present": True, "absent": False, "suspected": None, "indeterminate": None}


def _make_finding(
    valued: fhir.Valued, concept: Concept, place: str, seen: Seen, intake: Intake
) -> RawFinding:
    present = decide_present(valued, concept.name, intake)
    shown = {True: "present", False: "absent", None: "suspected"}[present]
    source = make_source(seen.item, place, f"{concept.name}: {shown}")
    return make_seen_finding(concept.id, source, present, seen)


def make_seen_finding(
    what: str,
    source: Source,
    present: bool | None,
    seen: Seen,
    ongoing: bool = False,
    **words: str | None,
) -> RawFinding:
    """A finding that was looked for at one time; `words` are further qualifiers.

    ongoing: for what never goes away, such as a variant.
    """
    fields: dict[str, object] = {
        "starts": seen.when,
        "mentioned": seen.when,
        "ongoing": ongoing,
        "status": seen.status,
        "about": seen.about,
        "specimen": seen.specimen,
        "method": seen.method,
        "sample": seen.sample,
        "site": seen.site,
    }
    fields |= words | read_qualifiers(seen.extensions) | read_marked_end(seen.extensions)
    return RawFinding(what=what, source=source, present=present, **fields)  # type: ignore[arg-type]


def decide_present(valued: fhir.Valued, name: str, intake: Intake) -> bool | None:
    """True, False, or None for suspected. Raises Refused for anything else."""
    if valued.value_boolean is not None:
        return valued.value_boolean
    words: list[str] = []
    if valued.value_codeable_concept is not None:
        words = intake.terms.list_answers(valued.value_codeable_concept)
    elif valued.value_string is not None:
        words = intake.terms.list_text_answers(valued.value_string)
    elif not _has_value(valued):
        remarks = [intake.terms.list_answers(remark) for remark in valued.interpretation or ()]
        words = next((one for one in remarks if any(word in _WORDS for word in one)), [])
    for word in words:
        if word in _WORDS:
            return _WORDS[word]
    raise Refused(f"{name} is neither said to be present nor absent", "answer present or absent")
