"""The misfit of samples: its value from the definition, its derivatives by differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import norm

from gentian.pharmacokinetics.likelihood import (
    log_normal_share,
    measure_residuals,
    spread_variance,
    weigh_misfit,
)
from tests.pharmacokinetics.problems import measure

KINDS = {
    "combined": {},
    "additive": {"proportional": 0.0, "floor": 0.0},
    "proportional": {"additive": 0.0},
    "logarithmic": {"log_sd": 0.3},
    "censored": {"below": True},
    "censored logarithmic": {"below": True, "log_sd": 0.3},
}


def single(value, **changes):
    """One sample."""
    return measure([1.0], [value], size=1, **changes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("f", [0.02, 0.7, 3.0, 12.0, 80.0])
def test_the_slope_of_the_misfit_agrees_with_differences(kind, f):
    samples, step = single(4.0, **KINDS[kind]), 1e-6 * f
    ahead, behind = (
        weigh_misfit(samples, np.array([f + sign * step])).misfit[0] for sign in (1, -1)
    )
    fit = weigh_misfit(samples, np.array([f]))
    assert fit.slope[0] == pytest.approx((ahead - behind) / (2 * step), rel=1e-5, abs=1e-6)
    assert fit.bend[0] >= 0


def test_a_measured_value_is_normal_with_the_combined_error():
    fit = weigh_misfit(single(4.0), np.array([3.0]))
    sd = np.sqrt(0.5**2 + 0.6**2)
    expected = -2 * norm.logpdf(4.0, 3.0, sd) - np.log(2 * np.pi)
    assert fit.misfit[0] == pytest.approx(expected, rel=1e-12)


def test_a_logarithmic_error_is_a_density_of_the_value_itself():
    fit = weigh_misfit(single(4.0, log_sd=0.3), np.array([3.0]))
    density = norm.pdf(np.log(4.0), np.log(3.0), 0.3) / 4.0
    assert fit.misfit[0] == pytest.approx(-2 * np.log(density) - np.log(2 * np.pi), rel=1e-12)


@given(some.floats(0.001, 200))
def test_below_the_limit_only_the_probability_of_being_below_counts(f):
    fit = weigh_misfit(single(2.0, below=True), np.array([f]))
    sd = np.sqrt(0.5**2 + (0.2 * f) ** 2)
    assert fit.misfit[0] == pytest.approx(-2 * norm.logcdf((2.0 - f) / sd), rel=1e-9, abs=1e-12)


@given(some.floats(-1e8, 1e3))
def test_the_logarithm_of_a_normal_share_keeps_its_digits_far_out(z):
    assert log_normal_share(np.array([z]))[0] == pytest.approx(
        norm.logcdf(z), rel=1e-12, abs=1e-300
    )


@given(some.floats(0, 10))
def test_the_variance_never_falls_below_its_floor_and_is_exact_away_from_it(f):
    samples = single(4.0, additive=0.0, floor=0.5)
    variance, _ = spread_variance(samples, np.array([f]))
    exact = max((0.2 * f) ** 2, 0.25)
    assert 0.25 <= variance[0] <= exact * 1.02
    if abs((0.2 * f) ** 2 - 0.25) > 0.025:
        assert variance[0] == pytest.approx(exact, rel=1e-14)


def test_the_slope_of_the_variance_is_continuous_where_the_floor_ends():
    samples = single(4.0, additive=0.0, floor=0.5)
    f = np.linspace(2.2, 2.8, 6001)[:, None]
    _, rise = spread_variance(samples, f)
    assert np.abs(np.diff(rise[:, 0])).max() < 2e-3


def test_a_weight_scales_the_misfit():
    whole, half = (weigh_misfit(single(4.0, weight=w), np.array([3.0])) for w in (1.0, 0.5))
    assert half.misfit[0] == whole.misfit[0] / 2
    assert half.slope[0] == whole.slope[0] / 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("f", [0.0, 1e-300, 1e-12, 1e12])
def test_no_concentration_makes_a_misfit_that_is_not_a_number(kind, f):
    fit = weigh_misfit(single(4.0, **KINDS[kind]), np.array([f]))
    assert np.isfinite([fit.misfit[0], fit.slope[0], fit.bend[0]]).all()


def test_a_residual_of_a_censored_sample_is_nothing_where_the_prediction_is_below():
    samples = measure([1.0, 2.0, 3.0], [2.0, 2.0, 2.0], size=1, below=[True, True, False])
    found = measure_residuals(samples, np.array([1.0, 5.0, 1.0]))
    assert found[0] == 0
    assert found[1] == pytest.approx((2 - 5) / np.sqrt(0.25 + 1.0))
    assert found[2] == pytest.approx(1 / np.sqrt(0.25 + 0.04))
