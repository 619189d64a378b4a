"""Doses over many bodies: never above a cap, never falling with size, whatever the units."""

from __future__ import annotations

from fractions import Fraction
from math import isclose, sqrt

from hypothesis import given
from hypothesis import strategies as some
from msgspec.structs import replace

from gentian.dosing.body import calculate_surface
from gentian.dosing.products import Measure
from gentian.dosing.rates import print_rounded, read_rate
from gentian.language.model import Cap
from tests.dosing.records import (
    METHYLPREDNISOLONE,
    MYCOPHENOLATE,
    PREDNISONE,
    PRODUCTS,
    SIROLIMUS,
    dose,
    make_body,
)

KILOGRAMS = some.integers(25, 1500).map(lambda tenths: f"{tenths // 10}.{tenths % 10}")
CENTIMETRES = some.integers(45, 200).map(str)
MEASURED = [item for item in PRODUCTS if item.strength and not item.strength.startswith("300 ug")]


def amount(text: str) -> float:
    """The number at the start of `1.56 mg`."""
    return float(text.split()[0])


@given(KILOGRAMS, CENTIMETRES)
def test_body_surface_agrees_with_a_second_calculation(weight, height):
    first = calculate_surface(Fraction(height), Fraction(weight))
    assert isclose(first, sqrt(float(height) * float(weight) / 3600), abs_tol=0.00006)


@given(KILOGRAMS, CENTIMETRES)
def test_amounts_agree_with_a_second_calculation(weight, height):
    """Binary floating point, written down from the definition, against exact fractions."""
    body = make_body(weight, height, months=100)
    surface = sqrt(float(height) * float(weight) / 3600)
    found = dose(SIROLIMUS, body)
    assert isclose(amount(found.low.per_dose), 2 * surface, rel_tol=0.006)
    assert isclose(amount(found.high.per_dose), 2.5 * surface, rel_tol=0.006)
    twice = dose(MYCOPHENOLATE, body)
    assert isclose(amount(twice.low.per_dose), min(600 * surface, 1000), rel_tol=0.006)
    assert isclose(amount(twice.low.per_day), 2 * min(600 * surface, 1000), rel_tol=0.006)
    kilograms = dose(METHYLPREDNISOLONE, body)
    assert isclose(amount(kilograms.high.per_dose), min(30 * float(weight), 1000), rel_tol=0.006)


@given(KILOGRAMS, CENTIMETRES)
def test_no_printed_or_measured_amount_is_above_the_cap(weight, height):
    found = dose(MYCOPHENOLATE, make_body(weight, height, months=100))
    assert amount(found.high.per_dose) <= 1000
    assert amount(found.high.per_day) <= 2000
    for line in found.high.products:
        if "(" in line:
            assert amount(line.rpartition("(")[2]) <= 1000


@given(KILOGRAMS, KILOGRAMS, CENTIMETRES, CENTIMETRES)
def test_a_larger_body_never_gets_less(one, other, short, tall):
    light, heavy = sorted((one, other), key=Fraction)
    low, high = sorted((short, tall), key=Fraction)
    for record in (SIROLIMUS, MYCOPHENOLATE, PREDNISONE):
        small = dose(record, make_body(light, low, months=100))
        large = dose(record, make_body(heavy, high, months=100))
        assert amount(small.low.per_dose) <= amount(large.low.per_dose)
        assert amount(small.high.per_dose) <= amount(large.high.per_dose)


@given(KILOGRAMS, CENTIMETRES)
def test_writing_the_record_in_other_units_changes_nothing(weight, height):
    body = make_body(weight, height, months=100)
    in_grams = replace(
        MYCOPHENOLATE,
        high="0.6 g/m2",
        caps=[
            Cap(per="dose", value="1 g", cites=["TX-205"], read="seen"),
            Cap(per="day", value="2000000 ug", cites=["TX-205"], read="seen"),
        ],
    )
    first, second = dose(MYCOPHENOLATE, body), dose(in_grams, body)
    assert first.low.per_dose == second.low.per_dose
    assert first.high.per_day == second.high.per_day
    assert first.high.products == second.high.products


@given(KILOGRAMS, CENTIMETRES)
def test_the_low_end_is_never_above_the_high_end(weight, height):
    found = dose(METHYLPREDNISOLONE, make_body(weight, height, months=100))
    assert amount(found.low.per_dose) <= amount(found.high.per_dose)


@given(some.sampled_from(MEASURED), some.fractions(Fraction(1, 100), 3000), some.booleans())
def test_what_is_measured_is_within_half_a_step_and_under_the_limit(product, wanted, capped):
    measure = Measure(product, "mg")
    limit = wanted if capped else None
    given_out = measure.round(wanted, limit) * measure.strength
    step = measure.smallest
    if capped:
        assert wanted - step < given_out <= wanted
    else:
        assert abs(given_out - wanted) <= step / 2
    assert given_out % step == 0


@given(some.sampled_from(MEASURED), some.fractions(1, 500), some.fractions(1, 500))
def test_pieces_for_a_range_stay_inside_it(product, one, other):
    low, high = sorted((one, other))
    measure = Measure(product, "mg")
    count = measure.fit(low, low, high)
    if count is None:
        assert (high / measure.smallest).__floor__() * measure.smallest < low
    else:
        assert low <= count * measure.strength <= high


@given(some.fractions(Fraction(1, 1000), 10_000, max_denominator=10_000))
def test_printed_amounts_have_no_trailing_zeros_and_are_close(value):
    shown = print_rounded(value)
    assert "." not in shown or not shown.endswith(("0", "."))
    assert isclose(float(shown), value, rel_tol=0.0051)


@given(some.fractions(Fraction(1, 1000), 10_000, max_denominator=10_000))
def test_a_printed_amount_is_never_above_its_limit(value):
    assert Fraction(print_rounded(value, at_most=value)) <= value


@given(some.sampled_from(["2 mg/m2", "2000 ug/m2", "0.002 g/m2"]))
def test_rates_in_other_units_are_equal(text):
    assert read_rate(text).turn("mg") == read_rate("2 mg/m2")
