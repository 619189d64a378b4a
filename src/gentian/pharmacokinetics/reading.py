"""A record as a history: the clock first, then doses, then levels against them, then the body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gentian.chart.events import Chart, Event
from gentian.language.dates import DAY
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline

from .courses import (
    Course,
    Reach,
    ask_about_course,
    assume_times,
    list_dose_stamps,
    list_missed_days,
    list_taken,
    read_course,
)
from .covariates import list_companions, read_age, read_series
from .doses import lay_out
from .history import History, Question
from .intakes import HOUR, ask_whether_going_on, list_intakes
from .levels import BEFORE_DOSE, Bench, list_sample_stamps, list_samples, place_levels
from .rules import SETTLED_AFTER, read_minutes
from .timeline import Stamp, ask_about_clock, ask_about_night, choose_clock, describe

# Put in where no time of day of any dose is on record. Nothing rests on it: a level whose place would
# depend on it is not placed.
_ASSUMED = 8 * HOUR


def gather(
    guideline: Guideline, chart: Chart, index: int, consult: ConsultEntry, zone: str | None
) -> History:
    """See `history.read_history`."""
    vocabulary = guideline.vocabulary
    concept = vocabulary.concepts[consult.level]
    medicine = vocabulary.concepts[consult.medicine]
    events = list_taken((*chart.events, *chart.omitted), consult.medicine, index)
    stamps = _list_stamps(chart, events, consult, index)
    clock = choose_clock(stamps, zone, any(event.every for event in events))
    samples, asked = list_samples(chart.events, index, consult, concept, clock)
    reach = Reach(
        index,
        tuple(sample.minute for sample in samples),
        read_minutes(consult, SETTLED_AFTER),
        medicine.name or medicine.id,
    )
    courses = [read_course(event, index, clock, vocabulary) for event in events]
    asked += [question for one in courses for question in ask_about_course(one, reach, vocabulary)]
    missed = list_missed_days(chart.events, _find_missed(guideline, consult), index)
    taken = lay_out(_put_in_times(courses, chart.events, consult.level), reach, clock, missed)
    first = min(taken.doses, key=lambda dose: dose.at, default=None)
    origin = first.at if first else clock.count(index)
    now = clock.count(index)
    last = max((sample.event.starts[1] for sample in samples), default=index)
    bench = Bench(taken, clock, consult, concept, origin, last, reach.settled)
    levels = place_levels(samples, bench)
    series, unclear = read_series(guideline, chart, consult, index, clock, origin)
    intakes = list_intakes(taken, origin, now, index)
    nights = ((one.minute, one.source) for one in taken.doses if one.timed and not one.given)
    asked += [*ask_about_clock(clock, stamps), *ask_about_night(clock, nights)]
    asked += [*taken.questions, *bench.asked, *unclear]
    if any(course.single and not course.left_out for course in courses):
        asked += ask_whether_going_on(intakes, reach.name)
    return History(
        origin=first.minute if first else index,
        index=(now - origin) / HOUR,
        age=read_age(chart, index),
        intakes=intakes,
        levels=levels,
        series=series,
        companions=list_companions(guideline, chart, consult, index, clock, origin),
        questions=_sort(asked),
        zone=describe(clock),
    )


def _find_missed(guideline: Guideline, consult: ConsultEntry) -> tuple[str, ...]:
    """What a record calls missed doses; none where the consult has no fact for it."""
    named = guideline.facts[consult.missed].of if consult.missed else ()
    return (named,) if isinstance(named, str) else tuple(named)


def _list_stamps(
    chart: Chart, events: Sequence[Event], consult: ConsultEntry, index: int
) -> list[Stamp]:
    """Every time of day that is subtracted from another, in the order of time."""
    found = [*list_dose_stamps(events), *list_sample_stamps(chart.events, consult.level, index)]
    return sorted(found, key=lambda one: (one.minute, one.offset is None, one.offset or 0))


def _put_in_times(courses: Sequence[Course], events: Iterable[Event], level: str) -> list[Course]:
    """Times of day for courses that have none: of a sample drawn before the dose, or of another course."""
    stated = [
        event.starts[0]
        for event in events
        if event.what == level
        and event.timing == BEFORE_DOSE
        and event.starts[0] == event.starts[1]
    ]
    timed = sorted((one for one in courses if one.timed), key=lambda one: one.order)
    return [one if one.times else _put_in(one, stated, timed) for one in courses]


def _put_in(course: Course, stated: Sequence[int], timed: Sequence[Course]) -> Course:
    drawn = [minute for minute in sorted(stated) if course.begin <= minute <= course.until]
    if drawn:
        return assume_times(course, drawn[0] % DAY)
    near = min(timed, key=lambda one: abs(one.begin - course.begin), default=None)
    return assume_times(course, near.times[0] if near else _ASSUMED)


def _sort(questions: Iterable[Question]) -> tuple[Question, ...]:
    """What blocks first; the same question about one place once."""
    unique = dict.fromkeys(questions)
    return tuple(
        sorted(
            unique,
            key=lambda one: (not one.blocks, one.what, one.says, str(one.source)),
        )
    )
