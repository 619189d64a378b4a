"""Orders, statements, dispenses and administrations of medicines.

A medicine is recognised by the code of the ingredient or product, by an exact name, or by a clinical
drug name ("prednisone 5 MG Oral Tablet"), whose ingredient and strength are read off. A product with
several ingredients is one entry for each of them, with an unknown dose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from gentian.chart import fhir_types as fhir
from gentian.chart.fhir_bundle import Item, tidy
from gentian.chart.fhir_codes import Match
from gentian.chart.fhir_dosage import Step, Strength, print_duration, read_steps
from gentian.chart.fhir_findings import say_completeness
from gentian.chart.fhir_intake import Intake, make_source
from gentian.chart.fhir_marks import read_mark, read_marks, read_wall_clock
from gentian.chart.fhir_results import NO_ENTRY
from gentian.chart.fhir_values import pick_unit, print_number
from gentian.chart.raw import RawMedicine
from gentian.language.model import Concept
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError

SORTS = ("medicine", "product", "class")
QUALIFIERS = ("category", "reason", "response", "route", "printed", "dose")

_ORDERS = {
    "active": "active",
    "on-hold": "on-hold",
    "cancelled": "cancelled",
    "completed": "completed",
    "entered-in-error": "entered-in-error",
    "stopped": "stopped",
    "draft": "draft",
}
_STATEMENTS = _ORDERS | {"intended": "planned", "not-taken": "not-taken"}
_GIVEN = {
    "in-progress": "active",
    "not-done": "not-taken",
    "on-hold": "cancelled",
    "completed": "completed",
    "entered-in-error": "entered-in-error",
    "stopped": "completed",
}
_HANDED = {
    "completed": "active",
    "preparation": "planned",
    "in-progress": "planned",
    "on-hold": "planned",
    "cancelled": "cancelled",
    "stopped": "cancelled",
    "declined": "cancelled",
    "entered-in-error": "entered-in-error",
}
_PLANS = ("proposal", "plan", "option")
_OVER = ("stopped", "completed", "on-hold")

# "24 HR Tacrolimus 1 MG Extended Release Oral Capsule": what stands before the strength is the name
_CLINICAL_DRUG = re.compile(
    r"^(?:\d+ (?:HR|ACTUAT|DOSE) )?(?P<name>[A-Za-z][A-Za-z0-9 ,'-]*?) "
    r"(?P<number>\d[\d.]*) (?P<unit>MG|MCG|G|UNT)(?:/(?P<per>ML))?\b"
)


# "sirolimus 2 MG Oral Tablet", to its end: what is released slowly or coated is another product
_PRODUCT = re.compile(
    r"(?P<name>[a-z][a-z0-9 ,'-]*?) (?P<number>\d+(?:\.\d+)?) ?(?P<unit>mg|mcg|g)(?P<per>/ml)? "
    r"(?:oral )?(?P<form>tablet|capsule|solution)(?: \[[^\]]*\])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine that was recognised; `alone`: the only ingredient, so that a dose is its own."""

    match: Match
    strength: Strength | None = None
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """What the four resources say about taking, in one form."""

    kind: str
    state: str
    mentioned: str
    starts: str = ""
    ends: str = ""
    supply: str = ""
    reason: str | None = None


# -- which medicine -----------------------------------------------------------------------------------


def find_drugs(entry: fhir.MedicationUse, intake: Intake) -> list[Drug]:
    """The medicines of the vocabulary that an entry is about; none where it knows none of them."""
    if entry.medication_codeable_concept is not None:
        return _find_by_concept(entry.medication_codeable_concept, intake)
    found = intake.follow(entry.medication_reference, "Medication", entry.contained)
    if found is not None and isinstance(found[1], fhir.Medication):
        return _find_by_medication(found[1], intake)
    if entry.medication_reference is not None and entry.medication_reference.display:
        display = fhir.CodeableConcept(text=entry.medication_reference.display)
        return _find_by_concept(display, intake)
    return []


def _find_by_concept(concept: fhir.CodeableConcept, intake: Intake) -> list[Drug]:
    texts = [concept.text, *(coding.display for coding in concept.coding or ())]
    said = [text.strip() for text in texts if text and len(text) <= 200]
    if match := intake.terms.find(concept, SORTS):
        match = _find_product(match, said, intake) or match
        return [Drug(match, _find_strength(intake.terms.vocabulary.concepts[match.id]))]
    for text in texts:
        if text and (drugs := _read_clinical_drug(text, intake)):
            product = _find_product(drugs[0].match, said, intake) if drugs[0].alone else None
            return [replace(drugs[0], match=product)] if product and len(drugs) == 1 else drugs
    return []


def _find_product(match: Match, texts: list[str], intake: Intake) -> Match | None:
    """The one product of a medicine that a text names by form and strength; None where not exactly one."""
    found = {
        product: text
        for text in texts
        if (named := _PRODUCT.fullmatch(text))
        and (medicine := _find_by_name(named["name"], text, intake))
        and medicine.id == match.id
        for product in _list_products(medicine.id, named, intake)
    }
    if len(found) != 1:
        return None
    ((product, text),) = found.items()
    return Match(product, "text", tidy(text, 80))


def _list_products(medicine: str, named: re.Match[str], intake: Intake) -> list[str]:
    """The products of a medicine with just this form and strength."""
    unit = {"mcg": "ug"}.get(named["unit"].lower(), named["unit"].lower())
    strength = Strength(Fraction(named["number"]), unit, "mL" if named["per"] else "")
    return [
        concept.id
        for concept in intake.terms.vocabulary.concepts.values()
        if concept.of == medicine
        and concept.form == named["form"].lower()
        and _find_strength(concept) == strength
    ]


def _find_strength(concept: Concept) -> Strength | None:
    """The strength of a product of the vocabulary: per piece, or per millilitre."""
    if concept.sort != "product" or not concept.strength:
        return None
    try:
        amount, unit = parse_literal(concept.strength)
    except (QuantityError, UnitError):
        return None
    mass, _, per = unit.symbol.partition("/")
    return Strength(amount, mass, per)


def _read_clinical_drug(text: str, intake: Intake) -> list[Drug]:
    """The ingredients of a clinical drug name, each an exact name of the vocabulary."""
    parts = text.split(" / ") if len(text) <= 200 else []
    found = [drug for part in parts if (drug := _CLINICAL_DRUG.match(part.strip()))]
    names = [drug["name"] for drug in found]
    if len(parts) > 1:
        for order in (names, names[::-1]):  # one medicine of the vocabulary made of all of them
            if match := _find_by_name(" / ".join(order), text, intake):
                return [Drug(match, alone=False)]
    matches = [(_find_by_name(drug["name"], text, intake), drug) for drug in found]
    alone = len(parts) == 1
    return [
        Drug(match, _read_strength(drug) if alone else None, alone)
        for match, drug in matches
        if match is not None
    ]


def _find_by_name(name: str, text: str, intake: Intake) -> Match | None:
    match = intake.terms.find(fhir.CodeableConcept(text=name), ("medicine",))
    return None if match is None else Match(match.id, "text", tidy(text, 80))


def _read_strength(drug: re.Match[str]) -> Strength:
    unit = {"MCG": "ug", "UNT": "[IU]"}.get(drug["unit"], drug["unit"].lower())
    return Strength(Fraction(drug["number"].rstrip(".")), unit, "mL" if drug["per"] else "")


def _find_by_medication(medication: fhir.Medication, intake: Intake) -> list[Drug]:
    parts = [one for one in medication.ingredient or () if one.is_active is not False]
    strength = _read_ratio(parts[0].strength) if len(parts) == 1 else None
    if medication.code is not None and (drugs := _find_by_concept(medication.code, intake)):
        if len(drugs) == 1 and drugs[0].strength is None and drugs[0].alone:
            return [Drug(drugs[0].match, strength)]
        return drugs
    drugs = []
    for part in parts:
        concept = part.item_codeable_concept
        if concept is None:
            found = intake.follow(part.item_reference, "Medication", medication.contained)
            concept = found[1].code if found and isinstance(found[1], fhir.Medication) else None
        if match := intake.terms.find(concept, SORTS):
            drugs.append(Drug(match, strength, len(parts) == 1))
    return drugs


def _read_ratio(ratio: fhir.Ratio | None) -> Strength | None:
    """5 mg in 1 tablet, 1 mg in 1 mL."""
    if ratio is None or ratio.numerator is None or ratio.denominator is None:
        return None
    above, below = ratio.numerator, ratio.denominator
    if above.value is None or not below.value:
        return None
    amount = Fraction(print_number(above.value)) / Fraction(print_number(below.value))
    per = pick_unit(below.code, below.unit)
    volume = "mL" if per.lower() == "ml" else ""
    return Strength(amount, pick_unit(above.code, above.unit), volume)


# -- the four resources -------------------------------------------------------------------------------


def read_request(item: Item, entry: fhir.MedicationRequest, intake: Intake) -> None:
    """Add an order. Raises Refused or NotUsed."""
    if entry.do_not_perform:
        intake.leave(item.place, _show(entry, intake), "an order not to give it")
        return
    state = _ORDERS.get(entry.status or "active", "unknown")
    planned = entry.intent in _PLANS and state not in ("cancelled", "entered-in-error", "draft")
    dispense = entry.dispense_request
    supply = print_duration(dispense.expected_supply_duration) if dispense else ""
    if supply and dispense and dispense.number_of_repeats_allowed:
        minutes = int(supply.split()[0]) * (1 + max(0, dispense.number_of_repeats_allowed))
        supply = f"{min(minutes, 999_999)} min"
    use = Use(
        kind="order",
        state="planned" if planned else state,
        mentioned=_last_said(entry, state),
        starts=entry.authored_on or "",
        supply=supply,
        reason=intake.terms.find_reason([entry.status_reason]),
    )
    _add(item, entry, use, entry.dosage_instruction, intake)


def _last_said(entry: fhir.MedicationRequest, state: str) -> str:
    """What is over was over at the last update at the latest; an update never says it goes on."""
    when = entry.authored_on or ""
    updated = (entry.meta.last_updated or "") if entry.meta else ""
    return updated if state in _OVER and updated[:10] > when[:10] else when


def read_statement(item: Item, entry: fhir.MedicationStatement, intake: Intake) -> None:
    """Add a statement of taking, or of not taking. Raises Refused or NotUsed."""
    state = _STATEMENTS.get(entry.status or "unknown", "unknown")
    period = entry.effective_period or fhir.Period()
    seen = entry.effective_date_time or ""
    # a single time says that it was taken then, not that it began then
    starts = period.start or (seen if state in ("planned", "not-taken") else "")
    use = Use(
        kind="statement",
        state=state,
        mentioned=entry.date_asserted or seen or period.start or "",
        starts=read_mark(entry.extension, "start")
        or read_wall_clock(starts, entry.extension, "clock")
        or (f"before {seen}" if seen else ""),
        ends=read_mark(entry.extension, "end")
        or read_wall_clock(period.end or "", entry.extension, "end-clock"),
        reason=intake.terms.find_reason(entry.status_reason or []),
    )
    _add(item, entry, use, entry.dosage, intake)


def read_administration(item: Item, entry: fhir.MedicationAdministration, intake: Intake) -> None:
    """Add what was given. Raises Refused or NotUsed."""
    period = entry.effective_period or fhir.Period()
    when = entry.effective_date_time or period.start or ""
    state = _GIVEN.get(entry.status or "completed", "unknown")
    use = Use(
        kind="administration",
        state=state if when or state != "not-taken" else "cancelled",
        mentioned=when,
        starts=when,
        ends=period.end or "",
        reason=intake.terms.find_reason(entry.status_reason or []),
    )
    _add(item, entry, use, _as_dosages(entry.dosage), intake)


def _as_dosages(dosage: fhir.AdministrationDosage | None) -> list[fhir.Dosage]:
    """What was given, as a dosage without a timing: it is one dose (see `_make`)."""
    if dosage is None:
        return []
    parts = [fhir.DoseAndRate(dose_quantity=dosage.dose)] if dosage.dose is not None else None
    return [fhir.Dosage(text=dosage.text, route=dosage.route, dose_and_rate=parts)]


def read_dispense(item: Item, entry: fhir.MedicationDispense, intake: Intake) -> None:
    """Add what was handed out. Raises Refused or NotUsed."""
    when = entry.when_handed_over or entry.when_prepared or ""
    use = Use(
        kind="dispense",
        state=_HANDED.get(entry.status or "completed", "unknown"),
        mentioned=when,
        starts=when,
        supply=print_duration(entry.days_supply),
        reason=intake.terms.find_reason([entry.status_reason_codeable_concept]),
    )
    _add(item, entry, use, entry.dosage_instruction, intake)


def _show(entry: fhir.MedicationUse, intake: Intake) -> str:
    concept = entry.medication_codeable_concept
    if concept is None:
        found = intake.follow(entry.medication_reference, "Medication", entry.contained)
        concept = found[1].code if found and isinstance(found[1], fhir.Medication) else None
    if concept is None and entry.medication_reference is not None:
        display = entry.medication_reference.display
        return tidy(display, 80) if display else "a medication that is not in the bundle"
    return intake.terms.show(concept)


# -- entries ------------------------------------------------------------------------------------------


def _add(
    item: Item,
    entry: fhir.MedicationUse,
    use: Use,
    dosages: list[fhir.Dosage] | None,
    intake: Intake,
) -> None:
    about = intake.people.find_about(entry.subject)
    concept, shown = entry.medication_codeable_concept, _show(entry, intake)
    if use.state in ("entered-in-error", "cancelled", "draft"):
        intake.leave(item.place, shown, use.state.replace("-", " "))
        return
    if say_completeness(concept, use.mentioned, item, about, intake):
        return
    drugs = find_drugs(entry, intake)
    if not drugs:
        intake.leave(item.place, shown, NO_ENTRY)
    for drug in drugs:
        intake.say_text(item.place, drug.match)
        steps = read_steps(dosages, drug.strength, intake.terms)
        for number, step in enumerate(steps):
            place = item.place if len(steps) == 1 else f"{item.place}.dosageInstruction[{number}]"
            intake.entries.append(_make(item, place, entry, drug, use, step, about, intake))


def _make(
    item: Item,
    place: str,
    entry: fhir.MedicationUse,
    drug: Drug,
    use: Use,
    step: Step,
    about: str | None,
    intake: Intake,
) -> RawMedicine:
    marks = read_marks(entry.extension, QUALIFIERS)
    # one administration is at least so much on its day; more may have been given
    counting = "once-or-more" if use.kind == "administration" else marks["dose"] or ""
    name = intake.terms.vocabulary.concepts[drug.match.id].name
    printed = (marks["printed"] or step.printed).strip()
    return RawMedicine(
        what=drug.match.id,
        source=make_source(item, place, f"{name} {step.printed} ({use.kind}, {use.state})"),
        kind=use.kind,
        state=use.state,
        starts=step.starts or use.starts,
        ends=step.ends or use.ends,
        mentioned=use.mentioned,
        supply=use.supply or ("" if step.ends else step.supply),
        dose=step.dose if drug.alone else "",
        dose_unit=_print_unit(step, counting) if drug.alone else "",
        times=step.times,
        every=step.every,
        printed=printed,
        about=about,
        reason=marks["reason"] or use.reason,
        response=marks["response"],
        route=marks["route"] or step.route,
        category=marks["category"],
        at=step.at,
        once=counting in ("once", "once-or-more"),
        more=counting == "once-or-more",
    )


def _print_unit(step: Step, counting: str) -> str:
    return f"{step.dose_unit}/d" if counting == "per-day" and step.dose_unit else step.dose_unit


__all__ = [
    "read_administration",
    "read_dispense",
    "read_request",
    "read_statement",
]
