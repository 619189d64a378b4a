"""Run the test bodies written beside each dose record in the guideline (docs/language.md 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from gentian.chart.events import TICKS
from gentian.language.dates import DAY, parse_date
from gentian.language.errors import GuidelineError
from gentian.language.model import DoseRecord, Guideline, Vocabulary
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError, convert

from .body import Body, Measurement, Surface, calculate_surface
from .calculation import calculate_dose
from .dose import Dose
from .obstacles import ADULT, Circumstances

DAY_MEASURED = parse_date("2000-01-01")  # any day: a test body was measured on the index day
MONTHS_ADULT = 18 * 12


def run_dose_specs(guideline: Guideline) -> list[str]:
    """Return what failed, one line each with `file:line`; empty when every test body agrees."""
    return [
        f"{record.line}: {record.dose}: test `{dict(test)}`: {failure}"
        for record in guideline.doses.values()
        for test in record.tests
        for failure in find_failures(record, test, guideline.vocabulary)
    ]


def count_dose_specs(guideline: Guideline) -> int:
    """How many test bodies stand beside doses."""
    return sum(len(record.tests) for record in guideline.doses.values())


def find_failures(
    record: DoseRecord, test: Mapping[str, object], vocabulary: Vocabulary
) -> Iterator[str]:
    """Give how the dose of a test body differs from `low` and `high`; neither means withheld."""
    try:
        dose = _calculate(record, test, vocabulary)
        if "low" not in test:
            yield from [f"expected no dose, found {dose.text}"] * (dose.tier != "withheld")
        elif dose.tier == "withheld":
            yield f"withheld: {'; '.join(dose.withheld_because)}"
        else:
            yield from _compare(dose, test)
    except (QuantityError, UnitError, GuidelineError) as error:
        yield str(error)


def _compare(dose: Dose, test: Mapping[str, object]) -> Iterator[str]:
    for end, amount in (("low", dose.low), ("high", dose.high)):
        value, unit = parse_literal(str(test[end]))
        found = amount.per_dose if amount else "nothing"
        if amount is None or convert(*parse_literal(found), unit) != value:
            yield f"expected {end} {test[end]}, found {found}"


def _calculate(record: DoseRecord, test: Mapping[str, object], vocabulary: Vocabulary) -> Dose:
    """The dose of a test body, with every gate open and every check done, but for what it `given`s."""
    months = _read(test, "age", "mo")
    done = dict.fromkeys([*record.gates, *record.checks], True)
    given = test.get("given", {})
    done |= (
        dict(given) if isinstance(given, dict) else {}
    )  # criteria that differ: a cap's, an allergy
    known = Circumstances(
        index=DAY_MEASURED[0] + DAY // 2,
        criteria=done | {ADULT: months is not None and months >= MONTHS_ADULT},
        say=str,
        country=_read_word(test, "country"),
        sex=_read_word(test, "sex"),
    )
    return calculate_dose(record, _make_body(test, months), known, vocabulary)


def _make_body(test: Mapping[str, object], months: Fraction | None) -> Body:
    weight, height = _measure(test, "weight", "kg"), _measure(test, "height", "cm")
    surface = None
    if weight and height:
        surface = Surface(calculate_surface(height.value, weight.value), weight, height)
    ticks = int(months * TICKS) if months is not None else None
    return Body(weight, height, surface, None if ticks is None else (ticks, ticks))


def _measure(test: Mapping[str, object], name: str, unit: str) -> Measurement | None:
    value = _read(test, name, unit)
    return None if value is None else Measurement(value, unit, DAY_MEASURED)


def _read(test: Mapping[str, object], name: str, unit: str) -> Fraction | None:
    return convert(*parse_literal(str(test[name])), unit) if name in test else None


def _read_word(test: Mapping[str, object], name: str) -> str | None:
    return str(test[name]) if name in test else None
