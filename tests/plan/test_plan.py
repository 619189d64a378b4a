"""A plan as a clinician would read it: emergencies, gates, precedence, previews, calendar, gaps."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from gentian.chart.events import Note, Reading
from gentian.engine.settings import Settings
from gentian.plan.assembly import make_plan
from gentian.plan.errors import UsageError
from gentian.plan.model import Plan
from tests.plan.people import (
    INDEX,
    absent,
    entry,
    established,
    find,
    load_small,
    no_other_medicines,
    person,
    plan,
    sized,
    taking,
    word,
)

LOW = entry("platelets", 60)
SEVERE = entry("platelets", 12)


# --- emergencies ---------------------------------------------------------------------------------


def test_tv_13_fever_with_unknown_spleen_is_treated_as_asplenic():
    made = plan(entry("temperature", 38.3))
    fever = find(made, "fever-asplenia")
    assert fever.outcome == "assumed"
    assert made.emergencies == ["fever-asplenia"]
    assert fever.says == "Fever of 38.0 °C or more without a spleen known to work; hospital now."
    assert [leaf.fact for leaf in fever.missing] == ["spleen_works"]
    assert made.assumptions[0].startswith("fever-asplenia: assumed to apply, because not known")
    assert "working spleen (never recorded)" in made.assumptions[0]


def test_fever_with_a_working_spleen_is_no_asplenic_emergency():
    made = plan(entry("temperature", 38.3), entry("working-spleen"))
    assert find(made, "fever-asplenia").outcome == "not-applicable"
    assert made.emergencies == []


def test_fever_without_a_spleen_is_an_emergency_that_is_not_assumed():
    made = plan(entry("temperature", 38.3), absent("working-spleen"))
    assert find(made, "fever-asplenia").outcome == "offer"


def test_the_plan_for_fever_stands_while_the_spleen_is_unknown():
    assert plan().standing_plans == ["fever-plan"]


def test_an_unknown_never_withholds_a_rescue():
    made = plan(SEVERE, entry("bleeding"))
    rescue = find(made, "steroid-rescue")
    assert rescue.outcome == "offer-after-checks"
    assert rescue.checks == [
        "Infections by exposure looked for",
        "ask: Steroid can hide lymphoma; biopsy first",
    ]
    assert rescue.dose.text == "1 mg/kg/day to 2 mg/kg/day, once daily (weight not recorded)"
    assert made.emergencies == ["steroid-rescue"]


def test_a_known_absolute_reason_blocks_even_a_rescue_and_names_the_alternative():
    made = plan(SEVERE, entry("bleeding"), entry("lymphoma-suspected"))
    rescue = find(made, "steroid-rescue")
    assert rescue.outcome == "blocked"
    assert rescue.blocked_by == ["Steroid can hide lymphoma; biopsy first"]
    assert rescue.instead == ["Immunoglobulin as a bridge"]
    assert rescue.dose.low is None
    assert made.emergencies == ["steroid-rescue"]


def test_a_rescue_without_a_known_event_is_a_question_not_an_emergency():
    made = plan(SEVERE)
    assert find(made, "steroid-rescue").outcome == "cannot-tell"
    assert made.emergencies == []
    assert made.gaps.could_confirm[0].question == "Is there bleeding now?"


# --- gates, checks and contraindications ---------------------------------------------------------


def test_sirolimus_for_a_boy_with_all_checks_done():
    made = plan(
        *established(), *sized(), LOW, entry("infection-screen"), absent("lymphoma-suspected")
    )
    sirolimus = find(made, "sirolimus-long-term")
    assert sirolimus.outcome == "offer"
    assert sirolimus.state == "proposed"
    assert sirolimus.dose.tier == "ready"
    assert "1.56 to 1.95 mg/day, once daily" in sirolimus.says
    assert sirolimus.instead == [
        "ranks above mycophenolate-long-term: one medicine serves counts and nodes"
    ]


def test_open_questions_are_checks_before_a_long_term_start():
    sirolimus = find(plan(*established(), *sized(), LOW), "sirolimus-long-term")
    assert sirolimus.outcome == "offer-after-checks"
    assert sirolimus.checks == [
        "Infections by exposure looked for",
        "rule out first: The lymphoma question is open; biopsy first",
    ]


def test_a_reason_that_is_not_absolute_needs_a_person():
    sirolimus = find(plan(*established(), LOW, entry("nodes")), "sirolimus-long-term")
    assert "needs a reason: Nodes are large" in sirolimus.checks


def test_a_girl_of_15_without_a_pregnancy_test_gets_no_dose():
    made = plan(*established(), *sized(50, 160), LOW, born="2011-05-02", sex="female")
    dose = find(made, "sirolimus-long-term").dose
    assert dose.tier == "withheld"
    assert dose.low is None
    assert "required first: Pregnancy impossible" in dose.text


def test_a_negative_test_and_contraception_open_the_gate():
    made = plan(
        *established(),
        *sized(50, 160),
        LOW,
        word("pregnancy-test", "negative"),
        entry("contraception"),
        born="2011-05-02",
        sex="female",
    )
    assert find(made, "sirolimus-long-term").dose.low is not None


def test_an_unknown_sex_counts_as_possible_pregnancy():
    made = plan(*established(), *sized(50, 160), LOW, born="2011-05-02", sex=None)
    assert find(made, "sirolimus-long-term").dose.tier == "withheld"


def test_tv_07_voriconazole_blocks_a_start_of_sirolimus_and_an_antifungal_is_named():
    made = plan(*established(), *sized(), LOW, taking("voriconazole", "2026-11-20"))
    sirolimus = find(made, "sirolimus-long-term")
    assert sirolimus.outcome == "blocked"
    assert sirolimus.blocked_by == ["Voriconazole raises sirolimus about eleven-fold"]
    assert sirolimus.instead == ["Another antifungal (echinocandin, liposomal amphotericin)"]
    assert sirolimus.dose.low is None
    assert find(made, "mycophenolate-long-term").instead == [
        "comes before sirolimus-long-term here, which is blocked"
    ]


def test_tv_07_voriconazole_on_running_sirolimus_is_a_warning():
    made = plan(LOW, taking("sirolimus", "2026-05-01"), taking("voriconazole", "2026-11-20"))
    warning = find(made, "interaction-sirolimus-voriconazole-on")
    assert warning.outcome == "offer"
    assert warning.folded == ""


def test_a_planned_medicine_brings_its_do_not_start_line():
    planned = entry("prednisolone", on="2026-11-25", status="planned")
    made = plan(planned, entry("lymphoma-suspected"))
    line = find(made, "steroid-stop-lymphoma")
    assert (line.outcome, line.state) == ("offer", "planned")
    assert find(plan(entry("lymphoma-suspected")), line.id).outcome == "not-applicable"


def test_a_steroid_of_more_than_three_weeks_is_tapered_never_just_stopped():
    made = plan(taking("prednisolone", "2026-10-01", 20), no_other_medicines())
    taper = find(made, "steroid-taper")
    assert taper.outcome == "offer"
    assert taper.state == "on since 2026-10-01"
    assert made.person.medicines == ["prednisolone 20 mg/day since 2026-10-01"]
    assert not [item for item in made.statements if item.kind == "discontinue"]


def test_a_medicine_that_is_on_is_not_started_again():
    made = plan(*established(), LOW, taking("sirolimus", "2026-05-01"))
    assert find(made, "sirolimus-long-term").outcome == "not-applicable"
    assert find(made, "sirolimus-continue").outcome == "offer"


def test_a_medicine_that_is_not_on_is_not_continued():
    assert find(plan(no_other_medicines()), "sirolimus-continue").outcome == "not-applicable"


def test_a_stopped_medicine_says_why():
    stopped = entry(
        "sirolimus",
        on="2026-01-10",
        ends=(INDEX - 100_000, INDEX - 100_000),
        reason="not-tolerated",
    )
    made = plan(*established(), LOW, stopped, no_other_medicines())
    assert find(made, "sirolimus-long-term").state == "stopped 2026-09-14 (not-tolerated)"


# --- care status ---------------------------------------------------------------------------------


def test_under_investigation_long_term_rows_are_a_preview_without_a_dose():
    made = plan(LOW, *sized())
    sirolimus = find(made, "sirolimus-long-term")
    assert made.care_status.status == "under-investigation"
    assert sirolimus.preview
    assert sirolimus.outcome == "withheld"
    assert sirolimus.says == "Sirolimus, no dose shown (only once the diagnosis is confirmed)."
    assert find(made, "sirolimus-warn-mouth").outcome == "not-applicable"


def test_a_healthy_carrier_is_not_offered_treatment():
    made = plan(entry("variant-fas"), entry("dnt", 1.0), absent("nodes"), entry("platelets", 220))
    assert made.care_status.status == "carrier-well"
    assert find(made, "sirolimus-long-term").outcome == "not-indicated"


def test_care_status_leads_back_to_the_record():
    made = plan(*established())
    assert made.care_status.status == "established"
    assert {leaf.fact for leaf in made.care_status.because} == {"dnt", "variant"}
    assert all(leaf.sources for leaf in made.care_status.because)


# --- diagnosis and problems ----------------------------------------------------------------------


def test_labels_of_both_standards():
    made = plan(*established(), absent("infection-screen"))
    nih = made.diagnosis["nih-2009"]
    assert (nih.answer, nih.label) == ("definitive", "definitive")
    assert [item.id for item in nih.qualifiers] == ["infection-exclusion-not-documented"]
    assert [item.answer for item in nih.items] == [True]
    assert made.diagnosis["esid-2019"].answer == "met"
    assert (made.genetic_class.id, made.genetic_class.answer) == ("alps-fas", "known")


def test_probable_while_the_primary_criterion_is_not_tested():
    nih = plan(entry("dnt", 4)).diagnosis["nih-2009"]
    assert (nih.answer, nih.label) == ("probable", "probable, primary pending")
    assert [leaf.fact for leaf in nih.missing] == ["variant"]


def test_probable_when_the_primary_criterion_is_tested_and_absent():
    nih = plan(entry("dnt", 4), absent("variant-fas")).diagnosis["nih-2009"]
    assert nih.label == "probable"


def test_not_met_and_cannot_tell_are_two_things():
    assert plan(entry("dnt", 0.5)).diagnosis["nih-2009"].answer == "not-met"
    assert plan().diagnosis["nih-2009"].answer == "cannot-tell"
    assert plan(entry("dnt", 0.5)).diagnosis["esid-2019"].answer == "not-met"


def test_a_problem_says_how_bad_since_when_and_why():
    problem = plan(SEVERE).problems[0]
    assert (problem.active, problem.severity, problem.mechanism) == (True, "severe", [])
    assert problem.since == "2026-11-22"
    assert problem.because[0].value == "12 ×10^9/L on 2026-11-22"
    assert problem.missing == []
    assert plan().problems[0].active is None
    assert [leaf.fact for leaf in plan().problems[0].missing] == ["platelets"]


# --- calendar, gaps, the whole -------------------------------------------------------------------


def test_what_was_never_recorded_is_one_line_now():
    made = plan(LOW, taking("sirolimus", "2026-05-01"), no_other_medicines())
    now = [line for line in made.calendar if line.when == "now"]
    assert [(line.status, line.what) for line in now] == [
        ("due", ["sirolimus trough", "triglycerides"])
    ]
    assert now[0].because == [
        "Sirolimus is steered by its trough (never recorded)",
        "Platelets are low (never recorded)",
    ]


def test_what_is_late_says_since_when_and_what_comes_says_its_day():
    made = plan(LOW, entry("sirolimus-trough", 6, "2026-07-01"), taking("sirolimus", "2026-05-01"))
    overdue = made.calendar[0]
    assert (overdue.status, overdue.when) == ("overdue", "now")
    assert overdue.because == ["Sirolimus is steered by its trough (due since 2026-09-29)"]
    planned = [line for line in made.calendar if line.status == "planned"]
    assert [(line.when, line.what) for line in planned] == [("2026-11-29", ["platelet count"])]


def test_a_proposed_medicine_brings_its_first_visits():
    made = plan(*established(), *sized(), LOW)
    started = [line for line in made.calendar if line.status == "if-started"]
    assert [(line.when, line.what) for line in started] == [
        ("day 10 after start", ["sirolimus trough", "triglycerides"])
    ]


def test_a_person_of_whom_nothing_is_known_gets_questions_and_the_fever_plan():
    made = plan(born=None, sex=None)
    assert made.emergencies == []
    assert made.standing_plans == ["fever-plan"]
    assert made.care_status.status == "under-investigation"
    assert all(item.dose is None or item.dose.low is None for item in made.statements)
    asked = [gap.question for gap in made.gaps.could_confirm]
    assert "Is the spleen in place and working?" in asked
    assert "What is the platelet count today?" in asked
    offered = {item.id for item in made.statements if item.outcome == "offer"}
    assert offered == set()


def test_a_missing_weight_is_asked_for_when_a_dose_needs_it():
    made = plan(SEVERE, entry("bleeding"))
    assert "What is the weight today?" in [gap.question for gap in made.gaps.could_confirm]


def test_reviews_print_deviations_only():
    made = plan(*established(), LOW)
    assert find(made, "mycophenolate-long-term").review == (
        "sources disagree: the order of the two; review overdue since 2026-01-01"
    )
    assert find(made, "sirolimus-long-term").review == ""
    assert "drafts" in made.review


def test_the_index_time_of_the_record_is_used_and_the_users_comes_first():
    chart = replace(person(LOW), as_of=INDEX)
    small, settings = load_small(), Settings()
    assert make_plan(small, chart, as_of=None, settings=settings).as_of == "2026-11-23T09:00"
    later = make_plan(small, chart, as_of=INDEX + 60, settings=settings)
    assert later.as_of == "2026-11-23T10:00"
    with pytest.raises(UsageError, match="--as-of"):
        make_plan(small, person(LOW), as_of=None, settings=settings)


def test_the_same_record_gives_the_same_bytes():
    events = [*established(), *sized(), LOW, taking("prednisolone", "2026-11-01", 20)]
    first, second = plan(*events), plan(*reversed(events))
    assert msgspec.json.encode(first) == msgspec.json.encode(second)


def test_the_plan_survives_its_json():
    made = plan(*established(), *sized(), LOW)
    assert msgspec.json.decode(msgspec.json.encode(made), type=Plan) == made


def test_the_country_of_the_record_is_used_unless_the_user_names_one():
    assert plan(LOW, country="AU").guideline.country == "AU"
    assert plan(LOW, country="AU", settings=Settings(country="GB")).guideline.country == "GB"
    assert plan(LOW).guideline.country == ""


def test_an_overlay_changes_the_number_and_the_sentence():
    made = plan(
        entry("temperature", 38.3),
        settings=Settings(overlay={"fever_limit": "38.5 Cel"}, overlay_name="our centre"),
    )
    assert find(made, "fever-asplenia").outcome == "not-applicable"
    assert find(made, "fever-asplenia").says.startswith("Fever of 38.5 °C or more")
    assert made.guideline.overlay == "our centre"


def test_cited_facts_are_listed_with_their_source():
    assert [item.id for item in plan(*established(), LOW).sources] == ["TX-140"]


def test_entries_that_were_not_simply_taken_are_reported():
    notes = (Note("taken", "line 2", "weight", ""), Note("refused", "line 3", "Hb 80", "no unit"))
    chart = replace(person(LOW), reading=Reading("form", "a.yaml", notes, {"taken": 1}))
    made = make_plan(load_small(), chart, as_of=INDEX, settings=Settings())
    assert [note.what for note in made.reading.notes] == ["Hb 80"]
