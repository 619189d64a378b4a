"""Damped Newton descent from several starts at once, the first coordinate within bounds of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .objective import NUDGE, Objective
from .problem import Array, Bools, Floats, Ints

LONGEST = 2.0  # standard deviations a step may go
ROUNDS = 60
FISHER = 3  # rounds with the expected Hessian; afterwards, or once the step is short, the exact one
SHORT = 0.3
STILL = 1e-7  # a Newton step this short is the last: after it the error is its square
MOVED = (
    1e-2  # standard deviations after which the exact Hessian is taken anew; at the end a hundredth
)
STUCK = 1e9  # damping at which a descent gives up
FLAT = 1e-3  # least curvature (of a step, in x, where the prior alone has 2)


@dataclass(slots=True)
class Descent:
    """Where each of M descents is. x (M, E), value (M,), gradient (M, E), hessian (M, E, E), exact at `origin`.

    low, high (M,): bounds of the first coordinate (±∞: none). done (M,): a minimum within the bounds was
    found; failed (M,): no step goes down although the gradient says so.
    """

    x: Floats
    low: Floats
    high: Floats
    value: Floats
    gradient: Floats
    hessian: Floats
    origin: Floats
    damping: Floats
    done: Bools
    failed: Bools
    rounds: int = 0

    @property
    def pinned(self) -> Ints:
        """(M,): −1, 1 where the gradient pushes against the lower, upper bound of the first coordinate."""
        push = self.gradient[:, 0]
        below = (self.x[:, 0] <= self.low) & (push > 0)
        above = (self.x[:, 0] >= self.high) & (push < 0)
        return above.astype(np.int64) - below.astype(np.int64)


def descend(objective: Objective, starts: Floats, low: Floats, high: Floats) -> Descent:
    """Minimise from `starts` (M, E), the first coordinate held within [low, high] (M,)."""
    x = starts.copy()
    x[:, 0] = np.clip(x[:, 0], low, high)
    count = len(x)
    nowhere, none = np.full(x.shape, np.inf), np.zeros(count, dtype=bool)
    at = Descent(
        x, low, high, *objective.slope(x), nowhere, np.zeros(count), none.copy(), none.copy()
    )
    for at.rounds in range(1, ROUNDS + 1):
        active = np.flatnonzero(~(at.done | at.failed))
        if not len(active):
            break
        advance(objective, at, active)
    at.failed |= ~at.done
    refresh(objective, at, np.arange(count), MOVED / 100)
    return at


def advance(objective: Objective, at: Descent, active: Ints) -> None:
    """One step of the active descents: taken where it goes down, damped where it does not."""
    step = propose(at, active)
    length = np.abs(step).max(axis=1)
    if at.rounds > FISHER or (length < SHORT).any():
        near = active if at.rounds > FISHER else active[length < SHORT]
        if refresh(objective, at, near, MOVED):
            step = propose(at, active)
            length = np.abs(step).max(axis=1)
    trial = at.x[active] + step
    still = (length < STILL) & np.isfinite(at.origin[active, 0])
    at.x[active[still]] = trial[still]
    at.done[active[still]] = True
    if still.all():
        return
    move(objective, at, active[~still], trial[~still])


def move(objective: Objective, at: Descent, rows: Ints, trial: Floats) -> None:
    """Go to the trial points where the objective is not higher there."""
    value, gradient, hessian = objective.slope(trial)
    better = value <= at.value[rows] + 1e-13 * (1 + np.abs(at.value[rows]))
    taken = rows[better]
    at.x[taken], at.value[taken], at.gradient[taken] = (
        trial[better],
        value[better],
        gradient[better],
    )
    fisher = better & ~np.isfinite(at.origin[rows, 0])
    at.hessian[rows[fisher]] = hessian[fisher]
    damping = at.damping[rows]
    eased = np.where(damping < 0.1, 0.0, damping / 8)
    at.damping[rows] = np.where(better, eased, damping * 4 + 1)
    at.failed[rows] = at.damping[rows] > STUCK


def refresh(objective: Objective, at: Descent, rows: Ints, moved: float) -> bool:
    """Take the exact Hessian anew of those rows that moved since; whether there were any."""
    away = ~(np.abs(at.x[rows] - at.origin[rows]).max(axis=1) < moved)
    rows = rows[away]
    if len(rows):
        inside = at.x[rows].copy()  # the differences must not reach across a bound
        inside[:, 0] = np.clip(inside[:, 0], at.low[rows] + 2 * NUDGE, at.high[rows] - 2 * NUDGE)
        at.hessian[rows] = objective.bend(inside)
        at.origin[rows] = at.x[rows]
    return bool(len(rows))


def propose(at: Descent, rows: Ints) -> Floats:
    """Newton steps (M, E) within the bounds, downhill whatever the Hessian's signs, at most two SD long."""
    slope, bend = at.gradient[rows], at.hessian[rows]
    pinned = at.pinned[rows] != 0
    if pinned.any():
        slope, bend = slope.copy(), bend.copy()
        slope[pinned, 0] = bend[pinned, 0, :] = bend[pinned, :, 0] = 0.0
        bend[pinned, 0, 0] = 1.0
    step = -solve(bend, slope, at.damping[rows])
    length = np.sqrt((step * step).sum(axis=1, keepdims=True))
    step *= np.minimum(1.0, LONGEST / np.maximum(length, 1e-300))
    step[:, 0] = np.clip(at.x[rows, 0] + step[:, 0], at.low[rows], at.high[rows]) - at.x[rows, 0]
    return step


def solve(bend: Array, slope: Floats, damping: Floats) -> Floats:
    """(|bend| + damping)⁻¹ slope: directions of negative curvature count as of positive."""
    values, vectors = np.linalg.eigh(bend)
    values = np.maximum(np.abs(values), FLAT) + damping[:, None]
    along = (vectors * slope[:, :, None]).sum(axis=1) / values
    return np.asarray((vectors * along[:, None, :]).sum(axis=2))
