"""The plans of the examples have not changed unseen. If the change is wanted: `uv run python -m
tests.examples.regenerate`, read the difference as a clinician would, and commit it with its reason.
"""

from __future__ import annotations

import re

import pytest

from tests.examples.golden import (
    CHECKLIST,
    FOLDER,
    find_places,
    make_checklist,
    make_json,
    make_text,
)
from tests.examples.people import NAMES

MEND = "run `uv run python -m tests.examples.regenerate` and read the difference"


def test_there_is_a_page_of_every_example_and_no_other():
    expected = {f"{name}.{form}" for name in NAMES for form in ("txt", "json")}
    assert {path.name for path in FOLDER.iterdir()} == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_the_golden_one(name):
    golden = (FOLDER / f"{name}.txt").read_bytes()
    assert make_text(name).encode() == golden, MEND


@pytest.mark.parametrize("name", NAMES)
def test_the_json_is_the_golden_one(name):
    golden = (FOLDER / f"{name}.json").read_bytes()
    assert make_json(name).encode() == golden, MEND


def test_the_checklist_says_where_each_statement_is_seen():
    assert make_checklist() == CHECKLIST.read_text(encoding="utf-8"), MEND


@pytest.mark.parametrize("row", [f"PR-{number}" for number in range(20, 40)])
def test_each_row_and_stop_of_the_evidence_is_seen_in_an_example(row):
    """Of every manifestation and of every medicine's stops at least one statement is printed somewhere."""
    line = next(
        line
        for line in CHECKLIST.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| {row} ")
    )
    assert [item for item in re.findall(r"`([a-z0-9-]+)`", line) if item in find_places()]
