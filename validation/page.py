"""The report as a page, from its figures and nothing else: `docs/validation.md` from `docs/validation.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from . import page_decisions, page_forecasts, page_numerics
from .tables import table

Figures = dict[str, Any]


def read_figures(path: Path) -> Figures:
    """What a run wrote."""
    found: Figures = json.loads(path.read_text(encoding="utf-8"))
    return found


def write_figures(path: Path, figures: Figures) -> None:
    """As text that can be compared line by line."""
    text = json.dumps(figures, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def render(figures: Figures) -> str:
    """The whole page."""
    parts = [
        _open(figures),
        "## In short\n\n"
        + table(
            ["what", "aim", "found", ""],
            [
                *page_numerics.list_aims(figures["numerics"]),
                *page_forecasts.list_aims(figures),
                *page_decisions.list_aims(figures),
            ],
        ),
        page_numerics.render(figures["numerics"]),
        page_forecasts.render(figures),
        page_decisions.render(figures),
        _close(figures),
    ]
    return "\n\n".join(parts) + "\n"


def _open(figures: Figures) -> str:
    kind = (
        "\n\n**A quick run: few people, wide intervals. It checks that the report can be made; it is not the report.**"
        if figures["quick"]
        else ""
    )
    rules = figures["rules"]
    return (
        "# Validation of the sirolimus forecast\n\n"
        "Written by `uv run python validation/run.py`, from the figures in `validation.json` beside it; not edited by "
        "hand. No network, fixed seeds. **Everything here is simulated; no real level was used.**"
        f"{kind}\n\n"
        f"Gentian {figures['gentian']}, guideline {figures['guideline']}; every variance of a foreign person × "
        f"{rules['inflation']:g}, least weight {rules['weight_floor']:g}, tempering {rules['tempering']:g}, worth a "
        f"change {100 * rules['worth_a_change']:g} %, the forecast leads from {rules['levels_to_lead']:g} level. "
        "Brackets are 95 % intervals: Wilson's for shares, bootstrap over people for differences."
    )


def _close(figures: Figures) -> str:
    return """## 5. Limits, and what would change our mind

* No real level was used. The truths are the same published models that the consult holds, or their neighbours: they share
  first-order absorption, log-normal people and the belief that one person's clearance stays where it is. A truth of another
  kind (saturable or fed absorption, clearance that jumps with an infection) was not tried.
* Models are left out one at a time. If all of them are wrong in the same direction, as clearances of 20 L/h at 70 kg in
  American children suggest (evidence, section 1.2), this does not show it; *Chen 2020, expresser* is the nearest to it here.
* Adults have one model. Left out, the consult refuses (100 %); the other truths of adults are transplant models.
* Virtual bodies follow one rounded growth curve; bilirubin, AST and haematocrit do not change over time, and everybody
  starts near 0.06 mg/kg (adults 2 mg). Dose and sampling times are exact except where a scenario says otherwise.
* A person under a toxic trough pauses four days and starts again by the label, in both arms: our reading of TX-190.
* The clinician of these simulations does whatever is marked, and nothing where nothing is marked. Real ones think.
* Time inside a target is not response and not harm. Which target is right for ALPS is not known (TX-147).

What would change our mind: levels of real children with dose times. With 30 children and three troughs each, coverage of 90 %
intervals below 80 %, or a median error of the next trough above that of the proportional dose, should take the forecast
out of the lead (`levels_to_lead`) until it is understood. A new model with volumes from rich sampling (evidence, section 1.2: Mizuno 2017)
should lead over those built from troughs."""
