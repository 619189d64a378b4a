"""Literal quantities and durations of the guideline, as whole numbers."""

from __future__ import annotations

from functools import lru_cache

from .dates import parse_duration
from .quantities import TICKS, QuantityError, parse_literal
from .units import convert, parse_unit


@lru_cache(maxsize=8192)  # the guideline's own literals, the same for everybody
def convert_literal(text: str, unit: str) -> int:
    """Ticks of a literal quantity (which may be negative) in `unit`.

    Raises QuantityError when it is not one number or not a whole number of ticks, UnitError on units.
    """
    sign = -1 if text.startswith("-") else 1
    number, printed = parse_literal(text.removeprefix("-"))
    ticks = convert(number, printed, parse_unit(unit)) * TICKS
    if ticks.denominator != 1:
        raise QuantityError(f"{text!r} is finer than the language can hold in {unit}")
    return sign * int(ticks)


def convert_minutes(text: str) -> int:
    """Minutes of a duration such as `-14 d`; whole minutes."""
    sign = -1 if text.startswith("-") else 1
    return sign * parse_duration(text.removeprefix("-").strip())
