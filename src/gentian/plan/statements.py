"""Every statement as it is carried in the plan: with its dose, its reasons and what is assumed."""

from __future__ import annotations

from collections.abc import Mapping

from gentian.dosing.dose import Dose
from gentian.engine.explanation import Explainer, Leaf
from gentian.engine.settings import Settings

from .catalogue import Catalogue
from .doses import Doses
from .freshness import describe_due
from .judgement import OFFERED, SILENT, Judgement
from .medicines import Medicines
from .model import Statement
from .outcomes import ANSWERS
from .words import Words

_MOST_NAMED = 3
_MOST_SETTINGS = 16
NO_DOSE_YET = "no dose shown (not decided yet)"


class StatementWriter:
    """Turns judgements into the plan's statements."""

    def __init__(
        self,
        explainer: Explainer,
        words: Words,
        medicines: Medicines,
        doses: Doses,
        instead: Mapping[str, list[str]],
    ) -> None:
        self.explainer, self.words = explainer, words
        self.quiet = find_quiet(medicines.catalogue, explainer.settings)
        self.medicines, self.doses, self.instead = medicines, doses, instead

    def about(self, explainer: Explainer) -> StatementWriter:
        """The same writer, with the reasons of one relative."""
        return StatementWriter(explainer, self.words, self.medicines, self.doses, self.instead)

    def write(self, judgement: Judgement) -> Statement:
        """One statement. What no document prints is the same for everyone and kept."""
        if judgement.outcome not in SILENT:
            return self._write(judgement)
        key = (judgement.entry.statement, judgement.answer, judgement.outcome, judgement.preview)
        known = self.quiet.get(key)
        if known is None:
            known = self.quiet[key] = self._write(judgement)
        return known

    def _write(self, judgement: Judgement) -> Statement:
        """Reasons are worked out only where a document prints them."""
        entry = judgement.entry
        dose = self.doses.find_dose(judgement)
        reasons = self._list_reasons(judgement)
        unknown = judgement.answer is None
        return Statement(
            id=entry.statement,
            problems=list(entry.problems),
            row=entry.row,
            column=entry.column,
            kind=entry.kind,
            phase=entry.phase,
            answer=ANSWERS[judgement.answer],
            outcome=judgement.outcome,
            folded=judgement.folded,
            says=self._say(entry.says, dose),
            medicine=entry.medicine,
            state=self._describe_state(judgement),
            topics=list(entry.topics),
            emergency=entry.emergency,
            standing=entry.standing,
            urgency=entry.urgency,
            preview=judgement.preview,
            absolute=entry.absolute,
            blocked_by=list(judgement.blocked_by),
            checks=list(judgement.checks),
            assumed=say_assumed(reasons) if judgement.outcome == "assumed" else "",
            plainly=self.words.fill(entry.plainly),
            dose=dose,
            because=[] if unknown else reasons,
            missing=reasons if unknown else [],
            instead=list(self.instead.get(entry.statement, ())),
            cites=list(entry.cites),
            strength=entry.strength,
            certainty=entry.certainty,
            review=self._describe_review(judgement),
        )

    def _list_reasons(self, judgement: Judgement) -> list[Leaf]:
        if judgement.outcome in SILENT:
            return []
        return self.explainer.list_reasons(f"statement:{judgement.entry.statement}")

    def _say(self, text: str, dose: Dose | None) -> str:
        if "{dose}" in text:
            text = text.replace("{dose}", dose.text if dose else NO_DOSE_YET)
        return self.words.fill(text)

    def _describe_state(self, judgement: Judgement) -> str:
        name = judgement.entry.medicine
        if not name or not judgement.is_shown:
            return ""
        treating = judgement.entry.statement in self.medicines.catalogue.treating
        return self.medicines.describe_state(name, treating and judgement.outcome in OFFERED)

    def _describe_review(self, judgement: Judgement) -> str:
        """Deviations only; the general state stands once in the header."""
        entry = judgement.entry
        if not judgement.is_shown:
            return ""
        parts = []
        if entry.sources_disagree:
            parts.append(f"sources disagree: {self.words.fill(entry.sources_disagree)}")
        if overdue := describe_due(entry, self.explainer.answers.index):
            parts.append(overdue)
        return "; ".join(parts)


def find_quiet(catalogue: Catalogue, settings: Settings) -> dict[object, Statement]:
    """Statements already written for these settings; a few settings are kept."""
    key = (settings.country, tuple(sorted(settings.overlay.items())))
    if key not in catalogue.quiet:
        if len(catalogue.quiet) >= _MOST_SETTINGS:
            catalogue.quiet.clear()
        catalogue.quiet[key] = {}
    return catalogue.quiet[key]


def say_assumed(missing: list[Leaf]) -> str:
    """`assumed to apply, because not known: working spleen (never recorded)`."""
    named = list(dict.fromkeys(f"{leaf.says} ({leaf.cause})" for leaf in missing))
    more = [f"{len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
    return f"assumed to apply, because not known: {', '.join([*named[:_MOST_NAMED], *more])}"
