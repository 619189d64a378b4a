"""The first thing to read: what is considered, how sure, and where nothing is, why (anchors 1.2).

Options with reasons, never orders; probabilities rounded as far as they deserve.
"""

from __future__ import annotations

from collections.abc import Sequence

from .advice import EVEN_CHANCE, Choice
from .options import Limits
from .report import DoseOption, LabelDose, LevelLine, NextSample, Said, TargetLine

STEP = 5  # per cent


def say_headline(choice: Choice, limits: Limits | None, valid: int, protocol: str) -> str:
    """One sentence on the dose. limits: None where no dose was weighed."""
    if choice.option is not None:
        far = choice.option.inside < EVEN_CHANCE
        beyond = (
            " No dose within one step is likelier inside the target than outside." if far else ""
        )
        return _say_marked(choice, choice.option, valid) + beyond
    if choice.against:
        return f"No dose is marked: {choice.against[0].says}"
    if not valid or limits is None:
        return f"No valid level: the guideline's own dose stands alone: {protocol}"
    return f"No dose is marked: none that can be measured out lies within the limits. {limits.because.says}"


def _say_marked(choice: Choice, option: DoseOption, valid: int) -> str:
    levels = "one level" if valid == 1 else f"{valid} levels"
    chance = f"{say_chance(option.inside)} chance of a trough inside the target"
    if choice.by_label:
        return f"From {levels} the label's arithmetic leads: to consider, {option.says}; {chance}."
    if option.is_present:
        return f"From {levels}: the present dose, {option.says}, stays; {chance}."
    verb = "to consider" if option.mark == "consider" else "to consider first"
    return f"From {levels}, {verb}: {option.says}; {chance}."


def say_chance(share: float) -> str:
    """`about 70 %`, in steps of 5; never 0 % and never 100 %."""
    percent = STEP * round(share * 100 / STEP)
    if percent <= 0:
        return "less than 5 %" if share >= 0.01 else "less than 1 %"
    return "more than 95 %" if percent >= 100 else f"about {percent} %"


def list_summary(
    present: DoseOption | None,
    levels: Sequence[LevelLine],
    label: LabelDose | None,
    sample: NextSample | None,
    target: TargetLine,
    doubts: Sequence[Said],
) -> list[str]:
    """Two to four sentences for the prescriber: the levels, the present dose, the label, the next level."""
    lines = []
    fitted = [line for line in levels if line.use != "shown"]
    shown = len(levels) - len(fitted)
    if levels:
        more = f", {shown} only shown" if shown else ""
        lines.append(f"{len(fitted)} of {len(levels)} levels could be used{more}.")
    if present is not None:
        low, high = present.trough.q10, present.trough.q90
        lines.append(
            f"On the present dose the trough is expected at {low:.2g} to {high:.2g} {target.unit} "
            f"(4 in 5), with {say_chance(present.inside)} chance inside the target."
        )
    lines += [label.says] if label is not None else []
    lines += [sample.says] if sample is not None else []
    return lines + [item.mend for item in doubts[:1] if item.mend]
