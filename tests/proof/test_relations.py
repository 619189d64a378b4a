"""What the proofs take as given of two facts is so on every record the engine reads."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.chart.events import FOREVER, TICKS, Chart, Event, Person, Reading, Source
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.dates import parse_date
from gentian.language.model import Concept
from gentian.proof.relations import Pair, list_pairs
from tests.proof.people import list_marks, load

INDEX = parse_date("2026-11-20T09:00")[0]
DAY = 1440
RELATIONS = sorted(load().relations)


@cache
def find_pairs(relation: str) -> list[Pair]:
    """The pairs of the guideline that a relation speaks of."""
    return [pair for pair in list_pairs(load(), Settings()) if pair.relation.relation == relation]


@pytest.mark.parametrize("name", RELATIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_record_keeps_the_relation(name: str, data: st.DataObject) -> None:
    pairs = find_pairs(name)
    if not pairs:
        pytest.skip("no two facts of the guideline fit it yet")
    pair = data.draw(st.sampled_from(pairs))
    chart = data.draw(charts_about(pair))
    found = answer(load(), chart, INDEX, Settings())
    assert pair.check(found.facts, found.parameters) == []


@st.composite
def charts_about(draw: st.DrawFn, pair: Pair) -> Chart:
    """A record with a few entries about what the two facts read, and now and then a complete list."""
    shapes, concepts = load().program.shapes, load().vocabulary.concepts
    reads = sorted({*shapes[pair.first].reads, *shapes[pair.second].reads} - {"sex", "weight"})
    own = [name for name in reads if name in shapes[pair.first].reads]
    chosen = st.one_of(*(st.sampled_from(names) for names in (own, reads) if names))
    count = draw(st.integers(0, 5)) if reads else 0  # what is left out is read from the person
    events = [draw(events_about(concepts[draw(chosen)], pair)) for _ in range(count)]
    for domain in draw(st.sets(st.sampled_from(shapes[pair.second].domains or ["results"]))):
        start = draw(times())
        events.append(
            Event(what=f"complete-{domain}", starts=start, ends=start, source=Source("x"))
        )
    born = draw(st.sampled_from([None, "2016", "2019-05-02", "1990-01-01"]))
    person = Person(
        "x", born=parse_date(born) if born else None, sex=draw(st.sampled_from([None, "male"]))
    )
    return Chart(person, tuple(events), Reading("test", "test"))


@st.composite
def times(draw: st.DrawFn) -> tuple[int, int]:
    """A time, exact or blurred, mostly near the edges of the usual windows."""
    back = draw(st.sampled_from([0, 1, 3, 6, 7, 8, 13, 14, 29, 30, 31, 60, 90, 91, 365, 800]))
    start = INDEX - back * DAY - draw(st.sampled_from([0, 1, 700]))
    return start, start + draw(st.sampled_from([0, 0, 0, DAY - 1, 30 * DAY, 300 * DAY]))


@st.composite
def events_about(draw: st.DrawFn, concept: Concept, pair: Pair) -> Event:
    """One entry: a value near a mark of the two facts, a word, or a finding that comes and goes."""
    start = draw(times())
    if concept.sort == "measurement":
        return _measure(draw, concept, pair, start)
    length = draw(st.sampled_from([0, DAY, 40 * DAY]))
    ends = draw(
        st.sampled_from(
            [(start[1] + length,) * 2, (start[1] + length, FOREVER), (FOREVER, FOREVER)]
        )
    )
    present = draw(st.sampled_from([True, True, False, None]))
    return Event(
        what=concept.id,
        starts=start,
        ends=start if present is False else ends,
        source=Source("x"),
        present=present,
        certainty={True: "confirmed", None: "suspected", False: None}[present],
        classification=draw(st.sampled_from([None, "pathogenic", "uncertain"])),
        origin=draw(st.sampled_from([None, "germline", "somatic"])),
        zygosity=draw(st.sampled_from([None, "homozygous", "heterozygous"])),
        reason=draw(st.sampled_from([None, "failed"])),
        category=draw(st.sampled_from([None, "splenectomy"])),
    )


def _measure(draw: st.DrawFn, concept: Concept, pair: Pair, start: tuple[int, int]) -> Event:
    if concept.words:
        word = draw(st.sampled_from([None, *concept.words]))
        return Event(what=concept.id, starts=start, ends=start, source=Source("x"), category=word)
    marks = list_marks(load())
    near = [mark for name in (pair.first, pair.second) for mark in marks.get(name, [])]
    near += [] if pair.mark is None or pair.mark.ticks is None else [pair.mark.ticks]
    ticks = int(draw(st.sampled_from(near or [TICKS]))) + draw(st.sampled_from([-TICKS, -1, 0, 1]))
    low, high = draw(st.sampled_from([(ticks, ticks)] * 3 + [(None, ticks), (ticks, None)]))
    flag = draw(st.sampled_from([None, None, "L", "H", "N"]))
    return Event(
        what=concept.id, starts=start, ends=start, source=Source("x"), low=low, high=high, flag=flag
    )
