"""Figures: numbers that the guideline quotes from its sources and compares nothing with.

A parameter decides, and a centre may set its own; a figure is what somebody found ("7 of 9"), so that no
overlay changes it. Both are named, cited and tagged, and printed by `{name}` in a sentence.
"""

from __future__ import annotations

from .entry import Entry, Read
from .wording import say_quantity


class Figure(Entry, frozen=True, kw_only=True):
    """value: a quantity, or two for a range (`[3 mo, 6 mo]`). of: the whole, for "7 of 9"."""

    figure: str
    name: str
    value: str | list[str]
    of: str = ""
    cites: list[str]
    read: Read


def say_figure(figure: Figure) -> str:
    """`80 %`, `3 to 6 months`, `7 of 9`: the unit of a range stands once."""
    if isinstance(figure.value, list):
        low, high = figure.value
        text = f"{low.rpartition(' ')[0]} to {say_quantity(high)}"
    else:
        text = say_quantity(figure.value)
    return f"{text} of {say_quantity(figure.of)}" if figure.of else text
