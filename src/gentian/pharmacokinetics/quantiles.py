"""Quantiles and means of weighted draws."""

from __future__ import annotations

import numpy as np

from .problem import Floats


def weigh(values: Floats, weights: Floats, probabilities: Floats) -> Floats:
    """Quantiles (Q, ...) of `values` (N, ...) whose draws weigh `weights` (N,), at `probabilities` (Q,).

    Each draw's weight sits around its value, half on either side; between draws the quantile is linear.
    """
    values, probabilities = np.asarray(values, float), np.asarray(probabilities, float)
    rows = np.ascontiguousarray(values.reshape(len(values), -1).T)
    order = np.argsort(rows, axis=1)
    share = np.asarray(weights)[order]
    reached = np.cumsum(share, axis=1) - share / 2
    ordered = np.take_along_axis(rows, order, axis=1)
    found = [np.interp(probabilities, *pair) for pair in zip(reached, ordered, strict=True)]
    return np.array(found).T.reshape(len(probabilities), *values.shape[1:])
