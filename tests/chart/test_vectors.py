"""The test vectors of the evidence that are about reading a record (TV-08, TV-16)."""

from __future__ import annotations

import pytest

from gentian.chart.errors import ReadingError
from gentian.chart.reading import read_chart
from gentian.language.loader import load_guideline
from gentian.language.quantities import format_ticks

FORM = """
gentian: chart 1
person: example-vector
born: 2015-02-03
as_of: 2026-11-20
results:
  - 2026-11-20: {{{result}}}
"""


def read(result: str):
    return read_chart(FORM.format(result=result).encode(), load_guideline())


def test_tv_08_a_molar_trough_is_read_in_mass_units():
    """8.0 nmol/L is 7.3 ng/mL, give or take half a printed digit."""
    (event,) = read("sirolimus-trough: 8.0 nmol/L").events
    assert event.low < 7_313_600 < event.high
    assert format_ticks(event.low)[:3] == "7.2" and format_ticks(event.high)[:3] == "7.3"


def test_tv_16_a_haemoglobin_without_a_unit_is_asked_back_never_guessed():
    with pytest.raises(ReadingError) as caught:
        read("haemoglobin: 80")
    assert caught.value.code == 11
    assert "g/L" in str(caught.value) and ":7:" in str(caught.value)


def test_grams_per_decilitre_and_per_litre_are_the_same_blood():
    """HZ-27: 8.0 g/dL is 80 g/L."""
    (one,), (other,) = (read(f"haemoglobin: {text}").events for text in ("8.0 g/dL", "80 g/L"))
    assert (one.low, one.high) == (other.low, other.high)
