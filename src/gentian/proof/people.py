"""Everybody at once: each fact, and what the record says of medicines, as free terms of the prover.

A number is a known-flag and an interval low ≤ high of ticks, yes-no and words are a known-flag and a value,
exactly as `gentian.engine.fold` reads them. A person of the prover need not be a likely one.
"""

from __future__ import annotations

from dataclasses import dataclass

import z3

from gentian.engine.fold import Parameters
from gentian.language.model import FactShape, Guideline, Tree
from gentian.language.sql import OPEN_HIGH, OPEN_LOW, name_parameter

from .terms import (
    NO,
    UNKNOWN,
    Term,
    Truth,
    both,
    either,
    join_and,
    join_at_least,
    join_not,
    join_or,
    negate,
)

OTHER_WORD = 0  # a word that no condition names
MARK = "|"  # parts the names of terms: `known|platelets`


@dataclass(frozen=True, slots=True)
class FactTerms:
    """The terms of one fact; which of them are used depends on what it gives.

    known: is it known. truth: yes-no. low, high: ticks. word: an index into the words in use.
    """

    shape: FactShape
    known: Term
    truth: Term
    low: Term
    high: Term
    word: Term


class Everybody:
    """Facts and conditions over all people, built when they are first asked for and then kept."""

    def __init__(self, guideline: Guideline, parameters: Parameters) -> None:
        self.guideline, self.parameters = guideline, parameters
        self.facts: dict[str, FactTerms] = {}
        self.words: dict[str, int] = {}
        self._truths: dict[str, Truth] = {}

    def find_fact(self, name: str) -> FactTerms:
        """The terms of a fact. Raises KeyError for a name that is none."""
        if name not in self.facts:
            self.facts[name] = FactTerms(
                shape=self.guideline.program.shapes[name],
                known=z3.Bool(f"known{MARK}{name}"),
                truth=z3.Bool(f"truth{MARK}{name}"),
                low=z3.Int(f"low{MARK}{name}"),
                high=z3.Int(f"high{MARK}{name}"),
                word=z3.Int(f"word{MARK}{name}"),
            )
        return self.facts[name]

    def find_truth(self, name: str) -> Truth:
        """A yes-no fact."""
        if name not in self.guideline.program.shapes:
            return UNKNOWN
        fact = self.find_fact(name)
        return Truth(both(fact.known, fact.truth), both(fact.known, negate(fact.truth)))

    def bound_fact(self, name: str) -> Term:
        """What is true of every value of a fact: low ≤ high, and open sides are where they are held."""
        fact = self.find_fact(name)
        if fact.shape.gives == "number":
            return z3.And(fact.low <= fact.high, fact.low >= OPEN_LOW, fact.high <= OPEN_HIGH)
        return fact.word >= OTHER_WORD if fact.shape.gives == "word" else z3.BoolVal(True)

    @property
    def visited(self) -> frozenset[str]:
        """The conditions that were asked for."""
        return frozenset(self._truths)

    def find_condition(self, key: str) -> Truth:
        """A condition of the guideline by its key; one that is not there is unknown, as in a plan."""
        if key not in self._truths:
            tree = self.guideline.program.trees.get(key)
            self._truths[key] = UNKNOWN if tree is None else self.read_tree(tree)
        return self._truths[key]

    def read_tree(self, tree: Tree) -> Truth:
        """The truth of a parsed condition, as the fold has it."""
        if tree.op == "REF":
            return self.find_condition(tree.criterion)
        if tree.children:
            parts = [self.read_tree(child) for child in tree.children]
            if tree.op == "AND":
                return join_and(parts)
            if tree.op == "OR":
                return join_or(parts)
            return join_not(parts[0]) if tree.op == "NOT" else join_at_least(tree.k, parts)
        return self.find_truth(tree.fact) if tree.op == "FACT" else self._read_leaf(tree)

    def _read_leaf(self, tree: Tree) -> Truth:
        fact = self.find_fact(tree.fact)
        if tree.op == "IN":
            inside = either(*(fact.word == self.number_word(word) for word in tree.words))
            return Truth(both(fact.known, inside), both(fact.known, negate(inside)))
        to = tree.ticks if tree.ticks is not None else self.find_parameter(tree.to)
        if to is None:
            return UNKNOWN
        found = compare(tree.op, fact, to)
        return Truth(both(fact.known, found.true), both(fact.known, found.false))

    def find_parameter(self, key: str) -> int | None:
        """The ticks of `parameter|unit`, None where the country leaves it open."""
        return self.parameters.get(name_parameter(key))

    def number_word(self, word: str) -> int:
        """Words as whole numbers from 1; 0 is any other word."""
        return self.words.setdefault(word, len(self.words) + 1)


def compare(op: str, fact: FactTerms, to: int) -> Truth:
    """True if every value of the interval satisfies `op to`, false if none does."""
    low, high = fact.low, fact.high
    if op in ("=", "<>"):
        same = Truth(both(low == to, high == to), either(low > to, high < to))
        return same if op == "=" else join_not(same)
    if op in (">", "<="):
        above = Truth(low > to, high <= to)
        return above if op == ">" else join_not(above)
    below = Truth(high < to, low >= to)
    return below if op == "<" else join_not(below)


__all__ = ["MARK", "NO", "OTHER_WORD", "Everybody", "FactTerms", "compare"]
