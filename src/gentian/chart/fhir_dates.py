"""Onsets and ends as FHIR gives them: dates, periods, ages and texts, as the texts the normaliser reads."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import Refused
from gentian.chart.events import Person
from gentian.chart.fhir_values import pick_unit, print_number, print_period
from gentian.language.dates import (
    DAY,
    DateError,
    Interval,
    day_start,
    format_date,
    parse_span,
    to_day,
)
from gentian.language.units import UnitError, convert, parse_unit

_OLDEST = 130 * 12  # months


def print_time(
    when: str | None,
    age: fhir.Quantity | None,
    period: fhir.Period | None,
    ages: fhir.Range | None,
    text: str | None,
    person: Person | None,
) -> str:
    """The one of FHIR's five ways that is used, as a text of the normaliser; empty where none is.

    person: whose age is meant; None for relatives, whose birth is not known. Raises Refused for an age
    that cannot be counted. A free text counts only where it is a date.
    """
    if when:
        return when
    if period is not None:
        return print_period(period)
    if age is not None:
        return _print_interval(_count_ages(age, age, person))
    if ages is not None and (ages.low or ages.high):
        return _print_interval(_count_ages(ages.low, ages.high, person))
    return _read_text(text)


def _read_text(text: str | None) -> str:
    if not text:
        return ""
    try:
        parse_span(text)
    except DateError:
        return ""
    return text


def _print_interval(when: Interval | None) -> str:
    return "" if when is None else format_date(when)


def _count_ages(
    low: fhir.Quantity | None, high: fhir.Quantity | None, person: Person | None
) -> Interval | None:
    """When the person had an age between the two (an age of 5 lasts until the sixth birthday)."""
    if person is None:
        return None
    if person.born is None:
        raise Refused("an age, and no date of birth to count from", "add the date of birth")
    born = to_day(person.born[0]), to_day(person.born[1])
    first, last = day_start(born[0]), None
    if low is not None and (low.comparator or "") not in ("<", "<="):
        first = _pass(born[0], *_measure(low))
    if high is not None and (high.comparator or "") not in (">", ">="):
        count, step = _measure(high)
        whole = count if (high.comparator or "") == "<" else count + 1
        last = _pass(born[1], whole, step) - 1
    if last is None:
        raise Refused("an age without an upper end", "give the age, or a date")
    return first, max(first, last)


def _measure(age: fhir.Quantity) -> tuple[int, str]:
    """An age in whole months or days: `5 a` → (5, a); `2.5 a` → (30, mo). Raises Refused."""
    unit = pick_unit(age.code, age.unit)
    if age.value is None or not unit:
        raise Refused("an age without a number or a unit", "write the age as 5 a, 18 mo or 10 d")
    value = Fraction(print_number(age.value))
    try:
        parse_unit(unit)
        months = convert(value, unit, "mo")
    except UnitError as error:
        raise Refused(f"the age is not a time: {error}", "use a, mo, wk or d") from None
    if not 0 <= months <= _OLDEST:
        raise Refused("an age that nobody has", "check the age and its unit")
    symbol = parse_unit(unit).symbol
    if symbol in ("a", "mo"):
        return (int(value), symbol) if value.denominator == 1 else (int(months), "mo")
    return int(convert(value, unit, "d")), "d"


def _pass(day: date, count: int, step: str) -> int:
    """The first minute of the day that lies so many calendar years, months or days after a day."""
    if step == "d":
        return day_start(day) + count * DAY
    year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if step == "a" else 1), 12)
    later = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day_start(later)
