"""Concentrations: from η to the true concentration at any time, and its exact derivative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .course import Course, Delayed, Parts, arrange
from .modes import Modes, convert, read_modes
from .problem import Array, Doses, Floats, Ints, Problem
from .sums import absorb_once, absorb_repeatedly, add_doses, fade

STEP = 1e-20  # imaginary step: its square is nothing, so the derivative carries no error of its own
ROWS = 2048  # draws followed at once: what fits the cache
MANY = 256  # draws from which single doses are summed apart from repeated ones


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
    if not course.count:  # nobody asks for a time: no level was ever drawn
        return np.zeros((len(eta), 0), dtype=eta.dtype)
    modes = read_modes(problem, eta)
    share = None
    if course.design is not None:
        share = np.exp(course.fraction[:, None] + course.design @ eta.T)
    found = walk(course, modes, gather(course, modes, share), len(eta))
    found *= problem.scale
    return np.asarray(found.T[:, course.order])


@dataclass(frozen=True, slots=True)
class Flow:
    """What happens along a course. rows: per gap its doses as (amount, per mg in the modes (J, N), per mg in
    the depot (N,) or None). fade (D, J, N): of the modes over each distinct gap; feed (D, J, N), empty (D, N):
    from the depot and of it, None where nothing is taken by mouth.
    """

    rows: list[list[tuple[Array, Array, Array | None]]]
    fade: Array
    feed: Array | None
    empty: Array | None


def gather(course: Course, modes: Modes, share: Array | None) -> Flow:
    """The closed sums of all doses, by gap, and what the gaps do."""
    rows: list[list[tuple[Array, Array, Array | None]]] = [[] for _ in course.targets.time]
    fades = np.exp(-pick(modes.rate, course.within) * course.length[:, None, None])
    if len(course.direct.gap):
        enter(rows, course, course.direct, sum_direct(course.direct, modes), None, share)
    if not len(course.absorbed.gap) and course.delayed is None:
        return Flow(rows, fades, None, None)
    central, depot = sum_absorbed(course.absorbed, modes)
    enter(rows, course, course.absorbed, central, depot, share)
    if course.delayed is not None and modes.lag is not None:
        enter_delayed(rows, course, course.delayed, modes, modes.lag, share)
    known = len(depot) - len(course.length)
    return Flow(rows, fades, central[known:], depot[known:])


def enter(
    rows: list[list[tuple[Array, Array, Array | None]]],
    course: Course,
    parts: Parts | Delayed,
    central: Array,
    depot: Array | None,
    share: Array | None,
) -> None:
    """Put sums per mg into the gaps they belong to, with their amounts."""
    static = (parts.amount * np.exp(course.fraction[parts.segment])).tolist()
    shapes = parts.shape.tolist() if isinstance(parts, Parts) else range(len(static))
    for row, (gap, shape) in enumerate(zip(parts.gap.tolist(), shapes, strict=True)):
        amount = static[row] if share is None else parts.amount[row] * share[parts.segment[row]]
        rows[gap].append((amount, central[shape], None if depot is None else depot[shape]))


def sum_absorbed(parts: Parts, modes: Modes) -> tuple[Array, Array]:
    """Per mg by mouth: amount in each mode (Q, J, N) and in the depot (Q, N) at the end of the gap."""
    rate = pick(modes.rate, parts.period)
    absorption = pick(modes.absorption, parts.period)[:, None]
    since = parts.since[:, None, None]
    central = absorb_some(parts, rate, absorption, since)
    depot = np.exp(-absorption * since)
    many = np.flatnonzero(parts.count > 1)
    if len(many):
        every, count = parts.every[many, None, None], parts.count[many, None, None]
        depot[many] *= add_doses(choose(absorption, many), every, count)
    return pick(modes.share, parts.period) * absorption * central, depot[:, 0]


def absorb_some(parts: Parts, rate: Array, absorption: Array, since: Array) -> Array:
    """Single doses apart from repeated ones where there are many draws; all as repeated where few."""
    repeated = parts.count > 1
    if not repeated.any():
        return absorb_once(rate, absorption, since)
    times = np.stack((parts.since, parts.every, parts.every * parts.count))[..., None, None]
    if rate.shape[-1] < MANY:
        return absorb_repeatedly(rate, absorption, times)
    many = np.flatnonzero(repeated)
    found = absorb_once(rate, absorption, since)
    found[many] = absorb_repeatedly(choose(rate, many), choose(absorption, many), times[:, many])
    return found


def choose(values: Array, rows: Ints) -> Array:
    """These rows; where one row stands for all, that one."""
    return values if len(values) == 1 else np.asarray(values[rows])


def sum_direct(parts: Parts, modes: Modes) -> Array:
    """Per mg into the vein: amount in each mode (Q, J, N) at the end of the gap."""
    rate, share = pick(modes.rate, parts.period), pick(modes.share, parts.period)
    since, width = parts.since[:, None, None], parts.width[:, None, None]
    sums = add_doses(rate, parts.every[:, None, None], parts.count[:, None, None])
    return np.asarray(share * np.exp(-rate * since) * sums * fade(rate * width))


def enter_delayed(
    into: list[list[tuple[Array, Array, Array | None]]],
    course: Course,
    rows: Delayed,
    modes: Modes,
    lags: Array,
    share: Array | None,
) -> None:
    """Doses that arrive after a lag: which gap they fall in differs between draws."""
    lag = pick(lags, rows.taken)
    start, every, limit = rows.start[:, None], rows.every[:, None], rows.limit[:, None]
    before = count_arrived(rows.left[:, None] - start - lag.real, every, limit)
    until = count_arrived(rows.right[:, None] - start - lag.real, every, limit)
    last = start + lag + (until - 1) * every
    since = np.where(until > before, rows.right[:, None] - last, 0.0)[:, None]
    count, every = (until - before)[:, None], every[:, None]
    rate, absorption = pick(modes.rate, rows.period), pick(modes.absorption, rows.period)[:, None]
    times = np.stack(np.broadcast_arrays(since, every, every * count))
    central = absorb_repeatedly(rate, absorption, times)
    depot = np.exp(-absorption * since) * add_doses(absorption, every, count)
    central = pick(modes.share, rows.period) * absorption * central
    enter(into, course, rows, central, depot[:, 0], share)


def count_arrived(time: Floats, every: Floats, limit: Floats) -> Floats:
    """Doses that have arrived, `time` hours after the first of them arrives."""
    return np.clip(np.ceil(time / every), 0, limit)


def pick(values: Array, periods: Ints) -> Array:
    """Rows of `values` (K, …) for these periods; with one period as they are, to be broadcast."""
    return values if len(values) == 1 else np.asarray(values[periods])


def walk(course: Course, modes: Modes, flow: Flow, draws: int) -> Array:
    """Carry the state from target to target; central amount over volume at each wanted time (T, N)."""
    kind = modes.rate.dtype
    found = np.zeros((course.count, draws), dtype=kind)
    state = np.zeros((modes.rate.shape[1], draws), dtype=kind)
    depot = np.zeros(draws, dtype=kind)
    targets, begun = course.targets, False
    inverse = 1 / modes.volume
    rows = zip(course.step.tolist(), targets.place.tolist(), targets.period.tolist(), strict=True)
    for gap, (step, place, period) in enumerate(rows):
        if begun:
            state *= flow.fade[step]
            if flow.feed is not None and flow.empty is not None:
                state += flow.feed[step] * depot
                depot *= flow.empty[step]
        for amount, central, left in flow.rows[gap]:
            begun = True
            state += amount * central
            if left is not None:
                depot += amount * left
        if place < 0:
            state = convert(modes, state, period, period + 1)
        elif begun:
            total = state[0] if len(state) == 1 else state[0] + state[1]
            np.multiply(total, inverse[period], out=found[place])
    return found
