"""Concentrations agree with a second solver, and behave as doses that add up must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.integrate import solve_ivp

from gentian.pharmacokinetics.course import arrange
from gentian.pharmacokinetics.curve import differentiate, predict
from gentian.pharmacokinetics.problem import Doses
from tests.pharmacokinetics.problems import (
    SEGMENTS,
    TIMES,
    build_matrix,
    dose,
    integrate,
    pose,
    problems,
    vary,
)

CLOSE = {"rtol": 1e-11, "atol": 1e-12}


def concatenate(one: Doses, two: Doses) -> Doses:
    """Both sets of segments."""
    names = Doses.__slots__
    return Doses(
        **{name: np.concatenate((getattr(one, name), getattr(two, name))) for name in names}
    )


@settings(deadline=None)
@given(problems(), TIMES)
def test_agrees_with_matrix_exponentials_from_event_to_event(case, times):
    """One and two compartments, by mouth, bolus and infusion, with and without lag, one to three periods."""
    problem, eta = case
    np.testing.assert_allclose(
        predict(problem, eta, times), integrate(problem, eta, times), rtol=1e-9, atol=1e-9
    )


def test_agrees_with_an_integrated_differential_equation():
    problem = pose(2, doses=((0, 2, 24, 4, 0, 1),))
    matrix = build_matrix(problem, np.exp(problem.typical[0]), 0.0)
    state = np.zeros(4)
    for _ in range(4):
        state[0] += 2.0
        state = solve_ivp(
            lambda _, y: matrix @ y, (0, 24), state, method="DOP853", rtol=1e-13, atol=1e-16
        ).y[:, -1]
    found = predict(problem, np.zeros(5), np.array([96.0]))
    assert found[0] == pytest.approx(1000 * state[1] / 110, rel=1e-10)


@settings(deadline=None)
@given(problems(), TIMES)
def test_the_derivative_agrees_with_differences(case, times):
    problem, eta = case
    _, slope = differentiate(problem, eta, times)
    found = [
        (predict(problem, eta + step, times) - predict(problem, eta - step, times)) / 2e-5
        for step in 1e-5 * np.eye(len(eta))
    ]
    found = np.array(found).T
    if problem.structure.lag:  # a dose may arrive within the difference, at the very time
        shifted = [
            predict(problem, eta + step * np.eye(len(eta))[-1], times) for step in (3e-5, -3e-5)
        ]
        kinked = np.abs(shifted[0] + shifted[1] - 2 * predict(problem, eta, times)) > 1e-6
        slope, found = slope[~kinked], found[~kinked]
    np.testing.assert_allclose(slope, found, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("gap", [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, -1e-9, -1e-3])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_absorption_as_fast_as_elimination_is_no_special_case(gap, count):
    rate = 5.0 / 120.0
    problem = pose(typical={"ka": rate * (1 + gap)}, doses=((0, 2, 12, count, 0, 1),))
    eta, times = np.zeros(3), np.array([0.5, 12.0 * count, 12.0 * count + 30])
    found, expected = predict(problem, eta, times), integrate(problem, eta, times)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-6])
def test_the_derivative_is_exact_where_absorption_meets_elimination(gap):
    """By a quotient of differences of fourth order, which cannot do better than 1e-9 itself."""
    problem = pose(typical={"ka": 5.0 / 120.0 * (1 + gap)}, doses=((0, 2, 12, 9, 0, 1),))
    times, step = np.array([1.0, 108.0, 150.0]), 1e-3 * np.eye(3)
    _, slope = differentiate(problem, np.zeros(3), times)
    near, far = (
        np.array([predict(problem, k * s, times) - predict(problem, -k * s, times) for s in step])
        for k in (1, 2)
    )
    np.testing.assert_allclose(slope, ((8 * near - far) / 12e-3).T, rtol=1e-8, atol=1e-10)


@pytest.mark.parametrize("volume", [1e3, 1e6, 1e9, 1e12])
def test_a_very_slow_terminal_phase_loses_no_digit(volume):
    problem = pose(2, typical={"v2": volume}, doses=((0, 2, 24, 200, 0, 1),))
    times = np.array([24.0, 24.0 * 200, 24.0 * 250])
    np.testing.assert_allclose(
        predict(problem, np.zeros(5), times), integrate(problem, np.zeros(5), times), rtol=1e-9
    )


@given(SEGMENTS, SEGMENTS, TIMES, some.sampled_from([1, 3]))
@settings(deadline=None)
def test_two_sets_of_doses_add_up(one, two, times, periods):
    problem = vary(pose(2, periods=periods, lag=True))
    eta, first, second = np.full(6, 0.1), dose(*one, size=6), dose(*two, size=6)
    together = predict(problem, eta, times, concatenate(first, second))
    apart = predict(problem, eta, times, first) + predict(problem, eta, times, second)
    np.testing.assert_allclose(together, apart, **CLOSE)


@given(problems(), TIMES, some.floats(0.01, 50))
@settings(deadline=None)
def test_a_multiple_of_the_dose_gives_the_multiple(case, times, factor):
    problem, eta = case
    doses = replace(problem.doses, amount=problem.doses.amount * factor)
    np.testing.assert_allclose(
        predict(problem, eta, times, doses), factor * predict(problem, eta, times), **CLOSE
    )


@given(problems(periods=1), TIMES, some.floats(-1000, 1000))
@settings(deadline=None)
def test_only_elapsed_time_counts(case, times, moved):
    problem, eta = case
    doses = replace(problem.doses, start=problem.doses.start + moved)
    np.testing.assert_allclose(
        predict(problem, eta, times + moved, doses),
        predict(problem, eta, times),
        rtol=1e-9,
        atol=1e-8,
    )


@given(problems(), TIMES)
@settings(deadline=None)
def test_a_segment_equals_its_doses_one_by_one(case, times):
    problem, eta = case
    doses = problem.doses
    rows = np.repeat(np.arange(len(doses.start)), doses.count)
    number = np.concatenate([np.arange(count) for count in doses.count])
    single = Doses(**{name: getattr(doses, name)[rows] for name in Doses.__slots__})
    single = replace(
        single, start=single.start + number * single.every, count=np.ones(len(rows), int)
    )
    np.testing.assert_allclose(
        predict(problem, eta, times, single), predict(problem, eta, times), **CLOSE
    )


@given(problems(periods=1), TIMES, some.lists(some.floats(0.5, 200), max_size=4, unique=True))
@settings(deadline=None)
def test_a_period_cut_in_pieces_changes_nothing(case, times, cuts):
    problem, eta = case
    pieces = len(cuts) + 1
    cut = replace(
        problem,
        begins=np.array([-np.inf, *sorted(cuts)]),
        typical=np.repeat(problem.typical, pieces, axis=0),
        design=np.repeat(problem.design, pieces, axis=0),
    )
    np.testing.assert_allclose(
        predict(cut, eta, times), predict(problem, eta, times), rtol=1e-11, atol=1e-11
    )


@given(problems(), some.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_times_segments_and_draws_does_not_matter(case, shuffler):
    problem, eta = case
    times = np.array([0.2, 24.0, 24.0, 37.0, 80.0, 150.0])
    order, rows = list(range(len(times))), list(range(len(problem.doses.start)))
    shuffler.shuffle(order)
    shuffler.shuffle(rows)
    doses = Doses(**{name: getattr(problem.doses, name)[rows] for name in Doses.__slots__})
    many = np.stack((eta, np.zeros_like(eta)))
    found = predict(problem, many[::-1], times[order], doses)
    np.testing.assert_allclose(found, predict(problem, many, times)[::-1, order], **CLOSE)


def test_many_draws_at_many_equal_steps_agree_with_one_time_of_one_draw():
    """Equal steps share their exponentials, single doses are summed apart: the result is the same."""
    problem = pose(2, doses=((0, 2, 24, 20, 0, 1), (480, 3, 12, 60, 0, 1)))
    eta = np.sin(np.arange(600 * 5)).reshape(600, 5) * 0.5
    times = np.linspace(400, 900, 181)
    found = predict(problem, eta, times)
    assert found.shape == (600, 181)
    for row, column in [(0, 0), (17, 90), (599, 180), (300, 44)]:
        alone = predict(problem, eta[row], times[column : column + 1])[0]
        assert found[row, column] == pytest.approx(alone, rel=1e-11)


def test_draws_keep_their_leading_axes():
    problem = pose()
    assert predict(problem, np.zeros((2, 4, 3)), np.array([1.0, 2.0])).shape == (2, 4, 2)
    assert predict(problem, np.zeros((0, 3)), np.array([1.0, 2.0])).shape == (0, 2)
    assert predict(problem, np.zeros(3), np.zeros(0)).shape == (0,)


def test_a_sample_at_the_time_of_a_dose_is_before_it():
    problem = pose(doses=((0, 2, 24, 3, 0, 0),))
    before, after = predict(problem, np.zeros(3), np.array([24.0, 24.0 + 1e-6]))
    assert predict(problem, np.zeros(3), np.array([0.0]))[0] == 0
    assert after - before == pytest.approx(1000 * 2 / 120, rel=1e-6)


def test_a_time_on_the_grid_of_doses_is_at_the_dose_however_it_was_rounded():
    doses = dose((0.3, 2, 0.1, 2000, 0, 0), size=3)
    problem = pose()
    for number in (3, 70, 1111):
        exact = predict(problem, np.zeros(3), np.array([0.3 + number * 0.1]), doses)
        below = predict(problem, np.zeros(3), np.array([0.3 + number * 0.1 - 1e-10]), doses)
        assert exact == pytest.approx(below, rel=1e-8)


def test_a_share_absorbed_that_varies_scales_its_own_segment_only():
    problem = pose(doses=((0, 2, 24, 2, 0, 1), (48, 2, 24, 2, 0, 1)))
    doses = replace(
        problem.doses, fraction=np.log([1.0, 0.7]), design=np.array([[0, 0, 0], [0, 0, 1.0]])
    )
    eta, times = np.array([0, 0, 0.3]), np.array([30.0, 90.0])
    first = predict(problem, eta, times, dose((0, 2, 24, 2, 0, 1), size=3))
    second = predict(problem, eta, times, dose((48, 2, 24, 2, 0, 1), size=3))
    expected = first + 0.7 * np.exp(0.3) * second
    np.testing.assert_allclose(predict(problem, eta, times, doses), expected, **CLOSE)


def test_the_cost_does_not_grow_with_the_number_of_doses():
    """A thousand times the doses are the same shapes to evaluate."""
    times = np.array([1e6])
    few = arrange(pose(doses=((0, 2, 24, 10, 0, 1),)), times)
    many = arrange(pose(doses=((0, 2, 24, 10000, 0, 1),)), times)
    assert len(few.absorbed.since) == len(many.absorbed.since)


@given(
    problems(),
    some.lists(some.floats(-1e6, 1e6), min_size=6, max_size=6),
    some.sampled_from([1e-12, 1.0, 1e12]),
)
@settings(deadline=None)
def test_no_eta_makes_a_concentration_that_is_not_a_number(case, wild, amount):
    problem, eta = case
    doses = replace(problem.doses, amount=problem.doses.amount * amount)
    times = np.array([0.0, 1e-9, 24.0, 37.0, 1e4])
    found = predict(problem, np.array(wild)[: len(eta)], times, doses)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
