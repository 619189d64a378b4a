"""What a statement rests on: every entry of the guideline that can change what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator

from gentian.language.model import Guideline, StatementEntry, Tree
from gentian.language.program import find_tree
from gentian.language.sentences import list_named
from gentian.plan.catalogue import find_catalogue


def find_reach(guideline: Guideline, statement: str) -> set[str]:
    """`sort:id` of everything the statement rests on; empty when there is no such statement.

    Its own entry; criteria, facts, episodes, anchors and parameters of its condition and checks; its
    dose with products and gates; and the do-not-starts of its medicine with their conditions.
    """
    entry = guideline.statements.get(statement)
    if entry is None:
        return set()
    reach = _Reach(guideline)
    reach.add_statement(entry)
    for against in find_catalogue(guideline).against.get(entry.medicine, ()):
        reach.add_statement(against)
    return reach.found


class _Reach:
    """Collects names, each followed once."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.found: set[str] = set()

    def add_statement(self, entry: StatementEntry) -> None:
        self._add("statements", entry.statement)
        self._add_tree(find_tree(self.guideline.program, f"statement:{entry.statement}"))
        for check in entry.checks:
            self._add_criterion(check)
        for name in list_named(f"{entry.says} {entry.plainly}"):
            self._add_parameter(name)
        self._add("vocabulary", entry.medicine)
        if entry.dose in self.guideline.doses:
            self._add_dose(entry.dose)

    def _add(self, sort: str, name: str) -> bool:
        """Note a name; whether it is new."""
        key = f"{sort}:{name}"
        if not name or key in self.found:
            return False
        self.found.add(key)
        return True

    def _add_dose(self, name: str) -> None:
        record = self.guideline.doses[name]
        self._add("doses", name)
        for product in record.products:
            self._add("vocabulary", product)
        for criterion in (*record.checks, *record.gates):
            self._add_criterion(criterion)
        for need in record.needs:
            self._add_fact(need.fact)

    def _add_criterion(self, name: str) -> None:
        if name in self.guideline.criteria and self._add("criteria", name):
            self._add_tree(find_tree(self.guideline.program, name))

    def _add_tree(self, tree: Tree) -> None:
        if tree.criterion:
            self._add_criterion(tree.criterion)
        if tree.fact:
            self._add_fact(tree.fact)
        if tree.to:
            self._add_parameter(tree.to.split("|")[0])
        for child in tree.children:
            self._add_tree(child)

    def _add_parameter(self, name: str) -> None:
        for sort in ("parameters", "locales", "figures"):
            if name in getattr(self.guideline, sort):
                self._add(sort, name)

    def _add_fact(self, name: str) -> None:
        fact = self.guideline.facts.get(name)
        if fact is None or not self._add("facts", name):
            return
        for part in _list_names(fact.of):
            self._add_source(part)
        self._add_source(fact.anchor)
        for bound in fact.window:
            for parameter in list_named(bound):
                self._add_parameter(parameter)

    def _add_source(self, name: str) -> None:
        """What a fact reads: another fact, an episode, an anchor or a word of the vocabulary."""
        guideline = self.guideline
        if name in guideline.facts:
            self._add_fact(name)
        elif name in guideline.episodes and self._add("episodes", name):
            for part in _list_names(guideline.episodes[name].of):
                self._add_source(part)
        elif name in guideline.anchors and self._add("anchors", name):
            self._add_source(guideline.anchors[name].of)
        elif name in guideline.vocabulary.concepts:
            self._add("vocabulary", name)


def _list_names(of: str | list[str] | dict[str, str]) -> Iterator[str]:
    if isinstance(of, str):
        yield of
    else:
        yield from of.values() if isinstance(of, dict) else of
