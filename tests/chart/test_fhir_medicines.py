"""Orders, statements, dispenses and administrations: which medicine, taken when, and how much a day."""

from __future__ import annotations

from typing import Any

import pytest

from gentian.chart.events import FOREVER
from tests.chart.fhir_records import (
    RXNORM,
    UCUM,
    code,
    dosage,
    dose,
    note,
    notes,
    order,
    own,
    quantity,
    read,
    read_one,
    starts,
)

PREDNISOLONE = code(RXNORM, "8638", "prednisolone")
SIROLIMUS = code(RXNORM, "35302", "sirolimus")


def statement(what: dict[str, Any] | None = PREDNISOLONE, **more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "MedicationStatement",
        "id": "s1",
        "status": "active",
        "medicationCodeableConcept": what,
        "subject": {"reference": "Patient/p1"},
        "effectivePeriod": {"start": "2026-11-08"},
    }
    return {key: one for key, one in (base | more).items() if one is not None}


# -- which medicine ----------------------------------------------------------------------------------


def test_an_active_order_with_an_ingredient_code_is_taken() -> None:
    event = read_one(order(PREDNISOLONE, dosageInstruction=[dosage(20, "mg")]))
    assert (event.what, event.present, starts(event)) == ("prednisolone", True, "2026-11-08")
    assert (dose(event), event.ends[1]) == ("20 mg", FOREVER)


@pytest.mark.parametrize(
    ("display", "what"),
    [
        ("predniSONE 5 MG Oral Tablet", "prednisone"),
        ("24 HR tacrolimus 1 MG Extended Release Oral Capsule", "tacrolimus"),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "co-amoxiclav"),
        ("sirolimus 1 MG/ML Oral Solution", "sirolimus"),
        ("Sirolimus", "sirolimus"),
    ],
)
def test_a_clinical_drug_is_recognised_by_its_ingredient(display: str, what: str) -> None:
    chart = read(order(code(RXNORM, "999999", display)))
    assert [event.what for event in chart.events] == [what]
    assert "recognised by its text" in notes(chart, "changed")[0].why


@pytest.mark.parametrize(
    ("display", "product"),
    [
        ("sirolimus 2 MG Oral Tablet", "sirolimus-tablet-2"),
        ("sirolimus 0.5 MG Oral Tablet [Rapamune]", "sirolimus-tablet-half"),
        ("sirolimus 2 mg tablet", "sirolimus-tablet-2"),
        ("sirolimus 1 MG/ML Oral Solution", "sirolimus-solution-1"),
        ("sirolimus 3 MG Oral Tablet", None),
        ("sirolimus 2 MG Oral Capsule", None),
        ("sirolimus 2 MG Extended Release Oral Tablet", None),
        ("24 HR sirolimus 2 MG Oral Tablet", None),
        ("prednisone 2 MG Oral Tablet", None),
    ],
)
def test_a_text_names_the_one_product_of_its_form_and_strength(
    display: str, product: str | None
) -> None:
    beside_the_ingredient = SIROLIMUS | {"text": display}
    assert read_one(order(beside_the_ingredient)).product == product
    if display.startswith("sirolimus") and "MG" in display:
        assert read_one(order(code(RXNORM, "999999", display))).product == product


def test_two_texts_that_name_two_products_name_none() -> None:
    both = code(RXNORM, "999999", "sirolimus 1 MG Oral Tablet")
    both["text"] = "sirolimus 2 MG Oral Tablet"
    assert read_one(order(both)).product is None


@pytest.mark.parametrize(
    "display", ["prednisoloneacetate 5 MG Oral Tablet", "Ocean Nasal Spray", "5 MG Oral Tablet"]
)
def test_a_name_that_is_not_in_the_guideline_is_counted(display: str) -> None:
    chart = read(order(code(RXNORM, "999999", display)))
    assert (chart.events, note(chart, "not-used").what) == ((), f"rxnorm 999999 {display}")


def test_a_medication_of_the_bundle_is_followed() -> None:
    tablet = {"resourceType": "Medication", "id": "med", "code": SIROLIMUS}
    for reference in (
        "Medication/med",
        "https://fhir.example.org/Medication/med",
        "Medication/med/_history/3",
    ):
        assert (
            read_one(order(None, medicationReference={"reference": reference}), tablet).what
            == "sirolimus"
        )


def test_a_contained_medication_is_followed_to_its_ingredients() -> None:
    inside = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [
            {
                "itemCodeableConcept": SIROLIMUS,
                "strength": {
                    "numerator": quantity(1, "mg"),
                    "denominator": {"value": 1, "unit": "tablet"},
                },
            }
        ],
    }
    two = {
        "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
    }
    event = read_one(
        order(
            None,
            contained=[inside],
            medicationReference={"reference": "#m"},
            dosageInstruction=[two],
        )
    )
    assert (event.what, dose(event)) == ("sirolimus", "2 mg")


def test_every_ingredient_of_a_mixture_counts_and_its_dose_is_unknown() -> None:
    inside = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [{"itemCodeableConcept": SIROLIMUS}, {"itemCodeableConcept": PREDNISOLONE}],
    }
    chart = read(
        order(
            None,
            contained=[inside],
            medicationReference={"reference": "#m"},
            dosageInstruction=[dosage(1, "mg")],
        )
    )
    assert sorted((event.what, event.dose_low) for event in chart.events) == [
        ("prednisolone", None),
        ("sirolimus", None),
    ]


def test_a_reference_to_nowhere_counts_by_what_it_displays() -> None:
    event = read_one(
        order(None, medicationReference={"reference": "Medication/gone", "display": "Prednisolone"})
    )
    assert event.what == "prednisolone"


def test_a_reference_to_nowhere_is_counted_as_such() -> None:
    chart = read(order(None, medicationReference={"reference": "Medication/gone"}))
    assert "not in the bundle" in note(chart, "not-used").what


# -- taken, or not -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["cancelled", "draft", "entered-in-error"])
def test_an_order_that_was_never_given_is_not_taking(status: str) -> None:
    chart = read(order(PREDNISOLONE, status=status))
    assert (chart.events, len(notes(chart, "not-used"))) == ((), 1)


@pytest.mark.parametrize("intent", ["plan", "proposal", "option"])
def test_a_plan_is_planned(intent: str) -> None:
    assert read_one(order(PREDNISOLONE, intent=intent)).status == "planned"


def test_an_order_not_to_give_is_not_taking() -> None:
    chart = read(order(PREDNISOLONE, doNotPerform=True))
    assert (chart.events, note(chart, "not-used").why) == ((), "an order not to give it")


def test_a_stopped_order_ended_between_its_start_and_its_last_update() -> None:
    event = read_one(
        order(PREDNISOLONE, status="stopped", meta={"lastUpdated": "2026-11-18T09:00:00Z"})
    )
    assert event.ends[0] == event.starts[0]
    assert starts(event) == "2026-11-08"
    assert event.ends[1] < FOREVER


def test_why_it_was_stopped() -> None:
    reasons = "http://terminology.hl7.org/CodeSystem/medicationrequest-status-reason"
    assert (
        read_one(order(PREDNISOLONE, status="stopped", statusReason=code(reasons, "sintol"))).reason
        == "not-tolerated"
    )
    words = statement(status="stopped", statusReason=[{"text": "Lack of efficacy"}])
    assert read_one(words).reason == "no-response"


def test_a_statement_of_not_taking_is_an_absence() -> None:
    event = read_one(
        statement(status="not-taken", effectivePeriod=None, effectiveDateTime="2026-11-20")
    )
    assert (event.present, starts(event)) == (False, "2026-11-20")


def test_a_single_time_says_that_it_was_taken_then_not_that_it_began_then() -> None:
    event = read_one(statement(effectivePeriod=None, effectiveDateTime="2026-11-20"))
    assert event.starts[0] < event.starts[1]
    assert event.ends[1] == FOREVER


def test_a_statement_decides_over_the_order_of_the_same_medicine() -> None:
    chart = read(
        order(PREDNISOLONE, status="active"),
        statement(
            effectivePeriod={"start": "2026-11-08"},
            dateAsserted="2026-11-20",
            dosage=[dosage(5, "mg")],
        ),
    )
    assert [dose(event) for event in chart.events] == ["5 mg"]
    assert "more surely" in note(chart, "not-used").why


def test_what_was_handed_out_lasts_as_long_as_the_supply() -> None:
    dispense = {
        "resourceType": "MedicationDispense",
        "id": "d1",
        "status": "completed",
        "medicationCodeableConcept": PREDNISOLONE,
        "subject": {"reference": "Patient/p1"},
        "whenHandedOver": "2026-11-08",
        "daysSupply": {"value": 30, "unit": "d", "system": UCUM, "code": "d"},
    }
    event = read_one(dispense)
    assert (event.ends[0] - event.starts[0], event.ends[1]) == (30 * 1440, FOREVER)


def test_an_order_with_repeats_lasts_longer() -> None:
    request = {"expectedSupplyDuration": {"value": 28, "unit": "d"}, "numberOfRepeatsAllowed": 2}
    event = read_one(order(PREDNISOLONE, dispenseRequest=request))
    assert event.ends[0] - event.starts[0] == 84 * 1440


def administration(**more: Any) -> dict[str, Any]:
    base = {
        "resourceType": "MedicationAdministration",
        "id": "g1",
        "status": "completed",
        "medicationCodeableConcept": code(RXNORM, "121191", "rituximab"),
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-10-01T09:00:00Z",
        "dosage": {"dose": quantity(500, "mg")},
    }
    return base | more


def test_an_infusion_is_given_at_its_time_and_at_least_so_much_that_day() -> None:
    event = read_one(administration())
    assert (event.what, event.ends, dose(event)) == ("rituximab", event.starts, ">=500 mg")


def test_an_infusion_that_was_not_given_is_a_dose_that_was_not_taken() -> None:
    chart = read(administration(status="not-done"))
    assert chart.events == ()  # nothing follows for other days
    (omitted,) = chart.omitted
    assert (omitted.what, omitted.present, omitted.every) == ("rituximab", False, 0)
    assert omitted.ends == omitted.starts


# -- how much a day ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ({"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}, "10 mg"),
        ({"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}, "15 mg"),
        ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, "2.5 mg"),
        ({"repeat": {"frequency": 7, "period": 1, "periodUnit": "wk"}}, "5 mg"),
        ({"repeat": {"period": 1, "periodUnit": "d", "when": ["MORN", "EVE"]}}, "10 mg"),
        ({"repeat": {"timeOfDay": ["08:00:00", "14:00:00", "20:00:00"]}}, "15 mg"),
        (
            {"code": code("http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "BID")},
            "10 mg",
        ),
        ({"code": {"text": "TID"}}, "15 mg"),
        (
            {"repeat": {"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}},
            "unknown",
        ),
        ({"repeat": {"frequency": 1}}, "unknown"),
        (None, "unknown"),
    ],
)
def test_the_dose_per_day(timing: dict[str, Any] | None, expected: str) -> None:
    step = {"doseAndRate": [{"doseQuantity": quantity(5, "mg")}]} | (
        {"timing": timing} if timing else {}
    )
    assert dose(read_one(order(PREDNISOLONE, dosageInstruction=[step]))) == expected


def test_a_range_of_doses() -> None:
    ends = {"low": quantity(5, "mg"), "high": quantity(10, "mg")}
    step = dosage(0, "mg", doseAndRate=[{"doseRange": ends}])
    assert dose(read_one(order(PREDNISOLONE, dosageInstruction=[step]))) == "5-10 mg"


def test_when_needed_is_a_medicine_with_an_unknown_dose() -> None:
    event = read_one(
        order(
            PREDNISOLONE,
            dosageInstruction=[dosage(20, "mg", asNeededBoolean=True, text="if needed")],
        )
    )
    assert (dose(event), event.printed) == ("unknown", "if needed")


def test_a_text_alone_leaves_the_medicine_on_and_the_dose_unknown() -> None:
    chart = read(order(PREDNISOLONE, dosageInstruction=[{"text": "20 mg in the morning"}]))
    assert (dose(chart.events[0]), chart.events[0].printed) == ("unknown", "20 mg in the morning")
    assert "only text" in note(chart, "changed").why


def test_tablets_count_by_the_strength_in_the_name() -> None:
    step = {
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
    }
    event = read_one(
        order(code(RXNORM, "312617", "predniSONE 5 MG Oral Tablet"), dosageInstruction=[step])
    )
    assert dose(event) == "10 mg"


def test_millilitres_count_by_the_strength_of_the_product() -> None:
    step = dosage(1.5, "mL")
    assert dose(read_one(order(own("sirolimus-solution-1"), dosageInstruction=[step]))) == "1.5 mg"
    text = code(RXNORM, "1", "sirolimus 1 MG/ML Oral Solution")
    assert dose(read_one(order(text, dosageInstruction=[step]))) == "1.5 mg"


def test_a_dose_without_a_unit_or_by_weight_is_unknown_and_said() -> None:
    for amount in ({"value": 1}, {"value": 2, "unit": "mg/kg", "code": "mg/kg"}):
        chart = read(
            order(
                PREDNISOLONE,
                dosageInstruction=[dosage(0, "", doseAndRate=[{"doseQuantity": amount}])],
            )
        )
        assert dose(chart.events[0]) == "unknown"
        assert "dose unknown" in note(chart, "changed").why


def test_morning_and_evening_are_added_up() -> None:
    steps = [dosage(20, "mg"), dosage(10, "mg")]
    assert dose(read_one(order(PREDNISOLONE, dosageInstruction=steps))) == "30 mg"


def test_steps_of_a_taper_without_dates_give_the_range_they_span() -> None:
    steps = [dosage(amount, "mg", sequence=number) for number, amount in enumerate((40, 20, 10), 1)]
    assert dose(read_one(order(PREDNISOLONE, dosageInstruction=steps))) == "10-40 mg"


def test_steps_of_a_taper_with_dates_are_entries_of_their_own() -> None:
    steps = [dosage(40, "mg", sequence=1), dosage(20, "mg", sequence=2)]
    steps[0]["timing"]["repeat"]["boundsPeriod"] = {"start": "2026-11-08", "end": "2026-11-14"}
    steps[1]["timing"]["repeat"]["boundsPeriod"] = {"start": "2026-11-15", "end": "2026-11-21"}
    chart = read(order(PREDNISOLONE, dosageInstruction=steps))
    assert [(starts(event), dose(event)) for event in chart.events] == [
        ("2026-11-08", "40 mg"),
        ("2026-11-15", "20 mg"),
    ]


def test_three_tablets_a_week_stay_an_exact_interval() -> None:
    event = read_one(order(PREDNISOLONE, dosageInstruction=[dosage(5, "mg", 3, 1, "wk")]))
    assert event.dose_low is not None and event.dose_high is not None
    assert event.dose_high - event.dose_low == 1  # 15/7 mg a day is no decimal: rounded outward
