"""When no dose is considered: the refusals of the consult, what the guideline holds, strong interactions.

A refusal says why, what would mend it, and from where; the label's arithmetic is not shown either (exit 15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gentian.chart.events import Chart
from gentian.engine.answers import Answers
from gentian.language.dates import format_minute
from gentian.language.model import Guideline, Interaction, StatementEntry

from .companions import Influence, find_row, is_strong
from .individual import Setting, is_valid
from .report import Said
from .rules import Rules

HOLDING = ("hold", "discontinue")


def list_refusals(
    guideline: Guideline,
    chart: Chart,
    answers: Answers,
    influences: Iterable[Influence],
    setting: Setting,
    fill: Callable[[str], str],
) -> list[Said]:
    """Why no dose is considered for this person; empty when nothing stands against it.

    fill: a sentence → with the values of this centre.
    """
    rules, index = setting.rules, setting.history.index
    found = [
        *_list_own(answers, rules, fill),
        *_list_held(guideline, answers, rules, fill),
        *_list_toxic(setting),
        *_list_strong(guideline, influences, index, rules, fill),
        *_list_planned(guideline, chart, rules),
    ]
    return list({item.id: item for item in found}.values())


def list_unknowns(
    guideline: Guideline, answers: Answers, rules: Rules, fill: Callable[[str], str]
) -> list[Said]:
    """Refusals that could not be told, where the entry wants that said."""
    criteria = guideline.criteria
    return [
        Said(
            id=f"unknown-{item.when.replace('_', '-')}",
            kind="question",
            says=fill(item.asks)
            or f"Not on record, yes or no, and it would forbid a dose: {fill(criteria[item.when].says)}",
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
            unsure = "" if answer else "It is not on record whether this holds, so it is taken to: "
            yield Said(
                id=item.when.replace("_", "-"),
                kind="refusal",
                says=unsure + fill(item.says),
                mend=("" if answer else "Record it. ") + fill(item.mend),
                cites=list(item.cites),
            )


def _list_toxic(setting: Setting) -> Iterator[Said]:
    """A toxic trough that nobody repeated does not grow harmless with age, nor by its unit."""
    rules = setting.rules
    valid = [level for level in setting.levels if is_valid(level)]
    if not valid or valid[-1].below or valid[-1].value < rules.number("toxic_from"):
        return
    says = (
        f"The last trough on record, {valid[-1].printed} of {format_minute(valid[-1].minute)[:10]}"
    )
    yield Said(
        id="toxic-level",
        kind="refusal",
        says=f"{says}, is {rules.say('toxic_from')} or more: no dose is proposed before it is repeated.",
        mend=f"Check the sample and the unit; repeat in {rules.say('after_toxic_from')} to "
        f"{rules.say('after_toxic_until')}.",
        cites=rules.cites("toxic_from"),
        place=valid[-1].source.place,
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
    guideline: Guideline,
    influences: Iterable[Influence],
    index: float,
    rules: Rules,
    fill: Callable[[str], str],
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
            mend=_say_instead(one.row)
            if one.is_on(index) or not one.row.after
            else fill(one.row.after),
            cites=[*one.row.cites, *rules.cites("strong_ratio")],
            place=one.companion.source.place,
        )


def _list_planned(guideline: Guideline, chart: Chart, rules: Rules) -> Iterator[Said]:
    """A strong one that is only planned: now is the time to choose another (TV-07, HZ-07)."""
    concepts = guideline.vocabulary.concepts
    for event in chart.events:
        row = find_row(guideline, event.what, rules) if event.status == "planned" else None
        if row is None or event.about is not None or not is_strong(row, rules):
            continue
        name = concepts[event.what].name
        yield Said(
            id=f"strong-interaction-{event.what}",
            kind="refusal",
            says=f"{name[0].upper()}{name[1:]} is planned: it would move the level too far and too unevenly "
            "for any dose to be considered.",
            mend=_say_instead(row),
            cites=[*row.cites, *rules.cites("strong_ratio")],
            place=event.source.place,
        )


def _say_instead(row: Interaction) -> str:
    return f"Instead: {row.alternative}" if row.alternative else "Ask a specialist."
