"""Best estimates for many people at once, for validation and for whole clinics.

One structure, parameters constant in time, doses by mouth, one prior and one residual error for everybody; what
one person's consult needs beyond that (periods, occasions, censored levels) is in `estimation`. Nothing here is
called by a consult. Source of the formulas: evidence of pharmacokinetics, section 4.1.

−2 log likelihood of a person, up to a constant (the contract of `problem`):

    Σ_t w [(y − f)² / g + ln g] + ηᵀ Ω⁻¹ η,   g = max(additive² + (proportional f)², floor²)

or, with `log_sd` > 0, Σ_t w [(ln y − ln f)² / log_sd² + ln log_sd² + 2 ln y] + ηᵀ Ω⁻¹ η; the corner of the
maximum is rounded as in `likelihood`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .batch_curve import gather_people, predict_people
from .batch_descent import find_modes
from .problem import Bools, Floats, Ints, Problem, Structure

Engine = Literal["numpy", "numba"]


@dataclass(frozen=True, slots=True)
class Batch:
    """N people with up to S segments and T samples each; unused places have count 0 or weight 0.

    typical (N, P): log parameters in the order of `structure.names`; design (P, E): which of them vary;
    omega (E, E). start (N, S) h; amount (N, S) mg, as absorbed; every (N, S) h; count (N, S). time (N, T) h;
    value (N, T), in units of `scale`; weight (N, T). A dose at the time of a sample comes after it.
    Residual error as in `problem.Samples`, the same for every sample.
    """

    structure: Structure
    typical: Floats
    design: Floats
    omega: Floats
    start: Floats
    amount: Floats
    every: Floats
    count: Ints
    time: Floats
    value: Floats
    weight: Floats
    additive: float = 0.0
    proportional: float = 0.0
    log_sd: float = 0.0
    floor: float = 0.0
    scale: float = 1000.0


@dataclass(frozen=True, slots=True)
class BatchEstimation:
    """eta (N, E) at the lowest minimum found; objective (N,): −2 log posterior there.

    converged (N,): the last Newton step was small, the Hessian positive definite, |η| inside 5 SD.
    gradient (N, E): of the objective by η, at the answer.
    """

    eta: Floats
    objective: Floats
    converged: Bools
    gradient: Floats


def fit(batch: Batch, engine: Engine = "numpy") -> BatchEstimation:
    """The mode of every person's posterior. Raises ValueError for a batch that cannot be fitted.

    engine "numba" gives the same answers, faster from a few thousand people on; it needs the extra `fast`
    (ModuleNotFoundError without it) and compiles once per machine.
    """
    check(batch)
    people = gather_people(batch)
    if engine == "numba":
        from .compiled import find_modes as find_compiled_modes

        eta, objective, converged, gradient = find_compiled_modes(people)
    else:
        eta, objective, converged, gradient = find_modes(people)
    return BatchEstimation(eta=eta, objective=objective, converged=converged, gradient=gradient)


def predict(batch: Batch, eta: Floats, times: Floats) -> Floats:
    """Concentrations (N, M) of people with these random effects (N, E) at times (N, M) or (M,), in hours.

    Raises ValueError where the shapes do not fit.
    """
    check(batch, levels=False)
    people = len(batch.typical)
    if eta.shape != (people, len(batch.omega)):
        raise ValueError(f"eta is {eta.shape}, expected {(people, len(batch.omega))}")
    if times.ndim not in (1, 2) or (times.ndim == 2 and len(times) != people):
        raise ValueError(f"times is {times.shape}, expected {people} rows or one row for everybody")
    at = np.broadcast_to(times, (people, times.shape[-1]))
    return predict_people(gather_people(batch, at), eta)


def check(batch: Batch, *, levels: bool = True) -> None:
    """Raises ValueError, in a sentence, for a batch that cannot be fitted, or predicted without its `levels`."""
    for find in (_shapes, _prior, _doses, _samples)[: 4 if levels else 3]:
        if complaint := find(batch):
            raise ValueError(f"this batch cannot be used: {complaint}")


def _shapes(batch: Batch) -> str:
    people, names = len(batch.typical), batch.structure.names
    effects = len(batch.omega)
    expected = {
        "typical": (people, len(names)),
        "design": (len(names), effects),
        "omega": (effects, effects),
        **dict.fromkeys(("amount", "every", "count", "start"), (people, batch.start.shape[-1])),
        **dict.fromkeys(("value", "weight", "time"), (people, batch.time.shape[-1])),
    }
    for name, shape in expected.items():
        if getattr(batch, name).shape != shape:
            return f"{name} is {getattr(batch, name).shape}, expected {shape}"
    return ""


def _prior(batch: Batch) -> str:
    if not (np.isfinite(batch.typical).all() and np.isfinite(batch.design).all()):
        return "a typical value or the design is not a number"
    if not np.allclose(batch.omega, batch.omega.T) or np.linalg.eigvalsh(batch.omega).min() <= 0:
        return "omega is not symmetric and positive definite"
    return ""


def _doses(batch: Batch) -> str:
    given = batch.count > 0
    if (batch.count < 0).any():
        return "a count of doses is negative"
    if not (np.isfinite(batch.start[given]) & (batch.amount[given] >= 0)).all():
        return "a dose has no start, or no amount of 0 mg or more"
    if not (batch.every[batch.count > 1] > 0).all():
        return "an interval between doses is not above 0 h"
    return ""


def _samples(batch: Batch) -> str:
    used = batch.weight != 0
    if not (batch.weight >= 0).all():
        return "a weight is negative or not a number"
    if not (np.isfinite(batch.time[used]) & np.isfinite(batch.value[used])).all():
        return "a sample has no time or no value"
    if batch.log_sd > 0 and not (batch.value[used] > 0).all():
        return "a level of zero has no logarithm"
    if batch.log_sd <= 0 and max(batch.additive, batch.proportional, batch.floor) <= 0:
        return "there is no residual error"
    return ""


def stack(problems: Sequence[Problem]) -> Batch:
    """One batch of people whose problems share structure, design, prior and residual error.

    Raises ValueError where a problem needs what a batch has not: several periods, doses into the circulation,
    effects of an occasion, a bias, censored levels.
    """
    first = problems[0]
    for index, problem in enumerate(problems):
        _require_alike(first, problem, index)
    return Batch(
        structure=first.structure,
        typical=np.array([problem.typical[0] for problem in problems]),
        design=first.design[0],
        omega=first.omega,
        start=_pad([problem.doses.start for problem in problems]),
        amount=_pad([p.doses.amount * np.exp(p.doses.fraction) for p in problems]),
        every=_pad([problem.doses.every for problem in problems]),
        count=_pad([problem.doses.count for problem in problems]).astype(np.int64),
        time=_pad([problem.samples.time for problem in problems]),
        value=_pad([problem.samples.value for problem in problems]),
        weight=_pad([problem.samples.weight for problem in problems]),
        **_residual_error(problems),
        scale=first.scale,
    )


def _require_alike(first: Problem, problem: Problem, index: int) -> None:
    alike = (
        problem.structure == first.structure
        and problem.scale == first.scale
        and np.array_equal(problem.omega, first.omega)
        and np.array_equal(problem.design[:1], first.design[:1])
    )
    if not alike:
        raise ValueError(
            f"problem {index} has another structure, design, prior or unit than the first"
        )
    doses, samples = problem.doses, problem.samples
    plain = (
        len(problem.begins) == 1
        and doses.oral.all()
        and not doses.design.any()
        and not samples.design.any()
        and not samples.bias.any()
        and not samples.below.any()
    )
    if not plain:
        raise ValueError(f"problem {index} needs the estimation of one person, not of a batch")


def _residual_error(problems: Sequence[Problem]) -> dict[str, float]:
    error = {}
    for name in ("additive", "proportional", "log_sd", "floor"):
        values = np.concatenate([getattr(problem.samples, name) for problem in problems])
        if values.size and np.ptp(values) > 0:
            raise ValueError(f"the samples differ in `{name}`; a batch has one residual error")
        error[name] = float(values[0]) if values.size else 0.0
    return error


def _pad(rows: Sequence[Floats] | Sequence[Ints]) -> Floats:
    padded = np.zeros((len(rows), max(len(row) for row in rows)))
    for index, row in enumerate(rows):
        padded[index, : len(row)] = row
    return padded
