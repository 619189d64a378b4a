"""Units: every spelling a laboratory prints means one exact unit, and nothing is guessed."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gentian.language.units import (
    COMMON,
    UnitMismatch,
    UnknownUnit,
    convert,
    is_molar_step,
    parse_molar_mass,
    parse_unit,
)

SAME_COUNT = [
    "10*9/L", "10^9/L", "x10^9/L", "x 10^9/L", "×10⁹/L", "× 10⁹/l", "10⁹/L", "10e9/L", "10E9/L",
    "x10E9/L", "x10(9)/L", "10**9/L", "G/L", "G/l", "10*3/uL", "10^3/uL", "10^3/mm3", "10*3/mm^3",
    "x10³/µL", "10E3/mcL", "K/uL", "k/uL", "K/µL", "k/μL", "K/mcL", "K/mm3", "Thousand/uL",
    "thou/mcL", "Tsd./µl", "10*3{cells}/uL", "/nL", "10*6/mL",
]  # fmt: skip


@pytest.mark.parametrize("printed", SAME_COUNT)
def test_every_printed_form_of_a_thousand_cells_per_microlitre_is_the_same_unit(
    printed: str,
) -> None:
    assert convert(Fraction(18), printed, "10*9/L") == 18


@pytest.mark.parametrize(
    "printed", ["/uL", "cells/µL", "cells/uL", "/mm3", "{cells}/uL", "1/uL", "/cumm"]
)
def test_cells_per_microlitre(printed: str) -> None:
    assert convert(Fraction(18000), printed, "10*9/L") == 18


@pytest.mark.parametrize(
    ("value", "printed", "expected", "canonical"),
    [
        ("109", "g/L", "10.9", "g/dL"),
        ("10.9", "G/DL", "109", "g/L"),
        ("80", "MG/DL", "0.8", "g/L"),
        ("80", "mg/dL", "0.8", "g/L"),
        ("31.2", "pg/mL", "31.2", "ng/L"),
        ("1.5", "ng/mL", "1500", "pg/mL"),
        ("7", "ug/L", "7", "ng/mL"),
        ("7", "µg/L", "7", "ng/mL"),
        ("7", "mcg/L", "7", "ug/L"),
        ("4.1", "%", "0.041", "1"),
        ("121", "cm", "1.21", "m"),
        ("1210", "mm", "121", "cm"),
        ("24000", "g", "24", "kg"),
        ("20", "mg/d", "0.02", "g/24h"),
        ("2", "mg/m²/day", "2", "mg/m2/d"),
        ("2", "mg per kg per day", "2", "mg/kg/d"),
        ("1", "mmol/L", "1000", "umol/L"),
        ("5", "mIU/mL", "5", "[IU]/L"),
        ("5", "IU/L", "5", "U/L"),
        ("1", "ukat/L", "60", "U/L"),
        ("90", "mL/min/1.73m2", "90", "mL/min/{1.73_m2}"),
        ("90", "mL/min/1.73 m²", "90", "mL/min/{1.73_m2}"),
        ("500", "copies/mL", "500", "{copies}/mL"),
        ("20", "mg/g{creat}", "0.02", "g/g"),
        ("2", "wk", "14", "d"),
        ("1", "a", "12", "mo"),
        ("1", "mo", "30.4375", "d"),
        ("37", "Cel", "98.6", "[degF]"),
        ("98.6", "°F", "37", "°C"),
        ("120", "mmHg", "120", "mm[Hg]"),
    ],
)
def test_conversions_are_exact(value: str, printed: str, expected: str, canonical: str) -> None:
    assert convert(Fraction(value), printed, canonical) == Fraction(expected)


def test_a_letter_that_multiplies_is_no_kelvin() -> None:
    assert parse_unit("K/uL").dimension == parse_unit("10*9/L").dimension
    for text in ("K", "k", "G", "T", "M", "K/d", "G/kg", "K/L", "K/dL", "G/uL", "T/uL"):
        with pytest.raises(UnknownUnit):
            parse_unit(text)


@pytest.mark.parametrize(
    ("text", "give"), [("lb", "kg"), ("lbs", "kg"), ("[lb_av]", "kg"), ("oz", "kg"), ("in", "cm"),
                       ("inch", "cm"), ("[in_i]", "cm"), ("ft", "cm"), ("stone", "kg")]
)  # fmt: skip
def test_pounds_and_inches_are_refused_with_what_to_give(text: str, give: str) -> None:
    with pytest.raises(UnknownUnit) as refusal:
        parse_unit(text)
    assert give in refusal.value.mend


@pytest.mark.parametrize(
    "text", ["", " ", "109/L", "10*9", "10*99/L", "x", "mg//L", "g/%", "mg/dL/L/L/L", "grams per", "µ",
             "/", "L/", "10*9/", "m" * 200, "\x00", "{copies", "mg/1"]
)  # fmt: skip
def test_what_is_no_unit_is_refused(text: str) -> None:
    if text == "10*9":
        assert parse_unit(text).dimension == ()
        return
    with pytest.raises(UnknownUnit):
        parse_unit(text)


@pytest.mark.parametrize(
    ("typed", "meant"), [("10*9L", "10*9/L"), ("mg/dl/", "mg/dL"), ("gm/dL ", "")]
)
def test_a_misspelt_unit_is_answered_with_near_ones(typed: str, meant: str) -> None:
    try:
        parse_unit(typed)
    except UnknownUnit as refusal:
        assert meant in refusal.suggestions
    else:
        assert not meant


@pytest.mark.parametrize(
    ("one", "other"),
    [("g/L", "10*9/L"), ("kg", "cm"), ("mL/min", "mL/min/{1.73_m2}"), ("copies/mL", "[IU]/mL"),
     ("meq/L", "mmol/L"), ("mg", "mg/kg"), ("ng/L", "pmol/L"), ("Cel", "kg")],
)  # fmt: skip
def test_different_things_are_never_converted(one: str, other: str) -> None:
    with pytest.raises(UnitMismatch) as refusal:
        convert(Fraction(1), one, other)
    assert parse_unit(other).symbol in refusal.value.mend


def test_a_molar_mass_bridges_mass_and_amount_both_ways() -> None:
    molar_mass = parse_molar_mass("113.12 g/mol")
    assert molar_mass == Fraction("113.12")
    assert convert(Fraction(1), "mg/dL", "umol/L", molar_mass) == Fraction(10000) / molar_mass
    assert convert(Fraction(1), "umol/L", "mg/dL", molar_mass) == molar_mass / 10000
    assert is_molar_step("mg/dL", "umol/L")
    assert not is_molar_step("mg/dL", "g/L")
    assert parse_molar_mass("0.9142 kg/mol") == Fraction("914.2")
    assert parse_molar_mass("") is None


numbers = st.fractions(min_value=0, max_value=10**9)
units = st.sampled_from(COMMON)


@given(numbers, units, units)
def test_there_and_back_again_is_the_same_number(value: Fraction, one: str, other: str) -> None:
    try:
        there = convert(value, one, other, Fraction(100))
    except UnitMismatch:
        return
    assert convert(there, other, one, Fraction(100)) == value


@given(numbers, units, units, units)
def test_the_way_does_not_matter(value: Fraction, one: str, via: str, other: str) -> None:
    try:
        direct = convert(value, one, other)
        assert convert(convert(value, one, via), via, other) == direct
    except UnitMismatch:
        return


@given(units)
def test_the_canonical_symbol_of_a_unit_is_that_unit(text: str) -> None:
    unit = parse_unit(text)
    assert parse_unit(unit.symbol) == unit


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_is_refused_with_a_mend(text: str) -> None:
    try:
        parse_unit(text)
    except UnknownUnit as refusal:
        assert refusal.mend
