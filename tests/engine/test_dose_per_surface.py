"""A dose that is being taken, per body surface: the same ticks in both engines, never a false alarm."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gentian.chart.events import Chart
from gentian.dosing.body import calculate_surface
from gentian.engine.answers import FactValue
from gentian.engine.many import answer_many
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language import model
from tests.engine import small

HEIGHT = """
- measurement: height
  unit: cm
  domain: examination
- parameter: ceiling
  value: 4 mg/m2/d
  read: seen
- fact: dose_by_surface
  says: dose by surface
  read: latest
  take: dose_per_m2
  of: sirolimus
- criterion: too_high
  says: Too high.
  when: dose_by_surface > ceiling
"""


@pytest.fixture(scope="module")
def guideline(tmp_path_factory: pytest.TempPathFactory) -> model.Guideline:
    return small.load_small(Path(tmp_path_factory.mktemp("surface")), HEIGHT)


def make(dose: float, *sizes: tuple[str, str, float]) -> Chart:
    taken = small.make_event(
        "sirolimus",
        "2026-01-10",
        ends=(small.INDEX + 1000, small.INDEX + 2000),
        dose_low=round(dose * small.TICKS),
        dose_high=round(dose * small.TICKS),
    )
    return small.make_chart(taken, *(small.make_event(*size) for size in sizes))


def read(guideline: model.Guideline, chart: Chart) -> tuple[FactValue, bool | None]:
    found = answer(guideline, chart, small.INDEX, Settings())
    facts, _ = answer_many(guideline, [chart], small.INDEX, Settings())[0]
    assert facts["dose_by_surface"].low == found.facts["dose_by_surface"].low
    assert facts["dose_by_surface"].high == found.facts["dose_by_surface"].high
    return found.facts["dose_by_surface"], found.criteria["too_high"]


@pytest.mark.parametrize("weight, height", [(20, 110), (6.5, 63), (70, 175), (120, 190)])
def test_the_interval_holds_the_exact_amount_and_is_narrow(guideline, weight, height):
    value, _ = read(
        guideline, make(2, ("weight", "2026-11-19", weight), ("height", "2026-11-19", height))
    )
    exact = 2 / calculate_surface(Fraction(height), Fraction(str(weight))) * small.TICKS
    assert value.low <= exact * Fraction(10001, 10000) and value.high >= exact * Fraction(
        9999, 10000
    )
    assert value.high - value.low < exact / 1000


def test_four_milligrams_are_too_much_for_a_child_of_14_kg_and_not_for_a_grown_up(guideline):
    child = make(4, ("weight", "2026-11-19", 14), ("height", "2026-11-19", 93))
    adult = make(4, ("weight", "2026-11-19", 70), ("height", "2026-11-19", 175))
    assert read(guideline, child)[1] is True
    assert read(guideline, adult)[1] is False


def test_without_a_height_nobody_can_tell(guideline):
    assert read(guideline, make(4, ("weight", "2026-11-19", 14)))[1] is None


def test_two_weights_of_one_time_leave_it_open_between_them(guideline):
    sizes = [
        ("weight", "2026-11-19", 14),
        ("weight", "2026-11-19", 41),
        ("height", "2026-11-19", 93),
    ]
    value, too_high = read(guideline, make(3, *sizes))
    assert too_high is None and value.low < 4_000_000 < value.high


def test_a_weight_after_the_index_time_does_not_count(guideline):
    sizes = [
        ("weight", "2026-11-19", 14),
        ("weight", "2026-12-24", 70),
        ("height", "2026-11-19", 93),
    ]
    assert read(guideline, make(4, *sizes))[1] is True
