"""Relatives as FHIR describes them: sex, birth and death, wherever the record names somebody.

A FamilyMemberHistory, a RelatedPerson and the Patient linked to one all may say these. A related person
who is no relative (a guardian, a neighbour) is not taken.
"""

from __future__ import annotations

from gentian.chart import fhir_types as fhir
from gentian.chart.fhir_bundle import Item
from gentian.chart.fhir_intake import Intake, make_source
from gentian.chart.fhir_values import print_period
from gentian.chart.raw import RawFinding, RawResult

_SEXES = ("female", "male")


def add_member(item: Item, entry: fhir.FamilyMemberHistory, about: str, intake: Intake) -> bool:
    """Take sex, birth and death of a family history. Returns whether anything was said of them."""
    born = entry.born_date or (print_period(entry.born_period) if entry.born_period else "")
    when = entry.date or intake.written
    return _add(
        item, about, intake, when, _read_sex(entry.sex), born, entry.deceased_boolean,
        entry.deceased_date or "",
    )  # fmt: skip


def add_related(items: list[tuple[Item, fhir.RelatedPerson]], intake: Intake) -> None:
    """Take sex, birth and death of related persons and of the patients linked to them."""
    people = intake.people
    for item, person in items:
        about = people.related_keys.get(f"RelatedPerson/{person.id}")
        if about is not None and intake.terms.find_relative(person.relationship or ()):
            _add(item, about, intake, intake.written, person.gender, person.birth_date, None, "")
    for body in people.bodies:
        about, patient = people.relatives.get(body.group), body.patient
        if about is not None:
            _add(
                body.item, about, intake, intake.written, patient.gender, patient.birth_date,
                patient.deceased_boolean, patient.deceased_date_time or "",
            )  # fmt: skip


def _read_sex(concept: fhir.CodeableConcept | None) -> str:
    codings = (concept.coding if concept is not None else None) or ()
    return next((coding.code.lower() for coding in codings if coding.code), "")


def _add(
    item: Item,
    about: str,
    intake: Intake,
    when: str,
    sex: str | None,
    born: str | None,
    deceased: bool | None,
    died: str,
) -> bool:
    """Add what is said; a sex or a bare yes-no needs the date of the record."""
    before = len(intake.entries)
    if sex in _SEXES and when:
        source = make_source(item, item.place, f"{about}: {sex}")
        intake.entries.append(
            RawResult(what="sex", when=when, source=source, word=sex or "", about=about)
        )
    if born:
        source = make_source(item, item.place, f"{about}: born {born}")
        intake.entries.append(RawFinding(what="born", source=source, starts=born, about=about))
    if died or (deceased is not None and when):
        present = bool(died) or deceased
        source = make_source(item, item.place, f"{about}: {'died' if present else 'living'}")
        intake.entries.append(
            RawFinding(
                what="died",
                source=source,
                present=present,
                starts=died or ("" if present else when),
                mentioned=when,
                about=about,
            )
        )
    return len(intake.entries) > before
