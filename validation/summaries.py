"""From single cases to the figures of the report: plain dictionaries, as `docs/validation.json` keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from .clinic import TARGETS
from .decisions import ARMS, Scenario, Year
from .forecasts import Case
from .intervals import average_difference, difference, mean, median, share, tidy

NO_LEVEL = "no level"


def covers(case: Case) -> bool:
    """Does the 90 % interval hold the measured trough?"""
    return case.interval is not None and case.interval.low <= case.seen <= case.interval.high


def speaks(case: Case) -> bool:
    """Would the consult mark a dose? Without any level: would it, if that were the only thing missing?"""
    return not (set(case.silent) - ({NO_LEVEL} if case.count == 0 else set()))


def summarise_coverage(cases: Iterable[Case]) -> dict:
    """Coverage of all forecasts, of those beside which a dose is marked, and why none was."""
    cases = list(cases)
    forecast = [case for case in cases if case.interval is not None]
    speaking = [case for case in forecast if speaks(case)]
    reasons = Counter(why for case in cases if not speaks(case) for why in case.silent)
    if cases and cases[0].count == 0:
        reasons.pop(NO_LEVEL, None)
    return {
        "people": len(cases),
        "all": share(sum(map(covers, forecast)), len(forecast)),
        "too_low": tidy(np.mean([case.seen > case.interval.high for case in forecast]))
        if forecast
        else None,
        "marked": share(sum(map(covers, speaking)), len(speaking)),
        "silent": tidy(1 - len(speaking) / len(cases)) if cases else None,
        "reasons": dict(sorted(reasons.items())),
        "width": median([case.interval.high / max(case.interval.low, 0.5) for case in forecast]),
    }


def summarise_errors(cases: Sequence[Case]) -> dict:
    """Median absolute and median signed error of the true next trough, by who forecasts."""
    found: dict[str, list[float]] = {}
    for case in cases:
        if case.interval is None:
            continue
        guesses = {"mixture": case.interval.middle}
        guesses |= {model: one.middle for model, one in case.alone.items()}
        if case.last is not None:
            guesses |= {"label": 1.5 * case.last, "last level": case.last}
        for who, guess in guesses.items():
            found.setdefault(who, []).append(guess / case.true - 1)
    return {
        who: {"people": len(errors), "size": median(np.abs(errors)), "bias": median(errors)}
        for who, errors in sorted(found.items())
    }


def average_errors(groups: Sequence[dict]) -> dict:
    """Mean over truths of the medians, for those who forecast under a truth at all."""
    names = sorted({name for group in groups for name in group})
    return {
        name: {
            key: mean([group[name][key] for group in groups if name in group])
            for key in ("size", "bias")
        }
        | {"truths": sum(name in group for group in groups)}
        for name in names
    }


def is_inside(trough: float, target: str) -> float:
    """1 inside the target."""
    low, high = TARGETS[target]
    return float(low <= trough <= high)


def summarise_choices(groups: dict[str, Sequence[Case]], target: str) -> dict:
    """One decision: share of true troughs inside the target by who chose, where the consult marks a dose.

    groups: cases of one number of levels by truth; each truth counts the same in the mean.
    """
    marked = {
        truth: [case.decisions[target] for case in cases if case.decisions[target].marked]
        for truth, cases in groups.items()
    }
    marked = {truth: found for truth, found in marked.items() if found}
    hits = {
        truth: {who: [is_inside(one.troughs[who], target) for one in found] for who in ARMS}
        for truth, found in marked.items()
    }
    low, high = TARGETS[target]
    return {
        "inside": {who: mean([np.mean(one[who]) for one in hits.values()]) for who in ARMS},
        "above": {
            who: mean([np.mean([one.troughs[who] > high for one in found]) for found in marked.values()])
            for who in ARMS
        },
        "below": {
            who: mean([np.mean([one.troughs[who] < low for one in found]) for found in marked.values()])
            for who in ARMS
        },
        "more": average_difference(
            [np.subtract(one["consult"], one["label"]) for one in hits.values()]
        ),
        "by_truth": {
            truth: {who: mean(one[who]) for who in ARMS} | {"more": difference(one["consult"], one["label"])}
            for truth, one in hits.items()
        },
    }  # fmt: skip


def summarise_year(scenario: Scenario, target: str, years: Sequence[Year]) -> dict:
    """Time in and out of the target by arm, and the consult against the label."""
    arms = {arm: [year for year in years if year.arm == arm] for arm in ARMS}
    return {
        "id": scenario.id,
        "name": scenario.name,
        "target": target,
        "people": len(arms["keep"]),
        "arms": {
            arm: {
                key: mean([getattr(year, key) for year in found])
                for key in ("inside", "above_15", "above_20", "below_2", "changes")
            }
            for arm, found in arms.items()
        },
        "silent": mean([year.silent for year in arms["consult"]]),
        "more": difference(
            [year.inside for year in arms["consult"]], [year.inside for year in arms["label"]]
        ),
        "toxic": difference(
            [year.above_20 for year in arms["consult"]], [year.above_20 for year in arms["label"]]
        ),
    }
