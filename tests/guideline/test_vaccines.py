"""Vaccines as a clinician reads them: one answer each, a date where there is one, and silence is a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from textwrap import dedent

import pytest

from gentian.chart.events import Note
from gentian.chart.reading import read_chart
from gentian.documents.html import render_html
from gentian.documents.text import render_text
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan
from tests.guideline.people import CHILD, WELL, findings, medicines, read_plan, results

FOUR = """
    born: 2022-05-04
    sex: male
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20, vaccines: 2026-11-20}
"""
SEVEN = """
    born: 2019-05-04
    sex: male
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, vaccines: 2026-11-20}
"""
WOMAN = """
    born: 2002-05-04
    sex: female
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, vaccines: 2026-11-20}
"""
ALPS = findings("alps-diagnosis-recorded: since 2024")
IN_PLACE = findings("alps-diagnosis-recorded: since 2024", "spleen-in-place: now")
NO_SPLEEN = "procedures:\n  - splenectomy: 2024-03-01\n"
SIROLIMUS = medicines("sirolimus: 2 mg daily since 2026-01-10")
LIVE = {name for name, item in load_guideline().vocabulary.concepts.items() if item.live}


def vaccines(*lines: str) -> str:
    return "vaccines:\n" + "".join(f"  - {line}\n" for line in lines)


def answers(plan) -> dict[str, str]:
    return {item.id: item.answer for item in plan.vaccines}


def find(plan, name):
    return next(item for item in plan.vaccines if item.id == name)


# --- an asplenic child of four, by country --------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "vaccine", "answer", "when"),
    [
        ("US", "pneumococcal-conjugate", "indicated", ""),
        ("US", "menacwy-vaccine", "indicated", ""),
        ("US", "menb-vaccine", "defer", "2032-05-04"),  # from ten years (TX-519)
        ("US", "hib-vaccine", "indicated", ""),
        ("US", "influenza-inactivated", "indicated", ""),
        ("US", "influenza-live", "not-while", ""),
        ("GB", "pneumococcal-conjugate", "indicated", ""),
        ("GB", "menb-vaccine", "indicated", ""),
        ("GB", "pneumococcal-polysaccharide", "defer", "2 months after pneumococcal conjugate"),
        ("AU", "menb-vaccine", "indicated", ""),
        ("AU", "pneumococcal-polysaccharide", "defer", "2 months after pneumococcal conjugate"),
        ("DE", "menacwy-vaccine", "indicated", ""),
        ("DE", "pneumococcal-conjugate", "indicated", ""),
    ],
)
def test_an_asplenic_child_of_four_with_no_vaccine_given(country, vaccine, answer, when):
    found = find(read_plan(FOUR, ALPS, NO_SPLEEN, country=country), vaccine)
    assert (found.answer, found.when[: len(when)]) == (answer, when)


@pytest.mark.parametrize("country", ["DE", "FR", None])
def test_a_country_without_a_source_is_told_its_national_schedule(country):
    made = read_plan(FOUR, ALPS, NO_SPLEEN, country=country)
    for name in ("pneumococcal-conjugate", "menacwy-vaccine", "menb-vaccine", "hib-vaccine"):
        assert "per national schedule" in find(made, name).says


def test_live_vaccines_are_not_refused_for_a_missing_spleen_alone():
    made = read_plan(FOUR, ALPS, NO_SPLEEN, country="US")
    assert (find(made, "mmr").answer, find(made, "varicella-vaccine").answer) == ("indicated",) * 2


# --- boosters from the doses on record ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "given", "answer", "when"),
    [
        ("US", ["2026-10-10"], "defer", "2026-12-05"),  # the second after 8 weeks
        (
            "US",
            ["2026-01-10", "2026-03-10"],
            "defer",
            "2029-03-10",
        ),  # after 3 years: given before 7
        ("US", ["2020-01-10", "2020-03-10"], "indicated", ""),
        ("AU", ["2020-01-10", "2020-03-10"], "on-record", ""),  # interval not seen (SX-125)
        ("GB", ["2020-01-10"], "on-record", ""),
    ],
)
def test_menacwy_boosters_follow_the_country(country, given, answer, when):
    record = vaccines(*(f"menacwy-vaccine: {day}" for day in given))
    born = SEVEN.replace("2019-05-04", "2019-12-04")  # six years old
    found = find(read_plan(born, ALPS, NO_SPLEEN, record, country=country), "menacwy-vaccine")
    assert (found.answer, found.when, found.given) == (answer, when, given)


@pytest.mark.parametrize(
    ("country", "given", "answer", "when"),
    [
        ("GB", ["2016-02-01", "2022-02-01"], "defer", "2027-02-01"),  # every five years
        ("GB", ["2011-02-01", "2016-02-01"], "indicated", ""),
        ("AU", ["2016-02-01"], "indicated", ""),
        ("AU", ["2011-02-01", "2016-02-01"], "on-record", ""),  # two in a lifetime (SX-123)
        ("US", ["2011-02-01", "2016-02-01"], "on-record", ""),
        ("DE", ["2011-02-01"], "on-record", ""),
    ],
)
def test_polysaccharide_vaccine_is_repeated_by_country(country, given, answer, when):
    doses = [f"pneumococcal-polysaccharide: {day}" for day in given]
    record = vaccines("pneumococcal-conjugate: 2010-05-01", *doses)
    made = read_plan(WOMAN, ALPS, NO_SPLEEN, record, country=country)
    found = find(made, "pneumococcal-polysaccharide")
    assert (found.answer, found.when) == (answer, when)


def test_polysaccharide_waits_for_the_conjugate_vaccine():
    record = vaccines("pneumococcal-conjugate: 2026-11-01")
    made = read_plan(SEVEN, ALPS, NO_SPLEEN, record, country="US")
    assert find(made, "pneumococcal-polysaccharide").when == "2026-12-27"  # eight weeks


def test_in_the_united_states_which_conjugate_vaccine_it_was_decides():
    record = vaccines("pneumococcal-conjugate: 2020-11-01")
    found = find(
        read_plan(WOMAN, ALPS, NO_SPLEEN, record, country="US"), "pneumococcal-polysaccharide"
    )
    assert (found.answer, found.then) == ("ask", "indicated")
    assert any("PCV20 or PCV21" in reason for reason in found.because)


# --- silence ---------------------------------------------------------------------------------------------


def test_silence_about_vaccines_is_a_question_and_never_not_given():
    made = read_plan(CHILD, ALPS, NO_SPLEEN, country="US")
    for name in ("pneumococcal-conjugate", "menacwy-vaccine", "hib-vaccine", "mmr"):
        assert (find(made, name).answer, find(made, name).then) == ("ask", "indicated")


def test_an_old_dose_is_a_question_while_the_list_may_leave_one_out():
    record = vaccines("menacwy-vaccine: 2015-01-10", "menacwy-vaccine: 2015-04-10")
    born = CHILD.replace("2019-05-04", "2005-05-04")
    found = find(read_plan(born, ALPS, NO_SPLEEN, record, country="US"), "menacwy-vaccine")
    assert (found.answer, found.then) == ("ask", "indicated")


def test_of_a_person_of_whom_nothing_is_known_everything_is_asked():
    made = read_plan()
    assert set(answers(made).values()) == {"ask"}
    assert not any(item.live for item in made.vaccines)
    assert {leaf.fact for item in made.vaccines for leaf in item.missing} >= {
        "spleen_status_in_place",
        "taking_immunosuppressant",
    }


def test_a_well_person_with_a_spleen_and_no_medicine_gets_no_list():
    made = read_plan(CHILD, findings("spleen-in-place: now"), country="US")
    assert made.vaccines == []


# --- before and on a medicine -----------------------------------------------------------------------------

STARTING = (
    WELL,
    results(
        "platelets: 25 10*9/L, haemoglobin: 128 g/L, neutrophils: 3.1 10*9/L",
        "weight: 24 kg, height: 121 cm",
    ),
    findings("relapse-of-cytopenia: now", "immune-thrombocytopenia: since 2025-01"),
)


def test_what_is_missing_is_given_before_the_medicine_that_the_plan_proposes():
    made = read_plan(SEVEN, *STARTING, country="US")
    wanted = find(made, "pneumococcal-conjugate")
    assert wanted.answer == "give-now"
    assert wanted.when.startswith("at least 14 days before ")
    live = find(made, "mmr")
    assert live.answer == "give-now"
    assert live.when.startswith("at least 28 days before ")


def test_before_the_medicine_silence_says_what_follows_if_it_was_not_given():
    made = read_plan(CHILD, *STARTING, country="US")
    found = find(made, "pneumococcal-conjugate")
    assert (found.answer, found.then) == ("ask", "give-now")
    assert found.then_when.startswith("at least 14 days before ")


def test_a_live_vaccine_is_a_question_while_an_acute_illness_may_need_a_steroid():
    falling = results("platelets: 8 10*9/L, haemoglobin: 62 g/L", "weight: 24 kg, height: 121 cm")
    ill = findings("active-haemolysis: now", "mucosal-bleeding: now")
    made = read_plan(SEVEN, IN_PLACE, falling, ill, country="US")
    assert (find(made, "mmr").answer, find(made, "mmr").then) == ("ask", "")
    assert "may not wait the 28 days" in find(made, "mmr").because[0]


def test_no_zoster_vaccine_for_a_child_before_a_medicine():
    assert "zoster-recombinant" not in answers(read_plan(SEVEN, *STARTING, country="US"))


def test_on_sirolimus_live_vaccines_wait_and_the_others_are_indicated():
    made = read_plan(SEVEN, IN_PLACE, SIROLIMUS, country="US")
    by_answer = answers(made)
    assert {by_answer[name] for name in by_answer if find(made, name).live} == {"not-while"}
    for name in ("pneumococcal-conjugate", "influenza-inactivated", "covid-19-vaccine"):
        assert by_answer[name] == "indicated"
    assert "menacwy-vaccine" not in by_answer  # the spleen works


def test_low_dose_steroid_holds_live_vaccines_too():
    made = read_plan(SEVEN, IN_PLACE, medicines("prednisolone: 5 mg daily since 2026-11-15"))
    assert find(made, "mmr").answer == "not-while"


def test_an_immunosuppressant_that_has_just_ended_is_a_question_for_the_team():
    made = read_plan(SEVEN, IN_PLACE, medicines("sirolimus: 2 mg daily 2025-01-10 to 2026-10-01"))
    found = find(made, "mmr")
    assert (found.answer, found.then) == ("ask", "")


@pytest.mark.parametrize(
    "line",
    [
        "medicines:\n  - vincristine: {given: 2026-10-01}\n",
        "procedures:\n  - transplantation: 2022-03-01\n",
    ],
)
def test_after_a_transplant_or_a_cancer_medicine_the_centre_is_asked(line):
    assert find(read_plan(SEVEN, IN_PLACE, line), "mmr").answer == "ask"


def test_a_medicine_that_could_not_be_read_is_a_question_before_a_live_vaccine():
    made = read_plan(SEVEN, IN_PLACE, as_of="2026-11-20")
    assert find(made, "mmr").answer == "indicated"
    note = Note("not-used", "entry[1].resource", "rxnorm 6851 Methotrexate", "no entry")
    found = advise_with_note(note)
    assert (found["mmr"], found["influenza-inactivated"]) == ("ask", "indicated")


def advise_with_note(note: Note) -> dict[str, str]:
    """The answers for an exported record in which one entry was not read."""
    form = "gentian: chart 1\nperson: p\nas_of: 2026-11-20\n" + dedent(SEVEN).strip() + "\n"
    form += findings("alps-diagnosis-recorded: since 2024", "asplenia: since 2024")
    chart = read_chart(form.encode(), load_guideline(), file="p.yaml")
    reading = replace(chart.reading, format="fhir-r4", notes=(note,))
    plan = make_plan(
        load_guideline(),
        replace(chart, reading=reading),
        as_of=None,
        settings=Settings(country="US"),
    )
    return answers(plan)


# --- dates ------------------------------------------------------------------------------------------------

SIZE = results("weight: 24 kg, height: 121 cm")


@pytest.mark.parametrize(
    ("infusion", "until"),
    [
        ("{given: 2026-06-10, dose: 9.6 g}", "2027-02-10"),  # 0.4 g/kg: 8 months
        ("{given: 2026-06-10, dose: 24 g}", "2027-04-10"),  # 1 g/kg: 10 months
        ("{given: 2026-06-10, dose: 48 g}", "2027-05-10"),  # 2 g/kg: 11 months
        ("{given: 2026-06-10}", "2027-05-10"),  # dose not known: the longest
    ],
)
def test_mmr_waits_after_immunoglobulin_by_its_amount(infusion, until):
    old = "results:\n  - 2026-06-01: {weight: 24 kg, height: 121 cm}\n"
    made = read_plan(SEVEN, IN_PLACE, old, medicines(f"ivig: {infusion}"))
    for name in ("mmr", "varicella-vaccine"):
        assert (find(made, name).answer, find(made, name).when) == ("defer", until)


def test_two_days_of_immunoglobulin_are_one_course():
    old = "results:\n  - 2026-06-01: {weight: 24 kg, height: 121 cm}\n"
    two = medicines(
        "ivig: {given: 2026-06-10, dose: 24 g}", "ivig: {given: 2026-06-11, dose: 24 g}"
    )
    assert find(read_plan(SEVEN, IN_PLACE, old, two), "mmr").when == "2027-05-11"


def test_without_a_weight_the_longest_wait_holds():
    made = read_plan(SEVEN, IN_PLACE, medicines("ivig: {given: 2026-06-10, dose: 9.6 g}"))
    assert find(made, "mmr").when == "2027-05-10"


def test_eight_months_after_a_small_infusion_the_wait_is_over():
    old = "results:\n  - 2026-01-01: {weight: 24 kg, height: 121 cm}\n"
    made = read_plan(SEVEN, IN_PLACE, old, medicines("ivig: {given: 2026-02-10, dose: 9.6 g}"))
    assert find(made, "mmr").answer == "indicated"


def test_inactivated_vaccines_do_not_wait_for_immunoglobulin():
    made = read_plan(SEVEN, ALPS, NO_SPLEEN, medicines("ivig: {given: 2026-11-10, dose: 24 g}"))
    assert find(made, "pneumococcal-conjugate").answer == "indicated"


def test_four_weeks_after_high_dose_steroid():
    made = read_plan(
        SEVEN, IN_PLACE, medicines("prednisolone: 30 mg daily 2026-09-01 to 2026-11-10")
    )
    found = find(made, "mmr")
    assert (found.answer, found.when) == ("defer", "2026-12-08")


def test_after_rituximab_live_vaccines_wait_for_b_cells_and_igg():
    ago = medicines("rituximab: {given: 2024-06-10}")
    assert find(read_plan(SEVEN, IN_PLACE, ago), "mmr").answer == "ask"
    back = results("b-cells: 0.4 10*9/L (0.2-0.6)", "igg: 9 g/L (6-14)")
    assert find(read_plan(SEVEN, IN_PLACE, ago, back), "mmr").answer == "indicated"
    low = results("b-cells: 0.01 10*9/L (0.2-0.6)", "igg: 9 g/L (6-14)")
    assert find(read_plan(SEVEN, IN_PLACE, ago, low), "mmr").answer == "not-while"


def test_after_rituximab_an_inactivated_vaccine_is_given_with_a_word_on_its_answer():
    made = read_plan(SEVEN, ALPS, NO_SPLEEN, medicines("rituximab: {given: 2026-09-10}"))
    found = find(made, "pneumococcal-conjugate")
    assert found.answer == "indicated"
    assert any("answer may be poor" in reason for reason in found.because)


@pytest.mark.parametrize(("country", "until"), [("US", "2026-12-01"), ("AU", "2026-11-24")])
def test_after_an_emergency_splenectomy(country, until):
    made = read_plan(SEVEN, ALPS, "procedures:\n  - splenectomy: 2026-11-17\n", country=country)
    found = find(made, "menacwy-vaccine")
    assert (found.answer, found.when) == ("defer", until)


def test_before_an_elective_splenectomy():
    made = read_plan(SEVEN, IN_PLACE, "procedures:\n  - splenectomy: planned 2026-12-20\n")
    found = find(made, "menacwy-vaccine")
    assert (found.answer, found.when) == (
        "give-now",
        "at least 14 days before splenectomy, if it can wait",
    )
    near = read_plan(SEVEN, IN_PLACE, "procedures:\n  - splenectomy: planned 2026-11-28\n")
    assert find(near, "menacwy-vaccine").when == "after splenectomy: fewer than 14 days are left"


# --- pregnancy --------------------------------------------------------------------------------------------


def test_in_pregnancy_live_vaccines_and_hpv_wait_and_influenza_does_not():
    made = read_plan(
        WOMAN,
        findings("alps-diagnosis-recorded: since 2024", "pregnancy: since 2026-08"),
        medicines("azathioprine: 50 mg daily since 2025-02-01"),
    )
    assert find(made, "mmr").because == ["immunosuppressed", "pregnant"]
    assert find(made, "hpv-vaccine").because == ["pregnant"]
    assert find(made, "influenza-inactivated").answer == "indicated"


def test_a_woman_in_whom_pregnancy_is_possible_is_asked_before_a_live_vaccine():
    made = read_plan(WOMAN, IN_PLACE)
    assert find(made, "mmr").answer == "ask"


# --- the pages ----------------------------------------------------------------------------------------------


def test_the_pages_print_vaccines_with_the_same_answer_on_one_line():
    made = read_plan(SEVEN, IN_PLACE, SIROLIMUS, country="US")
    text = render_text(made, whole=True)
    assert text.count("not while immunosuppressed:") == 1
    assert "Vaccines" in render_html(made)


def test_what_only_a_national_schedule_knows_says_so_on_the_line():
    text = render_text(read_plan(FOUR, ALPS, NO_SPLEEN, country="DE"), whole=True)
    assert "● indicated, per national schedule: pneumococcal conjugate (PCV)" in text


def test_every_date_is_a_day_to_come():
    made = read_plan(SEVEN, ALPS, NO_SPLEEN, medicines("ivig: {given: 2026-11-10, dose: 24 g}"))
    dates = [item.when for item in made.vaccines if item.when[:2] == "20"]
    assert dates
    assert all(date.fromisoformat(day) > date(2026, 11, 20) for day in dates)
