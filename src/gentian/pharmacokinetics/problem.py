"""The numerical problem of one person and one model: the contract between consult and numerics.

Everything that differs between people, occasions, assays and interacting medicines is linear in η on the log
scale, so that one estimator serves them all. With P parameters, K periods of constant parameters, S dose
segments, T samples and E random effects:

    log parameter p in period k   = typical[k, p] + Σ_e design[k, p, e] η_e
    log bioavailability of seg. s = doses.fraction[s] + Σ_e doses.design[s, e] η_e
    log bias of sample t          = samples.bias[t] + Σ_e samples.design[t, e] η_e
    η ~ N(0, omega)

Times are hours since the history's origin; amounts mg; volumes L; concentrations ng/mL = 1000 × mg / L, or
mg/L where `scale` is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Array = NDArray[Any]  # real, or complex while differentiating
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ONE_COMPARTMENT = ("ka", "cl", "v")
TWO_COMPARTMENTS = ("ka", "cl", "v1", "q", "v2")
LAG = "lag"  # follows the others where a model has one


@dataclass(frozen=True, slots=True)
class Structure:
    """names: the parameters in the order of the last axis of `typical`."""

    compartments: Literal[1, 2]
    lag: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """`ka, cl, v` or `ka, cl, v1, q, v2`, then `lag`."""
        names = ONE_COMPARTMENT if self.compartments == 1 else TWO_COMPARTMENTS
        return (*names, LAG) if self.lag else names


@dataclass(frozen=True, slots=True)
class Doses:
    """Segments of equal doses at equal intervals; a single dose has count 1.

    start (S,) h; amount (S,) mg; every (S,) h; count (S,); duration (S,) h: 0 for a dose by mouth or a
    bolus, else an infusion; oral (S,): into the depot (with lag) or into the central compartment.
    fraction (S,): log of the share absorbed; design (S, E).
    """

    start: Floats
    amount: Floats
    every: Floats
    count: Ints
    duration: Floats
    oral: Bools
    fraction: Floats
    design: Floats


@dataclass(frozen=True, slots=True)
class Samples:
    """time (T,) h; value (T,), for a censored one the limit of quantification; below (T,).

    A sample at the very time of a dose was drawn before it. bias (T,), design (T, E).
    Residual variance of a prediction f: max(additive² + (proportional f)², floor²); with `log_sd` > 0
    the logarithm of the value is normal around log f with that standard deviation. weight (T,): 0 leaves a
    sample out of the likelihood and keeps its residual.
    """

    time: Floats
    value: Floats
    below: Bools
    bias: Floats
    design: Floats
    additive: Floats
    proportional: Floats
    log_sd: Floats
    floor: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Problem:
    """begins (K,): first hour of each period, ascending, the first −inf; omega (E, E) positive definite.

    scale: concentration units of one mg/L (1000 for ng/mL).
    """

    structure: Structure
    begins: Floats
    typical: Floats
    design: Floats
    doses: Doses
    samples: Samples
    omega: Floats
    scale: float = 1000.0


@dataclass(frozen=True, slots=True)
class Mode:
    """A minimum of −2 log posterior. hessian (E, E): of the objective, exact at the mode."""

    eta: Floats
    objective: float
    hessian: Floats


@dataclass(frozen=True, slots=True)
class Estimation:
    """The best mode first. converged: gradient and step small, hessian positive definite, |η| inside 5 SD.

    residuals (T,): weighted individual residuals (y − f) / sd at the best mode; for a censored sample 0 where
    the prediction lies below the limit.
    """

    modes: tuple[Mode, ...]
    converged: bool
    iterations: int
    residuals: Floats
    predictions: Floats  # (T,) with bias, at the best mode

    @property
    def best(self) -> Mode:
        """The lowest."""
        return self.modes[0]


@dataclass(frozen=True, slots=True)
class Posterior:
    """Weighted draws. eta (N, E); weight (N,), sum 1; effective: sample size / N; evidence: log marginal
    likelihood up to the constant that all problems of the same samples share. multimodal: more than one
    mode holds at least one in a hundred of the weight. reliable: the effective sample size passed its gate.
    """

    eta: Floats
    weight: Floats
    effective: float
    evidence: float
    multimodal: bool
    reliable: bool
