"""Concentrations: from η to the true concentration at any time, and its exact derivative."""

from __future__ import annotations

import numpy as np

from .course import Course, Parts, arrange
from .modes import Modes, convert, read_modes
from .problem import Array, Doses, Floats, Problem
from .sums import absorb_once, absorb_repeatedly, add_doses, fade

STEP = 1e-20  # imaginary step: its square is nothing, so the derivative carries no error of its own
ROWS = 4096  # draws followed at once


def predict(problem: Problem, eta: Floats, times: Floats, doses: Doses | None = None) -> Floats:
    """True concentration (..., T) for eta (..., E) at times (T,), in the problem's concentration unit.

    No bias of an assay. A time equal to the time of a dose is before that dose; before the first it is 0.
    `doses` replaces the problem's own. Log parameters are held within ±40, so that no η overflows.
    """
    eta = np.asarray(eta, dtype=np.float64)
    times = np.asarray(times, dtype=np.float64)
    course = arrange(problem, times, doses)
    flat = eta.reshape(-1, eta.shape[-1])
    chunks = [follow(problem, course, flat[row : row + ROWS]) for row in range(0, len(flat), ROWS)]
    found = np.concatenate(chunks) if chunks else np.zeros((0, len(times)))
    return found.reshape(*eta.shape[:-1], len(times))


def differentiate(
    problem: Problem, eta: Floats, times: Floats | None = None
) -> tuple[Floats, Floats]:
    """True concentration (T,) and its derivative (T, E) at one η (E,), by default at the samples' times.

    By an imaginary step through the closed form (Squire & Trapp 1998): exact to rounding.
    """
    eta = np.asarray(eta, dtype=np.float64)
    times = problem.samples.time if times is None else np.asarray(times, dtype=np.float64)
    turned = follow(problem, arrange(problem, times), turn(eta[None], np.eye(len(eta))))
    return turned[0].real.copy(), turned.imag.T / STEP


def turn(points: Floats, directions: Floats) -> Array:
    """Points (M, E), each with an imaginary step along each direction (rows of D, E): (M·D, E)."""
    turned = points[:, None, :] + 1j * STEP * directions
    return np.asarray(turned.reshape(-1, points.shape[1]))


def follow(problem: Problem, course: Course, eta: Array) -> Array:
    """Concentrations (N, T) for eta (N, E) along a course that was laid out before."""
    modes = read_modes(problem, eta)
    share = None
    if course.design is not None:
        share = np.exp(course.fraction[:, None] + course.design @ eta.T)
    inputs = collect_inputs(course, modes, share)
    found = walk(course, modes, inputs, len(eta))
    found *= problem.scale
    return np.asarray(found.T[:, course.order])


class Inputs:
    """What doses bring to each gap: per gap a list of (amount, central per mg (J, N), depot per mg or None)."""

    __slots__ = ("absorbed", "rows")

    def __init__(self, gaps: int) -> None:
        self.rows: list[list[tuple[Array, Array, Array | None]]] = [[] for _ in range(gaps)]
        self.absorbed = False


def collect_inputs(course: Course, modes: Modes, share: Array | None) -> Inputs:
    """The closed sums of all doses, by gap."""
    inputs = Inputs(len(course.targets.time))
    if len(course.absorbed.gap):
        enter(inputs, course, course.absorbed, *sum_absorbed(course.absorbed, modes), share)
    if len(course.direct.gap):
        enter(inputs, course, course.direct, sum_direct(course.direct, modes), None, share)
    if course.delayed is not None:
        enter_delayed(inputs, course, modes, share)
    return inputs


def enter(
    inputs: Inputs,
    course: Course,
    parts: Parts,
    central: Array,
    depot: Array | None,
    share: Array | None,
) -> None:
    """Put sums per mg into the gaps they belong to, with their amounts."""
    inputs.absorbed |= depot is not None
    static = parts.amount * np.exp(course.fraction[parts.segment])
    for row, (gap, shape) in enumerate(zip(parts.gap.tolist(), parts.shape.tolist(), strict=True)):
        amount = static[row] if share is None else parts.amount[row] * share[parts.segment[row]]
        left = None if depot is None else depot[shape]
        inputs.rows[gap].append((amount, central[shape], left))


def sum_absorbed(parts: Parts, modes: Modes) -> tuple[Array, Array]:
    """Per mg by mouth: amount in each mode (Q, J, N) and in the depot (Q, N) at the end of the gap."""
    rate, share = pick(modes.rate, parts.period), pick(modes.share, parts.period)
    absorption = pick(modes.absorption, parts.period)[:, None]
    since = parts.since[:, None, None]
    depot = np.exp(-absorption * since)
    if (parts.count == 1).all():
        central = absorb_once(rate, absorption, since)
    else:
        every, count = parts.every[:, None, None], parts.count[:, None, None]
        central = absorb_repeatedly(rate, absorption, since, every, count)
        depot = depot * add_doses(absorption, every, count)
    return share * absorption * central, depot[:, 0]


def sum_direct(parts: Parts, modes: Modes) -> Array:
    """Per mg into the vein: amount in each mode (Q, J, N) at the end of the gap."""
    rate, share = pick(modes.rate, parts.period), pick(modes.share, parts.period)
    since, width = parts.since[:, None, None], parts.width[:, None, None]
    sums = add_doses(rate, parts.every[:, None, None], parts.count[:, None, None])
    return np.asarray(share * np.exp(-rate * since) * sums * fade(rate * width))


def enter_delayed(inputs: Inputs, course: Course, modes: Modes, share: Array | None) -> None:
    """Doses that arrive after a lag: which gap they fall in differs between draws."""
    rows = course.delayed
    assert rows is not None and modes.lag is not None  # noqa: S101 - for the type checker
    lag = pick(modes.lag, rows.taken)
    start, every, limit = rows.start[:, None], rows.every[:, None], rows.limit[:, None]
    before = count_arrived(rows.left[:, None] - start - lag.real, every, limit)
    until = count_arrived(rows.right[:, None] - start - lag.real, every, limit)
    since = np.where(until > before, rows.right[:, None] - start - lag - (until - 1) * every, 0.0)
    since, count, every = since[:, None], (until - before)[:, None], every[:, None]
    rate, absorption = pick(modes.rate, rows.period), pick(modes.absorption, rows.period)[:, None]
    central = absorb_repeatedly(rate, absorption, since, every, count)
    central = pick(modes.share, rows.period) * absorption * central
    depot = (np.exp(-absorption * since) * add_doses(absorption, every, count))[:, 0]
    inputs.absorbed = True
    static = rows.amount * np.exp(course.fraction[rows.segment])
    for row, gap in enumerate(rows.gap.tolist()):
        amount = static[row] if share is None else rows.amount[row] * share[rows.segment[row]]
        inputs.rows[gap].append((amount, central[row], depot[row]))


def count_arrived(time: Floats, every: Floats, limit: Floats) -> Floats:
    """Doses that have arrived, `time` hours after the first of them arrives."""
    return np.clip(np.ceil(time / every), 0, limit)


def pick(values: Array, periods: Array) -> Array:
    """Rows of `values` (K, …) for these periods; with one period as they are, to be broadcast."""
    return values if len(values) == 1 else np.asarray(values[periods])


def walk(course: Course, modes: Modes, inputs: Inputs, draws: int) -> Array:
    """Carry the state from target to target; central amount over volume at each wanted time (T, N)."""
    rate = pick(modes.rate, course.within)
    length = course.length[:, None, None]
    fades = np.exp(-rate * length)
    if inputs.absorbed:
        absorption = pick(modes.absorption, course.within)[:, None]
        feeds = pick(modes.share, course.within) * absorption
        feeds = feeds * absorb_once(rate, absorption, length)
        empties = np.exp(-absorption * length)[:, 0]
    found = np.zeros((course.count, draws), dtype=modes.rate.dtype)
    state = np.zeros((modes.rate.shape[1], draws), dtype=modes.rate.dtype)
    depot = np.zeros(draws, dtype=modes.rate.dtype)
    targets, single = course.targets, len(modes.rate) == 1
    begun = False
    rows = zip(course.step.tolist(), targets.place.tolist(), targets.period.tolist(), strict=True)
    for gap, (step, place, period) in enumerate(rows):
        if begun:
            state = state * fades[step]
            if inputs.absorbed:
                state += feeds[step] * depot
                depot = depot * empties[step]
        for amount, central, left in inputs.rows[gap]:
            begun = True
            state = state + amount * central
            if left is not None:
                depot = depot + amount * left
        if place < 0:
            state = convert(modes, state, period, period + 1)
        elif begun:
            volume = modes.volume[0 if single else period]
            found[place] = (state[0] if len(state) == 1 else state[0] + state[1]) / volume
    return found
