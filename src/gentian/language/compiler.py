"""Compile the guideline: names, units and conditions checked, SQL written for each engine.

Compilation needs sqlglot; answering with a compiled guideline does not. Every problem found is reported at
once, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from . import facts, model
from .compilation import Compilation
from .conditions import Condition, collect_claims, collect_conditions
from .consult_check import list_broken_consults
from .errors import GuidelineError
from .groups import describe_group, list_tables, number_names
from .items import build_items, split_conditions
from .kinetics_check import list_broken_models
from .literals import convert_literal
from .profile import (
    Profile,
    ProfileError,
    list_references,
    measure_depth,
)
from .quantities import QuantityError
from .references import list_broken_references
from .sources import RawGuideline
from .sql import DUCKDB, SQLITE, Columns, Dialect, render
from .units import UnitError

CHUNK = 400  # columns a query; SQLite takes 2,000
GROUP = 120  # of one person: neighbours in the guideline, answered together or not at all
DEPTH = 40  # nesting of a condition; SQLite takes about 90


def compile_guideline(raw: RawGuideline) -> model.Guideline:
    """Return the compiled guideline. Raises GuidelineError with every problem found."""
    work = Compilation(raw)
    queries = {dialect.name: facts.compile_facts(work, dialect) for dialect in (SQLITE, DUCKDB)}
    about_facts = {name: found.pop("relative") for name, found in queries.items()}
    trees, about = split_conditions(work, parse_conditions(work, collect_conditions(work)))
    claims = parse_conditions(work, collect_claims(work))
    stages = sort_stages(work, trees)
    about_stages = sort_stages(work, about, frozenset(trees))
    look_alikes = sort_look_alikes(work)
    if work.problems:
        raise GuidelineError(sorted(set(work.problems)))
    order = [name for name in work.shapes if work.facts[name].each == "person"]
    every = [*stages, *about_stages]
    own, others = {}, {}
    groups = split_stages(stages)
    for dialect, together in ((SQLITE, groups), (DUCKDB, stages)):
        own[dialect.name] = write_criteria(work, trees, together, every, dialect)
        others[dialect.name] = write_criteria(work, about, about_stages, every, dialect)
    numbered = [number_names(columns) for columns in own["sqlite"]]
    program = model.Program(
        shapes=work.shapes,
        facts=order,
        episodes=work.episode_reads,
        changes=[name for name in order if work.facts[name].read == "change"],
        trees=trees,
        claims=claims,
        stages=stages,
        groups=groups,
        grouped=[
            describe_group(keys, trees, binds)
            for keys, (_, binds) in zip(groups, numbered, strict=True)
        ],
        tables=list_tables(
            dict(zip(work.episode_reads, queries["sqlite"]["episodes"], strict=True)),
            queries["sqlite"]["facts"],
        ),
        bind=work.bind,
        sqlite=queries["sqlite"] | {"criteria": [query for query, _ in numbered]},
        duckdb=queries["duckdb"] | {"criteria": own["duckdb"]},
        relative=build_items(
            work, about, about_stages, others["sqlite"], others["duckdb"], about_facts
        ),
    )
    guideline = model.Guideline(
        version=raw.version or "unversioned",
        hash=raw.hash,
        review_due=raw.review_due,
        vocabulary=work.vocabulary,
        parameters=work.parameters,
        figures=work.index("figure", lambda entry: entry.figure),
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
        relative_states=sorted(work.take("relative_state"), key=lambda entry: entry.rank),
        therapies=work.therapies,
        responses=work.responses,
        statements=dict(sorted(work.statements.items())),
        interactions=work.interactions,
        schedules=work.index("schedule", lambda entry: entry.schedule),
        doses=work.index("dose", lambda entry: entry.dose),
        vaccinations=work.index("vaccination", lambda entry: entry.vaccination),
        vaccine_holds=work.take("vaccine_hold"),
        outcomes=work.take("outcome"),
        look_alikes=look_alikes,
        look_alike_tiers=sorted(work.take("look_alike_tier"), key=lambda tier: tier.rank),
        sources=work.index("cite", lambda entry: entry.cite),
        program=program,
        invariants=work.index("invariant", lambda entry: entry.invariant),
        relations=work.index("relation", lambda entry: entry.relation),
        models=work.index("model", lambda entry: entry.model),
        consults=work.index("consult", lambda entry: entry.consult),
    )
    broken = [
        *work.problems,  # an entry that stands twice
        *list_broken_references(guideline),
        *list_broken_models(guideline),
        *list_broken_consults(guideline),
    ]
    if broken:
        raise GuidelineError(broken)
    return guideline


def sort_look_alikes(work: Compilation) -> list[model.LookAlike]:
    """By the rank of the tier, then danger, then id; an unknown tier stands last, and is reported."""
    ranks = {tier.look_alike_tier: tier.rank for tier in work.take("look_alike_tier")}
    last = len(ranks) + max(ranks.values(), default=0)
    entries = work.index("look_alike", lambda entry: entry.look_alike).values()
    return sorted(
        entries, key=lambda item: (ranks.get(item.tier, last), item.danger, item.look_alike)
    )


def parse_conditions(work: Compilation, found: Iterable[Condition]) -> dict[str, model.Tree]:
    """Parse conditions of the guideline; problems are reported with file and line."""
    trees: dict[str, model.Tree] = {}
    for key, text, line in found:
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


def sort_stages(
    work: Compilation, trees: dict[str, model.Tree], before: frozenset[str] = frozenset()
) -> list[list[str]]:
    """Keys in stages, each referring only to earlier ones and those `before`; a circle is a problem."""
    waiting = {key: list_references(tree) & set(work.criteria) for key, tree in trees.items()}
    placed: set[str] = set(before)
    stages: list[list[str]] = []
    while waiting:
        ready = [
            key for key, needs in waiting.items() if needs <= placed
        ]  # as the guideline has them
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


def split_stages(stages: list[list[str]]) -> list[list[str]]:
    """Stages cut into groups of neighbours, in the same order of keys."""
    return [stage[at : at + GROUP] for stage in stages for at in range(0, len(stage), GROUP)]


def write_criteria(
    work: Compilation,
    trees: dict[str, model.Tree],
    stages: list[list[str]],
    every: list[list[str]],
    dialect: Dialect,
) -> list[str]:
    """One query a stage or group: its keys as columns `c<n>`, from the facts and the earlier ones.

    every: all stages there are, in which keys are numbered.
    """
    numbers = {key: at for at, key in enumerate(key for stage in every for key in stage)}
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
