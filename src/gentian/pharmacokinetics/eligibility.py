"""Which models may speak of a person: use, studied range, covariates on record (evidence sections 1.3, 1.6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gentian.language.dates import parse_duration
from gentian.language.kinetics import ConsultEntry, CovariateSource, PopulationModel, Within
from gentian.language.quantities import parse_literal
from gentian.language.units import convert
from gentian.language.wording import say_quantity

from .history import History
from .report import Said
from .rules import HOUR

HOURS_A_YEAR = 8766.0
GROWN = 18.0  # years; `not_older` speaks of children and adults
LEADING = ("dosing",)
BESIDE = ("dosing", "robustness")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model and whether it may speak. reasons: why not; notes: what was put in for something missing.

    foreign: the person is outside the studied disease or assay, so that all variances are widened.
    """

    model: PopulationModel
    eligible: bool
    reasons: tuple[Said, ...] = ()
    foreign: bool = True

    @property
    def leads(self) -> bool:
        """May it carry a dose, or only stand beside?"""
        return self.eligible and self.model.use in LEADING


Covariates = Mapping[str, float | bool | None]


def read_covariates(
    consult: ConsultEntry, history: History, hours: float
) -> dict[str, float | bool | None]:
    """Covariates at a time: the latest value before it, else the first after; age in years.

    A medicine as a covariate is true while it is on; it is false otherwise, because a medicine that nobody
    recorded changes nothing that could be put in.
    """
    found: dict[str, float | bool | None] = {}
    for source in consult.covariates:
        if source.of == "age":
            found[source.covariate] = _read_age(history, hours)
        elif source.unit:
            found[source.covariate] = _read_series(history, source, hours)
        else:
            found[source.covariate] = any(
                one.medicine == source.of
                and one.starts <= hours
                and (one.ends is None or one.ends > hours)
                for one in history.companions
            )
    return found


def _read_age(history: History, hours: float) -> float | None:
    if history.age is None:
        return None
    middle = sum(history.age) / 2
    return max(middle - (history.index - hours) / HOURS_A_YEAR, 0.0)


def _read_series(history: History, source: CovariateSource, hours: float) -> float | None:
    """The value nearest before a time, else the first after, unless it is too far off to be used."""
    values = history.series.get(source.covariate, ())
    before = [item for item in values if item.hours <= hours]
    found = before[-1] if before else next(iter(values), None)
    if found is None or abs(found.hours - hours) > find_lifetime(history, source):
        return None
    return found.value


def find_lifetime(history: History, source: CovariateSource) -> float:
    """Hours for which a value of a covariate may be used; without end where the source sets none."""
    grown = history.age is not None and history.age[0] >= GROWN
    text = source.not_older.get("adult" if grown else "child", "")
    return parse_duration(text) / HOUR if text else float("inf")


def judge_model(
    model: PopulationModel,
    consult: ConsultEntry,
    history: History,
    assay: str,
    find_missing: Callable[[PopulationModel, Covariates], list[Said]],
) -> Candidate:
    """May this model speak of this person, and if not, why.

    assay: of the latest valid level, empty if none. find_missing: what the model needs and nobody recorded.
    """
    foreign = not model.population.same_disease or model.assay != assay
    if model.use not in BESIDE:
        why = Said(id="not-selectable", kind="note", says=model.because, cites=model.cites)
        return Candidate(model, False, (why,), foreign)
    covariates = read_covariates(consult, history, history.index)
    found = [_check_range(model, limits, consult, history, covariates) for limits in model.within]
    reasons = [why for why in found if why is not None] + find_missing(model, covariates)
    return Candidate(model, not reasons, tuple(reasons), foreign)


def _check_range(
    model: PopulationModel,
    limits: Within,
    consult: ConsultEntry,
    history: History,
    covariates: Covariates,
) -> Said | None:
    """Outside the range the model was studied in, or not known to be inside."""
    unit = next(item.unit for item in consult.covariates if item.covariate == limits.of)
    low, high = (_turn(text, unit) for text in (limits.low, limits.high))
    if limits.of == "age":
        ends = history.age
    else:
        value = covariates.get(limits.of)
        ends = None if value is None or isinstance(value, bool) else (value, value)
    studied = f"{model.name} was built from {limits.of} {_say_range(limits)}"
    if ends is None:
        return _outside(model, f"{studied}; the {limits.of} is not on record")
    if (low is not None and ends[0] < low) or (high is not None and ends[1] > high):
        return _outside(model, f"{studied}; this person has {_print(ends, unit)}")
    return None


def _outside(model: PopulationModel, says: str) -> Said:
    return Said(id="outside-range", kind="note", says=says, cites=model.cites)


def _turn(text: str, unit: str) -> float | None:
    return float(convert(*parse_literal(text), unit)) if text else None


def _say_range(limits: Within) -> str:
    low, high = (say_quantity(text) for text in (limits.low, limits.high))
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"up to {high}"


def _print(ends: tuple[float, float], unit: str) -> str:
    shown = list(dict.fromkeys(f"{end:.3g}" for end in ends))
    return say_quantity(f"{'-'.join(shown)} {unit}")
