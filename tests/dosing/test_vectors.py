"""Test vectors of the evidence base: TV-01 to TV-05, TV-09, TV-10, TV-12, TV-14, TV-15."""

from __future__ import annotations

from fractions import Fraction

from gentian.dosing.body import calculate_surface
from tests.dosing.records import (
    METHYLPREDNISOLONE,
    MYCOPHENOLATE,
    PENICILLIN,
    PREDNISONE,
    SIROLIMUS,
    dose,
    make_body,
)


def test_tv_01_body_surface_of_20_kg_and_110_cm():
    assert round(calculate_surface(Fraction(110), Fraction(20)), 3) == Fraction("0.782")


def test_tv_02_sirolimus_2_mg_per_m2():
    given = dose(SIROLIMUS)
    assert given.tier == "ready"
    assert given.low.per_dose == "1.56 mg"
    assert given.low.per_day == "1.56 mg/day"
    assert given.low.per_body == "2 mg/m²/day"
    assert given.high.per_dose == "1.95 mg"
    assert given.low.products[0] == "1.6 mL of oral solution 1 mg/mL (1.6 mg)"
    assert "not possible without a specialist's plan" in given.low.products[1]
    assert given.arithmetic == (
        "√(110 cm × 20 kg ÷ 3600) = 0.7817 m²; 2 mg/m²/day × 0.7817 m² = 1.56 mg/day; "
        "2.5 mg/m²/day × 0.7817 m² = 1.95 mg/day"
    )


def test_tv_03_mycophenolate_600_mg_per_m2_twice_daily():
    given = dose(MYCOPHENOLATE)
    assert given.low == given.high
    assert given.low.per_dose == "469 mg"
    assert given.low.per_day == "938 mg/day"
    assert given.low.per_body == "600 mg/m²/dose (1200 mg/m²/day)"
    assert given.low.products[0] == "2.3 mL of suspension 200 mg/mL (460 mg)"
    assert given.low.capped == ""


def test_tv_04_mycophenolate_is_capped_at_1000_mg_in_a_child():
    # 190 cm and 68.4 kg are 1.9 m2
    given = dose(MYCOPHENOLATE, make_body("68.4", "190", months=180))
    assert given.low.per_dose == "1000 mg"
    assert given.low.per_day == "2000 mg/day"
    assert given.low.capped == "cap 1000 mg per dose in a child (TX-205)"
    assert "= 1140 mg/dose, cap 1000 mg per dose in a child (TX-205)" in given.arithmetic
    assert given.low.products[1] == "4 × capsule 250 mg (1000 mg)"


def test_tv_05_mycophenolate_capsules_at_1_3_m2():
    given = dose(MYCOPHENOLATE, make_body("46.8", "130", months=180))
    assert "780 mg" in given.text
    assert given.low.products[1] == "3 × capsule 250 mg (750 mg), 4 % less than calculated"


def test_capsules_are_not_offered_below_1_25_m2():
    given = dose(MYCOPHENOLATE)
    assert given.low.products[1] == "capsule 250 mg: not below 1.25 m² body surface"


def test_tv_09_prednisone_above_80_mg_goes_to_a_person():
    given = dose(PREDNISONE, make_body("55", "160", months=200))
    assert given.high.per_dose == "110 mg"
    assert given.tier == "indicative"
    assert given.checks == ["above 80 mg per day: only by a written protocol (TX-103)"]


def test_tv_10_methylprednisolone_is_capped_at_1000_mg():
    given = dose(METHYLPREDNISOLONE, make_body("40", "140", months=130))
    assert given.low.per_dose == "200 mg"
    assert given.high.per_dose == "1000 mg"
    assert given.high.capped == "cap 1000 mg per day (TX-102, unchecked)"
    assert "30 mg/kg/day × 40 kg = 1200 mg/day, cap 1000 mg per day" in given.arithmetic


def test_tv_12_girl_of_15_without_a_pregnancy_test_gets_no_mycophenolate_dose():
    given = dose(MYCOPHENOLATE, criteria={"teratogen_gate_open": None})
    assert given.tier == "withheld"
    assert given.low is None and given.high is None
    assert given.text == "no dose shown (required first: teratogen gate open)"


def test_tv_14_penicillin_of_a_four_year_old_differs_by_country():
    child = make_body(months=48)
    assert dose(PENICILLIN, child, country="US").low.per_dose == "250 mg"
    australia = dose(PENICILLIN, child, country="AU")
    assert australia.low.per_dose == "125 mg"
    assert australia.low.products == ["0.5 × tablet 250 mg (125 mg)"]


def test_penicillin_without_a_country_asks_for_it():
    given = dose(PENICILLIN, make_body(months=48))
    assert given.withheld_because == ["the dose differs by country: give one of AU, US"]


def test_tv_15_infant_of_four_months_gets_no_calculated_sirolimus():
    given = dose(SIROLIMUS, make_body("6", "62", months=4))
    assert given.withheld_because == ["under 12 months: no calculated dose, specialist only"]
    assert given.low is None
