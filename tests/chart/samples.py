"""A small vocabulary and helpers for the tests of the chart room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gentian.chart.entries import build_chart
from gentian.chart.events import Chart, Event, Note, Person, Source, change_event
from gentian.chart.raw import RawCompleteness, RawEntry, RawFinding, RawMedicine, RawResult
from gentian.language.dates import parse_span
from gentian.language.model import Concept, Vocabulary
from gentian.language.sources import VOCABULARY_SORTS, read_entries
from gentian.language.vocabulary import build_vocabulary

CONCEPTS = [
    Concept(sort="measurement", id="platelets", unit="10*9/L", plausible=[0, 5000], usual=[1, 1500]),
    Concept(sort="measurement", id="haemoglobin", unit="g/dL", plausible=[1, 25], usual=[3, 22]),
    Concept(sort="measurement", id="creatinine", unit="umol/L", plausible=[5, 3000],
            molar_mass="113.12 g/mol"),
    Concept(sort="measurement", id="sfasl", unit="ng/L", plausible=[0, 100000]),
    Concept(sort="measurement", id="weight", unit="kg", plausible=[0.3, 300]),
    Concept(sort="measurement", id="ana", unit="1", words=["positive", "negative"]),
    Concept(sort="measurement", id="dat", name="direct antiglobulin test",
            words=["positive", "negative", "weakly positive"]),
    Concept(sort="finding", id="splenomegaly", is_a=["lymphoproliferation"]),
    Concept(sort="finding", id="lymphadenopathy", is_a=["lymphoproliferation"]),
    Concept(sort="class", id="lymphoproliferation"),
    Concept(sort="finding", id="fever"),
    Concept(sort="procedure", id="splenectomy"),
    Concept(sort="medicine", id="prednisolone", is_a=["steroid"], mention_lasts="42 d"),
    Concept(sort="medicine", id="hydrocortisone", is_a=["steroid"]),
    Concept(sort="class", id="steroid"),
    Concept(sort="medicine", id="sirolimus", mention_lasts="90 d"),
    Concept(sort="product", id="sirolimus-solution-1", of="sirolimus", strength="1 mg/mL"),
    Concept(sort="gene", id="variant-fas", name="FAS"),
    Concept(sort="domain", id="medicines"),
]  # fmt: skip
SMALL = build_vocabulary(CONCEPTS)
PERSON = Person("example-child", parse_span("2019-05-04"), "female")


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The real vocabulary, without compiling the rest of the guideline."""
    raw = read_entries()
    return build_vocabulary(
        concept for sort in VOCABULARY_SORTS for concept in raw.entries.get(sort, [])
    )


def at(place: int | str = 1) -> Source:
    """A place in an imagined record."""
    return Source(f"line {place}")


def result(what: str, when: str, number: str = "", unit: str = "", **rest: object) -> RawResult:
    """A measurement as a reader hands it over."""
    place = rest.pop("place", 1)
    return RawResult(what=what, when=when, number=number, unit=unit, source=at(place), **rest)


def finding(what: str, **rest: object) -> RawFinding:
    """A finding as a reader hands it over."""
    return RawFinding(what=what, source=at(rest.pop("place", 1)), **rest)


def medicine(what: str, **rest: object) -> RawMedicine:
    """A medicine as a reader hands it over."""
    return RawMedicine(what=what, source=at(rest.pop("place", 1)), **rest)


def complete(domain: str, when: str) -> RawCompleteness:
    """A completeness statement."""
    return RawCompleteness(domain=domain, when=when, source=at())


def read(*entries: RawEntry, person: Person = PERSON, **rest: object) -> Chart:
    """A chart of the small vocabulary."""
    return build_chart(person, entries, SMALL, format="test", file="record", **rest)


def read_one(*entries: RawEntry, **rest: object) -> Event:
    """The one event of a chart."""
    (event,) = read(*entries, **rest).events
    return event


def list_notes(chart: Chart, group: str) -> list[Note]:
    """The notes of a group."""
    return [note for note in chart.reading.notes if note.group == group]


def strip_sources(events: Iterable[Event]) -> list[str]:
    """Events without where they stand and how they are printed, sorted."""
    return sorted(repr(change_event(event, source=Source(""), printed="")) for event in events)
