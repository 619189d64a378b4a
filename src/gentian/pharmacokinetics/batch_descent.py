"""The lowest minima of many objectives at once: damped Gauss–Newton, then Newton, on the people still moving.

The random effects are searched as standard normal deviates z (η = root z), so that every step is in standard
deviations. Gauss–Newton (the expected Hessian) comes near in a few steps but may crawl; Newton with differences
of the analytic gradient finishes. People whose answer looks strange are searched again from other starts.
`compiled` follows the same rules, number by number.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from .batch_curve import People, compute_curve
from .problem import Bools, Floats, Ints

CHUNK = 1024  # people at once: the arrays of one step stay in the processor's cache


class Rules(NamedTuple):
    """The rules of a search, handed to compiled code too, so that a changed rule is never an old one in a cache.

    SD: standard deviations of a random effect, which is what a step is measured in.
    """

    approach: float = 0.1  # Gauss–Newton until a step is this small, or for so many steps
    approach_steps: int = 8
    finish: float = 1e-5  # Newton until a step is this small: the next would be below 1e-9 SD
    finish_steps: int = 40
    longest: float = 2.0  # SD in one step
    probe: float = 1e-6  # SD between the two gradients of a difference
    slack: float = 1e-11  # rounding of an objective, relative
    ease: float = 10.0  # factor of the damping, its first value, and where a search is given up
    press: float = 0.1
    stuck: float = 1e6
    strange_residual: float = 2.5  # SD: beyond these a person is searched again
    strange_effect: float = 2.0
    restart: float = 1.5  # SD on each random effect, down and up
    lower: float = 1e-9  # another minimum counts as lower from here on
    far: float = 5.0  # SD: an answer beyond this is none


RULES = Rules()
Found = tuple[Floats, Floats, Bools, Floats]
Index = Ints | Bools | slice


@dataclass(frozen=True, slots=True)
class Place:
    """Where people stand: z (E, n); objective (n,); its gradient (E, n) and expected Hessian (E, E, n) by z;
    worst (n,): the largest weighted residual."""

    z: Floats
    objective: Floats
    gradient: Floats
    hessian: Floats
    worst: Floats

    def take(self, index: Index) -> Place:
        """These people only."""
        return Place(*(getattr(self, field.name)[..., index] for field in fields(self)))

    def put(self, index: Index, other: Place) -> None:
        """Overwrite these people with `other`, in order."""
        for field in fields(self):
            getattr(self, field.name)[..., index] = getattr(other, field.name)


def find_modes(people: People) -> Found:
    """eta (N, E), objective (N,), converged (N,), gradient by eta (N, E)."""
    size = people.typical.shape[1]
    spread = find_spread(people.root)
    with np.errstate(all="ignore"):
        place, converged = _search(people, np.zeros((len(people.root), size)))
        effects = np.abs(people.root @ place.z) / spread[:, None]
        strange = np.flatnonzero(
            (place.worst > RULES.strange_residual)
            | (effects > RULES.strange_effect).any(axis=0)
            | ~converged
        )
        if strange.size:
            _search_elsewhere(people, strange, place, converged)
        eta = people.root @ place.z
        inside = (np.abs(eta) <= RULES.far * spread[:, None]).all(axis=0)
        gradient = np.linalg.solve(people.root.T, place.gradient)
    return np.array(eta.T), place.objective, converged & inside, np.array(gradient.T)


def find_spread(root: Floats) -> Floats:
    """The standard deviation of each random effect (E,)."""
    return np.asarray(np.linalg.norm(root, axis=1))


def list_restarts(root: Floats) -> Floats:
    """Starts (2E, E) in z: every effect down and up by RULES.restart of its own SD, the others at 0."""
    moves = RULES.restart * np.linalg.inv(root) * find_spread(root)
    return np.ascontiguousarray(np.stack((-moves.T, moves.T), axis=1).reshape(-1, len(root)))


def _search(people: People, z: Floats) -> tuple[Place, Bools]:
    """From z, in chunks."""
    size = z.shape[1]
    found = []
    for first in range(0, max(size, 1), CHUNK):
        some = people.take(slice(first, first + CHUNK))
        place = assess(some, z[:, first : first + CHUNK])
        _descend(some, place, RULES.approach, RULES.approach_steps, newton=False)
        found.append((place, _descend(some, place, RULES.finish, RULES.finish_steps, newton=True)))
    places, done = zip(*found, strict=True)
    return _join(places), np.concatenate(done)


def _join(places: tuple[Place, ...]) -> Place:
    names = [field.name for field in fields(Place)]
    return Place(*(np.concatenate([getattr(p, name) for p in places], axis=-1) for name in names))


def _search_elsewhere(people: People, strange: Ints, place: Place, converged: Bools) -> None:
    """Search the strange people again from every other start, all at once, and keep what is lower."""
    starts, size = list_restarts(people.root), strange.size
    everywhere = people.take(np.tile(strange, len(starts)))
    trials, arrived = _search(everywhere, np.repeat(starts.T, size, axis=1))
    best, sure = place.take(strange), converged[strange]
    for first in range(0, len(starts) * size, size):
        trial, done = trials.take(slice(first, first + size)), arrived[first : first + size]
        fall = best.objective - trial.objective
        better = (fall > RULES.lower) | ((fall >= -RULES.lower) & done & ~sure)
        best.put(better, trial.take(better))
        sure = np.where(better, done, sure)
    place.put(strange, best)
    converged[strange] = sure


def _descend(people: People, place: Place, small: float, steps: int, *, newton: bool) -> Bools:
    """Walk every person downhill in `place` until a step is `small`; who got there (n,)."""
    done = np.zeros(people.typical.shape[1], dtype=bool)
    moving, damping = np.arange(done.size), np.zeros(done.size)
    here = place.take(slice(None))
    for _ in range(steps):
        if not moving.size:
            break
        step, definite = _choose_step(people, here, damping, newton=newton)
        trial = assess(people, here.z + step)
        better = trial.objective <= here.objective + RULES.slack * (1 + np.abs(here.objective))
        here.put(better, trial.take(better))
        close = np.abs(step).max(axis=0) < small
        arrived = better & definite & close & (damping == 0)
        damping = np.where(better, _ease(damping), np.maximum(damping * RULES.ease, RULES.press))
        leaving = arrived | (damping > RULES.stuck)
        if leaving.any():
            place.put(moving[leaving], here.take(leaving))
            done[moving[leaving]] = arrived[leaving]
            stay = ~leaving
            people, here, moving, damping = (
                people.take(stay),
                here.take(stay),
                moving[stay],
                damping[stay],
            )
    place.put(moving, here)
    return done


def _ease(damping: Floats) -> Floats:
    return np.where(damping <= RULES.press, 0.0, damping / RULES.ease)


def _choose_step(
    people: People, here: Place, damping: Floats, *, newton: bool
) -> tuple[Floats, Bools]:
    """The next step (E, n), at most RULES.longest, and whether the wanted Hessian was positive definite."""
    hessian = _probe(people, here) if newton else here.hessian
    step, definite = _solve(hessian, damping, here.gradient)
    if not definite.all():
        lost = ~definite
        step[:, lost] = _solve(here.hessian[..., lost], damping[lost], here.gradient[:, lost])[0]
    length = np.abs(step).max(axis=0)
    return -step * np.minimum(1.0, RULES.longest / np.maximum(length, RULES.longest)), definite


def _probe(people: People, here: Place) -> Floats:
    """The Hessian (E, E, n) by differences of the gradient."""
    hessian = np.empty_like(here.hessian)
    for effect in range(len(here.z)):
        moved = here.z.copy()
        moved[effect] += RULES.probe
        hessian[effect] = (assess(people, moved).gradient - here.gradient) / RULES.probe
    return (hessian + hessian.swapaxes(0, 1)) / 2


def _solve(hessian: Floats, damping: Floats, gradient: Floats) -> tuple[Floats, Bools]:
    """Cholesky solution (E, n) for every person at once, and who had a positive definite Hessian."""
    size = len(gradient)
    lower = hessian.copy()
    solution = gradient.copy()
    definite = np.ones(gradient.shape[1], dtype=bool)
    for row in range(size):
        lower[row, row] *= 1 + damping
    for row in range(size):
        for column in range(row):
            rest = lower[row, column] - (lower[row, :column] * lower[column, :column]).sum(axis=0)
            lower[row, column] = rest / lower[column, column]
        square = lower[row, row] - (lower[row, :row] ** 2).sum(axis=0)
        definite &= square > 0
        lower[row, row] = np.sqrt(square)
        solution[row] -= (lower[row, :row] * solution[:row]).sum(axis=0)
        solution[row] /= lower[row, row]
    for row in reversed(range(size)):
        solution[row] -= (lower[row + 1 :, row] * solution[row + 1 :]).sum(axis=0)
        solution[row] /= lower[row, row]
    return solution, definite


def assess(people: People, z: Floats) -> Place:
    """Objective, gradient and expected Hessian at z (E, n)."""
    logs = people.typical + people.mix @ z
    curve, by_logs = compute_curve(people, logs)
    slopes = np.tensordot(people.mix.T, by_logs, 1)  # (E, T, n)
    cost, slope, bend, residual = weigh(people, curve)
    worst = np.where(people.weight > 0, np.abs(residual), 0.0).max(axis=0, initial=0.0)
    gradient = 2 * z + (slopes * slope).sum(axis=1)
    weighted = slopes * bend
    hessian = np.empty((len(z), *z.shape))
    for row in range(len(z)):
        for column in range(row + 1):
            total = (weighted[row] * slopes[column]).sum(axis=0) + 2.0 * (row == column)
            hessian[row, column] = hessian[column, row] = total
    objective = cost.sum(axis=0) + (z * z).sum(axis=0)
    return Place(z, objective, gradient, hessian, worst)


def weigh(people: People, curve: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Each sample's part of −2 log likelihood, its first and expected second derivative by the concentration,
    and the weighted residual, each (T, n)."""
    additive, proportional, log_sd, floor, band, least = people.error
    if log_sd > 0:
        middle = np.maximum(curve, least)
        residual = (np.log(people.value) - np.log(middle)) / log_sd
        relative = np.where(curve > least, 1 / (log_sd * middle), 0.0)
        cost = people.weight * (residual * residual + 2 * np.log(log_sd * people.value))
        slope = -2 * people.weight * residual * relative
        return cost, slope, 2 * people.weight * relative * relative, residual
    excess = additive**2 + (proportional * curve) ** 2 - floor
    corner = np.clip(excess / band, -1.0, 1.0)
    above = np.where(excess > band, excess, band * (corner + 1) ** 3 * (3 - corner) / 16)
    steep = (corner + 1) ** 2 * (2 - corner) / 2 * proportional**2 * curve
    inverse = 1 / (floor + above)
    miss = people.value - curve
    square = miss * miss * inverse
    cost = people.weight * (square - np.log(inverse))
    slope = people.weight * inverse * (steep * (1 - square) - 2 * miss)
    bend = people.weight * (2 * inverse + (steep * inverse) ** 2)
    return cost, slope, bend, miss * np.sqrt(inverse)
