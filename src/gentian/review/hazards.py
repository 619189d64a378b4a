"""Hazards have controls, and each control can be taken away, so that its test can show that it notices."""

from __future__ import annotations

from collections.abc import Iterator

from gentian.language.errors import GuidelineError
from gentian.language.model import Guideline

from .finding import Finding
from .removal import remove_control
from .rules import Control, Hazard


def check_hazards(guideline: Guideline, hazards: list[Hazard]) -> list[Finding]:
    """Hazards without a control, and controls that cannot be taken away."""
    found = []
    seen: set[str] = set()
    for hazard in hazards:
        if hazard.hazard in seen:
            found.append(_find(hazard, "stands here twice", "keep one"))
        seen.add(hazard.hazard)
        if not hazard.controls and not hazard.not_built:
            mend = "write `controls`, or `not_built` with what is missing"
            found.append(_find(hazard, "has no control", mend))
        for control in hazard.controls:
            found.extend(_check(hazard, control, guideline))
    return found


def _check(hazard: Hazard, control: Control, guideline: Guideline) -> Iterator[Finding]:
    without = control.without
    if not (without.drop or without.change or without.code):
        mend = "write `without`: drop, change or code"
        yield _find(hazard, f"its control `{control.where}` is never taken away", mend)
    try:
        remove_control(guideline, without)
    except (GuidelineError, TypeError) as error:
        text = "; ".join(error.problems) if isinstance(error, GuidelineError) else str(error)
        yield _find(hazard, text, "correct `without`")


def _find(hazard: Hazard, found: str, mend: str) -> Finding:
    return Finding(hazard.line, hazard.hazard, found, mend)
