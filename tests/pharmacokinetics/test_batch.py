"""Many people at once: the answers of numpy, of machine code and of the longest way round are one answer."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.pharmacokinetics.batch import Batch, fit, predict, stack
from gentian.pharmacokinetics.batch_curve import compute_curve, gather_people
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.problem import Doses, Problem, Samples, Structure

from .crowds import (
    STRUCTURES,
    crowds,
    fit_slowly,
    gather,
    judge_slowly,
    predict_slowly,
)

SLOWLY = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
BRUTE = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
ROWS = (
    "typical",
    "start",
    "amount",
    "every",
    "count",
    "time",
    "value",
    "weight",
)
WITHOUT_LAG = st.builds(Structure, st.sampled_from([1, 2]))
NEARLY_NOTHING = st.sampled_from([0.0, 1e-12, 1e-9, 1e-6, 1e-4, 3e-3, 0.0099, 0.0101, 0.02])
effects = st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(np.array)


@given(batch=crowds(), eta=effects)
@SLOWLY
def test_a_prediction_is_the_one_of_the_differential_equations(
    batch: Batch, eta: np.ndarray
) -> None:
    everybody = np.tile(eta, (len(batch.typical), 1))
    fast = predict(batch, everybody, batch.time)
    slow = [predict_slowly(batch, n, eta, batch.time[n]) for n in range(len(fast))]
    assert fast == pytest.approx(np.array(slow), rel=1e-9, abs=1e-11)


def _let_rates_meet(batch: Batch, apart: float) -> Batch:
    """Everybody absorbs as slowly as the first person eliminates (by the faster of two exponentials)."""
    parameters = np.exp(batch.typical[0])
    rate = parameters[1] / parameters[2]
    if batch.structure.compartments == 2:
        there, back = parameters[3] / parameters[[2, 4]]
        rate = -np.linalg.eigvals([[-rate - there, back], [there, -back]]).min()
    typical = np.tile(batch.typical[0], (len(batch.typical), 1))
    typical[:, 0] = np.log(rate * (1 + apart))
    return replace(batch, typical=typical)


@given(batch=crowds(WITHOUT_LAG), apart=NEARLY_NOTHING)
@SLOWLY
def test_rates_that_almost_coincide_lose_no_digit(batch: Batch, apart: float) -> None:
    met, eta = _let_rates_meet(batch, apart), np.zeros((len(batch.typical), 2))
    fast = predict(met, eta, met.time)
    slow = [predict_slowly(met, n, eta[n], met.time[n]) for n in range(len(eta))]
    assert fast == pytest.approx(np.array(slow), rel=1e-10, abs=1e-11)
    plain, compiled = fit(met), fit(met, "numba")
    assert (compiled.converged == plain.converged).all()
    assert np.abs(plain.gradient).max() < 1e-5
    assert compiled.eta == pytest.approx(plain.eta, abs=1e-8)


@given(batch=crowds(), eta=effects, met=st.booleans(), apart=NEARLY_NOTHING)
@SLOWLY
def test_slopes_are_the_differences_of_the_curve(
    batch: Batch, eta: np.ndarray, met: bool, apart: float
) -> None:
    batch = _let_rates_meet(batch, apart) if met else batch
    free = replace(
        batch,
        design=np.eye(len(batch.structure.names)),
        omega=np.eye(len(batch.structure.names)),
    )
    people = gather_people(free)
    logs = people.typical + (free.design[:, :2] @ eta)[:, None]
    _, slopes = compute_curve(people, logs)
    for name in range(len(logs)):
        step = np.zeros_like(logs)
        step[name] = 1e-5
        ahead, behind = (compute_curve(people, logs + sign * step)[0] for sign in (1, -1))
        difference = (ahead - behind) / 2e-5
        assert slopes[name] == pytest.approx(difference, rel=1e-5, abs=1e-6)


@given(batch=crowds())
@SLOWLY
def test_machine_code_gives_the_answers_of_numpy(batch: Batch) -> None:
    plain, compiled = fit(batch), fit(batch, "numba")
    sure = plain.converged
    assert (compiled.converged == sure).all()
    assert compiled.eta[sure] == pytest.approx(plain.eta[sure], abs=1e-8)
    assert compiled.objective[sure] == pytest.approx(plain.objective[sure], abs=1e-8)
    if not batch.structure.lag:
        far = np.abs(plain.eta) > 5 * np.sqrt(np.diag(batch.omega))
        assert (sure == ~far.any(axis=1)).all()


@given(batch=crowds(most=1))
@BRUTE
def test_no_search_by_brute_force_finds_a_lower_minimum(batch: Batch) -> None:
    found = fit(batch)
    eta, lowest = fit_slowly(batch, 0)
    assert judge_slowly(batch, 0, found.eta[0]) == pytest.approx(found.objective[0], abs=1e-8)
    assert found.objective[0] <= lowest + 1e-7
    if found.objective[0] > lowest - 1e-9:
        assert found.eta[0] == pytest.approx(eta, abs=1e-4)


@given(batch=crowds(WITHOUT_LAG), engine=st.sampled_from(["numpy", "numba"]))
@SLOWLY
def test_one_person_alone_has_the_answer_they_have_among_others(batch: Batch, engine: str) -> None:
    together = fit(batch, engine)
    for n in range(len(batch.typical)):
        alone = fit(replace(batch, **{name: getattr(batch, name)[[n]] for name in ROWS}), engine)
        assert alone.eta[0] == pytest.approx(together.eta[n], abs=1e-9)
        assert alone.objective[0] == pytest.approx(together.objective[n], abs=1e-9)


@given(
    batch=crowds(WITHOUT_LAG), engine=st.sampled_from(["numpy", "numba"]), seed=st.integers(0, 99)
)
@SLOWLY
def test_neither_order_nor_unused_places_matter(batch: Batch, engine: str, seed: int) -> None:
    order = np.random.default_rng(seed)
    doses, samples = (
        order.permutation(2 + getattr(batch, name).shape[1]) for name in ("start", "time")
    )
    widened = {}
    for name in ROWS[1:]:
        fill = np.nan if name in ("time", "value", "start", "amount") else 0
        wide = np.pad(getattr(batch, name), ((0, 0), (0, 2)), constant_values=fill or 0)
        wide = wide.astype(float)
        wide[:, -2:] = fill
        places = samples if name in ("time", "value", "weight") else doses
        widened[name] = wide[:, places]
    widened["count"] = widened["count"].astype(np.int64)
    other = fit(replace(batch, **widened), engine)
    assert other.eta == pytest.approx(fit(batch, engine).eta, abs=1e-9)


@given(batch=crowds(STRUCTURES, most=2))
@SLOWLY
def test_the_gradient_vanishes_where_a_search_converged(batch: Batch) -> None:
    found = fit(batch)
    assert np.abs(found.gradient[found.converged]) == pytest.approx(0.0, abs=1e-5)


def test_a_dose_at_the_time_of_a_sample_comes_after_it() -> None:
    batch = gather(Structure(1), {"additive": 1.0}, people=1, segments=1, samples=1)
    dosed = replace(
        batch,
        amount=np.array([[2.0]]),
        every=np.array([[24.0]]),
        count=np.array([[3]]),
    )
    earlier = replace(dosed, count=np.array([[2]]))
    at = np.array([48.0])  # the very time of the third dose
    nobody_differs = np.zeros((1, 2))
    assert predict(dosed, nobody_differs, at) == predict(earlier, nobody_differs, at)
    later = at + 0.5
    assert predict(dosed, nobody_differs, later) > predict(earlier, nobody_differs, later)


def test_without_levels_everybody_is_typical() -> None:
    batch = gather(Structure(2), {"proportional": 0.2}, people=3, segments=1, samples=2)
    for engine in ("numpy", "numba"):
        found = fit(batch, engine)
        assert found.converged.all()
        assert (found.eta == 0).all()


def test_a_crowd_of_nobody_has_no_answers() -> None:
    batch = gather(Structure(1), {"proportional": 0.2}, people=0, segments=1, samples=1)
    assert fit(batch).eta.shape == fit(batch, "numba").eta.shape == (0, 2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"omega": np.zeros((2, 2))}, "omega is not symmetric and positive definite"),
        ({"count": np.array([[-1]])}, "a count of doses is negative"),
        ({"count": np.array([[2]])}, "an interval between doses is not above 0 h"),
        ({"weight": np.array([[-1.0]])}, "a weight is negative"),
        ({"weight": np.ones((1, 1)), "value": np.array([[np.nan]])}, "no time or no value"),
        ({"weight": np.ones((1, 1)), "additive": 0.0, "log_sd": 0.3}, "zero has no logarithm"),
        ({"additive": 0.0, "floor": 0.0}, "there is no residual error"),
        ({"time": np.zeros((2, 1))}, "expected (1, 1)"),
        ({"typical": np.full((1, 3), np.nan)}, "is not a number"),
    ],
)
def test_a_batch_that_cannot_be_fitted_says_why(change: dict[str, object], sentence: str) -> None:
    batch = gather(Structure(1), {"additive": 1.0}, people=1, segments=1, samples=1)
    with pytest.raises(ValueError, match="cannot be used") as raised:
        fit(replace(batch, **change))
    assert sentence in str(raised.value)


def _problem(batch: Batch, person: int) -> Problem:
    """The same person as a problem of the contract."""
    segments, samples = batch.start.shape[1], batch.time.shape[1]
    one = {name: getattr(batch, name)[person] for name in ROWS[1:]}
    error = {
        name: np.full(samples, getattr(batch, name))
        for name in ("additive", "proportional", "log_sd", "floor")
    }
    doses = Doses(
        start=one["start"],
        amount=one["amount"] / 2,
        every=one["every"],
        count=one["count"],
        duration=np.zeros(segments),
        oral=np.ones(segments, dtype=bool),
        fraction=np.full(segments, np.log(2.0)),
        design=np.zeros((segments, 2)),
    )
    levels = Samples(
        time=one["time"],
        value=one["value"],
        below=np.zeros(samples, dtype=bool),
        bias=np.zeros(samples),
        design=np.zeros((samples, 2)),
        weight=one["weight"],
        **error,
    )
    return Problem(
        structure=batch.structure,
        begins=np.array([-np.inf]),
        typical=batch.typical[[person]],
        design=batch.design[None],
        doses=doses,
        samples=levels,
        omega=batch.omega,
    )


@given(batch=crowds())
@SLOWLY
def test_problems_of_several_people_stack_into_a_batch(batch: Batch) -> None:
    stacked = stack([_problem(batch, n) for n in range(len(batch.typical))])
    for field in fields(Batch)[1:]:
        assert getattr(stacked, field.name) == pytest.approx(getattr(batch, field.name))


def test_a_problem_that_a_batch_cannot_hold_is_refused() -> None:
    batch = gather(Structure(1), {"additive": 1.0}, people=1, segments=1, samples=1)
    plain = _problem(batch, 0)
    censored = replace(plain, samples=replace(plain.samples, below=np.array([True])))
    vein = replace(plain, doses=replace(plain.doses, oral=np.array([False])))
    other = replace(plain, omega=2 * plain.omega)
    for problem in (censored, vein):
        with pytest.raises(ValueError, match="problem 1 needs the estimation of one person"):
            stack([plain, problem])
    with pytest.raises(ValueError, match="problem 1 has another structure, design, prior"):
        stack([plain, other])
    louder = replace(plain, samples=replace(plain.samples, additive=np.array([2.0])))
    with pytest.raises(ValueError, match="differ in `additive`"):
        stack([plain, louder])


@given(batch=crowds(WITHOUT_LAG, most=2))
@SLOWLY
def test_the_estimation_of_one_person_is_the_same(batch: Batch) -> None:
    together = fit(batch)
    for n in range(len(batch.typical)):
        alone = estimate(_problem(batch, n)).best
        assert alone.objective <= together.objective[n] + 1e-7
        if alone.objective > together.objective[n] - 1e-7:
            assert alone.eta == pytest.approx(together.eta[n], abs=1e-5)
