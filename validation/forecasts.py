"""One virtual person after another: levels so far in, the next measured trough and the next dose out.

Serves the calibration, the forecast error and the single decision of the report, so that all three speak of the
same people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from gentian.pharmacokinetics.eligibility import Candidate
from gentian.pharmacokinetics.history import History, Intake
from gentian.pharmacokinetics.mixture import Mixture, summarise
from gentian.pharmacokinetics.outlook import Outlook, find_present, predict_at, switch_doses

from .clinic import QUICK, TARGETS, Sitting, Speed, find_doses, find_target, fit, set_up, sit
from .people import Person, draw_person
from .records import BEFORE, DAY, Course, Drawn, write_history
from .truths import TRUTHS, Body, Truth, embody, make_doses, measure, report
from .variants import AS_IS, Variant

SEED = 20260
LEVEL_DAYS = (14, 21, 28, 35, 42)
COUNTS = (0, 1, 2, 3, 5)
AHEAD = 14  # days on the new dose before the next trough
STEP = 1.5  # times the dose


@dataclass(frozen=True, slots=True)
class Interval:
    """5, 50 and 95 % of the next measured trough."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Decision:
    """True trough after AHEAD days by who chose the dose (`keep`, `label`, `consult`), for one target."""

    doses: dict[str, float]
    troughs: dict[str, float]
    marked: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One person at one visit. seen: the next measured trough on STEP times the dose; true: the same unmeasured.

    interval: of the mixture, None where no model leads. alone: by model. last: the last level; silent: why the
    consult marks nothing.
    """

    truth: str
    count: int
    seen: float
    true: float
    interval: Interval | None
    silent: tuple[str, ...]
    alone: dict[str, Interval] = field(default_factory=dict)
    last: float | None = None
    decisions: dict[str, Decision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Life:
    """A person with five weekly levels. next_noise: of the laboratory at the next trough."""

    truth: Truth
    person: Person
    body: Body
    levels: tuple[Drawn, ...]
    next_noise: float

    def recall(self, count: int) -> tuple[History, int]:
        """The record after so many levels, and the day."""
        today = LEVEL_DAYS[max(count, 1) - 1]
        courses = [Course(0, self.person.dose)]
        return write_history(self.person, courses, self.levels[:count], today), today

    def respond(self, today: int) -> tuple[float, float]:
        """(a, b): the true trough AHEAD days after a change tomorrow is a + b × dose."""
        size = len(self.body.problem.omega)
        at = [today + 1 + AHEAD - BEFORE / DAY]
        past = self.body.follow(at, make_doses([(0, self.person.dose, today + 1)], size))[0]
        unit = self.body.follow(at, make_doses([(today + 1, 1.0, AHEAD)], size))[0]
        return float(past), float(unit)


def live(truth: Truth, number: int) -> Life:
    """Person `number` of a truth; the same in every run."""
    generator = np.random.default_rng([SEED, list(TRUTHS).index(truth.id), number])
    person = draw_person(truth.people, generator)
    history = write_history(person, [Course(0, person.dose)], [], LEVEL_DAYS[-1])
    body = embody(truth, person, history, generator)
    days = np.array(LEVEL_DAYS) - BEFORE / DAY
    size = len(body.problem.omega)
    curve = body.follow(days, make_doses([(0, person.dose, LEVEL_DAYS[-1] + 1)], size))
    noise = generator.standard_normal(len(LEVEL_DAYS) + 1)
    levels = tuple(
        report(truth, day, measure(truth, float(at), float(z)))
        for day, at, z in zip(LEVEL_DAYS, curve, noise, strict=False)
    )
    return Life(truth, person, body, levels, float(noise[-1]))


def forecast_blind(
    truth: Truth, number: int, counts: Sequence[int] = COUNTS, variant: Variant = AS_IS
) -> list[Case]:
    """The consult with every model but the true one, after each number of levels."""
    life = live(truth, number)
    return [_forecast(life, count, (truth.model,), variant) for count in counts]


def forecast_sighted(truth: Truth, number: int, counts: Sequence[int] = COUNTS) -> list[Case]:
    """The consult as it is, the true model among its own."""
    life = live(truth, number)
    return [_forecast(life, count, (), AS_IS) for count in counts]


def _forecast(life: Life, count: int, without: Sequence[str], variant: Variant) -> Case:
    history, today = life.recall(count)
    past, unit = life.respond(today)
    sitting = sit(history, life.person.form, without, variant=variant)
    true = past + unit * life.person.dose * STEP
    last = life.levels[count - 1] if count else None
    return Case(
        truth=life.truth.id,
        count=count,
        seen=measure(life.truth, true, life.next_noise),
        true=true,
        interval=look_ahead(sitting, history, today, life.person.dose * STEP),
        silent=sitting.silent,
        alone=_look_alone(sitting, history, today, life.person.dose * STEP),
        last=last.value if last is not None and not last.below else None,
        decisions={name: _decide(life, sitting, name, past, unit) for name in TARGETS if count},
    )


def _step(history: History, today: int, amount: float) -> tuple[list[float], tuple[Intake, ...]]:
    """When the next trough is drawn, and the doses until then."""
    at = (today + 1 + AHEAD) * DAY - BEFORE
    return [at], switch_doses(history, amount, DAY, (today + 1) * DAY, at + 1.0)


def look_ahead(sitting: Sitting, history: History, today: int, amount: float) -> Interval | None:
    """What the mixture says of the next measured trough."""
    if sitting.outlook is None:
        return None
    hours, intakes = _step(history, today, amount)
    values, weights = sitting.outlook.find_at(hours, intakes)
    found = summarise(values[:, 0], weights)
    return Interval(found.q05, found.q50, found.q95)


def _look_alone(
    sitting: Sitting, history: History, today: int, amount: float
) -> dict[str, Interval]:
    hours, intakes = _step(history, today, amount)
    found = {}
    for member in sitting.mixture.members:
        values = predict_at(member, sitting.setting, np.array(hours), intakes)[:, 0]
        shares = summarise(values, member.posterior.weight)
        found[member.candidate.model.model] = Interval(shares.q05, shares.q50, shares.q95)
    return found


def _decide(life: Life, sitting: Sitting, target: str, past: float, unit: float) -> Decision:
    if sitting.present is None:
        raise ValueError("nothing is being taken")
    found = find_doses(sitting, life.person.surface, find_target(target), forecast_leads=True)
    option = found.choice.option
    keep = life.person.dose
    doses = {
        "keep": keep,
        "label": found.by_label,
        "consult": option.per_day if option is not None else keep,
    }
    troughs = {who: past + unit * dose for who, dose in doses.items()}
    return Decision(doses, troughs, option is not None)


def forecast_own(
    truth: Truth, number: int, counts: Sequence[int] = COUNTS, speed: Speed = QUICK
) -> list[Case]:
    """The true model alone, without inflation: the check of the arithmetic of intervals."""
    life = live(truth, number)
    cases = []
    for count in counts:
        history, today = life.recall(count)
        setting = set_up(history, life.person.form)
        member = fit(Candidate(truth.source, True, (), foreign=False), setting, speed)
        mixture = Mixture((replace(member, weight=1.0),))
        present = find_present(history)
        outlook = Outlook(mixture, setting, present) if present is not None else None
        sitting = Sitting(setting, mixture, outlook, present, count, ())
        past, unit = life.respond(today)
        true = past + unit * life.person.dose * STEP
        interval = look_ahead(sitting, history, today, life.person.dose * STEP)
        seen = measure(truth, true, life.next_noise)
        cases.append(Case(truth.id, count, seen, true, interval, ()))
    return cases
