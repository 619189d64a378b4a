"""The intervals hold what they promise, and the validation report says what its run measured."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from types import SimpleNamespace

import pytest

from gentian.dosing.body import Body
from gentian.engine.settings import Settings
from gentian.pharmacokinetics.case import Case, Wish, judge_models
from gentian.pharmacokinetics.forecast import make_forecast
from validation.clinic import (
    CONSULT,
    FULL,
    GUIDELINE,
    RULES,
    find_doses,
    find_target,
    set_up,
    sit,
)
from validation.forecasts import Life, forecast_blind, forecast_own, live
from validation.intervals import share
from validation.page import read_figures, render
from validation.run import ROOT
from validation.summaries import covers, speaks
from validation.truths import TRUTHS

FIGURES = ROOT / "docs" / "validation.json"
PAGE = ROOT / "docs" / "validation.md"
MEND = "uv run python validation/run.py"


@pytest.mark.parametrize("truth", ["chen21", "fan"])
def test_intervals_of_the_known_model_hold_nine_in_ten(truth: str) -> None:
    """60 people, after one and three levels: 95 to 117 of 120 are what chance leaves of 108 (1 in 1,000)."""
    cases = [case for i in range(60) for case in forecast_own(TRUTHS[truth], i, (1, 3))]
    assert 95 <= sum(map(covers, cases)) <= 117


def test_intervals_without_the_true_model_still_hold_three_in_four() -> None:
    """Without Fan 2024, whose levels scatter more than the other models believe."""
    cases = [case for i in range(60) for case in forecast_blind(TRUTHS["fan"], i, (5,))]
    marked = [case for case in cases if speaks(case)]
    assert len(marked) >= 40
    assert sum(map(covers, marked)) / len(marked) >= 0.75


def test_a_person_without_any_model_is_not_forecast() -> None:
    found = forecast_blind(TRUTHS["golubovic"], 0, (3,))[0]
    assert found.interval is None
    assert found.silent == ("no model",)


@pytest.mark.parametrize(("truth", "count"), [("chen21", 1), ("fan", 3), ("bridge", 5)])
def test_the_consult_of_the_validation_is_the_consult(truth: str, count: int) -> None:
    target = find_target("5 to 15")
    life = live(TRUTHS[truth], 1)
    history, _ = life.recall(count)
    sitting = sit(history, life.person.form, speed=FULL)
    doses = find_doses(sitting, life.person.surface, target)
    forecast = make_forecast(pose(life, count), sitting.present, target)
    assert [one.per_dose for one in doses.options] == [one.per_dose for one in forecast.options]
    assert [one.inside for one in doses.options] == [one.inside for one in forecast.options]
    assert doses.choice.option.per_day == forecast.choice.option.per_day


def pose(life: Life, count: int) -> Case:
    """The case of a virtual person who says that no dose was missed."""
    history, _ = life.recall(count)
    setting = set_up(history, life.person.form)
    denied = SimpleNamespace(truth=False, known=True)
    return Case(
        guideline=GUIDELINE,
        consult=CONSULT,
        chart=SimpleNamespace(events=()),
        answers=SimpleNamespace(facts={CONSULT.missed: denied}, criteria={}, index=0),
        settings=Settings(),
        wish=Wish(),
        rules=RULES,
        body=Body(surface=SimpleNamespace(value=Fraction(life.person.surface))),
        history=setting.history,
        influences=(),
        present=None,
        setting=setting,
        candidates=tuple(judge_models(GUIDELINE, setting)),
    )


def test_the_page_says_what_the_run_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(read_figures(FIGURES)), MEND


def test_another_figure_is_another_page() -> None:
    figures = read_figures(FIGURES)
    other = deepcopy(figures)
    other["own_all"]["1"]["all"] = share(1, 2)
    assert render(other) != render(figures)


def test_the_report_was_made_in_full_and_with_the_rules_in_force() -> None:
    figures = read_figures(FIGURES)
    assert not figures["quick"], MEND
    assert figures["rules"] == {name: RULES.number(name) for name in figures["rules"]}, MEND
