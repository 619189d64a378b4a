"""What is known of η after the samples: weighted draws from the posterior, without randomness.

Quasi-random draws from multivariate t distributions at the minima, weighted by posterior over proposal
(importance sampling; Owen & Zhou 2000 for the mixture). Without samples: the prior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .objective import pose
from .points import DEGREES, draw_normal, draw_t
from .problem import Estimation, Floats, Posterior, Problem

WIDER = 1.15


@dataclass(frozen=True, slots=True)
class Component:
    """One t distribution in x: centre (E,), root (E, E) of its scale matrix, share of the draws."""

    centre: Floats
    root: Floats
    share: float


def draw(problem: Problem, estimation: Estimation, count: int = 2048) -> Posterior:
    """At least `count` (a power of two) weighted draws."""
    objective = pose(problem)
    if not len(objective.samples.time):
        eta = draw_normal(count, len(problem.omega)) @ objective.basis.T
        return Posterior(eta, np.full(count, 1 / count), 1.0, 0.0, False, True)
    back = np.linalg.inv(objective.basis)
    components = []
    for mode in estimation.modes:
        hessian = objective.basis.T @ mode.hessian @ objective.basis
        root = np.linalg.cholesky(2 * WIDER * np.linalg.inv(hessian))
        components.append(Component(back @ mode.eta, root, 1 / len(estimation.modes)))
    x, proposal = spread(components, count)
    size = x.shape[1]
    logs = -objective.value(x) / 2 - size / 2 * np.log(2 * np.pi) - proposal
    top = logs.max()
    weight = np.exp(logs - top)
    evidence = float(top + np.log(weight.mean()))
    weight /= weight.sum()
    effective = float(1 / (weight**2).sum() / count)
    return Posterior(
        x @ objective.basis.T, weight, effective, evidence, len(components) > 1, effective >= 0.1
    )


def spread(components: list[Component], count: int) -> tuple[Floats, Floats]:
    size = len(components[0].centre)
    base = draw_t(count, size)
    owner = np.arange(count) % len(components)
    x = np.empty_like(base)
    for index, component in enumerate(components):
        rows = owner == index
        x[rows] = component.centre + base[rows] @ component.root.T
    return x, measure_density(components, x)


def measure_density(components: list[Component], x: Floats) -> Floats:
    from math import lgamma, log, pi

    size = x.shape[1]
    constant = lgamma((DEGREES + size) / 2) - lgamma(DEGREES / 2) - size / 2 * log(DEGREES * pi)
    logs = []
    for component in components:
        away = np.linalg.solve(component.root, (x - component.centre).T)
        distance = (away**2).sum(axis=0)
        logs.append(
            log(component.share)
            + constant
            - np.log(np.abs(np.diag(component.root))).sum()
            - (DEGREES + size) / 2 * np.log1p(distance / DEGREES)
        )
    return np.logaddexp.reduce(np.array(logs), axis=0)
