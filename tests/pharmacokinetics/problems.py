"""Problems to test with, and a second way to solve them: matrix exponentials from event to event."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as some
from scipy.linalg import expm

from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.problem import Doses, Floats, Problem, Samples, Structure

TYPICAL = {"ka": 1.3, "cl": 5.0, "v": 120.0, "v1": 110.0, "q": 6.0, "v2": 300.0, "lag": 0.4}


def dose(*segments, size: int) -> Doses:
    """Segments (start, amount, every, count, duration, oral), with `size` η."""
    columns = np.array([list(map(float, row)) for row in segments]).reshape(-1, 6).T
    start, amount, every, count, duration, oral = columns
    share, design = np.zeros(len(start)), np.zeros((len(start), size))
    return Doses(
        start, amount, every, count.astype(int), duration, oral.astype(bool), share, design
    )


def measure(times, values, *, size: int, **changes) -> Samples:
    """Samples with a combined error; `changes` replace single columns."""
    count = len(times)
    plain = {"below": np.zeros(count, bool), "design": np.zeros((count, size))}
    for name, value in {
        "bias": 0.0, "additive": 0.5, "proportional": 0.2, "log_sd": 0.0, "floor": 0.3, "weight": 1.0
    }.items():  # fmt: skip
        plain[name] = np.full(count, value)
    plain |= {name: np.broadcast_to(value, plain[name].shape) for name, value in changes.items()}
    return Samples(np.array(times, float), np.array(values, float), **plain)


def pose(
    compartments=1, *, lag=False, periods=1, doses=((0, 2, 24, 10, 0, 1),), times=(), values=(),
    omega=0.1, typical=None, samples=None, **changes,
) -> Problem:  # fmt: skip
    """A problem with one η on every parameter; `typical` replaces typical values by name."""
    structure = Structure(compartments, lag)
    size = len(structure.names)
    logs = np.log([(TYPICAL | (typical or {}))[name] for name in structure.names])
    begins = np.concatenate(([-np.inf], 37.0 * np.arange(1, periods)))
    return Problem(
        structure,
        begins,
        np.tile(logs, (periods, 1)),
        np.tile(np.eye(size), (periods, 1, 1)),
        dose(*doses, size=size),
        samples or measure(times, values, size=size, **changes),
        np.diag(np.broadcast_to(omega, size)),
    )


def vary(problem: Problem, step: float = 0.15) -> Problem:
    """The same with parameters that differ from period to period."""
    shape = problem.typical.shape
    wave = step * np.sin(1 + np.arange(shape[0] * shape[1])).reshape(shape)
    if problem.structure.lag:
        wave[:, -1] = 0.0
    return replace(problem, typical=problem.typical + wave)


def simulate(problem: Problem, eta, times, noise=()) -> Problem:
    """With samples at `times`, each its prediction times e^noise."""
    size = len(problem.omega)
    values = predict(problem, np.asarray(eta, float), np.asarray(times, float))
    noise = np.resize(noise if len(noise) else [0.0], len(values))
    return replace(problem, samples=measure(times, values * np.exp(noise), size=size))


def integrate(problem: Problem, eta: Floats, times: Floats) -> Floats:
    """Concentrations by a matrix exponential from each event to the next, dose by dose."""
    doses, found = problem.doses, []
    parameters = np.exp(problem.typical + problem.design @ eta)
    pulses, infusions = [], []
    for row in range(len(doses.start)):
        share = np.exp(doses.fraction[row] + doses.design[row] @ eta)
        for number in range(doses.count[row]):
            given, amount = doses.start[row] + number * doses.every[row], doses.amount[row] * share
            if doses.duration[row] > 0:
                ends = given + doses.duration[row]
                infusions.append((given, ends, amount / doses.duration[row]))
            else:
                period = np.searchsorted(problem.begins, given, side="right") - 1
                oral = bool(doses.oral[row])
                lag = parameters[period, -1] if problem.structure.lag and oral else 0.0
                pulses.append((given + lag, amount, 0 if oral else 1))
    events = {*problem.begins[1:], *times, *(pulse[0] for pulse in pulses)}
    events = sorted({*events, *(end for infusion in infusions for end in infusion[:2])})
    state, now, seen = np.zeros(4), events[0], {}
    for event in events:
        period = np.searchsorted(problem.begins, now, side="right") - 1
        rate = sum(flow for starts, ends, flow in infusions if starts <= now < ends)
        state[3] = 1.0
        state = expm(build_matrix(problem, parameters[period], rate) * (event - now)) @ state
        now = event
        period = np.searchsorted(problem.begins, now, side="right") - 1
        seen[event] = problem.scale * state[1] / parameters[period, 2]
        for arrives, amount, place in pulses:
            if arrives == event:
                state[place] += amount
    found = [seen[time] for time in times]
    return np.array(found)


def build_matrix(problem: Problem, parameters: Floats, rate: float) -> Floats:
    """Depot, central, peripheral and a constant 1 that an infusion flows from."""
    absorption, clearance, volume = parameters[:3]
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[1, 0] = -absorption, absorption
    matrix[1, 1], matrix[1, 3] = -clearance / volume, rate
    if problem.structure.compartments == 2:
        flow, other = parameters[3:5]
        matrix[1, 1] -= flow / volume
        matrix[1, 2], matrix[2, 1], matrix[2, 2] = flow / other, flow / volume, -flow / other
    return matrix


SEGMENTS = some.lists(
    some.tuples(
        some.sampled_from([0, 5, 11.5, 30, 37, 60]),
        some.sampled_from([0.5, 1, 2]),
        some.sampled_from([8, 12, 24, 37]),
        some.integers(1, 6),
        some.sampled_from([0, 0, 0, 2, 15, 30]),
        some.booleans(),
    ),
    min_size=1,
    max_size=3,
)
TIMES = some.lists(
    some.sampled_from([0, 0.2, 1, 7.5, 24, 36, 37, 37.5, 61, 74, 80, 111, 150, 300]),
    min_size=1,
    max_size=6,
).map(lambda times: np.array(times, float))


@some.composite
def problems(draw, periods=None):
    """A problem with parameters that differ between its periods, and an η."""
    problem = vary(
        pose(
            draw(some.sampled_from([1, 2])),
            lag=draw(some.booleans()),
            periods=draw(some.integers(1, 3)) if periods is None else periods,
            doses=draw(SEGMENTS),
        )
    )
    size = len(problem.omega)
    eta = draw(some.lists(some.floats(-1, 1), min_size=size, max_size=size))
    return problem, np.array(eta)
