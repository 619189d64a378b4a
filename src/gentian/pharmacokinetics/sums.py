"""Closed sums over equal doses: what a segment leaves in a mode, whatever its number of doses.

n doses at interval τ, the last of them u hours ago, leave per mg in a mode of rate λ

    S(λ) = e^(−λu) G(λ),   G(λ) = (1 − e^(−λnτ)) / (1 − e^(−λτ))

and absorbed at rate κ: κ times the divided difference (S(λ) − S(κ)) / (κ − λ). That difference is built by the
product rule from differences of single exponentials, every term positive, so that κ = λ is no special case.
"""

from __future__ import annotations

import numpy as np

from .problem import Array, Floats

NEAR = 0.05  # below it `fade` of a complex number takes its series: there the ratio loses the derivative
TINY = 1e-300


def fade(x: Array) -> Array:
    """(1 − e^−x) / x for x ≥ 0, 1 at 0."""
    if np.iscomplexobj(x):
        return fade_complex(x)
    x = x + TINY
    return np.asarray(-np.expm1(-x) / x)


def fade_complex(x: Array) -> Array:
    """As `fade`; within 0.05 of zero by its series, since the ratio there loses the imaginary step."""
    near = np.abs(x) < NEAR
    if not near.any():
        return np.asarray(-np.expm1(-x) / x)
    series = np.ones_like(x)
    for order in range(9, 1, -1):
        series = 1 - x / order * series
    x = np.where(near, 1.0, x)
    return np.where(near, series, -np.expm1(-x) / x)


def add_doses(rate: Array, every: Floats, count: Floats) -> Array:
    """G: the sum of e^(−rate · i · every) over i = 0 … count − 1."""
    return np.asarray(np.expm1(-rate * (every * count)) / np.expm1(-rate * every))


def order(rate: Array, absorption: Array) -> tuple[Array, Array]:
    """The slower and the quicker of the two, element by element."""
    below = rate.real < absorption.real
    return np.where(below, rate, absorption), np.where(below, absorption, rate)


def absorb_once(rate: Array, absorption: Array, time: Array) -> Array:
    """What one absorbed mg leaves in a mode after `time`, per 1/h of absorption.

    (e^(−λt) − e^(−κt)) / (κ − λ), whichever is the larger.
    """
    slow, quick = order(rate, absorption)
    return np.asarray(np.exp(-slow * time) * time * fade((quick - slow) * time))


def absorb_repeatedly(rate: Array, absorption: Array, times: Array) -> Array:
    """What n absorbed mg leave in a mode, per 1/h of absorption; times: since the last, interval, n intervals.

    With sums G = N/D: N[a,b] = G[a,b] D(b) + G(a) D[a,b], solved for G[a,b] with the quicker rate b, so that
    the subtraction stays harmless however slow the other is. A count of 0 gives 0.
    """
    slow, quick = order(rate, absorption)
    lost = np.expm1(-np.stack((slow, quick))[:, None] * times[1:])
    slow_sum, quick_sum = lost[:, 1] / lost[:, 0]
    decays = np.exp(-slow * times)
    once, between, over = decays * times * fade((quick - slow) * times)
    growth = (slow_sum * between - over) / -lost[1, 0]
    return np.asarray(once * quick_sum + decays[0] * growth)
