"""−2 log posterior of one person, as a function of standard normal coordinates x with η = basis · x."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from .course import Course, arrange
from .curve import STEP, follow, turn
from .likelihood import weigh_misfit
from .problem import Array, Bools, Floats, Problem, Samples

NUDGE = 1e-5  # of the central differences of the exact gradient: error 1e-10
WIDE = 2048  # draws evaluated at once


@dataclass(frozen=True, slots=True)
class Objective:
    """basis (E, E) with basis · basisᵀ = omega; samples: those that count, laid out in `course`."""

    problem: Problem
    samples: Samples
    course: Course
    basis: Floats

    def value(self, x: Floats) -> Floats:
        """The objective (N,) at points x (N, E)."""
        rows = range(0, len(x), WIDE)
        return np.concatenate([self._value(x[row : row + WIDE]) for row in rows])

    def _value(self, x: Floats) -> Floats:
        fit = weigh_misfit(self.samples, self.expect(x @ self.basis.T))
        return np.asarray(fit.misfit.sum(axis=1) + (x * x).sum(axis=1))

    def expect(self, eta: Array) -> Array:
        """What an assay would read (N, T): the true concentration times its bias."""
        found = follow(self.problem, self.course, eta)
        if self.samples.bias.any() or self.samples.design.any():
            found = found * np.exp(self.samples.bias + eta @ self.samples.design.T)
        return found

    def slope(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """At points x (M, E): the objective (M,), its gradient (M, E) and expected Hessian (M, E, E)."""
        count, size = x.shape
        turned = self.expect(turn(x @ self.basis.T, self.basis.T))
        turned = turned.reshape(count, size, -1)
        fit = weigh_misfit(self.samples, turned[:, 0].real)
        change = turned.imag / STEP
        gradient = np.einsum("met,mt->me", change, fit.slope) + 2 * x
        expected = np.einsum("met,mt,mft->mef", change, fit.bend, change) + 2 * np.eye(size)
        return fit.misfit.sum(axis=1) + (x * x).sum(axis=1), gradient, expected

    def survey(self, x: Floats) -> tuple[Floats, Floats, Floats]:
        """As `slope`, with the exact Hessian: central differences of the exact gradient, in one evaluation."""
        count, size = x.shape
        nudges = NUDGE * np.concatenate((np.zeros((1, size)), np.eye(size), -np.eye(size)))
        value, gradient, _ = self.slope((x[:, None] + nudges).reshape(-1, size))
        gradient = gradient.reshape(count, 2 * size + 1, size)
        hessian = (gradient[:, 1 : size + 1] - gradient[:, size + 1 :]) / (2 * NUDGE)
        hessian = (hessian + hessian.transpose(0, 2, 1)) / 2
        return value.reshape(count, -1)[:, 0], gradient[:, 0], hessian


def pose(problem: Problem, basis: Floats) -> Objective:
    """The objective of a problem in the coordinates of `basis`; samples of weight 0 take no part."""
    counted = problem.samples.weight > 0
    samples = problem.samples
    if not counted.all():
        samples = select(samples, counted)
    return Objective(problem, samples, arrange(problem, samples.time), basis)


def select(samples: Samples, rows: Bools) -> Samples:
    """These samples only."""
    return Samples(**{one.name: getattr(samples, one.name)[rows] for one in fields(Samples)})
