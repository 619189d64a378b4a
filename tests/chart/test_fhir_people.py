"""Whose record it is: one patient, relatives, strangers, and entries about somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from gentian.chart.errors import INVALID, ReadingError
from tests.chart.fhir_records import (
    PATIENT,
    bundle,
    code,
    note,
    notes,
    observation,
    quantity,
    read,
    read_one,
    read_record,
    value,
)

OTHER = {
    "resourceType": "Patient",
    "id": "p2",
    "name": [{"family": "Thistledown"}],
    "birthDate": "1987-01-01",
}


def test_the_person_is_read_without_the_name() -> None:
    person = read(observation()).person
    assert (person.id, person.sex) == ("p1", "female")
    assert "Quillfeather" not in repr(read(observation()))


@pytest.mark.parametrize(
    ("country", "kept"), [("US", "US"), ("USA", "US"), ("United Kingdom", "GB"), ("Atlantis", None)]
)
def test_the_country_of_the_address(country: str, kept: str | None) -> None:
    home = PATIENT | {"address": [{"use": "old", "country": "FR"}, {"country": country}]}
    assert read_record(bundle(observation(), patient=home)).person.country == kept


@pytest.mark.parametrize("born", ["0001-01-01", "2016-13-01", "long ago"])
def test_an_absurd_date_of_birth_is_refused_and_the_rest_is_read(born: str) -> None:
    chart = read_record(bundle(observation(), patient=PATIENT | {"birthDate": born}))
    assert (chart.person.born, len(chart.events)) == (None, 1)
    assert note(chart, "refused").place == "entry[0].resource.birthDate"


def test_no_patient_is_fatal_and_named() -> None:
    with pytest.raises(ReadingError) as caught:
        read_record(bundle(observation(), patient=None))
    assert caught.value.code == INVALID
    assert "no Patient resource" in str(caught.value)


def test_two_strangers_are_fatal_and_the_choice_is_offered() -> None:
    with pytest.raises(ReadingError) as caught:
        read(observation(), OTHER)
    assert caught.value.code == INVALID
    assert "--patient p1 or --patient p2" in str(caught.value)
    assert "Thistledown" not in str(caught.value)


@pytest.mark.parametrize("wanted", ["p1", "Patient/p1", "https://fhir.example.org/Patient/p1"])
def test_with_a_choice_only_that_patients_entries_are_read(wanted: str) -> None:
    theirs = observation(
        id="o2", subject={"reference": "Patient/p2"}, valueQuantity=quantity(250, "10*9/L")
    )
    chart = read_record(bundle(observation(), OTHER, theirs), patient=wanted)
    assert [value(event) for event in chart.events] == ["18 10*9/L"]
    assert note(chart, "not-used").why == "about another patient of the bundle"


def test_a_choice_that_is_not_there_is_fatal() -> None:
    with pytest.raises(ReadingError) as caught:
        read_record(bundle(observation()), patient="p9")
    assert "p9" in str(caught.value) and "--patient p1" in str(caught.value)


def test_an_entry_about_somebody_who_is_not_in_the_bundle_is_refused() -> None:
    chart = read(observation(), observation(id="o2", subject={"reference": "Patient/elsewhere"}))
    assert len(chart.events) == 1
    assert note(chart, "refused").place == "entry[2].resource"
    assert "not the patient" in note(chart, "refused").why


def test_an_entry_about_a_group_or_a_device_is_not_used() -> None:
    chart = read(observation(subject={"reference": "Group/ward-3"}))
    assert note(chart, "not-used").why == "about a group, not about a person"


def test_without_a_subject_the_only_patient_is_meant() -> None:
    assert read_one(observation(subject=None)).about is None


def test_without_a_subject_among_several_people_it_is_refused() -> None:
    chart = read_record(bundle(observation(subject=None), OTHER), patient="p1")
    assert "no subject" in note(chart, "refused").why


@pytest.mark.parametrize(
    "reference",
    [
        {"reference": "Patient/p1"},
        {"reference": "https://fhir.example.org/Patient/p1"},
        {"reference": "Patient/p1/_history/4"},
        {"reference": "urn:uuid:p1"},
        {"reference": "Patient?identifier=urn:mrn|0815"},
        {"identifier": {"system": "urn:mrn", "value": "0815"}},
    ],
)
def test_every_way_of_naming_the_patient(reference: dict[str, Any]) -> None:
    numbered = PATIENT | {"identifier": [{"system": "urn:mrn", "value": "0815"}]}
    chart = read_record(bundle(observation(subject=reference), patient=numbered))
    assert len(chart.events) == 1


def test_a_urn_of_a_transaction_names_the_patient() -> None:
    record = bundle(
        observation(subject={"reference": "urn:uuid:61ebe359"}),
        kind="transaction",
        patient={key: one for key, one in PATIENT.items() if key != "id"},
    )
    record["entry"][0]["fullUrl"] = "urn:uuid:61ebe359"
    chart = read_record(record)
    assert (len(chart.events), chart.person.id) == (1, "61ebe359")


def test_the_same_patient_under_two_numbers_is_one_person() -> None:
    twin = OTHER | {
        "link": [{"other": {"reference": "Patient/p1"}, "type": "replaces"}],
        "birthDate": "2016-05-04",
    }
    chart = read(
        observation(),
        twin,
        observation(id="o2", subject={"reference": "Patient/p2"}, effectiveDateTime="2026-11-21"),
    )
    assert len(chart.events) == 2
    assert "same person" in note(chart, "changed").why


def test_linked_patients_with_different_births_are_to_be_confirmed() -> None:
    twin = OTHER | {"link": [{"other": {"reference": "Patient/p1"}, "type": "seealso"}]}
    assert "different dates of birth" in note(read(observation(), twin), "confirm").why


def related(id_: str, role: str, patient: str = "p1") -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
    return {
        "resourceType": "RelatedPerson",
        "id": id_,
        "patient": {"reference": f"Patient/{patient}"},
        "relationship": [code(system, role)],
    }


def linked(id_: str, to: str) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": id_,
        "link": [{"other": {"reference": f"RelatedPerson/{to}"}, "type": "seealso"}],
    }


def test_relatives_are_told_apart() -> None:
    chart = read(
        related("r1", "BRO"),
        linked("p2", "r1"),
        related("r2", "BRO"),
        linked("p3", "r2"),
        observation(id="a", subject={"reference": "Patient/p2"}),
        observation(id="b", subject={"reference": "Patient/p3"}),
    )
    assert [event.about for event in chart.events] == ["brother", "brother-2"]


def test_a_result_about_a_related_person_is_about_the_relative() -> None:
    assert (
        read_one(related("r1", "MTH"), observation(subject={"reference": "RelatedPerson/r1"})).about
        == "mother"
    )


def test_the_relative_of_another_patient_is_a_stranger() -> None:
    with pytest.raises(ReadingError):
        read(OTHER, related("r1", "MTH", "p2"), linked("p3", "r1"), observation())


def test_a_malformed_patient_keeps_the_record_readable() -> None:
    chart = read_record(bundle(observation(), patient=PATIENT | {"birthDate": 20160504}))
    assert (len(chart.events), chart.person.born) == (1, None)
    assert note(chart, "refused").place == "entry[0].resource.birthDate"


def test_the_fetus_is_not_the_patient() -> None:
    chart = read(observation(focus=[{"reference": "Patient/fetus"}]))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


def test_relatives_results_need_no_birth_of_theirs() -> None:
    chart = read(
        related("r1", "MTH"),
        linked("p2", "r1"),
        observation(subject={"reference": "Patient/p2"}, effectiveDateTime="2001-01-01"),
    )
    assert chart.events[0].about == "mother"
