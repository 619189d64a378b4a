"""A dose in words: every amount per dose, per day and per body size together (HZ-01, HZ-02)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from gentian.language.dates import DAY, format_duration
from gentian.language.model import DoseRecord
from gentian.language.wording import say_quantity

from .body import Body
from .ends import End
from .products import Portion
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
    return Fraction(end.rhythm.times), say_quantity(format_duration(end.rhythm.interval))


def _total(end: End) -> str:
    count, _ = _period(end)
    most = None if end.at_most is None else end.at_most * count
    return print_rounded(end.per_dose * count, most)


def print_per_day(end: End) -> str:
    """`1.56 mg/day`, `80 microgram/week`."""
    return f"{_total(end)} {print_unit(end.rate.unit)}/{_period(end)[1]}"


def print_per_body(record: DoseRecord, end: End) -> str:
    """`2 mg/m²/day`; what is given per dose also per day: `600 mg/m²/dose (1200 mg/m²/day)`."""
    if not end.rate.basis:
        return ""
    text = print_rate(end.rate, record.is_)
    count, period = _period(end)
    if record.is_ == "day" or count == 1:
        return text
    whole = Rate(end.rate.value * count, end.rate.unit, end.rate.basis)
    return f"{text} ({print_rate(whole, period)})"


def print_dose(
    record: DoseRecord,
    ends: tuple[End, End],
    portions: tuple[list[Portion], list[Portion]],
    review: str,
    left_out: Sequence[str] = (),
) -> str:
    """The dose on one line, as it is put into a statement's sentence. left_out: which product not, and why.

    `1.56 to 1.95 mg/day, once daily (2 to 2.5 mg/m²/day); 1.6 to 2 mL of oral solution 1 mg/mL …`
    """
    low, high = ends
    unit = print_unit(low.rate.unit)
    total = print_range(_total(low), _total(high), f"{unit}/{_period(low)[1]}")
    if low.rhythm == high.rhythm and _period(low)[0] == 1:
        text = f"{total}, {record.frequency.says}"
    else:
        single = print_range(_number(low), _number(high), unit)
        text = f"{single} per dose, {record.frequency.says} = {total}"
    inside = [_print_bodies(record, low, high), *_list_caps(ends)]
    if any(inside):
        text += f" ({'; '.join(filter(None, inside))})"
    return "; ".join(filter(None, [text, *_list_products(portions), *left_out, review]))


def _print_bodies(record: DoseRecord, low: End, high: End) -> str:
    """`2 to 2.5 mg/m²/day`; what is given per dose also per day: `600 mg/m²/dose, 1200 mg/m²/day`."""
    if not low.rate.basis:
        return ""
    unit = f"{print_unit(low.rate.unit)}/{print_unit(low.rate.basis)}"
    values = [print_exact(end.rate.value) for end in (low, high)]
    parts = [print_range(values[0], values[1], f"{unit}/{record.is_}")]
    if record.is_ == "dose" and _period(high)[0] != 1:
        whole = [print_exact(end.rate.value * _period(end)[0]) for end in (low, high)]
        parts.append(print_range(whole[0], whole[1], f"{unit}/{_period(low)[1]}"))
    return ", ".join(parts)


def _list_caps(ends: tuple[End, End]) -> list[str]:
    texts = [end.limit.text for end in ends if end.limit and end.is_capped]
    return list(dict.fromkeys(texts))


def _list_products(portions: tuple[list[Portion], list[Portion]]) -> list[str]:
    """Products that can be measured at both ends; the others are told in the amounts."""
    lines = []
    for low, high in zip(*portions, strict=True):
        if low.count is None or high.count is None:
            continue
        counts = list(dict.fromkeys([low.count, high.count]))
        lines.append(low.measure.name(counts) + (low.note if low.note == high.note else ""))
    return lines


def print_arithmetic(record: DoseRecord, low: End, high: End, body: Body) -> str:
    """The sum as it can be followed by hand; body surface with the decimals it is carried with."""
    steps = []
    if low.rate.basis == "m2" and body.surface:
        height, weight = body.surface.height.value, body.surface.weight.value
        size = print_exact(body.surface.value)
        steps.append(f"√({print_exact(height)} cm × {print_exact(weight)} kg ÷ 3600) = {size} m²")
    steps += dict.fromkeys(_print_step(record, end) for end in (low, high))
    return "; ".join(steps)


def _print_step(record: DoseRecord, end: End) -> str:
    unit = print_unit(end.rate.unit)
    text = print_rate(end.rate, record.is_)
    if end.rate.basis:
        whole = print_rounded(end.rate.times(end.size))
        text += (
            f" × {print_exact(end.size)} {print_unit(end.rate.basis)} = {whole} {unit}/{record.is_}"
        )
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
