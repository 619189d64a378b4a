"""Where a lag makes the objective kink: an arrival that crosses a sample or the beginning of a period.

The concentration at a time is continuous in the lag but its slope jumps when a dose arrives at that very time.
Where the lag varies between people in the same way in every period these places are hyperplanes of η; turned
so that the first coordinate of x is the lag's, they are values of that coordinate, and between two of them
everything is smooth.
"""

from __future__ import annotations

import numpy as np

from .course import cut_at_periods, read_intervals
from .problem import Floats, Problem

REACH = 5.0  # prior standard deviations of the lag within which kinks are looked for
BESIDE = 1e-9  # a bound lies this far from its kink
MOST = 12  # kinks considered, the nearest to the prior mean first


def turn_basis(problem: Problem) -> tuple[Floats, float]:
    """A basis of omega whose first coordinate is the log lag, and the SD of that; 0 where nothing kinks."""
    basis: Floats = np.asarray(np.linalg.cholesky(problem.omega), dtype=np.float64)
    if not problem.structure.lag:
        return basis, 0.0
    weights = problem.design[:, -1]
    along = basis.T @ weights[0]
    deviation = float(np.sqrt(along @ along))
    if deviation == 0 or (weights != weights[0]).any():
        return basis, 0.0
    return basis @ reflect(along / deviation), deviation


def reflect(unit: Floats) -> Floats:
    """An orthogonal matrix whose first column is `unit` (Householder)."""
    mirror = unit.copy()
    mirror[0] += 1.0 if unit[0] >= 0 else -1.0
    turned = np.eye(len(unit)) - 2 * np.outer(mirror, mirror) / (mirror @ mirror)
    turned[:, 0] = unit
    return np.asarray(turned)


def list_kinks(problem: Problem, times: Floats, deviation: float) -> Floats:
    """Values of the first coordinate, ascending, at which a dose arrives at a sample or a new period."""
    if deviation == 0:
        return np.zeros(0)
    doses = problem.doses
    found: list[float] = []
    for segment, start, count, period in zip(*cut_at_periods(problem.begins, doses), strict=True):
        typical, every = problem.typical[period, -1], read_intervals(doses)[segment]
        shortest, longest = np.exp(typical + REACH * deviation * np.array([-1.0, 1.0]))
        for time in (*times.tolist(), *problem.begins[1:].tolist()):
            since = time - start
            first = max(0, int(np.ceil((since - longest) / every)))
            last = min(int(count) - 1, int((since - shortest) // every))
            gaps = since - np.arange(first, last + 1) * every
            found.extend(((np.log(gaps[gaps > 0]) - typical) / deviation).tolist())
    nearest = sorted(set(found), key=abs)[:MOST]
    return np.array(sorted(nearest))


def list_boxes(kinks: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bounds of the first coordinate between the kinks; those too narrow to enter left out."""
    edges = np.concatenate(([-np.inf], kinks, [np.inf]))
    low, high = edges[:-1] + BESIDE, edges[1:] - BESIDE
    wide = high - low > 1e-6
    return low[wide], high[wide]
