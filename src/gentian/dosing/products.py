"""From an amount to what is measured out: millilitres of a liquid, tablets or capsules (HZ-03).

A liquid is measured to the nearest `smallest_step`. Tablets and capsules are not divided below
theirs: for a range some number of pieces must fall inside it; for a single amount the nearest
number is given, with how far off it is. Nothing is ever rounded above a cap.
"""

from __future__ import annotations

from fractions import Fraction

from gentian.language.model import Concept, DoseRecord, Vocabulary
from gentian.language.units import UnitError

from .body import Body
from .rates import print_exact, print_rounded, print_unit, read_rate

SOLID = ("tablet", "capsule")
_HALF = Fraction(1, 2)


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

    def print(self, count: Fraction) -> str:
        """`1.6 mL of oral solution 1 mg/mL (1.6 mg)`, `3 capsules of 250 mg (750 mg)`."""
        total = f"{print_exact(count * self.strength)} {print_unit(self.unit)}"
        if self.liquid:
            shown = print_exact(count) if self.step else print_rounded(count)
            return f"{shown} mL of {self.product.name} ({total})"
        return f"{print_exact(count)} × {self.product.name} ({total})"


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


def measure_ends(
    measures: list[Measure], low: Fraction, high: Fraction, limit: Fraction | None, body: Body
) -> tuple[list[str], list[str]]:
    """What to measure out at the low and at the high end of a range (amounts of one dose)."""
    best = _nearest_solid(measures, low, limit, body) if low == high else None
    lines: tuple[list[str], list[str]] = ([], [])
    for measure in measures:
        for line, end in zip(lines, (low, high), strict=True):
            line.append(_measure(measure, end, (low, high), limit, body, best))
    return ([text for text in lines[0] if text], [text for text in lines[1] if text])


def _nearest_solid(
    measures: list[Measure], amount: Fraction, limit: Fraction | None, body: Body
) -> Fraction | None:
    """How far the best tablet or capsule is from a single amount."""
    gaps = [
        abs(count * measure.strength - amount)
        for measure in measures
        if measure.product.form in SOLID
        and not _too_small(measure, body)
        and (count := measure.round(amount, limit))
    ]
    return min(gaps, default=None)


def _too_small(measure: Measure, body: Body) -> bool:
    least = measure.product.not_under_body_surface
    if not least:
        return False
    return body.surface is None or body.surface.value < read_rate(least).value


def _measure(
    measure: Measure,
    amount: Fraction,
    ends: tuple[Fraction, Fraction],
    limit: Fraction | None,
    body: Body,
    best: Fraction | None,
) -> str:
    name = measure.product.name
    if _too_small(measure, body):
        return f"{name}: not below {measure.product.not_under_body_surface} body surface"
    if measure.product.form == "vial" and not measure.liquid:
        vials = -((-amount / measure.strength).__floor__())
        return f"{vials} × {name} opened"
    if measure.product.form in SOLID and ends[0] != ends[1]:
        count = measure.fit(amount, *ends)
        return measure.print(count) if count else _say_impossible(measure, ends)
    count = measure.round(amount, limit)
    if count == 0:
        return f"{name}: not possible, the smallest amount is {_amount(measure, measure.smallest)}"
    if best is not None and measure.product.form in SOLID:
        given = count * measure.strength
        nearest = abs(given - amount) == best
        return measure.print(count) + _say_gap(given, amount) if nearest else ""
    return measure.print(count)


def _say_impossible(measure: Measure, ends: tuple[Fraction, Fraction]) -> str:
    low, high = (print_rounded(end) for end in ends)
    return (
        f"{measure.product.name}: not possible without a specialist's plan "
        f"(no multiple of {_amount(measure, measure.smallest)} between {low} and {high})"
    )


def _amount(measure: Measure, value: Fraction) -> str:
    return f"{print_exact(value)} {print_unit(measure.unit)}"


def _say_gap(given: Fraction, wanted: Fraction) -> str:
    """`, 4 % less than calculated`; silent below half a per cent."""
    share = abs(given - wanted) / wanted * 100
    if share < _HALF:
        return ""
    sense = "more" if given > wanted else "less"
    return f", {(share + _HALF).__floor__()} % {sense} than calculated"
