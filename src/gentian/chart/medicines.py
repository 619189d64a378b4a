"""Taking a medicine (design 3): administration over statement over dispense over order.

Stopped, completed or on hold without an end: the end lies between the start and the last update.
Active without an end: surely on for the supply, or for `mention_lasts` of the medicine after the
last mention, and perhaps on afterwards. Draft and cancelled: not taking. Planned: stays planned.
A dose that is only text leaves the medicine on and its dose unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from gentian.chart.desk import (
    Desk,
    Draft,
    NotUsed,
    Refused,
    check_birth,
    find_offset,
    hyphenate,
    need_span,
    read_span,
)
from gentian.chart.events import FOREVER, Event, change_event
from gentian.chart.findings import list_ids
from gentian.chart.raw import RawMedicine
from gentian.language.dates import DAY, DateError, Interval, format_date, parse_duration
from gentian.language.model import Concept
from gentian.language.quantities import (
    LARGEST,
    QuantityError,
    Ticks,
    parse_literal,
    parse_number,
    to_ticks,
)
from gentian.language.units import UnitError, convert, parse_unit

RANKS = {"administration": 0, "statement": 1, "dispense": 2, "order": 3}
_NOT_TAKING = {"draft": "a draft", "cancelled": "cancelled", "entered-in-error": "entered in error"}
_OVER = ("stopped", "completed", "on-hold")


UNKNOWN = Ticks(None, None)


@dataclass(frozen=True, slots=True)
class Dose:
    """Ticks of the dose unit. day: in a day; each: in one dose; every: minutes between doses, 0 for one
    dose on one occasion, None (and `each` unknown) where doses are not evenly spaced or not said.
    """

    day: Ticks
    each: Ticks = UNKNOWN
    every: int | None = None


UNKNOWN_DOSE = Dose(UNKNOWN)


def read_medicine(raw: RawMedicine, desk: Desk) -> list[Draft]:
    """A medicine entry as draft events. Raises Refused or NotUsed."""
    if raw.state in _NOT_TAKING:
        raise NotUsed(_NOT_TAKING[raw.state])
    concept = desk.find(raw.what)
    medicine = desk.find(concept.of) if concept.sort == "product" else concept
    if medicine.sort not in ("medicine", "class"):
        raise Refused(f"{concept.name} is a {concept.sort}, not a medicine")
    mention = read_span(raw.mentioned, desk, raw.about)
    starts, ends = _find_times(raw, medicine, mention, desk)
    check_birth(starts, raw.about, desk)
    event = _build(raw, medicine.id, starts, ends, _note_dose(raw, concept, medicine, desk))
    if concept.sort == "product":
        event = change_event(event, product=concept.id)
    ids = list_ids(medicine, event.present, desk)
    rank = RANKS[raw.kind]
    return [Draft(change_event(event, what=id_), mention or starts, rank) for id_ in ids]


def _build(raw: RawMedicine, what: str, starts: Interval, ends: Interval, dose: Dose) -> Event:
    planned = raw.state == "planned"
    return Event(
        what=what,
        starts=starts,
        ends=ends,
        source=raw.source,
        present={"not-taken": False, "unknown": None}.get(raw.state, True),
        about=raw.about,
        status="planned" if planned else "final",
        category=hyphenate(raw.category),
        reason=hyphenate(raw.reason),
        response=hyphenate(raw.response),
        route=raw.route,
        dose_low=dose.day.low,
        dose_high=dose.day.high,
        printed=raw.printed,
        per_dose_low=dose.each.low,
        per_dose_high=dose.each.high,
        every=dose.every,
        times=raw.at if _is_schedule(raw.at, dose.every) else None,
        offset=find_offset(raw.starts, starts),
        end_offset=find_offset(raw.ends, ends),
    )


# -- when -----------------------------------------------------------------------------------------


def _find_times(
    raw: RawMedicine, medicine: Concept, mention: Interval | None, desk: Desk
) -> tuple[Interval, Interval]:
    starts, ends = read_span(raw.starts, desk, raw.about), read_span(raw.ends, desk, raw.about)
    if raw.state == "planned":
        when = starts or need_span(raw.mentioned, medicine.name, desk, raw.about)
        return when, ends or (when[0], FOREVER)
    if raw.state == "not-taken":
        when = starts or mention or (desk.upto(None), desk.upto(None))
        return when, when
    begun = _find_start(raw, starts, ends, mention, desk)
    if ends is not None:
        if ends[1] < begun[0]:
            raise Refused(
                f"ends {format_date(ends)} before it starts {format_date(begun)}",
                "check the two dates",
            )
        return begun, (max(ends[0], begun[0]), ends[1])
    return begun, _find_end(raw, medicine, begun, mention, desk)


def _find_start(
    raw: RawMedicine,
    starts: Interval | None,
    ends: Interval | None,
    mention: Interval | None,
    desk: Desk,
) -> Interval:
    """An order, dispense or administration begins with its own date; a statement, before it."""
    if starts is not None:
        return starts
    if mention is not None and raw.kind != "statement" and ends is None:
        return mention
    return desk.birth(raw.about), ends[1] if ends is not None else desk.upto(mention)


def _find_end(
    raw: RawMedicine, medicine: Concept, begun: Interval, mention: Interval | None, desk: Desk
) -> Interval:
    if raw.state in _OVER and raw.kind != "administration":
        return begun[0], max(desk.upto(mention), begun[1])
    if raw.kind == "administration":
        return begun
    if raw.state == "unknown":
        return begun[0], FOREVER
    return _count_supply(raw, medicine, begun, mention, desk), FOREVER


def _count_supply(
    raw: RawMedicine, medicine: Concept, begun: Interval, mention: Interval | None, desk: Desk
) -> int:
    """The last minute it is surely taken: the supply, else so long after the last mention."""
    said = mention or begun
    last = max(said[0], begun[0]) if said[1] >= begun[0] else begun[0]
    if raw.supply:
        try:
            return max(begun[0] + parse_duration(raw.supply), last)
        except DateError as error:
            desk.note("changed", raw.source, medicine.id, f"supply not read: {error}")
    return last + parse_duration(medicine.mention_lasts)


# -- how much -------------------------------------------------------------------------------------


def _note_dose(raw: RawMedicine, concept: Concept, medicine: Concept, desk: Desk) -> Dose:
    """The dose; one that cannot be read is unknown, and the report says why."""
    if raw.state == "not-taken":  # one dose that was not given is no word about the others
        return Dose(UNKNOWN, every=0) if raw.once else UNKNOWN_DOSE
    if not (raw.dose or raw.printed):
        return UNKNOWN_DOSE
    try:
        return read_dose(raw, concept, medicine)
    except Refused as error:
        desk.note("changed", raw.source, medicine.id, f"dose unknown: {error.why}", error.mend)
        return UNKNOWN_DOSE


def read_dose(raw: RawMedicine, concept: Concept, medicine: Concept) -> Dose:
    """The dose in ticks of the medicine's dose unit. Raises Refused with why and a mend."""
    unit = medicine.dose_unit
    mend = f"write the dose in {unit} and how often, such as 20 {unit} daily"
    if not raw.dose or not raw.dose_unit:
        raise Refused("the dose is only text" if not raw.dose else "the dose has no unit", mend)
    try:
        number = parse_number(raw.dose)
        if _is_piece(raw.dose_unit, concept):
            strength, counted = parse_literal(concept.strength)
            in_one = convert(strength, counted, unit)
            return _spread(_multiply(to_ticks(number, "1", "1"), in_one), raw)
        printed = parse_unit(raw.dose_unit)
        per_day = parse_unit(f"{unit}/d")
        if printed.dimension == per_day.dimension:
            return Dose(to_ticks(number, printed, per_day))
        ticks = to_ticks(number, printed, _find_dose_unit(printed.symbol, concept, unit))
        return _spread(_multiply(ticks, _find_strength(printed.symbol, concept, unit)), raw)
    except (QuantityError, UnitError, DateError) as error:
        raise Refused(str(error), mend) from None


def _is_piece(unit: str, concept: Concept) -> bool:
    """`tablets` of a tablet: counted, each of the product's strength in the dose unit."""
    word = unit.strip().lower()
    named = concept.sort == "product" and bool(concept.form) and bool(concept.strength)
    return named and word in (concept.form, f"{concept.form}s")


def _find_dose_unit(printed: str, concept: Concept, unit: str) -> str:
    """A product given by volume is counted in millilitres; anything else in the dose unit."""
    by_volume = parse_unit(printed).dimension == parse_unit("mL").dimension
    return "mL" if by_volume and concept.sort == "product" else unit


def _find_strength(printed: str, concept: Concept, unit: str) -> Fraction:
    """Dose units in one of what was counted."""
    if _find_dose_unit(printed, concept, unit) == unit:
        return Fraction(1)
    number, strength = parse_literal(concept.strength)
    return number * strength.factor / parse_unit(f"{unit}/mL").factor


def _spread(each: Ticks, raw: RawMedicine) -> Dose:
    """Doses of one size over the day: their sum, and their interval where it is even."""
    if raw.once:
        return Dose(Ticks(each.low, None) if raw.more else each, each, 0)
    if not raw.every or raw.times < 1:
        raise Refused("how often it is taken is not said", "add daily, twice daily or every 12 h")
    period = parse_duration(raw.every)
    day = _multiply(each, Fraction(raw.times * DAY, period))
    every = find_interval(raw.times, period)
    return Dose(day) if every is None else Dose(day, each, every)


def find_interval(times: int, period: int) -> int | None:
    """Minutes between doses; None where so many in a period (minutes) are not evenly spaced.

    Doses within a day are taken to be spaced evenly over it; three in a week are not.
    """
    if times == 1:
        return period
    return period // times if period <= DAY and period % times == 0 else None


def _is_schedule(at: tuple[int, ...], every: int | None) -> bool:
    """One time of day for each dose of a day, or of the day on which one is taken."""
    if not at or not every:
        return False
    return len(at) == (1 if every % DAY == 0 else DAY // every) and (
        every % DAY == 0 or DAY % every == 0
    )


def _multiply(ticks: Ticks, factor: Fraction) -> Ticks:
    """Both ends times a factor, rounded outward. Raises Refused where it is too large."""
    if any(end is not None and abs(end * factor) > LARGEST for end in (ticks.low, ticks.high)):
        raise Refused(
            "the dose is too large to be meant", "check the dose and how often it is taken"
        )
    return Ticks(
        None if ticks.low is None else floor(ticks.low * factor),
        None if ticks.high is None else ceil(ticks.high * factor),
    )


# -- whose word counts ----------------------------------------------------------------------------


def rank_medicines(drafts: Iterable[Draft], desk: Desk) -> list[Draft]:
    """Let a statement decide over a dispense, and both over an order, for the time they speak of.

    A lower entry that was mentioned no later than the higher one, and does not begin before it, is
    not used; one that began before it ends where the higher one begins.
    """
    kept: list[Draft] = []
    groups: dict[tuple[str, str | None], list[Draft]] = {}
    for draft in drafts:
        if draft.rank <= 0:
            kept.append(draft)
        else:
            groups.setdefault((draft.event.what, draft.event.about), []).append(draft)
    for group in groups.values():
        surer = {rank: [item for item in group if item.rank < rank] for rank in RANKS.values()}
        for draft in group:
            changed = _yield_to(draft, surer.get(draft.rank, []), desk)
            kept += [changed] if changed is not None else []
    return kept


def _yield_to(draft: Draft, higher: list[Draft], desk: Desk) -> Draft | None:
    event = draft.event
    for other in sorted(higher, key=lambda item: (item.rank, item.event.starts)):
        if not _speaks_for(other, draft):
            continue
        if event.starts[0] >= other.event.starts[0]:
            why = f"{other.event.source.place} says later, and more surely, what was taken"
            desk.note("not-used", event.source, event.what, why)
            return None
        first, last = other.event.starts
        ends = (min(event.ends[0], first), min(event.ends[1], last))
        ends = (max(ends[0], event.starts[0]), max(ends[1], event.starts[1]))
        if ends != event.ends:
            event = change_event(event, ends=ends, end_offset=other.event.offset)
    return draft if event is draft.event else replace(draft, event=event)


def _speaks_for(other: Draft, draft: Draft) -> bool:
    """True when `other` covers some of the same time and was said no earlier."""
    if "planned" in (other.event.status, draft.event.status) or other.event.present is not True:
        return False
    begun, ended = other.event.starts[0], other.event.ends
    last_word = other.mention[1] if ended[1] == FOREVER else max(other.mention[1], ended[0])
    overlaps = draft.event.starts[0] <= ended[1] and draft.event.ends[1] >= begun
    return overlaps and draft.mention[1] <= last_word
