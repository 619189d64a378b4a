"""Printed numbers as exact intervals of ticks (docs/language.md 1).

A tick is 0.000001 of the canonical unit. A number that a tick can hold exactly stays exact;
otherwise the interval is rounded outward, so that the true value is never outside. A conversion
through a molar mass carries half a printed digit, because the printed number was itself rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from gentian.language.units import Unit, UnitError, convert, is_molar_step, parse_unit

TICKS = 1_000_000
LARGEST = 10**17  # ticks; larger numbers are refused, so that sums stay inside 64 bits


class QuantityError(ValueError):
    """A text that is no usable quantity. `mend` says what to write instead."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Number:
    """A printed number as an interval; an end that is None is unbounded, `*_open` excludes the end.

    half_low, half_high: half a unit of the last printed digit of each end, for rounding errors.
    """

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False
    half_low: Fraction = Fraction(0)
    half_high: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Ticks:
    """An interval of ticks of the canonical unit; None is an unbounded side."""

    low: int | None
    high: int | None


_DIGITS = r"[0-9]{1,18}(?:\.[0-9]{1,18})?|\.[0-9]{1,18}"
_PLAIN = re.compile(rf"^([-+−]?)({_DIGITS})(?:[eE]([-+]?[0-9]{{1,2}}))?$")
_BOUND = re.compile(r"^(<=|>=|=<|=>|≤|≥|<|>)\s*(.+)$")
_SIGNED = rf"[-−]?(?:{_DIGITS})"
_RANGE = re.compile(rf"^({_SIGNED})\s*(?:-|–|—|to)\s*({_SIGNED})$")
_TITRE = re.compile(r"^1\s*:\s*([0-9]{1,7})$")
_SPLIT = re.compile(
    rf"^\s*((?:<=|>=|=<|=>|≤|≥|<|>)?\s*[-+−]?(?:{_DIGITS})(?:[eE][-+]?\d{{1,2}}(?![\w*^]))?"
    rf"(?:\s*(?:-|–|—|\bto\b)\s*[-−]?(?:{_DIGITS}))?)\s*(.*)$"
)


def _refuse(text: str) -> QuantityError:
    shown = text.strip()[:40]
    if not shown:
        return QuantityError("no number", "write a number with its unit, such as 18 10*9/L")
    if re.match(r"^[<>=≤≥]*\s*-?\d+,\d+(?:[.,]\d+)?$", shown):
        thousands = f" or {shown.replace(',', '')}" if re.search(r",\d{3}\b", shown) else ""
        return QuantityError(
            f"{shown!r} is ambiguous: a comma may be a decimal point or a thousands mark",
            f"write {shown.replace(',', '.', 1)}{thousands}",
        )
    if re.match(r"^[<>=≤≥]*\s*-?\d+(?:[\s\u00a0\u202f']\d+)+$", shown):
        joined = re.sub(r"[\s\u00a0\u202f']", "", shown)
        return QuantityError(f"{shown!r} has a gap inside the number", f"write {joined}")
    return QuantityError(
        f"{shown!r} is not a number", "write digits with a decimal point, such as 7.9, <31.2 or 4-6"
    )


def _parse_plain(text: str) -> tuple[Fraction, Fraction]:
    """A bare decimal → (value, half a unit of its last printed digit)."""
    found = _PLAIN.match(text.strip())
    if found is None:
        raise _refuse(text)
    sign, digits, exponent = found[1], found[2], int(found[3] or 0)
    if abs(exponent) > 15:
        raise QuantityError(f"{text.strip()[:40]!r} is out of range", "check the exponent")
    scale = Fraction(10) ** exponent
    decimals = len(digits.partition(".")[2])
    value = Fraction(digits) * scale
    half = scale / (2 * 10**decimals)
    return (-value if sign in ("-", "−") else value), half


def _parse_bound(mark: str, text: str) -> Number:
    value, half = _parse_plain(text)
    is_open = "=" not in mark and mark not in "≤≥"
    if mark[0] in "<≤" or mark == "=<":
        return Number(None, value, high_open=is_open, half_high=half)
    return Number(value, None, low_open=is_open, half_low=half)


def parse_number(text: str) -> Number:
    """`"18"`, `"<31.2"`, `">= 1500"`, `"4-6"`, `"1.2e5"` → the interval meant.

    Raises QuantityError for anything else: a decimal comma, gaps, words, NaN.
    """
    text = text.strip()
    if len(text) > 60:
        raise _refuse(text)
    bound = _BOUND.match(text)
    if bound is not None:
        return _parse_bound(bound[1], bound[2])
    between = _RANGE.match(text)
    if between is not None:
        (low, half_low), (high, half_high) = _parse_plain(between[1]), _parse_plain(between[2])
        if low > high:
            raise QuantityError(f"{text!r} runs downwards", f"write {between[2]}-{between[1]}")
        return Number(low, high, half_low=half_low, half_high=half_high)
    value, half = _parse_plain(text)
    return Number(value, value, half_low=half, half_high=half)


def _floor_ticks(value: Fraction, is_open: bool) -> int:
    """The highest tick that may still be meant by an upper end."""
    ticks = floor(value * TICKS)
    return ticks - 1 if is_open and ticks == value * TICKS else ticks


def _upper(value: Fraction, is_open: bool) -> int:
    if is_open:
        return _floor_ticks(value, True)
    return ceil(value * TICKS)


def _lower(value: Fraction, is_open: bool) -> int:
    return -_upper(-value, is_open)


def _check_size(ticks: int | None) -> int | None:
    if ticks is not None and abs(ticks) > LARGEST:
        raise QuantityError("the number is too large to be meant", "check the number and its unit")
    return ticks


def to_ticks(
    number: Number,
    source: str | Unit = "1",
    target: str | Unit = "1",
    molar_mass: Fraction | None = None,
) -> Ticks:
    """A printed number of `source` as ticks of the canonical unit `target`.

    molar_mass: grams per mole. Raises UnitError (unknown, mismatch) and QuantityError (too large).
    """
    molar = is_molar_step(source, target)

    def turn(value: Fraction | None, widen: Fraction) -> Fraction | None:
        if value is None:
            return None
        return convert(value + (widen if molar else 0), source, target, molar_mass)

    low, high = turn(number.low, -number.half_low), turn(number.high, number.half_high)
    return Ticks(
        _check_size(None if low is None else _lower(low, number.low_open)),
        _check_size(None if high is None else _upper(high, number.high_open)),
    )


def split_quantity(text: str) -> tuple[str, str]:
    """`"<31.2 pg/mL"` → (`"<31.2"`, `"pg/mL"`); the unit is empty where none is written.

    Raises QuantityError when no number starts the text.
    """
    text = text.strip()
    found = _SPLIT.match(text) if len(text) <= 120 else None
    if found is None:
        raise _refuse(text)
    number, unit = found[1].strip(), found[2].strip()
    if unit[:1] in (",", "'", ".") or (re.match(r"^\d", unit) and not _starts_power(unit)):
        raise _refuse_gap(text, number, unit)
    return number, unit


def _refuse_gap(text: str, number: str, unit: str) -> QuantityError:
    """Why digits follow the number: a lost power of ten (`109/L`), a comma or a gap."""
    power = re.match(r"^10([0-9]{1,2})(/.*)$", unit)
    if power:
        mend = f"write {number} 10*{power[1]}{power[2]}"
        return QuantityError(f"{unit[:40]!r} is not a unit", mend)
    return _refuse(_take_digits(text))


def _take_digits(text: str) -> str:
    """The doubtful number at the start of a text: `3,4 10*9/L` → `3,4`; `1 200 /uL` → `1 200`."""
    comma = re.match(r"^[<>=≤≥]*\s*-?\d+(?:[.,'’]\d+)+", text)
    return comma[0] if comma else re.split(r"\s+(?=[^\d\s])", text)[0]


def _starts_power(unit: str) -> bool:
    """A unit that begins with a digit is a power of ten (`10*9/L`), the pure `1`, or `1/uL`."""
    return re.match(r"^(?:10\s*(?:[*^eE(⁰¹²³⁴⁵⁶⁷⁸⁹])|1$)", unit) is not None


def parse_quantity(text: str, unit: str | Unit, molar_mass: Fraction | None = None) -> Ticks:
    """A printed quantity with its unit, as ticks of the canonical `unit`.

    Raises QuantityError when there is no unit or no number, UnitError for a wrong unit.
    """
    number, printed = split_quantity(text)
    if not printed:
        wanted = unit if isinstance(unit, str) else unit.symbol
        raise QuantityError(f"{text.strip()[:40]!r} has no unit", f"write {number} {wanted}")
    return to_ticks(parse_number(number), parse_unit(printed), unit, molar_mass)


def parse_titre(text: str) -> Ticks:
    """A dilution `1:160` → 160, as ticks of the pure number. Raises QuantityError."""
    found = _TITRE.match(text.strip())
    if found is None:
        raise _refuse(text)
    return Ticks(int(found[1]) * TICKS, int(found[1]) * TICKS)


def format_ticks(ticks: int) -> str:
    """Ticks as a decimal without trailing zeros: 7900000 → `7.9`, -500 → `-0.0005`."""
    whole, rest = divmod(abs(ticks), TICKS)
    text = str(whole) if rest == 0 else f"{whole}.{rest:06d}".rstrip("0")
    return f"-{text}" if ticks < 0 else text


def format_interval(low: int | None, high: int | None, unit: str = "") -> str:
    """An interval of ticks as a person writes it: `18 10*9/L`, `<31.2 ng/L`, `4-6 %`, `>=3 1`."""
    tail = f" {unit}" if unit else ""
    if low is None:
        return "unknown" if high is None else f"{_format_end('<', high, 1)}{tail}"
    if high is None:
        return f"{_format_end('>', low, -1)}{tail}"
    if low == high:
        return f"{format_ticks(low)}{tail}"
    dash = "-" if low >= 0 and high >= 0 else " to "
    return f"{format_ticks(low)}{dash}{format_ticks(high)}{tail}"


def _format_end(mark: str, ticks: int, step: int) -> str:
    """An open bound was shifted by one tick: print the shorter of `<x` and `<=x`."""
    opened, closed = format_ticks(ticks + step), format_ticks(ticks)
    return f"{mark}{opened}" if len(opened) < len(closed) else f"{mark}={closed}"


def parse_literal(text: str) -> tuple[Fraction, Unit]:
    """A literal of the guideline, `20 10*9/L` → (20, its unit). Raises QuantityError, UnitError."""
    number, printed = split_quantity(text)
    if not printed:
        raise QuantityError(
            f"{text.strip()[:40]!r} has no unit", "write the unit; 1 is the pure number"
        )
    parsed = parse_number(number)
    if parsed.low is None or parsed.low != parsed.high:
        raise QuantityError(f"{text!r} is not one number", "write one number with its unit")
    return parsed.low, parse_unit(printed)


__all__ = [
    "LARGEST",
    "TICKS",
    "Number",
    "QuantityError",
    "Ticks",
    "UnitError",
    "format_interval",
    "format_ticks",
    "parse_literal",
    "parse_number",
    "parse_quantity",
    "parse_titre",
    "split_quantity",
    "to_ticks",
]
