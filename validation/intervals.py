"""Shares, means and differences with their intervals; everything rounded so that the same run prints the same."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import numpy as np

Z = 1.959963984540054
BOOTSTRAPS = 2000
SEED = 20263


def share(hits: int, cases: int) -> dict:
    """A share with Wilson's 95 % interval."""
    if not cases:
        return {"of": 0}
    rate = hits / cases
    middle = (rate + Z**2 / (2 * cases)) / (1 + Z**2 / cases)
    half = Z / (1 + Z**2 / cases) * sqrt(rate * (1 - rate) / cases + Z**2 / (4 * cases**2))
    return {
        "of": cases,
        "is": tidy(rate),
        "low": tidy(max(middle - half, 0.0)),
        "high": tidy(min(middle + half, 1.0)),
    }


def difference(one: Sequence[float], other: Sequence[float]) -> dict:
    """Mean of the paired differences with a bootstrap 95 % interval (percentiles, 2,000 resamples of people)."""
    values = np.asarray(one, float) - np.asarray(other, float)
    if not len(values):
        return {"of": 0}
    generator = np.random.default_rng([SEED, len(values)])
    picked = generator.integers(0, len(values), (BOOTSTRAPS, len(values)))
    means = values[picked].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return {"of": len(values), "is": tidy(values.mean()), "low": tidy(low), "high": tidy(high)}


def average_difference(groups: Sequence[Sequence[float]]) -> dict:
    """Mean over groups of the mean of their values, each group counting the same; bootstrap within groups."""
    groups = [np.asarray(group, float) for group in groups if len(group)]
    if not groups:
        return {"of": 0}
    generator = np.random.default_rng([SEED, len(groups), sum(map(len, groups))])
    means = np.mean(
        [
            group[generator.integers(0, len(group), (BOOTSTRAPS, len(group)))].mean(axis=1)
            for group in groups
        ],
        axis=0,
    )
    low, high = np.quantile(means, [0.025, 0.975])
    found = np.mean([group.mean() for group in groups])
    return {"of": sum(map(len, groups)), "is": tidy(found), "low": tidy(low), "high": tidy(high)}


def mean(values: Sequence[float]) -> float | None:
    """The mean, None of nothing."""
    return tidy(np.mean(values)) if len(values) else None


def median(values: Sequence[float]) -> float | None:
    """The median, None of nothing."""
    return tidy(np.median(values)) if len(values) else None


def tidy(value: float) -> float:
    """Four decimals, or three digits of what is smaller."""
    value = float(value)
    return round(value, 4) if abs(value) >= 1e-3 or value == 0 else float(f"{value:.2e}")
