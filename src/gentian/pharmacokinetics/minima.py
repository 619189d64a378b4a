"""Every minimum of one objective that holds weight: on either side of a kink, and behind a ridge."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .descent import Descent, descend
from .kinks import BESIDE
from .objective import Objective
from .points import draw_normal
from .problem import Floats

SAME = 1e-3  # standard deviations within which two minima are one
LIGHT = 25.0  # objective above the lowest from which a minimum holds no weight
SCOUTS = 128  # points of the prior towards which a further valley is looked for
STRIDES = np.arange(1, 9) / 8  # shares of the way to each
DROP = 1e-3  # fall of the objective on the way that counts as the far side of a ridge
RADII = (1e-3, 1e-2)  # standard deviations around a doubtful minimum that are looked at
APART = 0.5  # standard deviations between two starts
STARTS = 8  # further valleys descended into at once
AGAIN = 3  # times it is looked again from a new lowest minimum


@dataclass(frozen=True, slots=True)
class Minimum:
    """x (E,), the objective, its Hessian (E, E) in x, and whether it was verified."""

    x: Floats
    value: float
    hessian: Floats
    sure: bool


@dataclass(slots=True)
class Search:
    """The objective, the boxes between its kinks, the minima found so far (lowest first), the rounds it took."""

    objective: Objective
    low: Floats
    high: Floats
    minima: list[Minimum]
    rounds: int = 0

    def settle(self, starts: Floats) -> None:
        """Descend from `starts` (M, E), each in its box, and on across kinks where it falls beyond them."""
        boxes = self.find_boxes(starts[:, 0])
        for _ in range(len(self.low) + 2):
            if not len(starts):
                return
            found = descend(self.objective, starts, self.low[boxes], self.high[boxes])
            self.rounds += found.rounds
            starts = self.collect(found)
            boxes = self.find_boxes(starts[:, 0])

    def find_boxes(self, first: Floats) -> Floats:
        """The box (M,) of each first coordinate."""
        return np.clip(np.searchsorted(self.low, first, side="right") - 1, 0, len(self.low) - 1)

    def collect(self, found: Descent) -> Floats:
        """Keep the minima; return the points (M, E) beyond a kink from which it falls further."""
        onward: list[Floats] = []
        pinned = found.pinned
        for row in np.argsort(found.value, kind="stable").tolist():
            side = int(pinned[row])
            if any(np.abs(found.x[row] - known.x).max() < SAME for known in self.minima):
                continue
            if not side or found.failed[row]:
                self.minima.append(read_minimum(found, row))
                continue
            beyond, push = self.look_beyond(found.x[row], side)
            if push * side < 0:
                onward.append(beyond)
            else:
                self.minima.append(read_corner(found, row, push))
        self.minima.sort(key=lambda one: one.value)
        return np.array(onward).reshape(len(onward), found.x.shape[1])

    def look_beyond(self, x: Floats, side: int) -> tuple[Floats, float]:
        """A point just across the kink, and the slope of the objective there along the first coordinate."""
        beyond = x.copy()
        beyond[0] += side * 3 * BESIDE
        _, gradient, _ = self.objective.slope(beyond[None])
        return beyond, float(gradient[0, 0])

    def look_further(self) -> None:
        """Descend behind every ridge between the lowest minimum and the prior."""
        for _ in range(AGAIN):
            lowest = self.minima[0]
            starts = scout(self.objective, lowest)
            if not len(starts):
                return
            self.settle(starts)
            if self.minima[0] is lowest:
                return

    def doubt(self) -> None:
        """Where kinks could not be laid out: the lowest point is sure only if nothing around it is lower."""
        lowest, size = self.minima[0], len(self.minima[0].x)
        ways = np.concatenate((draw_normal(SCOUTS, size), np.eye(size), -np.eye(size)))
        ways /= np.linalg.norm(ways, axis=1, keepdims=True)
        around = np.concatenate([lowest.x + radius * ways for radius in RADII])
        if self.objective.value(around).min() < lowest.value - DROP / 1000:
            self.minima[0] = replace(lowest, sure=False)

    def keep(self) -> list[Minimum]:
        """The verified minima that hold weight; the lowest point whatever it is."""
        limit = self.minima[0].value + LIGHT
        return [
            one for one in self.minima if one is self.minima[0] or (one.sure and one.value < limit)
        ]


def read_minimum(found: Descent, row: int) -> Minimum:
    """A minimum between kinks: sure when the descent ended there and the Hessian is positive."""
    hessian = found.hessian[row]
    sure = bool(found.done[row]) and bool(np.linalg.eigvalsh(hessian)[0] > 0)
    return Minimum(found.x[row], float(found.value[row]), hessian, sure)


def read_corner(found: Descent, row: int, push: float) -> Minimum:
    """A minimum at a kink: the slopes push back on both sides, the other coordinates are at rest.

    It has no second derivative across; the curvature of the normal with the same variance as e^(−slope · |x|/2)
    stands for it.
    """
    hessian = found.hessian[row].copy()
    gentler = min(abs(push), abs(float(found.gradient[row, 0])))
    rest = hessian[1:, 1:]
    sure = not len(rest) or bool(np.linalg.eigvalsh(rest)[0] > 0)
    hessian[0, 1:] = hessian[1:, 0] = 0.0
    hessian[0, 0] = max(gentler**2 / 4, 2.0)
    return Minimum(found.x[row], float(found.value[row]), hessian, sure and bool(found.done[row]))


def scout(objective: Objective, lowest: Minimum) -> Floats:
    """Starts (M, E) behind ridges: where the objective falls again on the straight way to a prior point."""
    ends = list_ends(len(lowest.x))
    ways = lowest.x + STRIDES[:, None, None] * (ends - lowest.x)
    heights = objective.value(ways.reshape(-1, ends.shape[1])).reshape(len(STRIDES), -1)
    crest = np.maximum.accumulate(np.vstack((np.full(len(ends), lowest.value), heights)))[:-1]
    fallen = np.where(heights < crest - DROP, heights, np.inf)
    best = fallen.argmin(axis=0)
    depth = fallen[best, np.arange(len(ends))]
    return thin(ways[best, np.arange(len(ends))], depth)


def thin(points: Floats, depth: Floats) -> Floats:
    """The deepest points, apart from each other."""
    chosen: list[Floats] = []
    for row in np.argsort(depth, kind="stable"):
        if len(chosen) == STARTS or not np.isfinite(depth[row]):
            break
        if all(np.linalg.norm(points[row] - other) > APART for other in chosen):
            chosen.append(points[row])
    return np.array(chosen).reshape(len(chosen), points.shape[1])


def list_ends(size: int) -> Floats:
    """Quasi-random points of the prior, and 1.5 and 3 SD along each axis."""
    axes = np.concatenate([reach * np.eye(size) for reach in (-3.0, -1.5, 1.5, 3.0)])
    return np.concatenate((draw_normal(SCOUTS, size), axes))
