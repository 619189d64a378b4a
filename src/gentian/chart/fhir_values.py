"""Printed numbers, units, dates and reference ranges of FHIR, as the texts that the normaliser reads."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from gentian.chart import fhir_types as fhir
from gentian.chart.desk import Refused
from gentian.language.units import Unit, UnitError, parse_unit

_COMPARATORS = {"": "", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LARGEST_EXPONENT = 15


def print_number(value: Decimal | None) -> str:
    """A decimal as it was printed, without an exponent. Raises Refused for NaN and absurd sizes."""
    if value is None:
        return ""
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise Refused("the number is too large, too small or no number", "check the number")
    return format(value, "f")


def print_quantity(quantity: fhir.Quantity) -> tuple[str, str]:
    """`<31.2` and its unit. Raises Refused for a number or comparator that means nothing."""
    comparator = _COMPARATORS.get(quantity.comparator or "")
    if comparator is None:
        raise Refused(
            f"unknown comparator {(quantity.comparator or '')[:8]!r}", "use <, <=, > or >="
        )
    return comparator + print_number(quantity.value), pick_unit(quantity.code, quantity.unit)


def _try_unit(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnitError:
        return None


@lru_cache(maxsize=4096)
def pick_unit(code: str | None, printed: str | None) -> str:
    """The unit's code, or what is printed where there is no (known) code; empty for none.

    Raises Refused where both are known units and differ: then nobody knows which one is meant.
    """
    code, printed = (code or "").strip(), (printed or "").strip()
    if not code or not printed or code == printed:
        return code or printed
    one, other = _try_unit(code), _try_unit(printed)
    if one is None:
        return printed if other is not None else code
    if other is not None and (one.factor, one.dimension, one.offset) != (
        other.factor,
        other.dimension,
        other.offset,
    ):
        raise Refused(f"the unit {printed!r} and its code {code!r} disagree", "correct one of them")
    return code


def print_range(value: fhir.Range) -> tuple[str, str]:
    """`4-6`, `>=4` or `<=6`, and the unit. Raises Refused where the ends have different units."""
    low, high = value.low, value.high
    first, unit = print_quantity(low) if low is not None else ("", "")
    last, other = print_quantity(high) if high is not None else ("", "")
    if unit and other and _differ(unit, other):
        raise Refused(
            f"the ends of the range have different units ({unit}, {other})", "use one unit"
        )
    return join_range(first, last), unit or other


def _differ(one: str, other: str) -> bool:
    return one != other and _try_unit(one) != _try_unit(other)


def join_range(first: str, last: str) -> str:
    """Two printed ends as one printed number."""
    if first and last:
        return first if first == last else f"{first}-{last}"
    return f">={first}" if first else f"<={last}" if last else ""


def print_ratio(value: fhir.Ratio) -> tuple[str, str]:
    """A titre `1:160`, or a number per one of something. Raises Refused for other ratios."""
    above, below = value.numerator, value.denominator
    if above is None or below is None or above.value is None or below.value is None:
        raise Refused("the ratio has only one side", "give both sides")
    if not (above.unit or above.code or below.unit or below.code) and above.value == 1:
        return f"1:{print_number(below.value)}", "1"
    number, unit = print_quantity(above)
    under = pick_unit(below.code, below.unit)
    if below.value == 1 and unit and under:
        return number, f"{unit}/{under}"
    raise Refused("this ratio is not understood", "give a number with its unit")


def print_reference(ranges: Sequence[fhir.ReferenceRange] | None) -> tuple[str, str]:
    """The laboratory's normal range and its unit; nothing where several could be meant."""
    if not ranges:
        return "", ""
    normal = [one for one in ranges if _is_normal(one) and (one.low or one.high)]
    if len(normal) != 1:
        return "", ""
    try:
        return print_range(fhir.Range(normal[0].low, normal[0].high))
    except Refused:
        return "", ""


def _is_normal(one: fhir.ReferenceRange) -> bool:
    codings = (one.type.coding or ()) if one.type else ()
    return one.type is None or any(coding.code == "normal" for coding in codings)


def pick_flag(interpretations: Sequence[fhir.CodeableConcept] | None) -> str:
    """The laboratory's flag as printed: `L`, `HH`, …"""
    for concept in interpretations or ():
        for coding in concept.coding or ():
            if coding.code:
                return coding.code
        if concept.text:
            return concept.text
    return ""


def print_period(period: fhir.Period | None) -> str:
    """A time somewhere in a period: `start/end`, or the one end that is given."""
    if period is None:
        return ""
    if period.start and period.end and period.start != period.end:
        return f"{period.start}/{period.end}"
    return period.start or period.end or ""
