"""Records made by other people's generators, unmodified: read whole, with the expected report."""

from __future__ import annotations

import hashlib
import json
import re
from decimal import Decimal
from typing import Any

import pytest

from gentian.chart.fhir_writer import write_fhir
from gentian.chart.reading import read_chart
from gentian.language.quantities import format_ticks
from tests.chart.fhir_records import GUIDELINE
from tests.chart.foreign import FOLDER, RECORDS, find_report, make_report
from tests.chart.samples import strip_sources


@pytest.mark.parametrize("name", RECORDS)
def test_the_reading_report_is_the_expected_one(name: str) -> None:
    expected = json.loads(find_report(name).read_text(encoding="utf-8"))
    assert make_report(name) == expected, (
        "look at the difference, then run python -m tests.chart.foreign"
    )


@pytest.mark.parametrize("name", RECORDS)
def test_the_records_are_the_ones_that_were_brought(name: str) -> None:
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
    assert f"`{name}`" in (readme := (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert digest in readme


@pytest.mark.parametrize("name", RECORDS)
def test_no_entry_is_lost(name: str) -> None:
    """Every resource that could speak of the person is taken, or is in a line of the report."""
    chart = read_chart(FOLDER / name, GUIDELINE)
    data = (FOLDER / name).read_bytes()
    if name.endswith(".ndjson"):
        resources = [json.loads(line) for line in data.splitlines()]
    else:
        resources = [entry["resource"] for entry in json.loads(data)["entry"]]
    silent = sum(
        one["resourceType"] in ("Patient", "RelatedPerson", "Medication", "Specimen")
        for one in resources
    )
    said = (
        chart.reading.counts["taken"]
        + chart.reading.counts["not-used"]
        + chart.reading.counts["refused"]
    )
    assert said >= len(resources) - silent


@pytest.mark.parametrize("name", RECORDS)
def test_what_was_read_writes_and_reads_back_the_same(name: str) -> None:
    chart = read_chart(FOLDER / name, GUIDELINE)
    again = read_chart(write_fhir(chart, GUIDELINE), GUIDELINE, file="written.json")
    assert strip_sources(again.events) == strip_sources(chart.events)


def list_values(record: dict[str, Any], code: str) -> list[Decimal]:
    """The numbers of a LOINC code, taken from the JSON without any of our own code."""
    found = []
    for entry in record["entry"]:
        resource = entry["resource"]
        codes = [one.get("code") for one in resource.get("code", {}).get("coding", [])]
        if (
            resource["resourceType"] == "Observation"
            and code in codes
            and "valueQuantity" in resource
        ):
            found.append(Decimal(str(resource["valueQuantity"]["value"])))
    return sorted(found)


@pytest.mark.parametrize(
    ("name", "code", "what"),
    [
        ("synthea.json", "777-3", "platelets"),
        ("synthea.json", "718-7", "haemoglobin"),
        ("synthea.json", "8302-2", "height"),
        ("carebundle.json", "718-7", "haemoglobin"),
        ("carebundle.json", "2160-0", "creatinine"),
    ],
)
def test_the_numbers_are_those_of_the_record(name: str, code: str, what: str) -> None:
    record = json.loads((FOLDER / name).read_text(encoding="utf-8"), parse_float=Decimal)
    events = [event for event in read_chart(FOLDER / name, GUIDELINE).events if event.what == what]
    printed = sorted(Decimal(event.printed.split()[0]) for event in events)
    assert printed == list_values(record, code)
    assert all(event.low is not None and Decimal(format_ticks(event.low)) > 0 for event in events)


def test_the_defects_that_were_put_in_are_all_reported() -> None:
    """Values as text are refused, local codes are recognised by name or counted, copies are one."""
    report = make_report("carebundle-dirty.json")
    notes = "\n".join(report["notes"])
    assert "'QNS' is not a number" in notes
    assert "<0.1 has no unit" in notes
    assert "urn:oid:1.2.840.114350.1.13.0.1.7.2.696580 2160-0" in notes
    assert "the same as entry[37].resource" in notes
    assert len(re.findall(r"^refused", notes, re.M)) == report["counts"]["refused"]
