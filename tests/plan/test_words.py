"""Sentences of the guideline with the numbers of this centre."""

from __future__ import annotations

from gentian.engine.settings import Settings
from gentian.plan.words import Words
from tests.plan.people import load_small


def test_the_overlay_comes_first_and_other_braces_stay():
    words = Words(load_small(), Settings(overlay={"platelets_severe": "10 10*9/L"}))
    assert words.say("severe_thrombocytopenia") == "Platelets below 10 ×10^9/L"
    assert words.fill("{dose} at {fever_limit}") == "{dose} at 38.0 °C"
    assert words.say("nothing_of_that_name") == "nothing of that name"
