"""Gaps: the missing facts that would decide, what each unlocks, and what it costs to find out (design 5).

An unknown leaf alone confirms a condition when everything between it and the root waits only for it; it
may still help to confirm when others are missing too. The same, turned round, for excluding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import Struct

from gentian.language.model import Ask, Guideline, Tree

from .explanation import Explainer

_COSTS = ("ask", "examine", "blood", "send-out", "genetic")
_MOST = 8
_MOST_UNLOCKED = 6


class Gap(Struct, frozen=True, kw_only=True):
    """A missing fact that would decide: what to ask, what it unlocks."""

    fact: str
    question: str
    cost: str  # ask | examine | blood | send-out | genetic
    cause: str
    unlocks: list[str]  # sentences or ids of statements and criteria it would decide
    urgency: int
    rank: int = 50  # 1 to 9: asked first of anybody


class Gaps(Struct, frozen=True, kw_only=True):
    could_confirm: list[Gap]
    could_exclude: list[Gap]


@dataclass(frozen=True, slots=True)
class Target:
    """A condition worth deciding: its key, what it is called, and how urgent it is (1 now … 5).

    facts: facts it needs besides its condition (a dose needs weight and height).
    """

    key: str
    label: str
    urgency: int
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    urgency: int = 9
    alone: bool = False
    unlocks: list[str] = field(default_factory=list)

    def add(self, target: Target, alone: bool) -> None:
        self.urgency = min(self.urgency, target.urgency)
        self.alone = self.alone or alone
        if target.label not in self.unlocks:
            self.unlocks.append(target.label)


# A missing fact, whether it alone confirms and alone excludes, whether it can confirm or exclude at all.
_Leaf = tuple[str, bool, bool]


class GapFinder:
    """Finds the gaps of one person's answers."""

    def __init__(self, guideline: Guideline, explainer: Explainer) -> None:
        self.guideline = guideline
        self.explainer = explainer
        self.answers = explainer.answers
        self._known: dict[tuple[str, bool, bool], frozenset[_Leaf]] = {}

    def find(self, targets: Iterable[Target]) -> Gaps:
        """The two ranked lists, at most eight each."""
        confirm: dict[str, _Found] = {}
        exclude: dict[str, _Found] = {}
        for target in targets:
            for fact, confirms, excludes in self._list_leaves(target):
                subject = self._find_subject(fact)
                confirm.setdefault(subject, _Found()).add(target, confirms)
                if excludes:
                    exclude.setdefault(subject, _Found()).add(target, excludes)
        return Gaps(could_confirm=self._rank(confirm), could_exclude=self._rank(exclude))

    def _list_leaves(self, target: Target) -> list[_Leaf]:
        found: set[_Leaf] = set()
        if target.key and self.answers.criteria.get(target.key, True) is None:
            found |= self._open(self.guideline.program.trees[target.key], True, True)
        facts = self.answers.facts
        found |= {(name, True, False) for name in target.facts if not facts[name].known}
        return sorted(found)

    def _open(self, tree: Tree, confirms: bool, excludes: bool) -> frozenset[_Leaf]:
        """The unknown leaves below a tree that is itself unknown."""
        if tree.op == "REF":
            key = (tree.criterion, confirms, excludes)
            if key not in self._known:
                inner = self.guideline.program.trees[tree.criterion]
                self._known[key] = self._open(inner, confirms, excludes)
            return self._known[key]
        if tree.op == "NOT":
            return self._open(tree.children[0], excludes, confirms)
        if not tree.children:
            return frozenset({(tree.fact, confirms, excludes)})
        unknown = [child for child in tree.children if self.explainer.judge(child) is None]
        confirms, excludes = self._narrow(tree, len(unknown), confirms, excludes)
        return frozenset().union(*(self._open(child, confirms, excludes) for child in unknown))

    def _narrow(
        self, tree: Tree, unknown: int, confirms: bool, excludes: bool
    ) -> tuple[bool, bool]:
        """Whether one child alone still decides."""
        if tree.op == "AND":
            return confirms and unknown == 1, excludes
        if tree.op == "OR":
            return confirms, excludes and unknown == 1
        surely = sum(self.explainer.judge(child) is True for child in tree.children)
        return confirms and surely + 1 >= tree.k, excludes and surely + unknown - 1 < tree.k

    def _find_subject(self, fact: str) -> str:
        """The fact to ask for; facts without a question of their own are asked by their domain."""
        if self.guideline.facts[fact].ask is not None:
            return fact
        domains = self.guideline.program.shapes[fact].domains
        return f"complete-{domains[0]}" if domains else fact

    def _find_ask(self, subject: str) -> Ask | None:
        """How to ask for a fact, or for the whole list of a domain."""
        if subject in self.guideline.facts:
            return self.guideline.facts[subject].ask
        concept = self.guideline.vocabulary.concepts.get(subject)
        return concept.ask if concept is not None else None

    def _rank(self, found: dict[str, _Found]) -> list[Gap]:
        gaps = [self._build(subject, item) for subject, item in found.items()]
        order = {id(gap): found[gap.fact].alone for gap in gaps}
        gaps.sort(
            key=lambda gap: (
                gap.rank,
                gap.urgency,
                not order[id(gap)],
                _COSTS.index(gap.cost),
                gap.fact,
            )
        )
        return _drop_repeated(gaps)[:_MOST]

    def _build(self, subject: str, item: _Found) -> Gap:
        fact = self.guideline.facts.get(subject)
        ask = self._find_ask(subject)
        return Gap(
            fact=subject,
            question=ask.question if ask is not None else subject.replace("_", " "),
            cost=ask.cost if ask is not None else "ask",
            cause=self.explainer.find_cause(subject)
            if fact is not None
            else "never recorded as complete",
            unlocks=item.unlocks[:_MOST_UNLOCKED],
            urgency=item.urgency,
            rank=ask.rank if ask is not None else 50,
        )


def _drop_repeated(gaps: list[Gap]) -> list[Gap]:
    """Facts that share a question are asked once."""
    seen: set[str] = set()
    kept = []
    for gap in gaps:
        if gap.question not in seen:
            seen.add(gap.question)
            kept.append(gap)
    return kept
