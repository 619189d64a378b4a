"""Damped Newton descent from several starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .objective import Objective
from .problem import Bools, Floats

LONGEST = 2.0  # standard deviations a step may go
ROUNDS = 80
FISHER = 4  # rounds with the expected Hessian before the exact one
STILL = 1e-9  # step and gradient at which a point counts as found
MOVED = 1e-3  # standard deviations after which the exact Hessian is taken anew


@dataclass(slots=True)
class Descent:
    """Where each of M starts came to: x (M, E), value (M,), gradient (M, E), exact hessian (M, E, E), done (M,).

    low, high (M,): bounds of the first coordinate, ±∞ where there are none.
    """

    x: Floats
    value: Floats
    gradient: Floats
    hessian: Floats
    done: Bools
    rounds: int


def descend(objective: Objective, starts: Floats, low: Floats, high: Floats) -> Descent:
    """Minimise from `starts` (M, E), the first coordinate held within [low, high] (M,)."""
    x = starts.copy()
    x[:, 0] = np.clip(x[:, 0], low, high)
    value, gradient, hessian = objective.slope(x)
    damping = np.zeros(len(x))
    origin = np.full_like(x, np.inf)  # where the exact Hessian was taken
    done = np.zeros(len(x), dtype=bool)
    rounds = 0
    for rounds in range(1, ROUNDS + 1):
        active = np.flatnonzero(~done)
        if not len(active):
            break
        exact = needs_exact(x[active], gradient[active], origin[active], rounds)
        if exact.any():
            rows = active[exact]
            hessian[rows] = objective.bend(x[rows])
            origin[rows] = x[rows]
        step, pinned = propose(
            x[active], gradient[active], hessian[active], damping[active], low[active], high[active]
        )
        trial = x[active] + step
        trial[:, 0] = np.clip(trial[:, 0], low[active], high[active])
        new_value, new_gradient, new_hessian = objective.slope(trial)
        length = np.abs(trial - x[active]).max(axis=1)
        free = np.where(pinned, 0.0, np.abs(gradient[active, 0]))
        steep = np.maximum(free, np.abs(gradient[active, 1:]).max(axis=1, initial=0.0))
        slack = 1e-13 * (1 + np.abs(value[active]))
        better = np.isfinite(new_value) & (new_value <= value[active] + slack)
        rows = active[better]
        x[rows], value[rows], gradient[rows] = (
            trial[better],
            new_value[better],
            new_gradient[better],
        )
        fresh = better & ~np.isfinite(origin[active]).all(axis=1)
        hessian[active[fresh]] = new_hessian[fresh]
        damping[active] = np.where(
            better,
            np.where(damping[active] < 1e-3, 0.0, damping[active] / 8),
            damping[active] * 4 + 0.5,
        )
        settled = np.isfinite(origin[active]).all(axis=1) & (length < STILL)
        done[active] |= settled & (steep < 1e-5 * (1 + np.abs(value[active])))
        done[active] |= damping[active] > 1e12
    far = ~(np.abs(x - origin).max(axis=1) < MOVED)
    if far.any():
        hessian[far] = objective.bend(x[far])
    return Descent(x, value, gradient, hessian, done, rounds)


def needs_exact(x: Floats, gradient: Floats, origin: Floats, rounds: int) -> Bools:
    """Which points want their exact Hessian: after some rounds, and when they moved since."""
    near = np.abs(gradient).max(axis=1) < 0.1
    moved = ~(np.abs(x - origin).max(axis=1) < MOVED)
    return (near | (rounds > FISHER)) & moved


def propose(
    x: Floats, gradient: Floats, hessian: Floats, damping: Floats, low: Floats, high: Floats
) -> tuple[Floats, Bools]:
    """Newton steps (M, E), turned downhill where the Hessian is not positive, at most two SD long.

    pinned (M,): the first coordinate stays at a bound that the gradient pushes against.
    """
    size = x.shape[1]
    pinned = ((x[:, 0] <= low) & (gradient[:, 0] > 0)) | ((x[:, 0] >= high) & (gradient[:, 0] < 0))
    slope, bend = gradient.copy(), hessian.copy()
    slope[pinned, 0] = 0.0
    bend[pinned, 0, :] = 0.0
    bend[pinned, :, 0] = 0.0
    bend[pinned, 0, 0] = 1.0
    values, vectors = np.linalg.eigh(bend)
    values = np.maximum(np.abs(values), 0.1) + damping[:, None]
    along = np.einsum("mef,me->mf", vectors, slope) / values
    step = -np.einsum("mef,mf->me", vectors, along)
    length = np.linalg.norm(step, axis=1, keepdims=True) if size else np.zeros((len(x), 1))
    return step * np.minimum(1.0, LONGEST / np.maximum(length, 1e-300)), pinned
