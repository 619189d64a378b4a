"""The text page: 60 lines of 100 columns, every entry with its ids, nothing silently left out."""

from __future__ import annotations

import re

import msgspec
import pytest

from gentian.documents.lines import WIDTH, measure
from gentian.documents.text import HEIGHT, render_text
from gentian.plan.model import Plan
from tests.documents.samples import make_plan, make_unknown_plan, spoil

PLANS = [make_plan(), make_unknown_plan()]
HOSTILE = [
    "\x1b[31m\x07\x00",
    " line one\nline two\r\tand a tab",
    "\u202e\u2066 turned around",
    " 血小板減少" * 40,
    "x" * 400,
    " word" * 200,
]


def read(plan: Plan) -> str:
    """The whole page without its line breaks."""
    return " ".join(render_text(plan, whole=True).split())


def make_crowded_plan(times: int = 30) -> Plan:
    """A plan with far more to say than a page holds."""
    plan = make_plan()
    return msgspec.structs.replace(
        plan,
        statements=[
            msgspec.structs.replace(statement, id=f"{statement.id}-{number}")
            for number in range(times)
            for statement in plan.statements
        ],
        problems=plan.problems * times,
        calendar=plan.calendar * times,
        reading=msgspec.structs.replace(plan.reading, notes=plan.reading.notes * times),
        emergencies=[f"bleeding-watch-{number}" for number in range(times)],
        standing_plans=[f"fever-plan-{number}" for number in range(times)],
    )


@pytest.mark.parametrize("plan", [*PLANS, make_crowded_plan()])
def test_the_page_keeps_its_budget(plan: Plan) -> None:
    lines = render_text(plan).splitlines()
    assert len(lines) <= HEIGHT == 60
    assert max(map(measure, lines)) <= WIDTH == 100


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("whole", [False, True])
def test_hostile_text_neither_steers_the_terminal_nor_breaks_the_page(
    poison: str, whole: bool
) -> None:
    text = render_text(spoil(make_plan(), poison), whole=whole)
    lines = text.split("\n")[:-1]
    assert max(map(measure, lines)) <= WIDTH
    assert whole or len(lines) <= HEIGHT
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text)


def test_the_whole_page_keeps_the_columns_and_prints_every_statement() -> None:
    plan = make_crowded_plan(3)
    text = render_text(plan, whole=True)
    assert max(map(measure, text.splitlines())) <= WIDTH
    assert [s.id for s in plan.statements if s.id not in text.replace("\n", " ")] == []


def test_nothing_is_silently_left_out_of_the_short_page() -> None:
    text = render_text(make_plan())
    shown = [s for s in make_plan().statements if s.outcome != "not-applicable"]
    assert [s.id for s in shown if s.id not in text] == []


def test_what_does_not_fit_is_counted() -> None:
    text = render_text(make_crowded_plan())
    assert re.search(r"EMERGENCY +▲ (.*\n)+? +\+ \d+ more under --all: bleeding-watch-", text)


@pytest.mark.parametrize("plan", PLANS)
def test_every_entry_of_the_whole_page_carries_its_ids(plan: Plan) -> None:
    _, text = render_text(plan, whole=True).split("\n\n", 1)  # below the head
    entries = re.split(r"\n(?=  \S)", text)[1:]
    body = [entry.split("\n\n")[0] for entry in entries if not entry.startswith("  –  ")]
    without = [entry for entry in body if not re.search(r"\[[^\]]+\]", entry)]
    assert without == []


def test_emergencies_and_refused_entries_come_before_everything_else() -> None:
    text = render_text(make_plan())
    places = [text.index(word) for word in ("EMERGENCY", "✕ refused", "CARE STATUS", "AUTOIMMUNE")]
    assert places == sorted(places)


def test_a_qualifier_stands_in_the_same_breath_as_the_label() -> None:
    text = " ".join(render_text(make_plan()).split())
    assert "ALPS, definitive, exclusion of lymphoma not documented" in text


def test_with_nothing_known_what_to_ask_comes_first() -> None:
    text = render_text(make_unknown_plan())
    assert text.index("Is there fever now?") < text.index("CARE STATUS")
    assert "age not recorded" in text and "none recorded as taken" in text


def test_an_empty_field_says_why_it_is_empty() -> None:
    text = read(make_plan())
    assert "see standing plans (1)" not in text
    assert "cannot tell (1): Infection" in text
    assert "the guideline says nothing here: Diagnosis" in text


def test_withheld_says_by_what() -> None:
    assert "Withheld: pregnancy not asked: the test comes first." in read(make_plan())


def test_a_withheld_statement_without_a_reason_still_says_something() -> None:
    plan = make_plan()
    bare = [msgspec.structs.replace(s, blocked_by=[], missing=[]) for s in plan.statements]
    text = read(msgspec.structs.replace(plan, statements=bare))
    assert "Withheld: not in this care status." in text


def test_a_dose_is_a_range_with_its_tier_and_its_open_boxes() -> None:
    text = " ".join(render_text(make_plan()).split())
    assert "1.8–2.2 mg/day (body surface 0.90 m2). (dose indicative) ☐ clarithromycin" in text


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert render_text(make_plan()) == render_text(make_plan())


def test_colour_changes_no_word() -> None:
    painted = render_text(make_plan(), colour=True)
    assert "\x1b[1;31m" in painted
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render_text(make_plan())
