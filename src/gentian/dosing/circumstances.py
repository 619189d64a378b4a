"""What a dose depends on besides the body, read from a person's answers: ages of facts, allergies."""

from __future__ import annotations

from gentian.chart.events import Chart
from gentian.engine.answers import Answers
from gentian.language.model import DoseRecord, Guideline


def find_allergies(guideline: Guideline, chart: Chart, index: int) -> frozenset[str]:
    """Allergies of the person on record and not known to have ended; a suspected one counts."""
    concepts = guideline.vocabulary.concepts
    return frozenset(
        event.what
        for event in chart.events
        if concepts[event.what].sort == "allergy"
        and event.about is None
        and event.present is not False
        and event.starts[0] <= index <= event.ends[1]
    )


def measure_ages(record: DoseRecord, chart: Chart, answers: Answers) -> dict[str, int | None]:
    """Minutes since each fact that a dose needs was taken; None where it is unknown."""
    return {needed.fact: _measure_age(needed.fact, chart, answers) for needed in record.needs}


def _measure_age(name: str, chart: Chart, answers: Answers) -> int | None:
    fact = answers.facts.get(name)
    if fact is None or not fact.known:
        return None
    starts = [chart.events[at].starts[0] for at in fact.events]
    return answers.index - max(starts) if starts else 0
