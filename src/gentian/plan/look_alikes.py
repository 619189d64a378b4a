"""Look-alikes for one person: what points to each, what speaks against it, what is not yet asked.

No scores: a look-alike is shown because something known points to it, or somebody suspects or has proven it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from gentian.engine.explanation import Explainer, Leaf
from gentian.language.look_alikes import STATES, Decisive, name_sign
from gentian.language.look_alikes import LookAlike as Entry
from gentian.language.look_alikes import Sign as SignEntry
from gentian.language.model import Guideline

from .judgement import SILENT
from .model import LookAlike, OpenSign, Sign, Statement
from .words import Words

COSTS = ("ask", "examine", "blood", "send-out", "genetic")
NOTHING = "nothing points to it"
NOT_YET = "nothing points to it, but not all is asked"
NO_DISEASE = "no disease is on record"
OPEN = "open"
WOULD = {"points_to": "would_point_to", "speaks_against": "would_speak_against"}


class LookAlikeWriter:
    """Writes the look-alikes of one person, in the order of the guideline."""

    def __init__(
        self,
        guideline: Guideline,
        explainer: Explainer,
        words: Words,
        statements: Iterable[Statement],
    ) -> None:
        self.guideline, self.explainer, self.words = guideline, explainer, words
        self.shown = {
            item.id for item in statements if item.outcome not in SILENT and not item.folded
        }
        self.tiers = {tier.look_alike_tier: tier for tier in guideline.look_alike_tiers}

    def write(self) -> list[LookAlike]:
        """By tier, then danger, then the number of things that point to it."""
        found = [self._write_one(entry) for entry in self.guideline.look_alikes]
        ranks = {name: tier.rank for name, tier in self.tiers.items()}
        found.sort(key=lambda item: (ranks[item.tier], item.danger, -len(item.points_to), item.id))
        return found

    def explain(self, name: str) -> LookAlike | None:
        """One look-alike with its places and questions, also where a plan only names it; None: no such."""
        for entry in self.guideline.look_alikes:
            if entry.look_alike == name:
                return self._write_one(entry, whole=True)
        return None

    def _write_one(self, entry: Entry, whole: bool = False) -> LookAlike:
        state, because = self._find_state(entry)
        test = entry.decisive
        tested = self._is_tested(test)
        folded = self._fold(entry, state, tested)
        shown = whole or not folded
        return LookAlike(
            id=entry.look_alike,
            name=entry.name,
            tier=entry.tier,
            danger=entry.danger,
            state=state,
            folded=folded,
            points_to=self._list_known(entry.points_to, places=shown),
            speaks_against=self._list_known(entry.speaks_against, places=shown),
            not_asked=self._list_open(entry) if shown else [],
            test=self.words.fill(test.says),
            tested=tested,
            because=because,
            therapy=self.words.fill(entry.therapy),
            harm=self.words.fill(entry.harm),
            asked_by=[name for name in entry.asked_by if name in self.shown],
            cites=list(dict.fromkeys([*entry.cites, *test.cites])),
            review="as remembered, unchecked" if entry.read == "known" else "",
        )

    def _judge(self, condition: str) -> bool | None:
        """The answer to a condition; an empty one is no."""
        if not condition:
            return False
        return self.explainer.answers.criteria[name_sign(condition)]

    def _is_tested(self, test: Decisive) -> bool:
        """Is the deciding test on record? Without a condition of its own: is it proven or excluded?"""
        if test.done:
            return self._judge(test.done) is True
        return self._judge(test.proven) is not None or self._judge(test.excluded) is True

    def _explain(self, condition: str) -> list[Leaf]:
        return self.explainer.list_reasons(name_sign(condition))

    def _find_state(self, entry: Entry) -> tuple[str, list[Leaf]]:
        """The first of proven, suspected and excluded that is true, with its leaves."""
        for state in STATES:
            condition = getattr(entry.decisive, state)
            if self._judge(condition):
                return state, self._explain(condition)
        return OPEN, []

    def _fold(self, entry: Entry, state: str, tested: bool) -> str:
        """Why a look-alike is only named; "" for one that is shown.

        What is excluded by word alone, while something points to it, is shown until it is tested.
        """
        tier = self.tiers[entry.tier]
        signs = [self._judge(sign.when) for sign in entry.points_to]
        points = any(signs)
        if state in ("proven", "suspected"):
            return ""
        if state == "excluded" and (tested or not points):
            return "excluded"
        if not self._judge(tier.opens_when):
            return NO_DISEASE
        if self._judge(tier.settled_by):
            return self.words.fill(tier.settled_says)
        if points:
            return ""
        return NOT_YET if None in signs else NOTHING

    def _list_known(self, signs: Iterable[SignEntry], *, places: bool) -> list[Sign]:
        """The signs that are true, with their entries in the record where they are asked for."""
        return [
            Sign(
                says=self.words.fill(sign.says),
                because=self._explain(sign.when) if places else [],
                cites=list(sign.cites),
            )
            for sign in signs
            if self._judge(sign.when) is True
        ]

    def _list_open(self, entry: Entry) -> list[OpenSign]:
        """What could still point to it, speak against it or decide: the cheapest first, each once."""
        found: dict[str, OpenSign] = {}
        for field in ("points_to", "speaks_against"):
            for sign in getattr(entry, field):
                if self._judge(sign.when) is None:
                    question = self._ask(sign.when, found)
                    would = WOULD[field]
                    signs = [*getattr(found[question], would), self.words.fill(sign.says)]
                    found[question] = replace(found[question], **{would: signs})
        decides = entry.decisive.done or entry.decisive.proven
        if self._judge(decides) is None:
            self._ask(decides, found)
        return sorted(found.values(), key=lambda item: COSTS.index(item.cost))

    def _ask(self, condition: str, found: dict[str, OpenSign]) -> str:
        """Add the cheapest open fact of a condition; return the question that finds it out."""
        leaves = [leaf for leaf in self._explain(condition) if leaf.answer is None]
        leaf = min(leaves, key=lambda leaf: COSTS.index(self._find_cost(leaf.fact)))
        ask = self.guideline.facts[leaf.fact].ask
        question = ask.question if ask is not None else leaf.says
        asked = OpenSign(
            question=question, cost=self._find_cost(leaf.fact), cause=leaf.cause, fact=leaf.fact
        )
        found.setdefault(question, asked)
        return question

    def _find_cost(self, fact: str) -> str:
        ask = self.guideline.facts[fact].ask
        return ask.cost if ask is not None else "ask"
