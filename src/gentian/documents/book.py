"""The book: the whole guideline as pages that a haematologist can read, search and check.

One page a statement: its sentence, its condition in English, its test people, its sources and hazards.
Criteria, facts and sources stand on one page each; every name leads to where it is explained.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from jinja2 import Environment

from gentian.engine.binding import find_parameter
from gentian.engine.explanation import fill
from gentian.engine.settings import Settings
from gentian.language.figures import say_figure
from gentian.language.model import (
    Criterion,
    DoseRecord,
    Guideline,
    PopulationModel,
    SourceEntry,
    StatementEntry,
)
from gentian.language.program import Tree, find_tree
from gentian.language.sentences import Clause, list_named, say_condition
from gentian.language.wording import say_quantity
from gentian.plan.catalogue import find_catalogue
from gentian.plan.judgement import SILENT
from gentian.plan.model import Plan
from gentian.plan.outcomes import ANSWERS, Case, find_outcome
from gentian.review.citations import list_citations

from . import models as model_words
from .html import make_environment
from .page import KINDS, ROWS

_SEARCH = Path(__file__).parent / "templates" / "book" / "search.js"
_NO_COUNTRY = Settings()


@dataclass(frozen=True, slots=True)
class Person:
    """A test person beside a rule: its name, the facts given in words, and the answer expected."""

    name: str
    given: list[str]
    answer: str


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter of a sentence or condition: its name, value, values by country, and its fact ids."""

    id: str
    name: str
    value: str
    cites: list[str]
    read: str


@dataclass(frozen=True)
class Book:
    """The guideline with lookups for its pages. shown: statement → people and outcomes of examples."""

    guideline: Guideline
    shown: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)

    # --- words -----------------------------------------------------------------------------------

    def say(self, name: str) -> str:
        """The sentence of a criterion, fact or statement."""
        for entries in (self.guideline.criteria, self.guideline.facts, self.guideline.statements):
            entry = entries.get(name)
            if entry is not None and entry.says:
                return self.fill(entry.says).rstrip(".")
        return name.replace("_", " ")

    def fill(self, text: str) -> str:
        """A sentence with its numbers, as they stand where the country is not known."""
        return fill(text.replace("{dose}", "[dose below]"), self.guideline, _NO_COUNTRY)

    def find(self, name: str) -> str | None:
        """A parameter's value with its unit."""
        return find_parameter(self.guideline, name, _NO_COUNTRY)

    def say_key(self, key: str) -> Clause:
        """The condition of a statement, criterion or schedule."""
        return say_condition(find_tree(self.guideline.program, key), self.say, self.find)

    def say_unknown(self, entry: StatementEntry) -> tuple[str, str]:
        """What becomes of a statement while a fact that decides is missing, and the table's reason."""
        treating = entry.statement in find_catalogue(self.guideline).treating
        case = Case(ANSWERS[None], entry.if_unknown, treating, rescue=entry.rescue)
        return find_outcome(self.guideline.outcomes, case)

    # --- parts of a page -------------------------------------------------------------------------

    def list_people(self, entry: StatementEntry | Criterion) -> list[Person]:
        """The test people beside a rule."""
        return [self._describe_test(test) for test in entry.tests]

    def _describe_test(self, test: Mapping[str, object]) -> Person:
        inner = test.get("given")
        given = dict(inner) if isinstance(inner, dict) else {}
        if "given" not in test:
            reserved = ("is", "because", "name", "answer", "country")
            given = {name: value for name, value in test.items() if name not in reserved}
        said = [f"{self.say(name)}: {_say_value(value)}" for name, value in given.items()]
        answer = str(test.get("answer", test.get("is"))).lower().replace("-", " ")
        if test.get("country"):
            said.append(f"country {test['country']}")
        return Person(str(test.get("name", "")), said, answer)

    def list_model_people(self, model: PopulationModel) -> list[Person]:
        """The test people of a population model, and the typical values worked out for them."""
        found = []
        for test in model.tests:
            given = {name: value for name, value in test.items() if name not in model.parameters}
            said = [f"{name.replace('-', ' ')}: {_say_value(given[name])}" for name in given]
            worked = [f"{name} {test[name]}" for name in test if name in model.parameters]
            found.append(Person("", said, ", ".join(worked)))
        return found

    def say_end(self, text: str) -> str:
        """A quantity, or what a parameter or figure of that name says."""
        figure = self.guideline.figures.get(text)
        return say_figure(figure) if figure else say_quantity(self.find(text) or text)

    def list_numbers(self, entry: StatementEntry | Criterion, key: str) -> list[Number]:
        """Every parameter of a condition, and every number its sentence names."""
        said = [entry.says, getattr(entry, "plainly", ""), getattr(entry, "alternative", "")]
        names = [
            *_list_parameters(find_tree(self.guideline.program, key)),
            *(name for text in said for name in list_named(text) if name != "dose"),
        ]
        return [self._describe_number(name) for name in dict.fromkeys(names)]

    def _describe_number(self, name: str) -> Number:
        figure = self.guideline.figures.get(name)
        if figure is not None:
            return Number(name, figure.name, say_figure(figure), figure.cites, figure.read)
        parameter = self.guideline.parameters.get(name)
        if parameter is not None:
            value = say_quantity(parameter.value)
            said = parameter.name or name.replace("_", " ")
            return Number(name, said, value, parameter.cites, parameter.read)
        locale = self.guideline.locales[name]
        values = [f"{country} {say_quantity(text)}" for country, text in locale.values.items()]
        values += [f"elsewhere {say_quantity(locale.otherwise)}"] if locale.otherwise else []
        said = locale.name or name.replace("_", " ")
        return Number(name, said, ", ".join(values), locale.cites, locale.read)

    def find_dose(self, entry: StatementEntry) -> DoseRecord | None:
        """The dose record of a statement."""
        return self.guideline.doses.get(entry.dose)

    def list_against(self, entry: StatementEntry) -> list[StatementEntry]:
        """What speaks against the medicine that a statement proposes."""
        catalogue = find_catalogue(self.guideline)
        if entry.statement not in catalogue.treating:
            return []
        return list(catalogue.against.get(entry.medicine, ()))

    def list_sources(self, cites: Iterable[str]) -> list[SourceEntry]:
        """The evidence of a rule, in the order cited."""
        return [self.guideline.sources[cite] for cite in cites if cite in self.guideline.sources]

    @cached_property
    def users(self) -> dict[str, list[str]]:
        """A criterion, a fact or an evidence id → the statements, criteria, models and consults that name it."""
        found: dict[str, list[str]] = {}
        for name, entry in self.guideline.statements.items():
            names = _list_names(find_tree(self.guideline.program, f"statement:{name}"))
            for used in dict.fromkeys((*names, *entry.checks, *entry.cites)):
                found.setdefault(used, []).append(name)
        for name, criterion in self.guideline.criteria.items():
            names = _list_names(find_tree(self.guideline.program, name))
            for used in dict.fromkeys((*names, *criterion.cites)):
                found.setdefault(used, []).append(name)
        for item in list_citations(self.guideline):
            if item.sort in ("model", "consult"):
                found.setdefault(item.cite, []).append(item.entry)
        return found

    def link(self, name: str, up: str = "") -> str:
        """Where a name of the guideline is explained; "" when no page explains it."""
        guideline = self.guideline
        if name in guideline.statements:
            return f"{up}statements/{name}.html"
        for page in ("criteria", "facts", "sources"):
            if name in getattr(guideline, page):
                return f"{up}{page}.html#{name}"
        for folder in ("models", "consults"):
            if name in getattr(guideline, folder):
                return f"{up}{folder}/{name}.html"
        return ""


def render_book(guideline: Guideline, plans: Mapping[str, Plan]) -> dict[str, str]:
    """Return every page by its path. plans: the plans of people to name as examples, by name."""
    book = Book(guideline, _list_shown(plans))
    environment = make_environment()
    script = _SEARCH.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    shared: dict[str, object] = {"book": book, "guideline": guideline, "rows": ROWS, "kinds": KINDS}
    names = {
        name: f"book/{name}.html.j2" for name in ("index", "criteria", "facts", "models", "sources")
    }
    shared["words"] = model_words
    shared["groups"] = _group(guideline)
    pages = {}
    for name, template in names.items():
        given = (
            {"script": script, "script_hash": digest} if name == "index" else {"script_hash": ""}
        )
        page = environment.get_template(template).render(**shared, **given, up="")
        pages[f"{name}.html"] = page
    statement = environment.get_template("book/statement.html.j2")
    for name, entry in guideline.statements.items():
        pages[f"statements/{name}.html"] = statement.render(
            **shared, script_hash="", up="../", s=entry
        )
    return pages | _render_kinetics(environment, shared, guideline)


def _render_kinetics(
    environment: Environment, shared: Mapping[str, object], guideline: Guideline
) -> dict[str, str]:
    """A page for each population model, and one for the rules of each consult."""
    model = environment.get_template("book/model.html.j2")
    consult = environment.get_template("book/consult.html.j2")
    given = {**shared, "script_hash": "", "up": "../"}
    pages = {
        f"models/{name}.html": model.render(**given, m=entry)
        for name, entry in guideline.models.items()
    }
    return pages | {
        f"consults/{name}.html": consult.render(**given, c=entry)
        for name, entry in guideline.consults.items()
    }


def _group(guideline: Guideline) -> dict[str, list[StatementEntry]]:
    """Statements by the file they stand in, which is their subject."""
    found: dict[str, list[StatementEntry]] = {}
    for entry in guideline.statements.values():
        subject = Path(entry.line.partition(":")[0]).stem.replace("_", " ")
        found.setdefault(subject, []).append(entry)
    return dict(sorted(found.items()))


def _list_shown(plans: Mapping[str, Plan]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for name, plan in plans.items():
        for statement in plan.statements:
            if statement.outcome not in SILENT:
                found.setdefault(statement.id, []).append((name, statement.outcome))
    return found


def _list_parameters(tree: Tree) -> list[str]:
    own = [tree.to.split("|")[0]] if tree.to else []
    return own + [name for child in tree.children for name in _list_parameters(child)]


def _list_names(tree: Tree) -> list[str]:
    own = [name for name in (tree.criterion, tree.fact) if name]
    return own + [name for child in tree.children for name in _list_names(child)]


def _say_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " to ".join(map(_say_value, value))
    return say_quantity(str(value))
