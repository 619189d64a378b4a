"""Expected against measured: what each level was expected to be before it was seen (evidence section 7).

A level far from what was expected is never dropped: it is shown with and without, and asked to be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .curve import predict
from .individual import Setting, is_used
from .mixture import Member, scatter, summarise
from .posterior import draw_prior
from .problem import Floats
from .report import Quantiles
from .rules import Rules

DRAWS = 4096
FEWEST = 50.0  # effective draws below which nothing is said to have been expected


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was expected of a level from the population and the levels before it.

    share: probability of a value at least as far from the middle, two-sided; None where nothing was expected.
    low: the level lies below the middle. residual: weighted residual at the estimate.
    """

    quantiles: Quantiles | None
    share: float | None
    low: bool
    residual: float


def expect_levels(member: Member, setting: Setting) -> list[Expectation]:
    """One expectation for each level of `setting.levels`, in time, by the leading model."""
    problem, samples = member.problem, member.problem.samples
    eta = draw_prior(problem, DRAWS)
    curve = predict(problem, eta, samples.time)
    biased = curve * np.exp(samples.bias + eta @ samples.design.T)
    measured = scatter(biased, member.candidate.model)
    weights = np.full(len(eta), 1.0 / len(eta))
    found = []
    for index, level in enumerate(setting.levels):
        found.append(_compare(measured[:, index], weights, level.value, member, index))
        if is_used(level, member.candidate.model) and not level.below:
            weights = _learn(weights, biased[:, index], level.value, member)
    return found


def _compare(
    values: Floats, weights: Floats, seen: float, member: Member, index: int
) -> Expectation:
    residual = float(member.estimation.residuals[index])
    if 1.0 / float(np.sum(weights**2)) < FEWEST:
        return Expectation(None, None, residual < 0, residual)
    lower = float(weights[values <= seen].sum())
    share = max(2.0 * min(lower, 1.0 - lower), 1.0 / len(values))
    return Expectation(summarise(values, weights), share, lower < 0.5, residual)


def _learn(weights: Floats, values: Floats, seen: float, member: Member) -> Floats:
    """Weights of the draws after a level was seen."""
    residual = member.candidate.model.residual
    samples = member.problem.samples
    if residual.log_sd > 0:
        distance, spread = np.log(seen / values), np.full(len(values), residual.log_sd)
    else:
        variance = samples.additive[0] ** 2 + (samples.proportional[0] * values) ** 2
        spread = np.sqrt(np.maximum(variance, samples.floor[0] ** 2))
        distance = seen - values
    log_weights = np.log(weights + 1e-300) - 0.5 * (distance / spread) ** 2 - np.log(spread)
    found = np.exp(log_weights - log_weights.max())
    return np.asarray(found / found.sum())


def list_outliers(
    expectations: Sequence[Expectation], member: Member, setting: Setting, rules: Rules
) -> list[int]:
    """Levels so far from what was expected that they need a second look; indices into `setting.levels`."""
    residual, share = rules.number("outlier_residual"), rules.number("outlier_probability")
    return [
        index
        for index, (found, level) in enumerate(zip(expectations, setting.levels, strict=True))
        if is_used(level, member.candidate.model)
        and (abs(found.residual) > residual or (found.share is not None and found.share < share))
    ]
