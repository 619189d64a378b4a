"""The guideline's own dose for this body: what stands alone where there is no level."""

from __future__ import annotations

from gentian.chart.events import Chart
from gentian.dosing.body import Body
from gentian.dosing.calculation import calculate_dose
from gentian.dosing.circumstances import find_allergies, measure_ages
from gentian.dosing.obstacles import Circumstances
from gentian.engine.answers import Answers
from gentian.engine.explanation import fill
from gentian.engine.settings import Settings
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline


def describe_protocol(
    guideline: Guideline,
    consult: ConsultEntry,
    chart: Chart,
    answers: Answers,
    settings: Settings,
    body: Body,
) -> str:
    """The dose record of the entry, worked out for this body, on one line; or why no amount is shown."""
    record = guideline.doses[consult.dose]

    def say(name: str) -> str:
        entry = guideline.criteria.get(name) or guideline.facts.get(name)
        text = entry.says if entry is not None else name.replace("_", " ")
        return fill(text, guideline, settings).rstrip(".")

    circumstances = Circumstances(
        index=answers.index,
        criteria=answers.criteria,
        say=say,
        fact_ages=measure_ages(record, chart, answers),
        country=settings.country,
        sex=chart.person.sex,
        allergies=find_allergies(guideline, chart, answers.index),
    )
    return calculate_dose(record, body, circumstances, guideline.vocabulary).text
