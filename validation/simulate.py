"""Invented people of a population model, and the levels a laboratory would report of them.

Only for validation and benchmarks: chance comes in as a numpy generator from the caller, and nothing of this is
below `src`. A population model is a `Batch`: its typical parameters, doses and times are kept, its levels drawn.

    people, eta = draw_people(batch, np.random.default_rng(1))
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gentian.pharmacokinetics.batch import Batch, predict
from gentian.pharmacokinetics.problem import Floats


def draw_people(batch: Batch, generator: np.random.Generator) -> tuple[Batch, Floats]:
    """The batch with levels of people drawn from its own prior and residual error, and their eta (N, E)."""
    eta = draw_effects(batch, generator)
    return replace(batch, value=draw_levels(batch, eta, generator)), eta


def draw_effects(batch: Batch, generator: np.random.Generator) -> Floats:
    """Random effects (N, E) from N(0, omega)."""
    root = np.linalg.cholesky(batch.omega)
    return generator.standard_normal((len(batch.typical), len(root))) @ root.T


def draw_levels(batch: Batch, eta: Floats, generator: np.random.Generator) -> Floats:
    """Levels (N, T) at the batch's times around the curves of eta (N, E).

    A laboratory reports nothing at or below zero: such a draw is made again, as the model's error, cut off there.
    """
    curve = predict(batch, eta, batch.time)
    if batch.log_sd > 0:
        return curve * np.exp(batch.log_sd * generator.standard_normal(curve.shape))
    spread = np.hypot(batch.additive, batch.proportional * curve)
    spread = np.maximum(spread, batch.floor)
    levels = curve + spread * generator.standard_normal(curve.shape)
    while (again := (levels <= 0) & (curve > 0)).any():
        levels[again] = curve[again] + spread[again] * generator.standard_normal(again.sum())
    return levels
