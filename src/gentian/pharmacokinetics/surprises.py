"""Expected against measured: what each level was expected to be before it was seen (evidence section 7).

A level far from what was expected is never dropped: it is shown with and without, and asked to be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .curve import predict
from .individual import Setting, is_used
from .likelihood import weigh_misfit
from .mixture import Member, scatter, summarise
from .points import draw_normal
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
    problem = member.problem
    samples = problem.samples
    eta = draw_normal(DRAWS, len(problem.omega)) @ np.linalg.cholesky(problem.omega).T
    curve = predict(problem, eta, samples.time)
    biased = curve * np.exp(samples.bias + eta @ samples.design.T)
    measured = scatter(biased, member.candidate.model)
    misfit = weigh_misfit(samples, biased).misfit  # levels that are not used weigh nothing
    before = np.concatenate([np.zeros((len(eta), 1)), np.cumsum(misfit, axis=1)[:, :-1]], axis=1)
    return [
        _compare(measured[:, place], _weigh(before[:, place]), level.value, member, place)
        for place, level in enumerate(setting.levels)
    ]


def _weigh(misfit: Floats) -> Floats:
    """Weights of the draws by how well they explain the levels seen so far."""
    found = np.exp(-(misfit - misfit.min()) / 2)
    return np.asarray(found / found.sum())


def _compare(
    values: Floats, weights: Floats, seen: float, member: Member, place: int
) -> Expectation:
    residual = float(member.estimation.residuals[place])
    if 1.0 / float(np.sum(weights**2)) < FEWEST:
        return Expectation(None, None, residual < 0, residual)
    lower = float(weights[values <= seen].sum())
    share = max(2.0 * min(lower, 1.0 - lower), 1.0 / len(values))
    return Expectation(summarise(values, weights), share, lower < 0.5, residual)


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
