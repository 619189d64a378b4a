"""Expired text: advice is marked, safety rules keep firing, and nothing is hidden (HZ-25)."""

from __future__ import annotations

import msgspec
import pytest

from gentian.documents.html import render_html
from gentian.documents.text import render_text
from gentian.language.dates import parse_date
from gentian.language.loader import load_guideline
from gentian.language.model import Review
from gentian.plan.freshness import describe_due, describe_overdue, is_past
from tests.guideline.people import CHILD, COUNTS, WELL, find, medicines, read_plan

BEFORE, AFTER = parse_date("2027-11-01")[0], parse_date("2027-11-02")[0]
SIROLIMUS = medicines("sirolimus: 1.6 mg daily since 2026-01-10", "clarithromycin: now")


def test_the_day_itself_is_not_past() -> None:
    assert not is_past("2027-11-01", BEFORE)
    assert is_past("2027-11-01", AFTER)
    assert not is_past("", AFTER)


def test_the_guideline_as_a_whole_says_so_once() -> None:
    guideline = load_guideline()
    assert describe_overdue(guideline, BEFORE) == ""
    assert "review overdue, newer advice may exist" in describe_overdue(guideline, AFTER)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sirolimus-long-term", "review overdue since 2027-01-01"),
        ("sirolimus-stop-pregnancy", "review overdue since 2027-01-01, kept because it guards"),
        ("fever-standing-plan", "review overdue since 2027-01-01, kept because it guards"),
    ],
)
def test_a_date_of_its_own_stands_on_the_line(name: str, words: str) -> None:
    entry = load_guideline().statements[name]
    dated = msgspec.structs.replace(entry, review=Review(due="2027-01-01"))
    assert describe_due(dated, AFTER) == words
    assert describe_due(entry, AFTER) == ""


def test_a_late_plan_is_marked_on_every_page_and_still_warns() -> None:
    late = CHILD.replace("2026-11-20", "2028-11-20")
    plan = read_plan(late, WELL, COUNTS, SIROLIMUS, as_of="2028-11-20")
    assert find(plan, "interaction-sirolimus-clarithromycin-on").outcome == "offer"
    assert "overdue" in render_text(plan)
    assert 'class="state k-caution"' in render_html(plan)


def test_a_plan_of_today_is_not_marked() -> None:
    plan = read_plan(CHILD, WELL, COUNTS, SIROLIMUS)
    assert "overdue" not in render_text(plan)
    assert 'class="state"' in render_html(plan)
