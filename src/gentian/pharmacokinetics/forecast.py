"""The forecast of a case: models fitted and mixed, levels judged, doses weighed, one of them chosen or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gentian.dosing.circumstances import find_allergies

from .adherence import find_adherence
from .advice import Choice, choose, count_valid, list_doubts
from .case import Case
from .doubts import list_missed_doubts, list_raise_doubts, list_record_doubts, list_toxic_doubts
from .eligibility import BESIDE
from .individual import is_valid, set_aside
from .label import find_label_dose, mind_limits
from .lines import describe_models
from .mixture import Member, Mixture, combine, fit_member, summarise
from .options import Limits, find_limits, list_amounts, make_shelf, thin_out, weigh_option
from .outlook import Outlook, Present
from .report import Adherence, DoseOption, LabelDose, ModelLine, Said, TargetLine
from .surprises import Judged, judge_by_all, list_answered

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the levels say.

    leader: the first by rank, which later levels do not change. limits: None where no dose is weighed.
    """

    case: Case  # with the levels set aside that later ones contradict
    outlook: Outlook
    leader: Member
    models: list[ModelLine]
    judged: Judged
    options: list[DoseOption]
    limits: Limits | None
    label: LabelDose | None
    doubts: list[Said]
    choice: Choice
    adherence: Adherence | None


def make_forecast(case: Case, present: Present, target: TargetLine) -> Forecast | None:
    """Fit every model that may speak; None where no leading one settles on an answer."""
    mixture = fit_models(case)
    if not mixture.leading:
        return None
    leader = min(mixture.leading, key=lambda one: one.candidate.model.rank)
    outlook = Outlook(mixture, case.setting, present)
    views = judge_by_all(leader, mixture.leading, case.setting, case.rules)
    judged = views[0]
    if answered := list_answered(case.setting, judged.outliers):
        return make_forecast(set_levels_aside(case, answered), present, target)
    options, limits = (
        weigh_options(case, outlook, target) if count_valid(case.setting) else ([], None)
    )
    label = _find_label(case, judged, target)
    if label is not None and limits is not None:
        label = mind_limits(label, limits)
    members = {one.candidate.model.model: one for one in mixture.members}
    models = describe_models(case.candidates, members, outlook, case.rules)
    doubts = [
        *list_record_doubts(case, present, judged),
        *list_doubts(mixture, models, case.setting, present),
        *list_toxic_doubts(case, outlook, target),
    ]
    valid = count_valid(case.setting, judged.outliers)
    adherence = _find_adherence(case, leader, mixture.leading, views, present)
    choice = choose(options, valid, doubts, label, case.rules)
    if unasked := list_raise_doubts(case, choice.option, adherence):
        doubts += unasked
        choice = choose(options, valid, doubts, label, case.rules)
    return Forecast(
        case=case,
        outlook=outlook,
        leader=leader,
        models=models,
        judged=judged,
        options=options,
        limits=limits,
        label=label,
        doubts=doubts,
        choice=choice,
        adherence=adherence,
    )


def set_levels_aside(case: Case, places: Sequence[int]) -> Case:
    """The case with some of its levels only shown."""
    setting = set_aside(case.setting, places)
    return replace(case, setting=setting, history=setting.history)


def fit_models(case: Case, leave_out: Sequence[int] = ()) -> Mixture:
    """Every eligible model, those that lead weighed against each other."""
    speaking = [one for one in case.candidates if one.eligible and one.model.use in BESIDE]
    members = [fit_member(one, case.setting, leave_out) for one in speaking]
    return combine(members, case.setting)


def weigh_options(
    case: Case, outlook: Outlook, target: TargetLine
) -> tuple[list[DoseOption], Limits]:
    """Doses that can be measured out, within what one step may change, each with its probabilities."""
    present = outlook.present
    every = case.wish.interval or (present.every if present.even else HOURS_A_DAY)
    surface = float(case.body.surface.value) if case.body.surface is not None else None
    limits = find_limits(present, surface, case.rules)
    allergies = find_allergies(case.guideline, case.chart, case.answers.index)
    shelf = make_shelf(case.consult.products, present.form, allergies, case.guideline.vocabulary)
    share = every / HOURS_A_DAY
    amounts = list_amounts(shelf, limits.least * share, limits.most * share)
    if not amounts:
        return [], limits
    weighed = {amount: weigh_option(outlook, amount, every, target, shelf) for amount in amounts}
    best = max(amounts, key=lambda amount: weighed[amount].inside)
    now = Fraction(present.per_day * share).limit_denominator(1000)
    keep = [best, *([now] if now in weighed else [])]
    return [weighed[amount] for amount in thin_out(amounts, keep)], limits


def _find_label(case: Case, judged: Judged, target: TargetLine) -> LabelDose | None:
    """From the last valid level; none from one that lies far off, nor where missed doses are on record."""
    valid = [place for place, level in enumerate(case.setting.levels) if is_valid(level)]
    if not valid or valid[-1] in judged.outliers or list_missed_doubts(case):
        return None
    return find_label_dose(case.setting.levels[valid[-1]], case.history, target, case.rules)


def compare_without(case: Case, forecast: Forecast, unit: str) -> list[Said]:
    """The trough on the present dose with and without the levels that lie far off.

    case: as it was read, before any level was set aside.
    """
    far, aside = forecast.judged.outliers, forecast.case is not case
    if not far and not aside:
        return []
    present = forecast.outlook.present
    sides = [("With", fit_models(case) if aside else forecast.outlook.mixture)]
    sides.append(("Without", fit_models(forecast.case, far) if far else forecast.outlook.mixture))
    lines = []
    for word, mixture in sides:
        if not mixture.leading:
            continue
        trough = summarise(*Outlook(mixture, case.setting, present).find_present())
        lines.append(
            f"{word} what lies far off, the trough on the present dose is expected at {trough.q10:.2g} to "
            f"{trough.q90:.2g} {unit} (4 in 5)."
        )
    return [Said(id="outlier-apart", kind="note", says=" ".join(lines))]


def _find_adherence(
    case: Case, leader: Member, others: Sequence[Member], views: Sequence[Judged], present: Present
) -> Adherence | None:
    """Asked only where the latest valid level is lower than some leading model expected; that one answers."""
    levels = case.setting.levels
    valid = [place for place, level in enumerate(levels) if is_valid(level)]
    if not valid:
        return None
    members = [leader, *(one for one in others if one is not leader)]
    low = [
        (found.share, place, member)
        for place, (view, member) in enumerate(zip(views, members, strict=True))
        if (found := view.expectations[valid[-1]]).low and found.share is not None
    ]
    share, _, member = min(low, default=(1.0, 0, leader))
    if share >= case.rules.number("adherence_share"):
        return None
    return find_adherence(member, case.setting, present, levels[valid[-1]], case.rules)
