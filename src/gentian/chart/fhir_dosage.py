"""Dosage instructions as a dose per day: amounts, timing, strengths of products, several steps at once.

What cannot be counted stays unknown and keeps its text: "as needed", a text alone, a rate, a dose per
kilogram. Steps that follow each other without dates give the range they span; steps that run together
are added up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import Refused
from gentian.chart.fhir_codes import Terms
from gentian.chart.fhir_values import (
    join_range,
    pick_unit,
    print_number,
    print_quantity,
    print_range,
)
from gentian.chart.medicines import find_interval
from gentian.language.dates import (
    DAY,
    DURATION_MINUTES,
    DateError,
    parse_clock,
    parse_duration,
)
from gentian.language.quantities import TICKS, format_ticks
from gentian.language.units import UnitError, convert, parse_unit

MOST_OFTEN = 1440  # times in one interval; more is a slip of the pen


@dataclass(frozen=True, slots=True)
class Strength:
    """How much of a medicine is in one piece (`per` empty) or in one millilitre of a product."""

    amount: Fraction
    unit: str
    per: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One dosage as the normaliser reads it. Empty texts: not said."""

    dose: str = ""
    dose_unit: str = ""
    times: int = 0
    every: str = ""
    printed: str = ""
    route: str | None = None
    starts: str = ""
    ends: str = ""
    supply: str = ""
    order: int | None = None
    at: tuple[int, ...] = ()


def read_steps(
    dosages: Sequence[fhir.Dosage] | None, strength: Strength | None, terms: Terms
) -> list[Step]:
    """The steps of a dosage; one unknown step where there is none. Steps without dates are joined."""
    steps = [_read_step(dosage, strength, terms) for dosage in dosages or ()]
    if not steps:
        return [Step()]
    if len(steps) == 1 or all(step.starts for step in steps):
        return steps
    return [_join(steps)]


def _read_step(dosage: fhir.Dosage, strength: Strength | None, terms: Terms) -> Step:
    text = _print_text(dosage)
    bounds = dosage.timing.repeat if dosage.timing else None
    period = bounds.bounds_period if bounds else None
    times, every = _read_timing(dosage, terms)
    dose, unit = _read_dose(dosage, strength, terms)
    return Step(
        dose=dose,
        dose_unit=unit,
        times=times,
        every=every,
        printed=text or " ".join(part for part in (dose, unit) if part),
        route=_print_route(dosage.route),
        starts=(period.start or "") if period else "",
        ends=(period.end or "") if period else "",
        supply=print_duration(bounds.bounds_duration) if bounds else "",
        order=dosage.sequence,
        at=_read_clocks(bounds, times, every) if bounds and times else (),
    )


def _read_clocks(repeat: fhir.Repeat, times: int, every: str) -> tuple[int, ...]:
    """The times of day at which doses are taken; none where they are not as many as the doses."""
    try:
        found = sorted({parse_clock(text[:8]) for text in repeat.time_of_day or ()})
    except DateError:
        return ()
    interval = find_interval(times, parse_duration(every)) if found else None
    if interval is None or (interval % DAY and DAY % interval):
        return ()
    return tuple(found) if len(found) == max(1, DAY // interval) else ()


def _print_text(dosage: fhir.Dosage) -> str:
    return (dosage.text or "").strip()[:120]


def _print_route(route: fhir.CodeableConcept | None) -> str | None:
    if route is None:
        return None
    names = [coding.display or coding.code for coding in route.coding or ()]
    text = route.text or next((name for name in names if name), None)
    return text.strip().lower()[:60] if text else None


def print_duration(length: fhir.Quantity | None) -> str:
    """`30 d`; empty where it is no length of time."""
    if length is None or length.value is None:
        return ""
    unit = pick_unit(length.code, length.unit)
    try:
        minutes = convert(Fraction(print_number(length.value)), unit, "min")
    except (UnitError, Refused):
        return ""
    return f"{int(minutes)} min" if 0 < minutes < 10**6 else ""


# -- how much -----------------------------------------------------------------------------------------


def _read_dose(dosage: fhir.Dosage, strength: Strength | None, terms: Terms) -> tuple[str, str]:
    """The printed dose and its unit; a number of tablets or millilitres in the unit of the strength."""
    for one in dosage.dose_and_rate or ():
        if one.dose_quantity is None and one.dose_range is None:
            continue
        try:
            if one.dose_quantity is not None:
                number, unit = print_quantity(one.dose_quantity)
            else:
                number, unit = print_range(one.dose_range or fhir.Range())
            return _apply_strength(number, unit, strength, terms)
        except Refused:  # the medicine stays; what is not a number leaves its dose unknown
            return "unreadable", ""
    return "", ""


def _apply_strength(
    number: str, unit: str, strength: Strength | None, terms: Terms
) -> tuple[str, str]:
    ends = _split_ends(number)
    factor = _count_per(unit, strength, terms) if strength is not None else None
    if strength is None or factor is None or ends is None:
        return number, unit
    low, high = print_ends(ends[0] * factor, ends[1] * factor)
    return join_range(low, high), strength.unit


_ENDS = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?")


def _split_ends(number: str) -> tuple[Fraction, Fraction] | None:
    """Both ends of `5` or `5-10`; None for bounds, negative numbers and nothing."""
    found = _ENDS.fullmatch(number)
    return (Fraction(found[1]), Fraction(found[2] or found[1])) if found else None


def _count_per(unit: str, strength: Strength, terms: Terms) -> Fraction | None:
    """Amount of medicine in one `unit` of the product, or None where that cannot be told."""
    piece = unit.strip().lower() in {one.lower() for one in terms.tables.pieces}
    if not strength.per:
        return strength.amount if piece else None
    try:
        return convert(Fraction(1), unit, strength.per) * strength.amount
    except UnitError:
        return None


def print_ends(low: Fraction, high: Fraction) -> tuple[str, str]:
    """Two amounts as decimals; one that is no decimal is rounded outward."""
    first = (low * TICKS).__floor__()
    last = -((-high * TICKS).__floor__())
    return format_ticks(first), format_ticks(last)


# -- how often ----------------------------------------------------------------------------------------


def _read_timing(dosage: fhir.Dosage, terms: Terms) -> tuple[int, str]:
    """Times in each interval; 0 where it is not said, or taken only when needed."""
    timing = dosage.timing
    if dosage.as_needed_boolean or dosage.as_needed_codeable_concept is not None or timing is None:
        return 0, ""
    repeat = timing.repeat
    if repeat is not None and (counted := _count_repeat(repeat)) is not None:
        return counted
    if (frequency := terms.find_frequency(timing.code)) is not None:
        return frequency.times, frequency.every
    return 0, ""


def _count_repeat(repeat: fhir.Repeat) -> tuple[int, str] | None:
    if repeat.frequency_max not in (None, repeat.frequency) or repeat.period_max is not None:
        return 0, ""  # between two frequencies: the dose per day is not one number
    if (repeat.frequency or 0) > MOST_OFTEN:
        return 0, ""
    daily = repeat.frequency or len(repeat.time_of_day or ()) or len(repeat.when or ()) or 1
    if repeat.day_of_week:
        return daily * len(repeat.day_of_week), "7 d"
    if repeat.period is not None:
        every = _print_interval(repeat.period, repeat.period_unit)
        return (daily, every) if every else (0, "")
    return (daily, "1 d") if repeat.time_of_day or repeat.when else None


def _print_interval(period: Decimal, unit: str | None) -> str:
    """`12 h` for a period and its unit; empty where it is no whole number of minutes."""
    factor = DURATION_MINUTES.get(unit or "")
    if factor is None or not period.is_finite() or period <= 0 or abs(period.adjusted()) > 6:
        return ""
    minutes = Fraction(period) * factor
    return f"{int(minutes)} min" if minutes.denominator == 1 and minutes < 10**6 else ""


# -- several steps ------------------------------------------------------------------------------------


def _join(steps: list[Step]) -> Step:
    """Several steps as one: added where they run together, the range where they follow each other."""
    printed = "; ".join(step.printed for step in steps if step.printed)[:120]
    one = Step(
        printed=printed,
        route=steps[0].route,
        starts=min((step.starts for step in steps if step.starts), default=""),
    )
    amounts = [_count_daily(step) for step in steps]
    units = {step.dose_unit for step in steps}
    if len(units) != 1 or any(amount is None for amount in amounts):
        return one
    known = [amount for amount in amounts if amount is not None]
    if len({step.order for step in steps}) == len(steps):
        low, high = min(low for low, _ in known), max(high for _, high in known)
    else:
        low = sum((low for low, _ in known), Fraction(0))
        high = sum((high for _, high in known), Fraction(0))
    first, last = print_ends(low, high)
    return Step(
        dose=join_range(first, last),
        dose_unit=f"{units.pop()}/d",
        times=1,
        every="1 d",
        printed=printed,
        route=one.route,
        starts=one.starts,
    )


def _count_daily(step: Step) -> tuple[Fraction, Fraction] | None:
    ends = _split_ends(step.dose)
    if ends is None or not step.times or not step.every:
        return None
    try:
        parse_unit(f"{step.dose_unit}/d")
    except UnitError:
        return None
    minutes = int(step.every.split()[0]) * DURATION_MINUTES[step.every.split()[1]]
    factor = step.times * DAY / minutes
    return ends[0] * factor, ends[1] * factor
