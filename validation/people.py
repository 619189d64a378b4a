"""Virtual people: bodies that hang together, blood values in range, and the dose a protocol would start with.

Nobody here is real. Weight, height and age of children follow a rounded growth curve with scatter around it; it
serves only to make bodies that are possible.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

# age in years, weight in kg, height in cm: rounded, about the middle of a growth chart
GROWTH = np.array(
    [
        (1, 9.5, 75), (2, 12, 86), (3, 14, 95), (4, 16, 102), (6, 20.5, 116), (8, 25.5, 128),
        (10, 32, 138), (12, 41, 149), (14, 50, 160), (16, 58, 168), (17, 61, 170),
    ]
)  # fmt: skip
YOUNGEST, OLDEST_CHILD = (
    1.05,
    15.9,
)  # under 12 months the consult refuses; 16 years and over are adults here
TABLET_FROM = 20.0  # kg: lighter children take the solution


@dataclass(frozen=True, slots=True)
class Person:
    """A body and what a laboratory would say of it. weight kg, height cm, age years; dose mg once daily."""

    weight: float
    height: float
    age: float
    bilirubin: float  # umol/L
    ast: float  # U/L
    haematocrit: float  # %
    cholesterol: float  # mmol/L
    ciclosporin: float  # ng/mL
    dose: float
    form: str

    @property
    def surface(self) -> float:
        """m2, Mosteller."""
        return sqrt(self.weight * self.height / 3600.0)


@dataclass(frozen=True, slots=True)
class Range:
    """Whom to draw. weight kg and age years, both with their ends."""

    weight: tuple[float, float]
    age: tuple[float, float] = (YOUNGEST, OLDEST_CHILD)
    adult: bool = False


CHILDREN_UNDER_12 = Range((8.0, 43.0), (YOUNGEST, 12.0))


def draw_person(range_: Range, generator: np.random.Generator) -> Person:
    """One person within a range."""
    return _draw_adult(range_, generator) if range_.adult else _draw_child(range_, generator)


def _draw_child(range_: Range, generator: np.random.Generator) -> Person:
    """Weight evenly on the log scale; the age that goes with it, give or take a tenth."""
    while True:
        weight = float(np.exp(generator.uniform(*np.log(range_.weight))))
        middle = float(np.interp(weight, GROWTH[:, 1], GROWTH[:, 0]))
        age = middle * float(np.exp(0.1 * generator.standard_normal()))
        age = max(age, YOUNGEST)
        if range_.age[0] <= age <= range_.age[1]:
            break
    height = float(np.interp(weight, GROWTH[:, 1], GROWTH[:, 2]))
    height *= float(np.exp(0.03 * generator.standard_normal()))
    dose = max(round(0.06 * weight / 0.5) * 0.5, 0.5)
    form = "tablet" if weight >= TABLET_FROM else "solution"
    return Person(weight, height, age, *_draw_blood(generator), dose, form)


def _draw_adult(range_: Range, generator: np.random.Generator) -> Person:
    weight = float(generator.uniform(*range_.weight))
    age = float(generator.uniform(*range_.age))
    height = 170.0 + 8.0 * float(generator.standard_normal())
    return Person(weight, height, age, *_draw_blood(generator), 2.0, "tablet")


def _draw_blood(generator: np.random.Generator) -> tuple[float, float, float, float, float]:
    """Bilirubin, AST, haematocrit, cholesterol, ciclosporin: within what the models were built from."""
    return (
        float(np.exp(generator.uniform(np.log(4.0), np.log(20.0)))),
        float(generator.uniform(15.0, 60.0)),
        float(generator.uniform(28.0, 45.0)),
        float(generator.uniform(4.0, 7.0)),
        float(generator.uniform(60.0, 150.0)),
    )
