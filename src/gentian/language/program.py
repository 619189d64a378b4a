"""The compiled half of the guideline: parsed conditions, the shapes of facts and the SQL of each engine."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field


class Tree(Struct, frozen=True, kw_only=True, gc=False):
    """A parsed condition. op: AND OR NOT AT_LEAST, REF (a criterion), FACT (yes-no), or a comparison.

    Comparisons: `<` `<=` `>` `>=` `=` `<>` with `fact` and `to` (a parameter name, or ticks as text with
    `literal`), `IN` with `words`. BETWEEN is an AND of two comparisons.
    """

    op: str
    fact: str = ""
    criterion: str = ""
    to: str = ""
    ticks: int | None = None
    literal: str = ""
    words: list[str] = []
    k: int = 0
    children: list[Tree] = []


class FactShape(Struct, frozen=True, kw_only=True, gc=False):
    """What a fact gives: number (with unit), yes-no or word; the vocabulary ids it reads; its domains.

    through: ids that its anchor (or a dose per kg) reads besides; all of them are its derivation.
    """

    gives: Literal["number", "yes-no", "word"]
    unit: str = ""
    reads: list[str] = []
    domains: list[str] = []
    through: list[str] = []


class Group(Struct, frozen=True, kw_only=True, gc=False):
    """A group of conditions answered by one query: the facts it uses, the criteria it refers to, and the
    names its numbered parameters stand for.
    """

    facts: list[str] = []
    refers: list[str] = []
    binds: list[str] = []


class ItemProgram(Struct, frozen=True, kw_only=True):
    """What is answered once for each relative of the record, after the person's own conditions.

    facts: facts about each relative, in the order of their queries (bound name `item`: the relative).
    trees, stages, sqlite, duckdb: as in `Program`, with the queries `facts` and `criteria`; columns are
    numbered after those of the person, and further keys are `relative_state:<column>:<id>`.
    needs, refers: the facts (of person and relative) and the criteria of the person that the trees use.
    """

    needs: list[str] = field(default_factory=list)
    refers: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    trees: dict[str, Tree] = field(default_factory=dict)
    stages: list[list[str]] = field(default_factory=list)
    sqlite: dict[str, list[str]] = field(default_factory=dict)
    duckdb: dict[str, list[str]] = field(default_factory=dict)


class Program(Struct, frozen=True, kw_only=True):
    """Compiled SQL and trees.

    shapes: fact → what it gives. facts: facts in the order of their queries; their columns are `f<n>_lo`,
    `f<n>_hi` (numbers) or `f<n>`. changes: facts derived from two others. episodes: the tables of courses
    and runs, in the order they are filled, and the vocabulary ids they read.
    trees: key → parsed condition; keys are criteria, and `statement:<id>`, `schedule:<id>`,
    `qualifier:<standard>:<id>`, `genetic_class:<id>`, `care_status:<id>`, `problem:<id>`,
    `severity:<problem>:<level>`, `mechanism:<problem>:<is>`.
    claims: the parsed conditions of invariants, `<invariant>:while`, `:possible`, `:unproven`; only proved.
    stages: keys in stages, so that each refers only to earlier stages; the n-th key's column is `c<n>`.
    groups: the same keys in the same order, in the smaller groups that SQLite answers for one person;
    grouped describes each. tables: the episodes that each fact's query reads, in the order of `facts`.
    bind: bound name → `parameter|unit`.
    sqlite, duckdb: the queries: `episodes`, `facts`, `changes`, `criteria` (one a stage and chunk).
    relative: what is answered once for each relative.
    """

    shapes: dict[str, FactShape] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    episodes: dict[str, list[str]] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)
    claims: dict[str, Tree] = field(default_factory=dict)
    stages: list[list[str]] = field(default_factory=list)
    groups: list[list[str]] = field(default_factory=list)
    grouped: list[Group] = field(default_factory=list)
    tables: list[list[str]] = field(default_factory=list)
    bind: dict[str, str] = field(default_factory=dict)
    sqlite: dict[str, list[str]] = field(default_factory=dict)
    duckdb: dict[str, list[str]] = field(default_factory=dict)
    relative: ItemProgram = field(default_factory=ItemProgram)


def find_tree(program: Program, key: str) -> Tree:
    """The parsed condition of a key, of the person or of each relative. Raises KeyError."""
    return program.trees[key] if key in program.trees else program.relative.trees[key]
