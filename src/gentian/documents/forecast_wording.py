"""Words and shapes of a consult: how sure, how much, from where to where; the same on every page.

A consult considers and never orders. Nothing is said more exactly than it is known: chances go in steps of
5 %, and none is ever nought or certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import isfinite

from msgspec.structs import replace

from gentian.pharmacokinetics.report import (
    Adherence,
    Consult,
    DoseOption,
    LabelDose,
    LevelLine,
    ModelLine,
    Quantiles,
    Said,
    TargetLine,
)

REFUSED = "refused"
STATUSES = {  # shape, word and tone of the headline
    "dose": ("●", "one dose to consider", "offer"),
    "consider": ("○", "a dose that could be considered", "offer"),
    "context": ("–", "no dose is proposed", "held"),
    REFUSED: ("✕", "refused for safety", "alarm"),
}
KINDS = {  # of what is said, the gravest first
    "refusal": ("✕", "refused", "alarm"),
    "question": ("?", "not known", "caution"),
    "warning": ("▲", "warning", "caution"),
    "note": ("–", "note", "held"),
}
USES = {  # of a level: shape and word, the same in the figure
    "fitted": ("●", "fitted"),
    "shown": ("○", "shown, not fitted"),
    "outlier": ("◉", "fitted, but far from what was expected"),
}
BELOW = "▼"
MODEL_USES = {
    "dosing": "selectable",
    "robustness": "shown beside, never leads",
    "readable": "readable, not selectable",
    "research": "research only",
}
BAND = "4 in 5 chance"  # of the interval that prescribers read: the tenth to the ninetieth in a hundred
NO_LABEL = "The label's proportional dose is not worked out: no level on record allows it."
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")
PERHAPS = "perhaps"  # of one level alone
SURE = 0.01  # a chance beyond it is said as a bound
FOOTER = (
    "Doses considered, for a clinician who decides and prescribes: Gentian offers options with reasons and "
    "never gives orders. Not for use by patients alone, and not a medical device release."
)


def restrict(consult: Consult) -> Consult:
    """A refused consult without any amount: no option, no label arithmetic, no protocol, no curve ahead."""
    if consult.status != REFUSED:
        return consult
    return replace(
        consult,
        options=[],
        present=None,
        label=None,
        protocol="",
        figure=None,
        adherence=None,
        sensitivity=[],
        models=[replace(model, expected=None) for model in consult.models],
    )


# --- how much and how sure ---------------------------------------------------------------------


def say_amount(value: float) -> str:
    """A concentration as far as it is known: `12`, `8.4`, `8`, `<0.1`."""
    if not isfinite(value):
        return "?"
    if abs(value) < 0.05:
        return "<0.1"
    return f"{value:.0f}" if abs(value) >= 9.95 else f"{value:.1f}".removesuffix(".0")


def say_span(low: float, high: float) -> str:
    """`8 to 12`, or `about 8` where both ends are the same to the digit that is known."""
    ends = say_amount(low), say_amount(high)
    return f"about {ends[0]}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def say_band(quantiles: Quantiles | None) -> str:
    """The interval in which four of five are expected, without its unit; `–` where nothing is expected."""
    return say_span(quantiles.q10, quantiles.q90) if quantiles else "–"


def say_share(share: float) -> str:
    """A probability in steps of 5 %, never 0 % or 100 %."""
    if not isfinite(share):
        return "?"
    if share < SURE:
        return "<1 %"
    if share > 1 - SURE:
        return ">99 %"
    if share < 0.025:
        return "<5 %"
    return ">95 %" if share > 0.975 else f"{5 * min(max(round(20 * share), 1), 19)} %"


def say_shares(option: DoseOption) -> tuple[str, str, str]:
    """Below, in and above: in steps of 5 % that make 100 together, none of them nought or certain.

    The chance inside is rounded by itself, as the headline says it; the other two share what it leaves.
    """
    shares = (option.below, option.inside, option.above)
    if not all(isfinite(share) for share in shares):
        return ("?", "?", "?")
    inside = round(20 * option.inside)
    below = _split(20 - inside, option.below, option.above)
    steps = (below, inside, 20 - inside - below)
    first, middle, last = (
        _say_step(step, share) for step, share in zip(steps, shares, strict=True)
    )
    return first, middle, last


def _split(steps: int, below: float, above: float) -> int:
    """How many of the steps outside the target lie below it, by the largest remainder."""
    outside = below + above
    return round(steps * below / outside) if outside > 0 else 0


def _say_step(step: int, share: float) -> str:
    if step == 0:
        return "<1 %" if share < SURE else "<5 %"
    if step == 20:
        return ">99 %" if share > 1 - SURE else ">95 %"
    return f"{5 * step} %"


def say_chance(share: float) -> str:
    """A probability as a clinician says it: `about 7 in 10`, `less than 1 in 20`."""
    if not isfinite(share):
        return "not known"
    if share < 0.05:
        return f"less than 1 in {100 if share < SURE else 20}"
    if share > 0.95:
        return "more than 99 in 100" if share > 1 - SURE else "more than 19 in 20"
    return f"about {min(max(round(10 * share), 1), 9)} in 10"


def say_difference(difference: float) -> str:
    """How far the dose to consider is from the label's: `about 20 % above`, `the same`."""
    percent = 5 * round(20 * abs(difference))
    if percent == 0:
        return "about the same as"
    return f"about {percent} % {'above' if difference > 0 else 'below'}"


# --- lines that every page has ----------------------------------------------------------------


def say_exact(value: float) -> str:
    """A limit with the digits that are calculated with: `12.48`, `15`."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isfinite(value) else "?"


def say_range(target: TargetLine) -> str:
    """`5 to 15`, or `9.97 to 15` where that is what is calculated with."""
    return f"{say_exact(target.low)} to {say_exact(target.high)}"


def say_target(target: TargetLine) -> str:
    """`5 to 15 ng/mL`."""
    return f"{say_range(target)} {target.unit}"


def find_shape(level: LevelLine) -> tuple[str, str]:
    """The shape and the word of a level; below the limit of the laboratory it has its own shape."""
    shape, word = USES[level.use]
    return (BELOW, f"below the limit, {word}") if level.below else (shape, word)


def say_use(level: LevelLine) -> str:
    """What became of a level, and why it is not fitted."""
    return "; ".join(list_use(level))


def list_use(level: LevelLine) -> list[str]:
    """The parts of what became of a level, the word first."""
    parts = [find_shape(level)[1]]
    parts += [reason.says.rstrip(".") for reason in level.reasons]
    if level.share is not None and level.share < 0.05:
        parts.append(f"a value this far off: {say_share(level.share)}")
    return parts


def say_missed(adherence: Adherence, unit: str) -> str:
    """If doses were missed instead, and what would then be expected."""
    text = adherence.says
    if adherence.missed not in text:
        text += f" That would be {adherence.missed}."
    if adherence.expected is not None:
        text += f" If so, the next trough is expected at {say_band(adherence.expected)} {unit} ({BAND})."
    return text


def say_mark(option: DoseOption, status: str) -> str:
    """What an option is: `to consider` (one is highlighted), `perhaps`, `now`, `label`."""
    words = {"highlighted": "to consider", "consider": PERHAPS}
    parts = [words[option.mark]] if option.mark and status in ("dose", "consider") else []
    if status == "consider" and option.mark:
        parts = [PERHAPS]
    parts += ["now"] if option.is_present else []
    return ", ".join([*parts, *(["label"] if option.is_label else [])])


def list_options(consult: Consult) -> list[DoseOption]:
    """The doses considered, with the present one among them."""
    options = list(consult.options)
    if consult.present is not None and not any(option.is_present for option in options):
        options.append(replace(consult.present, is_present=True))
    return sorted(options, key=lambda option: option.per_day)


def choose_options(options: list[DoseOption], most: int) -> list[DoseOption]:
    """At most so many: what is marked, present or the label's, then those most likely in the target."""
    kept = [option.mark != "" or option.is_present or option.is_label for option in options]
    order = sorted(range(len(options)), key=lambda at: (not kept[at], -options[at].inside, at))
    return [options[at] for at in sorted(order[:most])]


def say_label(label: LabelDose) -> list[str]:
    """The label's proportional dose with its arithmetic, and why the dose to consider differs."""
    shown = "" if label.arithmetic in label.says else f" ({label.arithmetic})"
    lines = [f"{label.says.rstrip('.')}{shown}."]
    if label.difference is not None:
        lines.append(
            f"The dose to consider is {say_difference(label.difference)} the label's"
            f"{': ' + _join(label.explained) if label.explained else ''}."
        )
    elif label.explained:
        lines.append(f"{_join(label.explained)}.")
    return lines


def _join(said: Iterable[Said]) -> str:
    return "; ".join(one.says.rstrip(".") for one in said)


def say_model(model: ModelLine) -> str:
    """A model in one line: from whom, and what became of it."""
    reasons = f": {_join(model.reasons)}" if model.reasons else ""
    return f"{model.name}; {model.says.rstrip('.')}; {_say_part(model)}{reasons}"


def _say_part(model: ModelLine) -> str:
    if not model.eligible:
        return "not used"
    part = "leads" if model.leads else "may lead" if model.use == "dosing" else "shown beside"
    return f"{part}, weight {say_share(model.weight)}" if 0 < model.weight < 1 else part


def label_model(model: ModelLine) -> str:
    """The shape of a model: it leads, takes part, or is not used."""
    return "●" if model.leads else "○" if model.eligible else "–"


def say_model_briefly(model: ModelLine) -> str:
    """A model without its people: `Cheng 2020: leads, weight 60 %`."""
    reasons = f" ({model.reasons[0].says.rstrip('.')})" if model.reasons else ""
    return f"{model.name}: {_say_part(model)}{reasons}"


def say_when(text: str) -> str:
    """A text with its times as people write them: `2026-11-17 07:30` for `2026-11-17T07:30`."""
    return _TIME.sub(r"\1 \2", text)


def say_portion(option: DoseOption) -> str:
    """What is measured out, without the amount that the dose says already."""
    amount = f"{option.per_dose:g} mg"
    return option.portion.removesuffix(f" ({amount})") if amount in option.says else option.portion


def say_hours(hours: float) -> str:
    """`23.5 h`."""
    return f"{hours:.1f}".removesuffix(".0") + " h"


def sort_said(said: Iterable[Said], kind: str) -> list[Said]:
    """What is said of one kind, in the order of the consult."""
    return [one for one in said if one.kind == kind]
