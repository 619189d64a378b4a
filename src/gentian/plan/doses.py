"""The dose of a statement for this person, with what the plan knows about giving it."""

from __future__ import annotations

from msgspec.structs import replace

from gentian.chart.events import Chart
from gentian.dosing.body import Body
from gentian.dosing.calculation import calculate_dose
from gentian.dosing.circumstances import find_allergies, measure_ages
from gentian.dosing.dose import Dose
from gentian.dosing.obstacles import Circumstances
from gentian.engine.answers import Answers
from gentian.engine.settings import Settings
from gentian.language.model import DoseRecord, Guideline

from .judgement import Judgement
from .outcomes import PROPOSED
from .words import Words

IF_CONFIRMED = "only once the diagnosis is confirmed"
BLOCKED = "a reason against it stands"
UNDECIDED = "a fact that decides is missing"


class Doses:
    """Calculates doses for one body; each record once for each set of reasons."""

    def __init__(
        self,
        guideline: Guideline,
        chart: Chart,
        answers: Answers,
        body: Body,
        settings: Settings,
        words: Words,
    ) -> None:
        self.guideline, self.chart, self.answers = guideline, chart, answers
        self.body, self.settings, self.words = body, settings, words
        self.allergies = find_allergies(guideline, chart, answers.index)
        self._known: dict[tuple[str, bool, tuple[str, ...]], Dose] = {}

    def find_dose(self, judgement: Judgement) -> Dose | None:
        """The dose of a statement that is offered, withheld or blocked; None for all others."""
        record = self.guideline.doses.get(judgement.entry.dose)
        if record is None or judgement.outcome not in PROPOSED:
            return None
        key = (record.dose, judgement.entry.rescue, _list_reasons(judgement))
        if key not in self._known:
            self._known[key] = self._calculate(record, *key[1:])
        return _mind_boxes(self._known[key], judgement)

    def _calculate(self, record: DoseRecord, rescue: bool, withheld: tuple[str, ...]) -> Dose:
        circumstances = Circumstances(
            index=self.answers.index,
            criteria=self.answers.criteria,
            say=self.words.say,
            fact_ages=measure_ages(record, self.chart, self.answers),
            country=self.settings.country,
            sex=self.chart.person.sex,
            rescue=rescue,
            withheld=withheld,
            monitoring=tuple(self._name_schedules(record)),
            allergies=self.allergies,
        )
        return calculate_dose(record, self.body, circumstances, self.guideline.vocabulary)

    def _name_schedules(self, record: DoseRecord) -> list[str]:
        schedules = self.guideline.schedules
        return [schedules[name].name if name in schedules else name for name in record.monitoring]


def _mind_boxes(dose: Dose, judgement: Judgement) -> Dose:
    """With a box of the statement still open, or a reason to write down, no dose is ready."""
    if dose.tier == "ready" and judgement.checks:
        return replace(dose, tier="indicative")
    return dose


def _list_reasons(judgement: Judgement) -> tuple[str, ...]:
    """Why the plan itself shows no dose; the statement says the reason in full."""
    if judgement.outcome == "blocked":
        return (BLOCKED,)
    if judgement.preview:
        return (IF_CONFIRMED,)
    return (UNDECIDED,) if judgement.outcome == "withheld" else ()


def list_missing_sizes(dose: Dose, record: DoseRecord, answers: Answers) -> tuple[str, ...]:
    """Facts without which a dose could not be calculated: what to ask for."""
    if dose.tier != "withheld":
        return ()
    facts = answers.facts
    wanted = [needed.fact for needed in record.needs]
    return tuple(name for name in wanted if name in facts and not facts[name].known)
