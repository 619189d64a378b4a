"""If doses were missed instead: the other reading of a low level (evidence section 7, "missed doses")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .estimation import estimate
from .history import Intake, Level
from .individual import Setting, make_doses, with_doses
from .mixture import Member, Mixture
from .outlook import Outlook, Present
from .posterior import draw
from .problem import Estimation, Problem
from .report import Adherence
from .rules import Rules

MOST_MISSED = 3


@dataclass(frozen=True, slots=True)
class _Reading:
    missed: int
    better: float
    problem: Problem
    estimation: Estimation


def find_adherence(
    member: Member, setting: Setting, present: Present, level: Level, rules: Rules
) -> Adherence | None:
    """Would missing the last one to three doses before a low level explain it better? None where it would not."""
    readings = [
        reading
        for missed in range(1, MOST_MISSED + 1)
        if (reading := _read(member, setting, level, missed)) is not None
    ]
    if not readings:
        return None
    best = max(readings, key=lambda one: one.better)
    if best.better < rules.number("adherence_better"):
        return None
    plural = "dose" if best.missed == 1 else f"{best.missed} doses"
    posterior = draw(best.problem, best.estimation)
    fitted = replace(member, problem=best.problem, estimation=best.estimation, posterior=posterior)
    expected = Outlook(Mixture((fitted,)), setting, present).expect(fitted)
    return Adherence(
        says=f"Missing the last {plural} before this level would explain it better than a changed "
        "clearance. Ask before the dose is raised.",
        missed=f"the last {plural}",
        better=best.better,
        expected=expected,
    )


def _read(member: Member, setting: Setting, level: Level, missed: int) -> _Reading | None:
    intakes = tuple(leave_out_doses(setting.history.intakes, level.hours, missed))
    if not intakes:
        return None
    problem = with_doses(member.problem, make_doses(intakes, setting, member.candidate))
    found = estimate(problem, starts="single")
    if not found.converged:
        return None
    better = member.estimation.best.objective - found.best.objective
    return _Reading(missed, better, problem, found)


def leave_out_doses(intakes: tuple[Intake, ...], before: float, missed: int) -> Iterator[Intake]:
    """The intakes without the last doses strictly before an hour."""
    times = sorted(
        (intake.start + number * intake.every, place)
        for place, intake in enumerate(intakes)
        for number in range(intake.count)
        if intake.start + number * intake.every < before
    )
    gone = {(place, time) for time, place in times[-missed:]}
    for place, intake in enumerate(intakes):
        lost = sorted(time for where, time in gone if where == place)
        if not lost:
            yield intake
            continue
        first = round((lost[0] - intake.start) / intake.every)
        if first:
            yield replace(intake, count=first, ongoing=False)
        rest = intake.count - first - len(lost)
        if rest > 0:
            yield replace(intake, start=lost[-1] + intake.every, count=rest)
