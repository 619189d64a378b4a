"""What `gentian dose` may be asked for: a target and an interval, each checked before the record is read."""

from __future__ import annotations

import re
from fractions import Fraction

from gentian.language.model import Concept, Guideline
from gentian.language.units import UnitError, convert, parse_molar_mass

from .failures import USAGE, Failure

INTERVALS = {"24h": 24.0, "12h": 12.0}  # hours between doses that a consult can compare
FARTHEST = 2  # times the highest usual level: above it, a slip of the key or of the unit
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_TARGET = re.compile(rf"\s*({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})\s*(\S.*?)?\s*", re.ASCII)


def read_interval(text: str | None) -> float | None:
    """`24h` → 24.0 hours. Raises Failure (exit 2) for any other, with those that may be asked for."""
    if text is None:
        return None
    found = INTERVALS.get(text.replace(" ", "").lower())
    if found is None:
        known = " or ".join(INTERVALS)
        raise Failure(USAGE, f"--interval {text[:20]}: expected {known}, the time between doses")
    return found


def find_level(guideline: Guideline) -> Concept:
    """The measurement that the guideline's consult is about."""
    consult = next(iter(guideline.consults.values()))
    return guideline.vocabulary.concepts[consult.level]


def read_target(text: str | None, level: Concept) -> tuple[float, float] | None:
    """`5-15` or `5.5-16.4 nmol/L` → low and high in the level's own unit. Raises Failure (exit 2).

    Without a unit the numbers are in the level's unit, which every page repeats.
    """
    if text is None:
        return None
    form = f"write two numbers and a unit, such as `5-15 {level.unit}`"
    if re.match(r"\s*[-−]", text) or re.search(r"[-–]\s*[-−]", text):
        raise Failure(USAGE, f"--target {text[:40]}: a level cannot be below nought; {form}")
    found = _TARGET.fullmatch(text)
    if found is None:
        raise Failure(USAGE, f"--target {text[:40]}: not a range; {form}")
    low, high = (
        _read_end(part, found[3] or level.unit, level, text) for part in found.groups()[:2]
    )
    _check_range(low, high, level, text)
    return float(low), float(high)


def _read_end(number: str, unit: str, level: Concept, text: str) -> Fraction:
    try:
        mass = parse_molar_mass(level.molar_mass)
        return convert(Fraction(number), unit, level.unit, mass)
    except UnitError as error:
        mend = f"write {level.unit}" + (" or nmol/L" if level.molar_mass else "")
        raise Failure(USAGE, f"--target {text[:40]}: {error}; {mend}") from None


def _check_range(low: Fraction, high: Fraction, level: Concept, text: str) -> None:
    said = f"--target {text[:40]}"
    if low <= 0:
        raise Failure(USAGE, f"{said}: the lower end must be above nought, such as 5-15")
    if low >= high:
        raise Failure(USAGE, f"{said}: from low to high, and not the same twice; such as 5-15")
    most = FARTHEST * level.usual[1]
    if high > most:
        raise Failure(
            USAGE,
            f"{said}: above {most:g} {level.unit}, twice the highest usual level; check the number "
            f"and its unit",
        )
