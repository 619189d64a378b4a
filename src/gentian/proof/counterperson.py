"""A person who breaks an invariant, as small as can be, in a clinician's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import z3

from gentian.language.model import Tree
from gentian.language.quantities import format_interval
from gentian.language.sql import OPEN_HIGH, OPEN_LOW
from gentian.language.wording import say_quantity
from gentian.plan.words import Words

from .claims import Breach
from .outcomes import Judged
from .people import MARK, FactTerms
from .solving import Model, Prover, find_smallest, list_facts, list_names, prefer
from .terms import Term, both

OUTCOMES = (
    "offer",
    "offer-after-checks",
    "withheld",
    "blocked",
    "assumed",
    "not-indicated",
    "not-applicable",
    "cannot-tell",
)
ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class CounterPerson:
    """known: sentences of what the record says; all else is not recorded. broken: statement → outcome.

    item: the problem or interaction it is about.
    """

    known: tuple[str, ...]
    care_status: str
    broken: tuple[tuple[str, str], ...]
    item: str = ""


def describe_person(judged: Judged, prover: Prover, breach: Breach) -> CounterPerson:
    """The person with the fewest known facts who breaks it; numbers as plain as they can be."""
    term = both(breach.person, breach.broken)
    flags = list_flags(judged, term)
    solver = prover.open(term)
    kept = find_smallest(solver, flags)
    solver.add([z3.Not(flag) for name, flag in flags.items() if name not in kept])
    prefer(solver, _list_wishes(judged, kept))
    solver.check()
    model = solver.model()
    return CounterPerson(
        known=tuple(_say_known(judged, model, kept, Words(judged.guideline, prover.settings))),
        care_status=_find_status(judged, model),
        broken=tuple(_list_broken(judged, model, breach)),
        item=breach.item,
    )


def list_flags(judged: Judged, term: Term) -> dict[str, Term]:
    """What may be known of a person in this term: facts, medicines with an open end, planned medicines."""
    facts = {
        f"known{MARK}{name}": judged.everybody.find_fact(name).known for name in list_facts(term)
    }
    more = {
        name: z3.Bool(name)
        for name in list_names(term)
        if name.partition(MARK)[0] in ("open", "planned")
    }
    return dict(sorted((facts | more).items()))


def _list_wishes(judged: Judged, kept: frozenset[str]) -> Iterator[list[Term]]:
    """Groups of wishes: "no" before "yes", single numbers before ranges, round ones near what is compared."""
    marks = list_marks(judged)
    for name in sorted(kept):
        sort, _, what = name.partition(MARK)
        if sort == "known":
            fact = judged.everybody.find_fact(what)
            if fact.shape.gives == "yes-no":
                yield [z3.Not(fact.truth)]
            elif fact.shape.gives == "word":
                yield [fact.word == at for at in range(len(judged.everybody.words) + 1)]
            else:
                yield [fact.low == fact.high]
                near = _list_round(marks.get(what, []))
                yield [z3.And(fact.low == value, fact.high == value) for value in near]


def _list_round(marks: list[int]) -> list[int]:
    """The marks, and whole numbers on both sides of each."""
    near = {mark + step for mark in marks for step in (0, -ONE, ONE, -mark // 2)}
    return sorted(value for value in near if value >= 0)


def list_marks(judged: Judged) -> dict[str, list[int]]:
    """Fact → the ticks it is compared with anywhere in the guideline."""
    found: dict[str, list[int]] = {}
    waiting: list[Tree] = list(judged.guideline.program.trees.values())
    while waiting:
        tree = waiting.pop()
        waiting.extend(tree.children)
        if tree.fact and tree.op not in ("FACT", "IN"):
            to = tree.ticks if tree.ticks is not None else judged.everybody.find_parameter(tree.to)
            found.setdefault(tree.fact, []).extend([] if to is None else [to])
    return found


def _say_known(judged: Judged, model: Model, kept: frozenset[str], words: Words) -> Iterator[str]:
    concepts = judged.guideline.vocabulary.concepts
    for name in sorted(kept):
        sort, _, what = name.partition(MARK)
        if sort == "open":
            yield f"{concepts[what].name}: recorded without an end"
        elif sort == "planned":
            yield f"{concepts[what].name}: planned"
        else:
            says = words.fill(judged.guideline.facts[what].says)
            yield f"{says}: {_say_value(judged, model, judged.everybody.find_fact(what))} ({what})"


def _say_value(judged: Judged, model: Model, fact: FactTerms) -> str:
    if fact.shape.gives == "yes-no":
        return "yes" if z3.is_true(model.eval(fact.truth, model_completion=True)) else "no"
    if fact.shape.gives == "word":
        number = model.eval(fact.word, model_completion=True).as_long()
        words = {at: word for word, at in judged.everybody.words.items()}
        return words.get(number, "another word")
    low, high = (model.eval(end, model_completion=True).as_long() for end in (fact.low, fact.high))
    ends = (None if low <= OPEN_LOW else low, None if high >= OPEN_HIGH else high)
    return say_quantity(format_interval(*ends, fact.shape.unit))


def _find_status(judged: Judged, model: Model) -> str:
    names = [entry.care_status for entry in judged.guideline.care_statuses]
    holding = (name for name in names if z3.is_true(_ask(model, judged.find_status(name))))
    return next(holding, "")


def _list_broken(judged: Judged, model: Model, breach: Breach) -> Iterator[tuple[str, str]]:
    for name, wrong in breach.parts.items():
        if z3.is_true(_ask(model, wrong)):
            shown = (
                item
                for item in OUTCOMES
                if z3.is_true(_ask(model, judged.find_outcome(name, item)))
            )
            yield name, next(shown, "")


def _ask(model: Model, term: Term) -> Term:
    """A term for this person; what the model leaves open counts as unknown or no."""
    return model.eval(term, model_completion=True)
