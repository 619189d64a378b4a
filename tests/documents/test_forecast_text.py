"""The text page of a consult: the finding first, 60 lines of 100 columns, and nothing silently left out."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from gentian.documents.forecast_tables import print_row
from gentian.documents.forecast_text import HEIGHT, render_text
from gentian.documents.lines import WIDTH, measure
from gentian.pharmacokinetics.report import Consult
from tests.documents.consults import (
    EVERY,
    NOT_A_TROUGH,
    make_consult,
    make_crowded,
    make_level,
    make_option,
    make_single,
    say,
    spoil,
)

HOSTILE = [
    "\x1b[31m\x07\x00",
    " line one\nline two\r\tand a tab",
    "\u202e\u2066 turned around",
    " 血小板減少" * 40,
    "x" * 400,
    " word" * 200,
]


def read(consult: Consult, whole: bool = False) -> str:
    return " ".join(render_text(consult, whole=whole).split())


def make_overfull() -> Consult:
    """Everything the crowded one has, many times over."""
    crowded = make_crowded()
    option = make_option(2, 8, (0.1, 0.8, 0.1), mark="consider", notes=[NOT_A_TROUGH] * 9)
    return replace(
        crowded,
        levels=[make_level(f"2026-10-{day:02} 07:30", 5, "shown", reasons=[NOT_A_TROUGH] * 9)
                for day in range(1, 29)],
        options=[replace(option, per_day=2 + number / 10) for number in range(20)],
        said=crowded.said * 30,
        models=crowded.models * 5,
        sensitivity=crowded.sensitivity * 20,
        intakes=crowded.intakes * 30,
    )  # fmt: skip


@pytest.mark.parametrize("make", [*EVERY.values(), make_overfull])
def test_the_page_keeps_its_budget(make) -> None:
    lines = render_text(make()).splitlines()
    assert len(lines) <= HEIGHT == 60
    assert max(map(measure, lines)) <= WIDTH == 100


@pytest.mark.parametrize("make", [*EVERY.values(), make_overfull])
def test_the_whole_page_keeps_its_width(make) -> None:
    assert max(map(measure, render_text(make(), whole=True).splitlines())) <= WIDTH


@pytest.mark.parametrize("poison", HOSTILE)
@pytest.mark.parametrize("whole", [False, True])
def test_hostile_text_neither_steers_the_terminal_nor_breaks_the_page(
    poison: str, whole: bool
) -> None:
    page = render_text(spoil(make_crowded(), poison), whole=whole)
    lines = page.split("\n")
    assert max(map(measure, lines)) <= WIDTH
    assert whole or len(lines) - 1 <= HEIGHT
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", page)


def test_the_finding_comes_before_everything_else() -> None:
    lines = render_text(make_consult()).splitlines()
    assert lines[3].startswith("● Low for the target: 2 mg once daily is the dose to consider")


def test_a_level_says_what_was_expected_and_why_it_is_not_fitted() -> None:
    page = read(make_crowded())
    assert "● 2026-10-12 07:30 4.1 ng/mL 3.5 to 11 fitted" in page
    assert "○ 2026-10-19 11:00 14.2 ng/mL 3.5 to 11 shown, not fitted; drawn 3 h" in page
    assert "▼ 2026-10-26 07:30 <2 ng/mL 3.5 to 11 below the limit, fitted" in page
    assert "◉ 2026-11-09 07:30 46 ng/mL 3.5 to 11 fitted, but far from what was expected" in page


def test_a_level_of_which_nothing_was_expected_has_a_dash() -> None:
    level = make_level("2026-10-12 07:30", 4.1, expected=None, share=None)
    assert "4.1 ng/mL – fitted" in read(make_consult(levels=[level]))


def test_a_dose_has_its_product_its_interval_and_its_three_chances() -> None:
    page = read(make_consult())
    assert "DOSES CONSIDERED for a target of 5 to 15 ng/mL" in page
    assert (
        "● 2 mg once daily 2 mL of oral solution 1 mg/mL 5.9 to 12 5 % 90 % 5 % to consider" in page
    )
    assert "1 mg once daily 1 mL of oral solution 1 mg/mL 2.9 to 6 75 % 25 % <1 % now" in page


def test_the_label_stands_directly_below_the_doses_with_the_difference_explained() -> None:
    lines = render_text(make_consult()).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  * expected"))
    below = " ".join(" ".join(lines[at + 1 : at + 4]).split())
    assert below.startswith("The label's proportional dose is 1.8 mg a day (1 mg × 8 ng/mL ÷")
    assert "about 10 % above the label's: the label takes the last level alone as exact" in below


def test_where_there_is_no_label_dose_that_is_said() -> None:
    assert "proportional dose is not worked out" in read(make_consult(label=None))


def test_what_was_left_out_is_counted() -> None:
    page = render_text(make_overfull())
    assert re.search(r"WHAT THE LEVELS SAY .* · \d+ earlier; the rest: --all", page)
    assert re.search(r"DOSES CONSIDERED .* · \d+ more; the rest: --all", page)
    assert re.search(r"MODELS +(?:.+\n)*? *\+ \d+ more under --all", page)


def test_the_dose_to_consider_and_the_present_one_are_never_left_out() -> None:
    many = [make_option(0.1 * n, n, (0, 1, 0)) for n in range(1, 40)]
    marked = make_option(0.05, 0.2, (0.9, 0.1, 0), mark="highlighted")
    now = make_option(9, 40, (0, 0.01, 0.99), is_present=True)
    page = read(make_consult(options=[marked, *many, now]))
    assert "0.05 mg once daily" in page and "9 mg once daily" in page


def test_kinetics_are_for_the_pharmacist_alone() -> None:
    short, whole = read(make_consult()), read(make_consult(), whole=True)
    assert "clearance" not in short.replace("stands in its clearance", "")
    assert "half-life" not in short
    assert "Cheng 2020: clearance 5.1 L/h (3.9 to 6.6), half-life 19 h (13 to 27)" in whole
    assert "trap: its volume does not follow weight" in whole


def test_the_curve_is_a_table_on_the_whole_page() -> None:
    whole = render_text(make_consult(), whole=True)
    assert "CURVE in ng/mL, before doses" in whole
    assert re.search(r"2026-10-12 07:30 +4\.1 \(fitted\)", whole)
    assert "CURVE" not in render_text(make_consult())


def test_a_question_says_how_to_mend_the_record() -> None:
    page = read(make_consult())
    assert "NOT KNOWN ? Bilirubin is not on record" in page and "→ add `bilirubin: …" in page


def test_whose_target_and_the_others() -> None:
    page = read(make_single())
    assert "TARGET 5 to 15 ng/mL: children with refractory immune cytopenia" in page
    assert "5 to 10 ng/mL in the review of 2019" in page


def test_missed_doses_stand_beside_the_levels_with_what_would_follow() -> None:
    page = read(make_crowded(), whole=True)
    assert (
        "That would be about 2 of the last 7 doses. If so, the next trough is expected at" in page
    )
    assert "IF MISSED" not in render_text(make_consult())


def test_with_one_level_nothing_is_highlighted() -> None:
    page = render_text(make_single())
    assert "to consider" not in page.split("DOSES CONSIDERED", 1)[1].split("NEXT LEVEL")[0]
    assert page.count("perhaps\n") == 2


def test_a_warning_with_a_place_leads_back_to_the_record() -> None:
    old = say("weight-old", "warning", "The weight is old.", place="line 9")
    assert "(line 9) [weight-old]" in read(make_consult(said=[old]), whole=True)


def test_tables_are_not_painted_as_if_they_had_a_gutter() -> None:
    painted = render_text(make_consult(), colour=True)
    row = next(line for line in painted.splitlines() if "2026-10-12 07:30" in line)
    assert "\033" not in row
    plain = re.sub(r"\033\[[0-9;]*m", "", painted)
    assert plain == render_text(make_consult())


def test_a_row_is_as_high_as_its_highest_cell_and_says_where_it_was_cut() -> None:
    assert print_row(("a", "one two three"), (1, 5)) == ["a one", "  two …"]
    assert print_row(("a", "one two"), (1, 5)) == ["a one", "  two"]


def test_the_same_consult_gives_the_same_bytes() -> None:
    assert render_text(make_crowded(), whole=True) == render_text(make_crowded(), whole=True)
