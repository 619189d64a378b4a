"""How well concentrations explain the samples: −2 log likelihood and its first two derivatives by concentration.

Measured values: w [(y − f)² / g + ln g] with the variance g = max(additive² + (proportional f)², floor²), the
corner of the maximum rounded within a tenth of floor². Logarithmic residual: the same with log y, log f and the
constant variance, plus 2 ln y, so that densities of one value can be compared between models. Below the limit
of quantification: −2 w log Φ((limit − f) / √g) (Beal 2001, method M3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .problem import Bools, Floats, Samples

ROUNDED = 0.1  # share of floor² on either side within which the corner of the maximum is rounded
LEAST_VARIANCE = 1e-12  # where a sample states neither additive error nor floor
LEAST = 1e-10  # concentration below which the logarithm is taken of this instead
FAR = -25.0  # below it log Φ is taken from its asymptotic series
TINY = 1e-300
LOG_ROOT = 0.5 * math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Fit:
    """Per sample, all (..., T): misfit, its derivative by f, and its expected second derivative (≥ 0)."""

    misfit: Floats
    slope: Floats
    bend: Floats


def spread_variance(samples: Samples, f: Floats) -> tuple[Floats, Floats]:
    """Residual variance at concentrations f (..., T) and its derivative by f: twice differentiable."""
    floor = np.maximum(samples.floor**2, LEAST_VARIANCE)
    excess = samples.additive**2 + (samples.proportional * f) ** 2 - floor
    band = ROUNDED * floor
    x = np.clip(excess / band, -1.0, 1.0)
    above = np.where(excess > band, excess, band * (x + 1) ** 3 * (3 - x) / 16)
    rise = (x + 1) ** 2 * (2 - x) / 4
    return floor + above, rise * 2 * samples.proportional**2 * f


def weigh_misfit(samples: Samples, f: Floats) -> Fit:
    """The misfit of concentrations f (..., T), bias included, with each sample's weight."""
    fit = measure_normal(samples, f)
    logarithmic = samples.log_sd > 0
    if logarithmic.any():
        fit = choose(logarithmic, measure_logarithm(samples, f), fit)
    if samples.below.any():
        fit = choose(samples.below, measure_censored(samples, f), fit)
    w = samples.weight
    return Fit(w * fit.misfit, w * fit.slope, w * fit.bend)


def choose(where: Bools, one: Fit, other: Fit) -> Fit:
    """The first where it holds."""
    return Fit(
        np.where(where, one.misfit, other.misfit),
        np.where(where, one.slope, other.slope),
        np.where(where, one.bend, other.bend),
    )


def measure_normal(samples: Samples, f: Floats) -> Fit:
    """(y − f)² / g + ln g."""
    variance, rise = spread_variance(samples, f)
    residual = samples.value - f
    share, relative = residual / variance, rise / variance
    return Fit(
        residual * share + np.log(variance),
        -2 * share + relative - share**2 * rise,
        2 / variance + relative**2,
    )


def measure_logarithm(samples: Samples, f: Floats) -> Fit:
    """(log y − log f)² / s² + ln s² + 2 ln y."""
    held = np.maximum(f, LEAST)
    value = np.maximum(samples.value, LEAST)
    sd = np.where(samples.log_sd > 0, samples.log_sd, 1.0)
    z = (np.log(value) - np.log(held)) / sd
    turn = np.where(f > LEAST, 1 / (held * sd), 0.0)
    return Fit(z**2 + 2 * np.log(sd * value), -2 * z * turn, 2 * turn**2)


def measure_censored(samples: Samples, f: Floats) -> Fit:
    """−2 log Φ(z): how likely a value under the limit was."""
    z, turn = standardise(samples, f)
    log_share = log_normal_share(z)
    hazard = np.exp(-0.5 * z**2 - LOG_ROOT - log_share)
    return Fit(
        -2 * log_share, -2 * hazard * turn, 2 * np.maximum(hazard * (hazard + z), 0) * turn**2
    )


def standardise(samples: Samples, f: Floats) -> tuple[Floats, Floats]:
    """z = (value − f) / √g, or of the logarithms, and dz/df, (..., T)."""
    variance, rise = spread_variance(samples, f)
    sd = np.sqrt(variance)
    z = (samples.value - f) / sd
    turn = -1 / sd - z * rise / (2 * variance)
    logarithmic = samples.log_sd > 0
    if not logarithmic.any():
        return z, turn
    held, scale = np.maximum(f, LEAST), np.where(logarithmic, samples.log_sd, 1.0)
    logs = (np.log(np.maximum(samples.value, LEAST)) - np.log(held)) / scale
    return (
        np.where(logarithmic, logs, z),
        np.where(logarithmic, np.where(f > LEAST, -1 / (held * scale), 0.0), turn),
    )


_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def log_normal_share(z: Floats) -> Floats:
    """log Φ(z), to rounding from −1e150 to +∞: by erfc, far out by its asymptotic series."""
    near = np.maximum(z, FAR)
    tail = _erfc(np.abs(near) / math.sqrt(2)) / 2
    middle = np.where(near < 0, np.log(np.maximum(tail, TINY)), np.log1p(-tail))
    if not (z < FAR).any():
        return np.asarray(middle)
    square = np.minimum(z, FAR) ** 2
    series = 1 - (1 - (3 - (15 - (105 - 945 / square) / square) / square) / square) / square
    far = -0.5 * square - LOG_ROOT - 0.5 * np.log(square) + np.log(series)
    return np.asarray(np.where(z < FAR, far, middle))


def measure_residuals(samples: Samples, f: Floats) -> Floats:
    """Weighted residuals (T,); of a censored sample 0 where the prediction lies below the limit."""
    z, _ = standardise(samples, f)
    return np.where(samples.below & (z > 0), 0.0, z)
