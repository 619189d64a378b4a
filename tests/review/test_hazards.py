"""Each control of a hazard is taken away, and its expectation has to fail; with it, it has to hold."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from gentian.chart.errors import ReadingError
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.review.removal import remove_control
from gentian.review.rules import Control, read_rules
from tests.review import broken, expectations, levels

HAZARDS = read_rules().hazards
CONTROLS = [
    pytest.param(control, id=f"{hazard.hazard}-{control.test}")
    for hazard in HAZARDS
    for control in hazard.controls
]


def find_expectation(control: Control) -> Callable[[Guideline], None]:
    place = levels if hasattr(levels, control.test) else expectations
    found: Callable[[Guideline], None] = getattr(place, control.test)
    return found


def test_every_hazard_of_the_evidence_is_here() -> None:
    assert [item.hazard for item in HAZARDS] == [f"HZ-{number:02}" for number in range(1, 28)]


@pytest.mark.parametrize("control", CONTROLS)
def test_with_the_control_the_expectation_holds(control: Control) -> None:
    find_expectation(control)(load_guideline())


@pytest.mark.parametrize("control", CONTROLS)
def test_without_the_control_the_expectation_fails(
    control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    if control.without.code:
        put_out_of_action(control.without.code, monkeypatch)
    without = remove_control(load_guideline(), control.without)
    with pytest.raises((AssertionError, StopIteration, ReadingError)):
        find_expectation(control)(without)


def put_out_of_action(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the broken stand-in of a piece of code in its place; `module:name`, or `module:Class.method`."""
    module, _, name = code.partition(":")
    owner: Any = import_module(module)
    *path, last = name.split(".")
    for step in path:
        owner = getattr(owner, step)
    monkeypatch.setattr(owner, last, broken.STAND_INS[code](getattr(owner, last)))


def test_every_control_names_an_expectation_and_each_is_used() -> None:
    named = {control.test for hazard in HAZARDS for control in hazard.controls}
    written = {
        name
        for module in (expectations, levels)
        for name, item in vars(module).items()
        if callable(item) and getattr(item, "__module__", "") == module.__name__
        if not name.startswith("_")
        if item.__code__.co_varnames[: item.__code__.co_argcount] == ("guideline",)
    }
    assert named == written
