"""Which models may speak of a person: use, studied range, covariates on record (evidence sections 1.3, 1.6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from gentian.language.dates import parse_duration
from gentian.language.kinetics import ConsultEntry, CovariateSource, PopulationModel, Within
from gentian.language.quantities import parse_literal
from gentian.language.units import convert
from gentian.language.wording import say_quantity

from .history import History, Value
from .report import Said
from .rules import HOUR

HOURS_A_YEAR = 8766.0
LEADING = ("dosing",)
UNRECORDED = "not-on-record"
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
    notes: tuple[Said, ...] = ()

    @property
    def leads(self) -> bool:
        """May it carry a dose, or only stand beside?"""
        return self.eligible and self.model.use in LEADING


Covariates = Mapping[str, float | bool | None]


def read_covariates(
    consult: ConsultEntry, history: History, hours: float
) -> dict[str, float | bool | None]:
    """Covariates at a time: the nearest value that is not too far off; age in years.

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
    """The nearest value in time, if it is not older than the entry allows.

    The nearest and not the last: a child that was weighed two years before a level and a month after it had
    the later weight.
    """
    values = history.series.get(source.covariate, ())
    turns = list_turns(values)
    near = max((place for place, turn in enumerate(turns) if turn <= hours), default=None)
    if near is None:
        return None
    reach = find_reach(source)
    return values[near].value if -reach <= hours - values[near].hours < reach else None


def list_turns(values: Sequence[Value]) -> list[float]:
    """From which hour on each value is the nearest: half-way from the one before; the first since ever."""
    between = [(one.hours + other.hours) / 2 for one, other in pairwise(values)]
    return [-inf, *between] if values else []


def find_reach(source: CovariateSource) -> float:
    """For how many hours on either side a value may be used; without end where the entry sets no limit."""
    return min((parse_duration(text) / HOUR for text in source.not_older.values()), default=inf)


def list_changes(source: CovariateSource, history: History) -> set[float]:
    """The hours at which the value of a covariate is another one, or begins or ends to be of use."""
    values = history.series.get(source.covariate, ())
    turns, reach = [*list_turns(values), inf], find_reach(source)
    edges = set(turns[1:-1])
    for place, value in enumerate(values):
        ends = (value.hours - reach, value.hours + reach)
        edges |= {end for end in ends if turns[place] < end < turns[place + 1]}
    return edges


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
        says = f"{studied}; the {limits.of} is not on record"
        return Said(id=UNRECORDED, kind="note", says=says, cites=model.cites)
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
