"""Stand-ins for code that holds a hazard, each with that hold taken out; name of the code → the stand-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec

from gentian.language.model import Concept, DoseRecord, Vocabulary

Made = Callable[..., Any]


def assume_a_strength(original: Made) -> Made:
    """Measure a liquid of unknown strength as if it held 1 mg/mL."""

    def stand_in(record: DoseRecord, vocabulary: Vocabulary, unit: str) -> Any:
        concepts = {
            name: item if item.strength else msgspec.structs.replace(item, strength="1 mg/mL")
            for name, item in vocabulary.concepts.items()
        }
        return original(record, msgspec.structs.replace(vocabulary, concepts=concepts), unit)

    return stand_in


def assume_a_unit(original: Made) -> Made:
    """Read a number without a unit as if it were in the unit of the guideline."""

    def stand_in(number: str, unit: str, concept: Concept) -> Any:
        return original(number, unit or concept.unit, concept)

    return stand_in


def hide_expired_rules(original: Made) -> Made:
    """Leave out every statement whose review is overdue, safety rules too."""

    def stand_in(*given: Any) -> Any:
        plan = original(*given)
        hidden = [] if "overdue" in plan.review else plan.statements
        return msgspec.structs.replace(plan, statements=hidden)

    return stand_in


def trust_every_level(original: Made) -> Made:
    """Take every level for a valid trough, whenever and however it was drawn, and ask nothing."""

    def stand_in(*given: Any) -> Any:
        history = original(*given)
        levels = tuple(replace(level, reasons=(), placed=True) for level in history.levels)
        return replace(history, levels=levels, questions=())

    return stand_in


def refuse_nothing(original: Made) -> Made:
    """Consider a dose whatever stands against it."""
    return lambda *given: []


STAND_INS: dict[str, Callable[[Made], Made]] = {
    "gentian.dosing.products:list_measures": assume_a_strength,
    "gentian.chart.results:_convert": assume_a_unit,
    "gentian.plan.assembly:assemble": hide_expired_rules,
    "gentian.pharmacokinetics.case:read_history": trust_every_level,
    "gentian.pharmacokinetics.consult:list_refusals": refuse_nothing,
}
