"""Population models of a medicine, and the rules of a consult, as the guideline writes them.

A model is named `substance.author-year` and is a transcription of one paper: structure, typical values with
their relative standard error, covariates, variability, residual error, the people it was built from, the assay
they were measured with. Every quantity is a text with its unit; `kinetics_check` refuses an incomplete or
dimensionally wrong one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from msgspec import Struct

from .entry import Entry, Read, Review
from .quantities import parse_literal
from .units import convert

Use = Literal["dosing", "robustness", "readable", "research"]
UNRANKED = 50

COMPARTMENTS = {1: ("cl", "v"), 2: ("cl", "v1", "q", "v2")}
ABSORPTION = {"first-order": ("ka",), "saturable": ("vmax", "km")}
LAG = "lag"
UNITS = {
    "ka": "/h",
    "cl": "L/h",
    "v": "L",
    "v1": "L",
    "q": "L/h",
    "v2": "L",
    "lag": "h",
    "vmax": "mg/h",
    "km": "mg",
}  # of typical values: what calculation reads them in

# Every rule of a consult, and the unit that calculation reads it in (`1`: a share, a factor or a count).
RULES = {
    "trough_from_share": "1",
    "steady_after": "h",
    "sample_time_within": "h",
    "sample_time_sd": "h",
    "floor_share": "1",
    "outlier_residual": "1",
    "outlier_probability": "1",
    "toxic_from": "ng/mL",
    "assay_bias_sd": "1",
    "formulation_cv": "1",
    "inflation": "1",
    "weight_floor": "1",
    "tempering": "1",
    "interval": "1",
    "interaction_sd": "1",
    "inhibition_ramp": "h",
    "induction_ramp": "h",
    "strong_ratio": "1",
    "fold_per_step": "1",
    "second_look": "1",
    "most_per_surface": "mg/m2/d",
    "most_per_day": "mg/d",
    "most_on_any_day": "mg",
    "label_difference": "1",
    "loading_factor": "1",
    "liver_less_mild": "1",
    "liver_less_severe": "1",
    "weight_old_in_child": "h",
    "levels_to_consider": "1",
    "levels_to_highlight": "1",
    "levels_to_lead": "1",
    "worth_a_change": "1",
    "adherence_share": "1",
    "adherence_better": "1",
    "level_memory": "h",
    "after_interaction": "h",
    "kept_at_least": "h",
    "kept_until": "h",
    "first_level_from": "h",
    "first_level_until": "h",
    "level_when_stable": "h",
    "after_load_from": "h",
    "after_load_until": "h",
    "after_toxic_from": "h",
    "after_toxic_until": "h",
}


@lru_cache(maxsize=1024)  # the guideline's own quantities, the same for everybody
def read_number(text: str, unit: str) -> float:
    """A quantity such as `5.63 L/h` or `-1 h` in `unit`. Raises QuantityError, UnitError."""
    sign = -1.0 if text.startswith("-") else 1.0
    return sign * float(convert(*parse_literal(text.removeprefix("-")), unit))


def list_parameters(model: PopulationModel) -> tuple[str, ...]:
    """The parameters that the structure of a model asks for, without the lag it may have."""
    return (*ABSORPTION[model.absorption], *COMPARTMENTS[model.compartments])


class Estimate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A typical value: `5.63 L/h`. rse: relative standard error, `9 %`, empty where none is printed."""

    value: str
    rse: str = ""
    fixed: bool = False
    note: str = ""


class Covariate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a covariate changes a parameter; `of` is a name of `ConsultEntry.covariates`.

    Every value is written in the very unit of its source, so that no reader has to convert.

    power: × (x / center)^exponent. factor: × factor while `of` is on, or for a genotype that is true.
    factor-above: × factor where x > limit. linear: × (1 + slope × x / center).
    offset: + slope × (x − center), in the parameter's own unit per unit of x (readable models only).
    dose-power: × (daily dose / center)^exponent (readable models only: an artefact of monitoring).
    missing: the value taken where none is on record (said), else the model is not eligible.
    cap: the most that is put in; cap_when: the criterion under which the cap holds (empty: always).
    ignored_when: the criterion under which the value on record means something else, so that `missing` is put in.
    """

    on: str
    kind: Literal["power", "factor", "factor-above", "linear", "offset", "dose-power"]
    of: str
    center: str = ""
    exponent: float | None = None
    factor: float | None = None
    limit: str = ""
    slope: float | None = None
    missing: str = ""
    cap: str = ""
    cap_when: str = ""
    ignored_when: str = ""
    note: str = ""


class Spread(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Between people: `of` one parameter a variance on the log scale, or `of` two a covariance."""

    of: list[str]
    variance: float
    printed: str = ""
    note: str = ""


class Residual(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """combined: variance = additive² + (proportional × prediction)²; log: `log_sd` on the log scale."""

    kind: Literal["combined", "log"] = "combined"
    additive: str = ""  # `1.93 ng/mL`
    proportional: float = 0.0
    log_sd: float = 0.0
    note: str = ""


class Population(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who the model was built from. same_disease: is it the disease group of this guideline?"""

    says: str
    people: int
    levels: int | None = None
    rich: bool = False  # sampled after the dose too, not troughs alone
    same_disease: bool = False


class Within(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A range the model was studied in: both ends with units, an open end is empty."""

    of: str  # age | weight | any covariate
    low: str = ""
    high: str = ""


class PopulationModel(Entry, frozen=True, kw_only=True):
    """One published model. use: dosing (selectable), robustness (shown beside, never leads),
    readable (kept, not selectable, `because`), research (another analyte or a question of its own).

    assay: empty where the evidence does not name it, which no selectable model may leave open.
    rank: the first eligible one leads; UNRANKED where the model never leads.
    """

    model: str
    medicine: str
    name: str
    use: Use
    population: Population
    assay: str  # id in `ConsultEntry.assays`
    compartments: Literal[1, 2]
    absorption: Literal["first-order", "saturable"] = "first-order"
    parameters: dict[str, Estimate]  # ka, cl, v | ka, cl, v1, q, v2 | lag; saturable: vmax, km
    variability: list[Spread]
    residual: Residual
    within: list[Within]
    concentration: str = "ng/mL"
    analyte: str  # measurement of the vocabulary
    covariates: list[Covariate] = []
    rank: int = UNRANKED
    because: str = ""
    traps: list[str] = []
    read: Literal["seen", "known", "derived", "proposal", "transcription"]
    source: str
    cites: list[str]
    review: Review = Review()
    tests: list[dict[str, object]] = []  # worked by hand: {weight: 20 kg, …, cl: 4.7 L/h}


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One threshold of the consult, with where it comes from; `value` is a quantity, or names a parameter."""

    value: str
    cites: list[str]
    read: Read
    says: str = ""


class Assay(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A method of measurement. names: how laboratories print it. group: what may be compared."""

    id: str
    name: str
    group: Literal["immunoassay", "chromatography"]
    names: list[str] = []
    lowest: str = ""  # the lower limit of quantification where one is printed
    note: str = ""


class CovariateSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a covariate is read: a measurement, a medicine being on, or `age`.

    of: empty where the record has no place for it; no selectable model may rest on such a one.
    not_older: a value older than this is not used (per child, adult), and that is said.
    """

    covariate: str
    of: str
    unit: str = ""
    not_older: dict[str, str] = {}


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target range of troughs and whose it is.

    low, high: the name of a parameter or of a figure, or a quantity.
    """

    id: str
    low: str
    high: str
    whose: str
    cites: list[str]


class Refusal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No dose where the criterion is true; if it is unknown: `refuse`, `say` or `silent`."""

    when: str
    says: str
    mend: str = ""
    asks: str = ""  # said where it is unknown and `if_unknown` says so
    if_unknown: Literal["refuse", "say", "silent"] = "silent"
    cites: list[str] = []


class ConsultEntry(Entry, frozen=True, kw_only=True):
    """What the consult of one medicine goes by; no threshold of it stands in Python.

    products: what a dose is measured or counted in; none of them is split. missed: the fact that says whether
    doses are missed.
    """

    consult: str
    medicine: str
    level: str  # measurement
    dose: str  # the dose record that stands alone where there is no level
    targets: list[Target]  # the first is the default
    assays: list[Assay]
    covariates: list[CovariateSource]
    refusals: list[Refusal]
    rules: dict[str, Rule]
    products: list[str] = []
    missed: str = ""
    sentences: dict[str, str] = {}
    cites: list[str]
    review: Review = Review()
