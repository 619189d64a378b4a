"""What a compilation holds: the entries by name, the problems found so far, what is built from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from . import expansion, model
from .genes import index_genes
from .literals import convert_literal
from .profile import Name
from .quantities import QuantityError
from .sources import VOCABULARY_SORTS, RawGuideline
from .sql import name_parameter
from .units import UnitError
from .vocabulary import build_vocabulary


class Compilation:
    """The entries by name, the problems found so far, and what is built from them."""

    def __init__(self, raw: RawGuideline) -> None:
        self.raw = raw
        self.problems: list[str] = []
        concepts = [concept for sort in VOCABULARY_SORTS for concept in self.take(sort)]
        vocabulary = build_vocabulary(concepts)
        genes = index_genes(self.take("gene_reference"), vocabulary.concepts, self.problems)
        self.vocabulary = replace(vocabulary, genes=genes)
        self.parameters = self.index("parameter", lambda entry: entry.parameter)
        self.locales = self.index("locale", lambda entry: entry.locale)
        self.episodes = self.index("episode", lambda entry: entry.episode)
        self.anchors = self.index("anchor", lambda entry: entry.anchor)
        self.criteria = self.index("criterion", lambda entry: entry.criterion)
        self.statements = self.index("statement", lambda entry: entry.statement)
        self.interactions: list[model.Interaction] = self.take("interaction")
        self.facts = self.index("fact", lambda entry: entry.fact)
        self.expand()
        self.shapes: dict[str, model.FactShape] = {}
        self.fills: dict[str, dict[str, str]] = {}  # engine → table → the query that fills it
        self.episode_reads: dict[str, list[str]] = {}
        self.bind: dict[str, str] = {"p_completeness_valid_for_min": "completeness_valid_for|min"}

    def take(self, sort: str) -> list[Any]:
        return self.raw.entries.get(sort, [])

    def index(self, sort: str, name: Callable[[Any], str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in self.take(sort):
            if name(entry) in found:
                self.report(
                    entry.line, f"{sort} `{name(entry)}` is also at {found[name(entry)].line}"
                )
            found[name(entry)] = entry
        return found

    def report(self, line: str, problem: str) -> None:
        self.problems.append(f"{line}: {problem}")

    def expand(self) -> None:
        """Add the entries that follow from others; those written by hand win."""
        for statement in expansion.build_interaction_statements(self.interactions):
            self.statements.setdefault(statement.statement, statement)
        for fact in [
            *expansion.build_taking_facts(self.vocabulary),
            *expansion.build_stopped_facts(self.interactions),
        ]:
            self.facts.setdefault(fact.fact, fact)

    def resolve(self, name: str) -> Name | None:
        """What a name in a `when` stands for."""
        if name in self.shapes:
            return Name(self.shapes[name].gives, self.shapes[name].unit)
        if name in self.criteria:
            return Name("criterion")
        if name in self.parameters or name in self.locales:
            return Name("parameter")
        return None

    def bind_parameter(self, key: str, line: str) -> None:
        """Note that a parameter is bound in a unit, and that its values can be."""
        name, unit = key.split("|")
        self.bind[name_parameter(key)] = key
        for value in self.list_values(name):
            try:
                convert_literal(value, unit)
            except (QuantityError, UnitError) as error:
                self.report(line, f"parameter `{name}` = {value}, needed in {unit}: {error}")

    def list_values(self, name: str) -> list[str]:
        if name in self.parameters:
            return [self.parameters[name].value]
        locale = self.locales.get(name)
        return [*locale.values.values(), *filter(None, [locale.otherwise])] if locale else []
