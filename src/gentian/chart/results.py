"""Measurements: printed number and unit → ticks of the canonical unit, checked for plausibility.

A result without a unit, with a unit of another kind, or outside the plausible range is refused,
with the units that may be meant. Outside the usual range it is taken, and to be confirmed.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from gentian.chart.desk import (
    Desk,
    Draft,
    Refused,
    check_birth,
    check_status,
    find_offset,
    hyphenate,
    need_span,
)
from gentian.chart.events import Event
from gentian.chart.raw import RawResult
from gentian.language.model import Concept
from gentian.language.quantities import (
    TICKS,
    QuantityError,
    Ticks,
    format_interval,
    format_ticks,
    parse_number,
    parse_titre,
    to_ticks,
)
from gentian.language.units import COMMON, UnitError, parse_molar_mass, parse_unit
from gentian.language.vocabulary import fold_name

_SAME_WORDS = {
    "pos": "positive",
    "neg": "negative",
    "detected": "positive",
    "reactive": "positive",
    "not detected": "negative",
    "non reactive": "negative",
    "nonreactive": "negative",
}
BEFORE_DOSE = "before-dose"
_FLAGS = {"L": "L", "LL": "L", "H": "H", "HH": "H", "N": "N", "LOW": "L", "HIGH": "H"}


def read_result(raw: RawResult, desk: Desk) -> Draft:
    """One measurement as a draft event. Raises Refused or NotUsed."""
    check_status(raw.status)
    concept = desk.find(raw.what)
    if concept.sort != "measurement":
        raise Refused(f"{concept.name} is a {concept.sort}, not a measurement")
    when = need_span(raw.when, concept.name, desk, raw.about)
    check_birth(when, raw.about, desk)
    if raw.status == "planned":
        return Draft(_build(raw, concept, when, None, Ticks(None, None)), when)
    if raw.word:
        return Draft(_build(raw, concept, when, _match_word(raw.word, concept), NOTHING), when)
    value = read_value(raw.number, raw.unit, concept)
    _check_usual(value, raw, concept, desk)
    return Draft(_build(raw, concept, when, None, value, _read_reference(raw, concept, desk)), when)


NOTHING = Ticks(None, None)


def _build(
    raw: RawResult,
    concept: Concept,
    when: tuple[int, int],
    word: str | None,
    value: Ticks,
    reference: Ticks = NOTHING,
) -> Event:
    return Event(
        what=concept.id,
        starts=when,
        ends=when,
        source=raw.source,
        low=value.low,
        high=value.high,
        about=raw.about,
        status=raw.status,
        category=word,
        specimen=raw.specimen,
        method=raw.method,
        sample=raw.sample,
        site=raw.site,
        reference_low=reference.low,
        reference_high=reference.high,
        flag=_FLAGS.get(raw.flag.strip().upper()),
        printed=raw.word or f"{raw.number} {raw.unit}".strip(),
        offset=find_offset(raw.when, when),
        timing=_check_timing(raw.timing),
    )


def _check_timing(timing: str | None) -> str | None:
    """When a sample was drawn, beside its date. Raises Refused."""
    word = hyphenate(timing)
    if word not in (None, BEFORE_DOSE):
        raise Refused(f"timing {timing!r} is not known", f"write {BEFORE_DOSE}, or the time of day")
    return word


def _match_word(text: str, concept: Concept) -> str:
    """The word of the concept's closed list that is printed. Raises Refused."""
    folded = fold_name(text)
    words = {fold_name(word): word for word in concept.words}
    found = words.get(folded) or words.get(_SAME_WORDS.get(folded, ""))
    if found is not None:
        return found
    if concept.words:
        raise Refused(
            f"{text[:40]!r} is no result of {concept.name}", f"use {_list(concept.words)}"
        )
    raise Refused(
        f"{text[:40]!r} is not a number", f"{concept.name} is a number in {concept.unit or '1'}"
    )


def _list(items: list[str] | tuple[str, ...]) -> str:
    return " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def read_value(number: str, unit: str, concept: Concept) -> Ticks:
    """A printed number with its unit as ticks of the concept's unit, inside the plausible range.

    Raises Refused, with the units that may be meant.
    """
    if not concept.unit:
        raise Refused(f"{concept.name} is said in words", f"use {_list(concept.words)}")
    try:
        value = _convert(number, unit, concept)
    except (QuantityError, UnitError) as error:
        raise Refused(str(error), error.mend) from None
    _check_plausible(value, number, unit, concept)
    return value


def _convert(number: str, unit: str, concept: Concept) -> Ticks:
    if (plain := _read_plain(number, unit, concept.unit)) is not None:
        return Ticks(plain, plain)
    if concept.unit == "1" and ":" in number:
        return parse_titre(number)
    printed = parse_number(number)
    if not unit:
        units = _list_askable(suggest_units_for(number, concept), concept)
        options = _list([f"{number} {one}" for one in units])
        raise QuantityError(f"{number} has no unit", f"write what was printed: {options}")
    return to_ticks(printed, parse_unit(unit), concept.unit, parse_molar_mass(concept.molar_mass))


_PLAIN = re.compile(r"(\d{1,10})(?:\.(\d{1,6}))?")


def _read_plain(number: str, unit: str, target: str) -> int | None:
    """The ticks of a plain decimal that is printed in the concept's own unit; None for all others.

    Most results of a long record are such; this only saves time.
    """
    found = _PLAIN.fullmatch(number)
    if found is None or not number.isascii() or not unit or not _is_same_unit(unit, target):
        return None
    return int(found[1]) * TICKS + int((found[2] or "").ljust(6, "0"))


@lru_cache(maxsize=4096)
def _is_same_unit(unit: str, target: str) -> bool:
    try:
        one, other = parse_unit(unit), parse_unit(target)
    except UnitError:
        return False
    return (one.factor, one.dimension, one.offset) == (other.factor, other.dimension, other.offset)


def _to_limit(value: float) -> Fraction:
    return Fraction(repr(value)) * TICKS


@lru_cache(maxsize=4096)
def _to_limits(low: float, high: float) -> tuple[int, int]:
    """The ticks that lie within two limits."""
    return ceil(_to_limit(low)), floor(_to_limit(high))


def _is_inside(value: Ticks, limits: list[float]) -> bool:
    """Every known end lies within the limits."""
    if len(limits) != 2:
        return True
    low, high = _to_limits(*limits)
    return (value.low is None or low <= value.low <= high) and (
        value.high is None or low <= value.high <= high
    )


def _check_plausible(value: Ticks, number: str, unit: str, concept: Concept) -> None:
    if _is_inside(value, concept.plausible):
        return
    low, high = (format_ticks(int(_to_limit(end))) for end in concept.plausible)
    meant = [one for one in suggest_units_for(number, concept) if one != unit]
    mend = f"is it {_list([f'{number} {one}' for one in meant])}?" if meant else "check the number"
    raise Refused(
        f"{concept.name} {number} {unit} is not possible ({low} to {high} {concept.unit})", mend
    )


def suggest_units_for(number: str, concept: Concept) -> tuple[str, ...]:
    """Up to three common units in which the number would be plausible, most usual first."""
    found: list[tuple[int, int, str]] = []
    molar_mass = parse_molar_mass(concept.molar_mass)
    for order, unit in enumerate(dict.fromkeys((concept.unit, *COMMON))):
        try:
            value = to_ticks(parse_number(number), unit, concept.unit, molar_mass)
        except (QuantityError, UnitError):
            continue
        if _is_inside(value, concept.plausible):
            found.append((0 if _is_inside(value, concept.usual) else 1, order, unit))
    return tuple(unit for _, _, unit in sorted(_drop_twins(found)))[:3]


def _list_askable(plausible: tuple[str, ...], concept: Concept) -> tuple[str, ...]:
    """At least two units to choose from, so that the question does not suggest its answer."""
    wanted = parse_unit(concept.unit).dimension
    same = [one for one in COMMON if parse_unit(one).dimension == wanted]
    many = len(plausible) > 1
    return plausible if many else tuple(dict.fromkeys((*plausible, concept.unit, *same)))[:2]


def _drop_twins(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of units that mean the same (ng/mL, ug/L) only the first is worth asking about."""
    seen: dict[Fraction, tuple[int, int, str]] = {}
    for item in sorted(found):
        seen.setdefault(parse_unit(item[2]).factor, item)
    return list(seen.values())


def _check_usual(value: Ticks, raw: RawResult, concept: Concept, desk: Desk) -> None:
    if not _is_inside(value, concept.usual):
        shown = format_interval(value.low, value.high, concept.unit)
        desk.note(
            "confirm", raw.source, concept.id, f"{concept.name} {shown} is unusual", "confirm"
        )


@lru_cache(maxsize=4096)
def _convert_reference(number: str, unit: str, target: str, molar_mass: str) -> Ticks:
    return to_ticks(parse_number(number), unit, target, parse_molar_mass(molar_mass))


def _read_reference(raw: RawResult, concept: Concept, desk: Desk) -> Ticks:
    """The laboratory's own range in canonical ticks; an unreadable one is left out, and said."""
    if not raw.reference:
        return NOTHING
    unit = raw.reference_unit or raw.unit
    try:
        return _convert_reference(raw.reference, unit, concept.unit, concept.molar_mass)
    except (QuantityError, UnitError) as error:
        why = f"reference range {raw.reference!r} not read: {error}"
        desk.note("changed", raw.source, concept.id, why)
        return NOTHING
