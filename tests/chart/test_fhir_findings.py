"""Conditions, procedures, vaccines, allergies, family histories and statements of completeness."""

from __future__ import annotations

from typing import Any

import pytest

from gentian.chart.events import FOREVER
from tests.chart.fhir_records import (
    PATIENT,
    SNOMED,
    bundle,
    code,
    condition,
    note,
    notes,
    observation,
    own,
    read,
    read_one,
    read_record,
    starts,
)

SPLEEN = code(SNOMED, "16294009", "Splenomegaly (disorder)")
CVX = "http://hl7.org/fhir/sid/cvx"
NOW = {"recordedDate": "2026-11-20"}


def status(word: str) -> dict[str, Any]:
    return code("http://terminology.hl7.org/CodeSystem/condition-clinical", word)


# -- conditions --------------------------------------------------------------------------------------


def test_an_active_condition_goes_on() -> None:
    event = read_one(condition(SPLEEN, onsetDateTime="2025-03"))
    assert (event.what, event.present, starts(event)) == ("splenomegaly", True, "2025-03")
    assert event.ends == (FOREVER, FOREVER)


def test_a_resolved_condition_ended_where_it_abated() -> None:
    event = read_one(
        condition(
            SPLEEN,
            clinicalStatus=status("resolved"),
            onsetDateTime="2025-03",
            abatementDateTime="2025-08-01",
        )
    )
    assert event.ends[1] < FOREVER


def test_a_resolved_condition_without_a_date_ended_before_it_was_recorded() -> None:
    event = read_one(
        condition(SPLEEN, clinicalStatus=status("remission"), onsetDateTime="2025-03", **NOW)
    )
    assert event.ends[0] == event.starts[0]
    assert event.ends[1] < FOREVER


@pytest.mark.parametrize("word", ["recurrence", "relapse", "active"])
def test_what_came_back_goes_on(word: str) -> None:
    assert read_one(condition(SPLEEN, clinicalStatus=status(word), **NOW)).ends[1] == FOREVER


def test_active_and_abated_is_to_be_confirmed() -> None:
    chart = read(condition(SPLEEN, onsetDateTime="2025-03", abatementDateTime="2025-08"))
    assert "the end is used" in note(chart, "confirm").why


@pytest.mark.parametrize("word", ["provisional", "differential", "unconfirmed"])
def test_a_differential_diagnosis_is_only_suspected(word: str) -> None:
    event = read_one(condition(SPLEEN, verificationStatus=code("x", word), onsetDateTime="2026-10"))
    assert (event.present, event.certainty) == (None, "suspected")


def test_a_refuted_condition_is_absent_when_it_was_recorded() -> None:
    event = read_one(
        condition(SPLEEN, verificationStatus=code("x", "refuted"), onsetDateTime="2026-01", **NOW)
    )
    assert (event.present, starts(event)) == (False, "2026-11-20")


def test_a_condition_entered_in_error_is_counted_only() -> None:
    chart = read(condition(SPLEEN, verificationStatus=code("x", "entered-in-error"), **NOW))
    assert (chart.events, note(chart, "not-used").why) == ((), "entered in error")


def test_an_age_at_onset_is_counted_from_the_birth() -> None:
    event = read_one(condition(SPLEEN, onsetAge={"value": 5, "unit": "years", "code": "a"}))
    assert starts(event) == "2021-05-04/2022-05-03"


def test_an_age_in_months_and_a_range_of_ages() -> None:
    event = read_one(condition(SPLEEN, onsetAge={"value": 18, "unit": "mo"}))
    assert starts(event) == "2017-11-04/2017-12-03"
    ages = {"low": {"value": 3, "unit": "a"}, "high": {"value": 4, "unit": "a"}}
    assert starts(read_one(condition(SPLEEN, onsetRange=ages))) == "2019-05-04/2021-05-03"


def test_an_age_without_a_date_of_birth_is_refused() -> None:
    nobody = {key: one for key, one in PATIENT.items() if key != "birthDate"}
    chart = read_record(
        bundle(condition(SPLEEN, onsetAge={"value": 5, "unit": "a"}), patient=nobody)
    )
    assert "date of birth" in note(chart, "refused").why


@pytest.mark.parametrize(
    "age",
    [
        {"value": 500, "unit": "a"},
        {"value": -1, "unit": "a"},
        {"value": 5},
        {"value": 5, "unit": "kg"},
    ],
)
def test_an_age_that_nobody_has_is_refused(age: dict[str, Any]) -> None:
    assert len(notes(read(condition(SPLEEN, onsetAge=age)), "refused")) == 1


def test_an_onset_in_words_is_left_unknown_and_said() -> None:
    chart = read(condition(SPLEEN, onsetString="in early childhood", **NOW))
    assert chart.events[0].starts[0] < chart.events[0].starts[1]
    assert "onset" in note(chart, "changed").why
    assert starts(read_one(condition(SPLEEN, onsetString="2024"))) == "2024"


def test_an_onset_period_is_an_uncertain_date() -> None:
    event = read_one(condition(SPLEEN, onsetPeriod={"start": "2025-01", "end": "2025-03"}))
    assert starts(event) == "2025-01-01/2025-03-31"


def test_the_diagnosis_itself_under_the_codes_hospitals_use() -> None:
    for system, value in (
        ("http://hl7.org/fhir/sid/icd-10-cm", "D89.82"),
        (SNOMED, "702444009"),
        (f"{SNOMED}/731000124108", "702444009"),
        ("urn:oid:2.16.840.1.113883.6.90", "D89.82"),
        ("http://www.orpha.net", "ORPHA:3261"),
    ):
        assert read_one(condition(code(system, value), **NOW)).what == "alps-diagnosis-recorded"


def test_an_unknown_diagnosis_is_counted_with_its_name() -> None:
    chart = read(condition(code(SNOMED, "444814009", "Viral sinusitis (disorder)"), **NOW))
    assert note(chart, "not-used").what == "snomed 444814009 Viral sinusitis (disorder)"


# -- procedures and vaccines -------------------------------------------------------------------------


def procedure(**more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Procedure",
        "id": "x1",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "code": code(SNOMED, "234319005", "Splenectomy (procedure)"),
        "performedDateTime": "2024-06-01",
    }
    return {key: one for key, one in (base | more).items() if one is not None}


def test_a_completed_procedure_happened() -> None:
    event = read_one(procedure())
    assert (event.what, event.present, starts(event)) == ("splenectomy", True, "2024-06-01")
    assert event.ends == event.starts


def test_an_operation_that_took_hours_has_both_ends() -> None:
    period = {"start": "2024-06-01T08:00:00Z", "end": "2024-06-01T11:00:00Z"}
    event = read_one(procedure(performedDateTime=None, performedPeriod=period))
    assert event.ends[0] - event.starts[0] == 180


def test_a_procedure_in_preparation_is_planned() -> None:
    assert (
        read_one(procedure(status="preparation", performedDateTime="2026-12-24")).status
        == "planned"
    )


@pytest.mark.parametrize("word", ["not-done", "stopped", "on-hold", "entered-in-error"])
def test_a_procedure_that_was_not_done_says_nothing_about_other_days(word: str) -> None:
    chart = read(procedure(status=word))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


def vaccine(**more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "Immunization",
        "id": "v1",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
        "vaccineCode": code(CVX, "03", "MMR"),
        "occurrenceDateTime": "2017-06-01",
    }
    return {key: one for key, one in (base | more).items() if one is not None}


@pytest.mark.parametrize(
    ("cvx", "what"),
    [
        ("03", "mmr"),
        ("21", "varicella-vaccine"),
        ("133", "pneumococcal-conjugate"),
        ("140", "influenza-inactivated"),
        ("149", "influenza-live"),
    ],
)
def test_vaccines_by_their_codes(cvx: str, what: str) -> None:
    event = read_one(vaccine(vaccineCode=code(CVX, cvx)))
    assert (event.what, starts(event)) == (what, "2017-06-01")


def test_a_vaccine_that_was_not_given_is_not_used() -> None:
    assert read(vaccine(status="not-done")).events == ()


def test_a_vaccine_in_a_year_that_is_only_text() -> None:
    event = read_one(vaccine(occurrenceDateTime=None, occurrenceString="2017"))
    assert starts(event) == "2017"


# -- allergies and completeness ----------------------------------------------------------------------


def allergy(what: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "patient": {"reference": "Patient/p1"},
        "clinicalStatus": code("x", "active"),
        "verificationStatus": code("x", "confirmed"),
        "code": what,
        "recordedDate": "2026-11-20",
    }
    return {key: one for key, one in (base | more).items() if one is not None}


@pytest.mark.parametrize(
    "what",
    [
        own("penicillin-allergy"),
        {"text": "Penicillin allergy"},
        {"text": "Penicillin"},
        code(SNOMED, "91936005", "Allergy to penicillin (finding)"),
        code("http://www.nlm.nih.gov/research/umls/rxnorm", "70618", "Penicillin"),
    ],
)
def test_a_penicillin_allergy_in_the_ways_it_is_written(what: dict[str, Any]) -> None:
    event = read_one(allergy(what))
    assert (event.what, event.present, event.ends[1]) == ("penicillin-allergy", True, FOREVER)


def test_the_substance_of_a_reaction_counts_where_the_allergy_has_no_code() -> None:
    chart = read(allergy(None, reaction=[{"substance": {"text": "Penicillin"}}]))
    assert [event.what for event in chart.events] == ["penicillin-allergy"]


def test_an_intolerance_to_a_medicine_of_the_guideline() -> None:
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    assert (
        read_one(allergy(code(rxnorm, "35302", "sirolimus"))).what == "sirolimus-hypersensitivity"
    )


def test_a_refuted_allergy_is_absent() -> None:
    event = read_one(allergy(own("penicillin-allergy"), verificationStatus=code("x", "refuted")))
    assert (event.present, starts(event)) == (False, "2026-11-20")


def test_an_unknown_allergy_is_counted() -> None:
    chart = read(allergy(code(SNOMED, "735029006", "Shellfish (substance)")))
    assert note(chart, "not-used").what == "snomed 735029006 Shellfish (substance)"


IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


@pytest.mark.parametrize(
    "what", [code(SNOMED, "716186003", "No known allergy"), code(IPS, "no-known-allergies")]
)
def test_no_known_allergy_makes_silence_mean_no(what: dict[str, Any]) -> None:
    event = read_one(allergy(what))
    assert (event.what, starts(event)) == ("complete-allergies", "2026-11-20")


@pytest.mark.parametrize(
    "what",
    [
        code(IPS, "no-allergy-info"),
        code(SNOMED, "409137002", "No known drug allergy"),
        code(IPS, "no-known-medication-allergies"),
    ],
)
def test_less_than_all_allergies_makes_no_silence_mean_no(what: dict[str, Any]) -> None:
    chart = read(allergy(what))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


def empty_list(what: dict[str, Any], reason: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "List",
        "id": "l1",
        "status": "current",
        "mode": "snapshot",
        "code": what,
        "subject": {"reference": "Patient/p1"},
        "date": "2026-11-20",
        "emptyReason": code("http://terminology.hl7.org/CodeSystem/list-empty-reason", reason),
    } | more


def test_an_empty_list_with_nothing_known_is_complete() -> None:
    event = read_one(empty_list(code("http://loinc.org", "10160-0", "Medication list"), "nilknown"))
    assert (event.what, starts(event)) == ("complete-medicines", "2026-11-20")


@pytest.mark.parametrize("reason", ["notasked", "withheld", "unavailable", "notstarted", "closed"])
def test_a_list_that_is_empty_for_another_reason_says_nothing(reason: str) -> None:
    chart = read(empty_list(code("http://loinc.org", "10160-0"), reason))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


def test_a_list_with_entries_never_makes_silence_mean_no() -> None:
    chart = read(
        empty_list(code("http://loinc.org", "10160-0"), "", entry=[{"item": {"reference": "x"}}])
    )
    assert chart.events == ()


def test_an_empty_section_of_a_document_is_complete() -> None:
    reason = code("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")
    section = {"code": code("http://loinc.org", "48765-2"), "emptyReason": reason}
    document = {
        "resourceType": "Composition",
        "id": "d",
        "status": "final",
        "date": "2026-11-20",
        "subject": {"reference": "Patient/p1"},
        "section": [section],
    }
    assert read_one(document, kind="document").what == "complete-allergies"


def test_no_known_medicines_as_a_statement() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "id": "s",
        "status": "active",
        "medicationCodeableConcept": code(IPS, "no-known-medications"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-20",
    }
    assert read_one(statement).what == "complete-medicines"


# -- family ------------------------------------------------------------------------------------------

ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"


def relative(role: dict[str, Any], *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "FamilyMemberHistory",
        "id": "f1",
        "status": "completed",
        "date": "2026-11-20",
        "patient": {"reference": "Patient/p1"},
        "relationship": role,
        "condition": [{"code": one} for one in conditions],
    }
    return base | more


def test_a_mothers_lymphoma_is_about_the_mother() -> None:
    event = read_one(relative(code(ROLE, "MTH", "mother"), {"text": "lymphoma"}))
    assert (event.what, event.about, event.present) == ("lymphoma", "mother", True)


def test_brothers_are_told_apart_and_the_mother_is_one() -> None:
    chart = read(
        relative(code(ROLE, "NBRO"), {"text": "splenomegaly"}, id="f1"),
        relative({"text": "Brother"}, {"text": "lymphoma"}, id="f2"),
        relative(code(ROLE, "MTH"), {"text": "splenomegaly"}, id="f3"),
        relative({"text": "mother"}, {"text": "lymphoma"}, id="f4"),
    )
    assert {event.about for event in chart.events} == {"brother", "brother-2", "mother"}


def test_a_relationship_in_other_words_never_shows_them() -> None:
    event = read_one(relative({"text": "Ottoline's aunt Peregrine"}, {"text": "lymphoma"}))
    assert event.about == "relative"


def test_a_relative_without_conditions_or_with_unknown_health_is_counted() -> None:
    assert "names no condition" in note(read(relative(code(ROLE, "FTH"))), "not-used").why
    assert (
        "nothing is known"
        in note(read(relative(code(ROLE, "FTH"), status="health-unknown")), "not-used").why
    )


def test_a_relatives_result_is_not_the_patients() -> None:
    person = {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": {"reference": "Patient/p1"},
        "relationship": [code(ROLE, "MTH")],
    }
    mother = {
        "resourceType": "Patient",
        "id": "p2",
        "link": [{"other": {"reference": "RelatedPerson/r1"}, "type": "seealso"}],
    }
    chart = read(
        mother,
        person,
        observation(id="own"),
        observation(id="hers", subject={"reference": "Patient/p2"}),
    )
    assert sorted(str(event.about) for event in chart.events) == ["None", "mother"]
