"""Invented people for the batch, and their answers by the longest way round: a matrix exponential between
doses, and a general minimiser on the objective written out from the contract."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from scipy.linalg import expm
from scipy.optimize import minimize

from gentian.pharmacokinetics.batch import Batch, predict
from gentian.pharmacokinetics.problem import Floats, Structure

TYPICAL = {1: (0.75, 5.6, 144.0), 2: (2.2, 9.0, 118.0, 5.1, 609.0)}  # ka, cl, v | ka, cl, v1, q, v2
LAG = 0.4  # h


def gather(
    structure: Structure, error: dict[str, float], *, people: int, segments: int, samples: int
) -> Batch:
    """Everybody alike and without doses or levels; clearance and the first volume vary."""
    names = structure.names
    typical = np.log([*TYPICAL[structure.compartments], LAG][: len(names)])
    design = np.zeros((len(names), 2))
    design[1, 0] = design[2, 1] = 1.0
    return Batch(
        structure=structure,
        typical=np.tile(typical, (people, 1)),
        design=design,
        omega=np.array([[0.07, 0.02], [0.02, 0.15]]),
        start=np.zeros((people, segments)),
        amount=np.zeros((people, segments)),
        every=np.zeros((people, segments)),
        count=np.zeros((people, segments), dtype=np.int64),
        time=np.zeros((people, samples)),
        value=np.zeros((people, samples)),
        weight=np.zeros((people, samples)),
        floor=0.01,
        **error,
    )


ERRORS = st.sampled_from(
    [
        {"additive": 1.0},
        {"proportional": 0.2},
        {"additive": 0.8, "proportional": 0.15},
        {"log_sd": 0.3},
    ]
)
STRUCTURES = st.builds(Structure, st.sampled_from([1, 2]), st.booleans())


@st.composite
def crowds(
    draw: st.DrawFn, structures: st.SearchStrategy[Structure] = STRUCTURES, most: int = 4
) -> Batch:
    """One to `most` people, one or two segments, one to four levels near their own true curves."""
    people, segments = draw(st.integers(1, most)), draw(st.integers(1, 2))
    samples = draw(st.integers(1, 4))
    batch = gather(
        draw(structures), draw(ERRORS), people=people, segments=segments, samples=samples
    )

    def numbers(low: float, high: float, width: int) -> Floats:
        number = st.integers(0, 1000).map(lambda part: low + (high - low) * part / 1000)
        rows = st.lists(number, min_size=people * width, max_size=people * width)
        return np.array(draw(rows)).reshape(people, width)

    count = np.rint(numbers(1, 9, segments)).astype(np.int64)
    every = np.where(numbers(0, 1, segments) < 0.5, 12.0, 24.0)
    batch = replace(
        batch,
        typical=batch.typical + numbers(-0.4, 0.4, batch.typical.shape[1]),
        start=numbers(0, 100, segments)
        * np.arange(segments),  # the first at 0: nobody is sampled before
        amount=numbers(0.5, 4, segments),
        every=every,
        count=count,
        time=numbers(10, 300, samples) + 0.01,
        weight=np.where(numbers(0, 1, samples) < 0.9, 1.0, 0.5),
    )
    truth = predict(batch, numbers(-0.8, 0.8, 2), batch.time)
    return replace(batch, value=np.maximum(truth * np.exp(numbers(-0.4, 0.4, samples)), 0.3))


def predict_slowly(batch: Batch, person: int, eta: Floats, times: Floats) -> Floats:
    """Depot, central and peripheral amounts by matrix exponentials from event to event."""
    logs = batch.typical[person] + batch.design @ eta
    parameters = dict(zip(batch.structure.names, np.exp(logs), strict=True))
    flow, volume = _flow(parameters, batch.structure.compartments)
    doses = sorted(
        (start + parameters.get("lag", 0.0) + dose * every, amount)
        for start, amount, every, count in zip(
            *(array[person] for array in (batch.start, batch.amount, batch.every, batch.count)),
            strict=True,
        )
        for dose in range(count)
    )
    levels = []
    for time in times:
        state, now = np.zeros(len(flow)), 0.0
        for at, amount in doses:
            if at < time:
                state = _advance(flow, at - now) @ state
                state[0] += amount
                now = at
        levels.append(batch.scale * (_advance(flow, time - now) @ state)[1] / volume)
    return np.array(levels)


def _advance(flow: Floats, hours: float) -> Floats:
    """exp(flow × hours). Turned first: of a triangular matrix with two nearly equal rates scipy subtracts two
    nearly equal numbers, and loses the digits this is here to check."""
    turn = np.linalg.qr(np.vander(np.arange(2.0, 2.0 + len(flow))))[0]
    return turn @ expm(turn.T @ flow @ turn * hours) @ turn.T


def _flow(parameters: dict[str, float], compartments: int) -> tuple[Floats, float]:
    ka, clearance = parameters["ka"], parameters["cl"]
    if compartments == 1:
        volume = parameters["v"]
        return np.array([[-ka, 0.0], [ka, -clearance / volume]]), volume
    volume, between, outside = parameters["v1"], parameters["q"], parameters["v2"]
    there, back = between / volume, between / outside
    return np.array(
        [[-ka, 0.0, 0.0], [ka, -clearance / volume - there, back], [0.0, there, -back]]
    ), volume


def add_every_dose(batch: Batch, person: int, eta: Floats) -> Floats:
    """The levels as a sum over single doses, by the eigenvectors of the flow."""
    logs = batch.typical[person] + batch.design @ eta
    parameters = dict(zip(batch.structure.names, np.exp(logs), strict=True))
    flow, volume = _flow(parameters, batch.structure.compartments)
    rates, vectors = np.linalg.eig(flow)
    shares = vectors[1] * np.linalg.inv(vectors)[:, 0]
    levels = np.zeros(batch.time.shape[1])
    for segment in range(batch.start.shape[1]):
        doses = np.arange(batch.count[person, segment]) * batch.every[person, segment]
        taken = batch.start[person, segment] + doses + parameters.get("lag", 0.0)
        since = batch.time[person][:, None] - taken
        decay = np.exp(np.where(since > 0, since, 0.0)[..., None] * rates) @ shares
        levels += batch.amount[person, segment] * np.where(since > 0, decay, 0.0).sum(axis=1)
    return batch.scale * levels / volume


def judge_slowly(batch: Batch, person: int, eta: Floats) -> float:
    """−2 log posterior of one person, written out from the contract."""
    total = float(eta @ np.linalg.inv(batch.omega) @ eta)
    curve = add_every_dose(batch, person, eta)
    for level, expected, weight in zip(
        batch.value[person], curve, batch.weight[person], strict=True
    ):
        if batch.log_sd > 0:
            part = (np.log(level / expected) / batch.log_sd) ** 2
            part += np.log(batch.log_sd**2) + 2 * np.log(level)
        else:
            own = batch.additive**2 + (batch.proportional * expected) ** 2
            variance = max(own, batch.floor**2)
            part = (level - expected) ** 2 / variance + np.log(variance)
        total += weight * part
    return total


def fit_slowly(batch: Batch, person: int) -> tuple[Floats, float]:
    """The lowest of three searches by a general minimiser."""
    spread = np.sqrt(np.diag(batch.omega))
    found = [
        minimize(
            lambda eta: judge_slowly(batch, person, eta),
            start * spread,
            method="Nelder-Mead",
            options={"xatol": 1e-8, "fatol": 1e-11, "maxiter": 2000},
        )
        for start in (np.zeros(2), np.array([1.5, 0.0]), np.array([-1.5, 0.0]))
    ]
    best = min(found, key=lambda answer: float(answer.fun))
    return best.x, float(best.fun)
