"""What has to hold of a person so that a hazard is held: each fails when its control is taken away.

Every expectation takes the guideline, so that the same person meets it with and without the control.
"""

from __future__ import annotations

from gentian.chart.errors import ReadingError
from gentian.dosing.specs import find_failures
from gentian.language.model import Guideline
from gentian.plan.model import Plan
from tests.guideline.people import (
    CHILD,
    COUNTS,
    OFFERED,
    WELL,
    find,
    findings,
    medicines,
    read_plan,
    results,
)

SIZE = results("weight: 24 kg, height: 121 cm")
RELAPSE = findings("relapse-of-cytopenia: now", "immune-thrombocytopenia: since 2025-01")
TWO_LINES = results("platelets: 12 10*9/L", "haemoglobin: 71 g/L")
GIRL_OF_15 = """
    born: 2011-05-04
    sex: female
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20}
"""
BABY = """
    born: 2026-07-10
    sex: male
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20}
"""
SIROLIMUS = "sirolimus: 1.6 mg daily since 2026-01-10"


def is_said(plan: Plan, name: str) -> bool:
    """Whether a statement is on the page, or on the line of the medicine it speaks of."""
    return any(item.id == name and item.outcome in OFFERED for item in plan.statements)


def outcome(plan: Plan, name: str) -> str:
    return find(plan, name).outcome


def tier(plan: Plan, name: str) -> str:
    dose = find(plan, name).dose
    return dose.tier if dose else "none"


# --- amounts, sizes, units ------------------------------------------------------------------------


def forty_mg_of_sirolimus_a_day_is_questioned(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines("sirolimus: 40 mg daily since 2026-01-10"),
        guideline=guideline,
    )
    assert is_said(plan, "sirolimus-dose-too-high")


def a_start_above_6_mg_of_sirolimus_is_capped(guideline: Guideline) -> None:
    body = {
        "weight": "150 kg",
        "height": "200 cm",
        "age": "200 mo",
        "low": "5.77 mg",
        "high": "6 mg",
    }
    assert not list(find_failures(guideline.doses["sirolimus_start"], body, guideline.vocabulary))


def mycophenolate_is_capped_at_1_g_per_dose_in_a_child(guideline: Guideline) -> None:
    body = {"weight": "68.4 kg", "height": "190 cm", "age": "180 mo"}
    body |= {"low": "1000 mg", "high": "1000 mg"}  # TV-04
    assert not list(find_failures(guideline.doses["mmf_start"], body, guideline.vocabulary))


def a_daily_amount_of_mycophenolate_per_dose_is_questioned(guideline: Guideline) -> None:
    taken = "mycophenolate-mofetil: 2400 mg twice daily since 2026-10-01"
    plan = read_plan(CHILD, WELL, COUNTS, medicines(taken), guideline=guideline)
    assert is_said(plan, "mmf-dose-too-high")


def no_volume_without_a_strength(guideline: Guideline) -> None:
    from gentian.dosing import products
    from gentian.review.removal import remove_control
    from gentian.review.rules import Removal

    unlabelled = Removal(change={"concept:sirolimus-solution-1": {"strength": ""}})
    vocabulary = remove_control(guideline, unlabelled).vocabulary
    found = products.list_measures(guideline.doses["sirolimus_start"], vocabulary, "mg")
    assert "sirolimus-solution-1" not in {measure.product.id for measure in found}


def an_old_weight_gives_no_dose(guideline: Guideline) -> None:
    old = "results:\n  - 2026-09-20: {weight: 24 kg, height: 121 cm}\n"
    plan = read_plan(CHILD, WELL, old, RELAPSE, TWO_LINES, guideline=guideline)
    assert tier(plan, "sirolimus-long-term") == "withheld"


def a_weight_of_900_kg_is_refused(guideline: Guideline) -> None:
    try:
        read_plan(CHILD, WELL, results("weight: 900 kg"), guideline=guideline)
    except ReadingError:
        return
    raise AssertionError("a weight of 900 kg was taken")


def when_and_how_a_trough_is_drawn_is_said(guideline: Guideline) -> None:
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), guideline=guideline)
    assert is_said(plan, "sirolimus-trough-target")
    assert "whole blood just before the dose" in find(plan, "sirolimus-trough-target").says


def a_level_in_nmol_is_turned_into_ng(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines(SIROLIMUS),
        results("sirolimus-trough: 25 nmol/L"),
        guideline=guideline,
    )  # 22.9 ng/mL
    assert is_said(plan, "sirolimus-level-high")


def a_high_trough_asks_for_the_time_of_the_sample(guideline: Guideline) -> None:
    high = results("sirolimus-trough: 24 ng/mL")
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), high, guideline=guideline)
    assert is_said(plan, "sirolimus-level-high")
    assert "the time of the sample" in find(plan, "sirolimus-level-high").says


def _read_haemoglobin(guideline: Guideline, text: str) -> Plan | None:
    try:
        return read_plan(CHILD, WELL, results(f"haemoglobin: {text}"), guideline=guideline)
    except ReadingError:
        return None


def haemoglobin_of_80_g_per_dl_is_refused(guideline: Guideline) -> None:
    assert _read_haemoglobin(guideline, "80 g/dL") is None


def a_result_without_a_unit_is_refused(guideline: Guideline) -> None:
    assert _read_haemoglobin(guideline, "80") is None  # TV-16


# --- interactions ---------------------------------------------------------------------------------


def _start_beside(guideline: Guideline, *taken: str) -> Plan:
    return read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES, medicines(*taken), guideline=guideline)


def voriconazole_blocks_the_start_of_sirolimus(guideline: Guideline) -> None:
    plan = _start_beside(guideline, "voriconazole: 100 mg twice daily")  # TV-07
    assert outcome(plan, "sirolimus-long-term") == "blocked"


def clarithromycin_on_sirolimus_is_said(guideline: Guideline) -> None:
    taken = medicines(SIROLIMUS, "clarithromycin: 250 mg twice daily")
    plan = read_plan(CHILD, WELL, COUNTS, taken, guideline=guideline)
    assert is_said(plan, "interaction-sirolimus-clarithromycin-on")


def an_inhibitor_that_stopped_still_speaks(guideline: Guideline) -> None:
    taken = medicines(SIROLIMUS, "clarithromycin: 250 mg twice daily 2026-11-10 to 2026-11-17")
    plan = read_plan(CHILD, WELL, COUNTS, taken, guideline=guideline)
    assert is_said(plan, "interaction-sirolimus-clarithromycin-stopped")


def an_ace_inhibitor_asks_for_a_reason(guideline: Guideline) -> None:
    plan = _start_beside(guideline, "enalapril: 5 mg daily")
    assert any("ACE inhibitor" in check for check in find(plan, "sirolimus-long-term").checks)


# --- pregnancy, age, who it is --------------------------------------------------------------------


def a_girl_of_15_without_a_test_gets_no_sirolimus_dose(guideline: Guideline) -> None:
    plan = read_plan(GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES, guideline=guideline)  # TV-12
    assert tier(plan, "sirolimus-long-term") == "withheld"


def a_girl_of_15_without_a_test_gets_no_mycophenolate_dose(guideline: Guideline) -> None:
    plan = read_plan(GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES, guideline=guideline)  # TV-12
    assert tier(plan, "mmf-long-term") == "withheld"


PREGNANT = findings("pregnancy: now", "menarche: past")


def pregnancy_blocks_sirolimus(guideline: Guideline) -> None:
    plan = read_plan(GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES, PREGNANT, guideline=guideline)
    assert outcome(plan, "sirolimus-long-term") == "blocked"


def pregnancy_blocks_mycophenolate(guideline: Guideline) -> None:
    plan = read_plan(GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES, PREGNANT, guideline=guideline)
    assert outcome(plan, "mmf-long-term") == "blocked"


def an_infant_gets_no_calculated_sirolimus(guideline: Guideline) -> None:
    plan = read_plan(
        BABY,
        WELL.replace("since 2024", "since 2026-09"),
        RELAPSE.replace("since 2025-01", "since 2026-09"),
        TWO_LINES,
        results("weight: 6 kg, height: 62 cm"),
        guideline=guideline,
    )  # TV-15
    line = find(plan, "sirolimus-long-term")
    assert line.outcome == "blocked" or tier(plan, "sirolimus-long-term") == "withheld"


def a_toddler_is_double_checked(guideline: Guideline) -> None:
    toddler = CHILD.replace("2019-05-04", "2025-05-04")
    plan = read_plan(
        toddler,
        WELL.replace("since 2024", "since 2026-02"),
        RELAPSE.replace("since 2025-01", "since 2026-02"),
        TWO_LINES,
        results("weight: 10 kg, height: 80 cm"),
        guideline=guideline,
    )
    assert any("second person" in text for text in list_boxes(plan, "sirolimus-long-term"))


def list_boxes(plan: Plan, name: str) -> list[str]:
    line = find(plan, name)
    return [*line.checks, *(line.dose.checks if line.dose else ())]


def a_related_donor_is_tested_first(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD, WELL, COUNTS, findings("related-donor-considered: now"), guideline=guideline
    )
    assert is_said(plan, "transplant-donor-tested")


def treatment_waits_for_a_diagnosis(guideline: Guideline) -> None:
    unconfirmed = WELL.replace("alps-diagnosis-recorded: since 2024", "rigors: absent")
    plan = read_plan(CHILD, unconfirmed, SIZE, RELAPSE, TWO_LINES, guideline=guideline)
    assert outcome(plan, "sirolimus-long-term") not in ("offer", "offer-after-checks")


# --- vaccines, spleen, fever ----------------------------------------------------------------------


def no_live_vaccine_while_immunosuppressed(guideline: Guideline) -> None:
    planned = "vaccines:\n  - mmr: planned 2026-12-01\n"
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), planned, guideline=guideline)
    assert is_said(plan, "live-vaccine-stop-immunosuppressed")


def mmr_waits_after_immunoglobulin(guideline: Guideline) -> None:
    given = medicines("ivig: {given: 2026-11-19, dose: 24 g}")
    planned = "vaccines:\n  - mmr: planned 2026-12-01\n"
    plan = read_plan(CHILD, WELL, COUNTS, given, planned, guideline=guideline)  # TV-17
    assert is_said(plan, "live-vaccine-stop-after-immunoglobulin")


def inactivated_vaccines_go_on(guideline: Guideline) -> None:
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), guideline=guideline)
    assert is_said(plan, "vaccines-while-immunosuppressed")


def fever_with_the_spleen_unknown_is_an_emergency(guideline: Guideline) -> None:
    plan = read_plan(results("temperature: 38.3 Cel"), guideline=guideline)  # TV-13
    assert "fever-asplenic-emergency" in plan.emergencies


def an_unknown_spleen_is_asked_for(guideline: Guideline) -> None:
    assert is_said(read_plan(guideline=guideline), "asplenia-ask-spleen")


def the_fever_plan_stands_before_there_is_fever(guideline: Guideline) -> None:
    assert "fever-standing-plan" in read_plan(guideline=guideline).standing_plans


def fever_on_sirolimus_is_an_emergency(guideline: Guideline) -> None:
    hot = results("temperature: 38.6 Cel")
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), hot, guideline=guideline)
    assert "fever-immunosuppressed-emergency" in plan.emergencies


# --- ALPS is not ITP ------------------------------------------------------------------------------


def anti_d_with_a_positive_dat_is_spoken_against(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL,
        results("direct-antiglobulin-test: positive", "platelets: 12 10*9/L"),
        medicines("anti-d: planned 2026-11-21"),
        guideline=guideline,
    )  # TV-11
    assert is_said(plan, "anti-d-stop-haemolysis")


def early_rituximab_is_spoken_against(guideline: Guideline) -> None:
    plan = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES, guideline=guideline)
    assert is_said(plan, "rituximab-avoid")


def early_splenectomy_is_spoken_against(guideline: Guideline) -> None:
    plan = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES, guideline=guideline)
    assert is_said(plan, "splenectomy-avoid")


def two_immunosuppressants_are_said(guideline: Guideline) -> None:
    taken = medicines(SIROLIMUS, "mycophenolate-mofetil: 300 mg twice daily since 2026-10-01")
    plan = read_plan(CHILD, WELL, COUNTS, taken, guideline=guideline)
    assert is_said(plan, "immunosuppressant-warn-two")


def azathioprine_blocks_mycophenolate(guideline: Guideline) -> None:
    plan = _start_beside(guideline, "azathioprine: 25 mg daily")
    assert outcome(plan, "mmf-long-term") == "blocked"


# --- counts, lymphoma, lungs, operations ----------------------------------------------------------


def low_counts_never_block_their_own_treatment(guideline: Guideline) -> None:
    counts = results("platelets: 6 10*9/L", "haemoglobin: 71 g/L", "neutrophils: 0.2 10*9/L")
    plan = read_plan(CHILD, WELL, SIZE, counts, RELAPSE, guideline=guideline)
    assert outcome(plan, "mmf-long-term") in OFFERED


def a_fall_on_mycophenolate_means_hold_and_look(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL,
        medicines("mycophenolate-mofetil: 500 mg twice daily since 2026-10-01"),
        results("neutrophils: 0.9 10*9/L", "platelets: 180 10*9/L", "haemoglobin: 120 g/L"),
        "results:\n  - 2026-09-20: {neutrophils: 2.6 10*9/L}\n",
        guideline=guideline,
    )
    assert is_said(plan, "mmf-hold-neutrophils")


def steroid_waits_for_the_lymphoma_question(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL.replace("focal-node-change: absent", "focal-node-change: now").replace(
            "mucosal-bleeding: absent", "mucosal-bleeding: now"
        ),
        SIZE,
        results("platelets: 12 10*9/L", "haemoglobin: 128 g/L", "neutrophils: 3 10*9/L"),
        guideline=guideline,
    )
    assert outcome(plan, "steroid-platelets-short") == "blocked"


def a_pet_scan_never_decides(guideline: Guideline) -> None:
    hard = WELL.replace("focal-node-change: absent", "focal-node-change: now")
    plan = read_plan(CHILD, hard, COUNTS, guideline=guideline)
    assert is_said(plan, "lymphoma-avoid-pet-as-judge")


def a_cough_on_sirolimus_is_an_emergency(guideline: Guideline) -> None:
    cough = findings("new-cough-or-breathlessness: now")
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), cough, guideline=guideline)
    assert "sirolimus-pneumonitis" in plan.emergencies


def an_operation_on_sirolimus_is_planned(guideline: Guideline) -> None:
    ahead = findings("surgery-planned: now")
    plan = read_plan(CHILD, WELL, COUNTS, medicines(SIROLIMUS), ahead, guideline=guideline)
    assert is_said(plan, "surgery-sirolimus")


def a_long_steroid_course_is_tapered(guideline: Guideline) -> None:
    taken = medicines("prednisolone: 15 mg daily since 2026-09-15")
    plan = read_plan(CHILD, WELL, COUNTS, taken, guideline=guideline)
    assert is_said(plan, "steroid-taper")


def the_adrenal_plan_stands(guideline: Guideline) -> None:
    taken = medicines("prednisolone: 15 mg daily since 2026-09-15")
    plan = read_plan(CHILD, WELL, COUNTS, taken, guideline=guideline)
    assert "adrenal-standing-plan" in plan.standing_plans


# --- blanks, looks, age of the text ---------------------------------------------------------------


ASPLENIC = WELL.replace("spleen-in-place: now", "asplenia: since 2025")


def a_penicillin_allergy_blocks_penicillin(guideline: Guideline) -> None:
    allergic = "allergies:\n  - penicillin-allergy: now\n"
    plan = read_plan(CHILD, ASPLENIC, COUNTS, allergic, country="US", guideline=guideline)
    assert outcome(plan, "penicillin-prophylaxis") == "blocked"


def a_blank_allergy_is_asked_before_penicillin(guideline: Guideline) -> None:
    plan = read_plan(CHILD, ASPLENIC, COUNTS, country="US", guideline=guideline)
    assert any("llergy" in text for text in list_boxes(plan, "penicillin-prophylaxis"))


def a_blank_never_withholds_a_rescue(guideline: Guideline) -> None:
    old = "results:\n  - 2026-08-20: {weight: 24 kg}\n"
    bleeding = findings("intracranial-bleeding: now")
    plan = read_plan(old, results("platelets: 6 10*9/L"), bleeding, guideline=guideline)
    assert outcome(plan, "ivig-platelets") in OFFERED
    assert tier(plan, "ivig-platelets") == "indicative"


def big_nodes_alone_are_spoken_for(guideline: Guideline) -> None:
    nodes = findings("lymphadenopathy: since 2025")
    plan = read_plan(CHILD, WELL, COUNTS, nodes, guideline=guideline)
    assert is_said(plan, "nodes-avoid-medicine-for-appearance")


def a_narrowed_airway_is_an_emergency(guideline: Guideline) -> None:
    narrowed = WELL.replace("airway-compromise: absent", "airway-compromise: now")
    plan = read_plan(CHILD, narrowed, COUNTS, guideline=guideline)
    assert "airway-emergency" in plan.emergencies


def expired_advice_is_marked(guideline: Guideline) -> None:
    late = CHILD.replace("2026-11-20", "2028-11-20")
    plan = read_plan(late, WELL, medicines(SIROLIMUS), as_of="2028-11-20", guideline=guideline)
    assert "review overdue" in plan.review


def expired_safety_rules_keep_firing(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD.replace("2026-11-20", "2028-11-20"),
        WELL,
        medicines(SIROLIMUS, "clarithromycin: since 2028-11-10"),
        as_of="2028-11-20",
        guideline=guideline,
    )
    assert is_said(plan, "interaction-sirolimus-clarithromycin-on")


def a_remembered_number_is_said_to_be_one(guideline: Guideline) -> None:
    plan = read_plan(
        CHILD,
        WELL,
        results("haemoglobin: 71 g/L", "platelets: 210 10*9/L", "neutrophils: 3.1 10*9/L"),
        findings("active-haemolysis: now"),
        country="US",
        guideline=guideline,
    )
    assert "unchecked" in (find(plan, "haemolysis-folate").dose.review or "")
    assert tier(plan, "haemolysis-folate") == "indicative"
