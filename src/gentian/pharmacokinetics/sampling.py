"""When the next level is worth drawing (TX-158, TX-162, TX-189, TX-190; the interactions' own days)."""

from __future__ import annotations

from gentian.language.dates import format_minute

from .advice import Choice, list_unseen, say_companion
from .case import Case
from .individual import Setting, is_valid
from .outlook import find_begin
from .report import NextSample, TargetLine
from .rules import HOUR, Rules

REPEATED = (
    "outlier",
    "two-readings",
    "models-disagree",
    "nought",
    "below-quantification",
)  # asked for again before the next dose


AT_ONCE = "now: in whole blood, just before the next dose"


def plan_refused(case: Case) -> NextSample | None:
    """Beside or after a strong interacting medicine the level is looked at now, and soon again (HZ-07, HZ-08)."""
    now = case.history.index
    acting = [
        one for one in case.influences if one.strong and (one.is_on(now) or one.is_fading(now))
    ]
    if not acting:
        return None
    names = ", ".join(say_companion(one) for one in acting)
    again = case.rules.say("after_interaction")
    return NextSample(
        when=format_minute(case.answers.index)[:10],
        says=f"Level {AT_ONCE}, and again {again} after the other medicine started or stopped; the next dose "
        "is for whoever looks after the medicine to decide today.",
        because=[f"{names} moves the level"],
        cites=list(dict.fromkeys([*case.rules.cites("after_interaction"), *acting[0].row.cites])),
    )


def plan_sample(case: Case, choice: Choice, target: TargetLine, warned: bool = False) -> NextSample:
    """The day of the next trough and why then: the soonest reason speaks.

    warned: the present dose is expected to reach the level at which the medicine is held.
    """
    rules, setting = case.rules, case.setting
    if warned:
        at_once = rules.number("kept_until")
        return _plan(case, "kept_until", "the present dose may reach too much", at_once)
    now = setting.history.index
    if moving := list_unseen(setting):
        names = ", ".join(say_companion(one) for one in moving)
        since = now - max(one.changed(now) for one in moving)
        return _plan(case, "after_interaction", f"{names} started or stopped lately", since)
    passed = _find_change(setting, rules)
    if choice.option is not None and not choice.option.is_present:
        return _plan(
            case, "kept_until", f"{rules.say('kept_until')} on a new dose, if it is changed now"
        )
    if choice.against:
        says = choice.against[0].says.rstrip(".")
        at_once = not passed and choice.against[0].id in REPEATED
        return _plan(case, "kept_until", says, rules.number("kept_until") if at_once else passed)
    if passed:
        return _plan(case, "kept_until", "the dose was changed lately", passed)
    valid = [level for level in setting.levels if is_valid(level)]
    if not valid:
        return _plan(case, "kept_until", "no valid level is on record")
    if not target.low <= valid[-1].value <= target.high:
        return _plan(case, "kept_until", "the last level lies outside the target")
    if len(valid) < rules.count("levels_to_highlight"):
        return _plan(case, "kept_until", "one level alone carries little")
    since = now - valid[-1].hours
    return _plan(case, "level_when_stable", "dose and medicines stay the same", since)


def _find_change(setting: Setting, rules: Rules) -> float:
    """Hours since the last change of dose, where it is more recent than steady state asks; else 0."""
    ongoing = [item for item in setting.history.intakes if item.ongoing]
    if not ongoing:
        return 0.0
    since = setting.history.index - max(find_begin(setting.history, item) for item in ongoing)
    return since if since < rules.number("kept_until") else 0.0


def _plan(case: Case, rule: str, because: str, passed: float = 0.0) -> NextSample:
    """So many hours after the index time, less what has passed."""
    index = case.answers.index
    wait = max(round((case.rules.number(rule) - passed) * HOUR), 0)
    day = format_minute(index + wait)[:10]
    when = f"about {day}: in whole blood, just before a dose" if wait else AT_ONCE
    return NextSample(
        when=day,
        says=f"Next level {when}, by the same assay.",
        because=[because],
        cites=case.rules.cites(rule),
    )
