"""What is written as FHIR reads back as the same events; the same chart gives the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gentian.chart.entries import build_chart
from gentian.chart.events import Chart, Event, Person, Source, change_event
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.raw import RawEntry
from gentian.language.dates import parse_span
from gentian.language.quantities import format_ticks
from tests.chart.samples import complete, finding, load_vocabulary, medicine, result

VOCABULARY = load_vocabulary()
GUIDELINE: Any = SimpleNamespace(vocabulary=VOCABULARY)
ANCIENT = parse_span("1900")[0]
BORN = parse_span("2012-03-05")


def make(*entries: RawEntry, person: Person | None = None) -> Chart:
    """A chart of the real vocabulary."""
    person = person or Person("child-7", BORN, "male", "GB")
    return build_chart(person, entries, VOCABULARY, format="test", file="record")


def read_back(chart: Chart) -> Chart:
    return read_fhir(write_fhir(chart, GUIDELINE), "written.json", GUIDELINE)


def strip(events: tuple[Event, ...]) -> list[str]:
    """Events without where they stand; before any record is one time, whatever the distance."""
    return sorted(
        repr(
            change_event(
                event,
                source=Source(""),
                starts=(max(event.starts[0], ANCIENT), event.starts[1]),
                ends=(max(event.ends[0], ANCIENT), event.ends[1]),
            )
        )
        for event in events
    )


def check_round_trip(chart: Chart) -> None:
    again = read_back(chart)
    assert strip(again.events) == strip(chart.events)
    assert again.person == chart.person
    assert again.reading.counts["refused"] == 0, again.reading.notes


# -- charts of every kind, generated -----------------------------------------------------------------


def ids(sort: str) -> list[str]:
    return sorted(id_ for id_, concept in VOCABULARY.concepts.items() if concept.sort == sort)


def is_of_medicines(id_: str) -> bool:
    """A class that a finding cannot be about, such as the steroids."""
    return any(VOCABULARY.concepts[one].sort == "medicine" for one in VOCABULARY.members[id_])


days = st.dates(date(2013, 1, 1), date(2026, 11, 20))
dates = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: day.isoformat()[:7]),
    days.map(lambda day: day.isoformat()[:4]),
    st.builds(
        lambda day, hour, offset: f"{day.isoformat()}T{hour:02d}:45{offset}",
        days,
        st.integers(0, 23),
        st.sampled_from(["", "", "Z", "+02:00", "-03:30"]),
    ),
    st.builds(lambda one, two: "/".join(sorted((str(one), str(two)))), days, days),
)
maybe_dates = st.one_of(
    st.just(""), dates, dates.filter(lambda one: "/" not in one).map("before {}".format)
)
ends = st.one_of(
    st.just(""), dates, dates.filter(lambda one: "/" not in one).map("after {}".format)
)
abouts = st.sampled_from([None, None, None, "mother", "brother-2", "cousin once removed"])
texts = st.sampled_from([None, None, "flow cytometry", "Left", " odd  Spaces ", "x" * 70])
statuses = st.sampled_from(["final", "final", "preliminary", "corrected", "planned"])
places = st.integers(1, 10**6)

NUMBERS = [one for one in ids("measurement") if VOCABULARY.concepts[one].unit]
WORDS = [one for one in ids("measurement") if VOCABULARY.concepts[one].words]


@st.composite
def results(draw: st.DrawFn) -> RawEntry:
    """A plausible number in the canonical unit, as a value, a bound, a range or a titre."""
    concept = VOCABULARY.concepts[draw(st.sampled_from(NUMBERS))]
    low, high = (Decimal(str(end)) for end in concept.plausible or [1, 100])
    share = draw(st.decimals("0.05", "0.9", places=3))
    value = format_ticks(int((low + (high - low) * share) * 1000) * 1000)
    spelled = draw(st.sampled_from(["{}", "{}", "<{}", ">={}", "{}0", "≤{}"]))
    if spelled == "{}0":
        spelled = "{}0" if "." in value else "{}.0"
    number = spelled.format(value)
    if concept.unit == "1" and low <= 1 and high >= 640 and draw(st.booleans()):
        number = "1:160"
    return result(
        concept.id,
        draw(dates),
        number,
        draw(st.sampled_from([concept.unit, f" {concept.unit}"])).strip(),
        about=draw(abouts),
        status=draw(statuses),
        method=draw(texts),
        specimen=draw(texts),
        site=draw(texts),
        sample=draw(texts),
        flag=draw(st.sampled_from(["", "L", "HH", "N"])),
        timing=draw(st.sampled_from([None, None, "before-dose"])),
        reference=draw(st.sampled_from(["", "1.5-7.0", "<2.0", ">=150"])),
        place=draw(places),
    )


@st.composite
def worded_results(draw: st.DrawFn) -> RawEntry:
    concept = VOCABULARY.concepts[draw(st.sampled_from(WORDS))]
    word = draw(st.sampled_from(concept.words))
    return result(
        concept.id,
        draw(dates),
        word=draw(st.sampled_from([word, word.upper()])),
        about=draw(abouts),
        place=draw(places),
    )


@st.composite
def findings(draw: st.DrawFn) -> RawEntry:
    """A finding, procedure, vaccine, allergy or class with any time that a record may give."""
    sort = draw(st.sampled_from(["finding", "procedure", "vaccine", "allergy", "class"]))
    concept = draw(st.sampled_from([one for one in ids(sort) if not is_of_medicines(one)]))
    word = st.sampled_from([None, None, "Odd word", "relapse"])
    return finding(
        concept,
        present=draw(st.sampled_from([True, True, False, None])),
        starts=draw(maybe_dates),
        ends=draw(ends),
        ongoing=draw(st.booleans()),
        ended=draw(st.booleans()),
        mentioned=draw(st.one_of(st.just(""), dates)),
        status=draw(statuses),
        about=draw(abouts),
        category=draw(word),
        reason=draw(word),
        response=draw(word),
        site=draw(texts),
        method=draw(texts),
        sample=draw(texts),
        specimen=draw(texts),
        printed=draw(st.sampled_from(["", "as printed"])),
        place=draw(places),
    )


@st.composite
def variants(draw: st.DrawFn) -> RawEntry:
    return finding(
        draw(st.sampled_from(ids("gene"))),
        present=draw(st.sampled_from([True, True, False, None])),
        starts=draw(dates),
        ongoing=draw(st.booleans()),
        about=draw(abouts),
        zygosity=draw(st.sampled_from([None, "heterozygous", "compound-heterozygous"])),
        origin=draw(st.sampled_from([None, "germline", "somatic"])),
        classification=draw(st.sampled_from([None, "pathogenic", "uncertain"])),
        printed=draw(st.sampled_from(["", "c.748C>T", "c.748C>T p.(Arg250*)"])),
        place=draw(places),
    )


@st.composite
def medicines(draw: st.DrawFn) -> RawEntry:
    sort = draw(st.sampled_from(["medicine", "medicine", "product"]))
    named = VOCABULARY.concepts[draw(st.sampled_from(ids(sort)))]
    concept = VOCABULARY.concepts[named.of] if sort == "product" else named
    dose = draw(st.sampled_from(["", "", "20", "2.5", "4-6", "<=5"]))
    return medicine(
        named.id,
        at=draw(st.sampled_from([(), (), (480,), (480, 1260)])),
        once=draw(st.sampled_from([False, False, True])),
        more=draw(st.booleans()),
        kind=draw(st.sampled_from(["statement", "order", "dispense", "administration"])),
        state=draw(
            st.sampled_from(
                [
                    "active",
                    "active",
                    "stopped",
                    "completed",
                    "on-hold",
                    "not-taken",
                    "planned",
                    "unknown",
                ]
            )
        ),
        starts=draw(maybe_dates),
        ends=draw(ends),
        mentioned=draw(st.one_of(st.just(""), dates)),
        supply=draw(st.sampled_from(["", "", "30 d"])),
        dose=dose,
        dose_unit=concept.dose_unit if dose else "",
        times=draw(st.integers(0, 3)),
        every=draw(st.sampled_from(["", "1 d", "8 h", "7 d"])),
        printed=draw(st.sampled_from(["", "as directed", "20 mg daily"])),
        about=draw(abouts),
        reason=draw(st.sampled_from([None, "not-tolerated"])),
        response=draw(st.sampled_from([None, "failed"])),
        route=draw(st.sampled_from([None, "oral", "Oral"])),
        place=draw(places),
    )


statements = st.builds(
    complete, st.sampled_from([one.removeprefix("complete-") for one in ids("domain")]), dates
)
entries = st.lists(
    st.one_of(results(), worded_results(), findings(), variants(), medicines(), statements),
    max_size=12,
)
people = st.builds(
    Person,
    st.sampled_from(["child-7", "Patient 7/2"]),
    st.sampled_from([None, BORN, parse_span("2012"), parse_span("2012-03-05T10:30")]),
    st.sampled_from([None, "female", "male"]),
    st.sampled_from([None, "US", "GB"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries=entries, person=people)
def test_any_chart_reads_back_as_the_same_events(entries: list[RawEntry], person: Person) -> None:
    check_round_trip(make(*entries, person=person))


# -- as a reader of FHIR sees it ---------------------------------------------------------------------

SMALL_CHART = make(
    result("platelets", "2026-11-20", "18", "K/uL", flag="L", reference="150-400", place=1),
    result("haemoglobin", "2026-11-20T10:30", "<7.9", "g/dL", place=2),
    finding("splenomegaly", starts="2025-03", ongoing=True, place=3),
    finding("lymphoma", starts="2004", ongoing=True, about="mother", place=4),
    finding(
        "variant-fas",
        starts="2025-01-01",
        ongoing=True,
        zygosity="heterozygous",
        printed="c.748C>T",
        place=5,
    ),
    medicine(
        "prednisolone",
        starts="2026-11-08",
        dose="20",
        dose_unit="mg",
        every="1 d",
        printed="20 mg daily",
        place=6,
    ),
    complete("medicines", "2026-11-20"),
)


def written(chart: Chart = SMALL_CHART) -> dict[str, list[dict[str, Any]]]:
    """The resources of the written bundle by their type."""
    bundle = json.loads(write_fhir(chart, GUIDELINE))
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


HASH = """
import hashlib, sys
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.reading import read_chart
from tests.chart.fhir_records import GUIDELINE, encode, make_everything
chart = read_chart(encode(make_everything()), GUIDELINE, file="record.json")
print(hashlib.sha256(write_fhir(chart, GUIDELINE) + repr(chart).encode()).hexdigest())
"""


def test_the_same_record_gives_the_same_bytes_in_every_process() -> None:
    root = Path(__file__).resolve().parents[2]
    seen = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASH]
        done = subprocess.run(
            command, env=environment, cwd=root, check=True, capture_output=True, text=True
        )
        seen.add(done.stdout)
    assert len(seen) == 1


def test_a_result_keeps_its_printed_unit_its_range_and_flag() -> None:
    platelets = next(
        one for one in written()["Observation"] if one["code"]["text"] == "platelet count"
    )
    assert platelets["valueQuantity"] == {"value": 18, "unit": "K/uL"}
    assert platelets["referenceRange"][0]["low"]["value"] == 150
    assert platelets["interpretation"][0]["coding"][0]["code"] == "L"
    assert {"system": "http://loinc.org", "code": "777-3"} in platelets["code"]["coding"]


def test_a_comparator_and_a_time_of_day() -> None:
    haemoglobin = next(
        one for one in written()["Observation"] if one["code"]["text"] == "haemoglobin"
    )
    assert haemoglobin["valueQuantity"]["comparator"] == "<"
    assert haemoglobin["effectiveDateTime"] == "2026-11-20T10:30:00Z"


def test_a_relative_is_a_patient_without_a_name() -> None:
    patients = written()["Patient"]
    assert [set(patient) for patient in patients[1:]] == [{"resourceType", "id", "link"}]
    assert written()["RelatedPerson"][0]["relationship"][0]["coding"][1]["code"] == "MTH"
    lymphoma = next(one for one in written()["Condition"] if one["code"]["text"] == "lymphoma")
    assert lymphoma["subject"] == {"reference": f"Patient/{patients[1]['id']}"}


def test_a_medicine_is_a_statement_with_its_dose_a_day() -> None:
    (statement,) = written()["MedicationStatement"]
    assert statement["status"] == "active"
    assert statement["dosage"][0]["text"] == "20 mg daily"
    assert statement["dosage"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 20


def test_every_entry_has_an_address_of_its_own_and_an_id() -> None:
    entries = json.loads(write_fhir(SMALL_CHART, GUIDELINE))["entry"]
    assert len({entry["fullUrl"] for entry in entries}) == len(entries)
    assert all(entry["resource"]["id"] for entry in entries)


def test_the_small_chart_reads_back() -> None:
    check_round_trip(SMALL_CHART)
