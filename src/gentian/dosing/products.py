"""From an amount to what is measured out: millilitres of a liquid, tablets or capsules (HZ-03).

A liquid is measured to the nearest `smallest_step`. Tablets and capsules are not divided below
theirs: for a range some number of pieces must fall inside it; for a single amount the nearest
number is given, with how far off it is. Nothing is ever rounded above a cap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from gentian.language.model import Concept, DoseRecord, Vocabulary
from gentian.language.units import UnitError

from .body import Body
from .ends import End
from .rates import print_amount, print_exact, print_range, print_rounded, print_unit, read_rate

SOLID = ("tablet", "capsule")
_HALF = Fraction(1, 2)
NONE_LEFT_OUT: Mapping[str, str] = MappingProxyType({})


class Measure:
    """One product's strength and smallest step, in the unit of the dose."""

    def __init__(self, product: Concept, unit: str) -> None:
        strength = read_rate(product.strength, product.line).turn(unit)
        self.product = product
        self.unit = unit
        self.strength: Fraction = strength.value  # amount per mL, or per piece
        self.liquid = strength.basis == "mL"
        step = read_rate(product.smallest_step, product.line) if product.smallest_step else None
        self.step: Fraction = step.value if step else (Fraction(0) if self.liquid else Fraction(1))

    @property
    def smallest(self) -> Fraction:
        """The smallest amount that can be measured, in the unit of the dose."""
        return self.step * self.strength

    def round(self, amount: Fraction, limit: Fraction | None) -> Fraction:
        """Count of mL or pieces nearest to `amount`, halves up, never above `limit`."""
        if self.step == 0:
            return amount / self.strength
        steps = amount / self.smallest
        count = (steps + _HALF).__floor__()
        if limit is not None and count * self.smallest > limit:
            count = (limit / self.smallest).__floor__()
        return count * self.step

    def fit(self, amount: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
        """Count of pieces nearest to `amount` that stays between `low` and `high`, if any."""
        least = -((-low / self.smallest).__floor__())
        most = (high / self.smallest).__floor__()
        if least > most:
            return None
        nearest = (amount / self.smallest + _HALF).__floor__()
        return min(max(nearest, least), most) * self.step

    def name(self, counts: list[Fraction]) -> str:
        """`1.6 mL of oral solution 1 mg/mL (1.6 mg)`; two counts as `1.6 to 2 mL … (1.6 to 2 mg)`."""
        shown = [print_exact(count) if self.step else print_rounded(count) for count in counts]
        total = [print_exact(count * self.strength) for count in counts]
        inside = print_range(total[0], total[-1], print_unit(self.unit))
        if self.liquid:
            return f"{print_range(shown[0], shown[-1], 'mL')} of {self.product.name} ({inside})"
        return f"{print_range(shown[0], shown[-1], '×')} {self.product.name} ({inside})"


@dataclass(frozen=True, slots=True)
class Portion:
    """What is measured out of one product for one end. count: mL or pieces, None if not possible.

    note: how far off a piece is, or why there is none.
    """

    measure: Measure
    count: Fraction | None
    note: str = ""

    def print(self) -> str:
        """One line: the amount and its note, or why there is none."""
        if self.count is None:
            return f"{self.measure.product.name}: {self.note}"
        return self.measure.name([self.count]) + self.note


def list_measures(record: DoseRecord, vocabulary: Vocabulary, unit: str) -> list[Measure]:
    """The products of a record that are measured in the dose's unit, in the record's order."""
    measures = []
    for name in record.products if record.round_to == "product" else []:
        product = vocabulary.concepts.get(name)
        if product is None or not product.strength:
            continue  # strength unknown: no volume is ever computed (HZ-03)
        try:
            measures.append(Measure(product, unit))
        except UnitError:
            continue
    return measures


def find_left_out(
    measures: list[Measure], allergies: frozenset[str], vocabulary: Vocabulary
) -> dict[str, str]:
    """Product → why it is left out: an allergy to this product, though not to its medicine."""
    found = {}
    for measure in measures:
        named = [name for name in measure.product.not_with if name in allergies]
        if named:
            why = ", ".join([vocabulary.concepts[named[0]].name, *measure.product.cites[-1:]])
            found[measure.product.id] = f"not the {measure.product.name} ({why})"
    return found


def measure_ends(
    measures: list[Measure],
    low: End,
    high: End,
    body: Body,
    left_out: Mapping[str, str] = NONE_LEFT_OUT,
) -> tuple[list[Portion], list[Portion]]:
    """What to measure out of each product at the low and at the high end, for one dose.

    left_out: products that are not for this person; they disappear, and the dose's text says why.
    """
    ends = (low.per_dose, high.per_dose)
    measures = [measure for measure in measures if measure.product.id not in left_out]
    allowed = [measure for measure in measures if not _is_too_small(measure, body)]
    if ends[0] == ends[1]:
        allowed = _keep_nearest(allowed, low)
    found: tuple[list[Portion], list[Portion]] = ([], [])
    for measure in measures:
        for portions, end in zip(found, (low, high), strict=True):
            if measure in allowed:
                portions.append(_measure(measure, end, ends))
            elif _is_too_small(measure, body):
                least = print_amount(read_rate(measure.product.not_under_body_surface))
                portions.append(Portion(measure, None, f"not below {least} body surface"))
    return found


def _keep_nearest(measures: list[Measure], end: End) -> list[Measure]:
    """Of tablets and capsules for a single amount, only those that come nearest to it."""
    gaps = {
        measure: abs(measure.round(end.per_dose, end.at_most) * measure.strength - end.per_dose)
        for measure in measures
        if measure.product.form in SOLID
    }
    best = min(gaps.values(), default=None)
    return [measure for measure in measures if measure not in gaps or gaps[measure] == best]


def _is_too_small(measure: Measure, body: Body) -> bool:
    """Is the body known to be smaller than this product is for?"""
    least = measure.product.not_under_body_surface
    if not least or body.surface is None:
        return False
    return body.surface.value < read_rate(least).value


def _measure(measure: Measure, end: End, ends: tuple[Fraction, Fraction]) -> Portion:
    solid = measure.product.form in SOLID
    if measure.product.form == "vial" and not measure.liquid:
        vials = -((-end.per_dose / measure.strength).__floor__())
        return Portion(measure, Fraction(vials), " opened")
    if solid and ends[0] != ends[1]:
        count = measure.fit(end.per_dose, *ends)
        return Portion(measure, count, "" if count else _say_impossible(measure, ends))
    count = measure.round(end.per_dose, end.at_most)
    if count == 0:
        smallest = _amount(measure, measure.smallest)
        return Portion(measure, None, f"not possible, the smallest amount is {smallest}")
    note = _say_gap(count * measure.strength, end.per_dose) if solid else ""
    return Portion(measure, count, note)


def _say_impossible(measure: Measure, ends: tuple[Fraction, Fraction]) -> str:
    low, high = (print_rounded(end) for end in ends)
    step = _amount(measure, measure.smallest)
    return f"not possible without a specialist's plan (no multiple of {step} from {low} to {high})"


def _amount(measure: Measure, value: Fraction) -> str:
    return f"{print_exact(value)} {print_unit(measure.unit)}"


def _say_gap(given: Fraction, wanted: Fraction) -> str:
    """`, 4 % less than calculated`; silent below half a per cent."""
    share = abs(given - wanted) / wanted * 100
    if share < _HALF:
        return ""
    sense = "more" if given > wanted else "less"
    return f", {(share + _HALF).__floor__()} % {sense} than calculated"
