"""What a consult starts from: the history as it counts now, what stands against a dose, which models may speak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite

from gentian.chart.events import Chart
from gentian.dosing.body import Body, read_body
from gentian.engine.answers import Answers
from gentian.engine.binding import find_parameter
from gentian.engine.explanation import fill
from gentian.engine.settings import Settings
from gentian.language.errors import GuidelineError
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline

from .companions import Influence, list_influences
from .eligibility import LEADING, Candidate, judge_model, read_covariates
from .history import History, Level, read_history
from .individual import Setting, find_missing, is_valid, note_put_in
from .outlook import Present, find_present
from .report import Said
from .rules import Rules

HOURLY, WEEKLY = 1.0, 168.0  # between doses; nothing else can be meant


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


def check_wish(wish: Wish) -> None:
    """Raises WishError for a target that is no range, and for an interval that is no time."""
    if wish.target is not None:
        low, high = wish.target
        if not (isfinite(low) and isfinite(high) and 0 < low < high):
            raise WishError(f"target {low:g} to {high:g}: expected two levels, the lower one first")
    if wish.interval is not None and not HOURLY <= wish.interval <= WEEKLY:
        raise WishError(f"interval {wish.interval:g} h: expected {HOURLY:g} to {WEEKLY:g} hours")


@dataclass(frozen=True, slots=True)
class Case:
    """One person before any model is fitted. candidates: by rank, eligible or not."""

    guideline: Guideline
    consult: ConsultEntry
    chart: Chart
    answers: Answers
    settings: Settings
    wish: Wish
    rules: Rules
    body: Body
    history: History
    influences: tuple[Influence, ...]
    present: Present | None
    setting: Setting
    candidates: tuple[Candidate, ...]

    def fill(self, text: str) -> str:
        """`{parameter}` → its value, this centre's where it has one."""
        return fill(text, self.guideline, self.settings)


def read_case(
    guideline: Guideline, chart: Chart, answers: Answers, settings: Settings, wish: Wish
) -> Case:
    """Read a person's record for the consult of the guideline.

    Raises WishError for a wish that cannot be met, GuidelineError where a rule cannot be read, UnknownZone
    for an unknown time zone.
    """
    check_wish(wish)
    consult = next(iter(guideline.consults.values()))
    rules = Rules(consult, partial(find_value, guideline, settings))
    history = read_history(guideline, chart, answers.index, consult, wish.zone)
    influences = list_influences(guideline, history, rules)
    history = mind_levels(history, influences, rules)
    present = find_present(history)
    setting = make_setting(consult, rules, history, influences, present, answers)
    return Case(
        guideline=guideline,
        consult=consult,
        chart=chart,
        answers=answers,
        settings=settings,
        wish=wish,
        rules=rules,
        body=read_body(guideline, chart, answers),
        history=history,
        influences=influences,
        present=present,
        setting=setting,
        candidates=tuple(mind_wish(judge_models(guideline, setting), wish.model)),
    )


def find_value(guideline: Guideline, settings: Settings, name: str) -> str:
    """A parameter's or figure's value as written. Raises GuidelineError for neither."""
    value = find_parameter(guideline, name, settings)
    figure = guideline.figures.get(name)
    if value is None and figure is not None and isinstance(figure.value, str):
        value = figure.value
    if value is None:
        raise GuidelineError([f"`{name}` is no parameter and no figure with one value"])
    return value


def mind_levels(history: History, influences: tuple[Influence, ...], rules: Rules) -> History:
    """Mark levels that say nothing about now: nought, too old, or from before another medicine changed.

    Where the size of an interaction is known the model follows it instead.
    """
    changes = [
        one.settles(history.index)
        for one in influences
        if not one.sized and one.companion.starts <= history.index
    ]
    since = max(changes, default=float("-inf"))
    oldest = history.index - rules.number("level_memory")
    levels = [
        replace(level, reasons=(*level.reasons, *_list_past(level, oldest, since)))
        for level in history.levels
    ]
    return replace(history, levels=tuple(levels))


def _list_past(level: Level, oldest: float, since: float) -> Iterator[str]:
    if level.value <= 0:
        yield "nought"
    if level.hours < oldest:
        yield "too-old"
    elif level.hours < since:
        yield "before-interaction"


def make_setting(
    consult: ConsultEntry,
    rules: Rules,
    history: History,
    influences: tuple[Influence, ...],
    present: Present | None,
    answers: Answers,
) -> Setting:
    """What all models share; the forecast speaks in the assay of the latest valid level."""
    placed = [level for level in history.levels if level.placed]
    valid = [level for level in placed if is_valid(level)]
    latest = next(iter([*reversed(valid), *reversed(placed)]), None)
    return Setting(
        consult=consult,
        rules=rules,
        history=history,
        influences=influences,
        criteria=answers.criteria,
        reference=latest.assay if latest is not None else "",
        form=present.form if present is not None else "",
    )


def judge_models(guideline: Guideline, setting: Setting) -> list[Candidate]:
    """Every model of the medicine and its level, by rank."""
    consult = setting.consult
    models = [
        model
        for model in guideline.models.values()
        if model.medicine == consult.medicine and model.analyte == consult.level
    ]
    find = partial(find_missing, criteria=setting.criteria)
    judged = [
        judge_model(model, consult, setting.history, setting.reference, find)
        for model in sorted(models, key=lambda one: (one.rank, one.model))
    ]
    covariates = read_covariates(consult, setting.history, setting.history.index)
    return [
        replace(one, notes=tuple(note_put_in(one.model, covariates, setting.criteria)))
        if one.eligible
        else one
        for one in judged
    ]


def mind_wish(candidates: list[Candidate], wished: str | None) -> list[Candidate]:
    """With a model asked for only that one may lead. Raises WishError for one that cannot be chosen."""
    if wished is None:
        return candidates
    selectable = [one.model.model for one in candidates if one.model.use in LEADING]
    if wished not in selectable:
        known = next((one.model for one in candidates if one.model.model == wished), None)
        because = f" ({known.because.rstrip('.')})" if known is not None and known.because else ""
        raise WishError(
            f"model {wished[:60]} cannot be chosen{because}; expected one of {', '.join(selectable)}"
        )
    said = Said(id="not-chosen", kind="note", says="Another model was asked for.")
    return [
        one
        if one.model.model == wished or not one.leads
        else replace(one, eligible=False, reasons=(said,))
        for one in candidates
    ]
