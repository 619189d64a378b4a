"""What stands against marking a dose in this record, and what is said or asked beside it (evidence section 7)."""

from __future__ import annotations

from math import exp

from gentian.language.dates import format_minute

from .case import Case
from .individual import CONTRADICTED, is_valid
from .mixture import summarise
from .outlook import Outlook, Present
from .report import Adherence, DoseOption, Said, TargetLine
from .surprises import Judged


def list_record_doubts(case: Case, present: Present, judged: Judged) -> list[Said]:
    """Every doubt about the record, in the order in which they are told."""
    return [
        *list_ceiling_doubts(case, present),
        *list_body_doubts(case),
        *list_interval_doubts(case, present),
        *list_outlier_doubts(case, judged),
        *list_nought_doubts(case),
        *list_label_doubts(case),
        *list_missed_doubts(case),
    ]


def list_ceiling_doubts(case: Case, present: Present) -> list[Said]:
    """A dose on record above the ceiling is a slip more often than a dose: it comes first (HZ-01)."""
    rules = case.rules
    ceilings = [(rules.number("most_per_day"), "most_per_day")]
    if case.body.surface is not None:
        surface = float(case.body.surface.value)
        ceilings.append((rules.number("most_per_surface") * surface, "most_per_surface"))
    most, name = min(ceilings)
    if present.per_day <= most:
        return []
    return [
        Said(
            id="above-ceiling",
            kind="warning",
            says=f"The dose on record, {present.per_day:g} mg a day, lies above the ceiling of {rules.say(name)} "
            f"({most:.2g} mg a day here).",
            mend="Check the dose, milligrams against millilitres, and how often it is taken.",
            cites=rules.cites(name),
            place=present.intakes[-1].source.place,
        )
    ]


def list_label_doubts(case: Case) -> list[Said]:
    """No dose is marked from a level that is no number: nothing of the label's could stand beside it."""
    valid = [level for level in case.setting.levels if is_valid(level)]
    if not valid or (valid[-1].value > 0 and not valid[-1].below):
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
    if valid[-1].since_change is not None and _is_changed_since(case, valid[-1].hours):
        return []  # the dose was changed after it already
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


def _is_changed_since(case: Case, hours: float) -> bool:
    return any(item.start > hours and item.ongoing for item in case.history.intakes)


def warn_about_trough(case: Case, outlook: Outlook, target: TargetLine) -> list[Said]:
    """Where the present dose is expected to reach the level at which the medicine is held (TX-190)."""
    toxic = case.rules.number("toxic_from")
    valid = any(is_valid(level) for level in case.setting.levels)
    trough = summarise(*outlook.find_present())
    if trough.q90 < toxic or not valid:  # the population alone says nothing of this person
        return []
    how = "is expected to" if trough.q50 >= toxic else "may"
    return [
        Said(
            id="toxic-ahead",
            kind="warning",
            says=f"On the present dose the trough {how} reach {toxic:g} {target.unit}, where it is held: "
            f"{trough.q10:.2g} to {trough.q90:.2g} {target.unit} (4 in 5).",
            mend="Draw a level now, and let the specialist see it before the next doses.",
            cites=case.rules.cites("toxic_from"),
        )
    ]


def list_toxic_doubts(case: Case, outlook: Outlook, target: TargetLine) -> list[Said]:
    """Where the middle of what is expected lies there already, a level comes before any dose."""
    trough = summarise(*outlook.find_present())
    toxic = trough.q50 >= case.rules.number("toxic_from")
    return warn_about_trough(case, outlook, target) if toxic else []


def tell_set_aside(case: Case) -> list[Said]:
    """Levels that lay far off, were repeated, and are left out of the forecast; never in silence."""
    return [
        Said(
            id="set-aside",
            kind="warning",
            says=f"{level.printed} of {format_minute(level.minute)[:10]} lay far from what was expected, and "
            "later levels contradict it: the forecast leaves it out.",
            mend="Correct it in the record if it was a slip.",
            cites=case.rules.cites("outlier_residual"),
            place=level.source.place,
        )
        for level in case.history.levels
        if CONTRADICTED in level.reasons
    ]


def name_companions(case: Case) -> list[Said]:
    """Every medicine that moves the level and is no refusal, with what is assumed of it (section 1.5)."""
    now = case.history.index
    lines = []
    for one in case.influences:
        if not (one.is_on(now) or one.is_fading(now)):
            continue
        name = case.guideline.vocabulary.concepts[one.medicine].name
        state = "is taken" if one.is_on(now) else "was stopped lately"
        ratio = exp(one.log_fraction - one.log_clearance)
        size = (
            f"exposure is taken to change {ratio:.2g}-fold while it acts"
            if one.sized
            else "how much it changes the level is not known, so only levels since then are fitted"
        )
        lines.append(
            Said(
                id=f"companion-{one.medicine}",
                kind="warning",
                says=f"{name[0].upper()}{name[1:]} {state}: {size}.",
                mend=f"When it starts, stops or changes: a level after {case.rules.say('after_interaction')}.",
                cites=list(one.row.cites),
                place=one.companion.source.place,
            )
        )
    return lines


def ask_about_gates(case: Case) -> list[Said]:
    """What the guideline requires before a start and is not settled: asked for whoever takes it already."""
    record = case.guideline.doses[case.consult.dose]
    criteria = case.guideline.criteria
    open_gates = [name for name in record.gates if case.answers.criteria.get(name) is not True]
    told = {item.when for item in case.consult.refusals if item.if_unknown == "say"}
    return [
        Said(
            id=f"gate-{name.replace('_', '-')}",
            kind="question",
            says=f"Required before a start and not settled on record: {case.fill(criteria[name].says)}",
            mend="Settle it now, or correct the record.",
            cites=list(criteria[name].cites),
        )
        for name in open_gates
        if not told & {part for part in criteria[name].when.split() if part in told}
    ]
