"""Weight, height and body surface as a record gives them (TX-006, HZ-04)."""

from __future__ import annotations

from fractions import Fraction

from gentian.dosing.body import Body, read_body
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from tests.plan.people import INDEX, entry, load_small, person


def body(*events, born: str | None = "2019-05-02") -> Body:
    """The body of a chart on 2026-11-23."""
    chart = person(*events, born=born)
    return read_body(load_small(), chart, answer(load_small(), chart, INDEX, Settings()))


def test_weight_and_height_of_one_day_give_the_body_surface():
    found = body(entry("weight", 20), entry("height", 110))
    assert found.surface.value == Fraction("0.7817")
    assert found.surface.print() == "0.78 m² (Mosteller, 2026-11-22)"
    assert found.weight.print() == "20 kg on 2026-11-22"
    assert found.unclear == ()


def test_the_latest_weight_counts_and_the_last_common_day_gives_the_surface():
    found = body(
        entry("weight", 19, "2026-11-01"), entry("height", 109, "2026-11-01"), entry("weight", 20)
    )
    assert found.weight.value == 20
    assert found.surface.weight.value == 19
    assert found.surface.print().endswith("2026-11-01)")


def test_no_common_day_no_surface():
    assert body(entry("weight", 20), entry("height", 110, "2026-11-01")).surface is None


def test_two_weights_of_the_same_time_are_not_one_number():
    found = body(entry("weight", 20), entry("weight", 42), entry("height", 110))
    assert found.weight is None
    assert found.surface is None
    assert dict(found.unclear)["weight"] == "weight is not one number: 20 or 42 kg"


def test_a_month_is_not_a_day():
    assert body(entry("weight", 20, "2026-10"), entry("height", 110, "2026-10")).surface is None


def test_a_bound_is_not_a_weight():
    below = entry("weight", on="2026-11-22", high=20_000_000)
    assert body(below).weight is None


def test_what_comes_after_the_index_time_does_not_count():
    later = [entry("weight", 30, "2026-12-24"), entry("height", 130, "2026-12-24")]
    assert body(entry("weight", 20), entry("height", 110), *later).surface.weight.value == 20


def test_the_relatives_weight_is_not_the_patients():
    assert body(entry("weight", 70, about="mother")).weight is None


def test_age_is_counted_in_months_by_the_calendar_or_unknown():
    assert body().age[0] // 1_000_000 == 90
    assert body(born=None).age is None
