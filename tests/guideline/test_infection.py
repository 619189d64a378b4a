"""Infection: prevention without a spleen by age, country and allergy, the pack at home, travel, and IgG."""

from __future__ import annotations

import pytest

from tests.guideline.people import OFFERED, find, findings, medicines, read_plan, results

COMPLETE = "complete: {medicines: 2026-11-20, procedures: 2026-11-20, allergies: 2026-11-20}\n"
NO_SPLEEN = "procedures:\n  - splenectomy: 2025-03-01\n"
ALPS = findings("alps-diagnosis-recorded: since 2024", "fever: absent")
MILD = "allergies:\n  - penicillin-allergy: since 2024\n  - severe-penicillin-allergy: absent 2026-11-20\n"
SEVERE = "allergies:\n  - severe-penicillin-allergy: since 2024\n"


def asplenic(*parts: str, born: str = "2022-05-04", weight: int = 16, country: str | None = "US"):
    """A person without a spleen, four years old unless said otherwise."""
    size = results(f"weight: {weight} kg, height: 101 cm")
    return read_plan(f"born: {born}\nsex: male\n", COMPLETE, ALPS, size, *parts, country=country)


# --- prevention ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "country", "dose"),
    [
        ("2022-05-04", "US", "250 mg per dose"),  # the step is at 3 years
        ("2022-05-04", "GB", "125 mg per dose"),  # and at 5 years elsewhere
        ("2022-05-04", "AU", "125 mg per dose"),
        ("2022-05-04", "NL", "125 mg per dose"),
        ("2020-05-04", "AU", "250 mg per dose"),
        ("2026-04-04", "GB", "62.5 mg per dose"),
    ],
)
def test_penicillin_by_age_and_country(born, country, dose):
    removed = "procedures:\n  - splenectomy: 2026-10-01\n"
    alps = findings("alps-diagnosis-recorded: since 2026-06", "fever: absent")
    plan = read_plan(f"born: {born}\nsex: male\n", COMPLETE, alps, removed, country=country)
    line = find(plan, "penicillin-prophylaxis")
    assert line.outcome in OFFERED
    assert line.dose.text.startswith(dose)


def test_without_a_country_no_amount_is_shown():
    line = find(asplenic(NO_SPLEEN, country=None), "penicillin-prophylaxis")
    assert line.dose.tier == "withheld"
    assert "differs by country" in line.dose.text


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("AU", "until 5 years of age in a child and at least 3 years after splenectomy"),
        ("NL", "to 6 years of age and up to 2 years after splenectomy"),
        ("DE", "no duration of this country was seen"),
    ],
)
def test_how_long_is_said_by_country_and_in_alps_for_life(country, text):
    line = find(asplenic(NO_SPLEEN, country=country), "prophylaxis-by-country")
    assert text in line.says
    assert "for life" in line.says


def test_a_mild_penicillin_allergy_leaves_cefalexin_and_azithromycin():
    plan = asplenic(NO_SPLEEN, MILD)
    assert find(plan, "penicillin-prophylaxis").outcome == "blocked"
    assert find(plan, "prophylaxis-cefalexin").dose.text.startswith("250 mg per dose, twice daily")
    assert find(plan, "prophylaxis-azithromycin").dose.text.startswith("80 mg/day, once daily")


def test_a_severe_one_leaves_azithromycin_alone():
    plan = asplenic(NO_SPLEEN, SEVERE)
    assert find(plan, "prophylaxis-cefalexin").outcome not in OFFERED
    assert find(plan, "prophylaxis-azithromycin").outcome in OFFERED


def test_in_a_country_without_a_source_no_amount_is_borrowed():
    line = find(asplenic(NO_SPLEEN, MILD, country="DE"), "prophylaxis-azithromycin")
    assert line.dose.tier == "withheld"


def test_a_spleen_that_is_big_and_does_not_work_counts_as_none():
    signs = findings(
        "splenomegaly: since 2024", "howell-jolly-bodies: 2026-11-01".replace(": ", ": on ")
    )
    plan = asplenic(signs)
    assert find(plan, "hyposplenism-as-asplenia").outcome in OFFERED
    assert find(plan, "penicillin-prophylaxis").outcome in OFFERED
    assert {item.id for item in plan.vaccines if item.answer == "ask"} >= {"menacwy-vaccine"}


# --- the pack at home, bites, journeys --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "weight", "dose"),
    [("US", 16, "720 mg"), ("AU", 16, "360 mg"), ("US", 24, "875 mg"), ("AU", 45, "875 mg")],
)
def test_the_fever_pack_of_a_child(country, weight, dose):
    line = find(asplenic(NO_SPLEEN, weight=weight, country=country), "fever-pack-child")
    assert line.outcome in OFFERED
    assert line.dose.text.startswith(dose)
    assert "never replaces" in line.says


def test_the_fever_pack_is_blocked_by_a_penicillin_allergy_with_what_else():
    line = find(asplenic(NO_SPLEEN, MILD), "fever-pack-child")
    assert line.outcome == "blocked"
    assert any("cefdinir" in text for text in line.instead)


def test_the_fever_pack_of_an_adult_by_country():
    here = find(asplenic(NO_SPLEEN, born="1990-05-04", weight=70, country="AU"), "fever-pack-adult")
    assert "amoxicillin 2 g once" in here.says
    there = find(
        asplenic(NO_SPLEEN, born="1990-05-04", weight=70, country="FR"), "fever-pack-adult"
    )
    assert "by national text" in there.says


def test_fever_after_a_malaria_region_without_a_spleen_asks_for_films_beside_antibiotics():
    hot = results("temperature: 38.6 Cel")
    plan = asplenic(NO_SPLEEN, hot, findings("travel-endemic-malaria: on 2026-10-01"))
    assert plan.emergencies[0] in ("fever-asplenic-emergency", "asplenia-fever-blood-parasites")
    assert {"fever-asplenic-emergency", "asplenia-fever-blood-parasites"} <= set(plan.emergencies)


def test_a_bite_without_a_spleen_is_seen_today():
    plan = asplenic(NO_SPLEEN, findings("animal-bite: on 2026-11-20"))
    assert "asplenia-bite" in plan.emergencies


def test_a_journey_on_sirolimus_gets_no_live_travel_vaccine():
    plan = asplenic(
        findings("travel-planned: planned 2026-12-20", "spleen-in-place: now"),
        medicines("sirolimus: 1 mg daily since 2026-01-10"),
    )
    assert find(plan, "travel-immunosuppressed").outcome in OFFERED
    answers = {item.id: item.answer for item in plan.vaccines}
    assert answers["yellow-fever-vaccine"] == answers["oral-typhoid-vaccine"] == "not-while"


# --- immunoglobulin ---------------------------------------------------------------------------------------

LOW = results("igg: 3.1 g/L", "platelets: 45 10*9/L")
INFECTIONS = findings("recurrent-sinopulmonary-infection: since 2024", "spleen-in-place: now")


def test_replacement_and_high_dose_are_told_apart():
    plan = asplenic(LOW, INFECTIONS)
    assert find(plan, "igg-replacement").outcome in OFFERED
    assert find(plan, "igg-two-uses").outcome in OFFERED
    assert find(plan, "low-igg-watch").outcome == "not-applicable"


def test_a_low_trough_on_replacement_is_looked_at_and_titres_are_not_believed():
    plan = asplenic(LOW, INFECTIONS, medicines("ivig: 8 g every 4 weeks since 2026-03-01"))
    assert find(plan, "igg-replacement-trough").outcome in OFFERED
    assert find(plan, "igg-donor-antibodies").outcome in OFFERED


def test_without_infection_a_low_igg_is_not_replaced():
    plan = asplenic(
        results("igg: 3.1 g/L", "vaccine-response: adequate"), findings("spleen-in-place: now")
    )
    assert find(plan, "igg-replacement").outcome not in OFFERED
