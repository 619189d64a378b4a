"""The search of `batch_descent`, one person at a time in machine code, people shared among the processor's cores.

Needs numba (the extra `fast`) and is imported only when a batch asks for it, never by a consult. The rules and
the constants are those of `batch_curve` and `batch_descent`; the two are held together by property tests.
Compiled code is kept beside this file, or in the user's cache where that cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, exp, expm1, log, sqrt

import numpy as np
from numba import get_num_threads, njit, prange, set_num_threads

from .batch_curve import NEAR, NODES, SHARES, People
from .batch_descent import RULES, Found, Rules, find_spread, list_restarts
from .problem import Bools, Floats

PER_THREAD = 64  # people: below it a thread costs more to wake than it saves
Numbers = tuple[Floats, ...]
Model = tuple[bool, bool, bool, float, float]  # two compartments, lag, settled, scale, NEAR
Error = tuple[float, float, float, float, float, float]


def find_modes(people: People) -> Found:
    """eta (N, E), objective (N,), converged (N,), gradient by eta (N, E): as `batch_descent.find_modes`."""
    size, effects = people.typical.shape[1], len(people.root)
    z, gradient = np.zeros((size, effects)), np.zeros((size, effects))
    objective, converged = np.zeros(size), np.zeros(size, dtype=np.bool_)
    structure, spread = people.structure, find_spread(people.root)
    doses = (people.start, people.amount, people.every, people.count)
    samples = (people.time, people.value, people.weight)
    with _share(size):
        _search_all(
            (structure.compartments == 2, structure.lag, people.settled, people.scale, NEAR),
            people.error,
            RULES,
            (people.root, people.mix, list_restarts(people.root), spread),
            np.ascontiguousarray(people.typical.T),
            tuple(np.ascontiguousarray(row.T) for row in doses),
            tuple(np.ascontiguousarray(row.T) for row in samples),
            z,
            gradient,
            objective,
            converged,
        )
    eta = z @ people.root.T
    inside = (np.abs(eta) <= RULES.far * spread).all(axis=1)
    return (
        eta,
        objective,
        converged & inside,
        np.array(np.linalg.solve(people.root.T, gradient.T).T),
    )


@contextmanager
def _share(people: int) -> Iterator[None]:
    """No more threads than the people are worth."""
    threads = get_num_threads()
    set_num_threads(max(1, min(threads, people // PER_THREAD)))
    try:
        yield
    finally:
        set_num_threads(threads)


@njit(cache=True)
def _measure_gaps(lag: float, doses: Numbers, time: Floats, since: Floats, span: Floats) -> None:
    """Hours since the last dose before each sample, and doses so far × interval, of each segment (S, T)."""
    start, _, every, count = doses
    for s in range(len(start)):
        for t in range(len(time)):
            elapsed = time[t] - start[s] - lag
            so_far = min(max(ceil(elapsed / every[s]), 0.0), count[s])
            span[s, t] = so_far * every[s]
            since[s, t] = elapsed - span[s, t] + every[s] if so_far > 0.0 else 0.0


@njit(cache=True)
def _add_doses(rate: float, doses: Numbers, since: Floats, span: Floats, sums: Floats) -> None:
    """S and dS/dλ of each sample into sums (2, T), over segments."""
    _, amount, every, _ = doses
    sums[:] = 0.0
    for s in range(len(amount)):
        left = -expm1(-rate * every[s])
        later = every[s] * (1.0 - left) / left
        for t in range(since.shape[1]):
            if span[s, t] > 0.0:
                done = -expm1(-rate * span[s, t])
                tail = exp(-rate * since[s, t]) * (amount[s] / left)
                total = tail * done
                sums[0, t] += total
                sums[1, t] += tail * (span[s, t] * (1.0 - done)) - total * (since[s, t] + later)


@njit(cache=True)
def _bend_doses(rate: float, doses: Numbers, since: Floats, span: Floats, sums: Floats) -> None:
    """dS/dλ and d²S/dλ² of each sample into sums (2, T), over segments."""
    _, amount, every, _ = doses
    sums[:] = 0.0
    for s in range(len(amount)):
        left = -expm1(-rate * every[s])
        later = every[s] * (1.0 - left) / left
        spread = (every[s] / left) ** 2 * (1.0 - left)
        for t in range(since.shape[1]):
            if span[s, t] > 0.0:
                done = -expm1(-rate * span[s, t])
                tail = exp(-rate * since[s, t]) * (amount[s] / left)
                slower = since[s, t] + later
                rising = span[s, t] * (1.0 - done)
                sums[0, t] += tail * (rising - done * slower)
                sums[1, t] += tail * (
                    done * (slower**2 + spread) - 2.0 * rising * slower - span[s, t] * rising
                )


@njit(cache=True)
def _divide(
    near: float, rate: float, ka: float, doses: Numbers, gaps: Numbers, sums: Floats, parts: Floats
) -> None:
    """(S(λ) − S(ka)) / (ka − λ) and its derivatives by λ and by ka into parts (3, T)."""
    since, span, absorbed = gaps
    apart = ka - rate
    if abs(apart) < near * ka:
        parts[:] = 0.0
        for node in range(len(NODES)):
            _bend_doses(rate + NODES[node] * apart, doses, since, span, sums)
            for t in range(since.shape[1]):
                parts[0, t] -= SHARES[node] * sums[0, t]
                parts[1, t] -= SHARES[node] * (1.0 - NODES[node]) * sums[1, t]
                parts[2, t] -= SHARES[node] * NODES[node] * sums[1, t]
        return
    inverse = 1.0 / apart
    _add_doses(rate, doses, since, span, sums)
    for t in range(since.shape[1]):
        share = (sums[0, t] - absorbed[0, t]) * inverse
        parts[0, t] = share
        parts[1, t] = (sums[1, t] + share) * inverse
        parts[2, t] = -(absorbed[1, t] + share) * inverse


@njit(cache=True)
def _find_exponentials(
    k10: float, k12: float, k21: float, rates: Floats, shares: Floats, moves: Floats
) -> None:
    """As `batch_curve.find_exponentials`: moves (3, 3) per log k10, k12, k21 of fast, slow and share."""
    tilt, exchange = k10 + k12 - k21, k12 * k21
    apart = sqrt(tilt * tilt + 4.0 * exchange)
    fast = (k10 + k12 + k21 + apart) / 2.0
    slow = k10 * k21 / fast
    larger = (apart + abs(tilt)) / 2.0
    smaller = exchange / larger
    rates[0], rates[1] = fast, slow
    shares[0] = (larger if tilt >= 0.0 else smaller) / apart
    shares[1] = (smaller if tilt >= 0.0 else larger) / apart
    cube = apart**3
    moves[0, 0], moves[0, 1], moves[0, 2] = (
        k10 * shares[0],
        k10 * shares[1],
        2.0 * exchange * k10 / cube,
    )
    moves[1, 0], moves[1, 1], moves[1, 2] = (
        fast * k12 / apart,
        -slow * k12 / apart,
        exchange * (2.0 * k12 - tilt) / cube,
    )
    moves[2, 0], moves[2, 1], moves[2, 2] = (
        k21 * (fast - k10) / apart,
        k21 * (k10 - slow) / apart,
        -exchange * (2.0 * k21 + tilt) / cube,
    )


@njit(cache=True)
def _weigh(
    error: Error, value: float, weight: float, curve: float
) -> tuple[float, float, float, float]:
    """As `batch_descent.weigh`, of one sample."""
    additive, proportional, log_sd, floor, band, least = error
    if log_sd > 0.0:
        middle = max(curve, least)
        residual = (log(value) - log(middle)) / log_sd
        relative = 1.0 / (log_sd * middle) if curve > least else 0.0
        cost = weight * (residual * residual + 2.0 * log(log_sd * value))
        slope = -2.0 * weight * residual * relative
        return cost, slope, 2.0 * weight * relative * relative, residual
    excess = additive**2 + (proportional * curve) ** 2 - floor
    corner = min(max(excess / band, -1.0), 1.0)
    above = excess if excess > band else band * (corner + 1.0) ** 3 * (3.0 - corner) / 16.0
    steep = (corner + 1.0) ** 2 * (2.0 - corner) / 2.0 * proportional**2 * curve
    inverse = 1.0 / (floor + above)
    miss = value - curve
    square = miss * miss * inverse
    cost = weight * (square - log(inverse))
    slope = weight * inverse * (steep * (1.0 - square) - 2.0 * miss)
    bend = weight * (2.0 * inverse + (steep * inverse) ** 2)
    return cost, slope, bend, miss * sqrt(inverse)


@njit(cache=True)
def _trace_one(
    factor: float, ka: float, rate: float, parts: Floats, t: int, slopes: Floats
) -> float:
    """One compartment: the concentration of sample t; slopes: by log ka, clearance and volume, then by time."""
    share, by_rate, by_ka = parts[0, t], parts[1, t], parts[2, t]
    curve: float = factor * share
    by_clearance = factor * rate * by_rate
    slopes[0] = curve + factor * ka * by_ka
    slopes[1] = by_clearance
    slopes[2] = -curve - by_clearance
    slopes[-1] = rate * share
    return curve


@njit(cache=True)
def _trace_two(
    factor: float, ka: float, exponentials: Numbers, parts: Numbers, t: int, slopes: Floats
) -> float:
    """Two compartments: as `_trace_one`, by log ka, clearance, v1, q and v2."""
    rates, shares, moves = exponentials
    fast, slow = parts
    apart = fast[0, t] - slow[0, t]
    first, second = shares[0] * fast[1, t], shares[1] * slow[1, t]
    curve: float = factor * (shares[0] * fast[0, t] + shares[1] * slow[0, t])
    by_k10 = factor * (moves[0, 2] * apart + moves[0, 0] * first + moves[0, 1] * second)
    by_k12 = factor * (moves[1, 2] * apart + moves[1, 0] * first + moves[1, 1] * second)
    by_k21 = factor * (moves[2, 2] * apart + moves[2, 0] * first + moves[2, 1] * second)
    slopes[0] = curve + factor * ka * (shares[0] * fast[2, t] + shares[1] * slow[2, t])
    slopes[1] = by_k10
    slopes[2] = -curve - by_k10 - by_k12
    slopes[3] = by_k12 + by_k21
    slopes[4] = -by_k21
    slopes[-1] = shares[0] * rates[0] * fast[0, t] + shares[1] * rates[1] * slow[0, t]
    return curve


@njit(cache=True)
def _assess(
    model: Model,
    error: Error,
    mix: Floats,
    person: tuple[Floats, Numbers, Numbers],
    work: Numbers,
    z: Floats,
    gradient: Floats,
    hessian: Floats,
) -> tuple[float, float]:
    """Objective and largest weighted residual at z; fills the gradient (E,) and expected Hessian (E, E)."""
    two, lagged, settled, scale, near = model
    typical, doses, samples = person
    time, value, weight = samples
    names, effects = mix.shape
    parameters, slopes, by_effect, rates, shares, moves, since, span, absorbed, sums, fast, slow = (
        work
    )
    for p in range(names):
        total = typical[p]
        for e in range(effects):
            total += mix[p, e] * z[e]
        parameters[p] = exp(total)
    ka, clearance, volume = parameters[0], parameters[1], parameters[2]
    factor = scale * ka / volume
    if not settled:
        _measure_gaps(parameters[names - 1] if lagged else 0.0, doses, time, since, span)
        _add_doses(ka, doses, since, span, absorbed)
    gaps = (since, span, absorbed)
    rates[0] = clearance / volume
    if two:
        _find_exponentials(
            rates[0], parameters[3] / volume, parameters[3] / parameters[4], rates, shares, moves
        )
        _divide(near, rates[1], ka, doses, gaps, sums, slow)
    _divide(near, rates[0], ka, doses, gaps, sums, fast)
    objective = worst = 0.0
    for e in range(effects):
        objective += z[e] * z[e]
        gradient[e] = 2.0 * z[e]
        for f in range(effects):
            hessian[e, f] = 2.0 if e == f else 0.0
    for t in range(len(time)):
        if weight[t] <= 0.0:
            continue
        if two:
            curve = _trace_two(factor, ka, (rates, shares, moves), (fast, slow), t, slopes)
        else:
            curve = _trace_one(factor, ka, rates[0], fast, t, slopes)
        if lagged:
            slopes[names - 1] = -parameters[names - 1] * factor * (absorbed[0, t] - slopes[-1])
        cost, slope, bend, residual = _weigh(error, value[t], weight[t], curve)
        objective += cost
        worst = max(worst, abs(residual))
        for e in range(effects):
            by_effect[e] = 0.0
            for p in range(names):
                by_effect[e] += mix[p, e] * slopes[p]
            gradient[e] += slope * by_effect[e]
            for f in range(e + 1):
                hessian[e, f] += bend * by_effect[e] * by_effect[f]
                hessian[f, e] = hessian[e, f]
    return objective, worst


@njit(cache=True)
def _prepare(
    model: Model, names: int, effects: int, person: tuple[Floats, Numbers, Numbers]
) -> Numbers:
    """Room for the numbers of one person, and what is found once if nothing moves it."""
    typical, doses, samples = person
    segments, times = len(doses[0]), len(samples[0])
    since, span = np.zeros((segments, times)), np.zeros((segments, times))
    absorbed = np.zeros((2, times))
    _measure_gaps(exp(typical[-1]) if model[1] else 0.0, doses, samples[0], since, span)
    _add_doses(exp(typical[0]), doses, since, span, absorbed)
    return (
        np.empty(names),
        np.empty(names + 1),  # slopes, and the one by time
        np.empty(effects),
        np.empty(2),
        np.empty(2),
        np.empty((3, 3)),
        since,
        span,
        absorbed,
        np.empty((2, times)),
        np.empty((3, times)),
        np.empty((3, times)),
    )


@njit(cache=True)
def _solve(hessian: Floats, damping: float, gradient: Floats, step: Floats, lower: Floats) -> bool:
    """Cholesky solution into `step`; False where the Hessian is not positive definite."""
    size = len(gradient)
    for row in range(size):
        for column in range(row + 1):
            rest = hessian[row, column]
            if row == column:
                rest *= 1.0 + damping
            for k in range(column):
                rest -= lower[row, k] * lower[column, k]
            if row != column:
                lower[row, column] = rest / lower[column, column]
            elif not rest > 0.0:
                return False
            else:
                lower[row, row] = sqrt(rest)
        step[row] = gradient[row]
        for k in range(row):
            step[row] -= lower[row, k] * step[k]
        step[row] /= lower[row, row]
    for row in range(size - 1, -1, -1):
        for k in range(row + 1, size):
            step[row] -= lower[k, row] * step[k]
        step[row] /= lower[row, row]
    return True


@njit(cache=True)
def _search(
    model: Model,
    error: Error,
    rules: Rules,
    mix: Floats,
    person: tuple[Floats, Numbers, Numbers],
    work: Numbers,
    z: Floats,
    gradient: Floats,
) -> tuple[float, float, bool]:
    """From z, changed in place: objective, largest weighted residual, and whether the search arrived."""
    size = len(z)
    expected, exact, lower = np.empty((size, size)), np.empty((size, size)), np.zeros((size, size))
    trial_expected, unused = np.empty((size, size)), np.empty((size, size))
    step, trial, trial_gradient = np.empty(size), np.empty(size), np.empty(size)
    objective, worst = _assess(model, error, mix, person, work, z, gradient, expected)
    for newton in range(2):
        small, steps = (
            (rules.finish, rules.finish_steps) if newton else (rules.approach, rules.approach_steps)
        )
        damping = 0.0
        for _ in range(steps):
            definite = False
            if newton:
                for e in range(size):
                    trial[:] = z
                    trial[e] += rules.probe
                    _assess(model, error, mix, person, work, trial, trial_gradient, unused)
                    for f in range(size):
                        exact[e, f] = (trial_gradient[f] - gradient[f]) / rules.probe
                for e in range(size):
                    for f in range(e):
                        exact[e, f] = exact[f, e] = (exact[e, f] + exact[f, e]) / 2.0
                definite = _solve(exact, damping, gradient, step, lower)
            if not definite:
                _solve(expected, damping, gradient, step, lower)
            length = 0.0
            for e in range(size):
                length = max(length, abs(step[e]))
            for e in range(size):
                trial[e] = z[e] - step[e] * min(1.0, rules.longest / max(length, rules.longest))
            there, there_worst = _assess(
                model, error, mix, person, work, trial, trial_gradient, trial_expected
            )
            if there <= objective + rules.slack * (1.0 + abs(objective)):
                z[:], gradient[:], expected[:] = trial, trial_gradient, trial_expected
                objective, worst = there, there_worst
                if length < small and damping == 0.0 and (definite or not newton):
                    if newton:
                        return objective, worst, True
                    break
                damping = 0.0 if damping <= rules.press else damping / rules.ease
            else:
                damping = max(damping * rules.ease, rules.press)
                if damping > rules.stuck:
                    break
    return objective, worst, False


@njit(cache=True)
def _search_one(
    model: Model,
    error: Error,
    rules: Rules,
    prior: Numbers,
    person: tuple[Floats, Numbers, Numbers],
    z: Floats,
    gradient: Floats,
) -> tuple[float, bool]:
    """The lowest minimum of one person, from the middle and, where it looks strange, from elsewhere."""
    root, mix, restarts, spread = prior
    work = _prepare(model, mix.shape[0], mix.shape[1], person)
    objective, worst, done = _search(model, error, rules, mix, person, work, z, gradient)
    strange = worst > rules.strange_residual or not done
    for e in range(len(z)):
        effect = 0.0
        for f in range(len(z)):
            effect += root[e, f] * z[f]
        strange = strange or abs(effect) > rules.strange_effect * spread[e]
    if strange:
        other_gradient = np.empty_like(gradient)
        for start in range(len(restarts)):
            other = restarts[start].copy()
            value, _, arrived = _search(
                model, error, rules, mix, person, work, other, other_gradient
            )
            fall = objective - value
            if fall > rules.lower or (fall >= -rules.lower and arrived and not done):
                objective, done = value, arrived
                z[:], gradient[:] = other, other_gradient
    return objective, done


@njit(cache=True, parallel=True)
def _search_all(
    model: Model,
    error: Error,
    rules: Rules,
    prior: Numbers,
    typical: Floats,
    doses: Numbers,
    samples: Numbers,
    z: Floats,
    gradient: Floats,
    objective: Floats,
    converged: Bools,
) -> None:
    """Everybody, shared among the cores; fills z, gradient (N, E), objective and converged (N,)."""
    start, amount, every, count = doses
    time, value, weight = samples
    for n in prange(len(typical)):
        person = (
            typical[n],
            (start[n], amount[n], every[n], count[n]),
            (time[n], value[n], weight[n]),
        )
        found = _search_one(model, error, rules, prior, person, z[n], gradient[n])
        objective[n] = found[0]
        converged[n] = found[1]
