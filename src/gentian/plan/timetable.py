"""The calendar: what is due when, folded into visits; one test for several reasons is one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from gentian.language.dates import DAY, format_duration, parse_duration, to_day
from gentian.language.model import Guideline, Schedule

from .catalogue import Catalogue
from .model import CalendarLine
from .visits import Due, Visits
from .words import Words

NOW, BEFORE = "now", "before the start"
ORDER = ("overdue", "due", "planned", "if-started")


@dataclass(slots=True)
class _Item:
    """One test, at the earliest time that any schedule asks for it."""

    what: str
    status: str
    when: str
    order: int
    because: list[str] = field(default_factory=list)
    cites: list[str] = field(default_factory=list)


def make_calendar(
    guideline: Guideline,
    catalogue: Catalogue,
    visits: Visits,
    proposed: Collection[str],
    words: Words,
) -> list[CalendarLine]:
    """Visits in time: overdue, due now, planned by date, then what follows if something is started.

    proposed: medicines that the plan offers and that are not on.
    """
    items: dict[tuple[str, bool], _Item] = {}
    for schedule in guideline.schedules.values():
        if visits.answers.schedules.get(schedule.schedule) is True:
            _add(items, _list_due(schedule, visits), schedule, words)
        elif _is_proposed(schedule, catalogue, proposed):
            _add(items, _list_from_start(schedule), schedule, words)
    return _fold(items.values(), guideline)


def _is_proposed(schedule: Schedule, catalogue: Catalogue, proposed: Collection[str]) -> bool:
    if not schedule.or_proposed:
        return False
    covered = catalogue.covers.get(schedule.or_proposed, frozenset({schedule.or_proposed}))
    return not covered.isdisjoint(proposed)


def _list_due(schedule: Schedule, visits: Visits) -> Iterable[_Item]:
    for what in schedule.what:
        due = visits.find_due(schedule, what)
        if due is not None:
            yield _place(what, due, visits.answers.index)


def _place(what: str, due: Due, index: int) -> _Item:
    """Never recorded is due now, once; what is late says since when."""
    day = to_day(due.minute).isoformat()
    if due.minute // DAY > index // DAY:
        return _Item(what, "planned", day, due.minute)
    if due.last is None:
        return _Item(what, "due", NOW, due.minute, ["never recorded"])
    if due.minute // DAY == index // DAY:
        return _Item(what, "due", NOW, due.minute)
    return _Item(what, "overdue", NOW, due.minute, [f"due since {day}"])


def _list_from_start(schedule: Schedule) -> Iterable[_Item]:
    first = next((phase.first or phase.every for phase in schedule.phases), "")
    for what in schedule.what:
        if schedule.before_start or not first:
            yield _Item(what, "if-started", BEFORE, 0)
        else:
            minutes = parse_duration(first)
            yield _Item(what, "if-started", f"{_say(minutes)} after start", minutes)


def _say(minutes: int) -> str:
    if minutes % DAY == 0:
        return f"day {minutes // DAY}"
    return format_duration(minutes)


def _add(
    items: dict[tuple[str, bool], _Item], found: Iterable[_Item], schedule: Schedule, words: Words
) -> None:
    """Keep the earliest time of each test, and every reason for it."""
    reason = words.fill(schedule.because).rstrip(".")
    for item in found:
        key = (item.what, item.status == "if-started")
        note = f" ({item.because[0]})" if item.because else ""
        item.because, item.cites = [reason + note], list(schedule.cites)
        other = items.get(key)
        if other is None:
            items[key] = item
            continue
        first, second = (other, item) if _rank(other) <= _rank(item) else (item, other)
        first.because += [text for text in second.because if text not in first.because]
        first.cites += [cite for cite in second.cites if cite not in first.cites]
        items[key] = first


def _rank(item: _Item) -> tuple[int, int]:
    return ORDER.index(item.status), item.order


def _fold(items: Iterable[_Item], guideline: Guideline) -> list[CalendarLine]:
    """One line a visit: everything with the same status and day."""
    visits: dict[tuple[str, str], list[_Item]] = {}
    for item in sorted(items, key=lambda item: (_rank(item), item.what)):
        visits.setdefault((item.status, item.when), []).append(item)
    return [
        CalendarLine(
            when=when,
            what=[_name(item.what, guideline) for item in group],
            because=list(dict.fromkeys(text for item in group for text in item.because)),
            status=status,
            cites=list(dict.fromkeys(cite for item in group for cite in item.cites)),
        )
        for (status, when), group in visits.items()
    ]


def _name(what: str, guideline: Guideline) -> str:
    concept = guideline.vocabulary.concepts.get(what)
    return concept.name if concept else what
