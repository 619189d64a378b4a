"""The most probable η of one person: every minimum of −2 log posterior that holds weight."""

from __future__ import annotations

import numpy as np

from .curve import predict
from .descent import Descent, descend
from .likelihood import measure_residuals
from .objective import Objective, pose
from .problem import Estimation, Floats, Mode, Problem

FARTHEST = 5.0  # prior standard deviations: beyond, an estimate does not count as converged
SAME = 1e-2  # standard deviations within which two minima are one
LIGHT = 25.0  # objective above the best from which a minimum holds no weight


def estimate(problem: Problem, *, starts: str = "auto") -> Estimation:
    """The minima of −2 log posterior, the lowest first.

    `starts`: `auto` looks for further minima, `single` descends from the prior mean only. Without samples of
    weight above 0 the prior mean is the estimate.
    """
    objective = pose(problem)
    size = len(problem.omega)
    if not len(objective.samples.time):
        return report(
            problem,
            objective,
            [Mode(np.zeros(size), 0.0, 2 * np.linalg.inv(problem.omega))],
            True,
            0,
        )
    found = descend(objective, np.zeros((1, size)), np.full(1, -np.inf), np.full(1, np.inf))
    return report(
        problem, objective, read_minima(objective, found), bool(found.done[0]), found.rounds
    )


def read_minima(objective: Objective, found: Descent) -> list[Mode]:
    """Distinct minima in η, by objective."""
    back = np.linalg.inv(objective.basis)
    modes: list[Mode] = []
    kept: list[Floats] = []
    for row in np.argsort(found.value, kind="stable"):
        x = found.x[row]
        if found.value[row] > found.value.min() + LIGHT:
            continue
        if any(np.abs(x - other).max() < SAME for other in kept):
            continue
        kept.append(x)
        hessian = back.T @ found.hessian[row] @ back
        modes.append(Mode(objective.basis @ x, float(found.value[row]), hessian))
    return modes


def report(
    problem: Problem, objective: Objective, modes: list[Mode], done: bool, rounds: int
) -> Estimation:
    """With the predictions of the best minimum and how far the samples lie from them."""
    best = modes[0].eta
    samples = problem.samples
    curve = predict(problem, best, samples.time)
    predictions = curve * np.exp(samples.bias + samples.design @ best)
    inside = bool((np.abs(best) <= FARTHEST * np.sqrt(np.diag(problem.omega))).all())
    return Estimation(
        tuple(modes), done and inside, rounds, measure_residuals(samples, predictions), predictions
    )
