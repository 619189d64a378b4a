"""Entries as a reader finds them, before `entries.build_chart` turns them into events.

A reader (form, FHIR, …) says only what is printed and which vocabulary id it is about; every text
is still a text. Dates are ISO texts with the precision known (`2026`, `2026-03`,
`2026-03-04T10:30`), or `A/B` for "somewhere between". Empty text means "not said".
"""

from __future__ import annotations

from dataclasses import dataclass

from gentian.chart.events import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResult:
    """A measurement.

    what: id of a measurement. number: as printed, with `<`, `>=`, a range `4-6` or a titre `1:160`;
    or word: a result in words. unit: as printed; empty means none was printed.
    reference: the laboratory's range as printed numbers: `1.5-7.0`, `<2.0`, `>=150`;
    reference_unit: empty means the unit of the value. flag: as printed (`L`, `HH`, …).
    status: final | preliminary | corrected | planned | cancelled | entered-in-error.
    timing: `before-dose` where the record says so.
    """

    what: str
    when: str
    source: Source
    number: str = ""
    unit: str = ""
    word: str = ""
    reference: str = ""
    reference_unit: str = ""
    flag: str = ""
    status: str = "final"
    about: str | None = None
    specimen: str | None = None
    method: str | None = None
    sample: str | None = None
    site: str | None = None
    timing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFinding:
    """A finding, class of findings, procedure, vaccine, allergy or gene variant.

    present: True, False (stated absent), None (only suspected).
    starts: onset, or the time it was seen. ends: end or abatement. ongoing: True when it still goes
    on at the last mention and no end is known; False for something that happened at `starts`
    (a procedure, a vaccine) or lasted from `starts` to `ends`. ended: it is over, perhaps at an
    unknown time. mentioned: the last time anyone stated it (recorded, asserted, last updated).
    status: as in RawResult. The rest are qualifiers of `Event`.
    """

    what: str
    source: Source
    present: bool | None = True
    starts: str = ""
    ends: str = ""
    ongoing: bool = False
    ended: bool = False
    mentioned: str = ""
    status: str = "final"
    about: str | None = None
    category: str | None = None
    zygosity: str | None = None
    origin: str | None = None
    classification: str | None = None
    classified_by: str | None = None
    allele_fraction: str | None = None
    reason: str | None = None
    response: str | None = None
    specimen: str | None = None
    method: str | None = None
    sample: str | None = None
    site: str | None = None
    printed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMedicine:
    """An administration, statement, dispense or order of a medicine (or product, or class).

    kind: administration | statement | dispense | order.
    state: active | stopped | completed | on-hold | not-taken | planned | draft | cancelled |
    unknown | entered-in-error.
    starts, ends: of taking. mentioned: date of the entry or its last update.
    supply: how long what was handed out lasts (`30 d`).
    dose: printed number per dose (`20`, `4-6`); dose_unit: its unit (`mg`; `mg/d` is per day).
    every: the interval between doses (`12 h`, `1 d`, `7 d`); times: doses in each interval; empty
    or 0 means not said, so that the dose per day stays unknown. printed: the dose as printed.
    at: minutes of the day at which doses are taken. once: the dose of one occasion; more: other
    doses may have been given on its day.
    """

    what: str
    source: Source
    kind: str = "statement"
    state: str = "active"
    starts: str = ""
    ends: str = ""
    mentioned: str = ""
    supply: str = ""
    dose: str = ""
    dose_unit: str = ""
    times: int = 1
    every: str = ""
    printed: str = ""
    about: str | None = None
    reason: str | None = None
    response: str | None = None
    route: str | None = None
    category: str | None = None
    at: tuple[int, ...] = ()
    once: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCompleteness:
    """A dated statement that a domain (`medicines`, …) is complete: silence there means no."""

    domain: str
    when: str
    source: Source


RawEntry = RawResult | RawFinding | RawMedicine | RawCompleteness
