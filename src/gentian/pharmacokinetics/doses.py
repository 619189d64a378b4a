"""Every dose that was taken, one by one: courses laid end to end, and administrations put in their place.

An administration says more surely than a statement what was taken (docs/form.md): from the first to the
last of them they stand for the doses of the statement. Where two statements run side by side and the
record does not say that both were taken, it is asked; until it is answered two products both go on, and of
one product the later statement is taken to replace the earlier.

A dose that was not given, or was missed as the record says, is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gentian.chart.events import FOREVER, Event, Source
from gentian.language.dates import DAY, format_date, format_minute

from .courses import Course, Reach, is_stamped, is_vague
from .history import Question
from .timeline import Clock

MOST_DOSES = 20_000  # of one course; more is a slip of the pen
_QUARTER = DAY // 4


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose. at: elapsed minutes; minute: wall clock; every: minutes to the next one as it is meant.

    course: the place of its course, or of the statement an administration stands in; given: an
    administration; lane: doses of one course and lane are equally spaced. offset: of the clock by which it
    is printed, None where none was.
    """

    at: int
    minute: int
    amount: float
    every: int
    product: str
    form: str
    timed: bool
    course: int
    lane: int
    source: Source
    given: bool = False
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """doses: in the order of time, those that are due after the index time too; unknown: wall-clock spans
    in which a dose of unknown size was taken; missed: doses of a statement that were missed as the record
    says (they are not among the doses).
    """

    doses: tuple[Dose, ...]
    courses: tuple[Course, ...]
    unknown: tuple[tuple[int, int], ...]
    questions: tuple[Question, ...]
    missed: tuple[Dose, ...] = ()


def lay_out(
    courses: Sequence[Course], reach: Reach, clock: Clock, missed: Sequence[Event] = ()
) -> Taken:
    """All doses of courses, whose times of day are known or assumed, but for those missed on stated days."""
    name = reach.name
    asked: list[Question] = []
    runs = sorted((one for one in courses if not one.single), key=lambda one: one.order)
    singles = sorted((one for one in courses if one.single), key=lambda one: one.order)
    runs = _end_runs(runs, singles, reach, asked)
    doses = [dose for place, run in enumerate(runs) for dose in _expand(run, place, clock, asked)]
    doses = _replace(doses, runs, singles, clock, name, asked)
    doses += _read_singles(singles, runs, clock, name, asked)
    doses.sort(key=lambda dose: (dose.at, dose.course, dose.lane, dose.amount, dose.product))
    lost = _find_missed(doses, missed, name, asked)
    every = (*runs, *(one for one in singles if not one.left_out))
    unknown = tuple(sorted((one.begin, one.until) for one in every if one.amount is None))
    kept = tuple(dose for dose in doses if dose not in lost)
    return Taken(kept, every, unknown, tuple(asked), tuple(lost))


# -- statements end to end ----------------------------------------------------------------------------


def _end_runs(
    runs: list[Course], singles: list[Course], reach: Reach, asked: list[Question]
) -> list[Course]:
    """Each course until the next one begins, or one dose past the index time."""
    ended = []
    for place, run in enumerate(runs):
        others = [one for one in runs[place + 1 :] if not _is_together(run, one)]
        beside = [one for one in others if _is_beside(run, one)]
        later = [one for one in others if one not in beside]
        until = min(run.until, reach.index + max(run.every, DAY))
        if later and later[0].begin <= until:
            asked += _ask_change(run, later[0], reach.name)
            until = _find_first(later[0]) - 1
            ended.append(replace(run, until=until, ongoing=False))
        else:
            unclear = list(_ask_end(run, singles, reach))
            asked += unclear
            going_on = run.ongoing and not any(one.what == "still-taken" for one in unclear)
            ended.append(replace(run, until=until, ongoing=going_on))
        asked += [_ask_overlap(run, one, reach.name) for one in beside if one.begin <= until]
    return ended


def _is_together(one: Course, other: Course) -> bool:
    """The record says that both were taken: from one day on, as two products or at two times."""
    if one.begin // DAY != other.begin // DAY:
        return False
    apart = one.timed and other.timed and not set(one.times) & set(other.times)
    return _are_two(one.product, other.product) or apart


def _is_beside(run: Course, other: Course) -> bool:
    """Two named products, of which the earlier is surely still taken when the other begins."""
    return _are_two(run.product, other.product) and _overlaps(run, other)


def _overlaps(run: Course, following: Course) -> bool:
    """Surely taken on days after the other began."""
    return _find_last_sure(run) // DAY > following.begin // DAY


def _find_last_sure(run: Course) -> int:
    return run.event.ends[0] if is_vague(run.event.ends) else run.until


def _are_two(one: str, other: str) -> bool:
    """Two products; one that is not named may be the other."""
    return bool(one and other) and one != other


def _find_first(run: Course) -> int:
    """The wall-clock minute of the first dose."""
    return next(iter(_list_minutes(run, run.begin + max(run.every, DAY))), run.begin)


def _ask_change(run: Course, following: Course, name: str) -> Iterable[Question]:
    """From one statement to the next: side by side, or with a time in between that nobody speaks of."""
    last_sure = _find_last_sure(run)
    if _overlaps(run, following):
        yield _ask_overlap(run, following, name)
    elif run.event.ends[1] >= FOREVER and last_sure + run.every < following.begin:
        yield _ask_gap(last_sure, following.begin, name, following.event.source, blocks=False)


def _ask_overlap(run: Course, following: Course, name: str) -> Question:
    since = format_minute(following.begin)[:10]
    return Question(
        "doses-overlap",
        f"Two statements of {name} run side by side from {since} "
        f"({run.event.source.place} and {following.event.source.place}).",
        f"Give the earlier one its end; if both are taken, write the earlier dose once more since {since}.",
        blocks=True,
        source=following.event.source,
    )


# what mends it, by the sort of resource; a form has none
_SAY_STILL_TAKEN = {
    "MedicationStatement": "Write when this was said (`dateAsserted`), or the day of the last dose "
    "(`effectivePeriod.end`).",
    "MedicationRequest": "Write until when the order holds "
    "(`dosageInstruction.timing.repeat.boundsPeriod`), or the doses given since.",
}


def _ask_end(run: Course, singles: Sequence[Course], reach: Reach) -> Iterable[Question]:
    """A stop that is not known to the day, or a statement so old that it may have been stopped."""
    first, last = run.event.ends
    where = run.event.source.place
    if last >= FOREVER:
        if first < reach.index and not _is_given_lately(run, singles, reach):
            kind = run.event.source.resource.partition("/")[0]
            mend = "Write the day on which it was stopped, or that it is taken now."
            yield Question(
                "still-taken",
                f"The record does not say whether {reach.name} is still taken.",
                _SAY_STILL_TAKEN.get(kind, mend),
                blocks=True,
                source=run.event.source,
            )
    elif is_vague((first, last)) and reach.is_unsettled((first, last)):
        yield Question(
            "stop",
            f"The day of the last dose of {reach.name} is not known ({where}).",
            "Write the day on which it was stopped.",
            blocks=True,
            source=run.event.source,
        )


def _is_given_lately(run: Course, singles: Sequence[Course], reach: Reach) -> bool:
    """A dose of the statement was given within one interval before the day of the index time."""
    since = reach.index // DAY * DAY - max(run.every, DAY)
    return any(
        since <= one.begin <= reach.index and not _are_two(one.product, run.product)
        for one in singles
        if not one.left_out and _is_inside(one, run)
    )


# -- doses of a statement -----------------------------------------------------------------------------


def _list_minutes(run: Course, until: int) -> Iterable[int]:
    """Wall-clock minutes of the doses of a course, up to `until`."""
    if run.every % DAY == 0:
        first = run.begin // DAY * DAY + run.times[0]
        return range(first if first >= run.begin else first + DAY, until + 1, run.every)
    if DAY % run.every == 0:
        return (
            day + minute
            for day in range(run.begin // DAY * DAY, until + 1, DAY)
            for minute in run.times
            if run.begin <= day + minute <= until
        )
    return range(max(run.begin, run.begin // DAY * DAY + run.times[0]), until + 1, run.every)


def _expand(run: Course, place: int, clock: Clock, asked: list[Question]) -> list[Dose]:
    if run.amount is None or not run.every:
        return []
    if (run.until - run.begin) // run.every > MOST_DOSES:
        says = f"More than {MOST_DOSES} doses would have been taken ({run.event.source.place})."
        mend = "Check how often it is taken, and since when."
        asked.append(Question("dose", says, mend, blocks=True, source=run.event.source))
        return []
    gaps = _list_gaps(run)
    return [
        Dose(
            at=clock.count(minute),
            minute=minute,
            amount=run.amount,
            every=gaps.get(minute % DAY, run.every),
            product=run.product,
            form=run.form,
            timed=run.timed,
            course=place,
            lane=minute % DAY if len(set(gaps.values())) > 1 else -1,
            source=run.event.source,
            offset=run.event.offset if is_stamped(run.event) else None,
        )
        for minute in _list_minutes(run, run.until)
    ]


def _list_gaps(run: Course) -> dict[int, int]:
    """Time of day → minutes to the next dose, for doses within a day, which may be spaced unevenly."""
    if run.every >= DAY or DAY % run.every:
        return {}
    following = (*run.times[1:], run.times[0] + DAY)
    return {one: later - one for one, later in zip(run.times, following, strict=True)}


# -- missed doses -------------------------------------------------------------------------------------


def _find_missed(
    doses: Sequence[Dose], missed: Iterable[Event], name: str, asked: list[Question]
) -> list[Dose]:
    """The doses of statements that were missed on a stated day. Which of several is asked, and none left out."""
    lost: list[Dose] = []
    for event in missed:
        found = [one for one in doses if _is_missed(one, event, doses)]
        if len({one.at for one in found}) > 1:
            day = format_minute(event.starts[0])[:10]
            says = f"Which dose of {name} was missed on {day} is not on record."
            mend = "Write the time of day of the dose that was missed."
            asked.append(Question("missed-dose", says, mend, source=event.source))
        else:
            lost += found
    return lost


def _is_missed(dose: Dose, event: Event, doses: Sequence[Dose]) -> bool:
    """A dose of a statement on the day that is named, or, where a time is, the nearest to it."""
    first, last = event.starts
    if dose.given or (first != last and dose.minute // DAY != first // DAY):
        return False
    if first != last:
        return True
    near = min(abs(one.minute - first) for one in doses)
    return abs(dose.minute - first) == near <= dose.every // 2


# -- administrations ----------------------------------------------------------------------------------


def _replace(
    doses: list[Dose],
    runs: list[Course],
    singles: list[Course],
    clock: Clock,
    name: str,
    asked: list[Question],
) -> list[Dose]:
    """Leave out the doses of a statement for which administrations stand."""
    kept = doses
    for place, run in enumerate(runs):
        inside = [one for one in singles if _is_inside(one, run)]
        if not inside:
            continue
        asked += _ask_administrations(run, inside, name)
        times = [clock.count(one.begin // DAY * DAY + one.times[0]) for one in inside]
        first, last = min(times) - run.every // 2, max(times) + run.every // 2
        kept = [one for one in kept if one.course != place or not first < one.at < last]
    return kept


def _is_inside(single: Course, run: Course) -> bool:
    return run.begin // DAY * DAY <= single.begin <= run.until and not is_vague(single.event.starts)


def _ask_administrations(run: Course, inside: list[Course], name: str) -> Iterable[Question]:
    """Doses given that do not fit the statement they stand in."""
    source = inside[0].event.source
    if any(one.amount != run.amount for one in inside if one.amount is not None):
        yield Question(
            "dose-differs",
            f"A single dose of {name} differs from the one said to be taken "
            f"({source.place}, {run.event.source.place}).",
            "Say which was taken: give the statement its end, or correct the single dose.",
            blocks=True,
            source=source,
        )
    for one, later in pairwise(inside):
        if later.begin - one.begin > run.every * 3 // 2:
            yield _ask_pause(one.begin, later.begin, run.every, name, later.event.source, True)


def _ask_pause(
    first: int, last: int, every: int, name: str, source: Source, blocks: bool
) -> Question:
    """Between two doses given: one that may have been missed, or a longer time of which nobody speaks."""
    if last - first > every * 5 // 2:
        return _ask_gap(first, last, name, source, blocks=blocks)
    when = format_minute((first + last) // 2)[:10]
    return Question(
        "missed-dose",
        f"No dose of {name} is on record for {when}; it is counted as missed.",
        "Say whether it was missed, or given and not written down.",
        source=source,
    )


def _tell_missed(single: Course, name: str) -> Question:
    """A dose that was not given, said so that nobody reads over it."""
    when = format_date(single.event.starts).replace("T", " ")
    return Question(
        "missed-dose",
        f"The dose of {name} of {when} was not given; it is left out.",
        "If it was given later, write when.",
        source=single.event.source,
    )


def _ask_gap(first: int, last: int, name: str, source: Source, *, blocks: bool) -> Question:
    between = f"{format_minute(first)} and {format_minute(last)}".replace("T", " ")
    return Question(
        "dose-gap",
        f"No dose of {name} is on record between {between}.",
        "Say whether doses were missed, or given and not written down.",
        blocks=blocks,
        source=source,
    )


def _read_singles(
    singles: list[Course], runs: list[Course], clock: Clock, name: str, asked: list[Question]
) -> list[Dose]:
    """Administrations as doses; how often is read off their distances, or the statement around them."""
    asked += [_tell_missed(one, name) for one in singles if one.left_out]
    skipped = [one.begin for one in singles if one.left_out]
    given = [
        one
        for one in singles
        if one.amount is not None and not one.left_out and not is_vague(one.event.starts)
    ]
    minutes = [one.begin // DAY * DAY + one.times[0] for one in given]
    doses: list[Dose] = []
    for place, (single, minute) in enumerate(zip(given, minutes, strict=True)):
        around = [number for number, run in enumerate(runs) if _is_inside(single, run)]
        near = [
            abs(minute - other)
            for other, one in zip(minutes, given, strict=True)
            if other != minute and one.product == single.product
        ]
        every = runs[around[0]].every if around else _round_interval(min(near, default=DAY))
        before = max([minutes[place - 1] if place else minute, *(m for m in skipped if m < minute)])
        if not around and place and minute - before > every * 3 // 2:
            asked.append(_ask_pause(before, minute, every, name, single.event.source, False))
        offset = single.event.offset
        at = (
            clock.count(single.event.starts[0], offset)
            if single.timed and offset is not None
            else clock.count(minute)
        )
        doses.append(
            Dose(
                at=at,
                minute=minute,
                amount=single.amount or 0.0,
                every=every,
                product=single.product,
                form=single.form,
                timed=single.timed,
                course=around[0] if around else len(runs),
                lane=-1,
                source=single.event.source,
                given=True,
                offset=offset if single.timed else None,
            )
        )
    asked += _ask_simultaneous(doses, name)
    asked += _ask_last(doses, name)
    return doses


def _round_interval(minutes: int) -> int:
    """The distance of two doses as it was meant: a multiple of six hours, where it is near to one."""
    meant = max(1, round(minutes / _QUARTER)) * _QUARTER
    return meant if abs(minutes - meant) * 8 <= meant else minutes


def _ask_simultaneous(doses: Sequence[Dose], name: str) -> Iterable[Question]:
    ordered = sorted(doses, key=lambda dose: (dose.at, dose.product))
    for one, other in pairwise(ordered):
        if one.at == other.at and not _are_two(one.product, other.product):
            yield Question(
                "doses-overlap",
                f"Two doses of {name} are on record for "
                f"{format_minute(other.minute).replace('T', ' ')}.",
                "Say whether both were given; two products need their names.",
                blocks=True,
                source=other.source,
            )


def _ask_last(doses: Sequence[Dose], name: str) -> Iterable[Question]:
    """The last two doses of a product differ: it is not known which one is taken on."""
    products = {dose.product for dose in doses}
    for product in sorted(products):
        last = sorted((one for one in doses if one.product == product), key=lambda one: one.at)[-2:]
        if len({dose.amount for dose in last}) > 1 and last[0].at < last[1].at:
            amounts = " and ".join(f"{dose.amount:g} mg" for dose in last)
            yield Question(
                "dose-differs",
                f"The last two doses of {name} on record differ: {amounts}.",
                "Write the dose that is taken from now on, and how often.",
                blocks=True,
                source=last[1].source,
            )
