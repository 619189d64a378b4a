"""Diagnosis labels by each standard, the genetic class, and the care status (design 5)."""

from __future__ import annotations

from gentian.engine.answers import Answers
from gentian.engine.explanation import Explainer, Leaf
from gentian.language.model import Guideline, Standard

from .model import CareStatus, Diagnosis, GeneticClass, Item, Qualifier
from .words import Words

UNKNOWN_STATUS = "under-investigation"
LABELS = {
    "definitive": "definitive",
    "probable": "probable",
    "met": "met",
    "not-met": "not met",
    "cannot-tell": "cannot tell",
}
PENDING = "probable, primary pending"


def list_diagnoses(
    guideline: Guideline, answers: Answers, explainer: Explainer, words: Words
) -> dict[str, Diagnosis]:
    """The label of every standard, by its id."""
    return {
        standard.standard: _label(standard, answers, explainer, words)
        for standard in guideline.standards
    }


def _label(standard: Standard, answers: Answers, explainer: Explainer, words: Words) -> Diagnosis:
    answer, label, because, missing = judge_standard(standard, answers)
    qualifiers = []
    if answer not in ("not-met", "cannot-tell"):
        qualifiers = _list_qualifiers(standard, answers, words)
    return Diagnosis(
        standard=standard.standard,
        name=standard.name,
        answer=answer,
        label=label,
        qualifiers=qualifiers,
        items=_list_items(standard, answers, explainer, words),
        because=explainer.list_reasons(because) if because else [],
        missing=explainer.list_reasons(missing) if missing else [],
        cites=list(standard.cites),
    )


def judge_standard(standard: Standard, answers: Answers) -> tuple[str, str, str, str]:
    """(answer, label, criterion that decides, criterion that is still open); "" for none."""
    if standard.met:
        met = answers.criteria[standard.met]
        word = {True: "met", False: "not-met", None: "cannot-tell"}[met]
        decided, still_open = (standard.met, "") if met is not None else ("", standard.met)
        return word, LABELS[word], decided, still_open
    definitive = answers.criteria[standard.definitive]
    probable = answers.criteria[standard.at_least_probable]
    if definitive:
        return "definitive", LABELS["definitive"], standard.definitive, ""
    if probable:
        still_open = standard.definitive if definitive is None else ""
        label = PENDING if still_open else LABELS["probable"]
        return "probable", label, standard.at_least_probable, still_open
    if probable is None:
        return "cannot-tell", LABELS["cannot-tell"], "", standard.at_least_probable
    return "not-met", LABELS["not-met"], standard.at_least_probable, ""


def _list_qualifiers(standard: Standard, answers: Answers, words: Words) -> list[Qualifier]:
    return [
        Qualifier(id=item.id, says=words.fill(item.says))
        for item in standard.qualifiers
        if answers.criteria.get(f"qualifier:{standard.standard}:{item.id}") is True
    ]


def _list_items(
    standard: Standard, answers: Answers, explainer: Explainer, words: Words
) -> list[Item]:
    """The criteria of the standard, ticked, crossed or open."""
    criteria = explainer.guideline.criteria
    return [
        Item(
            criterion=item.criterion,
            says=words.say(item.criterion),
            group=item.group,
            answer=answers.criteria[item.criterion],
            because=explainer.list_reasons(item.criterion),
            cites=list(criteria[item.criterion].cites),
        )
        for item in standard.items
    ]


def find_genetic_class(
    guideline: Guideline, answers: Answers, explainer: Explainer
) -> GeneticClass:
    """The first class that is true; unknown while an earlier one is unknown."""
    for entry in guideline.genetic_classes:
        key = f"genetic_class:{entry.genetic_class}"
        answer = answers.criteria.get(key)
        if answer is None:
            break
        if answer:
            reasons = explainer.list_reasons(key)
            return GeneticClass(
                id=entry.genetic_class, name=entry.name, answer="known", because=reasons
            )
    return GeneticClass(id="unknown", name="genetic class not known", answer="unknown")


def find_care_status(
    guideline: Guideline, answers: Answers, explainer: Explainer, words: Words
) -> CareStatus:
    """The first entry by rank that is true, else the one without a condition.

    missing: what the entries before it still wait for.
    """
    waiting: list[Leaf] = []
    for entry in guideline.care_statuses:
        key = f"care_status:{entry.care_status}"
        answer = answers.criteria.get(key) if entry.when else False
        if answer is None:
            waiting += explainer.list_reasons(key)
        if answer:
            return CareStatus(
                status=entry.care_status,
                says=words.fill(entry.says),
                because=explainer.list_reasons(key),
                missing=_unique(waiting),
            )
    for entry in guideline.care_statuses:
        if not entry.when:
            return CareStatus(
                status=entry.care_status, says=words.fill(entry.says), missing=_unique(waiting)
            )
    return CareStatus(status=UNKNOWN_STATUS, says="", missing=_unique(waiting))


def _unique(leaves: list[Leaf]) -> list[Leaf]:
    return list({(leaf.fact, leaf.condition): leaf for leaf in leaves}.values())
