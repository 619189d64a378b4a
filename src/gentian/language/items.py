"""What is answered once for each relative: which conditions, in which order, and their queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .model import ItemProgram, Tree
from .profile import list_facts, list_references

if TYPE_CHECKING:
    from .compilation import Compilation

Trees = dict[str, Tree]
STATEMENT, STATE = "statement:", "relative_state:"
_NOT_FOR_RELATIVES = (
    "medicine",
    "dose",
    "checks",
    "rescue",
    "emergency",
    "standing",
    "ranks_above",
)


def split_conditions(work: Compilation, trees: Trees) -> tuple[Trees, Trees]:
    """The person's own conditions, and those about each relative. Problems are reported with their line.

    A criterion is about each relative when it rests on a fact that is; a statement says so itself.
    """
    about = _find_dependent(work, trees)
    for key in sorted(about):
        _check_place(work, key)
    for name, entry in work.statements.items():
        if entry.each == "relative":
            about.add(f"{STATEMENT}{name}")
            _check_statement(work, name)
    about |= {key for key in trees if key.startswith(STATE)}
    own = {key: tree for key, tree in trees.items() if key not in about}
    return own, {key: tree for key, tree in trees.items() if key in about}


def _find_dependent(work: Compilation, trees: Mapping[str, Tree]) -> set[str]:
    """Keys that rest on a fact about each relative, directly or through criteria."""
    facts = {name for name, fact in work.facts.items() if fact.each == "relative"}
    found = {key for key, tree in trees.items() if list_facts(tree) & facts}
    while True:
        more = {key for key, tree in trees.items() if list_references(tree) & found} - found
        if not more:
            return found
        found |= more


def _check_place(work: Compilation, key: str) -> None:
    """Only criteria, statements `each: relative` and states of relatives may rest on such a fact."""
    if key in work.criteria or key.startswith(STATE):
        return
    name = key.removeprefix(STATEMENT)
    entry = work.statements.get(name) if key.startswith(STATEMENT) else None
    if entry is None:
        work.report(key, "rests on a fact about each relative, but is asked of the person alone")
    elif entry.each != "relative":
        work.report(
            entry.line,
            f"{name}: rests on a fact about each relative; write `each: relative`, or ask of all of"
            " them with a fact `about: relative`",
        )


def _check_statement(work: Compilation, name: str) -> None:
    """A statement about a relative is advice in words: the record is not theirs to treat from."""
    entry = work.statements[name]
    for field in _NOT_FOR_RELATIVES:
        if getattr(entry, field):
            work.report(
                entry.line, f"{name}: `{field}` is of the patient; not with `each: relative`"
            )


def build_items(
    work: Compilation, trees: Trees, stages: list[list[str]], sqlite: list[str], duckdb: list[str],
    facts: dict[str, list[str]],
) -> ItemProgram:  # fmt: skip
    """The compiled half of what is about each relative. facts: engine → the queries of the facts."""
    names = [name for name in work.shapes if work.facts[name].each == "relative"]
    needs = set[str]().union(*map(list_facts, trees.values()))
    refers = set[str]().union(*map(list_references, trees.values())) - set(trees)
    return ItemProgram(
        needs=sorted(needs),
        refers=sorted(refers),
        facts=names,
        trees=trees,
        stages=stages,
        sqlite={"facts": facts["sqlite"], "criteria": sqlite},
        duckdb={"facts": facts["duckdb"], "criteria": duckdb},
    )
