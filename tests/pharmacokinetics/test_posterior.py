"""Weighted draws agree with quadrature, and say when they cannot be trusted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import chi2, norm, qmc

from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.objective import pose as pose_objective
from gentian.pharmacokinetics.points import (
    draw_normal,
    draw_t,
    list_chi_square,
    list_normal,
    spread_points,
)
from gentian.pharmacokinetics.posterior import draw, place_components
from gentian.pharmacokinetics.problem import Estimation, Mode
from gentian.pharmacokinetics.proposal import draw_mixture
from gentian.pharmacokinetics.quantiles import weigh
from tests.pharmacokinetics.problems import dose, measure, pose, simulate
from tests.pharmacokinetics.test_estimation import judge, two_explanations

LEVELS = np.array([0.05, 0.5, 0.95])
FUTURE = np.array([24.0 * 40])


def narrow(problem, names=("cl", "v")):
    """Only some of the parameters differ between people."""
    kept = [problem.structure.names.index(name) for name in names]
    size = len(kept)
    segments = problem.doses
    return replace(
        problem,
        design=problem.design[:, :, kept],
        omega=problem.omega[np.ix_(kept, kept)],
        doses=replace(segments, design=np.zeros((len(segments.start), size))),
        samples=replace(problem.samples, design=np.zeros((len(problem.samples.time), size))),
    )


def integrate_grid(problem, points=801, reach=6.5):
    """Quadrature over one or two η: grid (N, E), weights (N,), log marginal likelihood."""
    size = len(problem.omega)
    axes = [np.sqrt(problem.omega[e, e]) * np.linspace(-reach, reach, points) for e in range(size)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, size)
    logs = np.concatenate([-judge(problem, part) / 2 for part in np.array_split(grid, 40)])
    weight = np.exp(logs - logs.max())
    cell = np.prod([axis[1] - axis[0] for axis in axes])
    normal = -size / 2 * np.log(2 * np.pi) - np.linalg.slogdet(problem.omega)[1] / 2
    evidence = logs.max() + np.log(weight.sum() * cell) + normal
    return grid, weight / weight.sum(), evidence


@pytest.mark.parametrize("noise", [(0.0,), (0.3, -0.2, 0.4)])
@pytest.mark.parametrize("names", [("cl",), ("cl", "v")])
def test_quantiles_and_evidence_agree_with_quadrature(names, noise):
    problem = simulate(pose(omega=0.15), (0, -0.3, 0.2), (71.0, 167.0, 239.0), noise)
    problem = narrow(problem, names)
    posterior = draw(problem, estimate(problem))
    later = dose((0, 2, 24, 60, 0, 1), size=len(names))
    grid, weight, evidence = integrate_grid(problem, 20001 if len(names) == 1 else 401)
    keep = weight > 1e-12
    exact = weigh(
        predict(problem, grid[keep], FUTURE, later), weight[keep] / weight[keep].sum(), LEVELS
    )
    found = weigh(predict(problem, posterior.eta, FUTURE, later), posterior.weight, LEVELS)
    np.testing.assert_allclose(found, exact, rtol=0.01)
    assert posterior.evidence == pytest.approx(evidence, abs=0.01)
    assert posterior.effective > 0.6
    assert posterior.reliable and not posterior.multimodal
    assert posterior.weight.sum() == pytest.approx(1, abs=1e-12)


def test_both_explanations_hold_the_weight_that_quadrature_gives_them():
    problem = narrow(two_explanations(), ("ka", "cl"))
    found = estimate(problem)
    posterior = draw(problem, found)
    grid, weight, evidence = integrate_grid(problem)
    slow = float(weight[grid[:, 0] < 0].sum())
    assert posterior.multimodal and posterior.reliable
    assert float(posterior.weight[posterior.eta[:, 0] < 0].sum()) == pytest.approx(slow, abs=0.01)
    assert posterior.evidence == pytest.approx(evidence, abs=0.02)


def test_a_minimum_that_the_estimation_missed_is_found_by_the_draws():
    """A tenth of the draws keeps to the prior."""
    problem = narrow(two_explanations(), ("ka", "cl"))
    found = estimate(problem)
    missed = replace(found, modes=found.modes[:1])
    evidence = integrate_grid(problem)[2]
    assert draw(problem, missed).evidence == pytest.approx(evidence, abs=0.03)


def test_a_proposal_far_from_the_posterior_is_adapted():
    problem = simulate(pose(omega=1.0), (0.5, 1.0, -1.0), (1.0, 71.0, 239.0))
    narrowed = narrow(problem)
    good = draw(narrowed, estimate(narrowed))
    wrong = Mode(np.array([1.5, -1.5]), 0.0, 200 * np.eye(2))
    adapted = draw(narrowed, Estimation((wrong,), True, 1, np.zeros(3), np.zeros(3)))
    assert adapted.evidence == pytest.approx(good.evidence, abs=0.02)
    np.testing.assert_allclose(adapted.weight @ adapted.eta, good.weight @ good.eta, atol=0.01)
    assert adapted.reliable


def test_without_samples_the_posterior_is_the_prior():
    problem = pose(omega=(0.1, 0.2, 0.3))
    posterior = draw(problem, estimate(problem))
    np.testing.assert_allclose(posterior.eta.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(posterior.eta.T), problem.omega, atol=2e-3)
    assert (posterior.weight == 1 / 2048).all()
    assert posterior.effective == 1 and posterior.reliable and not posterior.multimodal
    weightless = replace(problem, samples=measure([3.0], [9.0], size=3, weight=0.0))
    np.testing.assert_array_equal(draw(weightless, estimate(weightless)).eta, posterior.eta)


def test_draws_are_the_same_every_time():
    problem = simulate(pose(), (0, 0.2, 0), (71.0, 95.0))
    one, two = (draw(problem, estimate(problem)) for _ in range(2))
    np.testing.assert_array_equal(one.eta, two.eta)
    np.testing.assert_array_equal(one.weight, two.weight)


def test_more_draws_agree_with_fewer():
    problem = simulate(pose(2, omega=0.15), (0, 0.3, 0.2, 0, 0), (71.0, 167.0, 239.0), (0.2, -0.2))
    found = estimate(problem)
    later = dose((0, 2, 24, 60, 0, 1), size=5)
    few, many = (draw(problem, found, count) for count in (2048, 65536))
    quantiles = [
        weigh(predict(problem, one.eta, FUTURE, later), one.weight, LEVELS) for one in (few, many)
    ]
    np.testing.assert_allclose(*quantiles, rtol=0.02)
    assert few.evidence == pytest.approx(many.evidence, abs=0.01)


def test_the_density_of_a_mixture_integrates_to_one():
    """The mean of target over proposal is 1 for any normalised target."""
    problem = narrow(two_explanations(), ("ka", "cl"))
    components = place_components(
        pose_objective(problem, np.linalg.cholesky(problem.omega)), estimate(problem)
    )
    x, density = draw_mixture(components, 16384)
    for component in components:
        away = (x - component.centre) @ np.linalg.inv(component.root).T
        target = norm.logpdf(away).sum(axis=1) - np.log(np.diag(component.root)).sum()
        assert np.exp(target - density).mean() == pytest.approx(1, abs=0.01)


def test_points_are_those_of_sobol_moved_by_a_digital_shift():
    theirs = qmc.Sobol(21, scramble=False).random_base2(8)
    ours = spread_points(256, 21)
    shifted = (theirs * 256).astype(int) ^ ours[0]
    assert {tuple(row) for row in shifted} == {tuple(row) for row in ours}


def test_every_coordinate_takes_each_value_once():
    ours = spread_points(2048, 21)
    np.testing.assert_array_equal(np.sort(ours, axis=0), np.tile(np.arange(2048)[:, None], 21))


def test_more_dimensions_than_there_are_numbers_for_are_refused():
    with pytest.raises(ValueError, match="at most 21"):
        spread_points(256, 22)
    with pytest.raises(ValueError, match="power of two"):
        spread_points(1000, 3)


def test_quantiles_are_those_of_the_distributions():
    places = (np.arange(2048) + 0.5) / 2048
    np.testing.assert_allclose(list_normal(2048), norm.ppf(places), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(list_chi_square(2048), chi2.ppf(places, 6), rtol=1e-10)


def test_normal_and_t_draws_have_their_moments():
    np.testing.assert_allclose(np.cov(draw_normal(2048, 6).T), np.eye(6), atol=0.01)
    np.testing.assert_allclose(np.cov(draw_t(16384, 4).T), 1.5 * np.eye(4), atol=0.05)


def test_a_weighted_quantile_of_equal_weights_is_the_plain_one():
    values = np.random.default_rng(3).normal(size=(501, 2, 3))
    found = weigh(values, np.full(501, 1 / 501), np.array([0.1, 0.5, 0.9]))
    expected = np.quantile(values, [0.1, 0.5, 0.9], axis=0, method="hazen")
    np.testing.assert_allclose(found, expected, atol=1e-12)


@given(some.lists(some.tuples(some.floats(-9, 9), some.floats(0.01, 1)), min_size=1, max_size=40))
def test_a_weighted_quantile_leaves_its_share_of_the_weight_below(pairs):
    values, weight = np.array(pairs).T
    weight = weight / weight.sum()
    found = weigh(values, weight, LEVELS)
    assert (np.diff(found) >= 0).all()
    for level, quantile in zip(LEVELS, found, strict=True):
        below, upto = (
            weight[values < quantile - 1e-9].sum(),
            weight[values <= quantile + 1e-9].sum(),
        )
        assert below - weight.max() <= level <= upto + weight.max()


def test_draws_side_by_side_are_weighed_alone():
    values = np.stack((np.arange(9.0), -(np.arange(9.0) ** 2)), axis=1)
    weight = np.arange(1.0, 10.0) / 45
    both = weigh(values, weight, LEVELS)
    for column in (0, 1):
        np.testing.assert_allclose(both[:, column], weigh(values[:, column], weight, LEVELS))
