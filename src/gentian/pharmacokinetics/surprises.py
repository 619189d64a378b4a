"""Expected against measured: what each level was expected to be before it was seen (evidence section 7).

A level far from what was expected is never dropped: it is shown with and without, and asked to be repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .curve import predict
from .individual import Setting, is_used, is_valid
from .likelihood import weigh_misfit
from .mixture import Member, scatter, summarise
from .points import draw_normal
from .problem import Floats
from .report import Quantiles
from .rules import Rules

DRAWS = 2048
AGREEING = 2
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


@dataclass(frozen=True, slots=True)
class Judged:
    """expectations: one a level, in time; outliers: indices of levels that need a second look."""

    expectations: list[Expectation]
    outliers: list[int]


@dataclass(frozen=True, slots=True)
class Told:
    """Which levels may surprise: used ones; the first of them only where the population is asked too."""

    used: Sequence[bool]
    least: float
    at_large: bool

    def asks(self, place: int, outliers: Sequence[int]) -> bool:
        """May a level count as unlikely, with those that were blamed already?"""
        before = (one for one in range(place) if self.used[one] and one not in outliers)
        return self.used[place] and (self.at_large or next(before, None) is not None)


def judge_by_all(
    leader: Member,
    members: Sequence[Member],
    setting: Setting,
    rules: Rules,
    draws: int = DRAWS,
) -> list[Judged]:
    """How each leading model judges the levels, the leader first; its outliers are those of all of them.

    A model with an error of fixed size takes a trough of nought for one of four, and weighs most just where a
    tenfold slip made the levels disagree. So any model is heard that leaves a level far off its curve, or that
    earlier levels of this person had led to expect another. What the others expected of people at large is not:
    published models differ twofold there (section 1.4), and a child unlike some of them is no slip of the pen.
    """
    first = judge_levels(leader, setting, rules, draws=draws)
    others = [
        judge_levels(one, setting, rules, at_large=False, draws=draws)
        for one in members
        if one is not leader
    ]
    found = {place for one in (first, *others) for place in one.outliers}
    return [Judged(first.expectations, sorted(found)), *others]


def list_answered(setting: Setting, outliers: Sequence[int]) -> list[int]:
    """Outliers that were repeated, as was asked for: later valid levels do not lie far off.

    One level against one decides nothing; two that agree do. The level stays in the record and on the page.
    """
    agreeing = [
        place
        for place, level in enumerate(setting.levels)
        if is_valid(level) and place not in outliers
    ]
    if len(agreeing) < AGREEING:
        return []
    return [place for place in outliers if place < agreeing[-1]]


def judge_levels(
    member: Member, setting: Setting, rules: Rules, *, at_large: bool = True, draws: int = DRAWS
) -> Judged:
    """What was expected of each level of `setting.levels` by one model, and which lie far from it.

    at_large: a level also counts as far off where only the population speaks of it, and no earlier level.
    """
    problem = member.problem
    samples = problem.samples
    eta = draw_normal(draws, len(problem.omega)) @ np.linalg.cholesky(problem.omega).T
    curve = predict(problem, eta, samples.time)
    biased = curve * np.exp(samples.bias + eta @ samples.design.T)
    measured = scatter(biased, member.noise)
    misfit = weigh_misfit(samples, biased).misfit  # levels that are not used weigh nothing
    first = _expect(measured, misfit, member, setting)
    used = [is_used(level, member.candidate.model) for level in setting.levels]
    residual = rules.number("outlier_residual")
    flagged = {
        place for place, found in enumerate(first) if used[place] and abs(found.residual) > residual
    }
    told = Told(used, rules.number("outlier_probability"), at_large)
    return Judged(first, _find_outliers(measured, misfit, member, setting, told, flagged))


def _find_outliers(
    measured: Floats,
    misfit: Floats,
    member: Member,
    setting: Setting,
    told: Told,
    flagged: set[int],
) -> list[int]:
    """Of the levels that stand out, the one without which the others are best explained; then again without it."""
    outliers = list[int]()
    while len(outliers) < sum(told.used):
        expectations = _expect(measured, misfit, member, setting)
        surprising = {
            place
            for place, found in enumerate(expectations)
            if found.share is not None and found.share < told.least and told.asks(place, outliers)
        }
        suspects = sorted((flagged | surprising) - set(outliers))
        if not suspects:
            break
        blamed = max(suspects, key=lambda place: _explain_others(misfit, place))
        outliers.append(blamed)
        misfit = misfit.copy()
        misfit[:, blamed] = 0.0
        flagged = set()
    return sorted(outliers)


def _explain_others(misfit: Floats, place: int) -> float:
    """Log of how likely all other levels are together, without the one at `place`."""
    rest = misfit.sum(axis=1) - misfit[:, place]
    return float(np.log(np.mean(np.exp(-(rest - rest.min()) / 2))) - rest.min() / 2)


def _expect(
    measured: Floats, misfit: Floats, member: Member, setting: Setting
) -> list[Expectation]:
    """Each level against the draws, weighed by the levels before it."""
    before = np.concatenate([np.zeros((len(misfit), 1)), np.cumsum(misfit, axis=1)[:, :-1]], axis=1)
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
