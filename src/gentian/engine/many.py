"""Answer many people at once in DuckDB, from the same trees and templates as for one person.

Facts go to a long table and are pivoted; criteria follow in stages. Explanations are not kept here: a
person's leaves are answered again, alone, when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gentian.chart.events import Chart
from gentian.language.model import Guideline
from gentian.language.tables import (
    BAND_COLUMNS,
    ENTRY_COLUMNS,
    MEASURE,
    list_schema,
    write_episode_table,
)

from . import binding
from .answers import FactValue, RelativeAnswers
from .one import read_value
from .settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Answered = tuple[dict[str, FactValue], dict[str, bool | None]]
Named = tuple[int, str]  # the number of a person, and the id of one of their relatives
_BOUND = re.compile(r"\$([a-z][a-z0-9_]*)")


def answer_many(
    guideline: Guideline, charts: Sequence[Chart], as_of: int, settings: Settings
) -> list[Answered]:
    """Return the facts and conditions of each chart, in order.

    Needs the extra `many` (DuckDB). Raises ModuleNotFoundError with the mend where it is missing.
    """
    work = _Work(guideline, settings, as_of)
    work.load(charts)
    work.read_facts()
    work.judge()
    return work.collect(len(charts))


def _connect() -> DuckDBPyConnection:
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "many people at once need DuckDB: install gentian[many]"
        ) from error
    return duckdb.connect(":memory:")


def answer_relatives(
    guideline: Guideline, charts: Sequence[Chart], as_of: int, settings: Settings
) -> dict[Named, RelativeAnswers]:
    """What is answered about each relative of each chart, by the chart's place and the relative's id."""
    work = _Work(guideline, settings, as_of)
    work.load(charts)
    work.read_facts()
    work.judge()
    work.answer_about()
    return work.collect_about()


class _Work:
    """One run over many people."""

    def __init__(self, guideline: Guideline, settings: Settings, as_of: int) -> None:
        self.guideline = guideline
        self.settings = settings
        self.program = guideline.program
        self.as_of = as_of
        self.bound = binding.bind_parameters(guideline, settings) | {"index": as_of}
        self.connection = _connect()
        self.table = "facts"

    def _run(self, query: str) -> Any:
        names = set(_BOUND.findall(query))
        return self.connection.execute(query, {name: self.bound[name] for name in names})

    def _fill(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def load(self, charts: Sequence[Chart]) -> None:
        """The people and their entries; person n is the n-th chart."""
        for statement in list_schema("duckdb"):
            self.connection.execute(statement)
        self._fill("band", binding.list_bands(self.guideline, self.settings))
        assert len(BAND_COLUMNS) == 6 and len(ENTRY_COLUMNS) == 34  # noqa: S101 — table widths
        people = []
        entries: list[Sequence[object]] = []
        for at, chart in enumerate(charts):
            people.append((at, *binding.find_age_now(chart, self.as_of)))
            entries.extend(binding.list_entries(chart, self.as_of, person=at))
        named = [
            (at, name) for at, chart in enumerate(charts) for name in binding.list_relatives(chart)
        ]
        self.connection.execute(
            "CREATE TABLE relative (person BIGINT, item VARCHAR, number BIGINT)"
        )
        self._fill("relative", [(*pair, number) for number, pair in enumerate(named)])
        self._fill("person", people)
        self._fill("entry", entries)
        self.connection.execute(MEASURE)
        fills = self.program.duckdb["episodes"]
        for table, fill in zip(self.program.episodes, fills, strict=True):
            self.connection.execute(write_episode_table(table, "duckdb"))
            self._run(fill)

    def read_facts(self) -> None:
        """Each fact's query into the long table, then one row a person."""
        self.connection.execute(
            "CREATE TABLE fact (person BIGINT, fact INTEGER, lo BIGINT, hi BIGINT, word VARCHAR)"
        )
        for at, query in enumerate(self.program.duckdb["facts"]):
            self._run(f"INSERT INTO fact SELECT person, {at}, lo, hi, word FROM ({query})")
        columns = ", ".join(self._pivot(self.program.facts, 0))
        self.connection.execute(
            f"CREATE TABLE facts AS SELECT o.person, {columns}"
            " FROM person o LEFT JOIN fact f ON f.person = o.person GROUP BY o.person"
        )
        if self.program.changes:
            self._extend(", ".join(self.program.duckdb["changes"]))

    def _pivot(self, names: Sequence[str], start: int) -> list[str]:
        columns = []
        for at, name in enumerate(names, start):
            if name in self.program.changes:
                continue
            pick = f"max(f.{{side}}) FILTER (WHERE f.fact = {at})"
            gives = self.program.shapes[name].gives
            if gives == "number":
                columns += [f"{pick.format(side=side)} AS f{at}_{side}" for side in ("lo", "hi")]
            elif gives == "yes-no":
                columns.append(f"({pick.format(side='lo')} = 1) AS f{at}")
            else:
                columns.append(f"{pick.format(side='word')} AS f{at}")
        return columns

    def _extend(self, columns: str) -> None:
        """A new table with further columns; the old one is dropped."""
        after = f"{self.table}x"
        self._run(f"CREATE TABLE {after} AS SELECT t.*, {columns} FROM {self.table} t")
        self.connection.execute(f"DROP TABLE {self.table}")
        self.table = after

    def judge(self) -> None:
        """Every condition, stage by stage."""
        for columns in self.program.duckdb["criteria"]:
            self._extend(columns)

    def answer_about(self) -> None:
        """Facts and conditions about each relative, beside those of the person they belong to."""
        about = self.program.relative
        start = len(self.program.facts)
        self.connection.execute("DELETE FROM fact")  # from here on `person` is a relative's number
        for at, query in enumerate(about.duckdb["facts"], start):
            self._run(f"INSERT INTO fact SELECT person, {at}, lo, hi, word FROM ({query})")
        columns = ", ".join(["i.number", *self._pivot(about.facts, start)])
        self.connection.execute(
            f"CREATE TABLE about AS SELECT {columns} FROM relative i"
            " LEFT JOIN fact f ON f.person = i.number GROUP BY i.number"
        )
        self.connection.execute(
            f"CREATE TABLE abouts AS SELECT p.*, i.item, a.* FROM relative i"
            f" JOIN about a ON a.number = i.number JOIN {self.table} p ON p.person = i.person"
        )
        self.table = "abouts"
        for columns in about.duckdb["criteria"]:
            self._extend(columns)

    def collect_about(self) -> dict[Named, RelativeAnswers]:
        """The facts and conditions about each relative."""
        result = self.connection.execute(f"SELECT * FROM {self.table} ORDER BY number")
        names = [column[0] for column in result.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return {(row["person"], row["item"]): self._read_about(row) for row in rows}

    def _read_about(self, row: Mapping[str, Any]) -> RelativeAnswers:
        about = self.program.relative
        start = sum(map(len, self.program.stages))
        facts = self._read_facts(row, about.facts, len(self.program.facts))
        keys = (key for stage in about.stages for key in stage)
        return RelativeAnswers(facts, {key: row[f"c{at}"] for at, key in enumerate(keys, start)})

    def collect(self, count: int) -> list[Answered]:
        """The facts and conditions of each person."""
        result = self.connection.execute(f"SELECT * FROM {self.table} ORDER BY person")
        names = [column[0] for column in result.description or []]
        rows = result.fetchall()
        assert len(rows) == count  # noqa: S101 — one row a person, by construction
        return [self._read_row(dict(zip(names, row, strict=True))) for row in rows]

    def _read_row(self, row: Mapping[str, Any]) -> Answered:
        facts = self._read_facts(row, self.program.facts, 0)
        keys = [key for stage in self.program.stages for key in stage]
        return facts, {key: row[f"c{at}"] for at, key in enumerate(keys)}

    def _read_facts(
        self, row: Mapping[str, Any], names: Sequence[str], start: int
    ) -> dict[str, FactValue]:
        facts = {}
        for at, name in enumerate(names, start):
            shape = self.program.shapes[name]
            one = row.get(f"f{at}")
            if shape.gives == "number":
                pair = (row[f"f{at}_lo"], row[f"f{at}_hi"], None, None)
            elif shape.gives == "yes-no":
                truth = None if one is None else int(one)
                pair = (truth, truth, None, None)
            else:
                pair = (None, None, one, None)
            facts[name] = read_value(pair, shape, 0)
        return facts
