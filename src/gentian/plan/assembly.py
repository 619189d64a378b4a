"""Make one person's plan: answers → outcomes → doses, calendar and gaps (design 6 and 7).

Same record, guideline, overlay, country and index time give the same plan: nothing here reads a
clock, a network or the order of a set.
"""

from __future__ import annotations

from dataclasses import replace

from gentian import __version__
from gentian.chart.entries import cut_chart
from gentian.chart.events import Chart
from gentian.dosing.body import read_body
from gentian.engine.answers import Answers
from gentian.engine.explanation import Explainer
from gentian.engine.gaps import GapFinder
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.dates import format_minute
from gentian.language.model import Guideline

from .catalogue import Catalogue, find_catalogue
from .citations import list_citations
from .diagnosis import find_care_status, find_genetic_class, list_diagnoses
from .doses import Doses
from .errors import UsageError
from .forecast import find_forecast
from .freshness import describe_overdue
from .judgement import OFFERED
from .look_alikes import LookAlikeWriter
from .medicines import Medicines
from .model import GuidelineLine, Plan, Statement
from .outcomes import Judge
from .person import describe_person, describe_reading
from .problems import list_problems
from .questions import list_targets
from .regimen import list_instead, sort_statements
from .relatives import Family
from .response import add_judgements, list_responses
from .statements import StatementWriter
from .timetable import make_calendar
from .vaccine_doses import VaccineDoses
from .vaccines import VaccineAdviser
from .variants import list_variants
from .visits import Visits
from .words import Words

PRINTED = (*OFFERED, "blocked")


def make_plan(guideline: Guideline, chart: Chart, *, as_of: int | None, settings: Settings) -> Plan:
    """The plan of one person at `as_of` (minutes), or at the index time the record itself states.

    Raises UsageError without any index time, EngineError when two evaluations of the guideline
    differ, GuidelineError when a dose of the guideline cannot be read.
    """
    chart, index, settings = settle(guideline, chart, as_of, settings)
    return assemble(guideline, chart, answer(guideline, chart, index, settings), settings)


def settle(
    guideline: Guideline, chart: Chart, as_of: int | None, settings: Settings
) -> tuple[Chart, int, Settings]:
    """The chart as it counts at the index time, that time, and the settings.

    What the user gave comes first, else what the record says. Results after the index time are
    ignored and listed; planned things stay planned. Raises UsageError without any index time.
    """
    index = as_of if as_of is not None else chart.as_of
    if index is None:
        raise UsageError(
            "the record states no time it is to be read at",
            "give one: --as-of 2026-11-23, or `as_of:` in the form",
        )
    if settings.country is None and chart.person.country:
        settings = replace(settings, country=chart.person.country)
    return cut_chart(chart, index, guideline.vocabulary), index, settings


def assemble(guideline: Guideline, chart: Chart, answers: Answers, settings: Settings) -> Plan:
    """The plan from answers that are already there."""
    catalogue = find_catalogue(guideline)
    words = Words(guideline, settings)
    explainer = Explainer(guideline, chart, answers, settings)
    medicines = Medicines(guideline, catalogue, chart, answers)
    body = read_body(guideline, chart, answers)
    care = find_care_status(guideline, answers, explainer, words)
    judge = Judge(guideline, catalogue, answers, medicines, care.status, words.say)
    judgements = judge.judge()
    doses = Doses(guideline, chart, answers, body, settings, words)
    instead = list_instead(catalogue, judgements, words)
    writer = StatementWriter(explainer, words, medicines, doses, instead)
    diagnosis = list_diagnoses(guideline, answers, explainer, words)
    problems = list_problems(guideline, answers, explainer)
    responses = list_responses(guideline, answers, explainer, medicines, words)
    statements = sort_statements([writer.write(item) for item in judgements.values()], problems)
    relatives, about_relatives = Family(guideline, chart, answers, writer, judge).write()
    proposed = _list_proposed(catalogue, statements, medicines)
    visits = Visits(guideline, catalogue, chart, answers)
    calendar = make_calendar(guideline, catalogue, visits, proposed, words)
    given = VaccineDoses(guideline, chart, answers, settings)
    adviser = VaccineAdviser(guideline, catalogue, given, explainer, medicines, words)
    vaccines = adviser.advise(proposed)
    look_alikes = LookAlikeWriter(guideline, explainer, words, statements).write()
    calendar = add_judgements(calendar, responses)
    targets = list_targets(guideline, answers, judgements, statements)
    variants = list_variants(guideline, chart)
    forecast = find_forecast(guideline, chart, answers, settings)
    return Plan(
        gentian=__version__,
        guideline=GuidelineLine(
            version=guideline.version,
            hash=guideline.hash,
            overlay=settings.overlay_name,
            country=settings.country or "",
        ),
        as_of=format_minute(answers.index),
        person=describe_person(chart, answers, body, medicines),
        reading=describe_reading(chart),
        assumptions=_list_assumptions(statements),
        diagnosis=diagnosis,
        genetic_class=find_genetic_class(guideline, answers, explainer),
        variants=variants,
        care_status=care,
        emergencies=_pick([item for item in statements if item.emergency]),
        standing_plans=_pick([item for item in statements if item.standing]),
        look_alikes=look_alikes,
        problems=problems,
        response=responses,
        statements=[*statements, *about_relatives],
        calendar=calendar,
        gaps=GapFinder(guideline, explainer).find(targets),
        vaccines=vaccines,
        review=catalogue.review + describe_overdue(guideline, answers.index),
        relatives=relatives,
        forecast=forecast,
        sources=list_citations(
            catalogue,
            diagnosis.values(),
            look_alikes,
            [*statements, *about_relatives],
            calendar,
            variants,
            vaccines,
            responses,
            [forecast] if forecast is not None else [],
            [other for item in responses for other in item.others],
            [state for item in relatives for state in (item.variant, item.health, item.donor)],
        ),
    )


def _list_proposed(
    catalogue: Catalogue, statements: list[Statement], medicines: Medicines
) -> frozenset[str]:
    """Medicines that are offered and not on: their schedules are shown "if started"."""
    return frozenset(
        item.medicine
        for item in statements
        if item.id in catalogue.treating
        and item.outcome in OFFERED
        and not item.preview
        and medicines.is_on(item.medicine) is not True
    )


def _pick(statements: list[Statement]) -> list[str]:
    """Ids of those that are shown, the most urgent first."""
    shown = [item for item in statements if item.outcome in PRINTED and not item.folded]
    return [item.id for item in sorted(shown, key=lambda item: (item.urgency, item.id))]


def _list_assumptions(statements: list[Statement]) -> list[str]:
    """One line for each thing assumed, most urgent first; a question assumes nothing."""
    assumed = [
        item for item in statements if item.assumed and not item.folded and item.kind != "ask"
    ]
    assumed.sort(key=lambda item: (item.urgency, item.id))
    return [f"{item.id}: {item.assumed}" for item in assumed]
