"""Treatment as one person gets it: what comes first, what stands against it, what is never withheld."""

from __future__ import annotations

from tests.guideline.people import (
    CHILD,
    COUNTS,
    OFFERED,
    WELL,
    find,
    findings,
    list_offers,
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


def offers(made, *names: str) -> bool:
    return all(find(made, name).outcome in OFFERED for name in names)


# --- nothing known, and emergencies -------------------------------------------------------------------


def test_of_a_person_of_whom_nothing_is_known_the_fever_plan_stands_and_no_emergency_is_invented():
    made = read_plan()
    assert made.emergencies == []
    assert made.standing_plans == ["fever-standing-plan"]
    assert find(made, "fever-standing-plan").outcome == "assumed"
    assert find(made, "asplenia-ask-spleen").outcome == "assumed"


def test_fever_with_the_spleen_unknown_is_handled_as_without_a_spleen():
    made = read_plan(results("temperature: 38.3 Cel"))  # TV-13
    assert "fever-asplenic-emergency" in made.emergencies
    assert find(made, "fever-asplenic-emergency").outcome == "assumed"


def test_life_threatening_bleeding_gets_its_treatment_though_half_is_unknown():
    made = read_plan(
        results("platelets: 6 10*9/L", "weight: 24 kg"), findings("intracranial-bleeding: now")
    )
    assert "bleeding-life-threatening" in made.emergencies
    assert offers(made, "methylprednisolone-severe-flare", "ivig-platelets")
    steroid = find(made, "methylprednisolone-severe-flare")
    assert steroid.dose.tier == "indicative"
    assert "120 to 720 mg" in steroid.dose.text


def test_haemolysis_with_severe_anaemia_gets_steroid_immunoglobulin_and_red_cells():
    made = read_plan(
        CHILD,
        WELL.replace("anaemia-symptoms: absent", "anaemia-symptoms: now"),
        SIZE,
        results("platelets: 210 10*9/L", "haemoglobin: 48 g/L", "neutrophils: 4.2 10*9/L"),
        findings("active-haemolysis: now", "autoimmune-haemolytic-anaemia: since 2026-11-18"),
    )
    assert "haemolysis-transfuse" in made.emergencies
    assert offers(made, "steroid-flare", "methylprednisolone-severe-flare", "ivig-haemolysis")
    assert find(made, "haemolysis-watch").outcome == "not-applicable"


# --- watching -----------------------------------------------------------------------------------------


def test_a_child_with_platelets_of_8_and_bruises_only_is_watched():
    made = read_plan(
        CHILD,
        WELL.replace("skin-bleeding: absent", "skin-bleeding: now"),
        SIZE,
        results("platelets: 8 10*9/L", "haemoglobin: 128 g/L", "neutrophils: 3.1 10*9/L"),
    )
    assert find(made, "thrombocytopenia-watch-child").outcome == "offer"
    assert [item.id for item in list_offers(made)] == []


def test_a_well_child_with_normal_counts_is_offered_no_medicine():
    made = read_plan(CHILD, WELL, COUNTS)
    assert [item.id for item in list_offers(made)] == []


# --- long-term: which, and what stands against it ----------------------------------------------------


def test_two_low_counts_put_sirolimus_above_mycophenolate():
    made = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES)
    assert offers(made, "sirolimus-long-term", "mmf-long-term")
    assert any("mmf-long-term" in line for line in find(made, "sirolimus-long-term").instead)
    ids = [item.id for item in made.statements]
    assert ids.index("sirolimus-long-term") < ids.index("mmf-long-term")


def test_one_low_count_puts_mycophenolate_above_sirolimus():
    made = read_plan(CHILD, WELL, COUNTS.replace("240", "14"), RELAPSE)
    assert offers(made, "mmf-long-term", "sirolimus-one-line")
    ids = [item.id for item in made.statements]
    assert ids.index("mmf-long-term") < ids.index("sirolimus-one-line")


def test_low_counts_never_block_the_treatment_they_are_the_reason_for():
    made = read_plan(
        CHILD,
        WELL,
        SIZE,
        results("platelets: 6 10*9/L", "haemoglobin: 71 g/L", "neutrophils: 0.2 10*9/L"),
        RELAPSE,
    )
    assert offers(made, "sirolimus-long-term", "mmf-long-term")
    line = find(made, "mmf-long-term")
    assert line.blocked_by == []
    assert any("decide with the trend" in check for check in line.checks)


def test_neutropenia_explained_by_the_marrow_does_block_mycophenolate():
    made = read_plan(
        CHILD,
        WELL,
        SIZE,
        results("platelets: 6 10*9/L", "haemoglobin: 71 g/L", "neutrophils: 0.2 10*9/L"),
        RELAPSE,
        findings("marrow-suppression: now"),
    )
    assert find(made, "mmf-long-term").outcome == "blocked"


def test_voriconazole_blocks_the_start_of_sirolimus_and_names_another_antifungal():
    made = read_plan(
        CHILD, WELL, SIZE, RELAPSE, TWO_LINES, medicines("voriconazole: 100 mg twice daily")
    )  # TV-07
    line = find(made, "sirolimus-long-term")
    assert line.outcome == "blocked"
    assert any("11-fold" in sentence for sentence in line.blocked_by)
    assert any("echinocandin" in sentence for sentence in line.instead)
    assert find(made, "mmf-long-term").outcome in OFFERED
    assert find(made, "mmf-before-sirolimus").outcome == "offer"


def test_an_ace_inhibitor_asks_for_a_reason_and_does_not_block():
    made = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES, medicines("enalapril: 5 mg daily"))
    line = find(made, "sirolimus-long-term")
    assert line.outcome == "offer-after-checks"
    assert any("ACE inhibitor" in check for check in line.checks)


def test_the_start_waits_for_an_open_lymphoma_question_and_so_does_steroid():
    made = read_plan(
        CHILD,
        WELL.replace("focal-node-change: absent", "focal-node-change: now").replace(
            "mucosal-bleeding: absent", "mucosal-bleeding: now"
        ),
        SIZE,
        RELAPSE,
        results("platelets: 12 10*9/L", "haemoglobin: 84 g/L", "neutrophils: 3 10*9/L"),
        findings("active-haemolysis: now"),
    )
    assert find(made, "sirolimus-long-term").outcome == "blocked"
    assert find(made, "lymphoproliferation-short-steroid").outcome not in OFFERED
    assert find(made, "ivig-platelets").outcome in OFFERED


def test_a_girl_of_15_without_a_pregnancy_test_gets_no_dose_of_a_teratogen():
    made = read_plan(GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES)  # TV-12
    for name in ("sirolimus-long-term", "mmf-long-term"):
        assert find(made, name).dose.tier == "withheld"
    assert find(made, "pregnancy-gate").outcome == "offer"


def test_with_a_test_and_contraception_the_dose_is_shown():
    made = read_plan(
        GIRL_OF_15,
        WELL,
        results("weight: 55 kg, height: 165 cm", "pregnancy-test: negative"),
        RELAPSE,
        TWO_LINES,
        findings("contraception: now"),
    )
    assert find(made, "sirolimus-long-term").dose.tier == "indicative"
    assert "mg" in find(made, "mmf-long-term").dose.text


def test_pregnancy_blocks_both_long_term_medicines():
    made = read_plan(
        GIRL_OF_15, WELL, SIZE, RELAPSE, TWO_LINES, findings("pregnancy: now", "menarche: past")
    )
    assert find(made, "sirolimus-long-term").outcome == "blocked"
    assert find(made, "mmf-long-term").outcome == "blocked"


def test_an_infant_of_4_months_gets_no_automatic_sirolimus():
    made = read_plan(
        BABY,
        WELL.replace("since 2024", "since 2026-09"),
        RELAPSE.replace("since 2025-01", "since 2026-09"),
        TWO_LINES,
        results("weight: 6 kg, height: 62 cm"),
    )  # TV-15
    assert find(made, "sirolimus-long-term").outcome == "blocked"


def test_under_investigation_shows_long_term_treatment_only_as_if_confirmed():
    well = WELL.replace("alps-diagnosis-recorded: since 2024", "rigors: absent")
    made = read_plan(CHILD, well, SIZE, RELAPSE, TWO_LINES)
    assert made.care_status.status == "under-investigation"
    line = find(made, "sirolimus-long-term")
    assert line.preview and line.outcome == "withheld"
    assert line.dose is None or line.dose.tier == "withheld"


# --- G-CSF, anti-D, rituximab, splenectomy --------------------------------------------------------------


NEUTROPENIA = (
    results("platelets: 210 10*9/L", "haemoglobin: 121 g/L", "neutrophils: 0.2 10*9/L"),
    findings("pneumonia: now", "autoimmune-neutropenia: since 2025-01"),
)


def test_neutropenia_with_pneumonia_is_offered_low_dose_g_csf():
    made = read_plan(CHILD, WELL, SIZE, *NEUTROPENIA)
    line = find(made, "gcsf-neutropenia-infection")
    assert line.outcome in OFFERED
    assert "24 to 48 microgram" in line.dose.text


def test_new_shoulder_tip_pain_makes_g_csf_wait_for_imaging():
    well = WELL.replace("shoulder-tip-pain: absent", "shoulder-tip-pain: now")
    made = read_plan(CHILD, well, SIZE, *NEUTROPENIA)
    assert find(made, "gcsf-neutropenia-infection").outcome == "blocked"
    assert "rupture-emergency" in made.emergencies


def test_rituximab_needs_both_medicines_to_have_failed_and_hepatitis_b_to_be_known():
    failed = medicines(
        "sirolimus: 1.5 mg daily 2025-01 to 2026-01 (no response)",
        "mycophenolate-mofetil: 500 mg twice daily 2026-01 to 2026-10 (no response)",
    )
    first = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES)
    assert find(first, "rituximab-last-resort").outcome not in (*OFFERED, "blocked")
    second = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES, failed)
    line = find(second, "rituximab-last-resort")
    assert line.outcome == "blocked"  # hepatitis B not known
    assert any("Hepatitis B" in sentence for sentence in line.blocked_by)
    assert find(second, "evans-transplant-opinion").outcome == "offer"


def test_splenectomy_is_never_offered_without_its_list():
    made = read_plan(CHILD, WELL, SIZE, RELAPSE, TWO_LINES)
    assert find(made, "splenectomy-avoid").outcome == "offer"
    assert find(made, "splenectomy-last-resort").outcome == "not-indicated"


# --- on treatment ----------------------------------------------------------------------------------------


def test_a_cough_on_sirolimus_holds_the_next_dose():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines("sirolimus: 1.6 mg daily since 2026-01-10"),
        findings("new-cough-or-breathlessness: now"),
    )
    assert "sirolimus-pneumonitis" in made.emergencies
    assert find(made, "sirolimus-pneumonitis").kind == "hold"


def test_a_strong_inhibitor_that_stopped_last_week_still_speaks():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines(
            "sirolimus: 1.6 mg daily since 2026-01-10",
            "clarithromycin: 250 mg twice daily 2026-11-10 to 2026-11-17",
        ),
    )
    assert find(made, "interaction-sirolimus-clarithromycin-stopped").outcome == "offer"


def test_two_months_of_steroid_bring_a_taper_and_stress_cover():
    made = read_plan(CHILD, WELL, COUNTS, medicines("prednisolone: 15 mg daily since 2026-09-15"))
    assert find(made, "steroid-taper").outcome in OFFERED
    assert "adrenal-standing-plan" in made.standing_plans


def test_neutrophils_that_fell_on_mycophenolate_mean_hold_and_look_again():
    made = read_plan(
        CHILD,
        WELL,
        medicines("mycophenolate-mofetil: 500 mg twice daily since 2026-10-01"),
        results("neutrophils: 0.9 10*9/L", "platelets: 180 10*9/L", "haemoglobin: 120 g/L"),
        "results:\n  - 2026-09-20: {neutrophils: 2.6 10*9/L}\n",
    )
    assert find(made, "mmf-hold-neutrophils").outcome == "offer"


def test_without_a_spleen_penicillin_follows_age_and_country():
    asplenic = WELL.replace("spleen-in-place: now", "asplenia: since 2025")
    four = CHILD.replace("2019-05-04", "2022-05-04")
    for country, amount in (("US", "250 mg"), ("AU", "125 mg")):  # TV-14
        made = read_plan(four, asplenic, COUNTS, country=country)
        line = find(made, "penicillin-prophylaxis")
        assert line.outcome in OFFERED
        assert amount in line.dose.text


def test_penicillin_allergy_on_sirolimus_names_no_erythromycin():
    asplenic = WELL.replace("spleen-in-place: now", "asplenia: since 2025")
    made = read_plan(
        CHILD,
        asplenic,
        COUNTS,
        medicines("sirolimus: 1.6 mg daily since 2026-01-10"),
        "allergies:\n  - penicillin-allergy: now\n",
        country="US",
    )  # TV-20
    line = find(made, "penicillin-prophylaxis")
    assert line.outcome == "blocked"
    assert any("not erythromycin with sirolimus" in sentence for sentence in line.instead)


def test_alerts_stay_within_seven_lines():
    made = read_plan(
        GIRL_OF_15,
        WELL,
        SIZE,
        RELAPSE,
        TWO_LINES,
        medicines(
            "sirolimus: 2 mg daily since 2026-01-10",
            "mycophenolate-mofetil: 500 mg twice daily since 2026-05-01",
            "prednisolone: 20 mg daily since 2026-09-08",
            "ibuprofen: 200 mg as needed",
            "diltiazem: 60 mg daily",
            "cannabidiol: now",
            "omeprazole: 20 mg daily",
            "enalapril: 5 mg daily",
        ),
        findings("surgery-planned: now", "contact-sport: now"),
    )
    alerts = [
        item
        for item in made.statements
        if item.kind in ("warn", "do-not-start")
        and item.outcome in OFFERED
        and not item.folded
        and not item.emergency
    ]
    assert 0 < len(alerts) <= 7


def test_mmr_planned_after_immunoglobulin_is_deferred():
    made = read_plan(
        CHILD,
        WELL,
        COUNTS,
        medicines("ivig: {given: 2026-11-19, dose: 24 g}"),
        "vaccines:\n  - mmr: planned 2026-12-01\n",
    )  # TV-17
    line = find(made, "live-vaccine-stop-after-immunoglobulin")
    assert line.outcome == "offer"
    assert "10 months after 1 g/kg" in line.says


def test_an_old_count_asks_to_be_repeated_today_and_still_alarms():
    old = "results:\n  - 2026-11-11: {platelets: 8 10*9/L, weight: 24 kg, height: 121 cm}\n"
    made = read_plan(CHILD, WELL, old)
    assert find(made, "monitoring-repeat-count-today").outcome == "offer"
    assert next(item for item in made.problems if item.id == "low-platelets").active
