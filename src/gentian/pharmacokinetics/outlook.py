"""What would be measured at a later trough: on the present dose, and on any other (evidence section 4.1).

The trough at steady state is proportional to the dose in each draw, so that one prediction answers every dose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from .curve import predict
from .history import History, Intake
from .individual import Setting, make_doses
from .mixture import Member, Mixture, scatter, summarise
from .problem import Floats
from .report import Quantiles
from .rules import HOUR

STEADY_HOURS = (
    2400.0  # a hundred days: more than ten of the longest half-lives of selectable models
)


@dataclass(frozen=True, slots=True)
class Present:
    """What is taken at the index time. amount: mg taken together, of the last where the regimen is uneven;
    every: hours between doses; next_dose: hours of the next one; product: empty where there are several.
    """

    intakes: tuple[Intake, ...]
    amount: float
    every: float
    next_dose: float
    product: str
    form: str

    @property
    def per_day(self) -> float:
        """mg a day."""
        return sum(item.amount * 24.0 / item.every for item in self.intakes)

    @property
    def even(self) -> bool:
        """One regimen: pieces of one form, taken together at one interval?"""
        first = self.intakes[0]
        return all(
            item.every == first.every
            and item.form == first.form
            and round((item.start - first.start) * HOUR) % round(first.every * HOUR) == 0
            for item in self.intakes
        )


def find_present(history: History) -> Present | None:
    """The intakes that go on at the index time; None where nothing is taken."""
    ongoing = tuple(item for item in history.intakes if item.ongoing)
    if not ongoing:
        return None
    last = ongoing[-1]
    present = Present(
        intakes=ongoing,
        amount=last.amount,
        every=last.every,
        next_dose=min(item.start + item.count * item.every for item in ongoing),
        product=last.product if len(ongoing) == 1 else "",
        form=last.form,
    )
    if not present.even:
        return present
    return replace(present, amount=sum(item.amount for item in ongoing))


def find_begin(history: History, intake: Intake) -> float:
    """The hour at which a regimen began: segments that only continue it are followed back."""
    while intake.continues:
        before = [
            item
            for item in history.intakes
            if item.start < intake.start
            and (item.amount, item.every, item.product)
            == (intake.amount, intake.every, intake.product)
        ]
        if not before:
            break
        intake = before[-1]
    return intake.start


def continue_doses(history: History, until: float) -> tuple[Intake, ...]:
    """The history with what goes on now taken until an hour."""
    return tuple(
        replace(item, count=max(item.count, int(np.ceil((until - item.start) / item.every))))
        if item.ongoing
        else item
        for item in history.intakes
    )


def switch_doses(
    history: History, amount: float, every: float, at: float, until: float
) -> tuple[Intake, ...]:
    """The history, then another dose from an hour on."""
    before = [
        replace(item, count=min(item.count, int(np.ceil((at - item.start) / item.every))))
        for item in history.intakes
    ]
    count = max(int(np.ceil((until - at) / every)), 1)
    new = replace(
        history.intakes[-1], start=at, amount=amount, every=every, count=count, ongoing=True
    )
    return (*[item for item in before if item.count > 0], new)


class Outlook:
    """The mixture looking ahead; each prediction is made once."""

    def __init__(self, mixture: Mixture, setting: Setting, present: Present) -> None:
        self.mixture, self.setting, self.present = mixture, setting, present
        self._per_mg: dict[tuple[str, float], Floats] = {}

    def find_steady(self, amount: float, every: float) -> tuple[Floats, Floats]:
        """Measured troughs at steady state on a dose (mg) at an interval (h), and their weights."""
        parts = [self._scale(one, amount, every) for one in self.mixture.leading]
        return self.mixture.join(parts)

    def expect(self, member: Member) -> Quantiles:
        """The trough at steady state on the present dose, by one model alone."""
        return summarise(self._go_on(member), member.posterior.weight)

    def find_present(self) -> tuple[Floats, Floats]:
        """Measured troughs at steady state on what is taken now, and their weights."""
        return self.mixture.join([self._go_on(one) for one in self.mixture.leading])

    def _go_on(self, member: Member) -> Floats:
        present = self.present
        if present.even:
            return self._scale(member, present.amount, present.every)
        values = predict_present(member, self.setting, present)
        return scatter(values, member.noise)

    def find_at(self, hours: Iterable[float], intakes: Iterable[Intake]) -> tuple[Floats, Floats]:
        """Measured concentrations (N, T) at hours on given doses, and the weights (N,)."""
        times, intakes = np.array(list(hours), dtype=float), tuple(intakes)
        parts = [predict_at(one, self.setting, times, intakes) for one in self.mixture.leading]
        return self.mixture.join(parts)

    def _scale(self, member: Member, amount: float, every: float) -> Floats:
        key = (member.candidate.model.model, every)
        if key not in self._per_mg:
            self._per_mg[key] = predict_steady(member, self.setting, self.present, every)
        return scatter(self._per_mg[key] * amount, member.noise)


def predict_steady(member: Member, setting: Setting, present: Present, every: float) -> Floats:
    """Trough at steady state for 1 mg a dose, per draw (N,)."""
    count = int(np.ceil(STEADY_HOURS / every))
    start = present.next_dose
    unit = replace(present.intakes[-1], start=start, amount=1.0, every=every, count=count)
    doses = make_doses([unit], setting, member.candidate)
    at = np.array([start + count * every])
    return np.asarray(predict(member.problem, member.posterior.eta, at, doses)[:, 0])


def predict_present(member: Member, setting: Setting, present: Present) -> Floats:
    """Trough at steady state where doses of several sizes or times go on, per draw (N,)."""
    longest = max(item.every for item in present.intakes)
    until = present.next_dose + np.ceil(STEADY_HOURS / longest) * longest
    going = [
        replace(
            item,
            start=(start := item.start + item.count * item.every),
            count=int(np.ceil((until - start) / item.every)),
        )
        for item in present.intakes
    ]
    doses = make_doses(going, setting, member.candidate)
    return np.asarray(predict(member.problem, member.posterior.eta, np.array([until]), doses)[:, 0])


def predict_at(
    member: Member, setting: Setting, times: Floats, intakes: Iterable[Intake]
) -> Floats:
    """What would be measured at times by one model, per draw (N, T)."""
    doses = make_doses(intakes, setting, member.candidate)
    values = np.asarray(predict(member.problem, member.posterior.eta, times, doses))
    return scatter(values, member.noise)
