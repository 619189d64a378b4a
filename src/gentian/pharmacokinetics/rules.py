"""The thresholds of a consult as numbers in the units that calculation needs."""

from __future__ import annotations

from dataclasses import dataclass

from gentian.engine.binding import find_parameter
from gentian.engine.settings import Settings
from gentian.language.kinetics import RULES, ConsultEntry, read_number
from gentian.language.model import Guideline

_NO_SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Rules:
    """Times in hours, shares and factors as they are, the others in the unit named.

    What each is for stands in `says` of the consult's own rule, with where it comes from.
    """

    # samples
    trough_from_share: float
    steady_after: float
    sample_time_within: float
    sample_time_sd: float
    floor_share: float
    outlier_residual: float
    outlier_probability: float
    toxic_from: float  # ng/mL
    # occasions and uncertainty
    assay_bias_sd: float
    formulation_cv: float
    inflation: float
    weight_floor: float
    tempering: float
    interval: float
    # interacting medicines
    interaction_sd: float
    inhibition_ramp: float
    induction_ramp: float
    strong_ratio: float
    # the dose
    fold_per_step: float
    second_look: float
    most_per_surface: float  # mg/m2/d
    most_per_day: float  # mg/d
    most_on_any_day: float  # mg
    label_difference: float
    loading_factor: float
    liver_less_mild: float
    liver_less_severe: float
    weight_old_in_child: float
    levels_to_consider: float
    levels_to_highlight: float
    # the next level
    kept_at_least: float
    kept_until: float
    first_level_from: float
    first_level_until: float
    level_when_stable: float
    after_load_from: float
    after_load_until: float
    after_toxic_from: float
    after_toxic_until: float


def read_rules(
    guideline: Guideline, consult: ConsultEntry, settings: Settings = _NO_SETTINGS
) -> Rules:
    """Every rule of a consult; one that names a parameter follows the overlay of a centre."""
    return Rules(
        **{
            name: read_number(say_rule(guideline, consult, name, settings), unit)
            for name, unit in RULES.items()
        }
    )


def say_rule(
    guideline: Guideline, consult: ConsultEntry, name: str, settings: Settings = _NO_SETTINGS
) -> str:
    """The quantity of a rule with its unit, as it is written."""
    value = consult.rules[name].value
    return find_parameter(guideline, value, settings) or value
