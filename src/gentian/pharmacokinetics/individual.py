"""One model for one person: history, covariates, assays and companions as a numerical problem.

Random effects, in this order: the model's own between people; one for every assay other than the one the
forecast refers to; one for every dosage form other than the present one; one for every companion whose size
is known (evidence sections 1.3, 1.5, 1.6, 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np

from gentian.language.kinetics import ConsultEntry, PopulationModel
from gentian.language.quantities import parse_literal
from gentian.language.units import convert

from .companions import Influence
from .eligibility import Candidate, Covariates, list_changes, read_covariates
from .history import History, Intake, Level
from .problem import Doses, Floats, Problem, Samples, Structure
from .report import Said
from .rules import Rules
from .typical import CovariateError, calculate_typical

CONTRADICTED = "contradicted"
STEADY_ONLY = frozenset(
    {"not-a-trough", "not-steady-state"}
)  # a two-compartment model can still use it


@dataclass(frozen=True, slots=True)
class Setting:
    """What all models of one consult share.

    reference: the assay the forecast refers to: that of the latest valid level. form: the present dosage
    form. criteria: answers of the guideline, for caps that hold under a condition. influences: companions
    of known or unknown size.
    """

    consult: ConsultEntry
    rules: Rules
    history: History
    influences: tuple[Influence, ...]
    criteria: Mapping[str, bool | None]
    reference: str
    form: str

    @property
    def levels(self) -> tuple[Level, ...]:
        """Levels that can be put on the curve, in time."""
        return tuple(level for level in self.history.levels if level.placed)


@dataclass(frozen=True, slots=True)
class _Effects:
    """The columns of η beyond the model's own."""

    assays: tuple[str, ...]
    forms: tuple[str, ...]
    influences: tuple[Influence, ...]

    @property
    def count(self) -> int:
        return len(self.assays) + len(self.forms) + len(self.influences)


@dataclass(frozen=True, slots=True)
class Noise:
    """Residual error of a measured level, as standard deviations: in ng/mL, of its share, of its logarithm."""

    additive: float
    proportional: float
    log_sd: float


def build_problem(candidate: Candidate, setting: Setting, leave_out: Iterable[int] = ()) -> Problem:
    """The problem of a model and a person. leave_out: indices into `setting.levels` given no weight.

    Raises MissingCovariate where the model asks for what is not on record.
    """
    model = candidate.model
    structure = find_structure(model)
    own = [spread.of[0] for spread in model.variability if len(spread.of) == 1]
    effects = _list_effects(candidate, setting)
    size = len(own) + effects.count
    begins = _list_periods(setting, effects)
    typical = np.array([_find_typical(model, setting, at) for at in begins])
    design = np.zeros((len(begins), len(structure.names), size))
    for column, name in enumerate(own):
        design[:, structure.names.index(name), column] = 1.0
    _add_influences(structure, effects, begins, typical, design, len(own), setting.rules)
    return Problem(
        structure=structure,
        begins=begins,
        typical=typical,
        design=design,
        doses=make_doses(setting.history.intakes, setting, candidate),
        samples=_make_samples(candidate, setting, effects, len(own), size, set(leave_out)),
        omega=_make_omega(candidate, setting, own, effects),
        scale=1000.0 if model.concentration == "ng/mL" else 1.0,
    )


def find_structure(model: PopulationModel) -> Structure:
    """Compartments and lag of a model."""
    return Structure(model.compartments, "lag" in model.parameters)


def _list_effects(candidate: Candidate, setting: Setting) -> _Effects:
    assays = dict.fromkeys(level.assay for level in setting.levels)
    forms = dict.fromkeys(intake.form for intake in setting.history.intakes if intake.form)
    own = {item.of for item in candidate.model.covariates}
    return _Effects(
        tuple(assay for assay in assays if assay != setting.reference),
        tuple(form for form in forms if form != setting.form),
        tuple(item for item in setting.influences if item.sized and item.medicine not in own),
    )


# -- periods of constant parameters ---------------------------------------------------------------


def _list_periods(setting: Setting, effects: _Effects) -> Floats:
    """Where a covariate or an interaction changes; the first period reaches back without end."""
    history = setting.history
    changes = {change for one in effects.influences for change in one.changes()}
    for source in setting.consult.covariates:
        changes |= list_changes(source, history)
        for one in history.companions:
            if one.medicine == source.of:
                changes |= {one.starts, *([] if one.ends is None else [one.ends])}
    inside = sorted(change for change in changes if 0.0 < change <= history.index)
    return np.array([-np.inf, *inside])


def _find_typical(model: PopulationModel, setting: Setting, at: float) -> list[float]:
    covariates = read_covariates(setting.consult, setting.history, max(at, 0.0))
    values = calculate_typical(model, {**setting.criteria, **covariates}).values
    return [log(values[name]) for name in find_structure(model).names]


def find_missing(
    model: PopulationModel, covariates: Covariates, criteria: Mapping[str, bool | None]
) -> list[Said]:
    """What a model needs and nobody recorded, or cannot use, by the arithmetic that would use it."""
    try:
        calculate_typical(model, {**criteria, **covariates})
    except CovariateError as error:
        return [Said(id=f"needs-{error.covariate}", kind="note", says=f"{error}.")]
    return []


def note_put_in(
    model: PopulationModel, covariates: Covariates, criteria: Mapping[str, bool | None]
) -> list[Said]:
    """What was put in instead of a value on record, or because there is none."""
    return [
        Said(id=f"put-in-{item.covariate}", kind="note", says=f"{item.covariate}: {item.note}.")
        for item in calculate_typical(model, {**criteria, **covariates}).used
        if item.note
    ]


def _add_influences(
    structure: Structure,
    effects: _Effects,
    begins: Floats,
    typical: Floats,
    design: Floats,
    first: int,
    rules: Rules,
) -> None:
    """CL/F is divided by the AUC ratio, volumes by the share absorbed; the size itself is uncertain."""
    column = first + len(effects.assays) + len(effects.forms)
    clearances = [index for index, name in enumerate(structure.names) if name in ("cl", "q")]
    volumes = [index for index, name in enumerate(structure.names) if name.startswith("v")]
    for offset, one in enumerate(effects.influences):
        shares = np.array([one.share(at) for at in begins])
        typical[:, clearances] -= (shares * one.log_fraction)[:, None]
        typical[:, volumes] -= (shares * one.log_fraction)[:, None]
        typical[:, structure.names.index("cl")] += shares * one.log_clearance
        design[:, structure.names.index("cl"), column + offset] = -shares


# -- doses, levels, variances ---------------------------------------------------------------------


def make_doses(intakes: Iterable[Intake], setting: Setting, candidate: Candidate) -> Doses:
    """Intakes as segments by mouth, with the effect of another dosage form on what is absorbed."""
    intakes = tuple(intakes)
    own = sum(len(spread.of) == 1 for spread in candidate.model.variability)
    effects = _list_effects(candidate, setting)
    design = np.zeros((len(intakes), own + effects.count))
    for row, intake in enumerate(intakes):
        if intake.form in effects.forms:
            design[row, own + len(effects.assays) + effects.forms.index(intake.form)] = 1.0
    count = len(intakes)
    return Doses(
        start=np.array([item.start for item in intakes], dtype=float),
        amount=np.array([item.amount for item in intakes], dtype=float),
        every=np.array([item.every for item in intakes], dtype=float),
        count=np.array([item.count for item in intakes], dtype=np.int64),
        duration=np.zeros(count),
        oral=np.ones(count, dtype=bool),
        fraction=np.zeros(count),
        design=design,
    )


def _make_samples(
    candidate: Candidate,
    setting: Setting,
    effects: _Effects,
    first: int,
    size: int,
    leave_out: set[int],
) -> Samples:
    levels, noise = setting.levels, read_noise(candidate, setting.rules)
    count = len(levels)
    design = np.zeros((count, size))
    for row, level in enumerate(levels):
        if level.assay in effects.assays:
            design[row, first + effects.assays.index(level.assay)] = 1.0
    weight = [
        float(index not in leave_out and is_used(level, candidate.model))
        for index, level in enumerate(levels)
    ]
    return Samples(
        time=np.array([level.hours for level in levels], dtype=float),
        value=np.array([level.value for level in levels], dtype=float),
        below=np.array([level.below for level in levels], dtype=bool),
        bias=np.zeros(count),
        design=design,
        additive=np.full(count, noise.additive),
        proportional=np.full(count, noise.proportional),
        log_sd=np.full(count, noise.log_sd),
        floor=np.array([_find_floor(level, setting) for level in levels], dtype=float),
        weight=np.array(weight),
    )


def is_used(level: Level, model: PopulationModel) -> bool:
    """Does the model learn from this level? Early ones speak to two compartments only (section 7)."""
    hindering = set(level.reasons) - {"assay-change"}
    if model.compartments > 1:
        hindering -= STEADY_ONLY
    return level.placed and not hindering


def set_aside(setting: Setting, places: Iterable[int]) -> Setting:
    """The same with some levels of `setting.levels` only shown: later levels contradict them."""
    aside = {id(setting.levels[place]) for place in places}
    levels = tuple(
        replace(level, reasons=(*level.reasons, CONTRADICTED)) if id(level) in aside else level
        for level in setting.history.levels
    )
    return replace(setting, history=replace(setting.history, levels=levels))


def is_valid(level: Level) -> bool:
    """A trough at steady state, timed, dosed and with its assay: the only sort that is counted."""
    return level.placed and not set(level.reasons) - {"assay-change"}


def find_inflation(candidate: Candidate, rules: Rules) -> float:
    """The factor on every variance, residual error included, of a person foreign to the model (section 1.6, d)."""
    return rules.number("inflation") if candidate.foreign else 1.0


def read_noise(candidate: Candidate, rules: Rules) -> Noise:
    """The residual error that counts for this person.

    Widened like the variances between people: with the printed one, intervals of a foreign person covered too
    little the more levels there were (docs/validation.md).
    """
    residual, wider = candidate.model.residual, sqrt(find_inflation(candidate, rules))
    return Noise(
        read_additive(candidate.model) * wider,
        residual.proportional * wider,
        residual.log_sd * wider,
    )


def read_additive(model: PopulationModel) -> float:
    """The additive residual in the model's own concentration unit."""
    text = model.residual.additive
    return float(convert(*parse_literal(text), model.concentration)) if text else 0.0


def _find_floor(level: Level, setting: Setting) -> float:
    """A share of the limit of quantification: near zero a proportional error would vanish (section 7)."""
    assay = next((item for item in setting.consult.assays if item.id == level.assay), None)
    if assay is None or not assay.lowest:
        return 0.0
    lowest = float(convert(*parse_literal(assay.lowest), "ng/mL"))
    return lowest * setting.rules.number("floor_share")


def _make_omega(
    candidate: Candidate, setting: Setting, own: list[str], effects: _Effects
) -> Floats:
    rules = setting.rules
    size = len(own) + effects.count
    omega = np.zeros((size, size))
    wider = find_inflation(candidate, rules)
    for spread in candidate.model.variability:
        places = [own.index(name) for name in spread.of]
        omega[places[0], places[-1]] = omega[places[-1], places[0]] = spread.variance * wider
    others = [
        *[rules.number("assay_bias_sd")] * len(effects.assays),
        *[rules.number("formulation_cv")] * len(effects.forms),
        *[rules.number("interaction_sd")] * len(effects.influences),
    ]
    for offset, spread_of in enumerate(others):
        omega[len(own) + offset, len(own) + offset] = spread_of**2
    return omega


def with_doses(problem: Problem, doses: Doses) -> Problem:
    """The same person with other doses."""
    return replace(problem, doses=doses)
