"""SQLite, DuckDB and the fold give the same answers, for any guideline and any record."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as change

from gentian.chart.events import FOREVER, Chart, Event, change_event
from gentian.engine.answers import FactValue
from gentian.engine.fold import fold
from gentian.engine.many import answer_many
from gentian.engine.one import answer, judge_facts
from gentian.engine.settings import Settings
from gentian.language import model
from gentian.language.compiler import compile_guideline
from tests.engine import small

NUMBERS, TRUTHS = ["n0", "n1", "n2"], ["y0", "y1", "y2", "y3"]
QUIET = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Drawn:
    """A generated guideline, printed by its facts and criteria only."""

    def __init__(self, guideline: model.Guideline) -> None:
        self.guideline = guideline

    def __repr__(self) -> str:
        facts = [
            (f.fact, f.read, f.of, f.take, f.where, f.window, f.anchor, f.absent, f.strict)
            for name, f in self.guideline.facts.items()
            if name[1:].isdigit()
        ]
        return f"{facts} {[(c.criterion, c.when) for c in self.guideline.criteria.values()]}"


def draw_guideline(data: st.DataObject, folder: Path) -> model.Guideline:
    return data.draw(guidelines(folder)).guideline


@st.composite
def guidelines(draw: st.DrawFn, folder: Path) -> Drawn:
    """A guideline of random facts and of criteria that build on each other."""
    raw = small.read_vocabulary(folder)
    facts = [draw(small.number_facts(name)) for name in NUMBERS]
    facts += [draw(small.yes_no_facts(name)) for name in TRUTHS]
    raw.entries["fact"] = facts
    raw.entries["criterion"] = []
    unit = {"count": "1", "time_since": "d"}
    for at in range(3):
        yes_no = [f.fact for f in facts[3:] if f.read != "longest"]
        yes_no += ["taking_sirolimus", *(f"k{n}" for n in range(at))]
        text = draw(small.conditions(NUMBERS, yes_no, 2))
        raw.entries["criterion"].append(model.Criterion(criterion=f"k{at}", says="x", when=text))
    units = {
        f.fact: unit.get(f.read) or ("%" if f.of == "dnt-of-lymphocytes" else "10*9/L")
        for f in facts
    }

    def put(found: re.Match[str]) -> str:
        return f"{found[1]} {found[2]} '{found[3]} {units[found[1]]}'"

    raw.entries["criterion"] = [
        replace_when(entry, re.sub(r"(n\d) ([<>=]+) \{unit:(\d+)\}", put, entry.when))
        for entry in raw.entries["criterion"]
    ]
    return Drawn(compile_guideline(raw))


def replace_when(entry: model.Criterion, when: str) -> model.Criterion:
    return model.Criterion(
        criterion=entry.criterion, says=entry.says, when=when, line="generated:1"
    )


def strip(facts: dict[str, FactValue]) -> dict[str, FactValue]:
    """Facts without the entries they came from, which only one person's run keeps."""
    return {name: change(value, events=()) for name, value in facts.items()}


@QUIET
@given(data=st.data(), strict=st.booleans())
def test_one_person_in_sqlite_is_the_same_among_many_in_duckdb(data, strict, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    people = data.draw(st.lists(small.charts(), min_size=1, max_size=5))
    centre = Settings(strict_criteria=strict)
    together = answer_many(guideline, people, small.INDEX, centre)
    for chart, (facts, criteria) in zip(people, together, strict=True):
        alone = answer(guideline, chart, small.INDEX, centre)
        assert strip(dict(alone.facts)) == strip(facts)
        assert alone.criteria == criteria


@QUIET
@given(data=st.data())
def test_the_order_of_entries_never_matters(data, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    chart = data.draw(small.charts())
    shuffled = list(chart.events)
    random.Random(data.draw(st.integers(0, 99))).shuffle(shuffled)
    other = replace(chart, events=tuple(shuffled))
    first, second = (answer(guideline, item, small.INDEX, Settings()) for item in (chart, other))
    assert strip(dict(first.facts)) == strip(dict(second.facts))


@QUIET
@given(data=st.data())
def test_a_more_precise_date_or_value_never_flips_what_was_decided(data, tmp_path_factory):
    """Resolve every partial date and open value at random: decided answers stay as they were.

    The record is read as it stands at the index time, so nothing in it began later.
    """
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    chart = data.draw(small.charts())
    chart = replace(chart, events=tuple(e for e in chart.events if e.starts[0] <= small.INDEX))
    pick = random.Random(data.draw(st.integers(0, 999)))
    exact = replace(chart, events=tuple(resolve(event, pick) for event in chart.events))
    vague = answer(guideline, chart, small.INDEX, Settings())
    precise = answer(guideline, exact, small.INDEX, Settings())
    for name, value in vague.facts.items():
        assert contains(value, precise.facts[name]), (name, value, precise.facts[name])


def resolve(event: Event, pick: random.Random) -> Event:
    """The same event, its times and value exactly one of those it allows."""
    start = pick.randint(event.starts[0], min(event.starts[1], small.INDEX))
    last = event.ends[1] if event.ends[1] < FOREVER else event.ends[0] + 5000
    end = (
        pick.randint(event.ends[0], max(event.ends[0], last))
        if event.ends != event.starts
        else start
    )
    low = event.low if event.low is not None else event.high
    high = event.high if event.high is not None else event.low
    value = pick.randint(low, high) if low is not None and high is not None else None
    present = pick.choice([True, False]) if event.present is None else event.present
    ends = event.ends if event.ends == (FOREVER, FOREVER) else (max(start, end), max(start, end))
    return change_event(
        event, starts=(start, start), ends=ends, low=value, high=value, present=present
    )


def contains(vague: FactValue, precise: FactValue) -> bool:
    """Does the vague value allow the precise one? Unknown allows everything."""
    if not vague.known:
        return True
    if vague.truth is not None or vague.word is not None:
        return (vague.truth, vague.word) == (precise.truth, precise.word)
    if not precise.known:
        return False
    below = vague.low is None or (precise.low is not None and precise.low >= vague.low)
    above = vague.high is None or (precise.high is not None and precise.high <= vague.high)
    return below and above


@st.composite
def known_facts(draw: st.DrawFn) -> dict[str, FactValue]:
    numbers = {
        name: FactValue(low=low, high=low, known=True)
        for name in NUMBERS
        for low in [draw(st.integers(0, 120)) * small.TICKS]
    }
    return numbers | {name: FactValue(truth=draw(st.booleans()), known=True) for name in TRUTHS}


@QUIET
@given(data=st.data())
def test_an_unknown_fact_becoming_known_never_flips_a_decided_criterion(data, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    known = data.draw(known_facts())
    some = {name: value for name, value in known.items() if data.draw(st.booleans())}
    before = judge_facts(guideline, some, Settings())
    after = judge_facts(guideline, known, Settings())
    for key, truth in before.items():
        assert truth is None or after[key] is truth
        tree = guideline.program.trees[key]
        assert fold(tree, some, before, {}) is truth


@QUIET
@given(data=st.data())
def test_a_further_event_changes_only_facts_that_read_it(data, tmp_path_factory):
    guideline = draw_guideline(data, tmp_path_factory.mktemp("g"))
    chart = data.draw(small.charts())
    event = data.draw(st.one_of(small.results(), small.states()))
    # An event after the index time says the record is read back in time, where partial dates stay open.
    event = change_event(event, starts=(small.INDEX - 10, small.INDEX - 10))
    more: Chart = replace(chart, events=(*chart.events, event))
    before, after = (answer(guideline, item, small.INDEX, Settings()) for item in (chart, more))
    for name, value in before.facts.items():
        shape = guideline.program.shapes[name]
        if event.what not in (*shape.reads, *shape.through):
            assert strip({name: value}) == strip({name: after.facts[name]})
