"""Units of measurement: one checked table, exact factors, and spellings that laboratories print.

A unit is read against a closed list of atoms (UCUM symbols and printed aliases) joined by `/`;
nothing is guessed. Multipliers that laboratories write as letters (`K/uL`, `G/L`, `T/L`) count only
directly over a volume, so `K/uL` can never be kelvin. Factors are exact fractions; body temperature
is the only affine scale.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Dimension = tuple[tuple[str, int], ...]


class UnitError(ValueError):
    """A unit that cannot be used. `mend` says what to write instead."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


class UnknownUnit(UnitError):
    """The text is no unit of the table. `suggestions` holds near spellings."""

    def __init__(self, text: str, suggestions: tuple[str, ...] = (), mend: str = "") -> None:
        near = "did you mean " + " or ".join(suggestions) + "?" if suggestions else ""
        super().__init__(f"unknown unit {text!r}", mend or near or "write a UCUM unit, such as g/L")
        self.text = text
        self.suggestions = suggestions


class UnitMismatch(UnitError):
    """The two units measure different things, or a molar mass would be needed."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `value [base] = value [unit] × factor + offset`.

    symbol: canonical UCUM text. dimension: sorted (base, power) pairs over mass (g), length (m),
    time (s), amount (mol), unit (U), copies, temperature (K), pressure (Pa), equivalent and
    surface-normal (per 1.73 m2).
    """

    symbol: str
    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)


_DAY = Fraction(86400)
_LENGTH = (("length", 1),)
_AREA = (("length", 2),)
_VOLUME = (("length", 3),)
_MASS = (("mass", 1),)
_TIME = (("time", 1),)
_AMOUNT = (("amount", 1),)
_ENZYME = (("unit", 1),)
_LITRE = Fraction(1, 1000)  # cubic metres

# symbol, factor to the base, dimension, other spellings (all compared after `_tidy`)
_ROWS: tuple[tuple[str, Fraction, Dimension, str], ...] = (
    (
        "1",
        Fraction(1),
        (),
        "{ratio} {INR} {index} {score} {titre} {titer} {count} ratio INR index score titre titer",
    ),
    ("%", Fraction(1, 100), (), "percent pct"),
    ("[ppth]", Fraction(1, 1000), (), "‰ promille"),
    ("kg", Fraction(1000), _MASS, "KG Kg kilogram kilograms"),
    ("g", Fraction(1), _MASS, "gm GM gram grams"),
    ("mg", Fraction(1, 10**3), _MASS, "MG milligram milligrams"),
    ("ug", Fraction(1, 10**6), _MASS, "mcg UG MCG microgram micrograms"),
    ("ng", Fraction(1, 10**9), _MASS, "NG nanogram"),
    ("pg", Fraction(1, 10**12), _MASS, "PG picogram"),
    ("fg", Fraction(1, 10**15), _MASS, ""),
    ("m", Fraction(1), _LENGTH, "metre meter metres meters"),
    ("dm", Fraction(1, 10), _LENGTH, ""),
    ("cm", Fraction(1, 100), _LENGTH, "CM centimetre centimeter centimetres centimeters"),
    ("mm", Fraction(1, 1000), _LENGTH, "MM millimetre millimeter millimetres millimeters"),
    ("um", Fraction(1, 10**6), _LENGTH, "micron"),
    ("m2", Fraction(1), _AREA, "sqm"),
    ("cm2", Fraction(1, 10**4), _AREA, ""),
    ("m3", Fraction(1), _VOLUME, ""),
    ("L", _LITRE, _VOLUME, "l litre liter litres liters"),
    ("dL", _LITRE / 10, _VOLUME, "dl DL"),
    ("cL", _LITRE / 100, _VOLUME, "cl"),
    ("mL", _LITRE / 10**3, _VOLUME, "ml ML cc cm3 millilitre milliliter millilitres milliliters"),
    ("uL", _LITRE / 10**6, _VOLUME, "ul UL mcL mcl MCL mm3 cumm cmm"),
    ("nL", _LITRE / 10**9, _VOLUME, "nl"),
    ("pL", _LITRE / 10**12, _VOLUME, "pl"),
    ("fL", _LITRE / 10**15, _VOLUME, "fl FL"),
    ("s", Fraction(1), _TIME, "sec second seconds"),
    ("min", Fraction(60), _TIME, "minute minutes"),
    ("h", Fraction(3600), _TIME, "hr hrs hour hours"),
    ("d", _DAY, _TIME, "day days 24h 24hr 24hrs 24hours 24.h"),
    ("wk", _DAY * 7, _TIME, "week weeks"),
    ("mo", _DAY * Fraction("30.4375"), _TIME, "month months"),
    ("a", _DAY * Fraction("365.25"), _TIME, "y yr yrs year years"),
    ("mol", Fraction(1), _AMOUNT, ""),
    ("mmol", Fraction(1, 10**3), _AMOUNT, "MMOL"),
    ("umol", Fraction(1, 10**6), _AMOUNT, "UMOL mcmol"),
    ("nmol", Fraction(1, 10**9), _AMOUNT, "NMOL"),
    ("pmol", Fraction(1, 10**12), _AMOUNT, "PMOL"),
    ("fmol", Fraction(1, 10**15), _AMOUNT, ""),
    ("eq", Fraction(1), (("equivalent", 1),), "Eq"),
    ("meq", Fraction(1, 1000), (("equivalent", 1),), "mEq MEQ"),
    ("[IU]", Fraction(1), _ENZYME, "[iU] IU iu {IU}"),
    ("k[IU]", Fraction(1000), _ENZYME, "k[iU] kIU"),
    ("m[IU]", Fraction(1, 1000), _ENZYME, "m[iU] mIU mU"),
    ("u[IU]", Fraction(1, 10**6), _ENZYME, "u[iU] uIU uU"),
    ("U", Fraction(1), _ENZYME, "unit units"),
    ("kU", Fraction(1000), _ENZYME, ""),
    ("ukat", Fraction(60), _ENZYME, ""),
    ("nkat", Fraction(60, 1000), _ENZYME, ""),
    ("{copies}", Fraction(1), (("copies", 1),), "copies copy cp {copy} {cop} {cp}"),
    ("mm[Hg]", Fraction("133.322387415"), (("pressure", 1),), "mmHg mmhg mm(Hg) MMHG"),
    ("kPa", Fraction(1000), (("pressure", 1),), ""),
    (
        "{1.73_m2}",
        Fraction(1),
        (("surface-normal", 1),),
        "1.73m2 {1.73m2} {1.73sqm} 1.73sqm 1.73_m2 (1.73_m2)",
    ),
    ("{cells}", Fraction(1), (), "cells cell {cell} {#} # {event} {events} events"),
)

_SCALES: tuple[tuple[str, Fraction, Fraction, str], ...] = (
    ("Cel", Fraction(1), Fraction("273.15"), "C °C degC deg_C celsius Celsius ºC CEL"),
    (
        "[degF]",
        Fraction(5, 9),
        Fraction("459.67") * 5 / 9,
        "F °F degF deg_F fahrenheit Fahrenheit ºF",
    ),
)

# multipliers printed as words or letters, and the volumes they are printed over ("K/uL", "G/L"):
# nowhere else, so that G/DL stays grams and K alone is nothing
_COUNTS: dict[str, tuple[int, tuple[str, ...]]] = {
    **dict.fromkeys(("K", "k", "Th", "thou", "Thou", "thousand", "Thousand"), (3, ("uL",))),
    **dict.fromkeys(("thousands", "Tsd", "Tsd."), (3, ("uL",))),
    **dict.fromkeys(("M", "mil", "million", "Million", "mill", "Mill"), (6, ("uL",))),
    **dict.fromkeys(("Mio", "Mio."), (6, ("uL", "mL", "L"))),
    "G": (9, ("L",)),
    "T": (12, ("L",)),
}

_REFUSED: dict[str, str] = {
    **dict.fromkeys(("lb", "lbs", "[lb_av]", "pound", "pounds"), "give the weight in kg"),
    **dict.fromkeys(("oz", "[oz_av]", "ounce", "ounces"), "give the weight in kg or g"),
    **dict.fromkeys(
        ("in", "[in_i]", "inch", "inches", '"', "ft", "[ft_i]", "feet"), "give the length in cm"
    ),
    **dict.fromkeys(("[in_us]", "[ft_us]"), "give the length in cm"),
    **dict.fromkeys(("stone", "st"), "give the weight in kg"),
}

_POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TEN = re.compile(r"^[x×*]?10(?:\*\*|\*|\^|e|E|\()([0-9]{1,2})\)?$")
_TEN_SUPERSCRIPT = re.compile(r"10([⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_ANNOTATION = re.compile(r"(?<=[\w%\]])\{[^{}]*\}")


def _tidy(text: str) -> str:
    """Same spelling for micro signs, superscripts, spaces and "per"."""
    text = _TEN_SUPERSCRIPT.sub(lambda found: "10*" + found[1].translate(_POWERS), text)
    text = text.replace("\u00b5", "u").replace("\u03bc", "u").translate(_POWERS)
    text = re.sub(r"(?<=m)\^(?=[23])", "", unicodedata.normalize("NFC", text))
    text = re.sub(r"(?<![\w.])per\s+", "/", text.strip())
    return re.sub(r"\s*/\s*", "/", re.sub(r"\s+", "", text))


def _build_atoms() -> dict[str, Unit]:
    atoms: dict[str, Unit] = {}
    for symbol, factor, dimension, aliases in _ROWS:
        for spelling in (symbol, *aliases.split()):
            if spelling in atoms:
                raise ValueError(f"unit {spelling!r} is listed twice")
            atoms[spelling] = Unit(symbol, factor, dimension)
    return atoms


def _build_scales() -> dict[str, Unit]:
    scales: dict[str, Unit] = {}
    for symbol, factor, offset, aliases in _SCALES:
        for spelling in (symbol, *aliases.split()):
            scales[spelling] = Unit(symbol, factor, (("temperature", 1),), offset)
    return scales


_ATOMS = _build_atoms()
_WHOLE = _build_scales()

# the whole units suggested for a misspelling
COMMON = (
    "10*9/L", "10*12/L", "10*3/uL", "/uL", "g/L", "g/dL", "mg/dL", "mg/L", "ug/L", "ng/mL", "ng/L",
    "pg/mL", "mmol/L", "umol/L", "nmol/L", "pmol/L", "%", "1", "cm", "mm", "m", "kg", "g", "mg",
    "[IU]/mL", "[IU]/L", "U/L", "[IU]/kg", "mg/m2", "mg/kg", "g/kg", "ug/kg", "mg/d", "mg/m2/d",
    "mg/kg/d", "mL", "L", "m2", "fL", "pg", "Cel", "[degF]", "min", "h", "d", "wk", "mo", "a", "ug",
    "mm[Hg]", "{copies}/mL", "mL/min/{1.73_m2}", "mg/mmol", "mg/g", "g/mol",
)  # fmt: skip


def suggest_units(text: str) -> tuple[str, ...]:
    """Up to three known units spelled nearly like `text`."""
    from difflib import get_close_matches

    folded = {unit.casefold(): unit for unit in COMMON}
    near = get_close_matches(_tidy(text).casefold(), list(folded), n=3, cutoff=0.6)
    return tuple(folded[key] for key in near)


def _multiply(one: Dimension, other: Dimension, sign: int) -> Dimension:
    powers = dict(one)
    for base, power in other:
        powers[base] = powers.get(base, 0) + sign * power
    return tuple(sorted((base, power) for base, power in powers.items() if power))


def _parse_atom(text: str) -> Unit | None:
    found = _ATOMS.get(text) or _ATOMS.get(_ANNOTATION.sub("", text))
    if found is not None:
        return found
    power = _TEN.match(text)
    if power is not None and int(power[1]) <= 15:
        exponent = int(power[1])
        return Unit(f"10*{exponent}", Fraction(10) ** exponent, ())
    return None


def _parse_numerator(text: str, below: list[str]) -> Unit | None:
    """The part above the line; letters that multiply need a volume just below."""
    if not text:
        return Unit("", Fraction(1), ()) if below else None
    text = re.sub(r"(?<=\d)\.?(?:\{?(?:cells|cell|#)\}?)$", "", text)
    under = _parse_atom(below[0]) if below else None
    exponent, volumes = _COUNTS.get(text, (0, ()))
    if under is not None and under.symbol in volumes:
        return Unit(f"10*{exponent}", Fraction(10) ** exponent, ())
    if text == "G" and under is not None and under.symbol == "dL":
        return _ATOMS["g"]  # a report in capitals
    return _parse_atom(text)


def _compose(text: str) -> Unit | None:
    above, *below = text.split("/")
    if len(below) > 3:
        return None
    result = _parse_numerator(above, below)
    for part in below:
        under = _parse_atom(part)
        if result is None or under is None or under.symbol in ("1", "%", "{cells}", "[ppth]"):
            return None
        factor = result.factor / under.factor
        result = Unit(
            f"{result.symbol}/{under.symbol}",
            factor,
            _multiply(result.dimension, under.dimension, -1),
        )
    if result is None:
        return None
    symbol = re.sub(r"^(?:\{cells\}|1(?=/))", "", result.symbol) or "1"
    return Unit(symbol, result.factor, result.dimension)


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit:
    """Read a unit as UCUM or as laboratories print it.

    Raises UnknownUnit, with near spellings or with what to give instead (pounds, inches).
    """
    tidy = _tidy(text) if len(text) <= 60 else ""
    if tidy in _REFUSED:
        raise UnknownUnit(text, mend=_REFUSED[tidy])
    found = _WHOLE.get(tidy) or (_compose(tidy) if tidy else None)
    if found is None:
        raise UnknownUnit(text[:60], suggest_units(text) if tidy else ())
    return found


def parse_molar_mass(text: str) -> Fraction | None:
    """`"914.2 g/mol"` → 914.2 grams per mole, exactly; None for an empty text."""
    if not text:
        return None
    number, _, unit = text.partition(" ")
    return convert(Fraction(number), unit, "g/mol")


def _bridge_amount(source: Unit, target: Unit, molar_mass: Fraction | None) -> Fraction | None:
    """The factor that turns mass into amount of substance (or back), or None if no such bridge."""
    if molar_mass is None or molar_mass <= 0:
        return None
    for sign in (1, -1):
        bridged = _multiply(source.dimension, (("amount", 1), ("mass", -1)), sign)
        if bridged == target.dimension:
            return molar_mass ** (-sign)
    return None


def is_molar_step(source: str | Unit, target: str | Unit) -> bool:
    """True when the conversion needs a molar mass, so that it carries half a printed digit."""
    one, other = _as_unit(source), _as_unit(target)
    return one.dimension != other.dimension and _bridge_amount(one, other, Fraction(1)) is not None


def _as_unit(unit: str | Unit) -> Unit:
    return parse_unit(unit) if isinstance(unit, str) else unit


def convert(
    value: Fraction, source: str | Unit, target: str | Unit, molar_mass: Fraction | None = None
) -> Fraction:
    """`value` of `source` expressed in `target`, exactly.

    molar_mass: grams per mole, for steps between mass and amount of substance.
    Raises UnknownUnit, or UnitMismatch when the units measure different things.
    """
    one, other = _as_unit(source), _as_unit(target)
    if one.dimension == other.dimension:
        return (value * one.factor + one.offset - other.offset) / other.factor
    bridge = _bridge_amount(one, other, molar_mass)
    if bridge is None:
        why = (
            "a molar mass is needed"
            if is_molar_step(one, other)
            else "they measure different things"
        )
        raise UnitMismatch(
            f"{one.symbol} cannot be turned into {other.symbol}: {why}",
            f"give the value in {other.symbol}",
        )
    return value * one.factor * bridge / other.factor
