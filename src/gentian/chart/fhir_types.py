"""The parts of FHIR R4 resources that a chart is read from, as partial structs.

Only the elements that are read are named; everything else in a resource is skipped without being decoded.
Every element may be missing or `null`, because exports leave out what the standard requires.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Raw, Struct


class Part(Struct, rename="camel", gc=False):
    """A piece of a resource: Python names are snake_case, FHIR's are camelCase."""


# -- data types ---------------------------------------------------------------------------------------


class Coding(Part):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Part):
    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(Part):
    system: str | None = None
    value: str | None = None


class Reference(Part):
    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Extension(Part):
    """An extension with a text; only those of `urn:gentian` are looked at."""

    url: str | None = None
    value_string: str | None = None


class Quantity(Part):
    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Part):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Part):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Period(Part):
    start: str | None = None
    end: str | None = None


class Meta(Part):
    last_updated: str | None = None


# -- the envelope -------------------------------------------------------------------------------------


class Link(Part):
    relation: str | None = None


class BundleEntry(Part):
    full_url: str | None = None
    resource: Raw = Raw(b"")


class Bundle(Part):
    resource_type: str | None = None
    timestamp: str | None = None
    link: list[Link] | None = None
    entry: list[BundleEntry] | None = None


class LooseBundle(Part):
    """A bundle whose entries are decoded one by one, after one of them was malformed."""

    resource_type: str | None = None
    timestamp: str | None = None
    entry: list[Raw] | None = None


class Head(Part):
    """What tells one resource from another."""

    resource_type: str | None = None
    id: str | None = None
    meta: Meta | None = None


class Resource(Part):
    """What all resources that are read share."""

    id: str | None = None
    meta: Meta | None = None
    contained: list[Raw] | None = None
    extension: list[Extension] | None = None
    modifier_extension: list[Raw] | None = None


# -- people -------------------------------------------------------------------------------------------


class PatientLink(Part):
    other: Reference | None = None
    type: str | None = None


class Address(Part):
    use: str | None = None
    country: str | None = None


class Patient(Resource):
    identifier: list[Identifier] | None = None
    gender: str | None = None
    birth_date: str | None = None
    address: list[Address] | None = None
    link: list[PatientLink] | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None


class RelatedPerson(Resource):
    patient: Reference | None = None
    relationship: list[CodeableConcept] | None = None
    gender: str | None = None
    birth_date: str | None = None


class FamilyCondition(Part):
    code: CodeableConcept | None = None
    onset_age: Quantity | None = None
    onset_range: Range | None = None
    onset_period: Period | None = None
    onset_string: str | None = None


class FamilyMemberHistory(Resource):
    status: str | None = None
    patient: Reference | None = None
    date: str | None = None
    relationship: CodeableConcept | None = None
    sex: CodeableConcept | None = None
    born_date: str | None = None
    born_period: Period | None = None
    deceased_boolean: bool | None = None
    deceased_date: str | None = None
    condition: list[FamilyCondition] | None = None


# -- results ------------------------------------------------------------------------------------------


class ReferenceRange(Part):
    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    text: str | None = None


class Valued(Part):
    """The code, value and remarks that an Observation and its components share."""

    code: CodeableConcept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_sampled_data: Raw = Raw(b"")
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: list[CodeableConcept] | None = None
    reference_range: list[ReferenceRange] | None = None


class Component(Valued):
    """One value of an Observation that holds several."""


class Observation(Valued):
    id: str | None = None
    meta: Meta | None = None
    contained: list[Raw] | None = None
    extension: list[Extension] | None = None
    modifier_extension: list[Raw] | None = None
    status: str | None = None
    subject: Reference | None = None
    focus: list[Reference] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    specimen: Reference | None = None
    method: CodeableConcept | None = None
    body_site: CodeableConcept | None = None
    component: list[Component] | None = None
    has_member: list[Reference] | None = None
    performer: list[Reference] | None = None


class DiagnosticReport(Resource):
    status: str | None = None
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None


class Collection(Part):
    collected_date_time: str | None = None
    collected_period: Period | None = None


class Specimen(Resource):
    type: CodeableConcept | None = None
    collection: Collection | None = None


# -- findings -----------------------------------------------------------------------------------------


class Condition(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    severity: CodeableConcept | None = None
    code: CodeableConcept | None = None
    body_site: list[CodeableConcept] | None = None
    subject: Reference | None = None
    onset_date_time: str | None = None
    onset_age: Quantity | None = None
    onset_period: Period | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_age: Quantity | None = None
    abatement_period: Period | None = None
    abatement_range: Range | None = None
    abatement_string: str | None = None
    recorded_date: str | None = None


class Procedure(Resource):
    status: str | None = None
    status_reason: CodeableConcept | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    performed_string: str | None = None
    performed_age: Quantity | None = None
    performed_range: Range | None = None
    body_site: list[CodeableConcept] | None = None


class Immunization(Resource):
    status: str | None = None
    vaccine_code: CodeableConcept | None = None
    patient: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None
    recorded: str | None = None


class Reaction(Part):
    substance: CodeableConcept | None = None


class AllergyIntolerance(Resource):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    type: str | None = None
    code: CodeableConcept | None = None
    patient: Reference | None = None
    onset_date_time: str | None = None
    onset_age: Quantity | None = None
    onset_period: Period | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    recorded_date: str | None = None
    last_occurrence: str | None = None
    reaction: list[Reaction] | None = None


class ListEntry(Part):
    deleted: bool | None = None


class ListResource(Resource):
    status: str | None = None
    mode: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    date: str | None = None
    entry: list[ListEntry] | None = None
    empty_reason: CodeableConcept | None = None


class Section(Part):
    code: CodeableConcept | None = None
    entry: list[Reference] | None = None
    empty_reason: CodeableConcept | None = None
    section: list[Section] | None = None


class Composition(Resource):
    status: str | None = None
    subject: Reference | None = None
    date: str | None = None
    section: list[Section] | None = None


# -- medicines ----------------------------------------------------------------------------------------


class Duration(Quantity):
    """A length of time."""


class Repeat(Part):
    bounds_duration: Duration | None = None
    bounds_period: Period | None = None
    bounds_range: Range | None = None
    count: int | None = None
    frequency: int | None = None
    frequency_max: int | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    day_of_week: list[str] | None = None
    time_of_day: list[str] | None = None
    when: list[str] | None = None


class Timing(Part):
    event: list[str] | None = None
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Part):
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    rate_quantity: Quantity | None = None
    rate_range: Range | None = None
    rate_ratio: Ratio | None = None


class Dosage(Part):
    sequence: int | None = None
    text: str | None = None
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    route: CodeableConcept | None = None
    dose_and_rate: list[DoseAndRate] | None = None


class Ingredient(Part):
    item_codeable_concept: CodeableConcept | None = None
    item_reference: Reference | None = None
    is_active: bool | None = None
    strength: Ratio | None = None


class Medication(Resource):
    code: CodeableConcept | None = None
    ingredient: list[Ingredient] | None = None


class MedicationUse(Resource):
    """What the four medication resources share."""

    status: str | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    reason_code: list[CodeableConcept] | None = None


class DispenseRequest(Part):
    validity_period: Period | None = None
    number_of_repeats_allowed: int | None = None
    expected_supply_duration: Duration | None = None


class MedicationRequest(MedicationUse):
    status_reason: CodeableConcept | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    authored_on: str | None = None
    dosage_instruction: list[Dosage] | None = None
    dispense_request: DispenseRequest | None = None


class MedicationStatement(MedicationUse):
    status_reason: list[CodeableConcept] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: list[Dosage] | None = None


class AdministrationDosage(Part):
    text: str | None = None
    route: CodeableConcept | None = None
    dose: Quantity | None = None


class MedicationAdministration(MedicationUse):
    status_reason: list[CodeableConcept] | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    dosage: AdministrationDosage | None = None


class MedicationDispense(MedicationUse):
    status_reason_codeable_concept: CodeableConcept | None = None
    authorizing_prescription: list[Reference] | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    days_supply: Duration | None = None
    dosage_instruction: list[Dosage] | None = None


# every type that is read; all others are counted as not used
RESOURCES: dict[str, type[Part]] = {
    "Patient": Patient,
    "RelatedPerson": RelatedPerson,
    "FamilyMemberHistory": FamilyMemberHistory,
    "Observation": Observation,
    "DiagnosticReport": DiagnosticReport,
    "Specimen": Specimen,
    "Condition": Condition,
    "Procedure": Procedure,
    "Immunization": Immunization,
    "AllergyIntolerance": AllergyIntolerance,
    "List": ListResource,
    "Composition": Composition,
    "Medication": Medication,
    "MedicationRequest": MedicationRequest,
    "MedicationStatement": MedicationStatement,
    "MedicationAdministration": MedicationAdministration,
    "MedicationDispense": MedicationDispense,
    "Bundle": Bundle,
}
