"""Compile the guideline: names, units and conditions checked, SQL written for each engine.

Compilation needs sqlglot; answering with a compiled guideline does not. Every problem found is reported at
once, with file and line.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import expansion, facts, model
from .conditions import collect_conditions
from .errors import GuidelineError
from .literals import convert_literal
from .loader import VOCABULARY_SORTS, RawGuideline
from .profile import (
    Name,
    Profile,
    ProfileError,
    list_references,
    measure_depth,
)
from .quantities import QuantityError
from .references import list_broken_references
from .sql import DUCKDB, SQLITE, Columns, Dialect, name_parameter, render
from .units import UnitError
from .vocabulary import build_vocabulary

CHUNK = 400  # columns a query; SQLite takes 2,000
DEPTH = 40  # nesting of a condition; SQLite takes about 90


class Compilation:
    """The entries by name, the problems found so far, and what is built from them."""

    def __init__(self, raw: RawGuideline) -> None:
        self.raw = raw
        self.problems: list[str] = []
        concepts = [concept for sort in VOCABULARY_SORTS for concept in self.take(sort)]
        self.vocabulary = build_vocabulary(concepts)
        self.parameters = self.index("parameter", lambda entry: entry.parameter)
        self.locales = self.index("locale", lambda entry: entry.locale)
        self.episodes = self.index("episode", lambda entry: entry.episode)
        self.anchors = self.index("anchor", lambda entry: entry.anchor)
        self.criteria = self.index("criterion", lambda entry: entry.criterion)
        self.statements = self.index("statement", lambda entry: entry.statement)
        self.interactions: list[model.Interaction] = self.take("interaction")
        self.facts = self.index("fact", lambda entry: entry.fact)
        self.expand()
        self.shapes: dict[str, model.FactShape] = {}
        self.fills: dict[str, dict[str, str]] = {}  # engine → table → the query that fills it
        self.episode_reads: dict[str, list[str]] = {}
        self.bind: dict[str, str] = {"p_completeness_valid_for_min": "completeness_valid_for|min"}

    def take(self, sort: str) -> list[Any]:
        return self.raw.entries.get(sort, [])

    def index(self, sort: str, name: Callable[[Any], str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in self.take(sort):
            if name(entry) in found:
                self.report(
                    entry.line, f"{sort} `{name(entry)}` is also at {found[name(entry)].line}"
                )
            found[name(entry)] = entry
        return found

    def report(self, line: str, problem: str) -> None:
        self.problems.append(f"{line}: {problem}")

    def expand(self) -> None:
        """Add the entries that follow from others; those written by hand win."""
        for statement in expansion.build_interaction_statements(self.interactions):
            self.statements.setdefault(statement.statement, statement)
        for fact in [
            *expansion.build_taking_facts(self.vocabulary),
            *expansion.build_stopped_facts(self.interactions),
        ]:
            self.facts.setdefault(fact.fact, fact)

    def resolve(self, name: str) -> Name | None:
        """What a name in a `when` stands for."""
        if name in self.shapes:
            return Name(self.shapes[name].gives, self.shapes[name].unit)
        if name in self.criteria:
            return Name("criterion")
        if name in self.parameters or name in self.locales:
            return Name("parameter")
        return None

    def bind_parameter(self, key: str, line: str) -> None:
        """Note that a parameter is bound in a unit, and that its values can be."""
        name, unit = key.split("|")
        self.bind[name_parameter(key)] = key
        for value in self.list_values(name):
            try:
                convert_literal(value, unit)
            except (QuantityError, UnitError) as error:
                self.report(line, f"parameter `{name}` = {value}, needed in {unit}: {error}")

    def list_values(self, name: str) -> list[str]:
        if name in self.parameters:
            return [self.parameters[name].value]
        locale = self.locales.get(name)
        return [*locale.values.values(), *filter(None, [locale.otherwise])] if locale else []


def compile_guideline(raw: RawGuideline) -> model.Guideline:
    """Return the compiled guideline. Raises GuidelineError with every problem found."""
    work = Compilation(raw)
    queries = {dialect.name: facts.compile_facts(work, dialect) for dialect in (SQLITE, DUCKDB)}
    trees = parse_conditions(work)
    stages = sort_stages(work, trees)
    if work.problems:
        raise GuidelineError(sorted(set(work.problems)))
    order = list(work.shapes)
    program = model.Program(
        shapes=work.shapes,
        facts=order,
        episodes=work.episode_reads,
        changes=[name for name in order if work.facts[name].read == "change"],
        trees=trees,
        stages=stages,
        bind=work.bind,
        sqlite=queries["sqlite"] | {"criteria": write_criteria(work, trees, stages, SQLITE)},
        duckdb=queries["duckdb"] | {"criteria": write_criteria(work, trees, stages, DUCKDB)},
    )
    guideline = model.Guideline(
        version=raw.version or "unversioned",
        hash=raw.hash,
        vocabulary=work.vocabulary,
        parameters=work.parameters,
        limits=work.take("limit"),
        locales=work.locales,
        episodes=work.episodes,
        anchors=work.anchors,
        facts=work.facts,
        criteria=work.criteria,
        standards=work.take("standard"),
        genetic_classes=work.take("genetic_class"),
        care_statuses=sorted(work.take("care_status"), key=lambda entry: entry.rank),
        problems=work.take("problem"),
        statements=dict(sorted(work.statements.items())),
        interactions=work.interactions,
        schedules=work.index("schedule", lambda entry: entry.schedule),
        doses=work.index("dose", lambda entry: entry.dose),
        outcomes=work.take("outcome"),
        sources=work.index("cite", lambda entry: entry.cite),
        program=program,
    )
    broken = list_broken_references(guideline)
    if broken:
        raise GuidelineError(broken)
    return guideline


def parse_conditions(work: Compilation) -> dict[str, model.Tree]:
    """Parse every condition of the guideline; problems are reported with file and line."""
    trees: dict[str, model.Tree] = {}
    for key, text, line in collect_conditions(work):
        profile = Profile(work.resolve, convert_literal, partial(work.bind_parameter, line=line))
        try:
            tree = profile.parse(text)
        except (ProfileError, QuantityError, UnitError) as error:
            work.report(line, f"{key}: {error}")
            continue
        if measure_depth(tree) > DEPTH:
            work.report(line, f"{key}: nested deeper than {DEPTH}; name a part as a criterion")
        trees[key] = tree
    return trees


def sort_stages(work: Compilation, trees: dict[str, model.Tree]) -> list[list[str]]:
    """Keys in stages, each referring only to earlier ones; a circle is a problem."""
    waiting = {key: list_references(tree) & set(work.criteria) for key, tree in trees.items()}
    placed: set[str] = set()
    stages: list[list[str]] = []
    while waiting:
        ready = sorted(key for key, needs in waiting.items() if needs <= placed)
        if not ready:
            circle = sorted(key for key in waiting if key in work.criteria)
            lost = [key for key in circle if not waiting[key] <= set(trees)]
            for key in lost or circle:
                line = work.criteria[key].line
                work.report(line, f"{key} refers to itself through others, or to one that failed")
            return stages
        stages.extend(ready[at : at + CHUNK] for at in range(0, len(ready), CHUNK))
        placed.update(ready)
        for key in ready:
            del waiting[key]
    return stages


def write_criteria(
    work: Compilation, trees: dict[str, model.Tree], stages: list[list[str]], dialect: Dialect
) -> list[str]:
    """One query a stage: its keys as columns `c<n>`, from the facts and the earlier stages."""
    numbers = {key: at for at, key in enumerate(key for stage in stages for key in stage)}
    facts_at = {name: at for at, name in enumerate(work.shapes)}
    mark = ":" if dialect.name == "sqlite" else ""

    def look(name: str) -> Columns:
        column = f"{mark}f{facts_at[name]}"
        return Columns(low=f"{column}_lo", high=f"{column}_hi", one=column)

    def look_criterion(name: str) -> str:
        return f"{mark}c{numbers[name]}"

    queries = []
    for stage in stages:
        parts = [
            f"{render(trees[key], look, look_criterion, dialect)} AS c{numbers[key]}"
            for key in stage
        ]
        queries.append(", ".join(parts))
    return queries
