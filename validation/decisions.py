"""A year with a dose: what becomes of a person whose dose follows the consult, the label, or nobody.

Twelve visits, a level at each, the new dose from the next morning. All three see the same laboratory noise, the
same missed doses and the same mistakes. What counts is the true trough of every morning, not what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gentian.pharmacokinetics.history import History
from gentian.pharmacokinetics.outlook import find_present
from gentian.pharmacokinetics.problem import Doses, Floats

from .clinic import (
    RULES,
    TARGETS,
    find_doses,
    find_label,
    find_target,
    list_doses,
    round_dose,
    set_up,
    sit,
)
from .people import CHILDREN_UNDER_12, Person, Range, draw_person
from .records import BEFORE, DAY, Course, Drawn, write_history
from .truths import DOSING, TRUTHS, Body, embody, make_doses, measure, report

SEED = 20261
VISITS = (14, 28, 42, 70, 98, 126, 154, 182, 224, 266, 308, 350)
END = 364
ARMS = ("keep", "label", "consult")
HELD = 4  # days without a dose after a toxic trough, in both arms that look at levels (TX-190: repeat in 3 to 5)
TOO_HIGH, MUCH_TOO_HIGH, TOO_LOW = 15.0, 20.0, 2.0
EARLY = 6.0  # h
MONTH = 28
OTHER_ASSAY = 5  # visit from which another assay is used
TYPING_ERROR = 3  # visit
MISHAP_ASSAY = "lc-ms-ms"  # reads low enough for a level ten times too low to be a number


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is true and what goes wrong. blind: the consult lacks the true model. missed: share of the doses.

    early: share of the samples drawn EARLY hours too early and recorded as troughs. bias: of another assay from
    one visit on. drift: factor on the clearance each month. growth: of the weight over the year. typo: factor on
    one level.
    """

    id: str
    name: str
    truth: str
    blind: bool = False
    people: Range | None = None
    missed: float = 0.0
    early: float = 0.0
    bias: float = 1.0
    drift: float = 1.0
    growth: float = 1.0
    typo: float = 1.0
    assay: str = ""  # empty: the one of the true model


def list_scenarios() -> list[Scenario]:
    """Right models, wrong models, and a right model with something going wrong."""
    right = [
        Scenario(f"right-{one}", f"{TRUTHS[one].name} is true and known", one) for one in DOSING
    ]
    wrong = [
        Scenario(f"wrong-{one}", f"{TRUTHS[one].name} is true and missing", one, blind=True, people=people)
        for one, people in (
            ("cheng", None), ("chen21", CHILDREN_UNDER_12), ("fan", None), ("bridge", None),
            ("chen20", None), ("chen20x", None), ("mao", None), ("jiao", None),
        )
    ]  # fmt: skip
    base = "chen21"
    mishaps = [
        Scenario("missed-10", "1 dose in 10 missed, unknown", base, missed=0.1),
        Scenario("missed-30", "3 doses in 10 missed, unknown", base, missed=0.3),
        Scenario(
            "assay", "another assay, reading 25 % higher, from the 6th visit", base, bias=1.25
        ),
        Scenario("early", "3 samples in 10 drawn 6 h early, unknown", base, early=0.3),
        Scenario("drift", "clearance falls 3 % a month, unexplained", base, drift=0.97),
        Scenario("growth", "weight grows by a quarter, on record", base, growth=1.25),
        Scenario("typo-low", "one level typed ten times too low", base, typo=0.1),
        Scenario("typo-high", "one level typed ten times too high", base, typo=10.0),
    ]
    return [*right, *wrong, *(replace(one, assay=MISHAP_ASSAY) for one in mishaps)]


@dataclass(frozen=True, slots=True)
class Year:
    """Shares of the days after the first visit, and counts. silent: visits where the consult marked nothing."""

    scenario: str
    target: str
    arm: str
    inside: float
    above_15: float
    above_20: float
    below_2: float
    changes: int
    silent: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is the same for all arms."""

    scenario: Scenario
    person: Person
    body: Body
    weights: tuple[tuple[int, float], ...]
    noise: Floats
    missed: Floats  # (END + 1,) 1 where the dose of the day is not taken
    early: Floats  # (visits,) hours

    def dose(self, courses: Sequence[Course], until: int) -> Doses:
        """What was really swallowed up to and with the dose of a day."""
        ends = [course.day for course in courses[1:]] + [until + 1]
        spans = [
            (course.day, course.amount, end - course.day)
            for course, end in zip(courses, ends, strict=True)
        ]
        if self.missed.any():
            spans = [
                (day, amount, 1)
                for first, amount, count in spans
                for day in range(first, first + count)
                if not self.missed[day]
            ]
        return make_doses(spans, len(self.body.problem.omega))


@dataclass(slots=True)
class Track:
    """One arm on its way."""

    courses: list[Course]
    drawn: list[Drawn] = field(default_factory=list)
    changes: int = 0
    silent: int = 0


def make_world(scenario: Scenario, number: int) -> World:
    """Person `number` of a scenario, the same for every arm and target."""
    truth = TRUTHS[scenario.truth]
    generator = np.random.default_rng([SEED, list(TRUTHS).index(truth.id), number])
    person = draw_person(scenario.people or truth.people, generator)
    weights = tuple(
        (day, person.weight * (1 + (scenario.growth - 1) * day / END))
        for day in VISITS
        if scenario.growth != 1.0
    )
    history = write_history(person, [Course(0, person.dose)], [], END, weights)
    months = range(MONTH, END, MONTH) if scenario.drift != 1.0 else ()
    body = embody(truth, person, history, generator, [(day, scenario.drift) for day in months])
    noise = generator.standard_normal(len(VISITS))
    missed = (generator.uniform(size=END + 1) < scenario.missed).astype(float)
    early = EARLY * (generator.uniform(size=len(VISITS)) < scenario.early)
    return World(scenario, person, body, weights, noise, missed, early)


def live_year(scenario: Scenario, number: int, target: str) -> list[Year]:
    """The same year three times."""
    world = make_world(scenario, number)
    return [_follow(world, arm, target) for arm in ARMS]


def _follow(world: World, arm: str, target: str) -> Year:
    track = Track([Course(0, world.person.dose)])
    if arm != "keep":
        for visit, day in enumerate(VISITS):
            track.drawn.append(_draw(world, track, visit, day))
            _decide(world, track, arm, target, day)
    days = np.arange(VISITS[0] + 1, END + 1)
    troughs = world.body.follow(days - BEFORE / DAY, world.dose(track.courses, END))
    low, high = TARGETS[target]
    return Year(
        scenario=world.scenario.id,
        target=target,
        arm=arm,
        inside=float(np.mean((troughs >= low) & (troughs <= high))),
        above_15=float(np.mean(troughs > TOO_HIGH)),
        above_20=float(np.mean(troughs > MUCH_TOO_HIGH)),
        below_2=float(np.mean(troughs < TOO_LOW)),
        changes=track.changes,
        silent=track.silent,
    )


def _draw(world: World, track: Track, visit: int, day: int) -> Drawn:
    """What the laboratory reports at a visit."""
    scenario, truth = world.scenario, TRUTHS[world.scenario.truth]
    at = day - (BEFORE + world.early[visit]) / DAY
    true = float(world.body.follow([at], world.dose(track.courses, day - 1))[0])
    assay = scenario.assay or truth.source.assay
    if scenario.bias != 1.0 and visit >= OTHER_ASSAY:
        true, assay = true * scenario.bias, "immunoassay"
    reading = measure(truth, true, float(world.noise[visit]))
    if visit == TYPING_ERROR:
        reading *= scenario.typo
    return report(truth, day, reading, assay)


def _decide(world: World, track: Track, arm: str, target: str, day: int) -> None:
    """The dose from the next morning on."""
    person = world.person
    present = track.courses[-1].amount
    weights = [item for item in world.weights if item[0] <= day]
    history = write_history(person, track.courses, track.drawn, day, weights)
    if track.drawn[-1].value >= RULES.number("toxic_from"):
        lower = _ask_label(history, person, target)
        track.courses += [Course(day + 1, 0.0), Course(day + 1 + HELD, min(lower, present))]
        track.changes += 1
        return
    by_label = arm == "label"
    wanted = (
        _ask_label(history, person, target)
        if by_label
        else _ask_consult(world, track, history, target)
    )
    if abs(wanted - present) > 1e-9:
        track.courses.append(Course(day + 1, wanted))
        track.changes += 1


def _ask_label(history: History, person: Person, target: str) -> float:
    """By the label's arithmetic from the last valid level, rounded and limited as the consult's doses are."""
    present = find_present(history)
    if present is None:
        raise ValueError("nothing is being taken")
    setting = set_up(history, person.form)
    label = find_label(setting, present, find_target(target))
    wanted = label.per_day if label is not None else present.per_day
    _, amounts = list_doses(present, person.surface)
    return round_dose(wanted, amounts, present.per_day)


def _ask_consult(world: World, track: Track, history: History, target: str) -> float:
    """The marked dose; the present one where nothing is marked."""
    without = (TRUTHS[world.scenario.truth].model,) if world.scenario.blind else ()
    sitting = sit(history, world.person.form, without, beside=False)
    option = None
    if sitting.outlook is not None:
        option = find_doses(sitting, world.person.surface, find_target(target)).choice.option
    if option is None:
        track.silent += 1
        return track.courses[-1].amount
    return option.per_day
