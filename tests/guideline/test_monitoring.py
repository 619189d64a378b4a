"""What is due when: PR-01 to PR-12 as dates that a clinician can recount."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gentian.language.loader import load_guideline
from tests.guideline.people import CHILD, findings, medicines, read_plan

PAGE = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")
ROWS = {
    line.split(" | ")[0].strip("| "): line for line in PAGE.splitlines() if line.startswith("| PR-")
}
ALPS = findings("alps-diagnosis-recorded: since 2024", "spleen-in-place: now")
TROUGH, EYES, AST = (
    "sirolimus trough (whole blood)",
    "eye check (pressure and lens)",
    "aspartate aminotransferase",
)
MAN = """
    born: 1985-05-04
    sex: male
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20}
"""


def find(plan, name: str) -> list[tuple[str, str]]:
    """Status and time of one test on the calendar."""
    return [(line.status, line.when) for line in plan.calendar if name in line.what]


def on(medicine: str, *record: str, who: str = CHILD):
    return read_plan(who, ALPS, medicines(medicine), *record)


def result(day: str, what: str) -> str:
    return f"results:\n  - {day}: {{{what}}}\n"


# --- the twelve rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [f"PR-{number:02}" for number in range(1, 13)])
def test_every_row_of_the_evidence_has_schedules_that_cite_it(row):
    schedules = load_guideline().schedules
    named = re.findall(r"`([a-z0-9-]+)`", ROWS[row].split(" | ")[2])
    assert named
    assert [name for name in named if row not in schedules[name].cites] == []


def test_every_schedule_is_on_the_page_or_belongs_to_another_subject():
    named = set(re.findall(r"`([a-z0-9-]+)`", PAGE))
    elsewhere = {"gcsf", "immunoglobulin-replacement"}
    ours = {
        name
        for name, entry in load_guideline().schedules.items()
        if any(re.fullmatch(r"PR-(0\d|1[0-2])", cite) for cite in entry.cites)
    }
    assert ours - named - elsewhere == set()


# --- phases ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("medicine", "test", "last", "expected"),
    [
        # sirolimus: day 10 after the start, weekly, monthly, every three months
        ("sirolimus: 1 mg daily since 2026-11-15", TROUGH, "", ("planned", "2026-11-25")),
        ("sirolimus: 1 mg daily since 2026-11-01", TROUGH, "2026-11-11", ("planned", "2026-11-18")),
        ("sirolimus: 1 mg daily since 2026-09-01", TROUGH, "2026-11-10", ("planned", "2026-12-10")),
        ("sirolimus: 1 mg daily since 2026-01-01", TROUGH, "2026-11-01", ("planned", "2027-02-01")),
        # thiopurine: weekly four times, every two weeks, monthly, every three months
        ("azathioprine: 50 mg daily since 2026-11-15", "platelet count", "", ("planned", "2026-11-22")),
        ("azathioprine: 50 mg daily since 2026-10-01", "platelet count", "2026-11-15", ("planned", "2026-11-29")),
        ("azathioprine: 50 mg daily since 2026-07-20", "platelet count", "2026-11-15", ("planned", "2026-12-15")),
        ("azathioprine: 50 mg daily since 2025-01-01", "platelet count", "2026-11-15", ("planned", "2027-02-15")),
        # calcineurin inhibitor
        ("tacrolimus: 2 mg daily since 2026-11-15", "magnesium", "", ("planned", "2026-11-22")),
        ("tacrolimus: 2 mg daily since 2026-01-15", "magnesium", "2026-11-15", ("planned", "2026-12-15")),
        # TPO receptor agonists
        ("romiplostim: 100 ug weekly since 2026-11-15", "platelet count", "", ("planned", "2026-11-22")),
        ("eltrombopag: 25 mg daily since 2026-11-15", AST, "", ("planned", "2026-11-29")),
        ("eltrombopag: 25 mg daily since 2026-08-15", EYES, "", ("planned", "2027-02-15")),
        # rituximab: every three months for a year, then every six
        ("rituximab: {given: 2026-10-20}", "immunoglobulin G", "", ("planned", "2027-01-20")),
        ("rituximab: {given: 2025-10-20}", "immunoglobulin G", "2026-11-01", ("planned", "2027-05-01")),
    ],
)  # fmt: skip
def test_a_phase_and_its_next_date(medicine, test, last, expected):
    values = {
        TROUGH: "sirolimus-trough: 6 ng/mL",
        "platelet count": "platelets: 210 10*9/L",
        "magnesium": "magnesium: 0.8 mmol/L",
        "immunoglobulin G": "igg: 4 g/L (6-14)",
    }
    record = [result(last, values[test])] if last else []
    found = find(read_plan(MAN, medicines(medicine), *record), test)
    due = [item if item[1] != "now" else ("due", "now") for item in found]
    expected_due = [expected] if expected[1] > "2026-11-20" else [("due", "now")]
    assert due[:1] == expected_due


def test_a_trough_is_counted_from_the_last_change_of_dose():
    changed = medicines(
        "sirolimus: 1 mg daily 2026-01-10 to 2026-11-15", "sirolimus: 2 mg daily since 2026-11-15"
    )
    record = result("2026-11-10", "sirolimus-trough: 3 ng/mL")
    found = find(read_plan(CHILD, ALPS, changed, record), TROUGH)
    assert found == [("planned", "2026-11-25")]


def test_the_same_dose_written_again_is_no_change():
    again = medicines(
        "sirolimus: 2 mg daily 2026-01-10 to 2026-11-15", "sirolimus: 2 mg daily since 2026-11-15"
    )
    record = result("2026-11-10", "sirolimus-trough: 3 ng/mL")
    found = find(read_plan(CHILD, ALPS, again, record), TROUGH)
    assert found == [("planned", "2027-02-10")]


def test_eyes_and_bones_have_their_own_times_on_steroid():
    made = on("prednisolone: 10 mg daily since 2026-09-20")
    assert find(made, EYES) == [("planned", "2026-12-20")]
    assert find(made, "steroid card and stress-dose letter") == [("due", "now")]
    carded = on(
        "prednisolone: 10 mg daily since 2026-09-20", "procedures:\n  - steroid-card: 2026-10-25\n"
    )
    assert find(carded, "steroid card and stress-dose letter") == []


def test_an_adult_who_is_stable_comes_once_a_year_and_a_child_every_three_months():
    counts = "platelets: 210 10*9/L, haemoglobin: 140 g/L (120-160), neutrophils: 3.2 10*9/L"
    adult = read_plan(MAN, ALPS, result("2026-11-01", counts))
    assert find(adult, "platelet count") == [("planned", "2027-11-01")]
    child = read_plan(CHILD, ALPS, result("2026-11-01", counts))
    assert find(child, "platelet count") == [("planned", "2027-02-01")]


def test_after_rituximab_igg_is_watched_until_it_is_documented_as_back():
    old = on("rituximab: {given: 2023-03-01}")
    assert find(old, "B cell count (CD19+)") == [("due", "now")]
    back = result("2026-06-01", "igg: 9 g/L (6-14), b-cells: 0.4 10*9/L (0.2-0.6)")
    assert find(on("rituximab: {given: 2023-03-01}", back), "B cell count (CD19+)") == []


def test_an_operation_ahead_asks_for_a_plan_once():
    ahead = findings("surgery-planned: planned 2026-12-10")
    made = read_plan(CHILD, ALPS, ahead)
    plan = "plan for the operation (sirolimus pause and restart, platelets and clotting, steroid cover)"
    assert find(made, plan) == [("due", "now")]


# --- one line ---------------------------------------------------------------------------------------------


def test_nothing_recorded_on_three_medicines_is_one_line_now_and_each_test_once():
    made = read_plan(
        CHILD,
        ALPS,
        medicines(
            "sirolimus: 1 mg daily since 2025-01-10",
            "prednisolone: 10 mg daily since 2026-05-20",
            "azathioprine: 50 mg daily since 2025-01-10",
        ),
    )
    now = [line for line in made.calendar if line.when == "now"]
    assert [line.status for line in now] == ["due"]
    assert len(now[0].what) == len(set(now[0].what))
    assert now[0].what.count("platelet count") == 1
    of_these = [line for line in made.calendar if line.status != "if-started"]
    assert sum("platelet count" in line.what for line in of_these) == 1
