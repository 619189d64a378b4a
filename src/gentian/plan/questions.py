"""What is worth asking: every condition whose answer would change the plan, with its urgency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gentian.engine.answers import Answers
from gentian.engine.gaps import Target
from gentian.language.model import Guideline

from .doses import list_missing_sizes
from .judgement import OFFERED, Judgement
from .model import Statement

STATUS_URGENCY = 2
STANDARD_URGENCY = 3
PROBLEM_URGENCY = 3


def list_targets(
    guideline: Guideline,
    answers: Answers,
    judgements: Mapping[str, Judgement],
    statements: list[Statement],
) -> list[Target]:
    """Undecided statements and their checks, doses without a size, problems, standards, care status."""
    return [
        *_list_statements(guideline, answers, judgements),
        *_list_doses(guideline, answers, statements),
        *_list_diagnosis(guideline, answers),
    ]


def _list_statements(
    guideline: Guideline, answers: Answers, judgements: Mapping[str, Judgement]
) -> Iterator[Target]:
    for name, item in judgements.items():
        if not item.is_shown or item.entry.if_unknown == "silent":
            continue
        if item.answer is None:
            sizes = _list_sizes(guideline, answers, item.entry.dose)
            yield Target(f"statement:{name}", name, item.entry.urgency, sizes)
        elif item.outcome in OFFERED:
            for check in item.entry.checks:
                if answers.criteria.get(check) is None:
                    yield Target(check, name, item.entry.urgency)


def _list_sizes(guideline: Guideline, answers: Answers, dose: str) -> tuple[str, ...]:
    """What a dose would need that is not known: asked for early, because nothing replaces it."""
    needs = guideline.doses[dose].needs if dose else []
    return tuple(need.fact for need in needs if not answers.facts[need.fact].known)


def _list_doses(
    guideline: Guideline, answers: Answers, statements: list[Statement]
) -> Iterator[Target]:
    for item in statements:
        if item.dose is not None:
            record = guideline.doses[item.dose.id]
            facts = list_missing_sizes(item.dose, record, answers)
            if facts:
                yield Target("", f"dose {record.dose}", item.urgency, facts)
            for gate in record.gates:
                if answers.criteria.get(gate) is None:
                    yield Target(gate, f"dose {record.dose}", item.urgency)


def _list_diagnosis(guideline: Guideline, answers: Answers) -> Iterator[Target]:
    for entry in guideline.care_statuses:
        key = f"care_status:{entry.care_status}"
        if entry.when and answers.criteria.get(key) is None:
            yield Target(key, f"care status {entry.care_status}", STATUS_URGENCY)
    for standard in guideline.standards:
        for name in (standard.definitive, standard.at_least_probable, standard.met):
            if name and answers.criteria.get(name) is None:
                yield Target(name, f"diagnosis by {standard.name}", STANDARD_URGENCY)
    for problem in guideline.problems:
        key = f"problem:{problem.problem}"
        if answers.criteria.get(key) is None:
            yield Target(key, problem.name, PROBLEM_URGENCY)
