"""Several models, one answer: fit each, weigh them, and mix their posteriors (evidence section 1.6).

The point estimates are never mixed. One level or two say little about which model is right, so the weights are
drawn towards equal ones, the more the fewer the levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from .curve import predict
from .eligibility import Candidate
from .estimation import estimate
from .individual import Noise, Setting, build_problem, is_valid, read_noise
from .likelihood import weigh_misfit
from .posterior import draw
from .problem import Bools, Estimation, Floats, Posterior, Problem
from .quantiles import weigh
from .report import Quantiles
from .rules import Rules

SHARES = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Member:
    """A fitted model. weight: its part of the mixture (0 for one that only stands beside)."""

    candidate: Candidate
    problem: Problem
    estimation: Estimation
    posterior: Posterior
    noise: Noise
    weight: float = 0.0

    @property
    def sound(self) -> bool:
        """Can its answer be used: a real minimum and enough draws that count?"""
        return self.estimation.converged and self.posterior.reliable


@dataclass(frozen=True, slots=True)
class Mixture:
    """The members whose weights sum to 1, then those that stand beside."""

    members: tuple[Member, ...]

    @property
    def leading(self) -> tuple[Member, ...]:
        """The members that make the answer."""
        return tuple(member for member in self.members if member.weight > 0)

    def join(self, parts: Sequence[Floats]) -> tuple[Floats, Floats]:
        """Values of each leading member's draws (N, …) as one sample with its weights."""
        weights = [member.weight * member.posterior.weight for member in self.leading]
        return np.concatenate(list(parts)), np.concatenate(weights)


def thin_draws(mixture: Mixture, step: int) -> Mixture:
    """Every so many-th draw: enough where a curve is drawn. An odd step meets the draws of every mode."""
    return Mixture(
        tuple(replace(one, posterior=_thin(one.posterior, step)) for one in mixture.members)
    )


def _thin(posterior: Posterior, step: int) -> Posterior:
    weight = posterior.weight[::step]
    return replace(posterior, eta=posterior.eta[::step], weight=weight / weight.sum())


def fit_member(candidate: Candidate, setting: Setting, leave_out: Sequence[int] = ()) -> Member:
    """Estimate a model for a person and draw from what it leaves possible."""
    problem = build_problem(candidate, setting, leave_out)
    estimation = estimate(problem)
    noise = read_noise(candidate, setting.rules)
    return Member(candidate, problem, estimation, draw(problem, estimation), noise)


def combine(members: Sequence[Member], setting: Setting) -> Mixture:
    """Give the leading members their weights; unsound ones and those that only stand beside get none.

    Weights go by exp(−OFV / 2) over the levels that every model uses, floored, then tempered by n / (n + 2)
    towards equal ones (evidence section 1.6, c).
    """
    leading = [one for one in members if one.candidate.leads and one.sound]
    if not leading:
        return Mixture(tuple(members))
    valid = np.array([is_valid(level) for level in setting.levels], dtype=bool)
    objectives = np.array(
        [measure(one.problem, one.estimation.best.eta, valid) for one in leading], dtype=float
    )
    weights = temper(objectives, int(valid.sum()), setting.rules)
    found = [
        replace(one, weight=float(weight)) for one, weight in zip(leading, weights, strict=True)
    ]
    return Mixture((*found, *(one for one in members if one not in leading)))


def measure(problem: Problem, eta: Floats, kept: Bools) -> float:
    """−2 log posterior of η over the levels that are kept, up to a constant shared by all models."""
    samples = replace(problem.samples, weight=kept.astype(float))
    curve = predict(problem, eta, samples.time) * np.exp(samples.bias + samples.design @ eta)
    penalty = float(eta @ np.linalg.solve(problem.omega, eta))
    return float(weigh_misfit(samples, curve).misfit.sum()) + penalty


def temper(objectives: Floats, count: int, rules: Rules) -> Floats:
    """Weights from −2 log posteriors of `count` levels."""
    weights = np.exp(-(objectives - objectives.min()) / 2)
    weights = np.maximum(weights / weights.sum(), rules.number("weight_floor"))
    weights /= weights.sum()
    trust = count / (count + rules.number("tempering"))
    return np.asarray(trust * weights + (1 - trust) / len(weights))


def scatter(values: Floats, noise: Noise) -> Floats:
    """What would be measured where the concentration is `values` (N, …): the residual error added.

    One quasi-random normal number a draw, so that the whole curve of a draw lies high or low together.
    """
    normal = list_normals(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    if noise.log_sd > 0:
        return np.asarray(values * np.exp(noise.log_sd * normal))
    spread = np.hypot(noise.additive, noise.proportional * values)
    return np.asarray(np.maximum(values + spread * normal, 0.0))


@lru_cache(maxsize=16)
def list_normals(count: int) -> Floats:
    """Standard normal numbers spread evenly, in an order that is unrelated to that of the draws."""
    places = (0.5 + np.arange(count) * GOLDEN) % 1.0
    ranks = np.empty(count)
    ranks[np.argsort(places)] = (np.arange(count) + 0.5) / count
    quantile = NormalDist().inv_cdf
    return np.array([quantile(rank) for rank in ranks])


def summarise(values: Floats, weights: Floats) -> Quantiles:
    """Quantiles of a weighted sample (N,)."""
    found = weigh(values, weights, SHARES)
    return Quantiles(**dict(zip(Quantiles.__struct_fields__, map(float, found), strict=True)))
