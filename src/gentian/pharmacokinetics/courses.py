"""Statements of taking the medicine, as courses and as single doses, each with what it leaves open.

A course is one statement (`1.2 mL daily at 08:00 since 2026-01-10`); a single dose is one administration.
Which of them were taken when is worked out in `doses.py`; here each is read for itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from gentian.chart.events import FOREVER, LONG_AGO, TICKS, Event
from gentian.language.dates import DAY, Interval, format_date
from gentian.language.model import Concept, Vocabulary
from gentian.language.quantities import format_ticks, parse_literal
from gentian.language.units import convert

from .history import Question
from .timeline import Clock, Stamp

SOLID = ("tablet", "capsule")


@dataclass(frozen=True, slots=True)
class Course:
    """One statement, or one administration (`every` 0).

    amount: mg per dose, None where unknown. every: minutes. times: minutes of the day, empty where they are
    not on record. begin, until: wall-clock minutes of the first and the last possible dose; ongoing: goes on
    at the index time.
    """

    event: Event
    amount: float | None
    every: int
    times: tuple[int, ...]
    timed: bool
    begin: int
    until: int
    ongoing: bool
    product: str
    form: str

    @property
    def single(self) -> bool:
        """One administration."""
        return self.every == 0

    @property
    def left_out(self) -> bool:
        """One administration that, as the record says, was not done."""
        return self.single and self.event.present is False

    @property
    def order(self) -> tuple[object, ...]:
        """Courses in the order of time; where they stand in the record plays no part."""
        return (self.begin, self.until, self.every, self.amount or 0.0, self.product, self.times)


def list_taken(chart_events: Iterable[Event], medicine: str, index: int) -> list[Event]:
    """What the record says of taking the medicine up to the index time; nothing planned or of others.

    Single doses that were not given are among them.
    """
    return [
        event
        for event in chart_events
        if event.what == medicine
        and event.about is None
        and event.status != "planned"
        and (event.present is not False or (event.every == 0 and not is_vague(event.starts)))
        and event.starts[0] <= index
    ]


def list_missed_days(
    chart_events: Iterable[Event], findings: Collection[str], index: int
) -> list[Event]:
    """Statements that doses were missed on one day (or at one time), up to the index time."""
    return [
        event
        for event in chart_events
        if event.what in findings
        and event.about is None
        and event.present is True
        and event.status != "planned"
        and event.starts == event.ends
        and not is_vague(event.starts)
        and event.starts[0] <= index
    ]


def list_dose_stamps(events: Iterable[Event]) -> list[Stamp]:
    """The times of day of doses, each with the offset that was printed with it."""
    stamps = []
    for event in events:
        if is_minute(event.starts) and (event.every == 0 or is_stamped(event)):
            stamps.append(Stamp(event.starts[0], event.offset, event.source))
        elif event.times:
            minute = event.starts[0] // DAY * DAY + event.times[0]
            stamps.append(Stamp(minute, None, event.source))
    return stamps


def is_stamped(event: Event) -> bool:
    """The start is the time of a dose, so that its offset holds for the times of day."""
    return bool(event.times) and event.starts[0] % DAY in (event.times or ())


def is_minute(when: Interval) -> bool:
    """Known to the minute."""
    return when[0] == when[1]


def is_vague(when: Interval) -> bool:
    """Not known to the day."""
    return when[1] - when[0] >= DAY


def read_course(event: Event, index: int, clock: Clock, vocabulary: Vocabulary) -> Course:
    """One entry for itself; an open end is the index time."""
    product = vocabulary.concepts[event.product] if event.product else None
    stamped = is_minute(event.starts) and (event.every == 0 or is_stamped(event))
    shift = clock.show(event.starts[0], event.offset) - event.starts[0] if stamped else 0
    times = tuple(sorted((minute + shift) % DAY for minute in event.times or ()))
    if event.every == 0 and is_minute(event.starts):
        times = ((event.starts[0] + shift) % DAY,)
    open_end = event.ends[1] >= FOREVER
    return Course(
        event=event,
        amount=read_amount(event, vocabulary),
        every=event.every if event.every is not None else DAY,
        times=times,
        timed=bool(times),
        begin=(event.starts[1] // DAY * DAY if is_vague(event.starts) else event.starts[0]) + shift,
        until=event.starts[1] + shift if event.every == 0 else event.ends[1],
        ongoing=open_end or event.ends[0] > index,
        product=event.product or "",
        form=product.form if product else "",
    )


def read_amount(event: Event, vocabulary: Vocabulary) -> float | None:
    """Milligrams in one dose; None where it is a range or not known."""
    low, high = event.per_dose_low, event.per_dose_high
    if low is None or low != high or event.every is None:
        return None
    unit = vocabulary.concepts[event.what].dose_unit
    return float(convert(Fraction(low, TICKS), unit, "mg"))


# -- what one entry leaves open -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """What a statement may still matter for. index, levels: wall-clock minutes of the index time and of
    samples; settled: minutes after which a start no longer matters; name: of the medicine.
    """

    index: int
    levels: tuple[int, ...]
    settled: int
    name: str

    def matters(self, until: int) -> bool:
        """What was taken until then may still be in the blood at the first level, or now."""
        return until + self.settled > min([*self.levels, self.index])

    def is_unsettled(self, when: Interval) -> bool:
        """A level, or the index time, lies within a vague time or too soon after it."""
        times = [*self.levels, self.index]
        return any(when[0] < minute < when[1] + self.settled for minute in times)


def ask_about_course(course: Course, reach: Reach, vocabulary: Vocabulary) -> Iterable[Question]:
    """Questions about one entry for itself."""
    event, name = course.event, reach.name
    since = f"{name} from {_show_start(event)}"
    if course.left_out:
        return
    if event.present is None:
        yield Question("taken", f"It is not certain whether {since} was taken.",
                       "Say whether it was taken.", blocks=True, source=event.source)  # fmt: skip
    if course.amount is None:
        yield _ask_dose(event, since, blocks=reach.matters(course.until))
    if is_vague(event.starts) and reach.is_unsettled(event.starts):
        yield Question("start", f"It is not known to the day since when {name} has been taken "
                       f"({_show_start(event)}).", "Write the day of the first dose.",
                       blocks=True, source=event.source)  # fmt: skip
    if course.product:
        yield from _ask_split(course, vocabulary.concepts[course.product])
    elif course.amount is not None:
        yield Question("product", f"The product of {since} is not named.",
                       "Name the product: the tablet or the oral solution, with its strength.",
                       source=event.source)  # fmt: skip


def _show_start(event: Event) -> str:
    """When it started; `an unknown day` where the record gives none."""
    if event.starts[0] <= LONG_AGO:
        return "an unknown day"
    return format_date(event.starts).replace("T", " ").replace("/", " to ")


def _ask_dose(event: Event, since: str, *, blocks: bool) -> Question:
    if event.every is None and event.dose_low is not None:
        says = f"How often {since} was taken is not known, only its dose per day."
        mend = "Write one dose and how often, such as 1 mg daily at 08:00."
    elif event.per_dose_low != event.per_dose_high:
        says = f"The dose of {since} is a range ({event.printed or 'printed so'})."
        mend = "Write the dose that was taken."
    else:
        says = f"The dose of {since} is not known{_print_text(event)}."
        mend = "Write the dose, its unit and how often, such as 1 mg daily at 08:00."
    return Question("dose", says, mend, blocks=blocks, source=event.source)


def _print_text(event: Event) -> str:
    return f" (printed: {event.printed})" if event.printed else ""


def _ask_split(course: Course, product: Concept) -> Iterable[Question]:
    """Tablets are counted in whole pieces (of the product's smallest step)."""
    if product.form not in SOLID or course.amount is None or not product.strength:
        return
    strength, unit = parse_literal(product.strength)
    step, _ = parse_literal(product.smallest_step) if product.smallest_step else (Fraction(1), None)
    whole = convert(strength, unit, "mg") * step
    if (Fraction(course.amount).limit_denominator(TICKS) / whole).denominator == 1:
        return
    dose = format_ticks(course.event.per_dose_low or 0)
    yield Question("split-tablet", f"{dose} mg is no whole number of {product.name}: "
                   f"{product.form}s are not split, crushed or chewed.",
                   "Write the product that was taken, or the dose in whole pieces.",
                   blocks=True, source=course.event.source)  # fmt: skip


def assume_times(course: Course, minute: int) -> Course:
    """Times of day put in for those that are not on record: every dose as far from the last."""
    if DAY % (course.every or DAY) == 0:
        step = course.every or DAY
        times = tuple(sorted((minute + place * step) % DAY for place in range(DAY // step)))
    else:
        times = (minute,)
    return replace(course, times=times)
