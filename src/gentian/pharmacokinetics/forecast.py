"""The forecast of a case: models fitted and mixed, levels judged, doses weighed, one of them chosen or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gentian.dosing.circumstances import find_allergies
from gentian.language.dates import format_minute

from .adherence import find_adherence
from .advice import Choice, choose, count_valid, list_doubts
from .case import Case
from .eligibility import BESIDE
from .individual import is_valid
from .label import find_label_dose
from .lines import describe_models
from .mixture import Member, Mixture, combine, fit_member, summarise
from .options import Limits, find_limits, list_amounts, make_shelf, thin_out, weigh_option
from .outlook import Outlook, Present
from .report import Adherence, DoseOption, LabelDose, ModelLine, Said, TargetLine
from .surprises import Judged, judge_levels

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the levels say. leader: the member with the most weight. limits: None where no dose is weighed."""

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
    leader = max(mixture.leading, key=lambda one: (one.weight, -one.candidate.model.rank))
    outlook = Outlook(mixture, case.setting, present)
    judged = judge_levels(leader, case.setting, case.rules)
    options, limits = (
        weigh_options(case, outlook, target) if count_valid(case.setting) else ([], None)
    )
    label = _find_label(case, present, target)
    members = {one.candidate.model.model: one for one in mixture.members}
    models = describe_models(case.candidates, members, outlook, case.rules)
    doubts = [
        *list_doubts(mixture, models, case.setting, present),
        *_list_interval_doubts(case, present),
        *_list_outlier_doubts(case, judged),
        *_list_missed_doubts(case),
    ]
    valid = count_valid(case.setting, judged.outliers)
    return Forecast(
        outlook=outlook,
        leader=leader,
        models=models,
        judged=judged,
        options=options,
        limits=limits,
        label=label,
        doubts=doubts,
        choice=choose(options, valid, doubts, label, case.rules),
        adherence=_find_adherence(case, leader, judged, present),
    )


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


def _find_label(case: Case, present: Present, target: TargetLine) -> LabelDose | None:
    valid = [level for level in case.setting.levels if is_valid(level)]
    return find_label_dose(valid[-1], present, target, case.rules) if valid else None


def _list_interval_doubts(case: Case, present: Present) -> list[Said]:
    if case.wish.interval is None or case.wish.interval == present.every:
        return []
    says = (
        "Another interval is asked for. Models built from troughs do not know how fast a level falls "
        "within a day: the switch is shown and nothing is marked."
    )
    return [Said(id="interval-change", kind="warning", says=says)]


def _list_outlier_doubts(case: Case, judged: Judged) -> list[Said]:
    """An answer that hangs on a level nobody expected is not given before the level is repeated."""
    names = [
        f"{level.printed} of {format_minute(level.minute)[:10]}"
        for level in (case.setting.levels[place] for place in judged.outliers)
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
            cites=case.rules.cites("outlier_residual"),
        )
    ]


def _list_missed_doubts(case: Case) -> list[Said]:
    """A level after missed doses does not speak for the dose (TX-189)."""
    missed = case.answers.facts.get(case.consult.missed)
    if missed is None or missed.truth is not True:
        return []
    return [
        Said(
            id="missed-doses",
            kind="warning",
            says="Missed doses are on record: the level does not speak for the dose.",
            mend=f"Repeat the level after {case.rules.say('kept_at_least')} to "
            f"{case.rules.say('kept_until')} with every dose taken.",
            cites=list(case.guideline.facts[case.consult.missed].cites),
        )
    ]


def ask_about_missed(case: Case, target: TargetLine) -> list[Said]:
    """Asked where the latest valid level lies below the target and nobody recorded whether doses were missed."""
    missed = case.answers.facts.get(case.consult.missed)
    valid = [level for level in case.setting.levels if is_valid(level)]
    if not valid or valid[-1].value >= target.low or missed is None or missed.known:
        return []
    ask = case.guideline.facts[case.consult.missed].ask
    return [
        Said(
            id="ask-missed-doses",
            kind="question",
            says=f"The last level, {valid[-1].printed}, lies below the target. "
            f"{ask.question if ask is not None else 'Were doses missed?'}",
            mend="Record it before the dose is raised.",
            cites=list(case.guideline.facts[case.consult.missed].cites),
        )
    ]


def compare_without(case: Case, forecast: Forecast, unit: str) -> list[Said]:
    """The trough on the present dose with and without the levels that lie far off."""
    if not forecast.judged.outliers:
        return []
    present = forecast.outlook.present
    sides = [("With", forecast.outlook)]
    without = fit_models(case, forecast.judged.outliers)
    if without.leading:
        sides.append(("Without", Outlook(without, case.setting, present)))
    lines = []
    for word, one in sides:
        values, weights = one.find_steady(present.amount, present.every)
        trough = summarise(values, weights)
        lines.append(
            f"{word} what lies far off, the present dose gives a trough of {trough.q10:.2g} to "
            f"{trough.q90:.2g} {unit} (4 in 5)."
        )
    return [Said(id="outlier-apart", kind="note", says=" ".join(lines))]


def _find_adherence(
    case: Case, leader: Member, judged: Judged, present: Present
) -> Adherence | None:
    """Asked only where the latest valid level is lower than was expected."""
    pairs = list(zip(judged.expectations, case.setting.levels, strict=True))
    latest = next((pair for pair in reversed(pairs) if is_valid(pair[1])), None)
    if latest is None:
        return None
    found, level = latest
    if not found.low or found.share is None:
        return None
    if found.share >= case.rules.number("adherence_share"):
        return None
    return find_adherence(leader, case.setting, present, level, case.rules)
