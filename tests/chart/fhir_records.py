"""Small FHIR records for the tests: one patient, and resources as hospitals export them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from gentian.chart.events import Chart, Event, Note
from gentian.chart.fhir import read_fhir
from gentian.language.dates import format_date
from gentian.language.quantities import format_interval
from tests.chart.samples import load_vocabulary

Json = dict[str, Any]

VOCABULARY = load_vocabulary()
GUIDELINE: Any = SimpleNamespace(vocabulary=VOCABULARY)  # readers use nothing else of a guideline

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Quillfeather", "given": ["Ottoline"]}],
    "birthDate": "2016-05-04",
    "gender": "female",
}


def code(system: str, value: str, display: str = "") -> Json:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": value}
    return {"coding": [coding | ({"display": display} if display else {})]}


def own(id_: str) -> Json:
    """A CodeableConcept of the vocabulary's own id."""
    return code("urn:gentian", id_)


def quantity(value: float | str, unit: str = "", **more: Any) -> Json:
    """A Quantity with a UCUM code."""
    return {"value": value} | ({"unit": unit, "system": UCUM, "code": unit} if unit else {}) | more


def observation(what: Json | None = None, **more: Any) -> Json:
    """A final platelet count of 18 on 20 November 2026, unless said otherwise."""
    base: Json = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": what or code(LOINC, "777-3", "Platelets [#/volume] in Blood"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-11-20T10:30:00+01:00",
    }
    if not any(key.startswith("value") for key in more) and what is None:
        base["valueQuantity"] = quantity(18, "10*9/L")
    return {key: value for key, value in (base | more).items() if value is not None}


def condition(what: Json, **more: Any) -> Json:
    """A confirmed, active condition."""
    base: Json = {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": code(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active"
        ),
        "verificationStatus": code("x", "confirmed"),
        "code": what,
        "subject": {"reference": "Patient/p1"},
    }
    return {key: value for key, value in (base | more).items() if value is not None}


def order(what: Json | None, **more: Any) -> Json:
    """An active order of 8 November 2026."""
    base: Json = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": what,
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-08",
    }
    return {key: value for key, value in (base | more).items() if value is not None}


def dosage(
    value: float, unit: str, times: int = 1, period: float = 1, per: str = "d", **more: Any
) -> Json:
    """A structured dosage: so much, so many times in a period."""
    repeat = {"frequency": times, "period": period, "periodUnit": per}
    return {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": quantity(value, unit)}],
    } | more


def bundle(
    *resources: Json, kind: str = "collection", patient: Json | None = PATIENT, **more: Any
) -> Json:
    """A bundle with the patient first; fullUrls as a server writes them."""
    every = [patient, *resources] if patient is not None else list(resources)
    entries = [
        {
            "fullUrl": f"https://fhir.example.org/{one.get('resourceType')}/{one.get('id', number)}",
            "resource": one,
        }
        for number, one in enumerate(every)
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries} | more


def encode(record: Json) -> bytes:
    return json.dumps(record).encode()


def read(*resources: Json, strict: bool = False, patient: str | None = None, **more: Any) -> Chart:
    """The chart of a bundle with these resources."""
    return read_record(bundle(*resources, **more), strict=strict, patient=patient)


def read_record(record: Json | bytes, *, file: str = "record.json", **more: Any) -> Chart:
    data = record if isinstance(record, bytes) else encode(record)
    return read_fhir(data, file, GUIDELINE, **more)


def read_one(*resources: Json, **more: Any) -> Event:
    """The one event of a bundle."""
    (event,) = read(*resources, **more).events
    return event


def notes(chart: Chart, group: str) -> list[Note]:
    """The lines of a group of the reading report."""
    return [note for note in chart.reading.notes if note.group == group]


def note(chart: Chart, group: str) -> Note:
    """The one line of a group."""
    (one,) = notes(chart, group)
    return one


def value(event: Event) -> str:
    """The value of a result as a clinician writes it."""
    return format_interval(event.low, event.high, VOCABULARY.concepts[event.what].unit)


def starts(event: Event) -> str:
    return format_date(event.starts)


def dose(event: Event) -> str:
    """The dose per day."""
    return format_interval(
        event.dose_low, event.dose_high, VOCABULARY.concepts[event.what].dose_unit
    )


def make_everything() -> Json:
    """A record with every kind of resource that is read."""
    mother = code("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH")
    me: Json = {"reference": "Patient/p1"}
    tablet = {"numerator": quantity(1, "mg"), "denominator": {"value": 1, "unit": "tablet"}}
    inside = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [{"itemCodeableConcept": code(RXNORM, "35302"), "strength": tablet}],
    }
    daily = {
        "repeat": {
            "frequency": 1,
            "period": 1,
            "periodUnit": "d",
            "boundsPeriod": {"start": "2026-01-01"},
        }
    }
    supply = {"expectedSupplyDuration": {"value": 28, "unit": "d"}, "numberOfRepeatsAllowed": 2}
    pressure = {"code": code(LOINC, "8480-6"), "valueQuantity": quantity(112, "mm[Hg]")}
    gene = {"code": code(LOINC, "48018-6"), "valueCodeableConcept": {"text": "FAS"}}
    nobody = code("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")
    return bundle(
        observation(
            specimen={"reference": "Specimen/s"},
            referenceRange=[{"low": quantity(150, "10*9/L")}],
            interpretation=[code("x", "L")],
            method={"text": "counter"},
        ),
        observation(code(LOINC, "85354-9"), id="bp", component=[pressure]),
        observation(
            code(LOINC, "69548-6"),
            id="v",
            component=[gene],
            valueCodeableConcept=code(LOINC, "LA9633-4"),
        ),
        condition(
            code(SNOMED, "16294009"),
            onsetAge={"value": 5, "unit": "a"},
            abatementString="2024",
            recordedDate="2026-11-20",
        ),
        order(
            code(RXNORM, "8638", "prednisolone"),
            dispenseRequest=supply,
            dosageInstruction=[dosage(20, "mg"), dosage(10, "mg", sequence=2)],
        ),
        order(
            None,
            id="m2",
            contained=[inside],
            medicationReference={"reference": "#m"},
            dosageInstruction=[
                {"timing": daily, "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}]}
            ],
        ),
        {
            "resourceType": "MedicationStatement",
            "id": "ms",
            "status": "active",
            "subject": me,
            "medicationCodeableConcept": code(RXNORM, "35302"),
            "effectivePeriod": {"start": "2026-11-08"},
        },
        {
            "resourceType": "MedicationAdministration",
            "id": "ma",
            "status": "completed",
            "subject": me,
            "medicationCodeableConcept": code(RXNORM, "121191"),
            "effectiveDateTime": "2026-10-01",
            "dosage": {"dose": quantity(500, "mg")},
        },
        {
            "resourceType": "MedicationDispense",
            "id": "md",
            "status": "completed",
            "subject": me,
            "medicationCodeableConcept": code(RXNORM, "35302"),
            "whenHandedOver": "2026-11-08",
            "daysSupply": {"value": 30, "unit": "d"},
        },
        {
            "resourceType": "FamilyMemberHistory",
            "id": "f",
            "status": "completed",
            "patient": me,
            "date": "2026-11-20",
            "relationship": mother,
            "condition": [{"code": {"text": "lymphoma"}}],
        },
        {
            "resourceType": "AllergyIntolerance",
            "id": "a",
            "patient": me,
            "code": own("penicillin-allergy"),
            "recordedDate": "2026-11-20",
        },
        {
            "resourceType": "Immunization",
            "id": "i",
            "status": "completed",
            "patient": me,
            "vaccineCode": code("http://hl7.org/fhir/sid/cvx", "03"),
            "occurrenceDateTime": "2017-06-01",
        },
        {
            "resourceType": "Procedure",
            "id": "pr",
            "status": "completed",
            "subject": me,
            "code": {"text": "splenectomy"},
            "performedDateTime": "2024-06-01",
        },
        {
            "resourceType": "List",
            "id": "l",
            "status": "current",
            "mode": "snapshot",
            "code": code(LOINC, "10160-0"),
            "subject": me,
            "date": "2026-11-20",
            "emptyReason": nobody,
        },
        {
            "resourceType": "Composition",
            "id": "d",
            "date": "2026-11-20",
            "section": [{"code": code(LOINC, "48765-2"), "emptyReason": nobody}],
        },
        {
            "resourceType": "Specimen",
            "id": "s",
            "type": {"text": "Blood"},
            "collection": {"collectedDateTime": "2026-11-19"},
        },
        {"resourceType": "RelatedPerson", "id": "r1", "patient": me, "relationship": [mother]},
        {
            "resourceType": "Patient",
            "id": "p2",
            "link": [{"other": {"reference": "RelatedPerson/r1"}, "type": "seealso"}],
        },
    )
