"""Parameters as rates: every compartment model as one or two modes that decay on their own.

With central amount c and peripheral amount p, mode j holds z_j = share_j · c ∓ exchange · p and follows
z_j' = −rate_j z_j + share_j · input, so that everything downstream treats a two-compartment model as two
one-compartment ones; c = Σ z_j. The shares lie between 0 and 1 and sum to 1, and nothing here subtracts
nearly equal numbers, however close the rates or slow the terminal one (Gibaldi & Perrier, chapter 2).

Arrays are (K periods, J modes, N draws). They may be complex: an imaginary step differentiates exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .problem import Array, Problem

WIDEST = 40.0  # |log parameter| beyond this is held: e^40 is 2e17, far outside any body


@dataclass(frozen=True, slots=True)
class Modes:
    """rate, share (K, J, N) 1/h and 1; absorption (K, N) 1/h; volume (K, N) L; lag (K, N) h or None.

    exchange (K, N): intercompartmental rate over the gap of the rates, None with one compartment.
    """

    rate: Array
    share: Array
    absorption: Array
    volume: Array
    exchange: Array | None
    lag: Array | None


def read_modes(problem: Problem, eta: Array) -> Modes:
    """The modes of each period for each row of `eta` (N, E)."""
    logs = problem.typical[:, :, None] + problem.design @ eta.T
    parameters = np.exp(hold(logs))
    lag = parameters[:, -1] if problem.structure.lag else None
    if problem.structure.compartments == 1:
        absorption, clearance, volume = parameters[:, 0], parameters[:, 1], parameters[:, 2]
        rate = (clearance / volume)[:, None]
        return Modes(rate, np.ones_like(rate), absorption, volume, None, lag)
    return split_compartments(parameters, lag)


def hold(logs: Array) -> Array:
    """Keep log parameters within ±40, so that nothing overflows (the derivative is 0 beyond)."""
    real = logs.real
    if np.abs(real).max(initial=0.0) <= WIDEST:
        return logs
    return np.where(np.abs(real) > WIDEST, np.clip(real, -WIDEST, WIDEST), logs)


def split_compartments(parameters: Array, lag: Array | None) -> Modes:
    """Two modes from ka, cl, v1, q, v2 (K, P, N).

    The slow rate is the product of the rates over the fast one, and the smaller share comes from the product
    of the shares: neither by subtraction.
    """
    absorption, clearance, central, flow, peripheral = (parameters[:, index] for index in range(5))
    out, away, back = clearance / central, flow / central, flow / peripheral
    gap = np.sqrt((out - back) ** 2 + away * (away + 2 * (out + back)))
    fast = (out + away + back + gap) / 2
    lean = out + away - back
    larger = (np.where(lean.real > 0, lean, -lean) + gap) / 2
    smaller = away * back / larger
    first = np.where(lean.real > 0, larger, smaller) / gap
    second = np.where(lean.real > 0, smaller, larger) / gap
    rate = np.stack((fast, out * back / fast), axis=1)
    return Modes(rate, np.stack((first, second), axis=1), absorption, central, back / gap, lag)


def convert(modes: Modes, state: Array, before: int, after: int) -> Array:
    """The state (2, N) in the modes of period `before`, in those of period `after`: amounts stay."""
    if modes.exchange is None:
        return state
    shares = modes.share[before]
    central = state[0] + state[1]
    peripheral = (shares[0] * state[1] - shares[1] * state[0]) / modes.exchange[before]
    moved = modes.exchange[after] * peripheral
    return np.stack(
        (modes.share[after, 0] * central - moved, modes.share[after, 1] * central + moved)
    )
