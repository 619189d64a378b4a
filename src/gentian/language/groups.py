"""What the queries of one person read and take, worked out once when the guideline is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .program import Group, Tree

_WORD = re.compile(r"\w+")
_NAMED = re.compile(r"'[^']*'|:([a-z]\w*)")  # a quoted word, or a bound name


def list_tables(fills: dict[str, str], queries: Iterable[str]) -> list[list[str]]:
    """The episodes that each query reads, with those they are built on; `fills` by table, in order."""
    known: dict[str, set[str]] = {}
    for table, fill in fills.items():  # each stands after those it builds on
        known[table] = {table}.union(*(known[name] for name in _find_tables(fill, known)))
    return [
        sorted(set[str]().union(*(known[name] for name in _find_tables(query, known))))
        for query in queries
    ]


def _find_tables(query: str, known: Iterable[str]) -> list[str]:
    words = set(_WORD.findall(query))
    return [table for table in known if table in words]


def number_names(columns: str) -> tuple[str, list[str]]:
    """A query with numbered parameters, which bind faster than names, and the names in that order."""
    places: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if not found[1]:  # a quoted word
            return found[0]
        return f"?{places.setdefault(found[1], len(places) + 1)}"

    return _NAMED.sub(number, columns), list(places)


def describe_group(keys: Iterable[str], trees: dict[str, Tree], binds: list[str]) -> Group:
    """The facts a group of conditions uses and the criteria it refers to."""
    leaves = [leaf for key in keys for leaf in _list_leaves(trees[key])]
    return Group(
        facts=sorted({leaf.fact for leaf in leaves} - {""}),
        refers=sorted({leaf.criterion for leaf in leaves} - {""}),
        binds=binds,
    )


def _list_leaves(tree: Tree) -> Iterator[Tree]:
    if not tree.children:
        yield tree
    for child in tree.children:
        yield from _list_leaves(child)
