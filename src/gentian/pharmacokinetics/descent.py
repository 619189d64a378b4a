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
STILL = 1e-6  # a Newton step this short is the last: after it the error is its square
STUCK = 1e9  # damping at which a descent gives up
FLAT = 1e-3  # least curvature (of a step, in x, where the prior alone has 2)


@dataclass(slots=True)
class Descent:
    """Where each of M descents is. x (M, E), value (M,), gradient (M, E), hessian (M, E, E), exact (M,): or the
    expected one.

    low, high (M,): bounds of the first coordinate (±∞: none). done (M,): a minimum within the bounds was
    found; failed (M,): no step goes down although the gradient says so.
    """

    x: Floats
    low: Floats
    high: Floats
    value: Floats
    gradient: Floats
    hessian: Floats
    exact: Bools
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
    none = np.zeros(len(x), dtype=bool)
    found = objective.slope(x)
    at = Descent(x, low, high, *found, none, np.zeros(len(x)), none.copy(), none.copy())
    for at.rounds in range(1, ROUNDS + 1):
        active = np.flatnonzero(~(at.done | at.failed))
        if not len(active):
            break
        advance(objective, at, active)
    at.failed |= ~at.done
    return at


def advance(objective: Objective, at: Descent, active: Ints) -> None:
    """One step of the active descents: the last of those that are still, tried by the others."""
    step = propose(at, active)
    trial = at.x[active] + step
    length = np.abs(step).max(axis=1)
    still = (length < STILL) & at.exact[active]
    if still.any():
        at.x[active[still]] = trial[still]
        at.done[active[still]] = True
        active, trial, length = active[~still], trial[~still], length[~still]
    near = (length < SHORT) if at.rounds < FISHER else np.ones(len(active), dtype=bool)
    if near.any():
        move(at, active[near], trial[near], survey(objective, at, active[near], trial[near]), True)
    if not near.all():
        move(at, active[~near], trial[~near], objective.slope(trial[~near]), False)


def survey(
    objective: Objective, at: Descent, rows: Ints, trial: Floats
) -> tuple[Floats, Floats, Floats]:
    """Value, gradient and exact Hessian; the differences do not reach across a bound."""
    inside = trial.copy()
    inside[:, 0] = np.clip(trial[:, 0], at.low[rows] + 2 * NUDGE, at.high[rows] - 2 * NUDGE)
    found = objective.survey(inside)
    if (inside == trial).all():
        return found
    value, gradient, _ = objective.slope(trial)
    return value, gradient, found[2]


def move(
    at: Descent, rows: Ints, trial: Floats, found: tuple[Floats, Floats, Floats], exact: bool
) -> None:
    """Go to the trial points where the objective is not higher there; elsewhere damp the next step."""
    value, gradient, hessian = found
    better = value <= at.value[rows] + 1e-13 * (1 + np.abs(at.value[rows]))
    taken = rows[better]
    at.x[taken], at.value[taken], at.gradient[taken] = (
        trial[better],
        value[better],
        gradient[better],
    )
    at.hessian[taken], at.exact[taken] = hessian[better], exact
    damping = at.damping[rows]
    eased = np.where(damping < 0.1, 0.0, damping / 8)
    at.damping[rows] = np.where(better, eased, damping * 4 + 1)
    at.failed[rows] = at.damping[rows] > STUCK


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
