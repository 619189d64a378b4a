"""The dangerous ones, as a whole plan shows them: stops, doubles, feeding, organs, allergies, doses on record."""

from __future__ import annotations

import pytest

from gentian.language.loader import load_guideline
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
ON_SIROLIMUS = "sirolimus: 1.6 mg daily since 2026-01-10"
WOMAN = """
    born: 1996-05-04
    sex: female
    complete: {medicines: 2026-11-20, procedures: 2026-11-20, examination: 2026-11-20}
"""
ADULT_SIZE = results("weight: 70 kg, height: 175 cm")
MAN = WOMAN.replace("female", "male")
FAILED = (
    "sirolimus: 1.5 mg daily 2025-01 to 2026-01 (no response)",
    "mycophenolate-mofetil: 500 mg twice daily 2026-01 to 2026-10 (no response)",
)


def is_said(plan, name: str) -> bool:
    """The line stands in the plan, and not only folded behind seven others."""
    item = find(plan, name)
    return item.outcome in OFFERED and item.folded != "alert budget"


# --- interactions: on stop, and when the other medicine is ordered elsewhere --------------------------------


@pytest.mark.parametrize(
    "other, said",
    [
        ("voriconazole: 100 mg twice daily 2026-11-01 to 2026-11-15", "voriconazole"),
        ("rifampicin: 150 mg daily 2026-10-01 to 2026-11-12", "rifampicin"),
        ("ciclosporin: 50 mg twice daily 2026-10-01 to 2026-11-15", "ciclosporin"),
        ("letermovir: 240 mg daily 2026-10-01 to 2026-11-15", "letermovir"),
        ("cannabidiol: 100 mg daily 2026-10-01 to 2026-11-15", "cannabidiol"),
    ],
)
def test_when_an_interacting_medicine_stops_sirolimus_is_measured_again(other: str, said: str):
    made = read_plan(CHILD, WELL, COUNTS, medicines(ON_SIROLIMUS, other))
    line = find(made, f"interaction-sirolimus-{said}-stopped")
    assert is_said(made, line.id)
    assert "stopped lately" in line.says and "5 to 7" in line.says


def test_an_inducer_that_stops_lets_sirolimus_rise_and_an_inhibitor_lets_it_fall():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines(ON_SIROLIMUS, "rifampicin: 150 mg daily 2026-10-01 to 2026-11-12"),
    )
    assert "rises" in find(made, "interaction-sirolimus-rifampicin-stopped").says
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines(ON_SIROLIMUS, "itraconazole: 100 mg daily 2026-10-01 to 2026-11-12"),
    )
    assert "falls" in find(made, "interaction-sirolimus-itraconazole-stopped").says


def test_a_stop_months_ago_is_silent():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines(ON_SIROLIMUS, "voriconazole: 100 mg daily 2026-03-01 to 2026-04-01"),
    )
    assert find(made, "interaction-sirolimus-voriconazole-stopped").outcome not in OFFERED


def test_clarithromycin_that_is_only_ordered_is_seen_before_the_first_tablet():
    made = read_plan(
        CHILD, WELL, COUNTS, medicines(ON_SIROLIMUS, "clarithromycin: planned 2026-11-21")
    )
    line = find(made, "interaction-sirolimus-clarithromycin-planned")
    assert line.kind == "do-not-start" and is_said(made, line.id)
    assert "azithromycin" in line.says


def test_without_sirolimus_the_same_order_is_nobodys_business():
    made = read_plan(CHILD, WELL, COUNTS, medicines("clarithromycin: planned 2026-11-21"))
    assert find(made, "interaction-sirolimus-clarithromycin-planned").outcome not in OFFERED


def test_nirmatrelvir_ritonavir_on_sirolimus_means_hold_and_its_end_says_when_to_restart():
    on = medicines(
        ON_SIROLIMUS, "nirmatrelvir-ritonavir: {dose: 300 mg twice daily, since: 2026-11-19}"
    )
    made = read_plan(CHILD, WELL, COUNTS, on)
    assert find(made, "sirolimus-hold-protease-inhibitor").kind == "hold"
    assert is_said(made, "sirolimus-hold-protease-inhibitor")
    ended = medicines(
        ON_SIROLIMUS, "nirmatrelvir-ritonavir: 300 mg twice daily 2026-11-13 to 2026-11-18"
    )
    made = read_plan(CHILD, WELL, COUNTS, ended)
    after = find(made, "interaction-sirolimus-hiv-hcv-protease-inhibitor-stopped")
    assert is_said(made, after.id) and "restart 2 to 3 days after the last dose" in after.says


@pytest.mark.parametrize(
    "row", load_guideline().interactions, ids=lambda row: row.interaction + "-" + row.with_
)
def test_every_effect_on_a_level_says_when_it_begins_and_what_its_stop_does(row):
    """HZ-08: what is measured on start is measured on stop."""
    kinetic = row.effect.auc_ratio or row.effect.direction in ("up", "down")
    if row.action == "change-and-level" or (row.action == "avoid" and kinetic):
        assert row.onset and row.offset and row.after


def test_no_interaction_blocks_a_rescue():
    """An avoid row blocks its medicine; none speaks of what an emergency needs."""
    rescues = {
        "ivig",
        "prednisone-or-prednisolone",
        "methylprednisolone",
        "systemic-glucocorticoid",
    }
    avoided = {row.interaction for row in load_guideline().interactions if row.action == "avoid"}
    assert avoided.isdisjoint(rescues)


# --- two immunosuppressants --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "one, other",
    [
        (
            "mycophenolate-mofetil: 500 mg twice daily since 2026-05-01",
            "azathioprine: 50 mg daily since 2026-10-01",
        ),
        (ON_SIROLIMUS, "tacrolimus: 2 mg twice daily since 2026-10-01"),
        (ON_SIROLIMUS, "ruxolitinib: 10 mg daily since 2026-10-01"),
        (
            "mycophenolate-mofetil: 500 mg twice daily since 2026-05-01",
            "rituximab: {given: 2026-09-01, dose: 400 mg}",
        ),
    ],
)
def test_two_immunosuppressants_by_accident_are_asked_about_today(one: str, other: str):
    made = read_plan(CHILD, WELL, COUNTS, medicines(one, other))
    assert is_said(made, "immunosuppressant-warn-two-others")


def test_one_immunosuppressant_is_no_double():
    made = read_plan(CHILD, WELL, COUNTS, medicines(ON_SIROLIMUS))
    assert find(made, "immunosuppressant-warn-two-others").outcome not in OFFERED


def test_tacrolimus_blocks_the_start_of_sirolimus_and_asks_for_a_reason_for_mycophenolate():
    made = read_plan(
        CHILD,
        WELL,
        SIZE,
        RELAPSE,
        TWO_LINES,
        medicines("tacrolimus: 2 mg twice daily since 2026-10-01"),
    )
    assert find(made, "sirolimus-long-term").outcome == "blocked"
    line = find(made, "mmf-long-term")
    assert line.outcome == "offer-after-checks"
    assert any("change rather than add" in check for check in line.checks)


def test_rituximab_three_months_ago_makes_the_next_medicine_the_second_one():
    made = read_plan(
        CHILD,
        WELL,
        SIZE,
        RELAPSE,
        TWO_LINES,
        medicines("rituximab: {given: 2026-08-20, dose: 300 mg}"),
    )
    checks = find(made, "sirolimus-long-term").checks
    assert any("Rituximab was given less than" in check for check in checks)


# --- breast-feeding, pregnancy after a stop ------------------------------------------------------------------


def test_breast_feeding_blocks_both_long_term_medicines_and_names_a_bridge():
    made = read_plan(WOMAN, WELL, ADULT_SIZE, RELAPSE, TWO_LINES, findings("breast-feeding: now"))
    for name in ("sirolimus-long-term", "mmf-long-term"):
        line = find(made, name)
        assert line.outcome == "blocked" and line.dose.tier == "withheld"
        assert any("bridge" in sentence for sentence in line.instead)


def test_breast_feeding_on_sirolimus_is_a_warning_and_no_silent_continuation():
    made = read_plan(
        WOMAN,
        WELL,
        COUNTS,
        medicines("sirolimus: 2 mg daily since 2026-01-10"),
        findings("breast-feeding: now"),
    )
    assert is_said(made, "breast-feeding-on-immunosuppressant")


def test_steroid_for_a_flare_is_not_withheld_from_a_mother_who_feeds():
    made = read_plan(
        WOMAN,
        WELL.replace("anaemia-symptoms: absent", "anaemia-symptoms: now"),
        ADULT_SIZE,
        TWO_LINES,
        findings("active-haemolysis: now", "breast-feeding: now"),
    )
    assert find(made, "steroid-flare").outcome in OFFERED


def test_pregnancy_a_month_after_sirolimus_is_an_emergency_call():
    made = read_plan(
        WOMAN,
        WELL,
        COUNTS,
        medicines("sirolimus: 2 mg daily 2026-01-10 to 2026-10-25"),
        findings("pregnancy: now"),
    )
    assert "pregnancy-soon-after-teratogen" in made.emergencies


def test_contraception_goes_on_after_the_stop():
    made = read_plan(
        WOMAN, WELL, COUNTS, medicines("sirolimus: 2 mg daily 2026-01-10 to 2026-10-25")
    )
    assert find(made, "contraception-after-stop").outcome in OFFERED
    made = read_plan(
        WOMAN, WELL, COUNTS, medicines("sirolimus: 2 mg daily 2025-01-10 to 2026-01-25")
    )
    assert find(made, "contraception-after-stop").outcome not in OFFERED


# --- kidney and liver ----------------------------------------------------------------------------------------


def test_with_a_filtration_rate_of_18_mycophenolate_is_at_most_1_g_twice_daily():
    rate = results('egfr: "18 mL/min/{1.73_m2}"')
    with_it = find(read_plan(MAN, WELL, ADULT_SIZE, RELAPSE, TWO_LINES, rate), "mmf-long-term")
    assert "1000 mg per dose" in with_it.dose.text and "1500" not in with_it.dose.text
    assert any("Filtration rate is below" in check for check in with_it.checks)
    without = find(read_plan(MAN, WELL, ADULT_SIZE, RELAPSE, TWO_LINES), "mmf-long-term")
    assert "1000 to 1500 mg per dose" in without.dose.text


def test_three_grams_of_mycophenolate_with_slow_kidneys_are_doubted():
    made = read_plan(
        MAN,
        WELL,
        COUNTS,
        results('egfr: "18 mL/min/{1.73_m2}"'),
        medicines("mycophenolate-mofetil: 1500 mg twice daily since 2026-05-01"),
    )
    assert is_said(made, "mmf-dose-kidney")


def test_a_failing_liver_on_sirolimus_lowers_the_dose_by_a_human():
    made = read_plan(
        CHILD, WELL, COUNTS, medicines(ON_SIROLIMUS), findings("hepatic-impairment: now")
    )
    assert is_said(made, "sirolimus-liver-on")


# --- doses that are being taken, and a body that jumped --------------------------------------------------------


SMALL = results("weight: 12 kg, height: 88 cm", "platelets: 190 10*9/L", "haemoglobin: 120 g/L")
TODDLER = CHILD.replace("2019-05-04", "2024-05-04")


def test_four_milligrams_of_sirolimus_are_doubted_in_a_toddler_and_not_in_an_adult():
    four = medicines("sirolimus: 4 mg daily since 2026-06-10")
    assert is_said(read_plan(TODDLER, WELL, SMALL, four), "sirolimus-dose-too-high")
    adult = read_plan(
        MAN, WELL, ADULT_SIZE, COUNTS.partition("      - 2026-11-19: {weight")[0], four
    )
    assert find(adult, "sirolimus-dose-too-high").outcome not in OFFERED


def test_mycophenolate_given_twice_as_much_for_the_size_is_doubted_below_the_flat_cap():
    twice = medicines("mycophenolate-mofetil: 650 mg twice daily since 2026-06-10")
    assert is_said(read_plan(TODDLER, WELL, SMALL, twice), "mmf-dose-too-high")


def test_sixty_milligrams_of_prednisolone_are_doubted_in_a_toddler():
    made = read_plan(TODDLER, WELL, SMALL, medicines("prednisolone: 60 mg daily since 2026-11-18"))
    assert is_said(made, "prednisolone-dose-too-high")


def test_a_dose_without_a_weight_is_not_doubted_and_not_cleared():
    made = read_plan(TODDLER, WELL, medicines("sirolimus: 4 mg daily since 2026-06-10"))
    assert find(made, "sirolimus-dose-too-high").answer == "cannot-tell"


def test_a_weight_that_jumped_is_an_unticked_check_of_the_dose():
    earlier = "results:\n  - 2026-08-20: {weight: 18 kg}\n"
    line = find(read_plan(CHILD, WELL, SIZE, earlier, RELAPSE, TWO_LINES), "sirolimus-long-term")
    assert line.dose.tier == "indicative"
    assert "weight changed, 33 % more than 18 kg on 2026-08-20: confirm it" in line.dose.checks


# --- switching, stopping, failing --------------------------------------------------------------------------------


def test_steroid_beside_sirolimus_is_tapered_when_counts_hold():
    made = read_plan(
        CHILD, WELL, COUNTS, medicines(ON_SIROLIMUS, "prednisolone: 5 mg daily since 2026-09-01")
    )
    assert find(made, "steroid-taper-on-sparing").outcome in OFFERED


def test_sirolimus_that_was_stopped_and_not_failed_comes_back_first():
    made = read_plan(
        CHILD,
        WELL,
        SIZE,
        RELAPSE,
        TWO_LINES,
        medicines("sirolimus: 1.5 mg daily 2024-01-10 to 2026-06-01 (complete response)"),
    )
    line = find(made, "sirolimus-restart")
    assert line.outcome in OFFERED and line.dose.low
    other = find(made, "sirolimus-long-term")  # never a second offer of the same medicine
    assert other.folded == "sirolimus-restart" or other.outcome not in OFFERED


def test_a_failure_without_a_level_or_with_missed_doses_is_looked_at_before_rituximab():
    made = read_plan(
        CHILD, WELL, SIZE, RELAPSE, TWO_LINES, medicines(*FAILED), findings("missed-doses: now")
    )
    line = find(made, "rituximab-last-resort")
    assert any("Doses were taken" in check for check in line.checks)


def test_missed_doses_and_a_low_count_are_no_failure_yet():
    made = read_plan(
        CHILD,
        WELL,
        TWO_LINES,
        SIZE,
        medicines(ON_SIROLIMUS),
        findings("missed-doses: now", "immune-thrombocytopenia: since 2025-01"),
    )
    assert is_said(made, "adherence-before-failed")


# --- prophylaxis, rescue doses, specialist-only ------------------------------------------------------------


def test_sirolimus_beside_mycophenolate_gets_pneumocystis_prophylaxis_with_an_amount():
    both = medicines(ON_SIROLIMUS, "mycophenolate-mofetil: 400 mg twice daily since 2026-06-01")
    line = find(read_plan(CHILD, WELL, COUNTS, both), "pjp-prophylaxis")
    assert line.outcome in OFFERED
    assert "67.4 mg per dose, counted as trimethoprim" in line.dose.text


def test_sulfonamide_allergy_blocks_it_and_offers_atovaquone():
    both = medicines(ON_SIROLIMUS, "mycophenolate-mofetil: 400 mg twice daily since 2026-06-01")
    made = read_plan(CHILD, WELL, COUNTS, both, "allergies:\n  - sulfonamide-allergy: now\n")
    assert find(made, "pjp-prophylaxis").outcome == "blocked"
    assert "720 mg" in find(made, "pjp-atovaquone").dose.text


def test_an_adrenal_crisis_gets_its_hydrocortisone_though_lymphoma_is_not_excluded():
    well = WELL.replace("focal-node-change: absent", "focal-node-change: now")
    long_steroid = medicines("prednisolone: 15 mg daily 2026-07-01 to 2026-11-10")
    made = read_plan(CHILD, well, COUNTS, long_steroid, findings("adrenal-symptoms: now"))
    line = find(made, "adrenal-crisis-hydrocortisone")
    assert line.outcome in OFFERED
    assert "mg/m²/dose" in line.dose.text and "remembered" in line.dose.text


def test_without_a_weight_the_crisis_still_has_its_rate():
    made = read_plan(
        CHILD,
        WELL,
        medicines("prednisolone: 15 mg daily 2026-07-01 to 2026-11-10"),
        findings("adrenal-symptoms: now"),
    )
    assert (
        "50 mg/m²/dose to 100 mg/m²/dose" in find(made, "adrenal-crisis-hydrocortisone").dose.text
    )


@pytest.mark.parametrize(
    "medicine",
    [
        "fludarabine",
        "alemtuzumab",
        "antithymocyte-globulin",
        "tacrolimus",
        "everolimus",
        "abatacept",
        "leniolisib",
    ],
)
def test_what_only_a_specialist_gives_is_questioned_when_planned_and_has_no_dose(medicine: str):
    made = read_plan(CHILD, WELL, COUNTS, medicines(f"{medicine}: planned 2026-12-01"))
    against = [
        item
        for item in made.statements
        if item.kind == "do-not-start" and item.outcome in OFFERED and item.dose is None
    ]
    assert against
    assert all(record.medicine != medicine for record in load_guideline().doses.values())


def test_live_vaccine_after_rituximab_waits_for_b_cells():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines("rituximab: {given: 2025-06-01, dose: 300 mg}"),
        "vaccines:\n  - mmr: planned 2026-12-01\n",
    )
    assert find(made, "live-vaccine-stop-after-rituximab").answer != "does-not-apply"


def test_five_milligrams_of_prednisolone_are_still_no_time_for_mmr():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines("prednisolone: 5 mg daily since 2026-11-01"),
        "vaccines:\n  - mmr: planned 2026-12-01\n",
    )
    assert is_said(made, "live-vaccine-stop-low-level")


def test_sirolimus_paused_for_an_operation_is_not_forgotten():
    made = read_plan(
        CHILD, WELL, COUNTS, medicines("sirolimus: 1.6 mg daily 2026-01-10 to 2026-11-01 (surgery)")
    )
    assert find(made, "surgery-restart-sirolimus").outcome in OFFERED
