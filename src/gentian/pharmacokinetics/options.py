"""The doses considered: real products and steps, within the caps (evidence section 7; TX-156, TX-167, SX-098)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gentian.dosing.products import Measure
from gentian.dosing.rates import print_exact
from gentian.language.model import Vocabulary

from .mixture import summarise
from .outlook import Outlook, Present
from .problem import Floats
from .report import DoseOption, Said, TargetLine
from .rules import Rules

MOST_SHOWN = 9
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be measured out. measures: products that are for this person; why: those that are not."""

    measures: tuple[Measure, ...]
    why: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Most mg a day, and why: the nearest of the ceilings and the step limit. floor: why not less than `least`."""

    most: float
    least: float
    because: Said
    floor: Said


def make_shelf(
    products: Sequence[str],
    form: str,
    allergies: frozenset[str],
    vocabulary: Vocabulary,
    unit: str = "mg",
) -> Shelf:
    """The products of a consult: of the form taken now, else of every form; never one not for this person."""
    own = [vocabulary.concepts[name] for name in products]
    kept, why = [], []
    for product in own:
        named = [vocabulary.concepts[name].name for name in product.not_with if name in allergies]
        if named:
            says = f"Not the {product.name}: {named[0]}."
            why.append(Said(id="allergy", kind="note", says=says, cites=list(product.cites)))
        elif form in ("", product.form):
            kept.append(Measure(product, unit))
    return Shelf(tuple(sorted(kept, key=lambda item: -item.strength)), tuple(why))


def list_amounts(shelf: Shelf, least: float, most: float) -> list[Fraction]:
    """Every amount for one dose (mg) that some product or mixture of one form gives, within limits."""
    amounts = set()
    for measure in shelf.measures:
        step = measure.smallest
        first = max(int(np.ceil(least / float(step) - 1e-9)), 1)
        last = int(np.floor(most / float(step) + 1e-9))
        amounts |= {step * count for count in range(first, last + 1)}
    return sorted(amounts)


def describe_portion(shelf: Shelf, amount: Fraction) -> str:
    """`1.5 mL of oral solution …`, `1 × tablet 1 mg + 1 × tablet 0.5 mg`; empty if it cannot be measured."""
    liquids = [item for item in shelf.measures if item.liquid]
    solids = [item for item in shelf.measures if not item.liquid]
    texts = [_count_pieces(solids, amount)]
    texts += [
        item.name([amount / item.strength]) for item in liquids if amount % item.smallest == 0
    ]
    return "; or ".join(filter(None, texts))


def _count_pieces(solids: Sequence[Measure], amount: Fraction) -> str:
    """The fewest whole pieces that make the amount, largest first."""
    parts, rest = [], amount
    for measure in solids:
        count = rest // measure.smallest
        if count:
            parts.append(f"{count} × {measure.product.name}")
            rest -= count * measure.smallest
    return " + ".join(parts) if parts and rest == 0 else ""


def thin_out(amounts: Sequence[Fraction], keep: Sequence[Fraction]) -> list[Fraction]:
    """At most so many that a table can show: those that must stay, and others spread evenly."""
    if len(amounts) <= MOST_SHOWN:
        return sorted({*amounts, *keep})
    places = np.linspace(0, len(amounts) - 1, MOST_SHOWN - len(set(keep)))
    return sorted({*keep, *(amounts[round(place)] for place in places)})


def weigh_option(
    outlook: Outlook, amount: Fraction, every: float, target: TargetLine, shelf: Shelf
) -> DoseOption:
    """One dose with its expected trough and its probabilities below, inside and above the target."""
    values, weights = outlook.find_steady(float(amount), every)
    below, inside, above = share_of(values, weights, target)
    per_day = float(amount) * 24.0 / every
    return DoseOption(
        says=f"{print_exact(amount)} mg {say_interval(every)}",
        portion=describe_portion(shelf, amount),
        per_dose=float(amount),
        every=every,
        per_day=per_day,
        fold=per_day / outlook.present.per_day,
        trough=summarise(values, weights),
        below=below,
        inside=inside,
        above=above,
        is_present=outlook.present.even
        and abs(per_day - outlook.present.per_day) < 1e-9
        and every == outlook.present.every,
    )


def share_of(values: Floats, weights: Floats, target: TargetLine) -> tuple[float, float, float]:
    """Probability below, inside and above a target."""
    below = float(weights[values < target.low].sum())
    above = float(weights[values > target.high].sum())
    return below, max(1.0 - below - above, 0.0), above


def say_interval(every: float) -> str:
    """`once daily`, `twice daily`, `every 8 h`, `every 2 days`."""
    if every == 24:
        return "once daily"
    if every == 12:
        return "twice daily"
    return f"every {every / 24:g} days" if every % 24 == 0 else f"every {every:g} h"


def find_limits(present: Present, surface: float | None, rules: Rules) -> Limits:
    """How far one step may go: a fold of the present dose, and the ceilings a day and per body surface."""
    fold = rules.number("fold_per_step")
    ends = {
        "fold_per_step": present.per_day * fold,
        "most_per_day": rules.number("most_per_day"),
    }
    if surface is not None:
        ends["most_per_surface"] = rules.number("most_per_surface") * surface
    name = min(ends, key=lambda key: ends[key])
    says = {
        "fold_per_step": f"No more than {fold:g} times the present dose in one step.",
        "most_per_day": f"No more than {rules.say('most_per_day')} without a specialist.",
        "most_per_surface": f"No more than {rules.say('most_per_surface')} without a specialist.",
    }[name]
    because = Said(id=name.replace("_", "-"), kind="note", says=says, cites=rules.cites(name))
    says = f"No less than the present dose divided by {fold:g} in one step; below that a specialist decides."
    floor = Said(id="fold-per-step", kind="note", says=says, cites=rules.cites("fold_per_step"))
    return Limits(max(ends[name], 0.0), present.per_day / fold, because, floor)
