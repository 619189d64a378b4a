"""Mixtures of multivariate t distributions, to draw from and to weigh by: evenly spread, not random."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log, pi

import numpy as np

from .points import DEGREES, draw_t, spread_points
from .problem import Floats, Ints

CLUSTERS = 8
PASSES = 4


@dataclass(frozen=True, slots=True)
class Component:
    """One t distribution with six degrees of freedom: centre (E,), root (E, E) of its scale matrix, share."""

    centre: Floats
    root: Floats
    share: float


def draw_mixture(components: list[Component], count: int) -> tuple[Floats, Floats]:
    """Points (count, E), `count` a power of two, and the log density (count,) of the mixture there.

    One more coordinate of the same points deals them out to the components.
    """
    size = len(components[0].centre)
    base = draw_t(count, size)
    owner = deal(components, count, size)
    x = np.empty_like(base)
    for index, component in enumerate(components):
        rows = owner == index
        x[rows] = component.centre + base[rows] @ component.root.T
    return x, np.logaddexp.reduce(measure_densities(components, x), axis=0)


def deal(components: list[Component], count: int, size: int) -> Ints:
    """Which component each of the points belongs to, in proportion to the shares."""
    if len(components) == 1:
        return np.zeros(count, dtype=np.int64)
    ends = np.cumsum([component.share for component in components])
    place = (spread_points(count, size + 2)[:, -1] + 0.5) / count
    return np.minimum(np.searchsorted(ends / ends[-1], place), len(components) - 1)


def measure_densities(components: list[Component], x: Floats) -> Floats:
    """Log of share times density (C, N) of each component at points x (N, E)."""
    size = x.shape[1]
    constant = lgamma((DEGREES + size) / 2) - lgamma(DEGREES / 2) - size / 2 * log(DEGREES * pi)
    rows = []
    for component in components:
        away = (x - component.centre) @ np.linalg.inv(component.root).T
        tail = (DEGREES + size) / 2 * np.log1p((away * away).sum(axis=1) / DEGREES)
        volume = log(np.diag(component.root).prod())
        rows.append(log(component.share) + constant - volume - tail)
    return np.array(rows)


def adapt(x: Floats, weight: Floats) -> list[Component]:
    """A mixture fitted to weighted draws (N, E): one component per cluster, shares summing to 1."""
    size = x.shape[1]
    centre = weight @ x
    overall = measure_covariance(x, weight, centre) + 1e-6 * np.eye(size)
    owner = cluster(x @ np.linalg.inv(np.linalg.cholesky(overall)).T, weight)
    found: list[Component] = []
    for index in range(int(owner.max()) + 1):
        part = np.where(owner == index, weight, 0.0)
        share = float(part.sum())
        if share < 1e-4:
            continue
        part /= share
        middle = part @ x
        sure = 1 / float((part**2).sum())  # effective number of draws it is fitted to
        trust = sure / (sure + 2 * size + 2)
        own = measure_covariance(x, part, middle)
        scale = trust * own + (1 - trust) * overall / 4 + 1e-8 * np.eye(size)
        found.append(Component(middle, np.linalg.cholesky(1.15 * scale), share))
    return found


def measure_covariance(x: Floats, weight: Floats, centre: Floats) -> Floats:
    """(E, E)."""
    away = x - centre
    return np.asarray((away * weight[:, None]).T @ away)


def cluster(x: Floats, weight: Floats) -> Ints:
    """Which of at most eight clusters each draw belongs to: k-means, begun at the heaviest far-away draws."""
    centres = [x[int(weight.argmax())]]
    nearest = np.full(len(x), np.inf)
    while len(centres) < CLUSTERS:
        nearest = np.minimum(nearest, ((x - centres[-1]) ** 2).sum(axis=1))
        centres.append(x[int((weight * nearest).argmax())])
    middles = np.array(centres)
    owner = np.zeros(len(x), dtype=np.int64)
    for _ in range(PASSES):
        owner = ((x[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)
        mass = np.bincount(owner, weight, CLUSTERS)
        sums = np.array([np.bincount(owner, weight * column, CLUSTERS) for column in x.T]).T
        middles = np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-300)[:, None], middles)
    return owner
