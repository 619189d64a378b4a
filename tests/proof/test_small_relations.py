"""Relations on a small guideline that has every read-off of one thing; and a false one, which is caught."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, find, given, settings
from msgspec.structs import replace

from gentian.chart.events import Chart
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.model import Guideline
from gentian.proof.relations import Pair, list_pairs
from tests.engine import small
from tests.proof.people import load

WINDOWS = {"ever": "", "year": "window: [-400 d, 0 d]", "quarter": "window: [-90 d, 0 d]"}
NUMBERS = ("latest", "earliest", "lowest", "highest", "count")
THINGS = ("splenomegaly", "lymphoproliferation", "steroid", "prednisolone")


def write_facts() -> str:
    """Every read-off of platelets in three windows, and findings and medicines with and without a condition."""
    lines = []
    for window, text in WINDOWS.items():
        for read in NUMBERS:
            lines += _write(f"{read}_{window}", read, "platelets", text)
        where = "where: value < '100 10*9/L'"
        for absent in ("unknown", "false"):
            name = f"any_low_{window}_{absent}"
            lines += _write(name, "any", "platelets", text, where, f"absent: {absent}")
        for thing in THINGS:
            lines += _write(f"any_{thing}_{window}", "any", thing, text)
            lines += _write(
                f"any_flare_{thing}_{window}", "any", thing, text, "where: reason = 'flare'"
            )
            lines += _write(f"count_{thing}_{window}", "count", thing, text)
    for thing in THINGS:
        lines += _write(f"on_{thing}", "on", thing)
        lines += _write(f"on_flare_{thing}", "on", thing, "where: reason = 'flare'")
        where = (
            "where: reason = 'flare' AND certainty = 'confirmed'"  # also of what is stated absent
        )
        for read in ("on", "any"):
            lines += _write(f"{read}_sure_flare_{thing}", read, thing, where)
            lines += _write(f"{read}_present_{thing}", read, thing, f"{where} AND present")
    return "\n".join(lines) + "\n"


def _write(name: str, read: str, of: str, *more: str) -> list[str]:
    return [f"- fact: {name}", f"  says: {name}", f"  read: {read}", f"  of: {of}"] + [
        f"  {line}" for line in more if line
    ]


@cache
def load_small() -> Guideline:
    """The small guideline with the relations that ship."""
    with TemporaryDirectory() as folder:
        guideline = small.load_small(Path(folder), write_facts())
    return replace(guideline, relations=load().relations)


@cache
def find_pairs(relation: str) -> list[Pair]:
    pairs = list_pairs(load_small(), Settings())
    return [pair for pair in pairs if pair.relation.relation == relation]


def list_broken(chart: Chart, pairs: list[Pair]) -> list[tuple[str, str]]:
    found = answer(load_small(), chart, small.INDEX, Settings())
    return [
        (pair.first, pair.second) for pair in pairs if pair.check(found.facts, found.parameters)
    ]


@pytest.mark.parametrize("name", sorted(load().relations))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(chart=small.charts())
def test_every_record_keeps_the_relation(name: str, chart: Chart) -> None:
    assert find_pairs(name), f"no two facts of the small guideline fit {name}: add them above"
    assert list_broken(chart, find_pairs(name)) == []


def test_a_relation_the_wrong_way_round_is_caught() -> None:
    for name in (
        "member-taken-class-taken",
        "shorter-window-longer-window",
        "lowest-at-most-latest",
    ):
        turned = [
            Pair(pair.relation, pair.second, pair.first)
            for pair in find_pairs(name)
            if Pair(pair.relation, pair.second, pair.first) not in find_pairs(name)
        ]
        assert find(small.charts(), lambda chart, pairs=turned: list_broken(chart, pairs) != [])
