"""From printed entries to a chart: the one normaliser that every reader uses.

`build_chart` takes raw entries (`raw.py`) and gives events and a reading report:

* Results (`results.py`): no unit, a unit of another kind or an impossible value is refused; an
  unusual value, or one that jumps against the last (`jumps.py`), is taken and to be confirmed.
* Variants (`variants.py`): a doubtful name is asked about.
* Findings (`findings.py`): present without an end goes on; a later stated absence closes it; a
  class stated absent is absent in all its members.
* Medicines (`medicines.py`): administration over statement over dispense over order; supply and
  last mention say how long it is surely taken.
* Entered in error and cancelled: left out and counted. True duplicates are one. Corrected
  supersedes final and preliminary of the same thing at the same time; final supersedes
  preliminary.
* With an index time of the record itself (forms), what is dated on that day lies before it.

`cut_chart` applies an index time: results and findings of later are ignored and listed; what is
planned stays planned; a medicine that starts later is planned; a plan whose date has passed
without a record of it is left out and listed; one variant in several reports is one. The order of
entries never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter

from gentian.chart.desk import Desk, Draft, NotUsed, Refused, need_span, read_span
from gentian.chart.errors import INVALID, ReadingError, Trouble
from gentian.chart.events import FOREVER, Chart, Event, Note, Person, Reading, change_event
from gentian.chart.findings import close_presences, read_finding
from gentian.chart.jumps import note_leaps
from gentian.chart.medicines import rank_medicines, read_medicine
from gentian.chart.raw import RawCompleteness, RawEntry, RawFinding, RawMedicine, RawResult
from gentian.chart.results import read_result
from gentian.chart.variants import join_variants
from gentian.language.dates import Interval, format_date, format_minute
from gentian.language.model import Vocabulary

GROUPS = ("taken", "changed", "not-used", "refused", "confirm")
_STATUS_RANK = {"preliminary": 0, "final": 1, "corrected": 2}


def build_chart(
    person: Person,
    entries: Sequence[RawEntry],
    vocabulary: Vocabulary,
    *,
    format: str,  # noqa: A002 - the reading report calls it so
    file: str,
    notes: Iterable[Note] = (),
    as_of: int | None = None,
    written: int | None = None,
    strict: bool = False,
) -> Chart:
    """Normalise the entries of one person into a chart with its reading report.

    notes: what the reader itself has to report. as_of: the index time that the record states.
    written: when the record was made, if known (the last word on anything undated).
    Raises ReadingError (exit 11) when `strict` and any entry was refused.
    """
    desk = Desk(vocabulary, person, as_of if as_of is not None else written, list(notes))
    desk.find_last_word = partial(_find_last_word, entries, desk)
    drafts, taken = _read_all(entries, desk)
    omitted = [draft.event for draft in drafts if _is_omitted(draft.event)]
    drafts = [draft for draft in drafts if not _is_omitted(draft.event)]
    drafts = close_presences(rank_medicines(_supersede(drafts, desk), desk), desk)
    events = _drop_duplicates([draft.event for draft in drafts], desk)
    if as_of is not None:
        events = [_clip_to_index(event, as_of) for event in events]
    desk.notes += note_leaps(events, vocabulary)
    if strict:
        _refuse_all(desk.notes)
    reading = Reading(format, file, _sort_notes(desk.notes), _count(desk.notes, taken))
    omitted = _drop_duplicates(omitted, desk)
    return Chart(person, _sort_events(events), reading, as_of, _sort_events(omitted))


def _is_omitted(event: Event) -> bool:
    """One dose that was not given: it says nothing about taking the medicine at other times."""
    return event.present is False and event.every == 0


def _sort_events(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(
        sorted(events, key=lambda one: (one.starts, one.what, one.source.place, _Written(one)))
    )


class _Written:
    """An event in the order of its whole text; looked at only where all else is the same."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        self.event = event

    def __lt__(self, other: _Written) -> bool:
        return repr(self.event) < repr(other.event)


def _sort_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    order = {group: rank for rank, group in enumerate(reversed(GROUPS))}
    return tuple(
        sorted(notes, key=lambda one: (order.get(one.group, 9), one.place, one.what, one.why))
    )


def _count(notes: Iterable[Note], taken: int) -> dict[str, int]:
    counts = dict.fromkeys(GROUPS, 0)
    counts["taken"] = taken
    for note in notes:
        counts[note.group] = counts.get(note.group, 0) + 1
    return counts


def _refuse_all(notes: Iterable[Note]) -> None:
    troubles = [
        Trouble(note.place, f"{note.what}: {note.why}", mend=note.mend)
        for note in notes
        if note.group == "refused"
    ]
    if troubles:
        raise ReadingError(troubles, INVALID)


# -- one entry after the other --------------------------------------------------------------------


def _read_all(entries: Iterable[RawEntry], desk: Desk) -> tuple[list[Draft], int]:
    """Drafts of every usable entry, and how many entries were usable."""
    drafts: list[Draft] = []
    taken = 0
    for entry in entries:
        what = entry.domain if isinstance(entry, RawCompleteness) else entry.what
        try:
            drafts += _read_entry(entry, desk)
            taken += 1
        except Refused as error:
            desk.note("refused", entry.source, what, error.why, error.mend)
        except NotUsed as error:
            desk.note("not-used", entry.source, what, str(error))
    return drafts, taken


def _read_entry(entry: RawEntry, desk: Desk) -> list[Draft]:
    match entry:
        case RawResult():
            return [read_result(entry, desk)]
        case RawFinding():
            return read_finding(entry, desk)
        case RawMedicine():
            return read_medicine(entry, desk)
        case RawCompleteness():
            return [_read_completeness(entry, desk)]


def _read_completeness(entry: RawCompleteness, desk: Desk) -> Draft:
    what = f"complete-{entry.domain}"
    known = {id_ for id_ in desk.vocabulary.concepts if id_.startswith("complete-")}
    if what not in known:
        names = ", ".join(sorted(id_.removeprefix("complete-") for id_ in known))
        raise Refused(f"no domain is called {entry.domain!r}", f"use one of {names}")
    when = need_span(entry.when, f"completeness of {entry.domain}", desk)
    return Draft(Event(what=what, starts=when, ends=when, source=entry.source), when)


def _find_last_word(entries: Iterable[RawEntry], desk: Desk) -> int | None:
    """The latest minute that the record speaks of; plans and open ends do not count."""
    latest = [span[1] for entry in entries for span in _list_spans(entry, desk)]
    return max((minute for minute in latest if minute != FOREVER), default=None)


def _list_spans(entry: RawEntry, desk: Desk) -> list[Interval]:
    match entry:
        case RawResult() | RawCompleteness():
            texts = [entry.when]
        case RawFinding():
            texts = [entry.starts, entry.mentioned]
        case RawMedicine():
            texts = [entry.starts, entry.mentioned]
    if getattr(entry, "status", "") == "planned" or getattr(entry, "state", "") == "planned":
        return []
    spans = []
    for text in texts:
        try:
            spans.append(read_span(text, desk))
        except Refused:  # said again, with its place, when the entry is read
            continue
    return [span for span in spans if span is not None]


# -- entries about the same thing -----------------------------------------------------------------


def _supersede(drafts: list[Draft], desk: Desk) -> list[Draft]:
    """Of one thing at one time only the surest status counts."""
    if len({draft.event.status for draft in drafts}) < 2:
        return drafts
    best: dict[object, int] = {}
    for draft in drafts:
        key = _same_thing(draft.event)
        best[key] = max(best.get(key, 0), _STATUS_RANK.get(draft.event.status, 1))
    kept = []
    for draft in drafts:
        event = draft.event
        if _STATUS_RANK.get(event.status, 1) < best[_same_thing(event)]:
            why = f"{event.status}: superseded by a later report of the same result"
            desk.note("not-used", event.source, event.what, why)
        else:
            kept.append(draft)
    return kept


def _same_thing(event: Event) -> object:
    if event.dose_low is not None or event.status == "planned":
        return event
    named = event.printed if event.what.startswith("variant-") else ""  # a gene has many variants
    return (
        event.what,
        named,
        event.about,
        event.starts,
        event.offset,
        event.sample,
        event.specimen,
        event.site,
        event.method,
    )


def _drop_duplicates(events: list[Event], desk: Desk) -> list[Event]:
    """True duplicates are one: the same in all but where they stand and how they are printed."""
    kept: dict[object, Event] = {}
    for event in sorted(events, key=lambda one: one.source.place):
        key = _strip(event, desk)
        if key in kept:
            why = f"the same as {kept[key].source.place}"
            desk.note("not-used", event.source, event.what, why)
        else:
            kept[key] = event
    return list(kept.values())


_CONTENT = attrgetter(
    *(name for name in Event.__struct_fields__ if name not in ("source", "printed", "flag"))
)


def _strip(event: Event, desk: Desk) -> object:
    """What makes an event the same as another; a variant is told by how it is printed."""
    gene = desk.vocabulary.concepts[event.what].sort == "gene"
    return _CONTENT(event), event.printed if gene else ""


# -- the index time -------------------------------------------------------------------------------


def _clip_to_index(event: Event, as_of: int) -> Event:
    """A record made at an index time speaks of what came before it, also on that day."""
    if event.status == "planned" or not event.starts[0] <= as_of < event.starts[1]:
        return event
    starts = (event.starts[0], as_of)
    return change_event(
        event, starts=starts, ends=starts if event.ends == event.starts else event.ends
    )


def cut_chart(chart: Chart, as_of: int, vocabulary: Vocabulary) -> Chart:
    """The chart as it counts at an index time (minutes), with a note on everything ignored."""
    kept: list[Event] = []
    notes: list[Note] = []
    for event in chart.events:
        note = _judge_later(event, as_of, is_medicine(event, vocabulary))
        if note is None:
            kept.append(event)
        else:
            notes.append(note)
            kept += [change_event(event, status="planned")] if note.group == "changed" else []
    kept, joined = join_variants(kept, vocabulary)
    notes += [
        note for note in joined if note not in chart.reading.notes
    ]  # a chart may be cut twice
    if not notes:
        return replace(chart, as_of=as_of)
    counts = dict(chart.reading.counts)
    for note in notes:
        counts[note.group] = counts.get(note.group, 0) + 1
    every = _sort_notes([*chart.reading.notes, *notes])
    reading = replace(chart.reading, notes=every, counts=counts)
    return replace(chart, events=_sort_events(kept), reading=reading, as_of=as_of)


def is_medicine(event: Event, vocabulary: Vocabulary) -> bool:
    """A medicine, or a class that holds nothing but medicines."""
    sorts = {vocabulary.concepts[id_].sort for id_ in vocabulary.members[event.what]}
    return "medicine" in sorts and sorts <= {"medicine", "class"}


def _judge_later(event: Event, as_of: int, medicine: bool) -> Note | None:
    """A note on an event that does not count at the index time; `changed` means: it is planned."""
    place, what = event.source.place, event.what
    when = format_date(event.starts)
    if event.status == "planned":
        if event.starts[1] >= as_of:
            return None
        return Note("not-used", place, what, f"planned for {when}, and not recorded as done")
    if event.starts[0] <= as_of:
        return None
    if medicine and event.present is not False:
        return Note("changed", place, what, f"starts {when}, after the index time: planned")
    index = format_minute(as_of)
    return Note("not-used", place, what, f"dated {when}, after the index time {index}: ignored")
