"""The outcome table that ships, over every case it can be asked; and the alert budget."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from gentian.language.model import StatementEntry
from gentian.language.sources import read_entries
from gentian.plan.judgement import OFFERED, SILENT, Judgement
from gentian.plan.outcomes import (
    ALERT_BUDGET,
    Case,
    find_outcome,
    limit_alerts,
)

TABLE = read_entries().entries["outcome"]
CASES = [
    Case(*values)
    for values in product(
        ("applies", "does-not-apply", "cannot-tell"),
        ("act", "withhold", "ask", "silent"),
        (True, False),
        ("yes", "preview", "no"),
        ("yes", "unknown", "no"),
        ("open", "done"),
        (True, False),
    )
]
APPLIES = Case("applies", "ask", treatment=True)


def outcome(case: Case) -> str:
    """What the table shows."""
    return find_outcome(TABLE, case)[0]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (APPLIES, "offer"),
        (replace(APPLIES, checks="open"), "offer-after-checks"),
        (replace(APPLIES, blocked="unknown"), "offer-after-checks"),
        (replace(APPLIES, blocked="yes"), "blocked"),
        (replace(APPLIES, blocked="yes", rescue=True), "blocked"),
        (replace(APPLIES, answer="cannot-tell", blocked="yes"), "cannot-tell"),
        (replace(APPLIES, answer="cannot-tell", blocked="yes", if_unknown="act"), "blocked"),
        (replace(APPLIES, opened="preview"), "withheld"),
        (replace(APPLIES, opened="no"), "not-applicable"),
        (replace(APPLIES, answer="does-not-apply"), "not-indicated"),
        (replace(APPLIES, answer="cannot-tell"), "cannot-tell"),
        (replace(APPLIES, answer="cannot-tell", if_unknown="act"), "assumed"),
        (replace(APPLIES, answer="cannot-tell", if_unknown="withhold"), "withheld"),
        (replace(APPLIES, answer="cannot-tell", if_unknown="silent"), "not-applicable"),
    ],
)
def test_the_table_row_by_row(case, expected):
    assert outcome(case) == expected


@pytest.mark.parametrize("blocked", ["unknown", "no"])
@pytest.mark.parametrize("checks", ["open", "done"])
def test_an_unknown_or_an_open_check_never_withholds_a_rescue(blocked, checks):
    case = replace(APPLIES, rescue=True, blocked=blocked, checks=checks)
    assert outcome(case) in OFFERED


def test_a_known_absolute_reason_blocks_every_treatment_that_applies():
    for case in CASES:
        if case.treatment and case.blocked == "yes" and case.opened == "yes":
            assert outcome(case) not in OFFERED, case


def test_what_is_not_decided_is_never_plainly_offered():
    for case in CASES:
        if case.answer == "cannot-tell":
            assert outcome(case) != "offer", case


def test_a_closed_care_status_shows_nothing():
    for case in CASES:
        if case.opened == "no":
            assert outcome(case) in SILENT, case


def test_open_checks_never_give_a_plain_offer():
    for case in CASES:
        if case.checks == "open":
            assert outcome(case) != "offer", case


def test_a_preview_is_never_an_offer():
    for case in CASES:
        if case.opened == "preview":
            assert outcome(case) not in OFFERED, case


def test_a_table_with_a_hole_offers_nothing():
    assert find_outcome([], APPLIES)[0] == "cannot-tell"


# --- the alert budget ----------------------------------------------------------------------------


def warning(number: int, *, kind: str = "warn", emergency: bool = False) -> Judgement:
    """A line that applies; the lower its number, the more urgent."""
    entry = StatementEntry(
        statement=f"{kind}-{number:02d}",
        row="living",
        kind=kind,
        says="",
        when="",
        if_unknown="ask",
        cites=[],
        urgency=1 + number // 4,
        emergency=emergency,
    )
    return Judgement(entry, True, "offer")


def limit(*items: Judgement) -> dict[str, Judgement]:
    """The lines after the budget."""
    return limit_alerts({item.entry.statement: item for item in items})


def test_at_most_seven_warnings_and_the_most_urgent_stay():
    found = limit(*(warning(number) for number in reversed(range(12))))
    shown = sorted(name for name, item in found.items() if item.is_shown)
    assert len(shown) == ALERT_BUDGET
    assert shown == [f"warn-{number:02d}" for number in range(7)]
    assert found["warn-11"].folded == "alert budget"
    assert found["warn-11"].outcome == "offer"


def test_emergencies_do_not_count_and_are_never_folded():
    found = limit(
        *(warning(number) for number in range(8)), warning(30, kind="do-not-start", emergency=True)
    )
    assert found["do-not-start-30"].is_shown
    assert sum(item.is_shown for item in found.values()) == ALERT_BUDGET + 1


def test_a_reason_said_on_the_treatments_line_is_no_line_of_its_own():
    stop = warning(1, kind="do-not-start")
    treatment = warning(2, kind="recommend")
    found = limit(stop, replace(treatment, heard=("do-not-start-01",), outcome="blocked"))
    assert found["do-not-start-01"].folded == "recommend-02"
