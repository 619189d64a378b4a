"""When the next level is worth drawing (TX-158, TX-162, TX-189, TX-190; the interactions' own days)."""

from __future__ import annotations

from gentian.language.dates import format_minute

from .advice import Choice, list_unseen, say_companion
from .case import Case
from .individual import Setting, is_valid
from .report import NextSample, TargetLine
from .rules import HOUR, Rules

REPEATED = (
    "outlier",
    "two-readings",
    "models-disagree",
    "nought",
    "below-quantification",
)  # asked for again before the next dose


def plan_sample(case: Case, choice: Choice, target: TargetLine) -> NextSample:
    """The day of the next trough and why then: the soonest reason speaks."""
    rules, setting = case.rules, case.setting
    now = setting.history.index
    if moving := list_unseen(setting):
        names = ", ".join(say_companion(one) for one in moving)
        since = now - max(one.changed(now) for one in moving)
        return _plan(case, "after_interaction", f"{names} started or stopped lately", since)
    passed = _find_change(setting, rules)
    if choice.option is not None and not choice.option.is_present:
        return _plan(case, "kept_until", "so long after a change, if the dose is changed now")
    if choice.against:
        says = choice.against[0].says.rstrip(".")
        at_once = not passed and choice.against[0].id in REPEATED
        return _plan(case, "kept_until", says, rules.number("kept_until") if at_once else passed)
    if passed:
        return _plan(case, "kept_until", "so long after the last change of dose", passed)
    valid = [level for level in setting.levels if is_valid(level)]
    if not valid:
        return _plan(case, "kept_until", "no valid level is on record")
    if not target.low <= valid[-1].value <= target.high:
        return _plan(case, "kept_until", "the last level lies outside the target")
    return _plan(case, "level_when_stable", "while dose and medicines stay the same")


def _find_change(setting: Setting, rules: Rules) -> float:
    """Hours since the last change of dose, where it is more recent than steady state asks; else 0."""
    ongoing = [item for item in setting.history.intakes if item.ongoing]
    if not ongoing:
        return 0.0
    since = setting.history.index - max(item.start for item in ongoing)
    return since if since < rules.number("kept_until") else 0.0


def _plan(case: Case, rule: str, because: str, passed: float = 0.0) -> NextSample:
    """So many hours after the index time, less what has passed."""
    index = case.answers.index
    wait = max(round((case.rules.number(rule) - passed) * HOUR), 0)
    day = format_minute(index + wait)[:10]
    return NextSample(
        when=day,
        says=f"Next level about {day}, whole blood, just before a dose, by the same assay.",
        because=[because],
        cites=case.rules.cites(rule),
    )
