"""The label's arithmetic, always printed beside the forecast: new = old × target ÷ level (TX-157, TX-158)."""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from gentian.dosing.rates import print_exact

from .history import History, Level
from .options import Limits
from .report import LabelDose, Said, TargetLine
from .rules import Rules

ROUNDING = 1e-9
HOURS_A_DAY = 24.0
SMALL = 0.1


def find_label_dose(
    level: Level, history: History, target: TargetLine, rules: Rules
) -> LabelDose | None:
    """The proportional dose from one level and the dose it was drawn on; inside the target it stays.

    None where the level is below its limit of quantification or zero, or no dose was taken before it: proportion
    has no meaning there.
    """
    taken = find_daily(history, level.hours)
    if level.below or level.value <= 0 or taken <= 0:
        return None
    aim = (target.low + target.high) / 2
    cites = [*rules.cites("loading_factor")]
    if target.low <= level.value <= target.high:
        kept = f"{_print(taken)} mg a day"
        says = (
            f"{level.printed} is inside the target: by the label's arithmetic the dose it was drawn on, "
            f"{kept}, stays."
        )
        return LabelDose(
            says=says, arithmetic=kept, per_day=taken, level=level.printed, cites=cites
        )
    new = taken * aim / level.value
    arithmetic = (
        f"{_print(taken)} mg a day × {_print(aim)} ÷ {_print(level.value)} = {_print(new)} mg a day"
    )
    says = f"By the label's arithmetic (dose × target ÷ level, to the middle of the target): {arithmetic}."
    return LabelDose(
        says=says, arithmetic=arithmetic, per_day=new, level=level.printed, cites=cites
    )


def find_daily(history: History, hours: float) -> float:
    """mg a day in force just before an hour."""
    return sum(
        item.amount * HOURS_A_DAY / item.every
        for item in history.intakes
        if item.start < hours <= item.start + item.count * item.every
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
    """Up to two decimals, no trailing zeros; what is smaller keeps two digits."""
    if 0 < value < SMALL:
        return f"{value:.2g}"
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
