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
