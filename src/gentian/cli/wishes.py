"""What `gentian dose` may be asked for: a target, an interval, a model, each checked before the record is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction

from gentian.language.kinetics import PopulationModel
from gentian.language.model import Concept, Guideline
from gentian.language.units import UnitError, convert, parse_molar_mass

from .failures import USAGE, Failure

INTERVALS = {"24h": 24.0, "12h": 12.0}  # hours between doses that a consult can compare
SELECTABLE = "dosing"  # the use of a model that may lead
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


def say_conversion(text: str | None, level: Concept) -> str:
    """`converted from 10.9 to 16.4 nmol/L`, or nothing where the target was given in the level's own unit."""
    found = _TARGET.fullmatch(text or "")
    if found is None or found[3] is None:
        return ""
    if convert(Fraction(1), found[3], level.unit, parse_molar_mass(level.molar_mass)) == 1:
        return ""
    return f"converted from {found[1]} to {found[2]} {found[3]}"


def check_model(wished: str | None, models: Iterable[PopulationModel]) -> None:
    """Raises Failure (exit 2) for an id that is no model's, with those nearest to it and what they may do."""
    known = {model.model: model for model in models}
    if wished is None or wished in known:
        return
    near = [known[name] for name in _find_near(wished, known)]
    meant = f"; near to it: {', '.join(map(_describe_use, near))}" if near else ""
    selectable = ", ".join(sorted(one.model for one in known.values() if one.use == SELECTABLE))
    raise Failure(
        USAGE,
        f"--model {wished[:60]}: no model has this id{meant}",
        f"expected one of {selectable}",
    )


def _find_near(wished: str, known: Iterable[str]) -> list[str]:
    """Ids that hold the word, else those whose letters are nearest."""
    word, names = wished.strip().lower(), sorted(known)
    holding = [name for name in names if len(word) > 1 and word in name]
    return holding or get_close_matches(word, names, n=3, cutoff=0.7)


def _describe_use(model: PopulationModel) -> str:
    """`sirolimus.cheng-2020`, with the reason where it cannot be chosen."""
    if model.use == SELECTABLE:
        return model.model
    because = f": {model.because.rstrip('.')}" if model.because else ""
    return f"{model.model} (cannot be chosen{because})"


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
