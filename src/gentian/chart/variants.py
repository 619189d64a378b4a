"""Names and allele fractions of gene variants, as the readers of all formats check them."""

from __future__ import annotations

import re
from decimal import Decimal

from gentian.chart.desk import Desk, Refused
from gentian.chart.events import FOREVER, Event, Note, change_event
from gentian.chart.raw import RawFinding
from gentian.language.dates import Interval
from gentian.language.model import Concept, Vocabulary

PATHOGENIC = ("pathogenic", "likely-pathogenic")
_MUST_FIT = ("zygosity", "origin", "classification")
_MAY_DIFFER = ("specimen", "method", "sample", "site", "allele_fraction", "category", "reason")
_FRACTION = re.compile(r"([<>]=?|)\s*(\d{1,3}(?:\.\d{1,6})?)\s*%", re.ASCII)


def note_name(raw: RawFinding, concept: Concept, desk: Desk) -> None:
    """Ask to confirm a variant whose name is doubtful; the entry counts for its gene all the same.

    A name is doubtful where it is not understood, ambiguous or contradictory, and where a record calls
    pathogenic what the evidence says is not, or not surely.
    """
    if not raw.printed or raw.present is False:
        return
    from gentian.genetics.names import UNDERSTOOD, read_name  # only where a record names a variant

    names = [concept.name, *concept.synonyms]
    name = read_name(raw.printed, desk.vocabulary.genes.get(concept.id), names)
    shown = raw.printed[:60]
    if name.state != UNDERSTOOD:
        why = f"{shown!r} is {name.state.replace('-', ' ')}, kept as written: {name.why}"
        may_be = f"; it may be {' or '.join(name.readings)}" if name.readings else ""
        desk.note("confirm", raw.source, concept.id, why + may_be, name.mend)
    elif name.doubtful and (raw.classification or "").replace(" ", "-") in PATHOGENIC:
        why = f"{shown!r} is recorded as {raw.classification}, and the evidence says: {name.says}"
        desk.note(
            "confirm", raw.source, concept.id, why, "check its classification and who made it"
        )


def check_fraction(text: str | None) -> str | None:
    """An allele fraction in percent, such as `12 %` or `<1 %`; a bare number may be either. Raises Refused."""
    if not text:
        return None
    found = _FRACTION.fullmatch(text.strip())
    if found is None or Decimal(found[2]) > 100:
        raise Refused(f"{text[:20]!r} is no allele fraction", "write it in percent, such as 12 %")
    return f"{found[1]}{Decimal(found[2]).normalize():f} %"


# -- one variant in several reports -------------------------------------------------------------------


def join_variants(events: list[Event], vocabulary: Vocabulary) -> tuple[list[Event], list[Note]]:
    """One variant that several entries name is one, as long as they say nothing that differs.

    Names are the same where they are understood as the same change. Reports that differ in zygosity,
    origin or classification stay apart, and a note asks which holds: the later one is not simply right.
    """
    groups: dict[tuple[str, str | None], list[Event]] = {}
    for event in events:
        if event.what.startswith("variant-") and _is_named(event):
            groups.setdefault((event.what, event.about), []).append(event)
    gone: dict[int, Event | None] = {}
    notes: list[Note] = []
    for group in groups.values():
        for same in _group_by_name(group, vocabulary) if len(group) > 1 else ():
            _join(same, gone, notes)
    if not gone:
        return events, notes
    joined = (gone.get(id(event), event) for event in events)
    return [event for event in joined if event is not None], notes


def _is_named(event: Event) -> bool:
    """A variant that is present, still is, and has a name."""
    there = event.present is True and event.status != "planned"
    return there and event.printed != "" and event.ends[1] == FOREVER


def _group_by_name(events: list[Event], vocabulary: Vocabulary) -> list[list[Event]]:
    """Events of the same change, the latest first; names that are not understood stand alone.

    A protein name alone is the change of the one coding name that stands beside the same protein name.
    """
    from gentian.genetics.names import UNDERSTOOD, read_name

    names: list[tuple[Event, str, str]] = []
    for event in sorted(events, key=_order, reverse=True):
        concept = vocabulary.concepts[event.what]
        reference = vocabulary.genes.get(concept.id)
        name = read_name(event.printed, reference, [concept.name, *concept.synonyms])
        if name.state == UNDERSTOOD:
            coding = f"{name.transcript}:{name.coding}" if name.coding else ""
            names.append((event, coding, name.protein.replace("(", "").replace(")", "")))
    same: dict[str, list[Event]] = {}
    for event, coding, protein in names:
        full = {other for _, other, beside in names if other and beside == protein}
        key = coding or (full.pop() if len(full) == 1 else protein)
        same.setdefault(key, []).append(event)
    return [group for group in same.values() if len(group) > 1]


def _order(event: Event) -> tuple[Interval, str, str]:
    """By time, then by place and text, so that the order of entries never matters."""
    return event.starts, event.source.place, repr(event)


def _join(events: list[Event], gone: dict[int, Event | None], notes: list[Note]) -> None:
    """Put what only earlier entries say into the latest one, or ask where they say otherwise."""
    kept = events[0]
    for event in events[1:]:
        where = kept.source.place
        apart = [name for name in _MUST_FIT if _differ(getattr(kept, name), getattr(event, name))]
        if apart:
            why = f"the same variant as {where}, with another {' and '.join(apart)}"
            mend = "leave the entry that holds, or correct one"
            notes.append(Note("confirm", event.source.place, event.what, why, mend))
            continue
        gone[id(event)] = None
        why = f"the same variant as {where}: counted once"
        notes.append(Note("not-used", event.source.place, event.what, why))
        kept = _fill(kept, event)
    if kept is not events[0]:
        gone[id(events[0])] = kept


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _fill(event: Event, earlier: Event) -> Event:
    """The later entry, known since the earlier one, with what only the earlier one says."""
    missing = {
        name: getattr(earlier, name)
        for name in (*_MUST_FIT, *_MAY_DIFFER)
        if getattr(event, name) is None
    }
    if event.classified_by is None:
        missing["classified_by"] = earlier.classified_by
    return change_event(event, starts=earlier.starts, **missing)
