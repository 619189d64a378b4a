"""Which amounts of a dose record hold: adult flat, a band by age or country, or per body."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from gentian.language.dates import Interval
from gentian.language.model import Band, DoseRecord
from gentian.language.quantities import TICKS, parse_literal
from gentian.language.units import convert
from gentian.language.wording import say_quantity

from .rates import Rate, read_rate


@dataclass(frozen=True, slots=True)
class Regimen:
    """Both ends of the sourced amount, and whether its source was read (`seen`)."""

    low: Rate
    high: Rate
    read: str
    cites: tuple[str, ...]


class Unclear(Exception):
    """The record's amounts cannot be chosen; the message is the reason the dose is withheld."""


def choose_regimen(
    record: DoseRecord,
    age: Interval | None,
    sex: str | None,
    country: str | None,
    *,
    rescue: bool = False,
) -> Regimen:
    """The amounts for this age, sex and country.

    age: months in ticks. In a rescue an unknown age takes the amounts per body size (the caps of
    every age then hold). Raises Unclear with the reason.
    """
    flat = record.adult_flat
    if flat is not None:
        old_enough = is_older(age, flat.from_)
        if old_enough is None and not (rescue and record.low):
            raise Unclear(
                f"age not known exactly enough: the dose changes at {say_quantity(flat.from_)}"
            )
        if old_enough:
            cites = tuple(flat.cites or record.cites)
            return _regimen(record, flat.low, flat.high, flat.read, cites)
    if record.bands:
        band = _choose_band(record.bands, age, sex, country)
        if band is not None:
            cites = tuple(band.cites or record.cites)
            return _regimen(record, band.low, band.high, record.read, cites)
        if not record.low:
            raise Unclear("no sourced dose for this age")
    return _regimen(record, record.low, record.high, record.read, tuple(record.cites))


def is_older(age: Interval | None, than: str) -> bool | None:
    """Has the person surely reached an age such as `12 mo` or `18 a`? None: cannot be told."""
    if age is None:
        return None
    mark = months(than)
    if age[0] >= mark:
        return True
    return False if age[1] < mark else None


@lru_cache(maxsize=512)
def months(text: str) -> Fraction:
    """`18 a` → months in ticks; a year counts twelve months."""
    value, unit = parse_literal(text)
    return convert(value, unit, "mo") * TICKS


def _regimen(record: DoseRecord, low: str, high: str, read: str, cites: tuple[str, ...]) -> Regimen:
    first = read_rate(low or high, record.line)
    return Regimen(first, read_rate(high or low, record.line).turn(first.unit), read, cites)


def _choose_band(
    bands: list[Band], age: Interval | None, sex: str | None, country: str | None
) -> Band | None:
    """The one band that surely holds; None where none does. Raises Unclear."""
    local = _choose_country(bands, country)
    bounded = any(band.from_ or band.to for band in local)
    if age is None and bounded:
        raise Unclear("age not recorded")
    found = [(band, _within(band, age) if age else True) for band in local if _fits_sex(band, sex)]
    if any(inside is None for _, inside in found):
        raise Unclear("age not known exactly enough to choose the dose")
    return next((band for band, inside in found if inside), None)


def _choose_country(bands: list[Band], country: str | None) -> list[Band]:
    """Bands of this country, else those of every country."""
    own = [band for band in bands if band.country and band.country == country]
    anywhere = [band for band in bands if not band.country]
    if not own and not anywhere:
        known = ", ".join(sorted({band.country for band in bands}))
        raise Unclear(f"the dose differs by country: give one of {known}")
    return own or anywhere


def _fits_sex(band: Band, sex: str | None) -> bool:
    if band.sex != "any" and sex is None:
        raise Unclear("sex not recorded")
    return band.sex in ("any", sex)


def _within(band: Band, age: Interval) -> bool | None:
    """Is the whole of `age` inside `[from, to)`? None: partly."""
    reached = is_older(age, band.from_) if band.from_ else True
    passed = is_older(age, band.to) if band.to else False
    if reached is False or passed is True:
        return False
    return None if reached is None or passed is None else True
