"""Quantities in words."""

from __future__ import annotations

import pytest

from gentian.language.wording import say_quantity, say_unit


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("20 10*9/L", "20 ×10^9/L"),
        ("6 mo", "6 months"),
        ("1 mo", "1 month"),
        ("18 a", "18 years"),
        ("2 1", "2"),
        ("<31.2 pg/mL", "<31.2 pg/mL"),
        ("8-80 10*9/L", "8-80 ×10^9/L"),
        ("2 mg/m2/d", "2 mg/m²/day"),
        ("0.2 mg/kg/d", "0.2 mg/kg/day"),
        ("38 Cel", "38 °C"),
        ("as the protocol says", "as the protocol says"),
    ],
)
def test_a_quantity_is_written_for_reading(written, said):
    assert say_quantity(written) == said


def test_a_pure_number_has_no_unit_to_read():
    assert say_unit("1") == ""
