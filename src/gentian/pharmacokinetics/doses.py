"""Every dose that was taken, one by one: courses laid end to end, and administrations put in their place.

An administration says more surely than a statement what was taken (docs/form.md): from the first to the
last of them they stand for the doses of the statement. Where two statements run side by side and the
record does not say that both were taken, it is asked, and the later one is taken to replace the earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from gentian.chart.events import FOREVER, Source
from gentian.language.dates import DAY, format_minute

from .courses import Course, Reach, is_vague
from .history import Question
from .timeline import Clock

MOST_DOSES = 20_000  # of one course; more is a slip of the pen
_QUARTER = DAY // 4


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose. at: elapsed minutes; minute: wall clock; every: minutes to the next one as it is meant.

    course: the place of its course, or of the statement an administration stands in; given: an
    administration; lane: doses of one course and lane are equally spaced.
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


@dataclass(frozen=True, slots=True)
class Taken:
    """doses: in the order of time, those that are due after the index time too; unknown: wall-clock spans
    in which a dose of unknown size was taken.
    """

    doses: tuple[Dose, ...]
    courses: tuple[Course, ...]
    unknown: tuple[tuple[int, int], ...]
    questions: tuple[Question, ...]


def lay_out(courses: Sequence[Course], reach: Reach, clock: Clock) -> Taken:
    """All doses of courses, whose times of day are known or assumed."""
    name = reach.name
    asked: list[Question] = []
    runs = sorted((one for one in courses if not one.single), key=lambda one: one.order)
    runs = _end_runs(runs, reach, asked)
    singles = sorted((one for one in courses if one.single), key=lambda one: one.order)
    doses = [dose for place, run in enumerate(runs) for dose in _expand(run, place, clock, asked)]
    doses = _replace(doses, runs, singles, clock, name, asked)
    doses += _read_singles(singles, runs, clock, name, asked)
    doses.sort(key=lambda dose: (dose.at, dose.course, dose.lane, dose.amount, dose.product))
    every = (*runs, *singles)
    unknown = tuple(sorted((one.begin, one.until) for one in every if one.amount is None))
    return Taken(tuple(doses), every, unknown, tuple(asked))


# -- statements end to end ----------------------------------------------------------------------------


def _end_runs(runs: list[Course], reach: Reach, asked: list[Question]) -> list[Course]:
    """Each course until the next one begins, or one dose past the index time."""
    ended = []
    for place, run in enumerate(runs):
        later = [one for one in runs[place + 1 :] if not _is_together(run, one)]
        until = min(run.until, reach.index + max(run.every, DAY))
        if not later or later[0].begin > until:
            asked += _ask_end(run, reach)
            ended.append(replace(run, until=until))
            continue
        asked += _ask_change(run, later[0], reach.name)
        ended.append(replace(run, until=_find_first(later[0]) - 1, ongoing=False))
    return ended


def _is_together(one: Course, other: Course) -> bool:
    """The record says that both were taken: from one day on, as two products or at two times."""
    if one.begin // DAY != other.begin // DAY:
        return False
    apart = one.timed and other.timed and not set(one.times) & set(other.times)
    return _are_two(one.product, other.product) or apart


def _are_two(one: str, other: str) -> bool:
    """Two products; one that is not named may be the other."""
    return bool(one and other) and one != other


def _find_first(run: Course) -> int:
    """The wall-clock minute of the first dose."""
    return next(iter(_list_minutes(run, run.begin + max(run.every, DAY))), run.begin)


def _ask_change(run: Course, following: Course, name: str) -> Iterable[Question]:
    """From one statement to the next: side by side, or with a time in between that nobody speaks of."""
    since = format_minute(following.begin)[:10]
    last_sure = run.event.ends[0] if is_vague(run.event.ends) else run.until
    if last_sure // DAY > following.begin // DAY:
        yield Question(
            "doses-overlap",
            f"Two statements of {name} run side by side from {since} "
            f"({run.event.source.place} and {following.event.source.place}).",
            "Give the earlier one its end; or, if both are taken, let both begin on one day.",
            blocks=True,
            source=following.event.source,
        )
    elif run.event.ends[1] >= FOREVER and last_sure + run.every < following.begin:
        yield _ask_gap(last_sure, following.begin, name, following.event.source, blocks=False)


def _ask_end(run: Course, reach: Reach) -> Iterable[Question]:
    """A stop that is not known to the day, or a statement so old that it may have been stopped."""
    first, last = run.event.ends
    where = run.event.source.place
    if last >= FOREVER:
        if first < reach.index:
            yield Question(
                "still-taken",
                f"Whether {reach.name} is still taken is not on record ({where}).",
                "Write the day on which it was stopped, or that it is taken now.",
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
        )
        for minute in _list_minutes(run, run.until)
    ]


def _list_gaps(run: Course) -> dict[int, int]:
    """Time of day → minutes to the next dose, for doses within a day, which may be spaced unevenly."""
    if run.every >= DAY or DAY % run.every:
        return {}
    following = (*run.times[1:], run.times[0] + DAY)
    return {one: later - one for one, later in zip(run.times, following, strict=True)}


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
            yield _ask_gap(one.begin, later.begin, name, later.event.source, blocks=True)


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
    given = [one for one in singles if one.amount is not None and not is_vague(one.event.starts)]
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
        if not around and place and minute - minutes[place - 1] > every * 3 // 2:
            asked.append(
                _ask_gap(minutes[place - 1], minute, name, single.event.source, blocks=False)
            )
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
