"""The consult: one person's doses and levels in, what they say and which doses may be considered out.

Order of what decides: refusals, then questions that block, then eligible models, then levels. With no valid
level the guideline's own dose stands alone. The label's proportional dose is always beside the forecast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from msgspec.structs import replace as change

from gentian import __version__
from gentian.chart.events import Chart
from gentian.dosing.body import read_body
from gentian.dosing.circumstances import find_allergies
from gentian.engine.answers import Answers
from gentian.engine.binding import find_parameter
from gentian.engine.explanation import fill
from gentian.engine.settings import Settings
from gentian.language.dates import format_date, format_minute
from gentian.language.errors import GuidelineError
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline

from .adherence import find_adherence
from .advice import Choice, choose, count_valid, explain_difference, list_doubts
from .companions import list_influences
from .eligibility import BESIDE, Candidate, judge_model
from .fan import draw_fan
from .headline import list_summary, say_headline
from .history import History, Level
from .individual import Setting, find_missing, is_valid
from .label import find_label_dose, say_loading
from .lines import (
    describe_intake,
    describe_levels,
    describe_models,
    describe_target,
)
from .mixture import Member, Mixture, combine, fit_member, summarise
from .options import find_limits, list_amounts, make_shelf, thin_out, weigh_option
from .outlook import Outlook, Present, find_present
from .protocol import describe_protocol
from .refusals import list_refusals, list_unknowns
from .report import Adherence, Consult, DoseOption, LabelDose, LevelLine, ModelLine, Said
from .rules import Rules
from .sampling import plan_sample
from .sensitivity import list_sensitivities
from .surprises import Expectation, judge_levels


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asks for. target: low and high in the level's unit; interval: hours between doses."""

    target: tuple[float, float] | None = None
    interval: float | None = None
    model: str | None = None
    zone: str | None = None
    loading: bool = False


class WishError(ValueError):
    """A wish that cannot be met; the message says what was expected."""


def make_consult(
    guideline: Guideline,
    chart: Chart,
    answers: Answers,
    settings: Settings,
    wish: Wish = Wish(),
) -> Consult:
    """The consult of one person at the index time of `answers`.

    chart: as it counts at that time (`plan.assembly.settle`). Raises WishError for an unknown model or
    interval, GuidelineError where a rule of the guideline cannot be read.
    """
    consult = next(iter(guideline.consults.values()))
    return _Consultation(guideline, consult, chart, answers, settings, wish).report()


class _Consultation:
    """The steps of one consult; each attribute is worked out once."""

    def __init__(
        self,
        guideline: Guideline,
        consult: ConsultEntry,
        chart: Chart,
        answers: Answers,
        settings: Settings,
        wish: Wish,
    ) -> None:
        self.guideline, self.consult, self.chart = guideline, consult, chart
        self.answers, self.settings, self.wish = answers, settings, wish
        self.rules = Rules(consult, self._find_value)
        self.body = read_body(guideline, chart, answers)
        self.target = describe_target(guideline, settings, wish.target, self.rules)
        history = read_history(guideline, chart, answers.index, consult, wish.zone)
        self.influences = list_influences(guideline, history, self.rules)
        self.history = self._mind_levels(history)
        self.present = find_present(self.history)
        self.setting = self._make_setting()
        self.refusals = list_refusals(
            guideline, answers, self.influences, self.rules, self.history.index, self.fill
        )
        self.candidates = self._judge_models()
        self.members: dict[str, Member] = {}
        self.models = self._describe_models(None)
        self.expectations: list[Expectation] = []
        self.outliers: list[int] = []

    # -- what is given ----------------------------------------------------------------------------

    def fill(self, text: str) -> str:
        """`{parameter}` → its value, this centre's where it has one."""
        return fill(text, self.guideline, self.settings)

    def _find_value(self, name: str) -> str:
        """A parameter's or figure's value as written. Raises GuidelineError for neither."""
        value = find_parameter(self.guideline, name, self.settings)
        figure = self.guideline.figures.get(name)
        if value is None and figure is not None and isinstance(figure.value, str):
            value = figure.value
        if value is None:
            raise GuidelineError([f"{self.consult.line}: `{name}` is no parameter and no figure"])
        return value

    def _mind_levels(self, history: History) -> History:
        """Mark levels that say nothing about now: too old, or from before another medicine changed."""
        changes = [
            one.companion.starts + one.ramp
            if one.companion.ends is None
            else one.companion.ends + max(one.fades, one.ramp)
            for one in self.influences
            if not one.sized and one.companion.starts <= history.index
        ]
        since = max(changes, default=float("-inf"))
        oldest = history.index - self.rules.number("level_memory")
        levels = [
            replace(level, reasons=(*level.reasons, *_list_past(level, oldest, since)))
            for level in history.levels
        ]
        return replace(history, levels=tuple(levels))

    def _make_setting(self) -> Setting:
        placed = [level for level in self.history.levels if level.placed]
        valid = [level for level in placed if is_valid(level)]
        latest = next(iter([*reversed(valid), *reversed(placed)]), None)
        return Setting(
            consult=self.consult,
            rules=self.rules,
            history=self.history,
            influences=self.influences,
            criteria=self.answers.criteria,
            reference=latest.assay if latest is not None else "",
            form=self.present.form if self.present is not None else "",
        )

    def _judge_models(self) -> list[Candidate]:
        models = [
            model
            for model in self.guideline.models.values()
            if model.medicine == self.consult.medicine and model.analyte == self.consult.level
        ]
        find = partial(find_missing, criteria=self.answers.criteria)
        found = [
            judge_model(model, self.consult, self.history, self.setting.reference, find)
            for model in sorted(models, key=lambda one: (one.rank, one.model))
        ]
        return self._mind_wish(found)

    def _mind_wish(self, candidates: list[Candidate]) -> list[Candidate]:
        """With --model only that one may lead. Raises WishError for one that cannot."""
        wished = self.wish.model
        if wished is None:
            return candidates
        selectable = [one.model.model for one in candidates if one.model.use == "dosing"]
        if wished not in selectable:
            known = next((one.model for one in candidates if one.model.model == wished), None)
            because = f": {known.because}" if known is not None and known.because else ""
            raise WishError(
                f"model {wished[:60]} cannot be chosen{because}; one of {', '.join(selectable)}"
            )
        said = Said(id="not-chosen", kind="note", says="Another model was chosen with --model.")
        return [
            one
            if one.model.model == wished or not one.leads
            else replace(one, eligible=False, reasons=(said,))
            for one in candidates
        ]

    # -- what stands against any dose ----------------------------------------------------------------

    def report(self) -> Consult:
        """The whole consult."""
        if self.refusals:
            return self._report("refused", f"No dose is considered: {self.refusals[0].says}")
        if not any(one.leads for one in self.candidates):
            self.refusals = [self._say_no_model()]
            return self._report("refused", f"No dose is considered: {self.refusals[0].says}")
        if self.present is None:
            says = f"{self._name()} is not being taken on record; the guideline's own dose stands alone."
            return self._report("context", says)
        if any(item.blocks for item in self.history.questions):
            first = next(item for item in self.history.questions if item.blocks)
            return self._report("context", f"Nothing can be said yet: {first.says}")
        return self._forecast(self.present)

    def _name(self) -> str:
        name = self.guideline.vocabulary.concepts[self.consult.medicine].name
        return name[0].upper() + name[1:]

    def _say_no_model(self) -> Said:
        why = [
            f"{one.model.name}: {'; '.join(reason.says for reason in one.reasons)}"
            for one in self.candidates
            if one.model.use == "dosing"
        ]
        return Said(
            id="outside-every-range",
            kind="refusal",
            says="this person lies outside the range of every model that may carry a dose.",
            mend=" · ".join(why),
            cites=["PK-7"],
        )

    # -- the forecast --------------------------------------------------------------------------------

    def _forecast(self, present: Present) -> Consult:
        mixture = self._fit()
        if not mixture.leading:
            says = "no model settled on one answer for these levels."
            self.refusals = [Said(id="not-converged", kind="refusal", says=says, cites=["PK-7"])]
            return self._report("refused", f"No dose is considered: {says}")
        leader = max(mixture.leading, key=lambda one: (one.weight, -one.candidate.model.rank))
        judged = judge_levels(leader, self.setting, self.rules)
        self.expectations, self.outliers = judged.expectations, judged.outliers
        outlook = Outlook(mixture, self.setting, present)
        valid = count_valid(self.setting, self.outliers)
        options = self._weigh_options(outlook) if count_valid(self.setting) else []
        label = self._find_label(present) if options else None
        self.models = self._describe_models(outlook)
        doubts = list_doubts(mixture, self.models, self.setting, present)
        doubts += self._list_wish_doubts(present)
        doubts += self._list_outlier_doubts()
        choice = choose(options, valid, doubts, label, self.rules)
        return self._finish(outlook, leader, choice, options, label, doubts)

    def _fit(self, leave_out: Sequence[int] = ()) -> Mixture:
        speaking = [one for one in self.candidates if one.eligible and one.model.use in BESIDE]
        mixture = combine(
            [fit_member(one, self.setting, leave_out) for one in speaking], self.setting
        )
        if not leave_out:
            self.members = {one.candidate.model.model: one for one in mixture.members}
        return mixture

    def _weigh_options(self, outlook: Outlook) -> list[DoseOption]:
        present, rules = outlook.present, self.rules
        every = self.wish.interval or (present.every if present.even else 24.0)
        surface = float(self.body.surface.value) if self.body.surface is not None else None
        self.limits = find_limits(present, surface, rules)
        self.shelf = make_shelf(
            self.consult.medicine,
            present.form,
            find_allergies(self.guideline, self.chart, self.answers.index),
            self.guideline.vocabulary,
        )
        share = every / 24.0
        amounts = list_amounts(self.shelf, self.limits.least * share, self.limits.most * share)
        if not amounts:
            return []
        weighed = {
            amount: weigh_option(outlook, amount, every, self.target, self.shelf)
            for amount in amounts
        }
        best = max(amounts, key=lambda amount: weighed[amount].inside)
        now = Fraction(present.per_day * share).limit_denominator(1000)
        keep = [best, *([now] if now in weighed else [])]
        return [weighed[amount] for amount in thin_out(amounts, keep)]

    def _find_label(self, present: Present) -> LabelDose | None:
        valid = [level for level in self.setting.levels if is_valid(level)]
        return find_label_dose(valid[-1], present, self.target, self.rules) if valid else None

    def _list_wish_doubts(self, present: Present) -> list[Said]:
        if self.wish.interval is None or self.wish.interval == present.every:
            return []
        says = (
            "Another interval is asked for. Models built from troughs do not know how fast a level "
            "falls within a day, so the switch is shown and nothing is marked."
        )
        return [Said(id="interval-change", kind="warning", says=says, cites=["PK-0"])]

    def _list_outlier_doubts(self) -> list[Said]:
        """An answer that hangs on a level nobody expected is not given before the level is repeated."""
        names = [
            f"{level.printed} of {format_minute(level.minute)[:10]}"
            for level in (self.setting.levels[place] for place in self.outliers)
        ]
        if not names:
            return []
        lies = "lies" if len(names) == 1 else "lie"
        return [
            Said(
                id="outlier",
                kind="warning",
                says=f"{' and '.join(names)} {lies} far from what was expected.",
                mend="Check the time of the sample, the unit and the dose, and repeat the level first.",
                cites=self.rules.cites("outlier_residual"),
            )
        ]

    def _compare_without(self, outlook: Outlook) -> list[Said]:
        """The trough on the present dose with and without the levels that lie far off."""
        if not self.outliers:
            return []
        present, unit = outlook.present, self.target.unit
        sides = [("With", outlook)]
        without = self._fit(self.outliers)
        if without.leading:
            sides.append(("Without", Outlook(without, self.setting, present)))
        lines = []
        for word, one in sides:
            values, weights = one.find_steady(present.amount, present.every)
            trough = summarise(values, weights)
            lines.append(
                f"{word} it, the present dose gives a trough of {trough.q10:.2g} to {trough.q90:.2g} "
                f"{unit} (4 in 5)."
            )
        return [Said(id="outlier-apart", kind="note", says=" ".join(lines))]

    def _finish(
        self,
        outlook: Outlook,
        leader: Member,
        choice: Choice,
        options: list[DoseOption],
        label: LabelDose | None,
        doubts: list[Said],
    ) -> Consult:
        marked = choice.option
        options = [
            self._annotate(marked if marked is not None and one.says == marked.says else one, label)
            for one in options
        ]
        if label is not None and marked is not None:
            label = explain_difference(marked, label, self.setting, self.rules, self.limits.because)
        lines = self._describe_levels(leader)
        protocol = self._describe_protocol()
        headline = say_headline(choice, options, count_valid(self.setting), protocol)
        present = next((one for one in options if one.is_present), None)
        sample = plan_sample(self.setting, self.rules, choice, self.answers.index, self.influences)
        return change(
            self._report(choice.status, headline, doubts),
            summary=list_summary(present, lines, label, sample, self.target, doubts),
            options=options,
            present=present,
            label=label,
            levels=lines,
            adherence=self._find_adherence(leader, outlook.present),
            next_sample=sample,
            figure=draw_fan(outlook, self.setting, lines, marked, self.target, headline),
            sensitivity=[
                *self._compare_without(outlook),
                *list_sensitivities(outlook, self.members, self.candidates, self.target),
            ],
        )

    def _annotate(self, option: DoseOption, label: LabelDose | None) -> DoseOption:
        """Notes of one dose: a second look at a large step, the label's own, a load if asked for."""
        notes, rules = [], self.rules
        step = rules.number("second_look")
        if abs(option.fold - 1.0) > step:
            says = (
                f"More than {rules.say('second_look')} from the present dose: a second look first."
            )
            notes.append(
                Said(id="second-look", kind="note", says=says, cites=rules.cites("second_look"))
            )
        if self.wish.loading and option.mark:
            old = self.present.per_day if self.present is not None else 0.0
            says = say_loading(old, option.per_day, rules)
            notes.append(
                Said(id="loading", kind="note", says=says, cites=rules.cites("loading_factor"))
            )
        near = (
            label is not None and abs(option.per_day - label.per_day) <= 1e-6 + 0.05 * label.per_day
        )
        return change(option, notes=notes, is_label=near)

    def _find_adherence(self, leader: Member, present: Present) -> Adherence | None:
        """Asked only where the latest fitted level is lower than was expected."""
        for found, level in reversed(
            list(zip(self.expectations, self.setting.levels, strict=True))
        ):
            if not is_valid(level):
                continue
            low = found.low and found.share is not None
            if low and (found.share or 1.0) < self.rules.number("adherence_share"):
                return find_adherence(leader, self.setting, present, level, self.rules)
            return None
        return None

    # -- the report ----------------------------------------------------------------------------------

    def _describe_models(self, outlook: Outlook | None) -> list[ModelLine]:
        return describe_models(self.candidates, self.members, outlook, self.rules)

    def _describe_levels(self, leader: Member | None) -> list[LevelLine]:
        model = leader.candidate.model if leader is not None else None
        return describe_levels(
            self.history, self.setting, self.expectations, self.outliers, model, self.rules
        )

    def _report(self, status: str, headline: str, doubts: Sequence[Said] = ()) -> Consult:
        refused = status == "refused"
        said = [*self.refusals, *self._list_questions(), *doubts]
        return Consult(
            gentian=__version__,
            guideline={
                "version": self.guideline.version,
                "hash": self.guideline.hash,
                "overlay": self.settings.overlay_name,
                "country": self.settings.country or "",
            },
            as_of=format_minute(self.answers.index),
            person=self.chart.person.id,
            born=format_date(self.chart.person.born) if self.chart.person.born else "",
            medicine=self.guideline.vocabulary.concepts[self.consult.medicine].name,
            status=status,  # type: ignore[arg-type]
            headline=headline,
            summary=[],
            target=self.target,
            said=said,
            intakes=[describe_intake(item, self.guideline) for item in self.history.intakes],
            levels=self._describe_levels(None),
            models=self.models,
            protocol="" if refused else self._describe_protocol(),
            assumptions=[self.history.zone] if self.history.zone else [],
            sources=[],
            review=str(self.consult.review.state),
        )

    def _describe_protocol(self) -> str:
        return describe_protocol(
            self.guideline, self.consult, self.chart, self.answers, self.settings, self.body
        )

    def _list_questions(self) -> Iterator[Said]:
        yield from list_unknowns(self.answers, self.rules, self.fill)
        for item in self.history.questions:
            yield Said(
                id=item.what,
                kind="question",
                says=item.says,
                mend=item.mend,
                place=item.source.place if item.source is not None else "",
            )


def _list_past(level: Level, oldest: float, since: float) -> Iterator[str]:
    if level.hours < oldest:
        yield "too-old"
    elif level.hours < since:
        yield "before-interaction"
