"""One dose, its times of day, its product, printed offsets, and samples drawn before a dose."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from gentian.chart.errors import ReadingError
from gentian.chart.events import Chart, Event
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.form import read_form, write_form
from gentian.language.dates import format_offset, parse_clock, read_offset
from tests.chart.samples import load_vocabulary, strip_sources

VOCABULARY = load_vocabulary()
GUIDELINE: Any = SimpleNamespace(vocabulary=VOCABULARY)
HEAD = "gentian: chart 1\nperson: example-child\nborn: 2015\nas_of: 2026-11-20\n"


def read(line: str, section: str = "medicines") -> Chart:
    return read_form(f"{HEAD}{section}:\n  - {line}\n".encode(), "form.yaml", VOCABULARY)


def read_event(line: str, section: str = "medicines") -> Event:
    (event,) = read(line, section).events
    return event


def read_bundle(*resources: dict[str, Any]) -> tuple[Event, ...]:
    subject = {"reference": "Patient/p"}
    entries = [{"resource": {"resourceType": "Patient", "id": "p", "birthDate": "2015"}}]
    entries += [{"resource": {"subject": subject, **resource}} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return read_fhir(json.dumps(bundle).encode(), "record.json", GUIDELINE).events


@pytest.mark.parametrize(
    ("typed", "each", "every", "times"),
    [
        ("1.2 mg daily since 2026-01-10", 1_200_000, 1440, None),
        ("1.2 mg daily at 08:00 since 2026-01-10", 1_200_000, 1440, (480,)),
        ("1.2 mg daily at 8:00, since 2026-01-10", 1_200_000, 1440, (480,)),
        ("since 2026-01-10, 1.2 mg daily at 08:00", 1_200_000, 1440, (480,)),
        ("1 mg twice daily at 20:00 and 08:00 since 2026-01-10", 1_000_000, 720, (480, 1200)),
        ("1 mg every 12 h at 08:00 since 2026-01-10", 1_000_000, 720, (480, 1200)),
        ("1 mg every 8 h since 2026-01-10T06:00", 1_000_000, 480, (360, 840, 1320)),
        ("2 mg every other day at 09:30 since 2026-01-10", 2_000_000, 2880, (570,)),
        ("1 mg daily since 2026-01-10T07:15", 1_000_000, 1440, (435,)),
        ("{dose: 1 mg daily, at: 08:00, since: 2026-01-10}", 1_000_000, 1440, (480,)),
        ("{dose: 1 mg daily, at: unknown, since: 2026-01-10T07:15}", 1_000_000, 1440, None),
        ("2 mg on 2026-05-02T08:10", 2_000_000, 0, None),
        ("{given: 2026-05-02T08:10, dose: 2 mg}", 2_000_000, 0, None),
        ("2 mg 3 times a week since 2026-01-10", None, None, None),
        ("2 mg/d since 2026-01-10", None, None, None),
    ],
)
def test_one_dose_and_its_times(
    typed: str, each: int | None, every: int | None, times: tuple[int, ...] | None
) -> None:
    event = read_event(f"sirolimus: {typed}")
    assert (event.per_dose_low, event.per_dose_high) == (each, each)
    assert (event.every, event.times) == (every, times)


@pytest.mark.parametrize(
    ("typed", "each"),
    [
        ("sirolimus-solution-1: 1.2 mL daily", 1_200_000),
        ("sirolimus-tablet-1: 2 tablets daily", 2_000_000),
        ("sirolimus-tablet-half: 1 tablet daily", 500_000),
        ("sirolimus-tablet-half: 0.75 mg daily", 750_000),
    ],
)
def test_a_product_is_kept_and_its_pieces_counted(typed: str, each: int) -> None:
    event = read_event(f"{typed} at 08:00 since 2026-01-10")
    assert (event.what, event.product) == ("sirolimus", typed.partition(":")[0])
    assert (event.per_dose_low, event.dose_low) == (each, each)


@pytest.mark.parametrize(
    "typed",
    [
        "1 mg daily at 08:00 and 20:00 since 2026-01-10",
        "1 mg twice daily at 08:00 and 08:00 since 2026-01-10",
        "1 mg three times daily at 08:00 and 20:00 since 2026-01-10",
        "1 mg daily at 25:00 since 2026-01-10",
        "1 mg 3 times a week at 08:00 since 2026-01-10",
        "2 mg at 08:00 on 2026-05-02",
        "at 08:00 since 2026-01-10",
        "{dose: 1 mg daily, at: noon, since: 2026-01-10}",
        "{dose: 1 mg, more: perhaps, given: 2026-01-10}",
        "2 capsules daily since 2026-01-10",
    ],
)
def test_times_of_day_that_do_not_fit_are_refused_with_the_line(typed: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        read(f"sirolimus-tablet-1: {typed}")
    assert str(refusal.value).startswith("form.yaml:6: ")


def test_offsets_are_kept_beside_the_clock() -> None:
    event = read_event("sirolimus: 1 mg daily 2026-01-10T08:00+01:00 to 2026-05-10T08:00+02:00")
    assert (event.offset, event.end_offset) == (60, 120)
    level = read_event("2026-05-02T06:10Z: {sirolimus level: 8 ng/mL}", "results")
    assert level.offset == 0
    assert read_event("2026-05-02T06:10: {sirolimus level: 8 ng/mL}", "results").offset is None


def test_results_that_differ_only_in_the_offset_are_two() -> None:
    lines = "2026-05-02T08:00Z: {sirolimus level: 8 ng/mL}\n  - 2026-05-02T08:00+02:00: {sirolimus level: 8 ng/mL}"
    assert len(read(lines, "results").events) == 2


def test_a_sample_may_be_said_to_be_drawn_before_the_dose() -> None:
    typed = (
        "2026-05-02: {sirolimus level: {value: 8.0 ng/mL, method: LC-MS/MS, timing: before-dose}}"
    )
    event = read_event(typed, "results")
    assert (event.timing, event.method) == ("before-dose", "LC-MS/MS")
    shared = read_event("2026-05-02: {timing: before-dose, sirolimus level: 8 ng/mL}", "results")
    assert shared.timing == "before-dose"
    with pytest.raises(ReadingError, match="before-dose, or the time of day"):
        read(typed.replace("before-dose", "after lunch"), "results")


@pytest.mark.parametrize(
    "line",
    [
        "sirolimus-solution-1: 1.2 mL twice daily at 08:00 and 20:00 since 2026-01-10",
        "sirolimus-tablet-1: 1 mg every 36 h from 2026-01-10T08:00 to 2026-02",
        "sirolimus-tablet-1: {given: 2026-05-02T08:10+02:00, dose: 2 mg}",
        "sirolimus: {given: 2026-05-02, dose: 2 mg, more: possible}",
        "sirolimus: 2 mg daily 2026-01-10T08:00+01:00 to 2026-05-10T08:00+02:00",
        "sirolimus: {dose: 1 mg daily, at: unknown, since: 2026-01-10T07:15}",
        "sirolimus: 2 mg/d since 2026-01-10",
        "sirolimus: {from: 2026-05-01, to: 2026-05-02, dose: 2 mg once}",
    ],
)
def test_the_form_and_fhir_write_all_of_it_back(line: str) -> None:
    chart = read(line)
    again = read_form(write_form(chart, GUIDELINE).encode(), "form.yaml", VOCABULARY)
    assert strip_sources(again.events) == strip_sources(chart.events)
    exchanged = read_fhir(write_fhir(chart, GUIDELINE), "record.json", GUIDELINE)
    assert strip_sources(exchanged.events) == strip_sources(chart.events)


def test_what_was_printed_in_moles_is_written_in_moles() -> None:
    chart = read("2026-05-02T08:00: {sirolimus level: 8.75 nmol/L}", "results")
    assert "sirolimus-trough: 8.75 nmol/L" in write_form(chart, GUIDELINE)


# -- FHIR -------------------------------------------------------------------------------------------

SIROLIMUS = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L04AH01"}]}


def test_an_administration_is_one_dose_at_its_time() -> None:
    (event,) = read_bundle(
        {
            "resourceType": "MedicationAdministration",
            "status": "completed",
            "medicationCodeableConcept": SIROLIMUS,
            "effectiveDateTime": "2026-05-02T08:10:00+02:00",
            "dosage": {"dose": {"value": 1.2, "unit": "mg"}},
        }
    )
    assert (event.per_dose_low, event.per_dose_high, event.every) == (1_200_000, 1_200_000, 0)
    assert (event.dose_low, event.dose_high) == (
        1_200_000,
        None,
    )  # more may have been given that day
    assert event.offset == 120


def test_a_number_of_tablets_given_counts_by_their_strength() -> None:
    (event,) = read_bundle(
        {
            "resourceType": "MedicationAdministration",
            "status": "completed",
            "medicationCodeableConcept": {
                "coding": [{"system": "urn:gentian", "code": "sirolimus-tablet-half"}]
            },
            "effectiveDateTime": "2026-05-02T08:10:00Z",
            "dosage": {"dose": {"value": 3, "unit": "tablet"}},
        }
    )
    assert (event.product, event.per_dose_low) == ("sirolimus-tablet-half", 1_500_000)


def read_repeat(**repeat: Any) -> Event:
    dosage = {
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}],
    }
    (event,) = read_bundle(
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": SIROLIMUS,
            "authoredOn": "2026-05-02T14:32:00+02:00",
            "dosageInstruction": [dosage],
        }
    )
    return event


def test_times_of_day_of_an_order_are_those_of_its_doses_and_not_of_the_order() -> None:
    assert read_repeat(frequency=1, period=1, periodUnit="d").times is None
    event = read_repeat(frequency=2, period=1, periodUnit="d", timeOfDay=["20:00:00", "08:00:00"])
    assert (event.every, event.times) == (720, (480, 1200))
    assert read_repeat(period=12, periodUnit="h").every == 720
    assert read_repeat(timeOfDay=["08:00:00"]).times == (480,)
    assert read_repeat(frequency=1, period=2, periodUnit="d", timeOfDay=["08:00:00"]).every == 2880


def test_times_of_day_that_are_not_as_many_as_the_doses_are_left_out() -> None:
    event = read_repeat(frequency=3, period=1, periodUnit="d", timeOfDay=["08:00:00", "20:00:00"])
    assert (event.every, event.times) == (480, None)
    assert read_repeat(timeOfDay=["later"], period=1, periodUnit="d").times is None


def test_the_method_and_the_sample_time_of_an_observation_are_kept() -> None:
    (event,) = read_bundle(
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "29247-4"}]},
            "method": {"text": "LC-MS/MS"},
            "contained": [
                {
                    "resourceType": "Specimen",
                    "id": "s",
                    "type": {"text": "EDTA whole blood"},
                    "collection": {"collectedDateTime": "2026-05-02T07:55:00+02:00"},
                }
            ],
            "specimen": {"reference": "#s"},
            "valueQuantity": {"value": 2, "comparator": "<", "unit": "ng/mL"},
        }
    )
    assert (event.low, event.high, event.printed) == (None, 1_999_999, "<2 ng/mL")
    assert (event.method, event.specimen, event.offset) == ("lc-ms/ms", "edta whole blood", 120)


# -- the small readers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("2026-05-02T08:10+02:00", 120), ("2026-05-02T08:10:00-03:30", -210), ("2026-05-02T08:10Z", 0),
     ("2026-05-02T08:10", None), ("2026-05-02", None)],
)  # fmt: skip
def test_offsets_are_read_and_written(text: str, minutes: int | None) -> None:
    assert read_offset(text) == minutes
    if minutes:
        assert text.endswith(format_offset(minutes))


def test_a_time_of_day() -> None:
    assert [parse_clock(text) for text in ("08:00", "8:05", "23:59:00")] == [480, 485, 1439]
