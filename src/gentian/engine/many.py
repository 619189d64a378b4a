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
from .answers import FactValue
from .one import read_value
from .settings import Settings

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Answered = tuple[dict[str, FactValue], dict[str, bool | None]]
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
        self.connection.execute(
            f"CREATE TABLE facts AS SELECT o.person, {', '.join(self._pivot())}"
            " FROM person o LEFT JOIN fact f ON f.person = o.person GROUP BY o.person"
        )
        if self.program.changes:
            self._extend(", ".join(self.program.duckdb["changes"]))

    def _pivot(self) -> list[str]:
        columns = []
        for at, name in enumerate(self.program.facts):
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

    def collect(self, count: int) -> list[Answered]:
        """The facts and conditions of each person."""
        result = self.connection.execute(f"SELECT * FROM {self.table} ORDER BY person")
        names = [column[0] for column in result.description or []]
        rows = result.fetchall()
        assert len(rows) == count  # noqa: S101 — one row a person, by construction
        return [self._read_row(dict(zip(names, row, strict=True))) for row in rows]

    def _read_row(self, row: Mapping[str, Any]) -> Answered:
        facts = {}
        for at, name in enumerate(self.program.facts):
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
        keys = [key for stage in self.program.stages for key in stage]
        return facts, {key: row[f"c{at}"] for at, key in enumerate(keys)}
