"""Pieces of FHIR resources as they are written: codes, times, quantities, marks.

Where FHIR has no element for something (an uncertain start, a qualifier), an extension
`urn:gentian:<name>` carries it as text; `fhir_intake.read_mark` reads it back.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from gentian.chart.events import FOREVER, Event
from gentian.chart.fhir_codes import GENTIAN, Terms
from gentian.chart.fhir_marks import MARK, WALL_CLOCK
from gentian.language.dates import (
    FIRST_YEAR,
    Interval,
    format_date,
    format_minute,
    format_offset,
    parse_date,
)
from gentian.language.model import Concept
from gentian.language.quantities import (
    QuantityError,
    Ticks,
    format_ticks,
    parse_number,
    split_quantity,
    to_ticks,
)
from gentian.language.units import UnitError, parse_molar_mass, parse_unit

Json = dict[str, Any]

_STATUS_SYSTEM = "http://terminology.hl7.org/CodeSystem/"
_FIRST = parse_date(str(FIRST_YEAR))[0]  # what lies before it is no date, but "any time before"
OPEN = "open"  # the mark of an end that is not known: it goes on


# -- codes --------------------------------------------------------------------------------------------


def write_concept(concept: Concept, terms: Terms) -> Json:
    """The vocabulary id, the first known code of each other system, and the name."""
    codings: list[Json] = [{"system": GENTIAN, "code": concept.id}]
    systems: set[str] = set()
    for system, code in terms.list_codes(concept):
        address = terms.find_address(system)
        if address and address not in systems:
            systems.add(address)
            codings.append({"system": address, "code": code})
    return {"coding": codings, "text": concept.name or concept.id}


def write_word(word: str, text: str = "") -> Json:
    """A word of a closed list."""
    return {"coding": [{"system": GENTIAN, "code": word}], "text": text or word}


def write_status(name: str, code: str) -> Json:
    """A status out of HL7's own code system `name`."""
    return {"coding": [{"system": _STATUS_SYSTEM + name, "code": code}]}


# -- marks --------------------------------------------------------------------------------------------


def add_marks(resource: Json, **marks: str | None) -> None:
    """Add an extension for every mark that says something."""
    for name, text in marks.items():
        if text:
            extension = {"url": MARK + name, "valueString": text}
            resource.setdefault("extension", []).append(extension)


# -- times --------------------------------------------------------------------------------------------


def print_start(when: Interval) -> str:
    """A start as a text of the normaliser: a date, `A/B`, `before X`, `after X`; empty for any time."""
    if when[0] < _FIRST and when[1] >= FOREVER:
        return ""
    if when[0] < _FIRST:
        return f"before {format_minute(when[1])}"
    if when[1] >= FOREVER:
        return f"after {format_minute(when[0])}"
    return format_date(when)


def print_end(ends: Interval) -> str:
    """An end likewise; `open` where none is known."""
    if ends[1] >= FOREVER and (ends[0] >= FOREVER or ends[0] < _FIRST):
        return OPEN
    return print_start(ends)


def is_plain(text: str) -> bool:
    """True for one date, which FHIR can say."""
    return bool(text) and "/" not in text and " " not in text and text != OPEN


def write_date(text: str, offset: int | None = None) -> str:
    """A date for FHIR, which wants seconds and an offset; the clinic's wall clock is written as Z."""
    if "T" not in text:
        return text
    return f"{text}:00{format_offset(offset) if offset is not None else 'Z'}"


def mark_clock(resource: Json, name: str, when: Interval, offset: int | None) -> None:
    """Say of a time to the minute that the record printed no offset with it."""
    if offset is None and when[0] == when[1]:
        add_marks(resource, **{name: WALL_CLOCK})


def write_start(
    resource: Json, field: str, text: str, mark: str = "start", offset: int | None = None
) -> None:
    """Set a field that holds one date, or a mark where the text is more than a date."""
    if is_plain(text):
        resource[field] = write_date(text, offset)
    else:
        add_marks(resource, **{mark: text})


def write_time(resource: Json, name: str, text: str, mark: str, offset: int | None = None) -> None:
    """Set `<name>DateTime`, or `<name>Period` for `A/B`, or a mark where FHIR cannot say it."""
    if "/" in text:
        first, _, last = text.partition("/")
        resource[f"{name}Period"] = {"start": write_date(first), "end": write_date(last)}
    else:
        write_start(resource, f"{name}DateTime", text, mark, offset)


# -- quantities ---------------------------------------------------------------------------------------


def write_ticks(ticks: int, unit: str) -> Json:
    """An exact amount of a canonical unit."""
    return write_quantity(Decimal(format_ticks(ticks)), unit)


def write_quantity(value: Decimal, unit: str, comparator: str = "") -> Json:
    """A Quantity; its unit carries a UCUM code where it is written as one."""
    quantity: Json = {"value": value}
    if comparator:
        quantity["comparator"] = comparator
    if unit:
        quantity["unit"] = unit
        if parse_unit(unit).symbol == unit:
            quantity |= {"system": "http://unitsofmeasure.org", "code": unit}
    return quantity


def write_ends(low: int | None, high: int | None, unit: str) -> Json:
    """A Range of exact amounts; an end that is not known is left out."""
    ends = {"low": low, "high": high}
    return {name: write_ticks(end, unit) for name, end in ends.items() if end is not None}


_PRINTED = re.compile(r"^(<=|>=|<|>)?((?:0|[1-9]\d{0,14})(?:\.\d{1,15})?)$")


def write_value(event: Event, concept: Concept) -> Json:
    """The value of a result as the record printed it, else in the canonical unit."""
    if event.low is None and event.high is None:
        if event.category is None:
            return {}
        return {"valueCodeableConcept": write_word(event.category, event.printed)}
    return _write_printed(event, concept) or _write_canonical(event, concept)


def _write_canonical(event: Event, concept: Concept) -> Json:
    if event.low is not None and event.low == event.high:
        return {"valueQuantity": write_ticks(event.low, concept.unit)}
    return {"valueRange": write_ends(event.low, event.high, concept.unit)}


def _write_printed(event: Event, concept: Concept) -> Json | None:
    """The printed number and unit, or the printed text; None where it does not give the value."""
    if re.fullmatch(r"1\s*:\s*\d+", event.printed):
        return {"valueString": event.printed}
    if found := re.fullmatch(r"1:(\d+) 1", event.printed):
        return {
            "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": Decimal(found[1])}}
        }
    try:
        number, unit = split_quantity(event.printed)
        mass = parse_molar_mass(concept.molar_mass)
        value = to_ticks(parse_number(number), parse_unit(unit or "1"), concept.unit, mass)
    except (QuantityError, UnitError):
        return None
    if value != Ticks(event.low, event.high):
        return None
    if event.printed == f"{number} {unit}" and (written := _write_number(number, unit)):
        return written
    return {"valueString": event.printed}


def _write_number(number: str, unit: str) -> Json | None:
    """`18`, `<31.2` or `4-6` as FHIR's own types; None for other spellings."""
    if found := _PRINTED.match(number):
        return {"valueQuantity": write_quantity(Decimal(found[2]), unit, found[1] or "")}
    ends = number.split("-")
    if len(ends) == 2 and ends[0] != ends[1] and all(_PRINTED.match(end) for end in ends):
        low, high = (write_quantity(Decimal(end), unit) for end in ends)
        return {"valueRange": {"low": low, "high": high}}
    return None
