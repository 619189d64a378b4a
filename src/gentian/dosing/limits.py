"""Caps that an amount never exceeds, and ceilings above which a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from gentian.language.dates import parse_duration
from gentian.language.model import Cap, DoseRecord

from .body import Body
from .ends import End, Limit, Rhythm
from .rates import Rate, print_amount, read_rate

NO_ANSWERS: Mapping[str, bool | None] = MappingProxyType({})


def read_rhythms(record: DoseRecord) -> tuple[Rhythm, Rhythm]:
    """The rhythm of the low and of the high end.

    "in 3 to 4 doses a day" with an amount per day: the low end is the smallest dose, so four; with
    an amount per dose ("2 to 3 times a week") the low end is the fewest doses.
    """
    times = record.frequency.times
    few, many = (times, times) if isinstance(times, int) else (min(times), max(times))
    interval = parse_duration(record.frequency.per)
    fewer, more = _rhythm(record, few, interval), _rhythm(record, many, interval)
    return (more, fewer) if record.is_ == "day" else (fewer, more)


def _rhythm(record: DoseRecord, times: int, interval: int) -> Rhythm:
    text = record.duration.high or record.duration.low if record.duration else ""
    if not text:
        return Rhythm(times, interval)
    doses = Fraction(parse_duration(text) * times, interval)
    return Rhythm(times, interval, max(1, -(-doses.numerator // doses.denominator)))


def list_caps(
    record: DoseRecord, adult: bool | None, criteria: Mapping[str, bool | None] = NO_ANSWERS
) -> list[Cap]:
    """The caps of this age class (while the age is unknown, all of them) whose condition is met.

    criteria: answers by id. A cap with a condition, such as a low filtration rate, holds where that is
    known; whether it is known at all is a check of the record.
    """
    classes = {True: ("any", "adult"), False: ("any", "child"), None: ("any", "adult", "child")}
    return [
        cap
        for cap in record.caps
        if cap.if_ in classes[adult] and (not cap.when or criteria.get(cap.when) is True)
    ]


def print_cap(cap: Cap) -> str:
    """`cap 1000 mg per dose (TX-102)`; an unread source is said to be unchecked."""
    source = ", ".join(cap.cites) + ("" if cap.read == "seen" else ", unchecked")
    age = "" if cap.if_ == "any" else f" in {'an adult' if cap.if_ == 'adult' else 'a child'}"
    return f"cap {print_amount(read_rate(cap.value))} per {cap.per}{age} ({source})"


def find_limit(
    caps: list[Cap], rhythm: Rhythm, unit: str, body: Body, place: str
) -> tuple[Limit | None, list[str]]:
    """The tightest cap as an amount of one dose, and the caps that need a missing body size."""
    limits: list[Limit] = []
    unclear: list[str] = []
    for cap in caps:
        rate = read_rate(cap.value, place).turn(unit)
        size = find_size(rate, body)
        if size is None:
            unclear.append(f"{print_cap(cap)}: body size needed")
            continue
        share = _share(cap.per, rate.times(size), rhythm)
        limits.append(Limit(share, print_cap(cap), cap.read == "seen"))
    return min(limits, key=lambda limit: limit.value, default=None), unclear


def _share(per: str, whole: Fraction, rhythm: Rhythm) -> Fraction:
    """The part of a limit per day or course that falls to one dose."""
    if per == "day":
        return whole / max(Fraction(1), rhythm.per_day)
    if per == "course":
        return whole / (rhythm.count or 1)
    return whole


def find_size(rate: Rate, body: Body) -> Fraction | None:
    """The part of the body a rate is counted in; 1 for flat amounts, None if unknown."""
    if rate.basis == "kg":
        return body.weight.value if body.weight else None
    if rate.basis == "m2":
        return body.surface.value if body.surface else None
    return Fraction(1)


def check_ceiling(record: DoseRecord, end: End, body: Body) -> str:
    """Why a person must decide: the amount is above the plausibility ceiling; "" otherwise."""
    ceiling = record.ceiling
    if ceiling is None:
        return ""
    limit = read_rate(ceiling.value, record.line).turn(end.rate.unit)
    size = find_size(limit, body)
    if size is not None and end.per_dose <= _share(ceiling.per, limit.times(size), end.rhythm):
        return ""
    return f"above {print_ceiling(record)}: {ceiling.says}"


def print_ceiling(record: DoseRecord) -> str:
    """`80 mg per day`, or "" without a ceiling."""
    if record.ceiling is None:
        return ""
    amount = print_amount(read_rate(record.ceiling.value, record.line))
    return f"{amount} per {record.ceiling.per}"
