"""Lymphoma vigilance and sport, as a clinician would check them on a record."""

from __future__ import annotations

import pytest

from gentian.plan.model import Plan
from tests.guideline.people import CHILD, COUNTS, WELL, find, findings, read_plan

OFFERED = ("offer", "offer-after-checks", "assumed")
BIOPSY = "results:\n  - 2026-10-05: {node-biopsy: no lymphoma}\n"
ALARM_BEFORE, ALARM_AFTER = "since 2026-09-20", "since 2026-11-01"


def shows(made: Plan, name: str) -> bool:
    return find(made, name).outcome in OFFERED


def read_node(*parts: str, alarm: str = "absent") -> Plan:
    """A child with ALPS whose record says this of one node."""
    well = WELL.replace("focal-node-change: absent", f"focal-node-change: {alarm}")
    return read_plan(CHILD, well, COUNTS, *parts)


def test_without_an_alarm_there_is_watching_and_no_routine_scan() -> None:
    made = read_node()
    assert not shows(made, "lymphoma-biopsy-first")
    assert shows(made, "lymphoma-watch")
    assert shows(made, "lymphoma-avoid-routine-scans")


@pytest.mark.parametrize("alarm", ["since 2026-11-01", "now"])
def test_one_node_that_grows_is_biopsied_before_steroids(alarm: str) -> None:
    made = read_node(alarm=alarm)
    assert shows(made, "lymphoma-biopsy-first")
    assert not shows(made, "lymphoma-avoid-routine-scans")


@pytest.mark.parametrize(
    "symptom", ["night-sweats: since 2026-11-01", "weight-loss: now", "ldh-or-calcium-rise: now"]
)
def test_b_symptoms_and_a_judged_rise_of_ldh_open_the_question(symptom: str) -> None:
    made = read_plan(CHILD, WELL.replace("b-symptoms: absent", symptom), COUNTS)
    assert shows(made, "lymphoma-biopsy-first")


def test_a_biopsy_without_lymphoma_answers_the_alarm_that_was_there() -> None:
    assert not shows(read_node(BIOPSY, alarm=ALARM_BEFORE), "lymphoma-biopsy-first")


def test_a_biopsy_without_lymphoma_answers_the_suspicion_that_led_to_it() -> None:
    suspected = findings("lymphoma: suspected 2026-09-25")
    assert shows(read_node(suspected), "lymphoma-biopsy-first")
    assert not shows(read_node(BIOPSY, suspected), "lymphoma-biopsy-first")


def test_an_alarm_that_began_after_the_biopsy_opens_the_question_again() -> None:
    made = read_node(BIOPSY, alarm=ALARM_AFTER)
    assert shows(made, "lymphoma-biopsy-first")
    assert find(made, "steroid-stop-lymphoma-question").answer == "applies"


def test_a_later_exclusion_answers_an_alarm_that_came_after_the_biopsy() -> None:
    excluded = findings("lymphoma-excluded: on 2026-11-10")
    assert not shows(read_node(BIOPSY, excluded, alarm=ALARM_AFTER), "lymphoma-biopsy-first")


def test_when_nobody_knows_which_came_first_the_question_stays_open() -> None:
    made = read_node(BIOPSY, alarm="now")
    assert find(made, "lymphoma-biopsy-first").answer == "cannot-tell"


def read_two_visits(before: str, now: str, *parts: str) -> Plan:
    visits = f"results:\n  - 2026-05-04: {{{before}}}\n  - 2026-11-18: {{{now}}}\n"
    return read_plan(CHILD, WELL, COUNTS, visits, *parts)


@pytest.mark.parametrize(
    ("before", "now", "asks"),
    [
        ("node-size: 2 cm", "node-size: 4.5 cm", True),
        ("node-size: 4.5 cm", "node-size: 2 cm", False),
        ("ldh: 240 U/L (110-295)", "ldh: 620 U/L (110-295)", True),
        ("ldh: 610 U/L (110-295)", "ldh: 620 U/L (110-295)", False),
        ("calcium: 2.4 mmol/L (2.2-2.7)", "calcium: 3.1 mmol/L (2.2-2.7)", True),
        ("calcium: 2.4 mmol/L (2.2-2.7)", "calcium: 2.4 mmol/L (2.2-2.7)", False),
    ],
)
def test_what_changed_since_the_visit_before_is_asked_and_blocks_nothing(
    before: str, now: str, asks: bool
) -> None:
    made = read_two_visits(before, now)
    assert shows(made, "lymphoma-ask-what-changed") is asks
    assert find(made, "steroid-stop-lymphoma-question").answer != "applies"


def test_haemolysis_explains_a_high_ldh() -> None:
    ldh = ("ldh: 240 U/L (110-295)", "ldh: 620 U/L (110-295)")
    made = read_two_visits(*ldh, findings("active-haemolysis: now"))
    assert not shows(made, "lymphoma-ask-what-changed")


def test_a_node_measured_once_asks_nothing() -> None:
    once = "results:\n  - 2026-11-18: {node-size: 4.5 cm}\n"
    assert not shows(read_plan(CHILD, WELL, COUNTS, once), "lymphoma-ask-what-changed")


# --- sport -------------------------------------------------------------------------------------------


def read_sport(*parts: str, spleen: str = "") -> Plan:
    measured = f"results:\n  - 2026-11-19: {{{spleen}}}\n" if spleen else ""
    child = CHILD.replace(", examination: 2026-11-20", "")
    return read_plan(child, WELL, COUNTS, *([measured] if measured else []), *parts)


SPORT = findings("contact-sport: now")


@pytest.mark.parametrize("spleen", ["spleen-below-margin: 5 cm", "spleen-length: 15 cm"])
def test_a_big_spleen_today_and_rugby_is_a_warning(spleen: str) -> None:
    made = read_sport(SPORT, spleen=spleen)
    assert shows(made, "sport-warn-contact-now")
    assert shows(made, "sport-avoid-contact")
    assert not shows(made, "sport-ask-spleen-today")


def test_a_guard_does_not_make_it_safe() -> None:
    assert "guards have little proof" in find(read_sport(SPORT), "sport-avoid-contact").says


def test_an_unknown_spleen_counts_as_a_big_one_for_who_plays() -> None:
    made = read_sport(SPORT)
    assert find(made, "sport-ask-spleen-today").outcome in ("offer", "assumed")


def test_nobody_is_told_to_play_who_does_not() -> None:
    assert not shows(read_sport(), "sport-ask-spleen-today")


def test_a_spleen_measured_normal_today_and_big_before_may_be_talked_about() -> None:
    before = findings("splenomegaly: 2024-01 to 2026-06")
    normal = "spleen-length: 8.5 cm (6.5-10.5), spleen-below-margin: 0 cm"
    made = read_sport(SPORT, before, findings("splenomegaly: absent"), spleen=normal)
    assert shows(made, "sport-return")
    assert not shows(made, "sport-ask-spleen-today")
    assert not shows(made, "sport-warn-contact-now")


def test_without_a_spleen_there_is_no_spleen_to_guard() -> None:
    well = WELL.replace("      - spleen-in-place: now\n", "")
    made = read_plan(CHILD, well, SPORT, "procedures:\n  - splenectomy: 2024-02-01\n")
    assert not shows(made, "sport-warn-contact-now")
    assert not shows(made, "sport-ask-spleen-today")
