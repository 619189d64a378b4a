"""Guidelines with one mistake each: what the invariants are there to catch.

A mutant changes the compiled guideline (a tree, a statement, a dose record, a row of the outcome table). `keys`
are the conditions it changed; the test people beside the rules can only notice those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from gentian.language.model import Guideline, StatementEntry, Tree
from gentian.plan.catalogue import TREATING


@dataclass(frozen=True)
class Mutant:
    """name: what was done, in words. about: statements, doses, criteria or rows that it touches."""

    name: str
    about: frozenset[str]
    keys: frozenset[str]
    make: Callable[[], Guideline]


def list_mutants(guideline: Guideline) -> Iterator[Mutant]:
    """Every mutant, in a fixed order: statements, doses, the outcome table, conditions."""
    for entry in guideline.statements.values():
        yield from _mutate_statement(guideline, entry)
    yield from _mutate_doses(guideline)
    yield from _mutate_table(guideline)
    for key in sorted(guideline.program.trees):
        if ":" not in key or key.startswith(("statement:", "care_status:", "problem:")):
            yield from _mutate_condition(guideline, key)


# --- statements --------------------------------------------------------------------------------


def _mutate_statement(guideline: Guideline, entry: StatementEntry) -> Iterator[Mutant]:
    for says, change in _list_changes(entry):
        yield _change_statement(guideline, entry, says, change)
    yield _remove_statement(guideline, entry)


def _list_changes(entry: StatementEntry) -> Iterator[tuple[str, dict[str, Any]]]:
    for check in entry.checks:
        left = [name for name in entry.checks if name != check]
        yield f"drop the check {check}", {"checks": left}
    if entry.opens_in != ["any"]:
        yield "open it in every care status", {"opens_in": ["any"]}
    if entry.if_unknown != "silent":
        yield f"if_unknown {entry.if_unknown} → silent", {"if_unknown": "silent"}
    if entry.kind in TREATING and entry.if_unknown != "act":
        yield f"if_unknown {entry.if_unknown} → act", {"if_unknown": "act"}
    if entry.rescue:
        yield "rescue → false", {"rescue": False}
    if entry.absolute:
        yield "absolute → false", {"absolute": False}
    if entry.kind == "do-not-start" and not entry.absolute:
        yield "absolute → true", {"absolute": True}
    if entry.emergency:
        yield "open it only when established", {"opens_in": ["established"]}
    if entry.kind == "taper":
        yield "taper → discontinue", {"kind": "discontinue"}
    if entry.kind == "avoid" and entry.medicine:
        yield "avoid → consider", {"kind": "consider"}
    if entry.kind in TREATING and entry.rescue:
        yield (
            "if_unknown → withhold, open only when established",
            {
                "if_unknown": "withhold",
                "opens_in": ["established"],
            },
        )


def _change_statement(
    guideline: Guideline, entry: StatementEntry, says: str, change: dict[str, Any]
) -> Mutant:
    name = entry.statement

    def make() -> Guideline:
        changed = guideline.statements | {name: replace(entry, **change)}
        return replace(guideline, statements=changed)

    return Mutant(f"{name}: {says}", frozenset({name}), frozenset(), make)


def _remove_statement(guideline: Guideline, entry: StatementEntry) -> Mutant:
    name = entry.statement

    def make() -> Guideline:
        left = {key: item for key, item in guideline.statements.items() if key != name}
        return replace(guideline, statements=left)

    return Mutant(f"{name}: removed", frozenset({name}), frozenset(), make)


# --- doses and the table -----------------------------------------------------------------------


def _mutate_doses(guideline: Guideline) -> Iterator[Mutant]:
    for name, record in guideline.doses.items():
        changes: list[tuple[str, dict[str, Any]]] = [
            (f"drop the gate {gate}", {"gates": [item for item in record.gates if item != gate]})
            for gate in record.gates
        ]
        changes += [
            (
                f"drop the check {check}",
                {"checks": [item for item in record.checks if item != check]},
            )
            for check in record.checks
        ]
        if record.not_under:
            changes.append(("drop the age limit", {"not_under": ""}))
        for says, change in changes:
            yield _change_dose(guideline, name, says, change)


def _change_dose(guideline: Guideline, name: str, says: str, change: dict[str, Any]) -> Mutant:
    def make() -> Guideline:
        changed = guideline.doses | {name: replace(guideline.doses[name], **change)}
        return replace(guideline, doses=changed)

    return Mutant(f"dose {name}: {says}", frozenset({f"dose:{name}"}), frozenset(), make)


def _mutate_table(guideline: Guideline) -> Iterator[Mutant]:
    for at, row in enumerate(guideline.outcomes):

        def make(at: int = at) -> Guideline:
            return replace(
                guideline, outcomes=guideline.outcomes[:at] + guideline.outcomes[at + 1 :]
            )

        yield Mutant(
            f"outcome table: row {at + 1} ({row.outcome}) removed",
            frozenset({"table"}),
            frozenset(),
            make,
        )


# --- conditions ----------------------------------------------------------------------------------


def _mutate_condition(guideline: Guideline, key: str) -> Iterator[Mutant]:
    tree = guideline.program.trees[key]
    for says, changed in _list_trees(tree):
        yield _change_condition(guideline, key, says, changed)


def _list_trees(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Each part of the top AND or OR (and of one below) dropped, each NOT lost."""
    for at, child in enumerate(tree.children):
        if len(tree.children) > 1 and tree.op in ("AND", "OR"):
            left = tree.children[:at] + tree.children[at + 1 :]
            yield f"drop {_say(child)}", left[0] if len(left) == 1 else replace(tree, children=left)
        for says, changed in _list_trees(child):
            children = [*tree.children[:at], changed, *tree.children[at + 1 :]]
            yield says, replace(tree, children=children)
    if tree.op == "NOT":
        yield f"lose {_say(tree)}", tree.children[0]


def _say(tree: Tree) -> str:
    if tree.op == "NOT":
        return f"NOT {_say(tree.children[0])}"
    if tree.children:
        return f"({f' {tree.op} '.join(_say(child) for child in tree.children)})"
    if tree.words:
        return f"{tree.fact} IN {'/'.join(tree.words)}"
    to = tree.literal or tree.to.partition("|")[0]
    return tree.criterion or (f"{tree.fact} {tree.op} {to}" if to else tree.fact)


def _change_condition(guideline: Guideline, key: str, says: str, tree: Tree) -> Mutant:
    def make() -> Guideline:
        trees: Mapping[str, Tree] = guideline.program.trees | {key: tree}
        return replace(guideline, program=replace(guideline.program, trees=dict(trees)))

    return Mutant(f"{key}: {says}", frozenset({key}), frozenset({key}), make)
