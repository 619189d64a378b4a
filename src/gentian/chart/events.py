"""One person's record as events with intervals (design 3).

An event says what (a vocabulary id), when (an interval of wall-clock minutes), a value (an interval of
ticks of the canonical unit) or present/absent, qualifiers, and where in the record it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace as change_event

TICKS = 1_000_000  # ticks per canonical unit (docs/language.md 1)
FOREVER = 4_000_000_000  # a minute far after any record: "no end known"
LONG_AGO = -4_000_000_000


class Source(Struct, frozen=True, gc=False):
    """Where an entry stands in the record.

    place: a JSON path (`entry[3].resource`) or `line 12`; resource: e.g. `Observation/abc`; text: the
    entry as printed there, at most 120 characters.
    """

    place: str
    resource: str = ""
    text: str = ""


class Event(Struct, frozen=True, gc=False):
    """One entry of a chart.

    what: vocabulary id (`platelets`, `splenomegaly`, `sirolimus`, `variant-fas`, or `complete-<domain>`
        for a dated completeness statement).
    starts: earliest and latest minute of the start (or of the event); ends: of the end. A point event has
        ends == starts. An ongoing state has ends (certainly on until, FOREVER or possibly on until).
    low, high: ticks of the canonical unit, None for an open side; both None where there is no value.
    present: True, False, or None when only suspected; for measurements and medicines True when it counts.
    Medicines: `dose_low/high` are ticks of mg (or the canonical dose unit) per day, None if unknown.
    `per_dose_low/high`: ticks of the same unit in one dose, known exactly where `every` is: doses that
        are not evenly spaced have neither. `product`: vocabulary id, where the entry named one.
    offset, end_offset: as printed with a start (or sample time) and an end to the minute; None: no
        offset was printed, so that the minute is wall-clock time somewhere.
    timing: `before-dose` where the record itself says that a sample was drawn before the dose.
    reference_low/high: the laboratory's own printed range, in ticks; flag: as printed (`L`, `H`, `N`).
    """

    what: str
    starts: tuple[int, int]
    ends: tuple[int, int]
    source: Source
    low: int | None = None
    high: int | None = None
    present: bool | None = True
    about: str | None = None  # None: the patient; else the relative's id
    certainty: str = "confirmed"  # confirmed | suspected
    status: str = "final"  # final | preliminary | corrected
    category: str | None = None
    zygosity: str | None = None  # heterozygous | homozygous | compound-heterozygous | hemizygous
    origin: str | None = None  # germline | somatic
    # pathogenic | likely-pathogenic | uncertain | likely-benign | benign
    classification: str | None = None
    classified_by: str | None = None  # who classified the variant, as the record names them
    allele_fraction: str | None = None  # of a variant, in percent: "12 %", "<1 %"
    reason: str | None = None
    response: str | None = None
    specimen: str | None = None
    method: str | None = None
    sample: str | None = None
    site: str | None = None
    route: str | None = None
    dose_low: int | None = None
    dose_high: int | None = None
    reference_low: int | None = None
    reference_high: int | None = None
    flag: str | None = None
    printed: str = ""  # the value as the record prints it, e.g. "18 10*9/L"
    per_dose_low: int | None = None
    per_dose_high: int | None = None
    every: int | None = None  # minutes between doses; 0: one dose, on one occasion
    times: tuple[int, ...] | None = None  # minutes of the day at which it is taken
    product: str | None = None
    offset: int | None = None  # minutes east of UTC
    end_offset: int | None = None
    timing: str | None = None  # before-dose


@dataclass(frozen=True, slots=True)
class Person:
    """Who the chart is about. `born`: earliest and latest minute of birth, None if unknown."""

    id: str
    born: tuple[int, int] | None = None
    sex: str | None = None  # female | male | None (unknown or other)
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One line of the reading report.

    group: taken | changed | not-used | refused | confirm; why: a sentence; mend: what to do about it.
    """

    group: str
    place: str
    what: str
    why: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of every entry of the file. counts: per group; format: form | fhir-r4 | …"""

    format: str
    file: str
    notes: tuple[Note, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chart:
    """One person's record: events sorted by (starts, what, source.place), and the reading report.

    as_of: an index time stated by the record itself (form only), in minutes. omitted: single doses that were
    due and not given (present False, `every` 0), in the same order; they are no events, because nothing
    follows from one of them for taking the medicine on other days.
    """

    person: Person
    events: tuple[Event, ...]
    reading: Reading
    as_of: int | None = None
    omitted: tuple[Event, ...] = ()


__all__ = [
    "FOREVER",
    "LONG_AGO",
    "TICKS",
    "Chart",
    "Event",
    "Note",
    "Person",
    "Reading",
    "Source",
    "change_event",
]
