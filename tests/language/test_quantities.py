"""Printed numbers become exact intervals of ticks (0.000001 of the canonical unit)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gentian.language.quantities import (
    LARGEST,
    TICKS,
    Number,
    QuantityError,
    Ticks,
    format_interval,
    format_ticks,
    parse_literal,
    parse_number,
    parse_quantity,
    parse_titre,
    split_quantity,
    to_ticks,
)
from gentian.language.units import UnitError, UnitMismatch, UnknownUnit


@pytest.mark.parametrize(
    ("printed", "unit", "low", "high"),
    [
        ("18 10*9/L", "10*9/L", 18_000_000, 18_000_000),
        ("18 x10^9/L", "10*9/L", 18_000_000, 18_000_000),
        ("18000 /uL", "10*9/L", 18_000_000, 18_000_000),
        ("4.1 %", "%", 4_100_000, 4_100_000),
        ("4.1%", "%", 4_100_000, 4_100_000),
        ("<31.2 pg/mL", "ng/L", None, 31_199_999),
        ("< 31.2 pg/mL", "ng/L", None, 31_199_999),
        ("<=31.2 ng/L", "ng/L", None, 31_200_000),
        ("≤ 31.2 ng/L", "ng/L", None, 31_200_000),
        (">1500 ng/L", "ng/L", 1_500_000_001, None),
        (">= 1500 ng/L", "ng/L", 1_500_000_000, None),
        ("4-6 cm", "cm", 4_000_000, 6_000_000),
        ("4 – 6 cm", "cm", 4_000_000, 6_000_000),
        ("3 to 5 mg", "mg", 3_000_000, 5_000_000),
        ("1.2e5 copies/mL", "{copies}/mL", 120_000_000_000, 120_000_000_000),
        ("-2 1", "1", -2_000_000, -2_000_000),
        (".5 mg", "mg", 500_000, 500_000),
        ("109 g/L", "g/dL", 10_900_000, 10_900_000),
        ("5 1", "1", 5_000_000, 5_000_000),
    ],
)
def test_printed_quantities(printed: str, unit: str, low: int | None, high: int | None) -> None:
    assert parse_quantity(printed, unit) == Ticks(low, high)


@pytest.mark.parametrize(
    ("printed", "mend"),
    [
        ("7,9 g/dL", "7.9"),
        ("<7,9 g/dL", "7.9"),
        ("1,200 /uL", "1200"),
        ("1 200 /uL", "1200"),
        ("80", "80 g/L"),
        ("NaN g/L", "digits"),
        ("nan", "digits"),
        ("inf g/L", "digits"),
        ("", "18 10*9/L"),
        ("positive", "digits"),
        ("~5 g/L", "digits"),
        ("6-4 g/L", "4-6"),
        ("1e99 g/L", "exponent"),
        ("1..2 g/L", "digits"),
        ("0x10 g/L", "mg"),
        ("99999999999999999999 g/L", ""),
        ("999999999999999 g/L", "check"),
        ("9" * 400 + " g/L", "digits"),
    ],
)
def test_doubtful_numbers_are_refused_with_a_mend(printed: str, mend: str) -> None:
    with pytest.raises((QuantityError, UnitError)) as refusal:
        parse_quantity(printed, "g/L")
    assert isinstance(refusal.value, UnknownUnit) or mend in refusal.value.mend


def test_a_comma_is_never_read_as_either() -> None:
    with pytest.raises(QuantityError, match="ambiguous"):
        parse_quantity("7,9 g/dL", "g/L")


def test_a_molar_conversion_carries_half_a_printed_digit() -> None:
    molar_mass = Fraction(100)  # 1 mg/dL = 100 umol/L
    assert parse_quantity("1.0 mg/dL", "umol/L", molar_mass) == Ticks(95_000_000, 105_000_000)
    assert parse_quantity("<1.0 mg/dL", "umol/L", molar_mass) == Ticks(None, 104_999_999)
    assert parse_quantity("1.0-2.0 mg/dL", "umol/L", molar_mass) == Ticks(95_000_000, 205_000_000)
    with pytest.raises(UnitMismatch, match="molar mass"):
        parse_quantity("1.0 mg/dL", "umol/L")


def test_what_no_tick_can_hold_is_rounded_outward() -> None:
    third = Number(Fraction(1, 3), Fraction(1, 3))
    assert to_ticks(third) == Ticks(333_333, 333_334)
    assert to_ticks(Number(None, Fraction(1, 3), high_open=True)) == Ticks(None, 333_333)
    assert to_ticks(Number(Fraction(1, 3), None, low_open=True)) == Ticks(333_334, None)


def test_titres() -> None:
    assert parse_titre("1:160") == Ticks(160 * TICKS, 160 * TICKS)
    for text in ("1:", "160", "2:160", "1:1,600"):
        with pytest.raises(QuantityError):
            parse_titre(text)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("18 10*9/L", "18", "10*9/L"), ("18 10E9/L", "18", "10E9/L"), ("20 mg daily", "20", "mg daily"),
     ("5 1", "5", "1"), ("80", "80", ""), ("1 10*9/L", "1", "10*9/L"), ("4-6 %", "4-6", "%"),
     ("5 eq", "5", "eq"), ("-3 to -2 Cel", "-3 to -2", "Cel")],
)  # fmt: skip
def test_number_and_unit_are_told_apart(text: str, number: str, unit: str) -> None:
    assert split_quantity(text) == (number, unit)


def test_literals_of_the_guideline_are_one_number_with_a_unit() -> None:
    value, unit = parse_literal("20 10*9/L")
    assert (value, unit.symbol) == (20, "10*9/L")
    for text in ("20", "4-6 mg", "<20 mg", "twenty mg"):
        with pytest.raises(QuantityError):
            parse_literal(text)


@pytest.mark.parametrize(
    ("ticks", "text"),
    [
        (7_900_000, "7.9"),
        (0, "0"),
        (1, "0.000001"),
        (-500, "-0.0005"),
        (18_000_000, "18"),
        (100, "0.0001"),
    ],
)
def test_ticks_are_printed_without_trailing_zeros(ticks: int, text: str) -> None:
    assert format_ticks(ticks) == text


def test_intervals_are_printed_as_a_person_writes_them() -> None:
    assert format_interval(18_000_000, 18_000_000, "10*9/L") == "18 10*9/L"
    assert format_interval(None, 31_199_999, "ng/L") == "<31.2 ng/L"
    assert format_interval(None, 31_200_000, "ng/L") == "<=31.2 ng/L"
    assert format_interval(1_500_000_001, None) == ">1500"
    assert format_interval(1_500_000_000, None) == ">=1500"
    assert format_interval(4_000_000, 6_000_000, "cm") == "4-6 cm"
    assert format_interval(None, None, "cm") == "unknown"


ticks = st.integers(-LARGEST, LARGEST)


@given(ticks)
def test_printing_and_reading_ticks_is_the_same_number(value: int) -> None:
    assert to_ticks(parse_number(format_ticks(value))) == Ticks(value, value)


@given(st.none() | ticks, st.none() | ticks)
def test_printing_and_reading_an_interval_is_the_same_interval(
    low: int | None, high: int | None
) -> None:
    if low is None and high is None:
        return
    if low is not None and high is not None and low > high:
        low, high = high, low
    assert to_ticks(parse_number(format_interval(low, high))) == Ticks(low, high)


@given(st.decimals(0, 10**6, places=3), st.sampled_from(["g/L", "mg/dL", "g/dL", "mg/L", "ug/mL"]))
def test_the_true_value_is_never_outside_the_interval(value: object, unit: str) -> None:
    from gentian.language.units import convert

    printed = parse_number(str(value))
    exact = convert(Fraction(str(value)), unit, "g/dL") * TICKS
    found = to_ticks(printed, unit, "g/dL")
    assert found.low is not None and found.high is not None
    assert found.low <= exact <= found.high
    assert found.high - found.low <= 1


@given(st.text(max_size=20))
def test_any_text_is_a_quantity_or_is_refused_with_a_mend(text: str) -> None:
    try:
        parse_quantity(text, "g/L")
    except (QuantityError, UnitError) as refusal:
        assert refusal.mend
