"""Concentrations of many people and their derivatives, as sums over regimen segments.

Arrays have people last, so that numpy works on long contiguous rows: logs (P, n), concentrations (T, n),
derivatives (P, T, n), segments (S, n), dose gaps (S, T, n).

With exponentials λ the doses so far of a segment add up to S(λ) = amount e^(−λu) (1 − e^(−λT)) / (1 − e^(−λτ)),
u hours since the last of them, T = doses so far × τ: the cost does not grow with the number of doses. After
absorption at rate ka the central compartment is Σ_j A_j ka (S(λ_j) − S(ka)) / (ka − λ_j); where the rates
almost coincide the quotient is integrated instead of subtracted, and stays exact.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from .likelihood import LEAST, LEAST_VARIANCE, ROUNDED
from .problem import Bools, Floats, Ints, Structure

if TYPE_CHECKING:
    from .batch import Batch

NEAR = 0.01  # relative distance of two rates below which the quotient is integrated
NODES, SHARES = (array / 2 for array in np.polynomial.legendre.leggauss(4))
NODES = NODES + 0.5  # four Gauss–Legendre points on [0, 1]: exact to rounding within NEAR


@dataclass(frozen=True, slots=True)
class People:
    """A batch with people last. root (E, E): Cholesky root of omega; η = root z with z ~ N(0, 1).

    mix (P, E): design × root. typical (P, n); start, amount, every, count (S, n); time, value, weight (T, n).
    settled: neither lag nor ka differs from the typical one, so that since, span (S, T, n) and absorbed
    (2, T, n), the gaps and the sums over doses at rate ka, are found once.
    """

    structure: Structure
    root: Floats
    mix: Floats
    error: tuple[float, float, float, float, float, float]  # of `gather_error`
    scale: float
    settled: bool
    typical: Floats
    start: Floats
    amount: Floats
    every: Floats
    count: Floats
    time: Floats
    value: Floats
    weight: Floats
    since: Floats
    span: Floats
    absorbed: Floats

    def take(self, index: Ints | Bools | slice) -> People:
        """These people only."""
        shared = (self.structure, self.root, self.mix, self.error, self.scale, self.settled)
        rest = [field.name for field in fields(self)][len(shared) :]
        return People(*shared, *(getattr(self, name)[..., index] for name in rest))


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of each segment at each sample: since (S, T, n) h since its last dose so far; span (S, T, n) doses so
    far × interval; both 0 before the first dose. amount, every (S, 1, n)."""

    since: Floats
    span: Floats
    amount: Floats
    every: Floats


def gather_people(batch: Batch, times: Floats | None = None) -> People:
    """The batch with people last, unused places filled with what does no harm; `times` (N, M): curves there."""
    given, used = batch.count > 0, batch.weight > 0
    root = np.asarray(np.linalg.cholesky(batch.omega), dtype=np.float64)
    typical = _turn(batch.typical)
    time = _turn(np.where(used, batch.time, 0.0) if times is None else times)
    start, count = _turn(np.where(given, batch.start, 0.0)), _turn(batch.count)
    amount = _turn(np.where(given, batch.amount, 0.0))
    every = _turn(np.where(batch.count > 1, batch.every, 1.0))
    lag = np.exp(typical[-1]) if batch.structure.lag else 0.0
    since, span = measure_gaps(start + lag, every, count, time)
    gaps = Gaps(since, span, amount[:, None], every[:, None])
    moved = batch.design[[0, -1] if batch.structure.lag else [0]]
    return People(
        structure=batch.structure,
        root=root,
        mix=batch.design @ root,
        error=gather_error(batch),
        scale=batch.scale,
        settled=not moved.any(),
        typical=typical,
        start=start,
        amount=amount,
        every=every,
        count=count,
        time=time,
        value=_turn(np.where(used, batch.value, 1.0)),
        weight=_turn(batch.weight),
        since=since,
        span=span,
        absorbed=np.stack(add_doses(gaps, np.exp(typical[0]))),
    )


def gather_error(batch: Batch) -> tuple[float, float, float, float, float, float]:
    """additive, proportional, log_sd, floor of the variance, half the band in which its corner is rounded, and
    the least concentration that has a logarithm: as `likelihood` has them."""
    floor = max(batch.floor**2, LEAST_VARIANCE)
    return batch.additive, batch.proportional, batch.log_sd, floor, ROUNDED * floor, LEAST


def _turn(array: Floats | Ints) -> Floats:
    return np.ascontiguousarray(array.T, dtype=np.float64)


def predict_people(people: People, eta: Floats) -> Floats:
    """Concentrations (n, T) at the people's times for eta (n, E)."""
    deviates = np.linalg.solve(people.root, eta.T)
    logs = people.typical + people.mix @ deviates
    return np.ascontiguousarray(compute_curve(people, logs)[0].T)


def find_gaps(people: People, logs: Floats) -> tuple[Gaps, Floats]:
    """The gaps between doses and samples, and the sums over doses at rate ka (2, T, n)."""
    since, span = people.since, people.span
    if people.structure.lag and not people.settled:
        start = people.start + np.exp(logs[-1])
        since, span = measure_gaps(start, people.every, people.count, people.time)
    gaps = Gaps(since, span, people.amount[:, None], people.every[:, None])
    if people.settled:
        return gaps, people.absorbed
    return gaps, np.stack(add_doses(gaps, np.exp(logs[0])))


def measure_gaps(
    start: Floats, every: Floats, count: Floats, time: Floats
) -> tuple[Floats, Floats]:
    """How far each sample is from the doses before it; a dose at the time of a sample comes after it."""
    elapsed = time - start[:, None]
    so_far = np.clip(np.ceil(elapsed / every[:, None]), 0.0, count[:, None])
    span = so_far * every[:, None]
    return np.where(so_far > 0, elapsed - span + every[:, None], 0.0), span


def compute_curve(people: People, logs: Floats) -> tuple[Floats, Floats]:
    """Concentrations (T, n) and their derivatives (P, T, n) by the log parameters (P, n)."""
    compute = _one_compartment if people.structure.compartments == 1 else _two_compartments
    gaps, absorbed = find_gaps(people, logs)
    curve, slopes = compute(gaps, absorbed, logs, people.scale)
    return curve, np.stack(slopes)


def _one_compartment(
    gaps: Gaps, absorbed: Floats, logs: Floats, scale: float
) -> tuple[Floats, list[Floats]]:
    ka, clearance, volume = np.exp(logs[:3])
    rate = clearance / volume
    share, by_rate, by_ka = _divide(gaps, rate, ka, absorbed)
    factor = scale * ka / volume
    curve, by_clearance = factor * share, factor * rate * by_rate
    slopes = [curve + factor * ka * by_ka, by_clearance, -curve - by_clearance]
    if len(logs) == 4:
        slopes.append(-np.exp(logs[-1]) * factor * (absorbed[0] - rate * share))
    return curve, slopes


def _two_compartments(
    gaps: Gaps, absorbed: Floats, logs: Floats, scale: float
) -> tuple[Floats, list[Floats]]:
    """By k10, k12 and k21, whose two exponentials and their shares are those of `find_exponentials`."""
    ka, clearance, v1, between, v2 = np.exp(logs[:5])
    rates, shares, by_rates = find_exponentials(clearance / v1, between / v1, between / v2)
    parts = [_divide(gaps, rate, ka, absorbed) for rate in rates]
    factor = scale * ka / v1
    curve = factor * (shares[0] * parts[0][0] + shares[1] * parts[1][0])
    by_ka = shares[0] * parts[0][2] + shares[1] * parts[1][2]
    by_k10, by_k12, by_k21 = (
        factor
        * (
            swap * (parts[0][0] - parts[1][0])
            + shares[0] * first * parts[0][1]
            + shares[1] * second * parts[1][1]
        )
        for first, second, swap in by_rates
    )
    slopes = [
        curve + factor * ka * by_ka,
        by_k10,
        -curve - by_k10 - by_k12,
        by_k12 + by_k21,
        -by_k21,
    ]
    if len(logs) == 6:
        leaving = sum(a * r * part[0] for a, r, part in zip(shares, rates, parts, strict=True))
        slopes.append(-np.exp(logs[-1]) * factor * (absorbed[0] - leaving))
    return curve, slopes


Exponentials = tuple[
    tuple[Floats, Floats], tuple[Floats, Floats], list[tuple[Floats, Floats, Floats]]
]


def find_exponentials(k10: Floats, k12: Floats, k21: Floats) -> Exponentials:
    """The rates (fast, slow), their shares A, and per log k10, k12, k21 the change of (fast, slow, A_fast).

    The difference of the rates is a root of a sum of positive terms, the slow rate a quotient and the smaller
    share a quotient too: nothing cancels.
    """
    tilt, exchange = k10 + k12 - k21, k12 * k21
    apart = np.sqrt(tilt * tilt + 4 * exchange)
    fast = (k10 + k12 + k21 + apart) / 2
    slow = k10 * k21 / fast
    larger = (apart + np.abs(tilt)) / 2
    smaller = exchange / larger
    share = np.where(tilt >= 0, larger, smaller) / apart
    rest = np.where(tilt >= 0, smaller, larger) / apart
    cube = apart**3
    return (
        (fast, slow),
        (share, rest),
        [
            (k10 * share, k10 * rest, 2 * exchange * k10 / cube),
            (fast * k12 / apart, -slow * k12 / apart, exchange * (2 * k12 - tilt) / cube),
            (
                k21 * (fast - k10) / apart,
                k21 * (k10 - slow) / apart,
                -exchange * (2 * k21 + tilt) / cube,
            ),
        ],
    )


def add_doses(gaps: Gaps, rate: Floats) -> tuple[Floats, Floats]:
    """S (T, n) and dS/dλ (T, n), summed over segments."""
    tail = np.exp(-rate * gaps.since)
    done = -np.expm1(-rate * gaps.span)
    left = -np.expm1(-rate * gaps.every)
    tail *= gaps.amount / left
    total = tail * done
    slope = tail * (gaps.span * (1 - done)) - total * (gaps.since + gaps.every * (1 - left) / left)
    return total.sum(axis=0), slope.sum(axis=0)


def _divide(
    gaps: Gaps, rate: Floats, ka: Floats, absorbed: Floats
) -> tuple[Floats, Floats, Floats]:
    """(S(λ) − S(ka)) / (ka − λ) and its derivatives by λ and by ka, each (T, n)."""
    stayed = add_doses(gaps, rate)
    apart = ka - rate
    near = np.abs(apart) < NEAR * ka
    inverse = 1 / np.where(near, 1.0, apart)
    share = (stayed[0] - absorbed[0]) * inverse
    by_rate, by_ka = (stayed[1] + share) * inverse, -(absorbed[1] + share) * inverse
    if near.any():
        close = Gaps(
            gaps.since[..., near],
            gaps.span[..., near],
            gaps.amount[..., near],
            gaps.every[..., near],
        )
        for target, value in zip(
            (share, by_rate, by_ka), _integrate(close, rate[near], ka[near]), strict=True
        ):
            target[:, near] = value
    return share, by_rate, by_ka


def _integrate(gaps: Gaps, rate: Floats, ka: Floats) -> tuple[Floats, Floats, Floats]:
    """The same as −∫ S′(λ + s (ka − λ)) ds over s in [0, 1], for rates that almost coincide."""
    share = by_rate = by_ka = np.zeros(gaps.since.shape[1:])
    for node, part in zip(NODES, SHARES, strict=True):
        slope, bend = _bend_doses(gaps, rate + node * (ka - rate))
        share = share - part * slope
        by_rate = by_rate - part * (1 - node) * bend
        by_ka = by_ka - part * node * bend
    return share, by_rate, by_ka


def _bend_doses(gaps: Gaps, rate: Floats) -> tuple[Floats, Floats]:
    """dS/dλ and d²S/dλ² (T, n), summed over segments."""
    tail = gaps.amount * np.exp(-rate * gaps.since)
    done, left = -np.expm1(-rate * gaps.span), -np.expm1(-rate * gaps.every)
    # ln S = −uλ + ln done − ln left; done may be 0 before the first dose, so it stays a factor
    slower = gaps.since + gaps.every * (1 - left) / left
    spread = (gaps.every / left) ** 2 * (1 - left)
    rising = gaps.span * (1 - done)
    slope = tail / left * (rising - done * slower)
    bend = tail / left * (done * (slower**2 + spread) - 2 * rising * slower - gaps.span * rising)
    return slope.sum(axis=0), bend.sum(axis=0)
