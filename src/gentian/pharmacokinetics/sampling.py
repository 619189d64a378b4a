"""When the next level is worth drawing (TX-158, TX-162, TX-189, TX-190; the interactions' own days)."""

from __future__ import annotations

from collections.abc import Iterable

from gentian.language.dates import DAY, format_minute

from .advice import Choice
from .companions import Influence
from .individual import Setting, is_valid
from .report import NextSample
from .rules import HOUR, Rules


def plan_sample(
    setting: Setting,
    rules: Rules,
    choice: Choice,
    index: int,
    influences: Iterable[Influence],
) -> NextSample:
    """The day of the next trough and why then. index: minutes."""
    now = setting.history.index
    moving = [one for one in influences if one.is_building(now) or one.is_fading(now)]
    if moving:
        names = ", ".join(one.row.with_.replace("-", " ") for one in moving)
        return _plan("after_interaction", index, rules, f"{names} started or stopped lately")
    if choice.against:
        return _plan(
            "kept_until", index, rules, choice.against[0].says, _find_change(setting, rules)
        )
    if choice.option is not None and not choice.option.is_present:
        return _plan("kept_until", index, rules, "if the dose is changed now")
    unsettled = _find_change(setting, rules)
    if unsettled:
        return _plan("kept_until", index, rules, "since the last change of dose", unsettled)
    if any(is_valid(level) for level in setting.levels):
        return _plan("level_when_stable", index, rules, "while dose and medicines stay the same")
    return _plan("kept_until", index, rules, "no valid level is on record")


def _find_change(setting: Setting, rules: Rules) -> float:
    """Hours since the last change of dose, where it is more recent than steady state asks; else 0."""
    ongoing = [item for item in setting.history.intakes if item.ongoing]
    if not ongoing or len(setting.history.intakes) == 1:
        return 0.0
    since = setting.history.index - max(item.start for item in ongoing)
    return since if since < rules.number("kept_until") else 0.0


def _plan(rule: str, index: int, rules: Rules, because: str, passed: float = 0.0) -> NextSample:
    wait = max(rules.number(rule) - passed, 0.0)
    day = format_minute(index + round(wait * HOUR))[:10]
    if wait * HOUR < DAY:
        day = format_minute(index)[:10]
    return NextSample(
        when=day,
        says=f"Next level about {day}, whole blood, just before a dose, by the same assay.",
        because=[because],
        cites=rules.cites(rule),
    )
