"""The fold: the same trees walked in Python, for the explanation and as a check on the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gentian.language.model import Tree
from gentian.language.sql import OPEN_HIGH, OPEN_LOW, name_parameter

from .answers import FactValue

Criteria = Mapping[str, bool | None]
Facts = Mapping[str, FactValue]
Parameters = Mapping[str, int | None]
_UNKNOWN = FactValue()


def find_differences(
    trees: Mapping[str, Tree], facts: Facts, criteria: Criteria, parameters: Parameters
) -> list[str]:
    """Keys whose fold differs from the engine's answer; none, or no plan may be given."""
    return sorted(
        key
        for key, tree in trees.items()
        if fold(tree, facts, criteria, parameters) is not criteria[key]
    )


def fold(tree: Tree, facts: Facts, criteria: Criteria, parameters: Parameters) -> bool | None:
    """The truth of a tree by Kleene's strong logic."""
    op = tree.op
    if op == "AND":
        return fold_and(fold(child, facts, criteria, parameters) for child in tree.children)
    if op == "OR":
        return fold_or(fold(child, facts, criteria, parameters) for child in tree.children)
    if op == "REF":
        return criteria[tree.criterion]
    if op == "NOT":
        inner = fold(tree.children[0], facts, criteria, parameters)
        return None if inner is None else not inner
    if op == "AT_LEAST":
        return fold_at_least(
            tree.k, [fold(child, facts, criteria, parameters) for child in tree.children]
        )
    return judge_leaf(tree, facts.get(tree.fact, _UNKNOWN), parameters)


def fold_and(answers: Iterable[bool | None]) -> bool | None:
    """False if any is false, else unknown if any is unknown."""
    unknown = False
    for item in answers:
        if item is False:
            return False
        unknown = unknown or item is None
    return None if unknown else True


def fold_or(answers: Iterable[bool | None]) -> bool | None:
    """True if any is true, else unknown if any is unknown."""
    unknown = False
    for item in answers:
        if item is True:
            return True
        unknown = unknown or item is None
    return None if unknown else False


def fold_at_least(k: int, answers: list[bool | None]) -> bool | None:
    """At least k of them."""
    if sum(item is True for item in answers) >= k:
        return True
    return False if sum(item is not False for item in answers) < k else None


def judge_leaf(tree: Tree, value: FactValue, parameters: Parameters) -> bool | None:
    """The truth of one comparison of a fact."""
    if tree.op == "FACT":
        return value.truth
    if not value.known:
        return None
    if tree.op == "IN":
        return value.word in tree.words
    to = tree.ticks if tree.ticks is not None else parameters.get(name_parameter(tree.to))
    if to is None:
        return None
    low = OPEN_LOW if value.low is None else value.low
    high = OPEN_HIGH if value.high is None else value.high
    return compare(tree.op, low, high, to)


def compare(op: str, low: int, high: int, to: int) -> bool | None:
    """True if every value in [low, high] satisfies `op to`, false if none does."""
    if op in ("=", "<>"):
        same = True if low == high == to else False if to < low or to > high else None
        return same if op == "=" or same is None else not same
    if op in (">", "<="):
        above = True if low > to else False if high <= to else None
        return above if op == ">" or above is None else not above
    below = True if high < to else False if low >= to else None
    return below if op == "<" or below is None else not below
