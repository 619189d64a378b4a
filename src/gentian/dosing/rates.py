"""Typed amounts of medicine: how much, of which unit, per which part of the body.

All arithmetic is in exact fractions; a number is rounded only when it is printed (three significant
figures, halves up, never above a limit) or measured out (dosing/products.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

from gentian.language.errors import GuidelineError
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError, convert

FIGURES = 3  # significant figures of a printed amount
_PRINTED = {
    "ug": "microgram",
    "ng": "nanogram",
    "[IU]": "international units",
    "U": "units",
    "m2": "m²",
}


@dataclass(frozen=True, slots=True)
class Rate:
    """`value` of `unit` (a mass or activity), per `basis`: kg, m2, mL, or "" for a flat amount."""

    value: Fraction
    unit: str
    basis: str = ""

    def turn(self, unit: str) -> Rate:
        """The same rate in another unit of the same sort. Raises UnitError."""
        return Rate(convert(self.value, self.unit, unit), unit, self.basis)

    def times(self, size: Fraction) -> Fraction:
        """The amount for a body (or volume) of `size` kg, m2 or mL; a flat rate ignores it."""
        return self.value * size if self.basis else self.value


@lru_cache(maxsize=4096)
def read_rate(text: str, place: str = "") -> Rate:
    """`"2 mg/m2"` → Rate(2, "mg", "m2"); `"1000 mg"` → Rate(1000, "mg").

    Raises GuidelineError (at `place`, a `file:line`) for text without a unit or per anything else.
    """
    try:
        value, unit = parse_literal(text)
    except (QuantityError, UnitError) as error:
        message = f"{place}: {text!r}: {error}; write an amount such as 2 mg/m2"
        raise GuidelineError([message]) from None
    above, _, basis = unit.symbol.partition("/")
    if basis not in ("", "kg", "m2", "mL"):
        raise GuidelineError([f"{place}: {text!r} is per {basis}: give it per kg, per m2 or flat"])
    return Rate(value, above, basis)


def print_unit(unit: str) -> str:
    """A unit in words that cannot be misread on a prescription."""
    return _PRINTED.get(unit, unit)


def print_exact(value: Fraction) -> str:
    """A decimal of the guideline as written, without trailing zeros."""
    with localcontext(prec=40) as context:
        context.rounding = ROUND_HALF_UP
        return _trim(Decimal(value.numerator) / Decimal(value.denominator))


def print_rounded(value: Fraction, at_most: Fraction | None = None) -> str:
    """A calculated amount to three figures, or whole from 100 up; never above `at_most`."""
    with localcontext(prec=60):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        places = max(0, FIGURES - 1 - exact.adjusted()) if exact else 0
        step = Decimal(1).scaleb(-places)
        shown = exact.quantize(step, ROUND_HALF_UP)
        if at_most is not None and Fraction(shown) > at_most:
            shown = exact.quantize(step, ROUND_DOWN)
        return _trim(shown)


def print_range(low: str, high: str, unit: str) -> str:
    """`1.56 to 1.95 mg`, or one number where both ends are the same."""
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def print_rate(rate: Rate, is_per: str) -> str:
    """`2 mg/m²/day`, `600 mg/m²/dose`, `40 mg/day`."""
    return f"{print_amount(rate)}/{is_per}"


@lru_cache(maxsize=1024)
def print_amount(rate: Rate) -> str:
    """`2 mg/m²`, `1000 mg`."""
    basis = f"/{print_unit(rate.basis)}" if rate.basis else ""
    return f"{print_exact(rate.value)} {print_unit(rate.unit)}{basis}"


def _trim(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
