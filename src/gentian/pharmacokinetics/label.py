"""The label's arithmetic, always printed beside the forecast: new = old × target ÷ level (TX-157, TX-158)."""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from gentian.dosing.rates import print_exact

from .history import Level
from .options import Limits
from .outlook import Present
from .report import LabelDose, Said, TargetLine
from .rules import Rules

ROUNDING = 1e-9


def find_label_dose(
    level: Level, present: Present, target: TargetLine, rules: Rules
) -> LabelDose | None:
    """The proportional dose from one level; a level inside the target asks for no change.

    None where the level is below its limit of quantification or zero: proportion has no meaning there.
    """
    if level.below or level.value <= 0:
        return None
    aim = (target.low + target.high) / 2
    cites = [*rules.cites("loading_factor")]
    if target.low <= level.value <= target.high:
        says = f"{level.printed} is inside the target: by the label's arithmetic the dose stays."
        kept = f"{_print(present.per_day)} mg a day"
        return LabelDose(
            says=says, arithmetic=kept, per_day=present.per_day, level=level.printed, cites=cites
        )
    new = present.per_day * aim / level.value
    arithmetic = (
        f"{_print(present.per_day)} mg a day × {_print(aim)} ÷ {_print(level.value)} "
        f"= {_print(new)} mg a day"
    )
    says = f"By the label's arithmetic (dose × target ÷ level, to the middle of the target): {arithmetic}."
    return LabelDose(
        says=says, arithmetic=arithmetic, per_day=new, level=level.printed, cites=cites
    )


def mind_limits(label: LabelDose, limits: Limits) -> LabelDose:
    """The label's number is never left to stand alone where it lies beyond what is weighed here (section 7)."""
    beyond = find_bound(label.per_day, limits)
    return label if beyond is None else replace(label, says=f"{label.says} {beyond.says}")


def find_bound(per_day: float, limits: Limits) -> Said | None:
    """The limit that a daily dose (mg) lies beyond; None inside."""
    if per_day > limits.most * (1 + ROUNDING):
        return limits.because
    return limits.floor if per_day < limits.least * (1 - ROUNDING) else None


def _print(value: float) -> str:
    """Up to two decimals, no trailing zeros."""
    return print_exact(Fraction(round(value * 100), 100))


def say_loading(old: float, new: float, rules: Rules) -> str:
    """The optional load of the label, 3 × (new − old) a day's worth; said only when it is asked for."""
    most = rules.number("most_on_any_day")
    load = rules.number("loading_factor") * (new - old)
    if load <= 0:
        return "A loading dose has no place when the dose does not rise."
    shown = (
        f"{rules.number('loading_factor'):g} × ({_print(new)} − {_print(old)}) = {_print(load)} mg"
    )
    if load > most:
        return f"Loading dose of the label: {shown}, above {_print(most)} mg on one day: over two days."
    return f"Loading dose of the label: {shown}, once."
