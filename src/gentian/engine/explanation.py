"""Explanations: the tree of a condition with values, and the entries of the record they came from.

Every leaf leads back: condition → fact → events → the place in the file (design 1, promise 2).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from gentian.chart.events import LONG_AGO, Chart, Event
from gentian.language import dates, sentences
from gentian.language.figures import say_figure
from gentian.language.model import Fact, Guideline, Tree
from gentian.language.quantities import format_interval
from gentian.language.wording import say_quantity

from .answers import Answers, FactValue
from .binding import find_parameter
from .fold import Fold, settle
from .settings import Settings


class SourceLine(Struct, frozen=True, kw_only=True):
    """An entry in the record: `place` (JSON path or line), `resource` (FHIR id), the text printed there."""

    place: str
    resource: str = ""
    text: str = ""


class Leaf(Struct, frozen=True, kw_only=True):
    """One leaf of an explanation: a comparison of a fact, its truth and where it came from."""

    fact: str
    says: str  # "platelets"
    condition: str  # "platelets below 20 10*9/L"
    answer: bool | None
    value: str = ""  # "18 10*9/L on 2026-11-20"
    cause: str = ""  # why unknown: never recorded · too old (…) · unit refused · conflicting · …
    sources: list[SourceLine] = []


class Node(Struct, frozen=True, kw_only=True):
    """The tree of a criterion: op is AND, OR, NOT, AT_LEAST, CRITERION or LEAF."""

    op: str
    answer: bool | None
    text: str = ""  # the criterion's sentence, or the leaf's condition
    criterion: str = ""
    at_least: int = 0
    leaf: Leaf | None = None
    children: list[Node] = []


_MOST_SOURCES = 6
_MOST_WORDS = 4  # of a closed list, named in a condition


@dataclass(slots=True)
class _Texts:
    """What conditions are called under one guideline and one set of settings, by the tree's identity."""

    guideline: Guideline  # held, so that an identity is never used twice
    settings: Settings
    said: dict[int, tuple[str, str]] = field(default_factory=dict)


_kept: list[_Texts] = []
_MOST_KEPT = 8


def _find_texts(guideline: Guideline, settings: Settings) -> _Texts:
    for texts in _kept:
        if texts.guideline is guideline and texts.settings == settings:
            return texts
    texts = _Texts(guideline, settings)
    _kept[:] = [texts, *_kept[: _MOST_KEPT - 1]]
    return texts


class Explainer:
    """Explains conditions about one person, or about one relative of theirs (`about`, with joined answers);
    leaves are built once and shared.
    """

    def __init__(
        self,
        guideline: Guideline,
        chart: Chart,
        answers: Answers,
        settings: Settings,
        about: str = "",
    ) -> None:
        program = guideline.program
        self.about = about
        self.trees: Mapping[str, Tree] = program.trees
        if about:
            self.trees = ChainMap(program.relative.trees, program.trees)
        self.guideline = guideline
        self.chart = chart
        self.answers = answers
        self.settings = settings
        self._leaves: dict[int, Leaf] = {}
        self._fold = Fold(answers.facts, answers.criteria, answers.parameters)
        self._judged: dict[int, bool | None] = {}  # by identity: the guideline holds its trees
        self._decisive: dict[str, dict[int, Tree]] = {}
        self._values: dict[str, tuple[str, list[SourceLine]]] = {}
        self._texts = _find_texts(guideline, settings)
        self._events: dict[str, list[Event]] = {}
        for event in chart.events:
            self._events.setdefault(event.what, []).append(event)

    def explain(self, key: str) -> Node:
        """The whole tree of a condition (a key of `program.trees`), criteria opened."""
        tree = self.trees[key]
        criterion = self.guideline.criteria.get(key)
        inner = self._explain(tree)
        if criterion is None:
            return inner
        return Node(
            op="CRITERION",
            answer=self.answers.criteria[key],
            text=fill(criterion.says, self.guideline, self.settings),
            criterion=key,
            children=[inner],
        )

    def _explain(self, tree: Tree) -> Node:
        if tree.op == "REF":
            return self.explain(tree.criterion)
        if tree.op in ("AND", "OR", "NOT", "AT_LEAST"):
            return Node(
                op=tree.op,
                answer=self.judge(tree),
                at_least=tree.k,
                children=[self._explain(child) for child in tree.children],
            )
        leaf = self.build_leaf(tree)
        return Node(op="LEAF", answer=leaf.answer, text=leaf.condition, leaf=leaf)

    def judge(self, tree: Tree) -> bool | None:
        """The truth of a tree of the guideline, worked out once."""
        if tree.op == "REF":
            return self.answers.criteria[tree.criterion]
        key = id(tree)
        if key not in self._judged:
            self._judged[key] = self._judge(tree)
        return self._judged[key]

    def _judge(self, tree: Tree) -> bool | None:
        if tree.op in ("AND", "OR"):
            return settle(map(self.judge, tree.children), tree.op == "OR")
        return self._fold.judge(tree)

    def list_reasons(self, key: str) -> list[Leaf]:
        """The leaves that decide a condition as it is answered; for unknown, the unknown ones."""
        found: dict[int, Tree] = {}
        self._gather_decisive(self.trees[key], found)
        leaves = [self.build_leaf(tree) for tree in found.values()]
        return list({(leaf.fact, leaf.condition): leaf for leaf in leaves}.values())

    def _gather_decisive(self, tree: Tree, found: dict[int, Tree]) -> None:
        """Children that agree with the answer carry it: all of an AND that is true, any of one false."""
        if tree.op == "REF":
            found |= self._list_decisive(tree.criterion)
        elif not tree.children:
            found[id(tree)] = tree
        elif tree.op == "NOT":
            self._gather_decisive(tree.children[0], found)
        else:
            answer = self.judge(tree)
            for child in tree.children:
                if self.judge(child) is answer:
                    self._gather_decisive(child, found)

    def _list_decisive(self, criterion: str) -> dict[int, Tree]:
        """The deciding leaves of a criterion, gathered once: many conditions refer to it."""
        known = self._decisive.get(criterion)
        if known is None:
            known = self._decisive[criterion] = {}
            self._gather_decisive(self.trees[criterion], known)
        return known

    def build_leaf(self, tree: Tree) -> Leaf:
        """The leaf of one comparison."""
        if id(tree) not in self._leaves:
            self._leaves[id(tree)] = self._build_leaf(tree)
        return self._leaves[id(tree)]

    def _build_leaf(self, tree: Tree) -> Leaf:
        answer = self.judge(tree)
        says, condition = self._say(tree)
        value, sources = self._read(tree.fact)
        return Leaf(
            fact=tree.fact,
            says=says,
            condition=condition,
            answer=answer,
            value=value,
            cause=self.find_cause(tree.fact, tree) if answer is None else "",
            sources=sources,
        )

    def _say(self, tree: Tree) -> tuple[str, str]:
        """The fact and the condition in words: the same for everyone, so said once."""
        known = self._texts.said.get(id(tree))
        if known is None:
            says = fill(self.guideline.facts[tree.fact].says, self.guideline, self.settings)
            known = self._texts.said[id(tree)] = (says, self.describe_condition(tree))
        return known

    def _read(self, name: str) -> tuple[str, list[SourceLine]]:
        """A fact's value in words and where it stands, once for all its leaves."""
        if name not in self._values:
            ids = self.answers.facts.get(name, FactValue()).events[:_MOST_SOURCES]
            sources = [_point(self.chart.events[at]) for at in ids]
            self._values[name] = (self.describe_value(name), sources)
        return self._values[name]

    def describe_condition(self, tree: Tree) -> str:
        """`platelets below 20 10*9/L`."""
        says = fill(self.guideline.facts[tree.fact].says, self.guideline, self.settings)
        return sentences.say_comparison(tree, says, self._find)

    def _find(self, name: str) -> str | None:
        return find_parameter(self.guideline, name, self.settings)

    def describe_value(self, name: str) -> str:
        """The value with its unit and date, empty when unknown."""
        value = self.answers.facts.get(name, FactValue())
        shape = self.guideline.program.shapes[name]
        if not value.known:
            return ""
        when = _describe_when(self.chart, value.events)
        if shape.gives == "yes-no":
            return f"{'yes' if value.truth else 'no'}{when}"
        if shape.gives == "word":
            return f"{value.word}{when}"
        return f"{_describe_number(value, shape.unit)}{when}"

    def find_cause(self, name: str, tree: Tree | None = None) -> str:
        """Why a fact (or its comparison) is unknown."""
        value = self.answers.facts.get(name, FactValue())
        if value.known:
            known_limit = tree is None or tree.ticks is not None or self._has_limit(tree)
            return (
                "not precise enough to decide"
                if known_limit
                else "the limit is not known for this country"
            )
        fact = self.guideline.facts[name]
        shape = self.guideline.program.shapes[name]
        about = self._list_deciding(fact, shape.reads)
        if not about:
            return self._find_refusal(shape.reads) or "never recorded"
        if any(event.certainty == "suspected" or event.present is None for event in about):
            return "suspected only"
        latest = max(about, key=lambda event: (event.starts[1], event.starts[0]))
        described = f"{latest.printed or latest.what} on {dates.format_date(latest.starts)}"
        if fact.window and latest.starts[1] < self.answers.index - dates.DAY and not value.events:
            return f"too old ({described})"
        if any(event.starts[1] - event.starts[0] >= dates.DAY for event in about):
            return f"partial date ({described})"
        if len({event.starts for event in about}) < len(about):
            return f"conflicting ({described})"
        return f"not settled by what is recorded ({described})"

    def _list_deciding(self, fact: Fact, reads: list[str]) -> list[Event]:
        """The entries a fact could rest on: of the patient or of relatives, never of both; of what is
        paired those of the first, without which there is no pair.
        """
        episode = self.guideline.episodes.get(fact.of) if isinstance(fact.of, str) else None
        if episode is not None and isinstance(episode.of, dict):
            members = self.guideline.vocabulary.members
            first = next(iter(episode.of.values()))
            reads = members.get(first, [first])
        patient = fact.about == "patient"
        events = [event for what in reads for event in self._events.get(what, ())]
        if fact.each == "relative":
            return [event for event in events if event.about == self.about]
        return [event for event in events if (event.about is None) is patient]

    def _has_limit(self, tree: Tree) -> bool:
        name = tree.to.split("|")[0]
        return not name or find_parameter(self.guideline, name, self.settings) is not None

    def _find_refusal(self, reads: list[str]) -> str:
        names = {self.guideline.vocabulary.concepts[item].id for item in reads}
        for note in self.chart.reading.notes:
            if note.group == "refused" and note.what in names:
                return f"refused ({note.place}: {note.why})"
        return ""


def _say_words(words: list[str]) -> str:
    """`a or b`; of a long list the first ones and how many more."""
    named = words if len(words) <= _MOST_WORDS + 1 else words[:_MOST_WORDS]
    more = len(words) - len(named)
    return " or ".join([*named, *([f"{more} others"] if more else [])])


def _point(event: Event) -> SourceLine:
    return SourceLine(
        place=event.source.place, resource=event.source.resource, text=event.source.text
    )


def _describe_number(value: FactValue, unit: str) -> str:
    if unit == "mo" and value.low is not None:
        return describe_age(value.low)
    if unit == "d" and value.low is not None and value.high is not None:
        days = value.low // 1_000_000
        return f"{days} days" if days < 120 else f"about {days * 10 // 304} months"
    return say_quantity(format_interval(value.low, value.high, unit))


def describe_age(months: int) -> str:
    """Ticks of months as `7 years`, `14 months` under two years, `0 months` for a newborn."""
    whole = months // 1_000_000
    if whole < 24:
        return f"{whole} month{'' if whole == 1 else 's'}"
    return f"{whole // 12} years"


def _describe_when(chart: Chart, ids: tuple[int, ...]) -> str:
    events = [chart.events[at] for at in ids]
    if not events:
        return ""
    latest = max(events, key=lambda event: event.starts)
    word = "since" if latest.ends[1] > latest.starts[1] + dates.DAY else "on"
    more = ", two results, same time" if _is_double(events, latest) else ""
    when = dates.format_date(latest.starts)
    if "/" in when:  # began nobody knows when, known by the last day
        word, when = "by", when.partition("/")[2]
    return f" {word} {when}{more}" if latest.starts[0] > LONG_AGO else ""


def _is_double(events: list[Event], latest: Event) -> bool:
    same = [
        event for event in events if event.starts == latest.starts and event.what == latest.what
    ]
    return len({(event.low, event.high) for event in same}) > 1


def fill(text: str, guideline: Guideline, settings: Settings) -> str:
    """Replace `{parameter}` and `{figure}` by the value with unit; other braces stay."""

    def say(name: str) -> str | None:
        if name in guideline.parameters or name in guideline.locales:
            value = find_parameter(guideline, name, settings)
            return say_quantity(value) if value else sentences.UNKNOWN_HERE
        figure = guideline.figures.get(name)
        return say_figure(figure) if figure is not None else None

    return sentences.fill(text, say)
