"""The models of a consult as a list: each with the people it was built from, and why it may lead or may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gentian.language.kinetics import PopulationModel, Within
from gentian.language.wording import say_quantity
from gentian.pharmacokinetics.report import Consult

from .forecast_fair import write_fair
from .forecast_wording import MODEL_USES, label_model, say_model
from .lines import wrap

SHAPES = {"dosing": "●", "robustness": "○"}
REST = "    "


def render_models(models: Iterable[PopulationModel]) -> str:
    """Return every model of the guideline, those that may lead first, ending in a newline."""
    uses = list(MODEL_USES)
    order = sorted(models, key=lambda one: (uses.index(one.use), one.rank, one.model))
    lines = [line for model in order for line in _describe(model)]
    foot = "With a record: gentian dose FILE --models says which of them may speak for this person."
    return "\n".join([*lines, foot]) + "\n"


def _describe(model: PopulationModel) -> Iterator[str]:
    lead = f"{SHAPES.get(model.use, '–')} {model.model}"
    yield from wrap(f"{lead}  {model.name}: {MODEL_USES[model.use]}", rest=REST)
    people = model.population
    counted = f"{people.people} people" + (f", {people.levels} levels" if people.levels else "")
    assay = f"measured by {model.assay}" if model.assay else "assay not stated"
    yield from wrap(f"{people.says} ({counted}; {assay})", REST, REST)
    ranges = [_say_range(within) for within in model.within]
    if ranges:
        yield from wrap(f"only within {'; '.join(ranges)}", REST, REST)
    if model.because:
        yield from wrap(f"because {model.because}", REST, REST)
    for trap in model.traps:
        yield from wrap(f"trap: {trap}", REST, REST)


def _say_range(within: Within) -> str:
    """`weight 7 kg to 43 kg`, with one end where the other is open."""
    low, high = (say_quantity(end) if end else "" for end in (within.low, within.high))
    if low and high:
        return f"{within.of} {low} to {high}"
    return f"{within.of} from {low}" if low else f"{within.of} up to {high}"


def render_judged(consult: Consult) -> str:
    """Return what became of each model for one person, ending in a newline."""
    consult = write_fair(consult)
    lines = wrap(f"Models for {consult.person} as of {consult.as_of}", rest=REST)
    for model in sorted(consult.models, key=lambda one: (not one.leads, not one.eligible)):
        lines += wrap(f"{label_model(model)} {model.id}  {say_model(model)}", rest=REST)
    return "\n".join(lines) + "\n"
