"""What a chart would hold of a virtual person: doses, levels and blood values as a `History`.

The same contract that a real record is read into; nothing of the truth is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gentian.chart.events import Source
from gentian.pharmacokinetics.history import History, Intake, Level, Value

from .people import Person

NOWHERE = Source("virtual person")
DAY = 24.0
BLOODS = 28  # days
BEFORE = 0.5  # h: a trough is drawn half an hour before the dose
PRODUCTS = {"tablet": "sirolimus-tablet-1", "solution": "sirolimus-solution-1"}


@dataclass(frozen=True, slots=True)
class Course:
    """A daily dose from a day on (days since the first dose)."""

    day: int
    amount: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A level as the laboratory reports it. day: the morning it was drawn, before the dose of that day."""

    day: int
    value: float
    below: bool
    assay: str


def write_history(
    person: Person,
    courses: Sequence[Course],
    drawn: Sequence[Drawn],
    today: int,
    weights: Sequence[tuple[int, float]] = (),
) -> History:
    """The record on a day, after the morning's dose. weights: further weights (day, kg)."""
    series = {
        "weight": (value(0.0, person.weight), *(value(day * DAY, kg) for day, kg in weights)),
        "height": (value(0.0, person.height),),
        "bilirubin": repeat(person.bilirubin, today),
        "ast": repeat(person.ast, today),
        "haematocrit": repeat(person.haematocrit, today),
    }
    return History(
        origin=0,
        index=today * DAY + 1.0,
        age=(person.age + today / 365.25,) * 2,
        intakes=write_intakes(person, courses, today),
        levels=tuple(write_level(item, courses) for item in drawn),
        series=series,
        companions=(),
        questions=(),
    )


def value(hours: float, number: float) -> Value:
    """A covariate at a time."""
    return Value(hours, round(hours * 60), number, NOWHERE)


def repeat(number: float, today: int) -> tuple[Value, ...]:
    """The same blood value every four weeks: an older one than 30 days is not used."""
    return tuple(value(day * DAY, number) for day in range(0, today + 1, BLOODS))


def write_intakes(person: Person, courses: Sequence[Course], today: int) -> tuple[Intake, ...]:
    """One intake a course; the last goes on. A course of 0 mg is a pause."""
    ends = [course.day for course in courses[1:]] + [today + 1]
    return tuple(
        Intake(
            start=course.day * DAY,
            amount=course.amount,
            every=DAY,
            count=end - course.day,
            product=PRODUCTS[person.form],
            form=person.form,
            ongoing=course is courses[-1],
            timed=True,
            minute=round(course.day * DAY * 60),
            source=NOWHERE,
        )
        for course, end in zip(courses, ends, strict=True)
        if end > course.day and course.amount > 0
    )


def write_level(item: Drawn, courses: Sequence[Course]) -> Level:
    """A level half an hour before the dose of its day; sooner than five days after a change it says so."""
    hours = item.day * DAY - BEFORE
    change = max(course.day for course in courses if course.day <= item.day)
    return Level(
        hours=hours,
        minute=round(hours * 60),
        value=item.value,
        below=item.below,
        assay=item.assay,
        after=DAY - BEFORE,
        stated=True,
        of_interval=(DAY - BEFORE) / DAY,
        since_change=hours - change * DAY,
        every=DAY,
        printed=f"{item.value:g} ng/mL",
        event=0,
        source=NOWHERE,
        reasons=("not-steady-state",) if hours - change * DAY < 5 * DAY else (),
    )
