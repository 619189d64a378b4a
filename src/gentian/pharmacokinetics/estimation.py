"""The most probable η of one person, and the other minima of −2 log posterior that hold weight."""

from __future__ import annotations

import numpy as np

from .curve import predict
from .kinks import list_boxes, list_kinks, turn_basis
from .likelihood import measure_residuals
from .minima import Minimum, Search
from .objective import Objective, pose
from .problem import Estimation, Floats, Mode, Problem

FARTHEST = 5.0  # prior standard deviations: beyond, an estimate does not count as converged
ODD_RESIDUAL = (
    2.5  # weighted residual, and SD of an η, from which every η is also started at ±1.5 SD
)
ODD_ETA = 2.0
ASIDE = 1.5


def estimate(problem: Problem, *, starts: str = "auto") -> Estimation:
    """The minima of −2 log posterior, the lowest first.

    `starts`: `auto` looks for further minima, `single` descends from the prior mean only. Without samples of
    weight above 0 the prior mean is the estimate. A lowest point that is not verified as a minimum, or lies
    beyond five prior SD, is returned as not converged.
    """
    basis, deviation = turn_basis(problem)
    objective = pose(problem, basis)
    size = len(problem.omega)
    times = objective.samples.time
    if not len(times):
        return report(objective, [Minimum(np.zeros(size), 0.0, 2 * np.eye(size), True)], 0)
    search = Search(objective, *list_boxes(list_kinks(problem, times, deviation)), [])
    search.settle(list_first(size, search.low, search.high))
    if starts == "auto":
        if is_odd(objective, search.minima[0].x):
            search.settle(np.concatenate((ASIDE * np.eye(size), -ASIDE * np.eye(size))))
        search.look_further()
    if deviation == 0 and problem.structure.lag and problem.design[:, -1].any():
        search.doubt()
    return report(objective, search.keep(), search.rounds)


def list_first(size: int, low: Floats, high: Floats) -> Floats:
    """The prior mean; with kinks, in each box the point nearest to it and the middle."""
    if len(low) == 1:
        return np.zeros((1, size))
    points = np.zeros((2 * len(low), size))
    middle = (np.clip(low, -4, 4) + np.clip(high, -4, 4)) / 2
    points[:, 0] = np.concatenate((np.clip(0.0, low, high), np.clip(middle, low, high)))
    return points


def is_odd(objective: Objective, x: Floats) -> bool:
    """Whether a sample lies far from its prediction, or an estimate far from the prior."""
    if np.abs(x).max() > ODD_ETA:
        return True
    predictions = objective.expect((objective.basis @ x)[None])[0]
    return bool(np.abs(measure_residuals(objective.samples, predictions)).max() > ODD_RESIDUAL)


def report(objective: Objective, minima: list[Minimum], rounds: int) -> Estimation:
    """In η, with the predictions at the best minimum and how far the samples lie from them."""
    problem, samples = objective.problem, objective.problem.samples
    back = np.linalg.inv(objective.basis)
    modes = tuple(
        Mode(objective.basis @ one.x, one.value, back.T @ one.hessian @ back) for one in minima
    )
    best = modes[0].eta
    predictions = expect_samples(objective, best)
    inside = bool((np.abs(best) <= FARTHEST * np.sqrt(np.diag(problem.omega))).all())
    residuals = measure_residuals(samples, predictions)
    return Estimation(modes, minima[0].sure and inside, rounds, residuals, predictions)


def expect_samples(objective: Objective, eta: Floats) -> Floats:
    """What the assay of each sample (T,) would read, whatever its weight."""
    samples = objective.problem.samples
    if samples is objective.samples:
        return np.asarray(objective.expect(eta[None])[0])
    curve = predict(objective.problem, eta, samples.time)
    return np.asarray(curve * np.exp(samples.bias + samples.design @ eta))
