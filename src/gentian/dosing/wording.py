"""A dose in words: every amount per dose, per day and per body size together (HZ-01, HZ-02)."""

from __future__ import annotations

from fractions import Fraction

from gentian.language.dates import DAY, format_duration
from gentian.language.model import DoseRecord

from .body import Body
from .dose import Amount
from .ends import End
from .rates import Rate, print_exact, print_range, print_rate, print_rounded, print_unit
from .regimen import Regimen


def _number(end: End) -> str:
    return print_rounded(end.per_dose, end.at_most)


def print_per_dose(end: End) -> str:
    """`0.78 mg`."""
    return f"{_number(end)} {print_unit(end.rate.unit)}"


def _period(end: End) -> tuple[Fraction, str]:
    """Doses in the printed period, and the period: a day, a week, or the interval itself."""
    if end.rhythm.per_day >= 1:
        return end.rhythm.per_day, "day"
    if end.rhythm.interval == 7 * DAY:
        return Fraction(end.rhythm.times), "week"
    return Fraction(end.rhythm.times), format_duration(end.rhythm.interval)


def _total(end: End) -> str:
    count, _ = _period(end)
    most = None if end.at_most is None else end.at_most * count
    return print_rounded(end.per_dose * count, most)


def print_per_day(end: End) -> str:
    """`1.56 mg/day`, `80 microgram/week`."""
    return f"{_total(end)} {print_unit(end.rate.unit)}/{_period(end)[1]}"


def print_per_body(record: DoseRecord, end: End) -> str:
    """`2 mg/m2/day`; what is given per dose also per day: `600 mg/m2/dose (1200 mg/m2/day)`."""
    if not end.rate.basis:
        return ""
    text = print_rate(end.rate, record.is_)
    count, period = _period(end)
    if record.is_ == "day" or count == 1:
        return text
    whole = Rate(end.rate.value * count, end.rate.unit, end.rate.basis)
    return f"{text} ({print_rate(whole, period)})"


def print_dose(
    record: DoseRecord, low: End, high: End, amounts: tuple[Amount, Amount], review: str
) -> str:
    """The dose on one line, as it is put into a statement's sentence."""
    unit = print_unit(low.rate.unit)
    parts = [f"{print_range(_number(low), _number(high), unit)} per dose, {record.frequency.says}"]
    parts.append(f"= {print_range(_total(low), _total(high), f'{unit}/{_period(low)[1]}')}")
    bodies = [amount.per_body for amount in amounts if amount.per_body]
    inside = [" to ".join(dict.fromkeys(bodies))] if bodies else []
    inside += dict.fromkeys(amount.capped for amount in amounts if amount.capped)
    if inside:
        parts.append(f"({'; '.join(inside)})")
    if record.duration:
        parts.append(record.duration.says)
    text = " ".join(parts)
    measured = _print_products(amounts)
    return "; ".join(filter(None, [text, *measured, review]))


def _print_products(amounts: tuple[Amount, Amount]) -> list[str]:
    """Each product once where both ends are the same, else from the one end to the other."""
    low, high = amounts
    if len(low.products) != len(high.products):
        return list(dict.fromkeys([*low.products, *high.products]))
    return [
        one if one == other else f"{one} to {other}"
        for one, other in zip(low.products, high.products, strict=True)
    ]


def print_arithmetic(record: DoseRecord, low: End, high: End, body: Body) -> str:
    """The sum as it can be followed by hand; body surface with the decimals it is carried with."""
    steps = []
    if low.rate.basis == "m2" and body.surface:
        height, weight = body.surface.height.value, body.surface.weight.value
        size = print_exact(body.surface.value)
        steps.append(f"√({print_exact(height)} cm × {print_exact(weight)} kg ÷ 3600) = {size} m2")
    steps += dict.fromkeys(_print_step(record, end) for end in (low, high))
    return "; ".join(steps)


def _print_step(record: DoseRecord, end: End) -> str:
    unit = print_unit(end.rate.unit)
    text = print_rate(end.rate, record.is_)
    if end.rate.basis:
        whole = print_rounded(end.rate.times(end.size))
        text += f" × {print_exact(end.size)} {end.rate.basis} = {whole} {unit}/{record.is_}"
    if record.is_ == "day" and end.rhythm.per_day != 1:
        doses = print_exact(end.rhythm.per_day)
        text += f" ÷ {doses} doses = {print_rounded(end.uncapped)} {unit}/dose"
    if end.is_capped and end.limit:
        text += f", {end.limit.text} → {_number(end)} {unit}/dose"
    return text


def print_unsized(record: DoseRecord, regimen: Regimen) -> str:
    """A rescue without a body size: the sourced rate, so that nobody waits for a scale."""
    ends = [print_rate(rate, record.is_) for rate in (regimen.low, regimen.high)]
    return f"{' to '.join(dict.fromkeys(ends))}, {record.frequency.says}"
