"""What stands against marking a dose in this record, and what is said or asked beside it (evidence section 7)."""

from __future__ import annotations

from gentian.language.dates import format_minute

from .case import Case
from .individual import is_valid
from .outlook import Present
from .report import Adherence, DoseOption, LabelDose, Said, TargetLine
from .surprises import Judged


def list_record_doubts(
    case: Case, present: Present, judged: Judged, label: LabelDose | None
) -> list[Said]:
    """Every doubt about the record, in the order in which they are told."""
    return [
        *list_body_doubts(case),
        *list_interval_doubts(case, present),
        *list_outlier_doubts(case, judged),
        *list_nought_doubts(case),
        *list_label_doubts(case, label),
        *list_missed_doubts(case),
    ]


def list_label_doubts(case: Case, label: LabelDose | None) -> list[Said]:
    """No dose is marked from a level that is no number: nothing of the label's could stand beside it."""
    valid = [level for level in case.setting.levels if is_valid(level)]
    if label is not None or not valid:
        return []
    return [
        Said(
            id="below-quantification",
            kind="warning",
            says=f"The last level, {valid[-1].printed}, is below what the assay can measure: no dose "
            "follows from it.",
            mend="Ask whether doses were missed, and repeat the level.",
            cites=case.rules.cites("floor_share"),
            place=valid[-1].source.place,
        )
    ]


def list_raise_doubts(
    case: Case, option: DoseOption | None, adherence: Adherence | None
) -> list[Said]:
    """A raise waits for the answer, where missed doses would explain the levels better and nobody asked."""
    missed = case.answers.facts.get(case.consult.missed)
    unasked = missed is None or not missed.known
    if option is None or option.fold <= 1.0 or adherence is None or not unasked:
        return []
    return [
        Said(
            id="raise-unasked",
            kind="warning",
            says=f"{adherence.says} Whether doses were missed is not on record.",
            mend="Ask, record the answer, and consult again.",
            cites=case.rules.cites("adherence_better"),
        )
    ]


def warn_about_surface(case: Case) -> list[Said]:
    """Without a body surface its ceiling cannot be kept."""
    if case.body.surface is not None:
        return []
    return [
        Said(
            id="no-surface",
            kind="warning",
            says="No height and weight of one day are on record: the ceiling of "
            f"{case.rules.say('most_per_surface')} cannot be checked.",
            mend="Measure both.",
            cites=case.rules.cites("most_per_surface"),
        )
    ]


def list_interval_doubts(case: Case, present: Present) -> list[Said]:
    if case.wish.interval is None or case.wish.interval == present.every:
        return []
    says = (
        "Another interval is asked for. Models built from troughs do not know how fast a level falls "
        "within a day: the switch is shown and nothing is marked."
    )
    return [Said(id="interval-change", kind="warning", says=says)]


def list_outlier_doubts(case: Case, judged: Judged) -> list[Said]:
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


def list_nought_doubts(case: Case) -> list[Said]:
    """The last level is none: whether anything is in the blood is not known."""
    levels = case.setting.levels
    if not levels or levels[-1].value > 0:
        return []
    return [
        Said(
            id="nought",
            kind="warning",
            says=f"The last level is printed as {levels[-1].printed}, which is no measurement.",
            mend="Write the limit of the laboratory, such as `<1 ng/mL`; ask whether doses were missed.",
            place=levels[-1].source.place,
        )
    ]


def list_missed_doubts(case: Case) -> list[Said]:
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


def list_body_doubts(case: Case) -> list[Said]:
    """A weight that leaps changes every dose by as much as it leaps (HZ-04): it is confirmed first."""
    return [
        Said(
            id=f"{name}-leap",
            kind="warning",
            says=f"The {name} has changed, {how}: every forecast follows it.",
            mend=f"Confirm the {name} and its unit first.",
            cites=["HZ-04"],
        )
        for name, how in case.body.jumps
        if name == "weight"
    ]


def warn_about_weight(case: Case) -> list[Said]:
    """A child grows: a weight older than the entry allows is said (section 7)."""
    values = case.history.series.get("weight", ())
    if not values or case.answers.criteria.get("adult") is True:
        return []
    old = case.history.index - values[-1].hours
    if old <= case.rules.number("weight_old_in_child"):
        return []
    return [
        Said(
            id="weight-old",
            kind="warning",
            says=f"The weight is of {format_minute(values[-1].minute)[:10]}, more than "
            f"{case.rules.say('weight_old_in_child')} old; a child may have grown.",
            mend="Weigh, and ask again.",
            cites=case.rules.cites("weight_old_in_child"),
            place=values[-1].source.place,
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
