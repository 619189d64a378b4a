"""Answer one person: events into SQLite, facts by query, criteria in stages (design 2 and 4).

A connection with empty tables is kept per guideline and settings, because preparing the queries costs
more than running them; only the person's rows change.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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
from .answers import Answers, EngineError, FactValue
from .fold import find_differences
from .settings import Settings

Row = tuple[int | None, int | None, str | None, str | None]
UNKNOWN = FactValue()
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
        criteria = machine.judge(facts)
    return Answers(
        facts=facts,
        criteria=criteria,
        statements={name: criteria[key] for name, key in machine.statements},
        schedules={name: criteria[key] for name, key in machine.schedules},
        index=as_of,
        parameters=machine.parameters,
    )


def judge_facts(
    guideline: Guideline, facts: Mapping[str, FactValue], settings: Settings
) -> dict[str, bool | None]:
    """Every condition for given facts; facts not given are unknown. Raises EngineError as `answer`."""
    return _find_machine(guideline, settings).judge(facts)


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


class _Machine:
    """A SQLite connection prepared for one guideline and one set of settings."""

    def __init__(self, guideline: Guideline, settings: Settings) -> None:
        self.guideline = guideline
        self.program = guideline.program
        self.parameters = binding.bind_parameters(guideline, settings)
        self.connection = sqlite3.connect(":memory:", cached_statements=4096)
        self.connection.isolation_level = None
        self.cursor = self.connection.cursor()  # one cursor: making one a query costs a third of it
        for statement in (*_PRAGMAS, *list_schema("sqlite")):
            self.connection.execute(statement)
        for table in self.program.episodes:
            self.connection.execute(write_episode_table(table, "sqlite"))
        self.filled: list[str] = []
        self.statements = _list_keys(guideline, _STATEMENT)
        self.schedules = _list_keys(guideline, _SCHEDULE)
        self.columns = [
            (name, self.program.shapes[name].gives, f"f{at}", f"f{at}_lo", f"f{at}_hi")
            for at, name in enumerate(self.program.facts)
        ]
        marks = ", ".join("?" * len(BAND_COLUMNS))
        bands = binding.list_bands(guideline, settings)
        self.connection.executemany(f"INSERT INTO band VALUES ({marks})", bands)
        self.insert = f"INSERT INTO entry VALUES ({', '.join('?' * len(ENTRY_COLUMNS))})"
        self.shapes = [self.program.shapes[name] for name in self.program.facts]
        self.reads = [frozenset(shape.reads) for shape in self.shapes]
        pairs = list(zip(self.program.facts, self.shapes, strict=True))
        self.silences = [_describe_silence(guideline.facts[name], shape) for name, shape in pairs]
        self.coverings = [_describe_covering(guideline.facts[name], shape) for name, shape in pairs]
        self.anchored = [_list_anchoring(guideline.facts[name], shape) for name, shape in pairs]
        self.completions = [
            frozenset(f"complete-{domain}" for domain in shape.domains) for shape in self.shapes
        ]

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
        """All facts of a chart.

        Facts about nothing recorded differ only in what they make of silence: one query answers all
        that make the same of it.
        """
        recorded = self._load(chart, as_of)
        bound = self.parameters | {"index": as_of}
        values: dict[str, FactValue] = {}
        count = len(chart.events)
        silent: dict[object, FactValue] = {}
        for at in range(len(self.program.sqlite["facts"])):
            name = self.program.facts[at]
            if self._may_find(at, recorded):
                values[name] = read_value(self._run(at, bound), self.shapes[at], count)
                continue
            covered = self.completions[at] <= recorded and bool(self.completions[at])
            alike = (self.silences[at], self.coverings[at] if covered else None)
            if alike not in silent:
                silent[alike] = read_value(self._run(at, bound), self.shapes[at], count)
            values[name] = silent[alike]
        self._read_changes(values)
        return values

    def _may_find(self, at: int, recorded: set[str]) -> bool:
        """Whether a fact has anything to read: around an anchor that is not there, nothing counts."""
        anchored = self.anchored[at]
        if anchored is not None and recorded.isdisjoint(anchored):
            return False
        return not self.reads[at] or not recorded.isdisjoint(self.reads[at])

    def _load(self, chart: Chart, as_of: int) -> set[str]:
        run = self.connection.execute
        for table in ("person", "entry", "event"):
            run(f"DELETE FROM {table}")
        run("INSERT INTO person VALUES (1, ?, ?)", binding.find_age_now(chart, as_of))
        entries = list(binding.list_entries(chart, as_of))
        self.connection.executemany(self.insert, entries)
        run(MEASURE)
        recorded = {str(entry[2]) for entry in entries}
        self._fill_episodes(recorded, as_of)
        return recorded

    def _fill_episodes(self, recorded: set[str], as_of: int) -> None:
        """The courses and runs that the record can have; the last person's are cleared."""
        for table in self.filled:
            self.connection.execute(f"DELETE FROM {table}")
        self.filled.clear()
        bound = self.parameters | {"index": as_of}
        pairs = zip(self.program.episodes.items(), self.program.sqlite["episodes"], strict=True)
        for (table, reads), fill in pairs:
            if not recorded.isdisjoint(reads):
                self.connection.execute(fill, bound)
                self.filled.append(table)

    def _read_changes(self, values: dict[str, FactValue]) -> None:
        names = self.program.changes
        if not names:
            return
        query = "SELECT " + ", ".join(self.program.sqlite["changes"])
        row = self.connection.execute(query, self._bind_facts(values)).fetchone()
        for at, name in enumerate(names):
            pair = (row[2 * at], row[2 * at + 1], None, None)
            both = self.guideline.facts[name].of
            parts = both.values() if isinstance(both, dict) else ()
            events = tuple(sorted({item for part in parts for item in values[part].events}))
            shape = self.program.shapes[name]
            value = read_value(pair, shape, 0)
            values[name] = FactValue(
                low=value.low, high=value.high, known=value.known, events=events
            )

    def _bind_facts(self, facts: Mapping[str, FactValue]) -> dict[str, int | str | None]:
        bound: dict[str, int | str | None] = dict(self.parameters)
        for name, gives, one, low, high in self.columns:
            value = facts.get(name, UNKNOWN)
            if gives == "yes-no":
                bound[one] = value.truth
            elif gives == "word":
                bound[one] = value.word
            elif value.known:
                bound[low] = OPEN_LOW if value.low is None else value.low
                bound[high] = OPEN_HIGH if value.high is None else value.high
            else:
                bound[low] = bound[high] = None
        return bound

    def judge(self, facts: Mapping[str, FactValue]) -> dict[str, bool | None]:
        """Every condition, stage by stage, and none of them where the fold says otherwise.

        Raises EngineError when they differ.
        """
        bound = self._bind_facts(facts)
        found: dict[str, bool | None] = {}
        start = 0
        for stage, columns in zip(
            self.program.stages, self.program.sqlite["criteria"], strict=True
        ):
            row = self.connection.execute(f"SELECT {columns}", bound).fetchone()
            for at, (key, value) in enumerate(zip(stage, row, strict=True)):
                bound[f"c{start + at}"] = value
                found[key] = None if value is None else bool(value)
            start += len(stage)
        different = find_differences(self.guideline, facts, found, self.parameters)
        if different:
            raise EngineError(different)
        return found


def _list_anchoring(fact: Fact, shape: FactShape) -> frozenset[str] | None:
    """What a fact's anchor is found in; None for facts read from the index time."""
    return None if fact.anchor == "index" else frozenset(shape.through) - {"weight"}


def _describe_silence(fact: Fact, shape: FactShape) -> object:
    """What a fact makes of nothing: facts alike in this have the same value when nothing is recorded."""
    return (fact.read, shape.gives, str(fact.absent), str(fact.strict))


def _describe_covering(fact: Fact, shape: FactShape) -> object:
    """How a statement of completeness reaches a fact; it matters only where its domains are stated."""
    return (tuple(shape.domains), tuple(fact.window), fact.anchor != "index")


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
