"""What the body was and what else was taken: covariates over time, and interacting medicines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from gentian.chart.events import FOREVER, LONG_AGO, TICKS, Chart, Event
from gentian.language.dates import DAY, age_in_months, format_date
from gentian.language.kinetics import ConsultEntry, CovariateSource
from gentian.language.model import Guideline, Vocabulary
from gentian.language.units import convert, parse_molar_mass

from .history import Companion, Question, Value
from .timeline import Clock

HOUR = 60
AGE = "age"


def read_age(chart: Chart, index: int) -> tuple[float, float] | None:
    """Years at the index time, youngest and oldest; None where the birth is not known."""
    born = chart.person.born
    months = age_in_months(born, (index, index)) if born else None
    if months is None:
        return None
    return months[0] / TICKS / 12, months[1] / TICKS / 12


def read_series(
    guideline: Guideline, chart: Chart, consult: ConsultEntry, index: int, clock: Clock, origin: int
) -> tuple[dict[str, tuple[Value, ...]], list[Question]]:
    """Covariates that are measured, oldest first, in the unit that the consult names for each."""
    concepts = guideline.vocabulary.concepts
    series: dict[str, tuple[Value, ...]] = {}
    asked: list[Question] = []
    for source in consult.covariates:
        concept = concepts.get(source.of)
        if concept is None or concept.sort != "measurement":
            continue
        events = [event for event in chart.events if _counts(event, source.of, index)]
        known = [event for event in events if event.low is not None and event.low == event.high]
        values = [
            _read_value(event, source, guideline.vocabulary, clock, origin) for event in known
        ]
        asked += [_ask_range(event, concept.name) for event in events if event not in known]
        series[source.covariate] = tuple(
            sorted(values, key=lambda one: (one.hours, one.minute, one.value))
        )
        asked += _ask_conflicts(series[source.covariate], concept.name)
    return series, asked


def _counts(event: Event, what: str, index: int) -> bool:
    measured = event.low is not None or event.high is not None
    return (
        event.what == what
        and event.about is None
        and event.status != "planned"
        and event.starts[0] <= index
        and measured
    )


def _read_value(
    event: Event, source: CovariateSource, vocabulary: Vocabulary, clock: Clock, origin: int
) -> Value:
    concept = vocabulary.concepts[event.what]
    number = Fraction(event.low or 0, TICKS)
    if source.unit:
        number = convert(number, concept.unit, source.unit, parse_molar_mass(concept.molar_mass))
    minute = event.starts[0]
    hours = (_count(event, clock) - origin) / HOUR
    return Value(hours, minute, float(number), event.source)


def _count(event: Event, clock: Clock) -> int:
    return clock.count(event.starts[0], event.offset)


def _ask_range(event: Event, name: str) -> Question:
    when = format_date(event.starts).replace("T", " ")
    return Question(
        "covariate-range",
        f"The {name} of {when} is a range ({event.printed}), and is not used.",
        "Write the value that was measured.",
        source=event.source,
    )


def _ask_conflicts(values: Sequence[Value], name: str) -> Iterable[Question]:
    """Two values of one time that differ: which one is meant is not known."""
    for one, other in pairwise(values):
        if one.minute == other.minute and one.value != other.value:
            when = format_date((one.minute, one.minute)).replace("T", " ").removesuffix(" 00:00")
            yield Question(
                "covariate-conflict",
                f"Two values of {name} on {when} differ: {one.value:g} and {other.value:g}.",
                "Say which is right.",
                blocks=True,
                source=other.source,
            )


# -- other medicines ----------------------------------------------------------------------------------


def list_companions(
    guideline: Guideline, chart: Chart, consult: ConsultEntry, index: int, clock: Clock, origin: int
) -> tuple[Companion, ...]:
    """Medicines that interact, or that a model takes as a covariate, up to the index time."""
    names = _list_names(guideline, consult)
    found = [
        _build(event, index, clock, origin)
        for event in chart.events
        if event.what in names
        and event.about is None
        and event.status != "planned"
        and event.present is not False
        and event.starts[0] <= index
    ]
    return tuple(sorted(found, key=lambda one: (one.starts, one.medicine, str(one.ends), one.sure)))


def _list_names(guideline: Guideline, consult: ConsultEntry) -> frozenset[str]:
    """Every id, and every member of a class, that the interactions of the medicine speak of."""
    concepts, members = guideline.vocabulary.concepts, guideline.vocabulary.members
    named = [row.with_ for row in guideline.interactions if row.interaction == consult.medicine]
    named += [
        source.of
        for source in consult.covariates
        if source.of in concepts and concepts[source.of].sort in ("medicine", "class")
    ]
    return frozenset(id_ for name in named for id_ in (name, *members.get(name, ())))


def _build(event: Event, index: int, clock: Clock, origin: int) -> Companion:
    first, last = event.ends
    goes_on = last >= FOREVER or last > index
    known_start = event.starts[1] - event.starts[0] < DAY
    known_end = first >= index if goes_on else last - first < DAY
    begin = event.starts[0]
    counted = (clock.count(begin, event.offset) - origin) / HOUR
    hours = float("-inf") if begin <= LONG_AGO else counted  # since ever
    return Companion(
        medicine=event.what,
        starts=hours,
        ends=None if goes_on else (clock.count(last, event.end_offset) - origin) / HOUR,
        sure=known_start and known_end and event.present is True,
        source=event.source,
    )
