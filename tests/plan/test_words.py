"""Parameters inside sentences are written as people write them."""

from __future__ import annotations

import pytest

from gentian.engine.settings import Settings
from gentian.plan.words import Words, spell_quantity
from tests.plan.people import load_small


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("28 d", "28 days"),
        ("1 mo", "1 month"),
        ("18 a", "18 years"),
        ("38.0 Cel", "38.0 °C"),
        ("20 10*9/L", "20 ×10⁹/L"),
        ("25 mL/min/{1.73_m2}", "25 mL/min/1.73 m2"),
        ("2 ug/kg", "2 microgram/kg"),
        ("50 [IU]/kg", "50 international units/kg"),
        ("3 1", "3"),
        ("1.5 %", "1.5 %"),
    ],
)
def test_units_on_paper(text, written):
    assert spell_quantity(text) == written


def test_the_overlay_comes_first_and_other_braces_stay():
    words = Words(load_small(), Settings(overlay={"platelets_severe": "10 10*9/L"}))
    assert words.say("severe_thrombocytopenia") == "Platelets below 10 ×10⁹/L"
    assert words.fill("{dose} at {fever_limit}") == "{dose} at 38.0 °C"
    assert words.say("nothing_of_that_name") == "nothing of that name"
