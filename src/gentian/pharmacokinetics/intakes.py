"""Doses as segments of equal doses at equal intervals, and the times at which the regimen changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from gentian.language.dates import DAY

from .doses import Dose, Taken
from .history import Intake, Question

HOUR = 60


def list_intakes(taken: Taken, origin: int, index: int, today: int) -> tuple[Intake, ...]:
    """Segments up to the index time, by their start. origin, index: elapsed minutes; today: wall clock.

    At a change of the clock a segment ends and another begins, because the interval was not the same; one
    that goes on with the same dose says so (`continues`).
    """
    segments: list[list[Dose]] = []
    for _, lane in groupby(sorted(taken.doses, key=_lane), key=_lane):
        segments += _cut([dose for dose in lane if dose.at <= index])
    last = _find_last(taken, index)
    intakes = [
        replace(
            _build(doses, origin, _goes_on(doses, taken, last, today)),
            continues=any(_continues(doses[0], other[-1]) for other in segments),
        )
        for doses in segments
    ]
    return tuple(sorted(intakes, key=lambda one: (one.start, one.product, one.amount)))


_Lane = tuple[int, bool, int, str, float]


def _lane(dose: Dose) -> _Lane:
    """Doses of one statement and time of day; administrations of one product and size."""
    product, amount = (dose.product, dose.amount) if dose.given else ("", 0.0)
    return dose.course, dose.given, dose.lane, product, amount


def _cut(doses: Iterable[Dose]) -> list[list[Dose]]:
    """Doses of one lane, cut where the interval is another."""
    segments: list[list[Dose]] = []
    for dose in doses:
        previous = segments[-1][-1] if segments else None
        step = _count_step(dose)
        if previous is not None and dose.at - previous.at == step == _count_step(previous):
            segments[-1].append(dose)
        else:
            segments.append([dose])
    return segments


def _continues(dose: Dose, before: Dose) -> bool:
    """The same dose, one interval after the last one of another segment, give or take a quarter."""
    step = _count_step(dose)
    same = (dose.amount, dose.product, step) == (before.amount, before.product, _count_step(before))
    return same and abs(dose.at - before.at - step) * 4 <= step


def _count_step(dose: Dose) -> int:
    """Minutes between doses of one lane: of doses spaced unevenly over the day, a day."""
    return dose.every if dose.lane == -1 else 24 * HOUR


def _build(doses: Sequence[Dose], origin: int, ongoing: bool) -> Intake:
    first = doses[0]
    return Intake(
        start=(first.at - origin) / HOUR,
        amount=first.amount,
        every=_count_step(first) / HOUR,
        count=len(doses),
        product=first.product,
        form=first.form,
        ongoing=ongoing,
        timed=first.timed,
        minute=first.minute,
        source=first.source,
    )


def _find_last(taken: Taken, index: int) -> dict[tuple[int, bool, int, str], Dose]:
    """The last dose up to the index time of every lane, whichever its size."""
    return {_lane(dose)[:4]: dose for dose in taken.doses if dose.at <= index}


def _goes_on(
    doses: Sequence[Dose],
    taken: Taken,
    last: dict[tuple[int, bool, int, str], Dose],
    today: int,
) -> bool:
    """The segment holds the last dose of its lane, which goes on, and no other dose stands for it since."""
    dose = doses[-1]
    if last[_lane(dose)[:4]] is not dose:
        return False
    in_statement = dose.course < len(taken.courses) and not taken.courses[dose.course].single
    others = [
        one
        for key, one in last.items()
        if key[0] == dose.course and key[1] != dose.given and one.at > dose.at
    ]
    if in_statement:
        return taken.courses[dose.course].ongoing and not others
    return dose.minute // DAY * DAY + max(dose.every, DAY) >= today // DAY * DAY


def ask_whether_going_on(intakes: Sequence[Intake], name: str) -> list[Question]:
    """Administrations that ended: nobody says whether it is taken on."""
    if not intakes or any(one.ongoing for one in intakes):
        return []
    last = max(intakes, key=lambda one: one.start + one.every * (one.count - 1))
    return [
        Question(
            "still-taken",
            f"The record does not say whether {name} is still taken.",
            "Write since when and until when it is taken, or the doses given since.",
            blocks=True,
            source=last.source,
        )
    ]


def list_changes(doses: Sequence[Dose]) -> tuple[int, ...]:
    """Elapsed minutes at which the dose, the interval or the product became another, ascending.

    The first dose is a change; so is the first after a pause, and one of two products that is left out.
    """
    runs = _list_runs(doses)
    found = {run[0].at for run in runs if not _goes_on_from_another(run, runs)}
    for run in runs:
        due = run[-1].at + run[-1].every
        begun = [other for other in runs if run[-1].at < other[0].at <= due]
        beside = [other for other in runs if other[0].at <= due < other[-1].at]
        if beside and not begun:
            found.add(due)
    return tuple(sorted(found))


def _list_runs(doses: Sequence[Dose]) -> list[list[Dose]]:
    """Doses of one course (or administrations in a row) of one size, interval and product."""
    runs: list[list[Dose]] = []
    for _, group in groupby(sorted(doses, key=lambda dose: dose.course), key=lambda d: d.course):
        for dose in sorted(group, key=lambda one: (one.at, one.product, one.amount)):
            runs_here = [run for run in runs[-4:] if run[-1].course == dose.course]
            same = [run for run in runs_here if _is_next(run[-1], dose)]
            if same:
                same[-1].append(dose)
            else:
                runs.append([dose])
    return runs


def _is_next(one: Dose, other: Dose) -> bool:
    return _describe(one) == _describe(other) and other.at - one.at <= one.every * 3 // 2


def _describe(dose: Dose) -> tuple[float, str, int]:
    """What makes doses the same; doses spaced unevenly over a day are one regimen."""
    return (dose.amount, dose.product, dose.every if dose.lane == -1 else 0)


def _goes_on_from_another(run: list[Dose], runs: list[list[Dose]]) -> bool:
    """Another statement of the same goes before it without a pause."""
    return any(
        other is not run and other[0].at < run[0].at and _is_next(other[-1], run[0])
        for other in runs
    )


def find_interval(doses: Sequence[Dose], place: int) -> int:
    """Minutes from a dose to the next that is due, of whichever product, in the order of time."""
    dose = doses[place]
    following = next((one.at for one in doses[place + 1 :] if one.at > dose.at), None)
    if following is None:
        return dose.every
    return min(following - dose.at, dose.every)
