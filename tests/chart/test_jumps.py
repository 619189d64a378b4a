"""A weight or height that jumps against the last one is put back to the reader (HZ-04)."""

from __future__ import annotations

import pytest

from gentian.chart.jumps import find_leaps
from gentian.chart.reading import read_chart
from gentian.language.loader import load_guideline

GUIDELINE = load_guideline()


def read(*lines: str) -> list[str]:
    form = "gentian: chart 1\nperson: example-test\nborn: 2019-05-04\nas_of: 2026-11-20\nresults:\n"
    form += "".join(f"  - {line}\n" for line in lines)
    chart = read_chart(form.encode(), GUIDELINE, file="example.yaml")
    return [note.why for note in chart.reading.notes if note.group == "confirm"]


def test_a_weight_a_third_higher_after_three_months_is_put_back_to_the_reader():
    (why,) = read("2026-08-20: {weight: 24 kg}", "2026-11-20: {weight: 32 kg}")
    assert why == "32 kg on 2026-11-20 is 33 % more than 24 kg on 2026-08-20"


def test_pounds_typed_as_kilograms_are_seen():
    (why,) = read("2026-10-20: {weight: 24 kg}", "2026-11-20: {weight: 53 kg}")
    assert "121 % more" in why


def test_a_fall_counts_like_a_rise():
    (why,) = read("2026-10-20: {weight: 24 kg}", "2026-11-20: {weight: 21 kg}")
    assert "12 % less" in why


@pytest.mark.parametrize("weight", ["26.4 kg", "24 kg", "21.6 kg"])
def test_up_to_a_tenth_nothing_is_asked(weight: str):
    assert read("2026-08-20: {weight: 24 kg}", f"2026-11-20: {{weight: {weight}}}") == []


def test_a_child_that_was_last_weighed_years_ago_has_simply_grown():
    assert read("2025-11-20: {weight: 14 kg}", "2026-11-20: {weight: 16 kg}") == []
    assert read("2023-11-20: {weight: 14 kg}", "2026-11-20: {weight: 20 kg}") == []
    assert len(read("2023-11-20: {weight: 14 kg}", "2026-11-20: {weight: 44 kg}")) == 1


def test_the_order_of_entries_and_a_relatives_weight_do_not_matter():
    lines = ["2026-08-20: {weight: 24 kg}", "2026-11-20: {weight: 32 kg}"]
    assert read(*lines) == read(*reversed(lines))


def test_only_the_last_value_is_asked_about():
    lines = ["2026-01-20: {weight: 24 kg}", "2026-02-20: {weight: 53 kg}"]
    assert len(read(*lines, "2026-03-20: {weight: 24 kg}")) == 1
    assert read(*lines, "2026-03-20: {weight: 24 kg}", "2026-04-20: {weight: 24.5 kg}") == []


def test_heights_are_compared_too_and_two_of_one_day_are_left_to_the_conflict():
    assert len(read("2026-08-20: {height: 121 cm}", "2026-11-20: {height: 140 cm}")) == 1
    assert read("2026-11-20: {height: 121 cm}", "2026-11-20: {height: 140 cm}") == []


def test_every_leap_lies_beyond_the_share_that_the_vocabulary_names():
    form = b"gentian: chart 1\nperson: p\nas_of: 2026-11-20\nresults:\n"
    days = [f"  - 2026-0{month}-20: {{weight: {20 + 2 * month} kg}}\n" for month in range(1, 10)]
    chart = read_chart(form + "".join(days).encode(), GUIDELINE, file="example.yaml")
    for leap in find_leaps(chart.events, GUIDELINE.vocabulary):
        assert abs(leap.share) * 10 > 1
