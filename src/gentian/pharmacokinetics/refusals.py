"""When no dose is considered: the refusals of the consult, what the guideline holds, strong interactions.

A refusal says why, what would mend it, and from where; the label's arithmetic is not shown either (exit 15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gentian.engine.answers import Answers
from gentian.language.model import Guideline, StatementEntry

from .companions import Influence
from .report import Said
from .rules import Rules

HOLDING = ("hold", "discontinue")


def list_refusals(
    guideline: Guideline,
    answers: Answers,
    influences: Iterable[Influence],
    rules: Rules,
    index: float,
    fill: Callable[[str], str],
) -> list[Said]:
    """Why no dose is considered for this person; empty when nothing stands against it.

    fill: a sentence → with the values of this centre.
    """
    found = [
        *_list_own(answers, rules, fill),
        *_list_held(guideline, answers, rules, fill),
        *_list_strong(guideline, influences, rules, index),
    ]
    return list({item.id: item for item in found}.values())


def list_unknowns(answers: Answers, rules: Rules, fill: Callable[[str], str]) -> list[Said]:
    """Refusals that could not be told, where the entry wants that said."""
    return [
        Said(
            id=f"unknown-{item.when.replace('_', '-')}",
            kind="question",
            says=fill(item.asks or item.says),
            mend="Record it either way.",
            cites=list(item.cites),
        )
        for item in rules.entry.refusals
        if item.if_unknown == "say" and answers.criteria.get(item.when) is None
    ]


def _list_own(answers: Answers, rules: Rules, fill: Callable[[str], str]) -> Iterator[Said]:
    for item in rules.entry.refusals:
        answer = answers.criteria.get(item.when)
        if answer is True or (answer is None and item.if_unknown == "refuse"):
            yield Said(
                id=item.when.replace("_", "-"),
                kind="refusal",
                says=fill(item.says),
                mend=fill(item.mend),
                cites=list(item.cites),
            )


def _list_held(
    guideline: Guideline, answers: Answers, rules: Rules, fill: Callable[[str], str]
) -> Iterator[Said]:
    """What the guideline holds, stops or forbids for this person: a dose beside it would contradict it."""
    medicine = rules.entry.medicine
    for name, statement in guideline.statements.items():
        if answers.statements.get(name) is True and _stops(statement, medicine, guideline):
            yield Said(
                id=name, kind="refusal", says=fill(statement.says), cites=list(statement.cites)
            )


def _stops(statement: StatementEntry, medicine: str, guideline: Guideline) -> bool:
    members = guideline.vocabulary.members.get(statement.medicine, ())
    if statement.phase == "start" or medicine not in members or statement.each != "person":
        return False
    return statement.kind in HOLDING or (statement.kind == "do-not-start" and statement.absolute)


def _list_strong(
    guideline: Guideline, influences: Iterable[Influence], rules: Rules, index: float
) -> Iterator[Said]:
    concepts = guideline.vocabulary.concepts
    for one in influences:
        if not one.strong or not (one.is_on(index) or one.is_fading(index)):
            continue
        name = concepts[one.medicine].name
        state = "is taken" if one.is_on(index) else "was stopped lately and still acts"
        yield Said(
            id=f"strong-interaction-{one.medicine}",
            kind="refusal",
            says=f"{name[0].upper()}{name[1:]} {state}: it moves the level too far and too unevenly "
            "for any dose to be considered.",
            mend=(one.row.alternative and f"Instead: {one.row.alternative}") or "Ask a specialist.",
            cites=[*one.row.cites, *rules.cites("strong_ratio")],
            place=one.companion.source.place,
        )
