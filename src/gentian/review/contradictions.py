"""Two statements that say opposite things of one medicine, for the same people."""

from __future__ import annotations

from collections.abc import Iterator

from gentian.language.model import Guideline, StatementEntry, Tree
from gentian.language.program import find_tree

from .finding import Finding

FOR = frozenset({"recommend", "consider", "prevent", "last-resort"})
AGAINST = frozenset({"do-not-start", "avoid", "hold", "discontinue"})


def check_contradictions(guideline: Guideline) -> list[Finding]:
    """Pairs with one medicine, a common phase, equal conditions and opposite kinds."""
    groups: dict[tuple[str, str], list[StatementEntry]] = {}
    for name, entry in guideline.statements.items():
        if entry.medicine:
            key = write_tree(find_tree(guideline.program, f"statement:{name}"))
            groups.setdefault((entry.medicine, key), []).append(entry)
    return [finding for entries in groups.values() for finding in _check(entries)]


def write_tree(tree: Tree) -> str:
    """A tree as text in which the order of parts does not matter."""
    parts = sorted(write_tree(child) for child in tree.children)
    leaf = (tree.fact, tree.criterion, tree.to, tree.ticks, sorted(tree.words), tree.k)
    return f"{tree.op}{leaf}({', '.join(parts)})"


def _check(entries: list[StatementEntry]) -> Iterator[Finding]:
    for at, one in enumerate(entries):
        for other in entries[at + 1 :]:
            if _share_phase(one, other) and _are_opposite(one, other):
                yield Finding(
                    other.line,
                    other.statement,
                    f"says {other.kind} of {other.medicine} to the very people to whom "
                    f"`{one.statement}` ({one.line}) says {one.kind}",
                    "make one condition exclude the other, or drop one of them",
                )


def _share_phase(one: StatementEntry, other: StatementEntry) -> bool:
    return "both" in (one.phase, other.phase) or one.phase == other.phase


def _are_opposite(one: StatementEntry, other: StatementEntry) -> bool:
    if set(one.problems) and set(other.problems) and not set(one.problems) & set(other.problems):
        return False  # for one problem and against another: `avoid` in a column of its own
    return (one.kind in FOR and other.kind in AGAINST) or (
        other.kind in FOR and one.kind in AGAINST
    )
