"""Population models in words: the formula of each parameter, what is put in for what is missing, the errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gentian.language.kinetics import Covariate, PopulationModel, Residual, Spread, Within
from gentian.language.wording import say_quantity

NAMES = {
    "ka": "rate of absorption",
    "cl": "clearance",
    "v": "volume",
    "v1": "central volume",
    "q": "exchange between the compartments",
    "v2": "peripheral volume",
    "lag": "lag before absorption",
    "vmax": "greatest rate of absorption",
    "km": "amount at half that rate",
}
USES = {
    "dosing": "may lead a consult",
    "robustness": "shown beside, never leads",
    "readable": "kept to be read, not selectable",
    "research": "research only",
}
READS = {"transcription": "read in a third party's transcription, not in the paper"}


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter: its name, its formula with the typical value, the relative standard error, a note."""

    name: str
    formula: str
    rse: str
    note: str


def list_rows(model: PopulationModel) -> list[Row]:
    """The table of a model's parameters."""
    return [
        Row(
            f"{NAMES[name]} ({name})",
            say_formula(model, name),
            item.rse or ("fixed" if item.fixed else "–"),
            item.note,
        )
        for name, item in model.parameters.items()
    ]


def say_structure(model: PopulationModel) -> str:
    """`one compartment, first-order absorption`."""
    number = "one compartment" if model.compartments == 1 else "two compartments"
    lag = ", with lag" if "lag" in model.parameters else ""
    return f"{number}, {model.absorption} absorption{lag}; concentration in {model.concentration}"


def say_formula(model: PopulationModel, name: str) -> str:
    """`5.63 L/h × (weight ÷ 28.5 kg)^0.5`: sums of deviations first, factors afterwards."""
    base = say_quantity(model.parameters[name].value)
    effects = [item for item in model.covariates if item.on == name]
    sums = [_say_offset(item) for item in effects if item.kind == "offset"]
    first = f"({base} {' '.join(sums)})" if sums else base
    return " × ".join([first, *(_say_factor(item) for item in effects if item.kind != "offset")])


def _say_offset(item: Covariate) -> str:
    sign = "−" if (item.slope or 0) < 0 else "+"
    return f"{sign} {abs(item.slope or 0):g} × ({_say(item.of)} − {say_quantity(item.center)})"


def _say_factor(item: Covariate) -> str:
    of = _say(item.of)
    if item.kind == "factor":
        return f"{item.factor:g} with {of}"
    if item.kind == "factor-above":
        return f"{item.factor:g} if {of} is above {say_quantity(item.limit)}"
    if item.kind == "linear":
        sign = "−" if (item.slope or 0) < 0 else "+"
        return f"(1 {sign} {abs(item.slope or 0):g} × {of} ÷ {say_quantity(item.center)})"
    return f"({of} ÷ {say_quantity(item.center)})^{_say_signed(item.exponent)}"


def _say_signed(value: float | None) -> str:
    return f"{value or 0:g}".replace("-", "−")


def _say(name: str) -> str:
    return name.replace("-", " ")


def list_conditions(model: PopulationModel) -> Iterator[str]:
    """What is put in for a covariate that is missing, too high, or means something else."""
    for item in model.covariates:
        of = f"{_say(item.of)} (on {item.on})"
        if not item.missing:
            yield f"{of}: without it the model is not eligible"
        else:
            yield f"{of}: {say_quantity(item.missing)} where none is on record"
        if item.cap:
            when = f" while {_say_criterion(item.cap_when)}" if item.cap_when else ""
            yield f"{of}: at most {say_quantity(item.cap)} is put in{when}"
        if item.ignored_when:
            yield f"{of}: {say_quantity(item.missing)} instead, while {_say_criterion(item.ignored_when)}"
        if item.note:
            yield f"{of}: {item.note}"


def _say_criterion(name: str) -> str:
    return f"`{name}`"


def say_spread(spread: Spread) -> str:
    """`clearance: variance 0.0353 on the log scale (standard deviation 0.188)`."""
    names = " with ".join(NAMES[name] for name in spread.of)
    if len(spread.of) == 2:
        said = f"{names}: covariance {spread.variance:g}"
    else:
        deviation = spread.variance**0.5
        said = f"{names}: variance {spread.variance:g} on the log scale (standard deviation {deviation:.3g})"
    printed = f"; printed as {spread.printed}" if spread.printed else ""
    return f"{said}{printed}{'. ' + spread.note if spread.note else ''}"


def say_residual(residual: Residual) -> str:
    """`additive 1.93 ng/mL and proportional 0.249`."""
    if residual.kind == "log":
        said = f"standard deviation {residual.log_sd:g} on the log scale"
    else:
        parts = [f"additive {say_quantity(residual.additive)}"] if residual.additive else []
        parts += [f"proportional {residual.proportional:g}"] if residual.proportional else []
        said = " and ".join(parts)
    return f"{said}{' (' + residual.note + ')' if residual.note else ''}"


def say_range(within: Within) -> str:
    """`weight: 7 kg to 43 kg`."""
    if within.low and within.high:
        return f"{_say(within.of)}: {say_quantity(within.low)} to {say_quantity(within.high)}"
    end = f"from {say_quantity(within.low)}" if within.low else f"up to {say_quantity(within.high)}"
    return f"{_say(within.of)}: {end}"
