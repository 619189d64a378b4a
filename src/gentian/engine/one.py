"""Answer one person: events into SQLite, facts by query, criteria in stages (design 2 and 4).

A connection with empty tables is kept per guideline and settings, because preparing the queries costs
more than running them; only the person's rows change.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate

from msgspec.structs import replace

from gentian.chart.events import Chart
from gentian.language.model import Fact, FactShape, Guideline
from gentian.language.sql import OPEN_HIGH, OPEN_LOW
from gentian.language.tables import (
    BAND_COLUMNS,
    ENTRY_COLUMNS,
    MEASURE,
    list_schema,
    write_episode_table,
)

from . import binding
from .answers import Answers, EngineError, FactValue, RelativeAnswers
from .fold import find_differences
from .settings import Settings

Bound = dict[str, int | str | None]
Row = tuple[int | None, int | None, str | None, str | None]
Column = tuple[str, str, str, str]  # what a fact gives, and the names it is bound by
Facts = Mapping[str, FactValue]
Criteria = Mapping[str, bool | None]
UNKNOWN = FactValue()
ANYBODY = ""  # facts of the person alone (age) are read of anybody
# Nothing here outlives the process, so there is nothing to roll back to, to wipe or to sync.
_PRAGMAS = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA secure_delete = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA temp_store = MEMORY",
)
_STATEMENT, _SCHEDULE = "statement:", "schedule:"
_local = threading.local()


def answer(guideline: Guideline, chart: Chart, as_of: int, settings: Settings) -> Answers:
    """Return every fact and condition for one person at `as_of` (minutes).

    Raises EngineError when the engine and the fold of the same trees differ.
    """
    machine = _find_machine(guideline, settings)
    with machine.open():
        facts = machine.read_facts(chart, as_of)
        criteria = machine.judge(facts, silent=True)
        relatives = {
            relative: machine.answer_about(relative, facts, criteria, as_of)
            for relative in binding.list_relatives(chart)
        }
    return Answers(
        facts=facts,
        criteria=criteria,
        statements={name: criteria[key] for name, key in machine.statements},
        schedules={name: criteria[key] for name, key in machine.schedules},
        index=as_of,
        parameters=machine.parameters,
        relatives=relatives,
    )


def judge_facts(
    guideline: Guideline, facts: Mapping[str, FactValue], settings: Settings
) -> dict[str, bool | None]:
    """Every condition for given facts; facts not given are unknown. Raises EngineError as `answer`.

    With facts about a relative among them, also every condition about that relative.
    """
    machine = _find_machine(guideline, settings)
    criteria = machine.judge(facts)
    return criteria | machine.judge_about(facts, criteria)


def _list_keys(guideline: Guideline, prefix: str) -> list[tuple[str, str]]:
    """Conditions of one sort: plain id and key."""
    keys = guideline.program.trees
    return [(key[len(prefix) :], key) for key in keys if key.startswith(prefix)]


def _find_machine(guideline: Guideline, settings: Settings) -> _Machine:
    key = (
        id(guideline),
        settings.country,
        settings.strict_criteria,
        tuple(sorted(settings.overlay.items())),
    )
    machines: dict[object, _Machine] = _local.__dict__.setdefault("machines", {})
    machine = machines.get(key)
    if machine is None or machine.guideline is not guideline:
        if len(machines) > 16:
            machines.clear()
        machine = machines[key] = _Machine(guideline, settings)
    return machine


def _find_root(square: int | None) -> int | None:
    """The whole part of a square root, as DuckDB's `floor(sqrt(…))` gives it (language/sql.py)."""
    return None if square is None else math.floor(math.sqrt(square))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Facts that hold of anybody, every condition for them, and both as conditions are bound."""

    facts: Facts
    criteria: Criteria
    bound: Bound


class _Machine:
    """A SQLite connection prepared for one guideline and one set of settings."""

    def __init__(self, guideline: Guideline, settings: Settings) -> None:
        self.guideline = guideline
        self.program = guideline.program
        self.parameters = binding.bind_parameters(guideline, settings)
        self.connection = sqlite3.connect(":memory:", cached_statements=4096)
        self.connection.isolation_level = None
        self.connection.create_function("root", 1, _find_root, deterministic=True)
        self.cursor = self.connection.cursor()  # one cursor: making one a query costs a third of it
        for statement in (*_PRAGMAS, *list_schema("sqlite")):
            self.connection.execute(statement)
        for table in self.program.episodes:
            self.connection.execute(write_episode_table(table, "sqlite"))
        self.filled: list[str] = []
        self.statements = _list_keys(guideline, _STATEMENT)
        self.schedules = _list_keys(guideline, _SCHEDULE)
        about = self.program.relative
        columns = {
            name: (self.program.shapes[name].gives, f"f{at}", f"f{at}_lo", f"f{at}_hi")
            for at, name in enumerate((*self.program.facts, *about.facts))
        }
        self.columns = {name: columns[name] for name in self.program.facts}
        self.columns_about = {name: columns[name] for name in columns if name in about.needs}
        self.nothing: Bound = {**self.parameters, **_list_columns(self.columns.values())}
        self.nothing_about: Bound = {
            **self.parameters,
            **_list_columns(self.columns_about.values()),
        }
        keys = [key for stage in self.program.stages for key in stage]
        self.refers = [(key, f"c{at}") for at, key in enumerate(keys) if key in about.refers]
        keys_of = self.program.groups
        starts = accumulate(map(len, keys_of), initial=0)
        self.numbers = [
            [f"c{start + at}" for at in range(len(group))]
            for start, group in zip(starts, keys_of, strict=False)
        ]
        self.uses = [frozenset(group.facts) for group in self.program.grouped]
        self.refers_to = [frozenset(group.refers) for group in self.program.grouped]
        self.count = 0  # events of the chart that is loaded
        marks = ", ".join("?" * len(BAND_COLUMNS))
        bands = binding.list_bands(guideline, settings)
        self.connection.executemany(f"INSERT INTO band VALUES ({marks})", bands)
        self.insert = f"INSERT INTO entry VALUES ({', '.join('?' * len(ENTRY_COLUMNS))})"
        self.shapes = [self.program.shapes[name] for name in self.program.facts]
        self.asked = range(len(self.program.sqlite["facts"]))  # changes have no query
        self.readers: dict[str, list[int]] = {}  # what is recorded → the facts that read it
        for at in self.asked:
            for what in self.shapes[at].reads or [ANYBODY]:
                self.readers.setdefault(what, []).append(at)
        self.anchored = [
            _list_anchoring(guideline.facts[name], shape)
            for name, shape in zip(self.program.facts, self.shapes, strict=True)
        ]
        self.covered = _group_covered(self.shapes, self.asked)
        pairs = [(guideline.facts[self.program.facts[at]], self.shapes[at]) for at in self.asked]
        self.silences = [_describe_silence(fact, shape) for fact, shape in pairs]
        self.coverings = [_describe_covering(fact, shape) for fact, shape in pairs]
        self.tables = [frozenset(tables) for tables in self.program.tables]
        self.silence = self._read_silence()
        self.baselines: dict[bool, Baseline] = {}

    @contextmanager
    def open(self) -> Iterator[None]:
        """One transaction a person: a lock for each of some 150 queries costs as much as the queries."""
        self.connection.execute("BEGIN")
        try:
            yield
        finally:
            self.connection.execute("COMMIT")

    def _run(self, at: int, bound: Mapping[str, int | None]) -> Row:
        found = self.cursor.execute(self.program.sqlite["facts"][at], bound).fetchone()
        return found[1:] if found else (None, None, None, None)

    def read_facts(self, chart: Chart, as_of: int) -> dict[str, FactValue]:
        """All facts of a chart: of what is recorded, of what is stated to be complete, and silence."""
        recorded = self._load(chart, as_of)
        self.count = len(chart.events)
        bound = self.parameters | {"index": as_of}
        count = len(chart.events)
        values = dict(self.silence)
        told = self._list_told(recorded)
        self._fill_episodes({table for at in told for table in self.tables[at]}, bound)
        for at in sorted(told):
            value = read_value(self._run(at, bound), self.shapes[at], count)
            values[self.program.facts[at]] = value
        covered = {
            at
            for domains, places in self.covered.items()
            if domains <= recorded
            for at in places
            if at not in told
        }
        values.update(self._read_alike(sorted(covered), bound, self.coverings))
        self._read_changes(values)
        return values

    def _list_told(self, recorded: set[str]) -> set[int]:
        """Facts that have something to read; around an anchor that is not there, nothing counts."""
        told = {at for what in (*recorded, ANYBODY) for at in self.readers.get(what, ())}
        return {at for at in told if not self.anchored[at] or self.anchored[at] & recorded}

    def _read_silence(self) -> dict[str, FactValue]:
        """Every fact of somebody of whom nothing is recorded: what most facts of most people are."""
        with self.open():
            self.connection.execute("INSERT INTO person VALUES (1, NULL, NULL)")
            values = self._read_alike(self.asked, self.parameters | {"index": 0}, self.silences)
        return values | dict.fromkeys(self.program.changes, UNKNOWN)

    def _read_alike(
        self,
        places: Iterable[int],
        bound: Mapping[str, int | None],
        likeness: Sequence[object],
    ) -> dict[str, FactValue]:
        """Facts about nothing recorded; one query for all that make the same of it."""
        alike: dict[object, FactValue] = {}
        values = {}
        for at in places:
            key = likeness[at]
            if key not in alike:
                alike[key] = read_value(self._run(at, bound), self.shapes[at], 0)
            values[self.program.facts[at]] = alike[key]
        return values

    def _load(self, chart: Chart, as_of: int) -> set[str]:
        run = self.connection.execute
        for table in ("person", "entry", "event"):
            run(f"DELETE FROM {table}")
        run("INSERT INTO person VALUES (1, ?, ?)", binding.find_age_now(chart, as_of))
        entries = list(binding.list_entries(chart, as_of))
        self.connection.executemany(self.insert, entries)
        run(MEASURE)
        return {str(entry[2]) for entry in entries}

    def _fill_episodes(self, needed: set[str], bound: Mapping[str, int | None]) -> None:
        """The courses and runs that the facts to be asked read; the last person's are cleared."""
        for table in self.filled:
            self.connection.execute(f"DELETE FROM {table}")
        self.filled.clear()
        for table, fill in zip(self.program.episodes, self.program.sqlite["episodes"], strict=True):
            if table in needed:
                self.connection.execute(fill, bound)
                self.filled.append(table)

    def _read_changes(self, values: dict[str, FactValue]) -> None:
        """Facts that are a change between others; nothing to do while no two of them are known."""
        parts = {name: _list_parts(self.guideline.facts[name]) for name in self.program.changes}
        known = {name for name, both in parts.items() if all(values[part].known for part in both)}
        if not known:
            return
        query = "SELECT " + ", ".join(self.program.sqlite["changes"])
        row = self.connection.execute(query, _bind(values, self.columns, self.nothing)).fetchone()
        for at, name in enumerate(self.program.changes):
            if name in known:
                pair = (row[2 * at], row[2 * at + 1], None, None)
                value = read_value(pair, self.program.shapes[name], 0)
                events = {item for part in parts[name] for item in values[part].events}
                values[name] = replace(value, events=tuple(sorted(events)))

    def judge(self, facts: Facts, *, silent: bool = False) -> dict[str, bool | None]:
        """Every condition, and none of them where the fold says otherwise.

        silent: of a record, whose facts about nothing recorded are as silence has them; else facts not
        given are unknown. What rests only on such facts is as it is of anybody. Raises EngineError.
        """
        base = self._find_baseline(silent)
        changed = {
            name: value
            for name, value in facts.items()
            if value is not base.facts.get(name, UNKNOWN) and name in self.columns
        }
        bound = dict(base.bound)
        _bind_values(changed, self.columns, bound)
        found = dict(base.criteria)
        judged: list[str] = []
        other: set[str] = set()
        for at, group in enumerate(self.program.groups):
            if self.uses[at].isdisjoint(changed.keys()) and self.refers_to[at].isdisjoint(other):
                continue
            for key, column, value in self._run_group(at, bound):
                bound[column] = value
                found[key] = None if value is None else bool(value)
                if found[key] is not base.criteria[key]:
                    other.add(key)
            judged += group
        self._compare(judged, facts, found)
        return found

    def _find_baseline(self, silent: bool) -> Baseline:
        """What is answered of anybody: of whom nothing is recorded, or nothing known. Checked once."""
        if silent not in self.baselines:
            facts = self.silence if silent else {}
            bound = _bind(facts, self.columns, self.nothing)
            criteria: dict[str, bool | None] = {}
            numbers: Bound = {}
            for at in range(len(self.program.groups)):
                for key, column, value in self._run_group(at, bound):
                    bound[column] = numbers[column] = value
                    criteria[key] = None if value is None else bool(value)
            self._compare(list(criteria), facts, criteria)
            self.baselines[silent] = Baseline(facts, criteria, bound | numbers)
        return self.baselines[silent]

    def _run_group(self, at: int, bound: Bound) -> Iterator[tuple[str, str, int | None]]:
        """Key, column and answer of each condition of a group."""
        query = f"SELECT {self.program.sqlite['criteria'][at]}"
        values = [bound[name] for name in self.program.grouped[at].binds]
        row = self.cursor.execute(query, values).fetchone()
        return zip(self.program.groups[at], self.numbers[at], row, strict=True)

    def _compare(self, keys: list[str], facts: Facts, found: Criteria) -> None:
        """Raises EngineError with the keys whose fold differs."""
        trees = self.program.trees
        different = find_differences(
            {key: trees[key] for key in keys}, facts, found, self.parameters
        )
        if different:
            raise EngineError(different)

    def answer_about(
        self, relative: str, facts: dict[str, FactValue], criteria: Criteria, as_of: int
    ) -> RelativeAnswers:
        """Facts and conditions about one relative; the person's own are there already."""
        about = self.program.relative
        bound = self.parameters | {"index": as_of}
        named: Bound = {**bound, "item": relative}
        values = {}
        for name, query in zip(about.facts, about.sqlite["facts"], strict=True):
            row = self.cursor.execute(query, named).fetchone()
            found = row[1:] if row else (None, None, None, None)
            values[name] = read_value(found, self.program.shapes[name], self.count)
        return RelativeAnswers(values, self.judge_about(ChainMap(values, facts), criteria))

    def judge_about(self, facts: Facts, criteria: Criteria) -> dict[str, bool | None]:
        """Every condition about one relative. Raises EngineError where the fold says otherwise."""
        about = self.program.relative
        bound = _bind(facts, self.columns_about, self.nothing_about)
        bound |= {number: criteria[key] for key, number in self.refers}
        found: dict[str, bool | None] = {}
        start = len(criteria)
        for stage, columns in zip(about.stages, about.sqlite["criteria"], strict=True):
            row = self.cursor.execute(f"SELECT {columns}", bound).fetchone()
            for at, (key, value) in enumerate(zip(stage, row, strict=True), start):
                bound[f"c{at}"] = value
                found[key] = None if value is None else bool(value)
            start += len(stage)
        every = {**found, **{key: criteria[key] for key, _ in self.refers}}
        different = find_differences(about.trees, facts, every, self.parameters)
        if different:
            raise EngineError(different)
        return found


def _list_parts(fact: Fact) -> list[str]:
    """The facts that a change is between."""
    return list(fact.of.values()) if isinstance(fact.of, dict) else []


def _bind(facts: Facts, columns: Mapping[str, Column], nothing: Bound) -> Bound:
    """Facts by the names that conditions are bound by; what is not known stays as `nothing` has it."""
    bound = dict(nothing)
    known = {name: facts[name] for name in columns if name in facts and facts[name].known}
    _bind_values(known, columns, bound)
    return bound


def _bind_values(facts: Facts, columns: Mapping[str, Column], bound: Bound) -> None:
    """Bind these facts, over what was bound for them before."""
    for name, value in facts.items():
        gives, one, low, high = columns[name]
        if gives == "yes-no":
            bound[one] = value.truth
        elif gives == "word":
            bound[one] = value.word
        elif value.known:
            bound[low] = OPEN_LOW if value.low is None else value.low
            bound[high] = OPEN_HIGH if value.high is None else value.high
        else:
            bound[low] = bound[high] = None


def _list_columns(columns: Iterable[tuple[str, ...]]) -> Bound:
    """The columns of facts, all unknown."""
    pairs = ((low, high) if gives == "number" else (one,) for gives, one, low, high in columns)
    return dict.fromkeys(name for pair in pairs for name in pair)


def _list_anchoring(fact: Fact, shape: FactShape) -> frozenset[str]:
    """What a fact's anchor is found in; empty for facts read from the index time."""
    return frozenset() if fact.anchor == "index" else frozenset(shape.through) - {"weight"}


def _describe_silence(fact: Fact, shape: FactShape) -> object:
    """What a fact makes of nothing: facts alike in this have the same value when nothing is recorded."""
    return (fact.read, shape.gives, str(fact.absent), str(fact.strict))


def _describe_covering(fact: Fact, shape: FactShape) -> object:
    """The same where its domains are stated to be complete: how that statement reaches the fact."""
    reach = (tuple(shape.domains), tuple(fact.window), fact.anchor != "index")
    return (_describe_silence(fact, shape), reach)


def _group_covered(
    shapes: Sequence[FactShape], places: Iterable[int]
) -> dict[frozenset[str], list[int]]:
    """The statements of completeness that together speak for a fact → the facts."""
    found: dict[frozenset[str], list[int]] = {}
    for at in places:
        if shapes[at].domains:
            domains = frozenset(f"complete-{domain}" for domain in shapes[at].domains)
            found.setdefault(domains, []).append(at)
    return found


def read_value(row: Row, shape: FactShape, count: int) -> FactValue:
    """A fact's row as a value. `count`: how many events the chart has (the person's sex is no event)."""
    low, high, word, ids = row
    events = tuple(sorted({int(item) for item in ids.split(",")})) if ids else ()
    events = tuple(item for item in events if item < count)
    if shape.gives == "word":
        return FactValue(word=word, known=word is not None, events=events)
    if shape.gives == "yes-no":
        truth = None if low is None else bool(low)
        return FactValue(truth=truth, known=truth is not None, events=events)
    if low is None or high is None:
        return FactValue(events=events)
    return FactValue(
        low=None if low <= OPEN_LOW else low,
        high=None if high >= OPEN_HIGH else high,
        known=True,
        events=events,
    )
