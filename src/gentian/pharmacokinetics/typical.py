"""The typical values of one model in one person: what its covariates make of the numbers of the paper.

The only place with this arithmetic: the check of the guideline runs a model's test people through it, and the
consult builds its numerical problem from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gentian.language.kinetics import UNITS, Covariate, PopulationModel, read_number

Given = Mapping[str, float | bool | None]
_ADDED = "offset"


class CovariateError(Exception):
    """A covariate that the model cannot do without, or cannot use. `covariate` names it."""

    def __init__(self, covariate: str, message: str) -> None:
        super().__init__(message)
        self.covariate = covariate


class MissingCovariate(CovariateError):
    """Not on record, and the model puts nothing in for it."""


@dataclass(frozen=True, slots=True)
class PutIn:
    """What was put in for a covariate, in the unit of its source; note: why it is not the value on record."""

    covariate: str
    value: float | bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Typical:
    """values: parameter → typical value in L/h, L, 1/h, h (mg/h and mg of a saturable absorption)."""

    values: dict[str, float]
    used: tuple[PutIn, ...]


def calculate_typical(model: PopulationModel, given: Given) -> Typical:
    """Return the typical values of a person.

    given: covariates in the unit of their source (weight in kg, age in years), True or False of a medicine
    or a genotype, None where none is on record; and criteria by name, where a model asks for one. Sums of
    deviations come first, factors afterwards, as papers write them. Raises CovariateError.
    """
    values = {name: read_number(item.value, UNITS[name]) for name, item in model.parameters.items()}
    used: dict[PutIn, None] = {}
    for covariate in sorted(model.covariates, key=lambda item: item.kind != _ADDED):
        taken = _take(model, covariate, given)
        used[taken] = None
        values[covariate.on] = _apply(covariate, values[covariate.on], taken.value)
        if not values[covariate.on] > 0:
            raise CovariateError(
                covariate.of,
                f"{covariate.of} {taken.value:g} brings {covariate.on} of {model.name} down to nothing",
            )
    return Typical(values, tuple(used))


def _take(model: PopulationModel, covariate: Covariate, given: Given) -> PutIn:
    """The value that is put in: on record, capped, or the model's own where there is none to use."""
    value = given.get(covariate.of)
    if covariate.ignored_when and given.get(covariate.ignored_when) is True:
        return PutIn(covariate.of, _read_missing(covariate), covariate.missing + ", put in instead")
    if value is None:
        if not covariate.missing:
            raise MissingCovariate(covariate.of, f"{model.name} needs {covariate.of}")
        return PutIn(covariate.of, _read_missing(covariate), "none to use, " + covariate.missing)
    if covariate.kind in ("power", "dose-power") and not value > 0:
        raise CovariateError(covariate.of, f"{model.name} cannot use {covariate.of} {value:g}")
    if (
        covariate.cap and given.get(covariate.cap_when) is not False
    ):  # an unknown criterion caps too
        cap = _read(covariate.cap)
        if value > cap:
            return PutIn(covariate.of, cap, "capped at " + covariate.cap)
    return PutIn(covariate.of, value)


def _read_missing(covariate: Covariate) -> float | bool:
    if covariate.kind == "factor":
        return covariate.missing == "yes"
    return _read(covariate.missing)


def _read(text: str) -> float:
    """A quantity in its own unit, which is that of its source."""
    return read_number(text, text.partition(" ")[2])


def _apply(covariate: Covariate, base: float, value: float | bool) -> float:
    kind = covariate.kind
    if kind == "factor":
        return base * (covariate.factor or 1.0) if value else base
    if kind == "factor-above":
        return base * (covariate.factor or 1.0) if value > _read(covariate.limit) else base
    center = _read(covariate.center)
    slope, exponent = covariate.slope or 0.0, covariate.exponent or 0.0
    if kind == "offset":
        return base + slope * (value - center)
    if kind == "linear":
        return base * (1 + slope * value / center)
    factor: float = (value / center) ** exponent
    return base * factor
