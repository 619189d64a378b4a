"""The most probable η agrees with brute force, whatever the shape of the objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.optimize import minimize
from scipy.stats import norm, qmc

from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.kinks import list_boxes, list_kinks, turn_basis
from gentian.pharmacokinetics.likelihood import weigh_misfit
from gentian.pharmacokinetics.problem import Samples
from tests.pharmacokinetics.problems import dose, measure, pose, simulate, vary


def judge(problem, eta):
    """−2 log posterior (N,) of eta (N, E), written down once more from the contract."""
    samples = problem.samples
    f = predict(problem, eta, samples.time) * np.exp(samples.bias + eta @ samples.design.T)
    prior = np.einsum("ne,ef,nf->n", eta, np.linalg.inv(problem.omega), eta)
    return weigh_misfit(samples, f).misfit.sum(axis=1) + prior


def force(problem, points=2048, best=6):
    """The lowest objective and its η by descents without derivatives from the best of many prior points."""
    root = np.linalg.cholesky(problem.omega)
    unit = qmc.Sobol(len(root), seed=3).random(points) * 0.9998 + 0.0001
    starts = 1.3 * norm.ppf(unit) @ root.T
    found = None
    for row in np.argsort(judge(problem, starts))[:best]:
        x = starts[row]
        for _ in range(2):
            x = minimize(
                lambda eta: judge(problem, eta[None])[0],
                x,
                method="Nelder-Mead",
                options={
                    "xatol": 1e-10,
                    "fatol": 1e-13,
                    "maxiter": 9000,
                    "maxfev": 9000,
                    "adaptive": True,
                },
            ).x
        value = judge(problem, x[None])[0]
        if found is None or value < found[0]:
            found = value, x
    return found


DOSES = ((0, 1.5, 24, 14, 0, 1), (336, 2.5, 24, 10, 0, 1))
TROUGHS = (96.0, 335.0, 408.0, 575.0)
CASES = {
    "troughs": lambda: simulate(
        pose(doses=DOSES), (0.1, -0.3, 0.2), TROUGHS, (0.2, -0.1, 0.1, -0.2)
    ),
    "two compartments": lambda: simulate(
        pose(2, doses=DOSES), (0.1, -0.3, 0.2, 0.1, 0), TROUGHS, (0.2, -0.1, 0.1, -0.2)
    ),
    "periods": lambda: simulate(
        vary(pose(2, periods=4, doses=DOSES)), (0.1, -0.3, 0.2, 0.1, 0), TROUGHS, (0.2, -0.3)
    ),
    "wide prior": lambda: simulate(pose(omega=2.0), (0.5, 1.0, -1.0), (217.0, 222.0), (0.3, -0.3)),
    "one early sample": lambda: simulate(pose(omega=2.0), (-1, 0.5, 0.5), (216.5,)),
    "flip-flop": lambda: simulate(
        pose(typical={"ka": 0.06}, omega=0.5), (0, 0.4, 0), (220, 226, 240), (0.1, -0.1)
    ),
    "lag": lambda: simulate(
        pose(lag=True, omega=0.2), (0.1, 0.2, 0.1, 0.5), (216.5, 217.0, 220.0), (0.3, -0.4, 0.2)
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_agrees_with_brute_force(case):
    problem = CASES[case]()
    found = estimate(problem)
    value, eta = force(problem)
    assert found.converged
    assert found.best.objective == pytest.approx(judge(problem, found.best.eta[None])[0], abs=1e-9)
    assert found.best.objective <= value + 1e-9
    if found.best.objective > value - 1e-9:
        np.testing.assert_allclose(found.best.eta, eta, atol=2e-6)


@pytest.mark.parametrize("case", ["troughs", "two compartments", "periods", "wide prior"])
def test_the_hessian_is_that_of_the_objective(case):
    problem = CASES[case]()
    best = estimate(problem).best
    size, step = len(best.eta), 1e-3
    for one in range(size):
        for two in range(size):
            a, b = step * np.eye(size)[one], step * np.eye(size)[two]
            corners = np.array(
                [best.eta + a + b, best.eta + a - b, best.eta - a + b, best.eta - a - b]
            )
            value = judge(problem, corners)
            second = (value[0] - value[1] - value[2] + value[3]) / (4 * step**2)
            assert second == pytest.approx(best.hessian[one, two], rel=2e-3, abs=2e-3)


def two_explanations():
    """A level after twelve hours that is low because absorption is slow, or because it was quick."""
    problem = pose(
        doses=((0, 2, 24, 1, 0, 1),), typical={"ka": 0.17, "cl": 20.0}, omega=(2.0, 0.01, 0.01)
    )
    samples = measure([12.0], [3.2], size=3, additive=0.1, proportional=0.0, floor=0.0)
    return replace(problem, samples=samples)


def test_both_explanations_of_one_level_are_found():
    problem = two_explanations()
    found = estimate(problem)
    assert found.converged
    assert len(found.modes) == 2
    slow, quick = sorted(mode.eta[0] for mode in found.modes)
    assert slow < -0.5 < 0.5 < quick
    predictions = [predict(problem, mode.eta, np.array([12.0]))[0] for mode in found.modes]
    np.testing.assert_allclose(predictions, 3.2, atol=0.2)


def test_clearance_and_interaction_explain_one_level_together():
    """Two η that do the same to every sample: one minimum, shared by their variances."""
    base = pose(omega=0.1)
    design = np.zeros((1, 3, 4))
    design[0, :, :3] = np.eye(3)
    design[0, 1, 3] = 1.0
    problem = replace(
        base,
        design=design,
        doses=dose((0, 2, 24, 10, 0, 1), size=4),
        omega=np.diag([0.1, 0.1, 0.1, 0.3]),
        samples=measure([239.0], [3.0], size=4),
    )
    found = estimate(problem)
    assert found.converged and len(found.modes) == 1
    assert found.best.eta[3] == pytest.approx(3 * found.best.eta[1], rel=1e-6)


def test_a_level_below_the_limit_pulls_only_as_far_as_it_must():
    problem = pose(omega=0.3)
    limit = float(predict(problem, np.zeros(3), np.array([239.0]))[0])
    censored = replace(problem, samples=measure([239.0], [limit], size=3, below=True))
    low = replace(problem, samples=measure([239.0], [limit / 10], size=3))
    below, far = (float(estimate(one).best.eta[1]) for one in (censored, low))
    assert 0.02 < below < far / 3
    assert estimate(censored).residuals[0] == 0


def test_a_minimum_on_the_very_kink_of_a_lag_is_verified():
    """A dose that must not have arrived yet at the sample, and would rather have come early."""
    problem = pose(lag=True, omega=(0.01, 0.01, 0.01, 0.3), doses=((0, 2, 24, 1, 0, 1),))
    times, values = [0.3, 3.0], [0.0, 13.0]
    problem = replace(
        problem,
        samples=measure(times, values, size=4, additive=0.02, proportional=0.1, floor=0.02),
    )
    found = estimate(problem)
    lag = 0.4 * np.exp(found.best.eta[3])
    assert found.converged
    assert found.best.objective <= force(problem)[0] + 1e-7
    steps = np.concatenate((np.eye(4), -np.eye(4))) * 1e-4
    around = judge(problem, found.best.eta + steps)
    assert (around >= found.best.objective - 1e-10).all()
    assert lag >= 0.3 - 1e-6


def make_lag_cases(count):
    """Simulated people of a one-compartment oral model with lag, one to four samples."""
    random = np.random.default_rng(11)
    for _ in range(count):
        number = int(random.integers(1, 8))
        omega = np.append(np.full(3, 0.2), random.uniform(0.1, 0.3))
        problem = pose(lag=True, omega=omega, doses=((0, 2, 12, number, 0, 1),))
        after = random.choice([0.25, 0.5, 1, 1.5, 2, 4, 8, 12], int(random.integers(1, 5)), False)
        times = 12.0 * (number - 1) + np.sort(after)
        eta = random.normal(size=4) * np.sqrt(omega)
        yield simulate(problem, eta, times, 0.2 * random.normal(size=len(times)))


def test_lags_converge_to_verified_minima():
    random = np.random.default_rng(1)
    steps = random.normal(size=(64, 4))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    for problem in make_lag_cases(40):
        found = estimate(problem)
        assert found.converged
        for size in (1e-3, 1e-2):
            around = judge(problem, found.best.eta + size * steps)
            assert (around >= found.best.objective - 1e-9).all()


def vary_lag(problem, typical, design):
    """In three periods, with a lag of its own in each."""
    logs, effects = np.repeat(problem.typical, 3, axis=0), np.repeat(problem.design, 3, axis=0)
    logs[:, -1] += typical
    effects[:, -1, -1] = design
    begins = np.array([-np.inf, 13.0, 30.0])
    return replace(problem, begins=begins, typical=logs, design=effects)


@pytest.mark.parametrize("design", [(1.0, 1.0, 1.0), (1.0, 0.5, 1.5)])
def test_a_lag_that_differs_between_periods_is_verified_too(design):
    """Converged is never said of a point beside which the objective is lower."""
    random, sure = np.random.default_rng(2), 0
    steps = random.normal(size=(64, 4))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    for plain in make_lag_cases(12):
        problem = vary_lag(plain, (0.0, 0.2, -0.2), design)
        found = estimate(problem)
        sure += found.converged
        if found.converged:
            around = judge(problem, found.best.eta + 3e-3 * steps)
            assert (around >= found.best.objective - 1e-5).all()
    assert sure >= 11


def test_kinks_are_where_a_dose_arrives_at_a_sample():
    problem = pose(lag=True, omega=0.25, doses=((0, 2, 12, 3, 0, 1),))
    basis, deviation = turn_basis(problem)
    np.testing.assert_allclose(basis @ basis.T, problem.omega, atol=1e-14)
    kinks = list_kinks(problem, np.array([24.3, 13.0]), deviation)
    lags = 0.4 * np.exp(deviation * kinks)
    np.testing.assert_allclose(lags[:2], [0.3, 1.0])
    low, high = list_boxes(kinks)
    assert len(low) == len(kinks) + 1
    assert (low < high).all()


@settings(deadline=None, max_examples=20)
@given(some.permutations(range(4)), some.permutations(range(2)))
def test_the_order_of_samples_and_segments_does_not_matter(samples, segments):
    problem = CASES["troughs"]()
    doses, first = problem.doses, estimate(problem)
    shuffled = replace(
        problem,
        samples=Samples(
            **{name: getattr(problem.samples, name)[samples] for name in Samples.__slots__}
        ),
        doses=replace(
            doses,
            **{
                name: getattr(doses, name)[segments]
                for name in ("start", "amount", "count", "every")
            },
        ),
    )
    found = estimate(shuffled)
    np.testing.assert_allclose(found.best.eta, first.best.eta, atol=1e-9)
    np.testing.assert_allclose(found.residuals, first.residuals[samples], atol=1e-8)


def test_a_sample_of_no_weight_leaves_its_residual_only():
    problem = CASES["troughs"]()
    weightless = replace(problem.samples, weight=np.array([1.0, 0.0, 1.0, 1.0]))
    kept = [0, 2, 3]
    absent = Samples(**{name: getattr(problem.samples, name)[kept] for name in Samples.__slots__})
    found, expected = (estimate(replace(problem, samples=one)) for one in (weightless, absent))
    np.testing.assert_allclose(found.best.eta, expected.best.eta, atol=1e-12)
    assert found.best.objective == pytest.approx(expected.best.objective, abs=1e-12)
    assert len(found.residuals) == 4 and found.residuals[1] != 0
    np.testing.assert_allclose(found.residuals[kept], expected.residuals, atol=1e-9)


def test_without_samples_the_prior_mean_is_the_estimate():
    found = estimate(pose())
    assert found.converged
    np.testing.assert_array_equal(found.best.eta, np.zeros(3))
    np.testing.assert_allclose(found.best.hessian, 2 * np.eye(3) / 0.1)
    assert len(found.residuals) == len(found.predictions) == 0


def test_an_estimate_beyond_five_deviations_does_not_count_as_converged():
    problem = pose(omega=1e-4)
    problem = replace(
        problem, samples=measure([239.0], [500.0], size=3, additive=0.01, proportional=0.001)
    )
    assert not estimate(problem).converged


def test_the_bias_of_an_assay_is_an_effect_of_its_own():
    """Levels 1.3 times too high in one assay and right in the other."""
    base = pose(omega=0.1)
    design = np.zeros((1, 3, 4))
    design[0, :, :3] = np.eye(3)
    problem = replace(
        base, design=design, doses=dose((0, 2, 24, 30, 0, 1), size=4), omega=np.diag([0.1] * 4)
    )
    times = np.arange(200.0, 720.0, 40.0)
    truth = predict(problem, np.array([0, 0.2, 0, 0]), times)
    effect = np.zeros((len(times), 4))
    effect[7:, 3] = 1.0
    problem = replace(
        problem, samples=measure(times, truth * np.exp(0.26 * effect[:, 3]), size=4, design=effect)
    )
    found = estimate(problem)
    assert found.best.eta[3] == pytest.approx(0.2, abs=0.08)
    assert found.best.eta[1] == pytest.approx(0.2, abs=0.05)


@settings(deadline=None, max_examples=30)
@given(
    some.lists(some.sampled_from([1e-6, 0.01, 1.0, 50.0, 1e6]), min_size=1, max_size=3),
    some.sampled_from([1e-6, 0.1, 4.0]),
    some.booleans(),
)
def test_no_level_however_absurd_makes_a_result_that_is_not_a_number(values, omega, lag):
    times = [0.1, 25.0, 239.0][: len(values)]
    problem = pose(lag=lag, omega=omega)
    found = estimate(replace(problem, samples=measure(times, values, size=3 + lag)))
    assert np.isfinite(found.best.eta).all() and np.isfinite(found.best.objective)
    assert np.isfinite(found.residuals).all() and np.isfinite(found.best.hessian).all()
