"""What is known of η after the samples: weighted draws from the posterior, without randomness.

Quasi-random draws from t distributions at the minima, weighted by posterior over proposal (importance
sampling; Owen & Zhou 2000 for mixtures). Where the effective sample is small the draws are doubled and the
proposal fitted to what they showed. Without samples the posterior is the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .kinks import turn_basis
from .objective import Objective, pose
from .points import draw_normal
from .problem import Bools, Estimation, Floats, Posterior, Problem
from .proposal import Component, adapt, draw_mixture, measure_densities

WIDER = 1.15  # of the covariance at a minimum
LEAST_SHARE = 0.1  # of the draws for any minimum
LEAST_BEND = 1.0  # least curvature taken over from a minimum; the prior alone has 2
ENOUGH = (
    0.3  # effective share of the draws below which they are doubled, and the proposal adapted again
)
GOOD = 0.6  # below it the proposal is adapted once
MOST = 16384
DEFENSIVE = 0.1  # draws from the prior, per draw from elsewhere
PEAKS = 0.15  # draws from the minima, per draw from an adapted mixture
GATE = 500.0  # effective draws a posterior needs to be reliable: a 5 % quantile then stands on 25 draws
GATE_SHARE = 0.1
HELD = 0.01  # share of the weight from which a minimum counts


@dataclass(frozen=True, slots=True)
class Sample:
    """Draws x (N, E), their normalised weights (N,), effective share, log marginal likelihood."""

    x: Floats
    weight: Floats
    effective: float
    evidence: float


def draw(problem: Problem, estimation: Estimation, count: int = 2048) -> Posterior:
    """At least `count` (a power of two) weighted draws, at most 16,384 or `count`.

    evidence: log marginal likelihood, without −½ log 2π per measured value. reliable: at least 500 effective
    draws, and one in ten. Raises ValueError for a count that is no power of two, or more than 19 η.
    """
    basis, _ = turn_basis(problem)
    objective = pose(problem, basis)
    if not len(objective.samples.time):
        eta = draw_normal(count, len(problem.omega)) @ objective.basis.T
        return Posterior(eta, np.full(count, 1 / count), 1.0, 0.0, False, True)
    peaks = place_components(objective, estimation)
    sample = weigh_draws(objective, [*peaks, place_prior(len(problem.omega))], count)
    if sample.effective < GOOD:
        sample = improve(objective, peaks, sample, count)
    while sample.effective < ENOUGH and 2 * count <= MOST:
        count *= 2
        sample = improve(objective, peaks, sample, count)
    return Posterior(
        sample.x @ objective.basis.T,
        sample.weight,
        sample.effective,
        sample.evidence,
        is_multimodal(peaks, sample),
        sample.effective >= GATE_SHARE and sample.effective * count >= GATE,
    )


def place_components(objective: Objective, estimation: Estimation) -> list[Component]:
    """A component at each minimum; shares by Laplace's evidence, none below a tenth."""
    back = np.linalg.inv(objective.basis)
    placed: list[tuple[Floats, Floats]] = []
    logs: list[float] = []
    for mode in estimation.modes:
        values, vectors = np.linalg.eigh(objective.basis.T @ mode.hessian @ objective.basis)
        values = np.maximum(values, LEAST_BEND)
        covariance = (vectors * (2 * WIDER / values)) @ vectors.T
        placed.append((back @ mode.eta, np.linalg.cholesky(covariance)))
        logs.append(-mode.objective / 2 - float(np.log(values).sum()) / 2)
    shares = np.exp(np.array(logs) - max(logs))
    shares = np.maximum(shares / shares.sum(), LEAST_SHARE)
    shares /= shares.sum()
    return [
        Component(centre, root, share)
        for (centre, root), share in zip(placed, shares.tolist(), strict=True)
    ]


def place_prior(size: int) -> Component:
    """A share of the draws keeps to the prior: it bounds every weight, so that no valley can stay unseen behind
    a good-looking effective sample size (defensive mixture, Hesterberg 1995).
    """
    return Component(np.zeros(size), np.eye(size), DEFENSIVE)


def improve(objective: Objective, peaks: list[Component], sample: Sample, count: int) -> Sample:
    """Draw again from a mixture fitted to the weighted draws; the better of the two if there are no more."""
    rare = [Component(peak.centre, peak.root, peak.share * PEAKS) for peak in peaks]
    fitted = adapt(sample.x, sample.weight)
    again = weigh_draws(objective, [*rare, *fitted, place_prior(sample.x.shape[1])], count)
    return again if len(again.x) > len(sample.x) or again.effective > sample.effective else sample


def weigh_draws(objective: Objective, components: list[Component], count: int) -> Sample:
    """Draw and weigh. The shares of the components need not sum to 1."""
    total = sum(component.share for component in components)
    components = [Component(one.centre, one.root, one.share / total) for one in components]
    x, density = draw_mixture(components, count)
    logs = -objective.value(x) / 2 - x.shape[1] / 2 * np.log(2 * np.pi) - density
    top = float(logs.max())
    weight = np.exp(logs - top)
    mean = float(weight.mean())
    weight /= weight.sum()
    effective = 1 / float((weight * weight).sum()) / count
    return Sample(x, weight, effective, top + float(np.log(mean)))


def is_multimodal(peaks: list[Component], sample: Sample) -> bool:
    """Whether more than one minimum holds at least one in a hundred of the weight."""
    if len(peaks) == 1:
        return False
    owner = measure_densities(peaks, sample.x).argmax(axis=0)
    held: Bools = np.bincount(owner, sample.weight, len(peaks)) >= HELD
    return int(held.sum()) > 1
