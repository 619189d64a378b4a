"""Levels that lie far off: how often the consult says so of a slip of the pen, and how often of nothing."""

from __future__ import annotations

from dataclasses import replace

from .clinic import sit
from .forecasts import LEVEL_DAYS, Life, live
from .truths import TRUTHS

COUNT = len(LEVEL_DAYS)
PLAIN_ASSAY = "lc-ms-ms"  # one that reads low enough for a level ten times too low to be a number


def is_alarmed(truth: str, number: int, blind: bool, factor: float, place: int) -> bool:
    """After five levels, one of them times `factor`: is any called far off? blind: the true model is missing."""
    life = live(TRUTHS[truth], number)
    if factor != 1.0:
        life = slip(life, factor, place)
    history, _ = life.recall(COUNT)
    without = (TRUTHS[truth].model,) if blind else ()
    return "outlier" in sit(history, life.person.form, without, beside=False).silent


def slip(life: Life, factor: float, place: int) -> Life:
    """All levels by one plain assay, one of them mistyped."""
    levels = [replace(one, assay=PLAIN_ASSAY, below=False) for one in life.levels]
    levels[place] = replace(levels[place], value=round(levels[place].value * factor, 2))
    return replace(life, levels=tuple(levels))
