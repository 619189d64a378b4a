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
    judge = Fold(facts, criteria, parameters).judge
    return sorted(key for key, tree in trees.items() if judge(tree) is not criteria[key])


def fold(tree: Tree, facts: Facts, criteria: Criteria, parameters: Parameters) -> bool | None:
    """The truth of a tree by Kleene's strong logic."""
    return Fold(facts, criteria, parameters).judge(tree)


class Fold:
    """Judges trees for one set of facts; criteria that a tree refers to are taken as answered."""

    def __init__(self, facts: Facts, criteria: Criteria, parameters: Parameters) -> None:
        self.facts, self.criteria, self.parameters = facts, criteria, parameters

    def judge(self, tree: Tree) -> bool | None:
        """The truth of a tree."""
        op = tree.op
        if op == "FACT":  # most leaves by far
            return self.facts.get(tree.fact, _UNKNOWN).truth
        if op == "REF":
            return self.criteria[tree.criterion]
        if op == "AND":
            return settle(map(self.judge, tree.children), False)
        if op == "OR":
            return settle(map(self.judge, tree.children), True)
        if op == "NOT":
            inner = self.judge(tree.children[0])
            return None if inner is None else not inner
        if op == "AT_LEAST":
            return fold_at_least(tree.k, list(map(self.judge, tree.children)))
        return judge_leaf(tree, self.facts.get(tree.fact, _UNKNOWN), self.parameters)


def settle(answers: Iterable[bool | None], stop: bool) -> bool | None:
    """OR (stop true) and AND (stop false): one answer `stop` settles it, else one unknown leaves it open."""
    answer: bool | None = not stop
    for item in answers:
        if item is stop:
            return stop
        if item is None:
            answer = None
    return answer


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
