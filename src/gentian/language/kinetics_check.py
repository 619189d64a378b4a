"""Population models that are incomplete or dimensionally wrong: what is wrong where, and how to mend it.

A model that passes can be calculated with for anybody inside its ranges, and says of itself where it may not.
Its test people are compared in `pharmacokinetics/specs.py`, where the arithmetic is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from .kinetics import (
    LAG,
    UNITS,
    UNRANKED,
    Covariate,
    CovariateSource,
    PopulationModel,
    Spread,
    list_parameters,
)
from .model import Guideline
from .quantities import QuantityError, parse_literal
from .quantity_check import Problems, check_cites, check_quantity
from .units import Unit, UnitError, parse_unit

_ID = re.compile(r"([a-z][a-z-]*)\.[a-z][a-z-]*-[0-9]{4}")
_CALCULATED = ("dosing", "robustness")
_ONLY_READABLE = ("offset", "dose-power")
_YES_NO = ("yes", "no")
_LEAST_TESTS = 2
_LARGEST_SHARE = 1.5  # a proportional error above it is a percentage without its sign
_NEEDED = {
    "power": ("center", "exponent"),
    "dose-power": ("center", "exponent"),
    "factor": ("factor",),
    "factor-above": ("limit", "factor"),
    "linear": ("center", "slope"),
    "offset": ("center", "slope"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What models may name. sources: covariates of all consults; assays: their ids; by_medicine: who has one."""

    guideline: Guideline
    sources: Mapping[str, CovariateSource]
    assays: frozenset[str]
    by_medicine: frozenset[str]


def list_broken_models(guideline: Guideline) -> list[str]:
    """`file:line: model: what is wrong; how to mend it`, sorted; empty when every model can be used."""
    consults = guideline.consults.values()
    known = Known(
        guideline,
        {source.covariate: source for consult in consults for source in consult.covariates},
        frozenset(assay.id for consult in consults for assay in consult.assays),
        frozenset(consult.medicine for consult in consults),
    )
    found = {
        f"{model.line}: {model.model}: {problem}"
        for model in guideline.models.values()
        for problem in _check_model(model, known)
    }
    return sorted([*found, *_check_ranks(guideline)])


def _check_model(model: PopulationModel, known: Known) -> Problems:
    yield from _check_names(model, known)
    yield from _check_parameters(model)
    for covariate in model.covariates:
        yield from _check_covariate(model, covariate, known)
    yield from _check_variability(model)
    yield from _check_residual(model)
    yield from _check_ranges(model, known)
    yield from _check_use(model, known)
    yield from _check_tests(model, known)


def _check_names(model: PopulationModel, known: Known) -> Problems:
    guideline = known.guideline
    match = _ID.fullmatch(model.model)
    if match is None or not f"{model.medicine}-".startswith(f"{match[1]}-"):
        yield "its id is not `substance.author-year`; write for example `sirolimus.cheng-2020`"
    if model.medicine not in guideline.vocabulary.concepts:
        yield f"medicine: `{model.medicine}` is not in the vocabulary; check its spelling"
    analyte = guideline.vocabulary.concepts.get(model.analyte)
    if analyte is None or not analyte.unit:
        yield f"analyte: `{model.analyte}` is no measurement with a unit; check its spelling"
    else:
        yield from _check_scale(model.concentration, analyte.unit)
    if model.assay and model.assay not in known.assays:
        names = ", ".join(sorted(known.assays))
        yield f"assay: `{model.assay}` is unknown; write one of {names}, or add it to the consult"
    yield from check_cites(model.cites, guideline)


def _check_scale(concentration: str, unit: str) -> Problems:
    """A model reads levels in the unit that the record keeps them in."""
    found = _find_unit(f"1 {concentration}")
    if found is None or found.dimension != parse_unit("mg/L").dimension:
        yield f"concentration: `{concentration}` is no mass per volume; write for example ng/mL"
    elif found.symbol != parse_unit(unit).symbol:
        yield f"concentration: {concentration}, but its levels are kept in {unit}; write {unit}"


def _find_unit(text: str) -> Unit | None:
    try:
        return parse_literal(text.removeprefix("-"))[1]
    except (QuantityError, UnitError):
        return None


# --- parameters and covariates -----------------------------------------------------------------


def _check_parameters(model: PopulationModel) -> Problems:
    asked = list_parameters(model)
    structure = f"{model.compartments} compartment{'s' * (model.compartments > 1)}"
    for name in asked:
        if name not in model.parameters:
            with_ = f"{structure} and {model.absorption} absorption"
            yield f"parameter `{name}` is missing; {with_} ask for it, with its unit"
    for name, estimate in model.parameters.items():
        if name not in asked and name != LAG:
            yield f"parameter `{name}` has no place in {structure}; one of {', '.join(asked)}, {LAG}"
            continue
        yield from check_quantity(f"parameter `{name}`", estimate.value, UNITS[name])
        if estimate.rse:
            yield from check_quantity(f"rse of `{name}`", estimate.rse, "%")


def _check_covariate(model: PopulationModel, covariate: Covariate, known: Known) -> Problems:
    what = f"covariate `{covariate.of}` on `{covariate.on}`"
    if covariate.on not in model.parameters:
        yield f"{what}: the model has no parameter `{covariate.on}`; check its spelling"
    source = known.sources.get(covariate.of)
    if source is None:
        names = ", ".join(sorted(known.sources))
        yield f"{what}: unknown covariate; one of {names}, or add it to the consult"
        return
    for name in _NEEDED[covariate.kind]:
        if getattr(covariate, name) in ("", None):
            yield f"{what}: `{covariate.kind}` needs `{name}`; write it as the paper prints it"
    if model.use in _CALCULATED and covariate.kind in _ONLY_READABLE:
        yield f"{what}: `{covariate.kind}` is for readable models only; set `use: readable`"
    if model.use in _CALCULATED and not source.of:
        yield f"{what}: the record has no place for it; set `use: readable`, or say where it is read"
    yield from _check_values(what, covariate, source)
    for name in (covariate.cap_when, covariate.ignored_when):
        if name and name not in known.guideline.criteria:
            yield f"{what}: `{name}` is no criterion; check its spelling"
    if covariate.ignored_when and not covariate.missing:
        yield f"{what}: `ignored_when` needs `missing`, the value that is put in instead"


def _check_values(what: str, covariate: Covariate, source: CovariateSource) -> Problems:
    """Centre, limit, cap and substitute, in the unit of the source; yes or no where it has none."""
    if covariate.kind == "factor":
        if covariate.missing and covariate.missing not in _YES_NO:
            yield f'{what}: missing: `{covariate.missing}`; write "yes" or "no", in quotes'
        return
    if not source.unit:
        yield f"{what}: `{covariate.of}` is yes or no; only `kind: factor` can use it"
        return
    for name in ("center", "limit", "missing", "cap"):
        text = getattr(covariate, name)
        if text:
            yield from check_quantity(f"{what}: {name}", text, source.unit, same=True)


# --- variability and residual error --------------------------------------------------------------


def _check_variability(model: PopulationModel) -> Problems:
    if not model.variability:
        yield "no variability between people; without it no level would change the forecast"
        return
    problems = [text for spread in model.variability for text in _check_spread(model, spread)]
    yield from problems
    if not problems and not _is_positive_definite(model.variability):
        yield "the matrix of its variability is not positive definite; check variances and covariances"


def _check_spread(model: PopulationModel, spread: Spread) -> Problems:
    what = f"variability of {', '.join(f'`{name}`' for name in spread.of) or 'nothing'}"
    names = [tuple(sorted(other.of)) for other in model.variability]
    if len(spread.of) not in (1, 2) or len(set(spread.of)) != len(spread.of):
        yield f"{what}: name one parameter for a variance, two for a covariance"
    if names.count(tuple(sorted(spread.of))) > 1:
        yield f"{what}: stands twice; keep one"
    for name in spread.of:
        if name not in model.parameters:
            yield f"{what}: the model has no parameter `{name}`; check its spelling"
        if (name,) not in names:
            yield f"{what}: a covariance needs the variance of `{name}`; add it"
    if len(spread.of) == 1 and spread.variance <= 0:
        yield f"{what}: the variance {spread.variance:g} is not above zero; leave it out if none is printed"


def _is_positive_definite(spreads: list[Spread]) -> bool:
    """By Cholesky: every pivot is above zero."""
    names = [spread.of[0] for spread in spreads if len(spread.of) == 1]
    given = {tuple(sorted(spread.of * (3 - len(spread.of)))): spread.variance for spread in spreads}
    lower: dict[tuple[int, int], float] = {}
    for row, column in product(range(len(names)), repeat=2):
        if column > row:
            continue
        value = given.get(tuple(sorted((names[row], names[column]))), 0.0)
        value -= sum(lower[row, at] * lower[column, at] for at in range(column))
        if row == column and value <= 0:
            return False
        lower[row, column] = value**0.5 if row == column else value / lower[column, column]
    return True


def _check_residual(model: PopulationModel) -> Problems:
    residual = model.residual
    if residual.kind == "log":
        if residual.log_sd <= 0:
            yield "no residual error: `kind: log` needs `log_sd` above zero"
        if residual.additive or residual.proportional:
            yield "residual: `kind: log` has a `log_sd` only; take the others out, or write `combined`"
        return
    if not residual.additive and residual.proportional <= 0:
        yield "no residual error; write `additive` with its unit, `proportional`, or both"
    if residual.additive:
        yield from check_quantity("residual: additive", residual.additive, model.concentration)
    if residual.proportional > _LARGEST_SHARE:
        yield f"residual: proportional: {residual.proportional:g} is a fraction; write 0.25 for 25 %"
    if residual.log_sd:
        yield "residual: `log_sd` belongs to `kind: log`"


# --- ranges, use, tests ---------------------------------------------------------------------------


def _check_ranges(model: PopulationModel, known: Known) -> Problems:
    for within in model.within:
        what = f"within `{within.of}`"
        source = known.sources.get(within.of)
        if source is None or not source.unit:
            yield f"{what}: unknown covariate; check its spelling, or add it to the consult"
            continue
        if not within.low and not within.high:
            yield f"{what}: the range is empty; write `low`, `high` or both"
            continue
        ends = [text for text in (within.low, within.high) if text]
        problems = [
            text for end in ends for text in check_quantity(what, end, source.unit, same=True)
        ]
        yield from problems
        if (
            len(ends) == 2
            and not problems
            and parse_literal(ends[0])[0] >= parse_literal(ends[1])[0]
        ):
            yield f"{what}: nothing lies from {ends[0]} to {ends[1]}; check the numbers"


def _check_use(model: PopulationModel, known: Known) -> Problems:
    if model.use != "dosing":
        if not model.because:
            yield f"`use: {model.use}` without `because`; say why it is not selectable"
        if model.rank != UNRANKED:
            yield f"`rank` is for `use: dosing`; take it out of a model that never leads ({model.use})"
    else:
        yield from _check_selectable(model, known)
    if model.use in _CALCULATED and not model.assay:
        yield "assay: none; a level cannot be compared without its assay"
    if model.use in _CALCULATED and model.absorption == "saturable":
        yield "saturable absorption cannot be calculated here; set `use: readable`"


def _check_selectable(model: PopulationModel, known: Known) -> Problems:
    if model.rank == UNRANKED:
        yield "`use: dosing` without `rank`; write 1 for the first choice"
    if model.medicine not in known.by_medicine:
        yield f"`use: dosing`, but there is no `consult:` of {model.medicine}; add one"
    for name in ("age", "weight"):
        if not any(item.of == name and item.low and item.high for item in model.within):
            yield f"`use: dosing` without a range of {name}; add it to `within`, with both ends"


def _check_ranks(guideline: Guideline) -> Problems:
    """Two models of one medicine with the same rank: which leads would be chance."""
    seen: dict[tuple[str, int], PopulationModel] = {}
    for model in guideline.models.values():
        if model.use != "dosing" or model.rank == UNRANKED:
            continue
        other = seen.setdefault((model.medicine, model.rank), model)
        if other is not model:
            yield (
                f"{model.line}: {model.model}: rank {model.rank} is also that of {other.model}"
                f" ({other.line}); give each its own"
            )


def _check_tests(model: PopulationModel, known: Known) -> Problems:
    if len(model.tests) < _LEAST_TESTS:
        yield f"tests: {len(model.tests)} is too few; work out at least {_LEAST_TESTS} people by hand"
    criteria = {name for item in model.covariates for name in (item.cap_when, item.ignored_when)}
    for test in model.tests:
        for name, value in test.items():
            if name in model.parameters:
                yield from check_quantity(f"test: `{name}`", str(value), UNITS[name])
            elif name in {covariate.of for covariate in model.covariates}:
                yield from _check_given(name, value, known)
            elif name not in criteria or not isinstance(value, bool):
                yield f"test: `{name}` is neither a parameter nor a covariate of the model"
        if not set(test) & set(model.parameters):
            yield "test: expects no parameter; write what was worked out, such as `cl: 4.72 L/h`"


def _check_given(name: str, value: object, known: Known) -> Problems:
    source = known.sources.get(name)
    if source is None:
        return
    if not source.unit:
        if not isinstance(value, bool):
            yield f"test: `{name}` is yes or no; write true or false"
    else:
        yield from check_quantity(f"test: `{name}`", str(value), source.unit)
