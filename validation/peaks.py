"""Hard cases for the search: levels that can be read in two ways, and models with a lag."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.posterior import draw
from gentian.pharmacokinetics.problem import Doses, Floats, Problem, Samples, Structure

from .numerics import SEED, measure_objective, no_samples


def pose_lag(number: int) -> Problem:
    """One compartment with a lag, variances of 0.1 to 0.3, four levels within 36 hours of the first dose."""
    generator = np.random.default_rng([SEED, 5, number])
    structure = Structure(1, lag=True)
    omega = np.diag(generator.uniform(0.1, 0.3, 4))
    problem = pose_one(structure, (1.0, 5.0, 50.0, 0.5), omega, 4)
    times = np.sort(generator.uniform(0.3, 36.0, 4))
    curve = predict(problem, np.linalg.cholesky(omega) @ generator.standard_normal(4), times)
    noise = np.hypot(0.5, 0.2 * curve) * generator.standard_normal(4)
    return with_levels(problem, times, np.maximum(curve + noise, 0.1), 0.5, 0.2)


def pose_hard(number: int) -> Problem:
    """One low and exact level half a day after one dose: was it absorbed slowly, or quickly and long ago?"""
    generator = np.random.default_rng([SEED, 4, number])
    omega = np.diag(
        [generator.uniform(1.0, 3.0), generator.uniform(0.01, 0.3), generator.uniform(0.01, 0.3)]
    )
    problem = pose_one(Structure(1), (0.17, 20.0, 120.0), omega, 1)
    time = generator.uniform(9.0, 15.0, 1)
    rates = np.zeros((200, 3))
    rates[:, 0] = np.linspace(-4, 4, 200)
    most = predict(problem, rates, time).max()
    return with_levels(problem, time, most * generator.uniform(0.4, 0.9, 1), 0.1, 0.05)


def pose_one(
    structure: Structure, typical: tuple[float, ...], omega: Floats, count: int
) -> Problem:
    """One compartment, 5 mg every 12 hours so many times, one η on every parameter."""
    size = len(typical)
    doses = Doses(
        np.zeros(1), np.array([5.0]), np.array([12.0]), np.array([count]), np.zeros(1),
        np.ones(1, bool), np.zeros(1), np.zeros((1, size)),
    )  # fmt: skip
    logs, design = np.log(typical)[None], np.eye(size)[None]
    return Problem(structure, np.array([-np.inf]), logs, design, doses, no_samples(size), omega)


def with_levels(
    problem: Problem, times: Floats, values: Floats, additive: float, proportional: float
) -> Problem:
    """With measured levels of a combined error."""
    count, size = len(times), len(problem.omega)
    samples = Samples(
        times, values, np.zeros(count, bool), np.zeros(count), np.zeros((count, size)),
        np.full(count, additive), np.full(count, proportional),
        np.zeros(count), np.zeros(count), np.ones(count),
    )  # fmt: skip
    return replace(problem, samples=samples)


@dataclass(frozen=True, slots=True)
class Hard:
    """A case that may have several minima. several: brute force finds two that hold 1 % each; found: we found as
    many; told: the posterior says so, or says that it cannot be relied on.
    """

    several: bool
    found: bool
    told: bool


def judge_hard(number: int, starts: int) -> Hard:
    """Every minimum by brute force from many starts, weighed by Laplace, against ours."""
    problem = pose_hard(number)
    generator = np.random.default_rng([SEED, 6, number])
    size = len(problem.omega)
    minima: list[tuple[float, Floats, float]] = []
    scale = np.sqrt(np.diag(problem.omega))
    for start in 1.5 * generator.standard_normal((starts, size)):
        fine = minimize(
            lambda x: float(measure_objective(problem, (x * scale)[None])[0]), start, method="BFGS"
        )
        if any(np.abs(fine.x - x).max() < 0.05 for _, x, _ in minima):
            continue
        slope = np.abs(fine.jac).max()
        if slope > 1e-3:
            continue
        spread = float(np.linalg.slogdet(fine.hess_inv)[1])
        minima.append((float(fine.fun), fine.x, spread))
    logs = np.array([-value / 2 + spread / 2 for value, _, spread in minima])
    shares = np.exp(logs - logs.max())
    shares /= shares.sum()
    count = int((shares >= 0.01).sum())
    estimation = estimate(problem)
    posterior = draw(problem, estimation)
    told = posterior.multimodal or not posterior.reliable or not estimation.converged
    return Hard(count > 1, len(estimation.modes) >= count, told)


def settle_lag(number: int) -> bool:
    """Does a model with a lag settle on a verified minimum?"""
    return estimate(pose_lag(number)).converged
