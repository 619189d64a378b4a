"""What is said of each relative of the record: carries the variant, is ill, may be a donor, needs what.

Every word comes from the guideline: the states of the three columns, and the statements `each: relative`.
A relative is not the patient of this record, so nothing here has a dose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec.structs import replace as change

from gentian.chart.events import Chart, Event
from gentian.engine.answers import Answers, RelativeAnswers
from gentian.engine.binding import find_relation
from gentian.engine.explanation import Explainer
from gentian.language.dates import format_date
from gentian.language.model import Guideline

from .judgement import SILENT
from .model import Relative, RelativeState, Statement
from .outcomes import Judge
from .statements import StatementWriter

COLUMNS = ("variant", "health", "donor")
BORN, DIED, RELATION = "born", "died", "relation"


def join_answers(answers: Answers, about: RelativeAnswers) -> Answers:
    """The person's answers with those about one relative beside them, as the explanation needs them."""
    criteria = {**answers.criteria, **about.criteria}
    prefix = "statement:"
    statements = {
        k.removeprefix(prefix): v for k, v in about.criteria.items() if k.startswith(prefix)
    }
    return replace(
        answers,
        facts={**answers.facts, **about.facts},
        criteria=criteria,
        statements={**answers.statements, **statements},
    )


class Family:
    """Writes the relatives of one plan."""

    def __init__(
        self,
        guideline: Guideline,
        chart: Chart,
        answers: Answers,
        writer: StatementWriter,
        judge: Judge,
    ) -> None:
        self.guideline, self.chart, self.answers = guideline, chart, answers
        self.writer, self.judge = writer, judge
        self.entries = [e for e in guideline.statements.values() if e.each == "relative"]

    def write(self) -> tuple[list[Relative], list[Statement]]:
        """The relatives, nearest first, and the statements about them, most urgent first."""
        if not self.guideline.relative_states:  # an older guideline says nothing of relatives
            return [], []
        relatives, statements = [], []
        for name in sorted(self.answers.relatives, key=self._order):
            answers = join_answers(self.answers, self.answers.relatives[name])
            explainer = Explainer(
                self.guideline, self.chart, answers, self.writer.explainer.settings, about=name
            )
            needs = [change(item, item=name) for item in self._judge(answers, explainer)]
            needs.sort(key=lambda item: (item.urgency, item.id))
            relatives.append(self._describe(name, answers, explainer, needs))
            statements += needs
        return relatives, statements

    def _order(self, name: str) -> tuple[int, str]:
        """As the vocabulary lists relations: parents, brothers and sisters, children, further ones."""
        words = self.guideline.vocabulary.concepts[RELATION].words
        relation = find_relation(name)
        return (words.index(relation) if relation in words else len(words)), name

    def _judge(self, answers: Answers, explainer: Explainer) -> Iterator[Statement]:
        judge, writer = self.judge.about(answers), self.writer.about(explainer)
        for entry in self.entries:
            judgement = judge.judge_one(entry)
            if judgement.outcome not in SILENT:
                yield writer.write(judgement)

    def _describe(
        self, name: str, answers: Answers, explainer: Explainer, needs: list[Statement]
    ) -> Relative:
        facts = answers.facts
        states = {column: self._find_state(column, answers, explainer) for column in COLUMNS}
        died = facts["relative_died"].truth if "relative_died" in facts else None
        return Relative(
            id=name,
            relation=find_relation(name).replace("-", " "),
            sex=_read_word(answers, "relative_sex"),
            born=self._find_date(name, BORN),
            died=self._find_date(name, DIED) or ("yes" if died else ""),
            hla=_read_word(answers, "relative_hla"),
            needs=[f"{item.id}:{name}" for item in needs],
            **states,
        )

    def _find_state(self, column: str, answers: Answers, explainer: Explainer) -> RelativeState:
        """The first state of a column that is true; the last one has no condition."""
        for entry in self.guideline.relative_states:
            key = f"relative_state:{column}:{entry.relative_state}"
            if entry.column != column or (entry.when and answers.criteria[key] is not True):
                continue
            return RelativeState(
                state=entry.relative_state,
                says=self.writer.words.fill(entry.says),
                plainly=self.writer.words.fill(entry.plainly),
                clears=entry.clears,
                because=explainer.list_reasons(key) if entry.when else [],
                cites=list(entry.cites),
            )
        return RelativeState(state="", says="")

    def _find_date(self, name: str, what: str) -> str:
        """The date of a birth or death as recorded; of several the latest entry's."""
        found = [event for event in self.chart.events if _is_about(event, name, what)]
        return format_date(max(event.starts for event in found)) if found else ""


def _is_about(event: Event, name: str, what: str) -> bool:
    return event.about == name and event.what == what and event.present is True


def _read_word(answers: Answers, fact: str) -> str:
    value = answers.facts.get(fact)
    return (value.word or "") if value is not None else ""
