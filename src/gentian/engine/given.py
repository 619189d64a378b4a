"""The facts of a test person, as the guideline writes them beside a rule."""

from __future__ import annotations

from gentian.language.literals import convert_literal
from gentian.language.model import FactShape, Guideline

from .answers import FactValue


def read_given(guideline: Guideline, fact: str, value: object) -> FactValue:
    """A test person's fact: `12 10*9/L`, an interval `[12 10*9/L, 15 10*9/L]`, true, false or a word."""
    if fact not in guideline.program.shapes:
        raise KeyError(f"`{fact}` is not a fact")
    shape = guideline.program.shapes[fact]
    if value in ("unknown", None):
        return FactValue()
    if shape.gives == "yes-no":
        if not isinstance(value, bool):
            raise ValueError(f"`{fact}` is yes-no; `{value}` is not true or false")
        return FactValue(truth=value, known=True)
    if shape.gives == "word":
        return FactValue(word=str(value), known=True)
    return _read_number(shape, value)


def _read_number(shape: FactShape, value: object) -> FactValue:
    if isinstance(value, list):
        low, high = (convert_literal(str(item), shape.unit) for item in value)
        return FactValue(low=low, high=high, known=True)
    ticks = convert_literal(str(value), shape.unit)
    return FactValue(low=ticks, high=ticks, known=True)
