"""The consult, put together from its own functions for a `History`, as `consult.make_consult` does for a chart.

Eligibility, fits, weights, outliers, options, doubts and choice are the package's; a test compares the marked dose
with `forecast.make_forecast`. What needs a chart and no forecast (pregnancy, interactions, allergies) is left out;
the one refusal that levels themselves can cause, a toxic trough, is kept. Everybody says that no dose was missed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.pharmacokinetics.advice import Choice, choose, count_valid, list_doubts
from gentian.pharmacokinetics.case import find_value, judge_models, mind_levels
from gentian.pharmacokinetics.eligibility import BESIDE, Candidate
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.history import History
from gentian.pharmacokinetics.individual import (
    Setting,
    build_problem,
    is_valid,
    read_noise,
    set_aside,
)
from gentian.pharmacokinetics.label import find_label_dose
from gentian.pharmacokinetics.lines import describe_models
from gentian.pharmacokinetics.mixture import Member, Mixture, combine
from gentian.pharmacokinetics.options import (
    Shelf,
    find_limits,
    list_amounts,
    make_shelf,
    thin_out,
    weigh_option,
)
from gentian.pharmacokinetics.outlook import Outlook, Present, find_present
from gentian.pharmacokinetics.posterior import draw
from gentian.pharmacokinetics.report import DoseOption, LabelDose, TargetLine
from gentian.pharmacokinetics.rules import Rules
from gentian.pharmacokinetics.surprises import judge_by_all, list_answered

from .variants import AS_IS, Variant

GUIDELINE = load_guideline()
CONSULT = next(iter(GUIDELINE.consults.values()))


RULES = Rules(CONSULT, partial(find_value, GUIDELINE, Settings()))
FORECAST_LEADS = Variant(
    "leads", "the forecast leads from the first level", {"levels_to_lead": 1.0}
)
TARGETS = {"2 to 10": (2.0, 10.0), "5 to 15": (5.0, 15.0)}


@dataclass(frozen=True, slots=True)
class Speed:
    """How thorough a consult is: draws of a posterior, of the outlier check, and the search.

    The loops start one search only, from the prior mean. The report shows what that changes, and more draws.
    """

    draws: int = 2048
    checks: int = 4096
    starts: str = "single"


FULL = Speed(2048, 4096, "auto")
QUICK = Speed()
MORE = Speed(8192, 8192, "auto")


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the consult makes of a history. silent: why nothing is marked, empty if a dose may be."""

    setting: Setting
    mixture: Mixture
    outlook: Outlook | None
    present: Present | None
    valid: int
    silent: tuple[str, ...]


def find_target(name: str) -> TargetLine:
    """A target by its name in the report."""
    low, high = TARGETS[name]
    return TargetLine(low=low, high=high, unit="ng/mL", whose="", cites=[], others=[])


def set_up(history: History, form: str, variant: Variant = AS_IS) -> Setting:
    """As `case.make_setting`: the forecast refers to the assay of the latest valid level; old levels are shown."""
    rules = variant.vary_rules(RULES)
    history = mind_levels(history, (), rules)
    placed = [level for level in history.levels if level.placed]
    valid = [level for level in placed if is_valid(level)]
    latest = next(iter([*reversed(valid), *reversed(placed)]), None)
    reference = latest.assay if latest is not None else ""
    return Setting(CONSULT, rules, history, (), {}, reference, form)


def list_candidates(
    setting: Setting, without: Collection[str] = (), variant: Variant = AS_IS
) -> list[Candidate]:
    """Models that may speak of this person, but for those left out."""
    return [
        variant.vary(one)
        for one in judge_models(GUIDELINE, setting)
        if one.eligible and one.model.use in BESIDE and one.model.model not in without
    ]


def fit(candidate: Candidate, setting: Setting, speed: Speed = QUICK) -> Member:
    """`mixture.fit_member` with a chosen thoroughness."""
    problem = build_problem(candidate, setting)
    estimation = estimate(problem, starts=speed.starts)
    posterior = draw(problem, estimation, speed.draws)
    return Member(candidate, problem, estimation, posterior, read_noise(candidate, setting.rules))


def sit(
    history: History,
    form: str,
    without: Collection[str] = (),
    beside: bool = True,
    speed: Speed = QUICK,
    variant: Variant = AS_IS,
) -> Sitting:
    """The whole consult up to the doses. without: models that are left out; beside: fit those that never lead."""
    setting = set_up(history, form, variant)
    present = find_present(history)
    return _sit(setting, present, without, beside, speed, variant)


def _sit(
    setting: Setting,
    present: Present | None,
    without: Collection[str],
    beside: bool,
    speed: Speed,
    variant: Variant,
) -> Sitting:
    candidates = list_candidates(setting, without, variant)
    candidates = [one for one in candidates if beside or one.leads]
    if not any(one.leads for one in candidates) or present is None:
        return Sitting(setting, Mixture(()), None, present, 0, ("no model",))
    mixture = combine([fit(one, setting, speed) for one in candidates], setting)
    if not mixture.leading:
        return Sitting(setting, mixture, None, present, 0, ("unsound",))
    outliers = _find_outliers(setting, mixture, speed)
    if answered := list_answered(setting, outliers):
        aside = set_aside(setting, answered)
        return _sit(aside, present, without, beside, speed, variant)
    outlook = Outlook(mixture, setting, present)
    return _doubt(setting, mixture, outlook, candidates, outliers)


def _find_outliers(setting: Setting, mixture: Mixture, speed: Speed) -> list[int]:
    if not setting.levels:
        return []
    leader = min(mixture.leading, key=lambda one: one.candidate.model.rank)
    rules = setting.rules
    return judge_by_all(leader, mixture.leading, setting, rules, speed.checks)[0].outliers


def _doubt(
    setting: Setting,
    mixture: Mixture,
    outlook: Outlook,
    candidates: list[Candidate],
    outliers: list[int],
) -> Sitting:
    present = outlook.present
    members = {one.candidate.model.model: one for one in mixture.members}
    lines = describe_models(candidates, members, outlook, RULES)
    silent = [doubt.id for doubt in list_doubts(mixture, lines, setting, present)]
    silent += ["outlier"] if outliers else []
    silent += ["toxic"] if _is_toxic(setting) else []
    silent += ["below quantification"] if _is_below(setting) else []
    valid = count_valid(setting, outliers)
    silent += ["no level"] if valid < RULES.count("levels_to_consider") else []
    return Sitting(setting, mixture, outlook, present, valid, tuple(silent))


def _is_toxic(setting: Setting) -> bool:
    """The latest level is one at which the guideline holds the medicine."""
    levels = setting.levels
    return bool(levels) and levels[-1].value >= RULES.number("toxic_from")


def _is_below(setting: Setting) -> bool:
    """The last valid level is no number, so that the label's arithmetic has nothing to say."""
    valid = [level for level in setting.levels if is_valid(level)]
    return bool(valid) and valid[-1].below


@dataclass(frozen=True, slots=True)
class Doses:
    """What the consult considers and what the label's arithmetic asks for, by the same products and limits."""

    choice: Choice
    options: tuple[DoseOption, ...]
    label: LabelDose | None
    by_label: float  # mg once daily, rounded to what can be measured out; the present dose where it says nothing


def list_doses(present: Present, surface: float) -> tuple[Shelf, list[Fraction]]:
    """The products and amounts within the limits of one step."""
    limits = find_limits(present, surface, RULES)
    shelf = make_shelf(CONSULT.products, present.form, frozenset(), GUIDELINE.vocabulary)
    return shelf, list_amounts(shelf, limits.least, limits.most)


def find_doses(
    sitting: Sitting, surface: float, target: TargetLine, forecast_leads: bool = False
) -> Doses:
    """Weigh every dose and choose, as the consult does. forecast_leads: from the first level on."""
    rules = FORECAST_LEADS.vary_rules(RULES) if forecast_leads else RULES
    present = sitting.present
    if present is None:
        raise ValueError("nothing is being taken")
    shelf, amounts = list_doses(present, surface)
    label = find_label(sitting.setting, present, target)
    options: tuple[DoseOption, ...] = ()
    if sitting.outlook is not None and sitting.valid:
        options = _weigh(sitting.outlook, shelf, amounts, present, target)
    marked = choose(options, 0 if sitting.silent else sitting.valid, (), label, rules)
    by_label = label.per_day if label is not None else present.per_day
    return Doses(marked, options, label, round_dose(by_label, amounts, present.per_day))


def _weigh(
    outlook: Outlook,
    shelf: Shelf,
    amounts: list[Fraction],
    present: Present,
    target: TargetLine,
) -> tuple[DoseOption, ...]:
    """The doses that a consult shows, as `forecast.weigh_options` picks them."""
    weighed = {one: weigh_option(outlook, one, 24.0, target, shelf) for one in amounts}
    if not weighed:
        return ()
    best = max(amounts, key=lambda one: weighed[one].inside)
    now = Fraction(present.per_day).limit_denominator(1000)
    keep = [best, *([now] if now in weighed else [])]
    return tuple(weighed[one] for one in thin_out(amounts, keep))


def find_label(setting: Setting, present: Present, target: TargetLine) -> LabelDose | None:
    """The label's dose from the last valid level."""
    valid = [level for level in setting.levels if is_valid(level)]
    return find_label_dose(valid[-1], setting.history, target, RULES) if valid else None


def round_dose(wanted: float, amounts: list[Fraction], present: float) -> float:
    """The nearest amount that can be measured out; the present one where there is none."""
    if not amounts:
        return present
    return float(min(amounts, key=lambda one: (abs(float(one) - wanted), one)))
