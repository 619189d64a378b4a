"""Read one person's FHIR R4 record (a Bundle of any type, or NDJSON) into a chart.

Every resource is taken, changed, not used or refused, and the reading report says which and why. Fatal
are only files that are no bundle at all and bundles that do not say whose they are.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import NotUsed, Refused
from gentian.chart.entries import build_chart
from gentian.chart.events import Chart
from gentian.chart.fhir_bundle import Item, MalformedPart, Opened, open_fhir, read_updated
from gentian.chart.fhir_codes import Terms
from gentian.chart.fhir_findings import (
    read_allergy,
    read_composition,
    read_condition,
    read_family_history,
    read_immunization,
    read_list,
    read_procedure,
)
from gentian.chart.fhir_intake import Intake, decode_item, index_targets
from gentian.chart.fhir_medicines import (
    read_administration,
    read_dispense,
    read_request,
    read_statement,
)
from gentian.chart.fhir_people import find_people
from gentian.chart.fhir_relatives import add_related
from gentian.chart.fhir_results import read_observation, read_report
from gentian.language.dates import DateError, parse_span
from gentian.language.model import Guideline, Vocabulary

_READERS: dict[str, Callable[[Item, Any, Intake], None]] = {
    "Observation": read_observation,
    "DiagnosticReport": read_report,
    "Condition": read_condition,
    "Procedure": read_procedure,
    "Immunization": read_immunization,
    "AllergyIntolerance": read_allergy,
    "FamilyMemberHistory": read_family_history,
    "List": read_list,
    "Composition": read_composition,
    "MedicationRequest": read_request,
    "MedicationStatement": read_statement,
    "MedicationAdministration": read_administration,
    "MedicationDispense": read_dispense,
}
_TARGETS = frozenset({"Medication", "Specimen"})  # read where another resource points at them


def read_fhir(
    data: bytes,
    file: str,
    guideline: Guideline,
    *,
    patient: str | None = None,
    strict: bool = False,
) -> Chart:
    """Read the chart of one person from a FHIR R4 Bundle or NDJSON.

    patient: the id of the Patient, where the file holds several people who are not relatives.
    strict: entries that cannot be used are fatal. Raises ReadingError: exit code 10 when unreadable,
    11 when invalid or ambiguous.
    """
    with _without_collector():
        return _read(data, file, guideline, patient, strict)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A reading makes no cycles, so looking for them only costs time (a fifth of a long record's)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(data: bytes, file: str, guideline: Guideline, patient: str | None, strict: bool) -> Chart:
    opened = open_fhir(data, file)
    intake = _start(opened, find_terms(guideline.vocabulary), file, patient)
    for item in _drop_older(opened.items, intake):
        _read_item(item, intake)
    _note_envelope(opened, intake)
    chart = build_chart(
        intake.people.person,
        intake.entries,
        guideline.vocabulary,
        format="fhir-r4",
        file=file,
        notes=intake.list_notes(),
        written=_read_minute(intake.written),
        strict=strict,
    )
    return replace(chart, reading=intake.count_folded(chart.reading))


_last: list[Terms] = []


def find_terms(vocabulary: Vocabulary) -> Terms:
    """The lookups for a vocabulary; kept from one reading to the next."""
    if not _last or _last[0].vocabulary is not vocabulary or _last[0].is_full():
        _last[:] = [Terms(vocabulary)]
    return _last[0]


# -- people first -------------------------------------------------------------------------------------


def _start(opened: Opened, terms: Terms, file: str, patient: str | None) -> Intake:
    """Settle whose record it is, before anything is read."""
    patients = [(item, _decode_patient(item)) for item in opened.items if item.kind == "Patient"]
    related = []
    for item in opened.items:
        if item.kind == "RelatedPerson" and item.problem is None:
            try:
                related.append((item, _as(decode_item(item), fhir.RelatedPerson)))
            except MalformedPart as problem:
                item.problem = problem
    people = find_people(patients, related, terms, file, patient)
    intake = Intake(terms, people, index_targets(opened.items, _TARGETS), notes=list(people.notes))
    intake.written = opened.written
    add_related(related, intake)
    return intake


_T = TypeVar("_T", bound=fhir.Part)


def _as(part: fhir.Part, shape: type[_T]) -> _T:
    if not isinstance(part, shape):
        raise MalformedPart(f"not a {shape.__name__}", "")
    return part


def _decode_patient(item: Item) -> fhir.Patient:
    """A patient; one that is malformed keeps only its id (the problem is refused with its place)."""
    try:
        return _as(decode_item(item), fhir.Patient)
    except MalformedPart as problem:
        item.problem = problem
        return fhir.Patient(id=item.id)


# -- then one resource after the other ----------------------------------------------------------------


def _drop_older(items: list[Item], intake: Intake) -> list[Item]:
    """Of one resource that is in the bundle several times, the latest version."""
    first: dict[str, Item] = {}
    again: dict[str, list[Item]] = {}
    for item in items:
        key = item.full_url or (item.resource if item.id else "")
        if key and first.setdefault(key, item) is not item:
            again.setdefault(key, [first[key]]).append(item)
    dropped: set[int] = set()
    for same in again.values():
        if same[0].kind in _READERS:
            dropped |= _choose_version(same, intake)
    return [item for item in items if id(item) not in dropped] if dropped else items


def _choose_version(same: list[Item], intake: Intake) -> set[int]:
    """The items to leave out, by identity."""
    updated = {id(item): read_updated(item) for item in same}
    newest = max(same, key=lambda item: updated[id(item)])
    others = [item for item in same if item is not newest]
    alike = [item for item in others if bytes(item.raw) == bytes(newest.raw)]
    older = [item for item in others if "" < updated[id(item)] < updated[id(newest)]]
    for item in alike:
        intake.leave(item.place, item.kind, "the same entry twice")
    for item in older:
        intake.leave(item.place, item.kind, "an older version of the same entry")
    if len({*map(id, alike), *map(id, older)}) < len(others):
        why = "two versions of the same entry, and not said which is newer: both are read"
        intake.note("confirm", newest.place, newest.resource, why, "remove the older one")
    return {*map(id, alike), *map(id, older)}


def _read_item(item: Item, intake: Intake) -> None:
    """Read one resource; what is wrong with it costs this resource only."""
    try:
        if item.problem is not None:
            raise item.problem
        reader = _READERS.get(item.kind)
        if reader is None:
            _count_unread(item, intake)
            return
        entry = decode_item(item)
        if getattr(entry, "modifier_extension", None):
            why = "a modifier extension changes its meaning, and is not known here"
            raise Refused(why, "export it without the extension, if that is right")
        reader(item, entry, intake)
    except MalformedPart as problem:
        place = f"{item.place}{problem.path}"
        mend = "correct the element, or its exporter"
        intake.note("refused", place, item.resource or "resource", str(problem), mend)
    except Refused as problem:
        intake.note("refused", item.place, item.resource, problem.why, problem.mend)
    except NotUsed as reason:
        intake.leave(item.place, item.kind, str(reason))


def _count_unread(item: Item, intake: Intake) -> None:
    if item.kind in ("Patient", "RelatedPerson", *_TARGETS):
        return  # read where others point at them
    intake.leave(item.place, item.kind, "nothing in it is used")


# -- the envelope -------------------------------------------------------------------------------------


def _note_envelope(opened: Opened, intake: Intake) -> None:
    for place in opened.more_pages:
        why = "one page of several: the others are missing"
        intake.note("confirm", place, "Bundle", why, "export all pages into one bundle")
    if opened.without_resource:
        intake.leave("entry", f"entries without a resource ({opened.without_resource})", "empty")


def _read_minute(text: str) -> int | None:
    """The latest minute of a date; None for an empty or unusable text."""
    try:
        return parse_span(text)[1] if text else None
    except DateError:
        return None
