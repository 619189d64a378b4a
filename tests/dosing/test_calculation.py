"""When a dose is ready, indicative or withheld, and how it is printed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from gentian.dosing.regimen import is_older
from gentian.language.errors import GuidelineError
from gentian.language.model import Cap, Default
from tests.dosing.records import (
    FILGRASTIM,
    IMMUNOGLOBULIN,
    METHYLPREDNISOLONE,
    MYCOPHENOLATE,
    PREDNISONE,
    SIROLIMUS,
    dose,
    make_body,
)


def test_a_dose_is_a_range_with_both_ends_and_no_midpoint():
    assert dose(SIROLIMUS).text == (
        "1.56 to 1.95 mg/day, once daily (2 to 2.5 mg/m²/day); "
        "1.6 to 2 mL of oral solution 1 mg/mL (1.6 to 2 mg)"
    )


def test_what_is_given_twice_daily_is_said_per_dose_and_per_day():
    assert dose(MYCOPHENOLATE).text == (
        "469 mg per dose, twice daily = 938 mg/day (600 mg/m²/dose, 1200 mg/m²/day); "
        "2.3 mL of suspension 200 mg/mL (460 mg)"
    )


def test_a_child_weighed_40_days_ago_gets_no_dose():
    given = dose(SIROLIMUS, make_body(on="2026-10-14"))
    assert given.tier == "withheld"
    assert given.withheld_because == [
        "weight of 2026-10-14 is older than 30 days",
        "height of 2026-10-14 is older than 30 days",
    ]


def test_a_weight_of_exactly_30_days_ago_will_do():
    assert dose(SIROLIMUS, make_body(on="2026-10-24")).tier == "ready"


def test_an_adult_weighed_40_days_ago_gets_a_dose():
    adult = make_body("60", "170", months=400, on="2026-10-14")
    assert dose(PREDNISONE, adult, criteria={"adult": True}).tier != "withheld"


def test_weight_and_height_of_different_days_give_no_body_surface():
    given = dose(SIROLIMUS, make_body(height_on="2026-11-01"))
    assert given.withheld_because == ["weight and height not measured on the same day"]


def test_no_weight_no_dose():
    given = dose(PREDNISONE, make_body(weight=""))
    assert given.withheld_because == ["weight not recorded"]


def test_a_rescue_is_not_withheld_for_an_old_weight():
    given = dose(METHYLPREDNISOLONE, make_body(on="2026-01-01"), rescue=True)
    assert given.tier == "indicative"
    assert "weight of 2026-01-01 is older than 30 days" in given.checks


def test_a_rescue_without_a_weight_still_prints_the_rate():
    given = dose(METHYLPREDNISOLONE, make_body(weight=""), rescue=True)
    assert given.text == "5 mg/kg/day to 30 mg/kg/day, once daily (weight not recorded)"


def test_a_gate_known_to_be_shut_withholds_even_a_rescue():
    shut = dose(MYCOPHENOLATE, criteria={"teratogen_gate_open": False}, rescue=True)
    assert shut.tier == "withheld"
    unknown = dose(MYCOPHENOLATE, criteria={"teratogen_gate_open": None}, rescue=True)
    assert unknown.tier == "indicative"
    assert unknown.checks == ["required first: teratogen gate open"]


def test_an_open_check_makes_a_dose_indicative():
    record = replace(SIROLIMUS, checks=["infection_screen_done"])
    given = dose(record, criteria={"infection_screen_done": None})
    assert given.tier == "indicative"
    assert given.checks == ["infection screen done"]
    assert dose(record, criteria={"infection_screen_done": True}).tier == "ready"


def test_a_range_that_was_not_read_in_its_source_is_indicative_and_says_so():
    given = dose(replace(SIROLIMUS, read="known"))
    assert given.tier == "indicative"
    assert given.review == "range as remembered, unchecked"
    assert given.text.endswith("range as remembered, unchecked")


def test_a_proposal_is_indicative():
    assert dose(replace(SIROLIMUS, read="proposal")).review == "unchecked dose"


def test_the_adult_flat_dose_is_taken_from_18_years():
    given = dose(SIROLIMUS, make_body("70", "175", months=216), criteria={"adult": True})
    assert given.low.per_dose == "2 mg"
    assert given.low.per_body == ""
    assert given.cites == ["TX-153"]
    assert given.review == "range as remembered, unchecked"


def test_an_unknown_age_chooses_neither_the_child_nor_the_adult_dose():
    given = dose(SIROLIMUS, make_body(months=None), criteria={"adult": None})
    assert given.tier == "withheld"
    assert "age not recorded" in given.withheld_because


def test_while_the_age_class_is_unknown_the_caps_of_every_age_hold():
    given = dose(MYCOPHENOLATE, make_body("68.4", "190", months=None), criteria={"adult": None})
    assert given.low.per_dose == "1000 mg"


def test_the_missing_cap_is_said():
    assert dose(SIROLIMUS).caps == ["no sourced cap for ALPS"]


def test_a_cap_of_a_course_is_shared_among_its_doses():
    given = dose(IMMUNOGLOBULIN, make_body("25", "120"))
    assert given.low.per_dose == "10 g" and given.low.capped == ""
    tight = replace(
        IMMUNOGLOBULIN, caps=[Cap(per="course", value="1 g/kg", cites=["SX-082"], read="seen")]
    )
    assert dose(tight, make_body("25", "120")).low.per_dose == "5 g"


def test_filgrastim_two_to_three_times_a_week():
    given = dose(FILGRASTIM)
    assert given.low.per_dose == "20 microgram"
    assert given.low.per_day == "40 microgram/week"
    assert given.high.per_dose == "40 microgram"
    assert given.high.per_day == "120 microgram/week"
    assert given.low.products == ["0.07 mL of injection 300 ug/mL (21 microgram)"]


def test_four_mg_per_kg_a_day_in_three_to_four_doses():
    # TX-103: 4 mg/kg/day in 3 to 4 doses, at most 200 mg a day
    from gentian.language.model import Frequency

    record = replace(
        PREDNISONE,
        low="4 mg/kg",
        high="4 mg/kg",
        frequency=Frequency(times=[3, 4], per="1 d", says="in 3 to 4 doses"),
        caps=[Cap(per="day", value="200 mg", cites=["TX-103"], read="seen")],
        ceiling=None,
        products=[],
    )
    given = dose(record, make_body("18", "110"))
    assert (given.low.per_dose, given.low.per_day) == ("18 mg", "72 mg/day")
    assert (given.high.per_dose, given.high.per_day) == ("24 mg", "72 mg/day")
    heavy = dose(record, make_body("60", "160"))
    assert (heavy.low.per_dose, heavy.high.per_dose) == ("50 mg", "66.6 mg")
    assert heavy.high.per_day == "200 mg/day"


def test_the_sourced_default_is_given_besides_the_range():
    record = replace(SIROLIMUS, default=Default(value="2 mg/m2", cites=["TX-142"]))
    assert dose(record).default.per_dose == "1.56 mg"
    assert dose(SIROLIMUS).default is None


def test_a_reason_of_the_plan_withholds_the_dose():
    given = dose(SIROLIMUS, withheld=("if confirmed",))
    assert given.text == "no dose shown (if confirmed)"
    assert given.low is None


def test_a_product_of_unknown_strength_is_never_measured():
    assert all("unknown strength" not in line for line in dose(SIROLIMUS).low.products)


def test_a_too_small_amount_is_said():
    record = replace(PREDNISONE, low="0.1 mg/kg", high="0.1 mg/kg")
    given = dose(record, make_body("4", "50", months=2))
    assert given.low.products == ["tablet 5 mg: not possible, the smallest amount is 2.5 mg"]


def test_an_amount_without_a_unit_is_refused_with_its_place():
    with pytest.raises(GuidelineError, match=r"doses\.yaml:3.*has no unit"):
        dose(replace(SIROLIMUS, low="2", line="parameters/doses.yaml:3"))


@pytest.mark.parametrize(
    ("age", "than", "answer"),
    [
        ((216_000_000, 216_000_000), "18 a", True),
        ((215_999_999, 215_999_999), "18 a", False),
        ((210_000_000, 221_000_000), "18 a", None),
        (None, "18 a", None),
    ],
)
def test_being_older_than_an_age(age, than, answer):
    assert is_older(age, than) is answer


def test_what_is_given_every_four_weeks_says_so():
    from gentian.language.model import Frequency

    monthly = Frequency(times=1, per="28 d", says="every 4 weeks")
    record = replace(IMMUNOGLOBULIN, is_="dose", frequency=monthly, duration=None, caps=[])
    given = dose(record)
    assert given.low.per_day == "8 g/4 weeks"
    assert given.text == "8 g/4 weeks, every 4 weeks (0.4 g/kg/dose)"
