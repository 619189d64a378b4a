"""Conditions that can never hold, or always do: a leaf and its complement, bounds with nothing between them.

This is what can be seen without a prover: what all parts of an AND (or of an OR) say about one fact, with the
criteria inside written out. Whether a statement can be reached at all, its own test people show (people.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gentian.language.literals import convert_literal
from gentian.language.model import Guideline, Tree

from .finding import Finding

_INFINITE = 10**30
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing a part says. name: fact or criterion; holds: stated or denied.

    low, high: ticks between which the fact lies, both included; words: one of these.
    """

    name: str
    holds: bool = True
    low: int | None = None
    high: int | None = None
    words: frozenset[str] | None = None

    def contradicts(self, other: Leaf) -> bool:
        """Whether both cannot be so of one person."""
        if self.name != other.name:
            return False
        if self.words is not None and other.words is not None:
            return self._contradicts_words(other.words, other.holds)
        if self.low is not None and self.high is not None:
            if other.low is None or other.high is None:
                return False
            return max(self.low, other.low) > min(self.high, other.high)
        return other.low is None and other.words is None and self.holds != other.holds

    def _contradicts_words(self, words: frozenset[str], holds: bool) -> bool:
        own = self.words or frozenset()
        if self.holds and holds:
            return not own & words
        if self.holds != holds:
            inside, outside = (own, words) if self.holds else (words, own)
            return inside <= outside
        return False


def check_conditions(guideline: Guideline) -> list[Finding]:
    """Conditions that no person, or every person, meets."""
    reader = Reader(guideline)
    places = list_places(guideline)
    found = []
    for key, tree in guideline.program.trees.items():
        place = places.get(key, "guideline")
        if key in guideline.criteria and guideline.criteria[key].known_only:
            continue
        for problem in sorted(set(_walk(tree, reader))):
            found.append(Finding(place, key.removeprefix("statement:"), problem, "mend its `when`"))
    return found


def list_places(guideline: Guideline) -> dict[str, str]:
    """Key of a condition → `file:line`."""
    places = {name: entry.line for name, entry in guideline.criteria.items()}
    places |= {f"statement:{name}": entry.line for name, entry in guideline.statements.items()}
    places |= {f"schedule:{name}": entry.line for name, entry in guideline.schedules.items()}
    for problem in guideline.problems:
        places[f"problem:{problem.problem}"] = problem.line
        for severity in problem.severity:
            places[f"severity:{problem.problem}:{severity.level}"] = problem.line
    return places


class Reader:
    """Reads leaves out of trees, with parameters as the numbers they are."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline

    def read_and(self, tree: Tree, seen: frozenset[str] = frozenset()) -> list[Leaf]:
        """What holds for certain when a tree is true."""
        return self._read(tree, True, "AND", seen)

    def read_or(self, tree: Tree, seen: frozenset[str] = frozenset()) -> list[Leaf]:
        """What does not hold for certain when a tree is false, each turned round."""
        return self._read(tree, False, "OR", seen)

    def _read(self, tree: Tree, holds: bool, joins: str, seen: frozenset[str]) -> list[Leaf]:
        """joins: the operator whose parts all count while `holds` is as it began."""
        if tree.op == "NOT":
            turned = "OR" if joins == "AND" else "AND"
            return self._read(tree.children[0], not holds, turned, seen)
        if tree.op == joins:
            return [
                leaf for child in tree.children for leaf in self._read(child, holds, joins, seen)
            ]
        if tree.op == "REF":
            return self._read_criterion(tree, holds, joins, seen)
        return self._read_leaf(tree, holds)

    def _read_criterion(
        self, tree: Tree, holds: bool, joins: str, seen: frozenset[str]
    ) -> list[Leaf]:
        own = [Leaf(tree.criterion, holds)]
        inner = self.guideline.program.trees.get(tree.criterion)
        if inner is None or tree.criterion in seen:
            return own
        return own + self._read(inner, holds, joins, seen | {tree.criterion})

    def _read_leaf(self, tree: Tree, holds: bool) -> list[Leaf]:
        if tree.op == "FACT":
            return [Leaf(tree.fact, holds)]
        if tree.op == "IN":
            return [Leaf(tree.fact, holds, words=frozenset(tree.words))]
        ticks = self._find_ticks(tree)
        op = tree.op if holds else _OPPOSITE.get(tree.op, "")
        if ticks is None or op not in _OPPOSITE:
            return [Leaf(tree.fact, holds, ticks, ticks)] if op == "=" and ticks is not None else []
        if op in ("<", "<="):
            return [Leaf(tree.fact, True, -_INFINITE, ticks - (op == "<"))]
        return [Leaf(tree.fact, True, ticks + (op == ">"), _INFINITE)]

    def _find_ticks(self, tree: Tree) -> int | None:
        if not tree.to:
            return tree.ticks
        name, unit = tree.to.split("|")
        parameter = self.guideline.parameters.get(name)
        return None if parameter is None else convert_literal(parameter.value, unit)


def _walk(tree: Tree, reader: Reader) -> Iterator[str]:
    """Problems of a tree and of the trees inside it."""
    if tree.op == "AND":
        for one, other in _find_pair(reader.read_and(tree)):
            yield f"can never be true: {_say(one)} and {_say(other)}"
    if tree.op == "OR":
        for one, _ in _find_pair(reader.read_or(tree)):
            yield f"is true of everybody in whom `{one.name}` is known"
    for child in tree.children:
        yield from _walk(child, reader)


def _find_pair(leaves: list[Leaf]) -> Iterator[tuple[Leaf, Leaf]]:
    """The first two that contradict each other."""
    for at, leaf in enumerate(leaves):
        for other in leaves[at + 1 :]:
            if leaf.contradicts(other):
                yield leaf, other
                return


def _say(leaf: Leaf) -> str:
    if leaf.low is not None and leaf.high is not None:
        if leaf.low > -_INFINITE:
            return f"`{leaf.name}` at least {leaf.low / 1_000_000:g}"
        return f"`{leaf.name}` at most {leaf.high / 1_000_000:g}"
    if leaf.words is not None:
        words = " or ".join(sorted(leaf.words))
        return f"`{leaf.name}` {'' if leaf.holds else 'not '}{words}"
    return f"`{leaf.name}`" if leaf.holds else f"NOT `{leaf.name}`"
