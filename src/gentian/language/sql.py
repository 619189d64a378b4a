"""Render conditions as SQL for the two engines (design 4 and 5).

Intervals are pairs of integer columns (low, high): both NULL is unknown, a sentinel marks an open side.
A comparison is true when every value of the interval satisfies it, false when none does, else NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from .model import Tree

OPEN_LOW = -4_000_000_000_000_000_000
OPEN_HIGH = 4_000_000_000_000_000_000

# (true when, false when) of `interval op limit`
_COMPARE = {
    "<": ("{high} < {to}", "{low} >= {to}"),
    "<=": ("{high} <= {to}", "{low} > {to}"),
    ">": ("{low} > {to}", "{high} <= {to}"),
    ">=": ("{low} >= {to}", "{high} < {to}"),
    "=": ("{low} = {to} AND {high} = {to}", "{low} > {to} OR {high} < {to}"),
    "<>": ("{low} > {to} OR {high} < {to}", "{low} = {to} AND {high} = {to}"),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between SQLite and DuckDB: bound names, whole-number division, truth as integer.

    alone: one person in the tables (whose number is 1), so that nothing need be grouped by person.
    """

    name: str
    alone: bool = False

    def bind(self, name: str) -> str:
        """A bound parameter."""
        return f":{name}" if self.name == "sqlite" else f"${name}"

    def divide(self, top: str, bottom: str) -> str:
        """Whole-number division of non-negative numbers."""
        return f"({top}) {'/' if self.name == 'sqlite' else '//'} ({bottom})"

    def root(self, square: str) -> str:
        """The whole part of a square root. Not every SQLite has one, so ours is given `root` (one.py);
        both round alike, because the square root of IEEE 754 is exact to the last bit.
        """
        if self.name == "sqlite":
            return f"root({square})"
        return f"CAST(floor(sqrt(CAST({square} AS DOUBLE))) AS BIGINT)"

    def truth(self, condition: str) -> str:
        """A condition as 1, 0 or NULL."""
        return f"({condition})" if self.name == "sqlite" else f"CAST(({condition}) AS INTEGER)"

    def gather(self, expression: str) -> str:
        """The ids of contributing events; many people at once do without."""
        return f"group_concat({expression})" if self.name == "sqlite" else "CAST(NULL AS VARCHAR)"


SQLITE = Dialect("sqlite", alone=True)
DUCKDB = Dialect("duckdb")


@dataclass(frozen=True, slots=True)
class Columns:
    """How a name is written in SQL. Numbers use low and high, yes-no and words use `one`."""

    low: str = ""
    high: str = ""
    one: str = ""


Look = Callable[[str], Columns]


@cache  # a guideline has few, and the fold asks at every leaf
def name_parameter(key: str) -> str:
    """The bound name of `parameter|unit`."""
    return "p_" + re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")


def quote(text: str) -> str:
    """A text literal."""
    return "'" + text.replace("'", "''") + "'"


def render(tree: Tree, look: Look, look_criterion: Callable[[str], str], dialect: Dialect) -> str:
    """Return the SQL of a condition. `look` gives the columns of facts, `look_criterion` of criteria."""
    inner = [render(child, look, look_criterion, dialect) for child in tree.children]
    if tree.op in ("AND", "OR"):
        return "(" + f" {tree.op} ".join(inner) + ")"
    if tree.op == "NOT":
        return f"(NOT {inner[0]})"
    if tree.op == "AT_LEAST":
        return _count_true(tree.k, inner)
    if tree.op == "REF":
        return look_criterion(tree.criterion)
    if tree.op == "FACT":
        return look(tree.fact).one
    if tree.op == "IN":
        return f"({look(tree.fact).one} IN ({', '.join(quote(word) for word in tree.words)}))"
    return _compare(tree, look(tree.fact), dialect)


def _count_true(k: int, inner: list[str]) -> str:
    """At least k: decided by counting the true, and those that are not false."""
    surely = " + ".join(f"(CASE WHEN {item} THEN 1 ELSE 0 END)" for item in inner)
    perhaps = " + ".join(f"(CASE WHEN NOT {item} THEN 0 ELSE 1 END)" for item in inner)
    return f"(CASE WHEN {surely} >= {k} THEN TRUE WHEN {perhaps} < {k} THEN FALSE END)"


def _compare(tree: Tree, columns: Columns, dialect: Dialect) -> str:
    to = str(tree.ticks) if tree.ticks is not None else dialect.bind(name_parameter(tree.to))
    yes, no = (part.format(low=columns.low, high=columns.high, to=to) for part in _COMPARE[tree.op])
    return f"(CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END)"
