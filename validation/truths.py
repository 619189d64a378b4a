"""What is taken to be true of a virtual person: one model of the guideline, with a clearance of their own.

The truth is simulated with the package's own closed form (section 1 of the report checks that against an ODE
solver) and with the model's own variability and residual error, without any inflation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np

from gentian.language.kinetics import PopulationModel
from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.eligibility import Candidate
from gentian.pharmacokinetics.history import History
from gentian.pharmacokinetics.individual import Setting, build_problem, read_additive
from gentian.pharmacokinetics.problem import Doses, Floats, Problem

from .clinic import CONSULT, GUIDELINE, RULES
from .people import OLDEST_CHILD, YOUNGEST, Person, Range
from .records import DAY, Drawn, repeat, value

SOUGHT = 0.5  # ng/mL: below it a simulated laboratory reports no number, unless the assay itself stops higher


@dataclass(frozen=True, slots=True)
class Truth:
    """A model taken as the truth. faster: factor on its clearance; proportional: error where not as printed."""

    id: str
    name: str
    model: str
    people: Range
    faster: float = 1.0
    proportional: float | None = None

    @property
    def source(self) -> PopulationModel:
        """The model of the guideline."""
        model = GUIDELINE.models[self.model]
        if self.proportional is None:
            return model
        from msgspec.structs import replace as change

        return change(model, residual=change(model.residual, proportional=self.proportional))


CHILD = (YOUNGEST, OLDEST_CHILD)
ADULT = (18.0, 64.0)
TRUTHS = {
    truth.id: truth
    for truth in (
        Truth("cheng", "Cheng 2020", "sirolimus.cheng-2020", Range((8, 43), (1.05, 15))),
        Truth("chen21", "Chen 2021", "sirolimus.chen-2021", Range((8, 60), CHILD)),
        Truth("fan", "Fan 2024", "sirolimus.fan-2024", Range((8, 60), (1.05, 12))),
        Truth("bridge", "Bridge", "sirolimus.bridge-2026", Range((8, 60), CHILD)),
        Truth("chen20", "Chen 2020, non-expresser", "sirolimus.chen-2020", Range((8, 60), CHILD)),
        Truth("chen20x", "Chen 2020, expresser", "sirolimus.chen-2020", Range((8, 60), CHILD), 1.999),
        Truth(
            "golubovic", "Golubović 2019", "sirolimus.golubovic-2019", Range((45, 90), ADULT, True)
        ),
        Truth(
            "mao", "Mao 2024", "sirolimus.mao-2024", Range((45, 90), (28, 64), True),
            proportional=0.18,
        ),
        Truth("jiao", "Jiao 2009", "sirolimus.jiao-2009", Range((45, 90), (19, 64), True)),
    )
}  # fmt: skip
DOSING = ("cheng", "chen21", "fan", "golubovic")  # models that may carry a dose


@dataclass(frozen=True, slots=True)
class Body:
    """One person's true kinetics. eta (E,); problem: the truth's own, without levels."""

    truth: Truth
    person: Person
    problem: Problem
    eta: Floats

    def follow(self, days: Sequence[float] | Floats, doses: Doses) -> Floats:
        """True concentration (T,) on days since the first dose."""
        return predict(self.problem, self.eta, np.asarray(days, dtype=float) * DAY, doses)


def embody(
    truth: Truth,
    person: Person,
    history: History,
    generator: np.random.Generator,
    drift: Sequence[tuple[int, float]] = (),
) -> Body:
    """Draw a person's own kinetics. history: carries what the truth looks at (weights over time).

    drift: (day, factor on the clearance from then on).
    """
    problem = build_problem(Candidate(truth.source, True, (), False), _set(history, person))
    shift = np.zeros_like(problem.typical)
    shift[:, problem.structure.names.index("cl")] = log(truth.faster)
    problem = replace(problem, typical=problem.typical + shift)
    root = np.linalg.cholesky(problem.omega)
    eta = root @ generator.standard_normal(len(problem.omega))
    return Body(truth, person, _drift(problem, drift), eta)


def _set(history: History, person: Person) -> Setting:
    """What the truth's model looks at; some of it no record would hold."""
    hidden = {
        "cholesterol": repeat(person.cholesterol, round(history.index / DAY)),
        "ciclosporin-trough": (value(0.0, person.ciclosporin),),
        "daily-dose": (value(0.0, person.dose),),
    }
    history = replace(history, levels=(), series={**history.series, **hidden})
    criteria: Mapping[str, bool | None] = {}
    return Setting(CONSULT, RULES, history, (), criteria, "", person.form)


def _drift(problem: Problem, drift: Sequence[tuple[int, float]]) -> Problem:
    """Further periods, in which the clearance is another."""
    for day, factor in drift:
        at = day * DAY
        place = int(np.searchsorted(problem.begins, at, side="left"))
        if place == len(problem.begins) or problem.begins[place] != at:
            problem = replace(
                problem,
                begins=np.insert(problem.begins, place, at),
                typical=np.insert(problem.typical, place, problem.typical[place - 1], axis=0),
                design=np.insert(problem.design, place, problem.design[place - 1], axis=0),
            )
        typical = problem.typical.copy()
        typical[place:, problem.structure.names.index("cl")] += log(factor)
        problem = replace(problem, typical=typical)
    return problem


def make_doses(amounts: Sequence[tuple[float, float, int]], size: int) -> Doses:
    """Segments (day, mg, count) once daily by mouth as the truth's doses. size: number of random effects."""
    rows = [row for row in amounts if row[1] > 0 and row[2] > 0]
    count = len(rows)
    return Doses(
        start=np.array([row[0] * DAY for row in rows], dtype=float),
        amount=np.array([row[1] for row in rows], dtype=float),
        every=np.full(count, DAY),
        count=np.array([row[2] for row in rows], dtype=np.int64),
        duration=np.zeros(count),
        oral=np.ones(count, dtype=bool),
        fraction=np.zeros(count),
        design=np.zeros((count, size)),
    )


def measure(truth: Truth, concentration: float, normal: float) -> float:
    """What the truth's laboratory would read. normal: a standard normal number."""
    residual = truth.source.residual
    if residual.log_sd > 0:
        return concentration * float(np.exp(residual.log_sd * normal))
    sd = float(np.hypot(read_additive(truth.source), residual.proportional * concentration))
    return max(concentration + sd * normal, 0.0)


def report(truth: Truth, day: int, reading: float, assay: str | None = None) -> Drawn:
    """As it is printed: to a tenth, and below what the assay can tell as `<`."""
    name = truth.source.assay if assay is None else assay
    found = next((item for item in CONSULT.assays if item.id == name), None)
    lowest = float(found.lowest.split()[0]) if found is not None and found.lowest else SOUGHT
    if reading < lowest:
        return Drawn(day, lowest, True, name)
    return Drawn(day, round(reading, 1), False, name)
