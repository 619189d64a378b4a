"""What holds between two facts of every record: `guideline/relations.yaml` over all pairs that fit.

The prover takes these as given, so each is tested against the engine on random records. `Pair.check` asks
whether one record keeps it, `Pair.assert_for` says it to the prover.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import z3

from gentian.engine.answers import FactValue
from gentian.engine.binding import find_parameter
from gentian.engine.fold import Parameters, judge_leaf
from gentian.engine.settings import Settings
from gentian.language.literals import convert_literal, convert_minutes
from gentian.language.model import Fact, Guideline, Tree
from gentian.language.proofs import Pattern, Relation

from .people import Everybody, FactTerms
from .terms import Term, both, negate

ONE = 1_000_000  # one, in ticks
_SHAPES = {  # what the two facts of a claim give
    "true-true": [("yes-no", "yes-no")],
    "false-false": [("yes-no", "yes-no")],
    "not-above": [("number", "number")],
    "within": [("number", "number")],
    "counted-true": [("number", "yes-no")],
    "true-counted": [("yes-no", "number")],
    "value-true": [("number", "yes-no"), ("word", "yes-no")],
}
_EVER = -(10**15)  # minutes: longer ago than any record
_OWN_VALUE = re.compile(r"^(value|category) (<|<=|>|>=|=) (?:'([^']+)'|(\w+))$")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two facts to which a relation applies. mark: the comparison of the second's own value, if it has one."""

    relation: Relation
    first: str
    second: str
    mark: Tree | None = None

    def check(self, facts: Mapping[str, FactValue], parameters: Parameters) -> list[str]:
        """The claims that these facts of one record break."""
        one, two = facts[self.first], facts[self.second]
        return [
            claim
            for claim in self.relation.claims
            if not _keeps(claim, one, two, self.mark, parameters)
        ]

    def assert_for(self, everybody: Everybody) -> Term:
        """The claims as a term over everybody."""
        one, two = everybody.find_fact(self.first), everybody.find_fact(self.second)
        return z3.And(
            [_say(claim, one, two, self.mark, everybody) for claim in self.relation.claims]
        )


# --- which pairs ---------------------------------------------------------------------------------


def list_pairs(guideline: Guideline, settings: Settings) -> list[Pair]:
    """Every pair of facts that a relation speaks of, in the order of relations and facts."""
    reader = _Reader(guideline, settings)
    return [
        pair for relation in guideline.relations.values() for pair in reader.list_pairs(relation)
    ]


class _Reader:
    """Facts by what they read, and their windows in minutes."""

    def __init__(self, guideline: Guideline, settings: Settings) -> None:
        self.guideline, self.settings = guideline, settings
        self.classes = _list_classes(guideline)
        self.by_read: dict[str, list[Fact]] = {}
        self.by_thing: dict[tuple[str, str], list[Fact]] = {}
        for name in guideline.program.facts:  # those about the person, not about each relative
            fact = guideline.facts[name]
            self.by_read.setdefault(fact.read, []).append(fact)
            self.by_thing.setdefault((fact.read, _name_thing(fact)), []).append(fact)

    def list_pairs(self, relation: Relation) -> Iterable[Pair]:
        for first in self._find_facts(relation.first):
            yield from self._list_seconds(relation, first)

    def _find_facts(self, pattern: Pattern) -> list[Fact]:
        """The facts that fit a pattern."""
        found = [fact for read in pattern.read for fact in self.by_read.get(read, [])]
        return [fact for fact in found if _fits(fact, pattern)]

    def _list_seconds(self, relation: Relation, first: Fact) -> Iterable[Pair]:
        for second in self._list_candidates(relation, first):
            if first.fact == second.fact or not _fits(second, relation.second):
                continue
            mark = self._read_mark(first, second) if relation.second.where == "value" else None
            if self._agree(relation, first, second) and (
                mark is not None or relation.second.where != "value"
            ):
                yield Pair(relation, first.fact, second.fact, mark)

    def _list_candidates(self, relation: Relation, first: Fact) -> list[Fact]:
        things = [_name_thing(first)]
        if relation.of == "member":
            things = self.classes.get(things[0], [])
        return [
            fact
            for read in relation.second.read
            for thing in things
            for fact in self.by_thing.get((read, thing), [])
        ]

    def _agree(self, relation: Relation, first: Fact, second: Fact) -> bool:
        alike = (first.anchor, first.about) == (second.anchor, second.about)
        gives = self.guideline.program.shapes
        shapes = (gives[first.fact].gives, gives[second.fact].gives)
        return (
            alike
            and (relation.read == "any" or first.read == second.read)
            and all(shapes in _SHAPES[claim] for claim in relation.claims)
            and (first.take == second.take or relation.second.where == "value")
            and _compare_where(relation, first, second)
            and self._compare_window(relation, first, second)
        )

    def _compare_window(self, relation: Relation, first: Fact, second: Fact) -> bool:
        one, two = self._read_window(first), self._read_window(second)
        if one is None or two is None:
            return first.window == second.window
        if relation.window == "same":
            return one == two
        return two[0] <= one[0] and one[1] <= two[1] and (first.anchor == "index" or one == two)

    def _read_window(self, fact: Fact) -> tuple[int, int] | None:
        """Minutes from the anchor; None where the country leaves a bound open."""
        if not fact.window:
            return _EVER, 0
        low, high = (self._read_bound(text) for text in fact.window)
        return None if low is None or high is None else (low, high)

    def _read_bound(self, text: str) -> int | None:
        sign = -1 if text.startswith("-") else 1
        name = text.removeprefix("-")
        if not name.startswith("{"):
            return convert_minutes(text)
        value = find_parameter(self.guideline, name.strip("{}"), self.settings)
        return None if value is None else sign * convert_minutes(value)

    def _read_mark(self, first: Fact, second: Fact) -> Tree | None:
        """`value < platelets_low` of the second, as a comparison of the first."""
        found = _OWN_VALUE.match(second.where)
        shape = self.guideline.program.shapes[first.fact]
        if found is None or (shape.gives == "word") != (found[1] == "category"):
            return None
        if found[1] == "category":
            return Tree(op="IN", fact=first.fact, words=[found[3]]) if found[3] else None
        text = found[3] or find_parameter(self.guideline, found[4], self.settings)
        if text is None or shape.gives != "number":
            return None
        return Tree(op=found[2], fact=first.fact, ticks=convert_literal(text, shape.unit))


def _name_thing(fact: Fact) -> str:
    return repr(fact.of)


def _list_classes(guideline: Guideline) -> dict[str, list[str]]:
    """A member's thing → the things of the classes it is in."""
    found: dict[str, list[str]] = {}
    for name, members in guideline.vocabulary.members.items():
        for member in members:
            if member != name:
                found.setdefault(repr(member), []).append(repr(name))
    return found


def _fits(fact: Fact, pattern: Pattern) -> bool:
    silent = "no" if str(fact.absent).lower() == "false" else "unknown"
    return pattern.silence in ("", silent) and not (pattern.where == "none" and fact.where)


def _compare_where(relation: Relation, first: Fact, second: Fact) -> bool:
    if relation.where == "any":
        return True
    if relation.where == "same":
        return _tidy(first.where) == _tidy(second.where)
    one, two = _list_parts(first.where), _list_parts(second.where)
    return bool(two) and two < one and _asks_presence(first) == _asks_presence(second)


def _asks_presence(fact: Fact) -> bool:
    """Its condition itself decides about presence; without one a row holds only when it is present."""
    return re.search(r"\b(present|certainty)\b", fact.where) is not None


def _list_parts(where: str) -> set[str]:
    """The parts of a condition that is nothing but ANDs."""
    text = _tidy(where)
    simple = text and " OR " not in text and "BETWEEN" not in text
    return set(text.split(" AND ")) if simple else set()


def _tidy(where: str) -> str:
    return " ".join(where.split())


# --- what they claim -------------------------------------------------------------------------------


def _keeps(
    claim: str, one: FactValue, two: FactValue, mark: Tree | None, parameters: Parameters
) -> bool:
    """Does one record keep the claim?"""
    if claim == "true-true":
        return one.truth is not True or two.truth is True
    if claim == "false-false":
        return one.truth is not False or two.truth is False
    if claim == "counted-true":
        return not _counts(one) or two.truth is True
    if claim == "true-counted":
        return one.truth is not True or _counts(two)
    if claim == "value-true":
        surely = mark is not None and judge_leaf(mark, one, parameters) is True
        return not surely or two.truth is True
    if claim == "within":
        return not one.known or (two.known and _is_within(two, one))
    return not (one.known and two.known) or _is_below(one, two)


def _counts(value: FactValue) -> bool:
    return value.known and value.low is not None and value.low >= ONE


def _is_below(one: FactValue, two: FactValue) -> bool:
    low = one.low is None or (two.low is not None and one.low <= two.low)
    high = two.high is None or (one.high is not None and one.high <= two.high)
    return low and high


def _is_within(inner: FactValue, outer: FactValue) -> bool:
    low = outer.low is None or (inner.low is not None and inner.low >= outer.low)
    high = outer.high is None or (inner.high is not None and inner.high <= outer.high)
    return low and high


def _say(
    claim: str, one: FactTerms, two: FactTerms, mark: Tree | None, everybody: Everybody
) -> Term:
    """The same claim as a term."""
    yes, no = both(two.known, two.truth), both(two.known, negate(two.truth))
    if claim == "true-true":
        return z3.Implies(both(one.known, one.truth), yes)
    if claim == "false-false":
        return z3.Implies(both(one.known, negate(one.truth)), no)
    if claim == "counted-true":
        return z3.Implies(both(one.known, one.low >= ONE), yes)
    if claim == "true-counted":
        return z3.Implies(both(one.known, one.truth), both(two.known, two.low >= ONE))
    if claim == "value-true":
        return z3.Implies(everybody.read_tree(mark).true, yes) if mark else z3.BoolVal(True)
    if claim == "within":
        return z3.Implies(one.known, both(two.known, two.low >= one.low, two.high <= one.high))
    return z3.Implies(both(one.known, two.known), both(one.low <= two.low, one.high <= two.high))
