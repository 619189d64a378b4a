"""Evenly spread points of the unit cube and what they become: normal and t draws, without randomness.

Sobol's sequence with the direction numbers of Joe & Kuo (2008, new-joe-kuo-6), moved by a fixed digital shift.
In a block of 2^m points every coordinate takes each value (i + ½) / 2^m once, so that quantiles come from one
table per block size.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np

from .problem import Floats, Ints

# degree, coefficients of the primitive polynomial, initial direction numbers; the first coordinate has none
DIRECTIONS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)
DIMENSIONS = len(DIRECTIONS) + 1
SHIFT = 0x9E3779B97F4A7C15  # the golden ratio's bits: a fixed digital shift, another for each coordinate
DEGREES = 6  # of freedom of the t distribution


def direct(dimension: int, bits: int) -> list[int]:
    """Direction numbers of one coordinate, scaled to `bits` bits."""
    if dimension == 0:
        return [1 << (bits - 1 - bit) for bit in range(bits)]
    degree, polynomial, initial = DIRECTIONS[dimension - 1]
    numbers = list(initial)
    for index in range(degree, bits):
        number = numbers[index - degree] ^ (numbers[index - degree] << degree)
        for term in range(1, degree):
            if polynomial >> (degree - 1 - term) & 1:
                number ^= numbers[index - term] << term
        numbers.append(number)
    return [number << (bits - 1 - bit) for bit, number in enumerate(numbers[:bits])]


@cache
def spread_points(count: int, dimensions: int) -> Ints:
    """Integers (count, dimensions) below `count`, a power of two: Sobol's points times the count, in Gray order.

    Raises ValueError for more than 21 dimensions or a count that is no power of two.
    """
    bits = count.bit_length() - 1
    if count != 1 << bits or dimensions > DIMENSIONS:
        raise ValueError(
            f"no Sobol points for {count} × {dimensions}: a power of two, at most {DIMENSIONS}"
        )
    index = np.arange(count)
    points = np.zeros((count, dimensions), dtype=np.int64)
    for column in range(dimensions):
        for bit, number in enumerate(direct(column, bits)):
            points[:, column] ^= np.where(index >> bit & 1, number, 0)
        if column:
            points[:, column] ^= (SHIFT * (2 * column + 1) >> 11) & (count - 1)
    points.setflags(write=False)
    return points


@cache
def list_normal(count: int) -> Floats:
    """Standard normal quantiles (count,) of (i + ½) / count."""
    normal = NormalDist()
    lower = [normal.inv_cdf((index + 0.5) / count) for index in range(count // 2)]
    return np.concatenate((lower, -np.array(lower)[::-1]))


@cache
def list_chi_square(count: int) -> Floats:
    """Quantiles (count,) of chi-square with six degrees of freedom: 1 − e^−h (1 + h + h²/2) with h = x/2."""
    upper = 1 - (np.arange(count) + 0.5) / count
    half = np.full(count, 3.0)
    low, high = np.zeros(count), np.full(count, 60.0)
    for _ in range(60):
        excess = np.exp(-half) * (1 + half + half**2 / 2) - upper
        low, high = np.where(excess > 0, half, low), np.where(excess > 0, high, half)
        step = half + excess / np.maximum(np.exp(-half) * half**2 / 2, 1e-300)
        half = np.where((step > low) & (step < high), step, (low + high) / 2)
    return 2 * half


@cache
def draw_normal(count: int, dimensions: int) -> Floats:
    """Standard normal points (count, dimensions)."""
    found = list_normal(count)[spread_points(count, dimensions)]
    found.setflags(write=False)
    return found


@cache
def draw_t(count: int, dimensions: int) -> Floats:
    """Points (count, dimensions) of the standard multivariate t with six degrees of freedom."""
    points = spread_points(count, dimensions + 1)
    normal = list_normal(count)[points[:, :-1]]
    found = normal * np.sqrt(DEGREES / list_chi_square(count)[points[:, -1]])[:, None]
    found.setflags(write=False)
    return found
