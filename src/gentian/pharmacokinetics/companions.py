"""Interacting medicines as changes of clearance over time (evidence section 1.5; SX-099 to SX-106).

An effect whose size was measured enters the model with its uncertainty; one of unknown size cannot, so
levels from before it say nothing about now. A strong one that is on, or fading, blocks every dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, log

from gentian.language.dates import parse_duration
from gentian.language.model import Guideline, Interaction

from .history import Companion, History
from .rules import HOUR, Rules

STEPS = 3  # a linear build-up is followed in so many equal steps


@dataclass(frozen=True, slots=True)
class Influence:
    """What one companion does to the medicine.

    log_clearance, log_fraction: full effect on CL and on F (0 where the size is not known); ramp: hours to
    build up and to fade; begins, ends: hours (ends None: still on); fades: hours until the record's own
    statement of its offset is over.
    """

    medicine: str
    row: Interaction
    companion: Companion
    strong: bool
    sized: bool
    log_clearance: float
    log_fraction: float
    ramp: float
    fades: float

    def is_on(self, index: float) -> bool:
        """Taken at a time?"""
        ends = self.companion.ends
        return self.companion.starts <= index and (ends is None or ends > index)

    def is_fading(self, index: float) -> bool:
        """Stopped, and its effect not yet surely over?"""
        ends = self.companion.ends
        return ends is not None and ends <= index < ends + max(self.fades, self.ramp)

    def changed(self, index: float) -> float:
        """The hour of its last start or stop up to a time."""
        ends = self.companion.ends
        return self.companion.starts if ends is None or ends > index else ends

    def settles(self, index: float) -> float:
        """The hour from which a level shows what this companion does now."""
        if self.changed(index) == self.companion.starts:
            return self.companion.starts + self.ramp
        return self.changed(index) + max(self.fades, self.ramp)

    def share(self, time: float) -> float:
        """The part of the full effect in force in the step that begins at `time`, from 0 to 1."""
        built = _climb(time, self.companion.starts, self.ramp)
        ends = self.companion.ends
        return built if ends is None else min(built, 1 - _climb(time, ends, self.ramp))

    def changes(self) -> Iterator[float]:
        """The hours at which `share` changes."""
        for start in (self.companion.starts, self.companion.ends):
            if start is not None:
                yield from (start + self.ramp * step / STEPS for step in range(STEPS + 1))


def _climb(time: float, start: float, ramp: float) -> float:
    """0 before, then the middle of each step, 1 when the ramp is over."""
    if time < start:
        return 0.0
    if time >= start + ramp or ramp <= 0:
        return 1.0
    return (int((time - start) / ramp * STEPS + 1e-9) + 0.5) / STEPS


def list_influences(guideline: Guideline, history: History, rules: Rules) -> tuple[Influence, ...]:
    """Every companion of the history that moves the level, oldest first."""
    found = []
    for companion in history.companions:
        row = find_row(guideline, companion.medicine, rules)
        if row is not None:
            found.append(_make_influence(row, companion, rules))
    return tuple(found)


def find_row(guideline: Guideline, medicine: str, rules: Rules) -> Interaction | None:
    """The row of a medicine, the nearest first: its own before its class's; only those that move levels."""
    rows = [row for row in guideline.interactions if row.interaction == rules.entry.medicine]
    members = guideline.vocabulary.members
    moving = [row for row in rows if row.effect.auc_ratio or row.effect.direction in ("up", "down")]
    own = [row for row in moving if row.with_ == medicine]
    of_class = [row for row in moving if medicine in members.get(row.with_, ())]
    return next(iter([*own, *of_class]), None)


def _make_influence(row: Interaction, companion: Companion, rules: Rules) -> Influence:
    exposure, peak = _middle(row.effect.auc_ratio), _middle(row.effect.cmax_ratio)
    falls = row.effect.direction == "down" or (exposure is not None and exposure < 1)
    log_fraction = 0.0
    if exposure is not None and peak is not None:
        log_fraction = log(min(exposure, peak))  # evidence 1.5: F_ratio = min(AUCR, CmaxR)
    return Influence(
        medicine=companion.medicine,
        row=row,
        companion=companion,
        strong=is_strong(row, rules),
        sized=exposure is not None,
        log_clearance=log_fraction - log(exposure) if exposure else 0.0,
        log_fraction=log_fraction,
        ramp=rules.number("induction_ramp" if falls else "inhibition_ramp"),
        fades=parse_duration(row.offset) / HOUR if row.offset else 0.0,
    )


def is_strong(row: Interaction, rules: Rules) -> bool:
    """Is no dose considered beside it: to be avoided, or an AUC ratio as large as the rule says?"""
    return row.action == "avoid" or _is_far(row.effect.auc_ratio, rules.number("strong_ratio"))


def _middle(ratio: list[float]) -> float | None:
    """The geometric mean of a printed interval."""
    return exp(sum(map(log, ratio)) / len(ratio)) if ratio else None


def _is_far(ratio: list[float], limit: float) -> bool:
    return any(value >= limit or value <= 1 / limit for value in ratio)
