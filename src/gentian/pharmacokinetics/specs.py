"""Run the test people written beside each population model in the guideline (docs/pharmacokinetics.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from gentian.language.kinetics import UNITS, PopulationModel, read_number
from gentian.language.model import Guideline
from gentian.language.quantities import parse_number, split_quantity
from gentian.language.units import convert

from .typical import CovariateError, calculate_typical

_ROUNDING = 1e-9  # of floats, when a value lies just half a printed digit away


def run_model_specs(guideline: Guideline) -> list[str]:
    """Return what failed, one line each with `file:line`; empty when every test person agrees."""
    units = list_units(guideline)
    return [
        f"{model.line}: {model.model}: test `{dict(test)}`: {failure}"
        for model in guideline.models.values()
        for test in model.tests
        for failure in find_failures(model, test, units)
    ]


def count_model_specs(guideline: Guideline) -> int:
    """How many test people stand beside population models."""
    return sum(len(model.tests) for model in guideline.models.values())


def list_units(guideline: Guideline) -> dict[str, str]:
    """Covariate → the unit of its source; those that are yes or no have none."""
    return {
        source.covariate: source.unit
        for consult in guideline.consults.values()
        for source in consult.covariates
    }


def find_failures(
    model: PopulationModel, test: Mapping[str, object], units: Mapping[str, str]
) -> Iterator[str]:
    """Give how the typical values of a test person differ, beyond half a unit of the last printed digit."""
    given = {
        name: value if isinstance(value, bool) else read_number(str(value), units[name])
        for name, value in test.items()
        if name not in model.parameters
    }
    try:
        values = calculate_typical(model, given).values
    except CovariateError as error:
        yield str(error)
        return
    for name in sorted(test.keys() & model.parameters.keys()):
        expected = str(test[name])
        value, half = _read_printed(expected, UNITS[name])
        if abs(values[name] - value) > half + _ROUNDING:
            yield f"expected {name} {expected}, found {values[name]:.6g} {UNITS[name]}"


def _read_printed(text: str, unit: str) -> tuple[float, float]:
    """A printed quantity in `unit`, and half a unit of its last digit."""
    number, printed = split_quantity(text)
    parsed = parse_number(number)
    half: Fraction = convert(parsed.half_low, printed, unit)
    return read_number(text, unit), float(half)
