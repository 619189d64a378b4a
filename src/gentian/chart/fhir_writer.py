"""Write a chart as a FHIR R4 Bundle of type collection.

What the reader makes of it are the same events (only their sources differ): values as they were printed,
vocabulary ids under the system `urn:gentian` beside the known codes. The same chart gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec

from gentian.chart.entries import is_medicine
from gentian.chart.events import Chart, Event, Person
from gentian.chart.fhir import find_terms
from gentian.chart.fhir_codes import GENTIAN, Terms
from gentian.chart.fhir_parts import (
    OPEN,
    Json,
    add_marks,
    is_plain,
    mark_clock,
    print_end,
    print_start,
    write_concept,
    write_date,
    write_ends,
    write_start,
    write_status,
    write_ticks,
    write_time,
    write_value,
    write_word,
)
from gentian.language.dates import DAY, format_clock
from gentian.language.model import Concept, Guideline

_ID = re.compile(r"^[A-Za-z0-9.-]{1,64}$")
_encoder = msgspec.json.Encoder(decimal_format="number")


def write_fhir(chart: Chart, guideline: Guideline) -> bytes:
    """The chart as the bytes of a Bundle (UTF-8, indented by two spaces)."""
    terms = find_terms(guideline.vocabulary)
    folder = _Folder(chart.person, terms)
    for event in (*chart.events, *chart.omitted):
        folder.add(_write_event(event, terms), event.about)
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": folder.list_entries()}
    return msgspec.json.format(_encoder.encode(bundle), indent=2) + b"\n"


class _Folder:
    """The resources of one bundle, numbered in the order in which they come."""

    def __init__(self, person: Person, terms: Terms) -> None:
        self._people: list[Json] = []
        self._others: list[Json] = []
        self._relatives: dict[str, str] = {}
        self._terms = terms
        self._patient = person.id if _ID.match(person.id) else "patient"
        self._people.append(_write_patient(person, self._patient, terms))

    def add(self, resource: Json, about: str | None) -> None:
        """Number a resource and name its subject."""
        person = self._patient if about is None else self._find_relative(about)
        subject = "patient" if resource["resourceType"] in _PATIENT_NAMED else "subject"
        head = {"resourceType": resource["resourceType"], "id": f"e{len(self._others) + 1}"}
        self._others.append(head | resource | {subject: {"reference": f"Patient/{person}"}})

    def _find_relative(self, about: str) -> str:
        """A relative is a Patient who is linked through a RelatedPerson."""
        if about not in self._relatives:
            number = len(self._relatives) + 1
            self._relatives[about] = f"relative-{number}"
            link = {"other": {"reference": f"RelatedPerson/link-{number}"}, "type": "seealso"}
            patient = {"resourceType": "Patient", "id": f"relative-{number}", "link": [link]}
            related = {
                "resourceType": "RelatedPerson",
                "id": f"link-{number}",
                "patient": {"reference": f"Patient/{self._patient}"},
                "relationship": [self._terms.write_relative(about)],
            }
            self._people += [patient, related]
        return self._relatives[about]

    def list_entries(self) -> list[Json]:
        """People first; every entry under an address made of its content."""
        return [
            {"fullUrl": _make_address(resource), "resource": resource}
            for resource in self._people + self._others
        ]


_PATIENT_NAMED = ("Immunization", "AllergyIntolerance")


def _make_address(resource: Json) -> str:
    """A urn:uuid that is the same for the same content."""
    digest = hashlib.sha256(_encoder.encode(resource)).hexdigest()
    parts = (digest[:8], digest[8:12], f"8{digest[13:16]}", f"8{digest[17:20]}", digest[20:32])
    return f"urn:uuid:{'-'.join(parts)}"


def _write_patient(person: Person, id_: str, terms: Terms) -> Json:
    patient: Json = {"resourceType": "Patient", "id": id_}
    if id_ != person.id:
        patient["identifier"] = [{"system": GENTIAN, "value": person.id}]
    patient["gender"] = person.sex or "unknown"
    if person.born is not None:
        born = print_start(person.born)
        if is_plain(born) and "T" not in born:
            patient["birthDate"] = born
        else:
            add_marks(patient, born=born)
    if person.country:
        patient["address"] = [{"country": person.country}]
    return patient


# -- one event ----------------------------------------------------------------------------------------


def _write_event(event: Event, terms: Terms) -> Json:
    concept = terms.vocabulary.concepts[event.what]
    if is_medicine(event, terms.vocabulary):
        return _write_medicine(event, concept, terms)
    return _find_writer(event, concept)(event, concept, terms)


_Writer = Callable[[Event, Concept, Terms], dict[str, Any]]


def _find_writer(event: Event, concept: Concept) -> _Writer:
    """Procedures and vaccines that did not happen, or perhaps did, are Observations."""
    certain = event.present is True and event.status in ("final", "planned")
    return {
        "measurement": _write_result,
        "domain": _write_completeness,
        "gene": _write_variant,
        "allergy": _write_allergy,
        "procedure": _write_procedure if certain else _write_looked_for,
        "vaccine": _write_vaccine if certain and event.status == "final" else _write_looked_for,
    }.get(concept.sort, _write_condition)


_OBSERVED = {"final": "final", "preliminary": "preliminary", "corrected": "corrected"}


def _start_observation(event: Event, concept: Concept, terms: Terms) -> Json:
    resource: Json = {
        "resourceType": "Observation",
        "status": _OBSERVED.get(event.status, "registered"),
        "code": write_concept(concept, terms),
    }
    write_time(resource, "effective", print_start(event.starts), "start", event.offset)
    status = None if event.status in _OBSERVED else event.status
    if event.sample:
        resource["specimen"] = {
            "identifier": {"system": f"{GENTIAN}:sample", "value": event.sample}
        }
    add_marks(
        resource, status=status, specimen=event.specimen, method=event.method, site=event.site
    )
    return resource


def _write_result(event: Event, concept: Concept, terms: Terms) -> Json:
    resource = _start_observation(event, concept, terms)
    mark_clock(resource, "clock", event.starts, event.offset)
    add_marks(resource, timing=event.timing)
    resource |= write_value(event, concept)
    add_marks(resource, printed=event.printed if event.status == "planned" else None)
    if event.flag:
        resource["interpretation"] = [write_status("v3-ObservationInterpretation", event.flag)]
    if event.reference_low is not None or event.reference_high is not None:
        ends = write_ends(event.reference_low, event.reference_high, concept.unit)
        resource["referenceRange"] = [ends]
    return resource


_PRESENT = {True: "present", False: "absent", None: "suspected"}


def _write_looked_for(event: Event, concept: Concept, terms: Terms) -> Json:
    """A finding as an Observation: present, absent or suspected."""
    resource = _start_observation(event, concept, terms)
    resource["valueCodeableConcept"] = write_word(_PRESENT[event.present])
    expected = OPEN if concept.sort == "gene" and event.present is not False else None
    end = None if event.ends == event.starts and not expected else print_end(event.ends)
    add_marks(resource, end=None if end == expected else end)
    add_marks(
        resource,
        category=event.category,
        reason=event.reason,
        response=event.response,
        printed=event.printed,
        zygosity=event.zygosity,
        origin=event.origin,
        classification=event.classification,
        classified_by=event.classified_by,
        allele_fraction=event.allele_fraction,
    )
    return resource


def _write_variant(event: Event, concept: Concept, terms: Terms) -> Json:
    """A gene variant: its gene, and what is known of the change, as components."""
    resource = _write_looked_for(event, concept, terms)
    words = {
        "classification": event.classification,
        "zygosity": event.zygosity,
        "origin": event.origin,
    }
    gene = {"code": terms.write_role("gene"), "valueCodeableConcept": write_concept(concept, terms)}
    parts = [
        {"code": terms.write_role(name), "valueCodeableConcept": write_word(word)}
        for name, word in words.items()
        if word
    ]
    resource["component"] = [gene, *parts]
    return resource


def _add_qualifiers(resource: Json, event: Event) -> None:
    """Marks for what conditions, procedures, vaccines and allergies have no element for."""
    add_marks(
        resource,
        status=None if event.status == "final" else event.status,
        category=event.category,
        zygosity=event.zygosity,
        origin=event.origin,
        classification=event.classification,
        classified_by=event.classified_by,
        allele_fraction=event.allele_fraction,
        reason=event.reason,
        response=event.response,
        specimen=event.specimen,
        method=event.method,
        sample=event.sample,
        site=event.site,
        printed=event.printed,
    )


_VERIFIED = {True: "confirmed", False: "refuted", None: "provisional"}


def _write_condition(event: Event, concept: Concept, terms: Terms) -> Json:
    resource: Json = {"resourceType": "Condition", "code": write_concept(concept, terms)}
    end = print_end(event.ends)
    resource["verificationStatus"] = write_status("condition-ver-status", _VERIFIED[event.present])
    if event.present is False:
        _write_recorded(resource, event)
    else:
        clinical = "active" if end == OPEN else "resolved"
        resource["clinicalStatus"] = write_status("condition-clinical", clinical)
        write_time(resource, "onset", print_start(event.starts), "start")
        if end != OPEN:
            write_time(resource, "abatement", end, "end")
    _add_qualifiers(resource, event)
    return resource


def _write_recorded(resource: Json, event: Event) -> None:
    """The time of a stated absence: when it was recorded."""
    write_start(resource, "recordedDate", print_start(event.starts))


def _write_allergy(event: Event, concept: Concept, terms: Terms) -> Json:
    resource: Json = {"resourceType": "AllergyIntolerance", "code": write_concept(concept, terms)}
    verified = _VERIFIED[event.present].replace("provisional", "unconfirmed")
    resource["verificationStatus"] = write_status("allergyintolerance-verification", verified)
    if event.present is False:
        _write_recorded(resource, event)
    else:
        end = print_end(event.ends)
        clinical = "active" if end == OPEN else "resolved"
        resource["clinicalStatus"] = write_status("allergyintolerance-clinical", clinical)
        write_time(resource, "onset", print_start(event.starts), "start")
        add_marks(resource, end=None if end == OPEN else end)
    _add_qualifiers(resource, event)
    return resource


def _write_procedure(event: Event, concept: Concept, terms: Terms) -> Json:
    end = print_end(event.ends)
    status = "preparation" if event.status == "planned" else "completed"
    resource: Json = {
        "resourceType": "Procedure",
        "status": "in-progress" if end == OPEN else status,
        "code": write_concept(concept, terms),
    }
    write_start(resource, "performedDateTime", print_start(event.starts))
    if end != OPEN and event.ends != event.starts:
        add_marks(resource, end=end)
    _add_qualifiers(resource, event)
    return resource


def _write_vaccine(event: Event, concept: Concept, terms: Terms) -> Json:
    resource: Json = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": write_concept(concept, terms),
    }
    when = print_start(event.starts)
    if is_plain(when):
        resource["occurrenceDateTime"] = write_date(when)
    else:
        resource["occurrenceString"] = when
        add_marks(resource, start=when)
    if event.ends != event.starts:
        add_marks(resource, end=print_end(event.ends))
    _add_qualifiers(resource, event)
    return resource


def _write_completeness(event: Event, concept: Concept, terms: Terms) -> Json:
    """A List that says: this is all of it."""
    resource: Json = {
        "resourceType": "List",
        "status": "current",
        "mode": "snapshot",
        "code": write_concept(concept, terms),
    }
    write_start(resource, "date", print_start(event.starts))
    return resource


# -- medicines ----------------------------------------------------------------------------------------


def _tell_status(event: Event, end: str) -> str:
    if event.status == "planned":
        return "intended"
    if event.present is not True:
        return "unknown" if event.present is None else "not-taken"
    if end == OPEN or end.startswith("after"):
        return "active"
    return "stopped" if event.reason else "completed"


def _write_medicine(event: Event, concept: Concept, terms: Terms) -> Json:
    start, end = print_start(event.starts), print_end(event.ends)
    status = _tell_status(event, end)
    named = terms.vocabulary.concepts[event.product] if event.product else concept
    resource: Json = {
        "resourceType": "MedicationStatement",
        "status": status,
        "medicationCodeableConcept": write_concept(named, terms),
    }
    if status == "not-taken":
        end = OPEN
    period: Json = {}
    ends = (("start", start, event.offset), ("end", end, event.end_offset))
    for name, text, offset in ends:
        if is_plain(text):
            period[name] = write_date(text, offset)
        elif text != OPEN:
            add_marks(resource, **{name: text})
    if period:
        resource["effectivePeriod"] = period
    if "start" in period:
        mark_clock(resource, "clock", event.starts, event.offset)
    if "end" in period:
        mark_clock(resource, "end-clock", event.ends, event.end_offset)
    add_marks(
        resource,
        category=event.category,
        reason=event.reason,
        response=event.response,
        route=event.route,
        printed=event.printed or " ",
        **_tell_counting(event),
    )
    if event.reason:
        resource["statusReason"] = [write_word(event.reason)]
    if event.printed or _pick_dose(event) != (None, None):
        resource["dosage"] = [_write_dosage(event, concept)]
    return resource


def _write_dosage(event: Event, concept: Concept) -> Json:
    """One dose and how often, else the dose per day as one dose daily; what was printed is its text."""
    dosage: Json = {"text": event.printed} if event.printed else {}
    low, high = _pick_dose(event)
    if low is None and high is None:
        return dosage
    repeat = _write_repeat(event)
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    if low is not None and low == high:
        amount: Json = {"doseQuantity": write_ticks(low, concept.dose_unit)}
    else:
        amount = {"doseRange": write_ends(low, high, concept.dose_unit)}
    dosage["doseAndRate"] = [amount]
    return dosage


def _pick_dose(event: Event) -> tuple[int | None, int | None]:
    if event.every is None:
        return event.dose_low, event.dose_high
    return event.per_dose_low, event.per_dose_high


def _write_repeat(event: Event) -> Json:
    """How often: so many times a day, or once in so many days, hours or minutes."""
    if event.every == 0:
        return {}
    every = event.every or DAY
    times = {"timeOfDay": [f"{format_clock(at)}:00" for at in event.times]} if event.times else {}
    if DAY % every == 0:
        return {"frequency": DAY // every, "period": 1, "periodUnit": "d", **times}
    unit, size = next((u, s) for u, s in (("d", DAY), ("h", 60), ("min", 1)) if every % s == 0)
    return {"frequency": 1, "period": every // size, "periodUnit": unit, **times}


def _tell_counting(event: Event) -> dict[str, str | None]:
    """Marks for what a dosage cannot say: the dose is the day's, or one occasion's, or not all."""
    known = event.dose_low is not None or event.dose_high is not None
    if event.every is None:
        return {"dose": "per-day" if known else None}
    if event.every:
        return {}
    more = event.dose_high is None and event.per_dose_high is not None
    return {"dose": "once-or-more" if more else "once"}
