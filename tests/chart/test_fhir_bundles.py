"""Envelopes: every type of bundle, NDJSON, pages, versions, nested bundles, malformed members."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gentian.chart.errors import INVALID, ReadingError
from tests.chart.fhir_records import (
    PATIENT,
    bundle,
    condition,
    encode,
    note,
    notes,
    observation,
    own,
    quantity,
    read,
    read_record,
    value,
)


@pytest.mark.parametrize(
    "kind", ["collection", "searchset", "transaction", "document", "batch", "message"]
)
def test_bundles_of_every_type(kind: str) -> None:
    assert len(read(observation(), kind=kind).events) == 1


def test_other_resources_are_counted_by_their_type() -> None:
    many = [{"resourceType": "Encounter", "id": f"e{number}"} for number in range(22)]
    chart = read(
        observation(), *many, {"resourceType": "CarePlan"}, {"resourceType": "DiagnosticReport"}
    )
    assert {line.what for line in notes(chart, "not-used")} == {
        "Encounter ×22",
        "CarePlan",
        "DiagnosticReport",
    }
    assert chart.reading.counts == {
        "taken": 1,
        "changed": 0,
        "not-used": 24,
        "refused": 0,
        "confirm": 0,
    }


def test_one_resource_a_line() -> None:
    lines = b"\n".join(
        encode(one)
        for one in (PATIENT, observation(), observation(id="o2", effectiveDateTime="2026-11-21"))
    )
    chart = read_record(lines + b"\n\n", file="export.ndjson")
    assert [event.source.place for event in chart.events] == ["line 2", "line 3"]


def test_lines_are_recognised_whatever_the_file_is_called() -> None:
    assert (
        len(
            read_record(
                encode(PATIENT) + b"\r\n" + encode(observation()), file="export.json"
            ).events
        )
        == 1
    )


def test_a_malformed_line_costs_only_itself() -> None:
    lines = b"\n".join(
        [encode(PATIENT), b'{"resourceType": "Observation", "status": }', encode(observation())]
    )
    chart = read_record(lines, file="export.ndjson")
    assert len(chart.events) == 1
    assert note(chart, "refused").place == "line 2"


def test_a_page_of_a_search_is_to_be_confirmed() -> None:
    link = [{"relation": "next", "url": "https://fhir.example.org/page2"}]
    assert (
        "others are missing"
        in note(read(observation(), kind="searchset", link=link), "confirm").why
    )


def test_a_bundle_of_bundles() -> None:
    inner = bundle(observation(), kind="searchset")
    chart = read_record(
        {"resourceType": "Bundle", "type": "batch-response", "entry": [{"resource": inner}]}
    )
    assert [event.source.place for event in chart.events] == ["entry[0].resource.entry[1].resource"]


def test_the_newest_version_of_a_resource_counts() -> None:
    old = observation(
        meta={"lastUpdated": "2026-11-20T11:00:00Z"}, valueQuantity=quantity(80, "10*9/L")
    )
    new = observation(
        meta={"lastUpdated": "2026-11-20T12:00:00Z"}, valueQuantity=quantity(8, "10*9/L")
    )
    for versions in ((old, new), (new, old)):
        chart = read(*versions, kind="history")
        assert [value(event) for event in chart.events] == ["8 10*9/L"]
        assert note(chart, "not-used").why == "an older version of the same entry"


def test_the_same_entry_twice_is_one() -> None:
    chart = read(observation(), observation())
    assert (len(chart.events), note(chart, "not-used").why) == (1, "the same entry twice")


def test_two_versions_of_unknown_age_are_both_read_and_said() -> None:
    chart = read(observation(), observation(valueQuantity=quantity(80, "10*9/L")))
    assert len(chart.events) == 2
    assert "not said which is newer" in note(chart, "confirm").why


def test_an_entry_without_a_resource_is_counted() -> None:
    record = bundle(observation())
    record["entry"] += [{"response": {"status": "201"}}, {"resource": None}]
    assert "(2)" in note(read_record(record), "not-used").what


WRONG_TYPES: list[tuple[dict[str, Any], str]] = [
    ({"status": 5}, "entry[1].resource.status"),
    ({"code": "platelets"}, "entry[1].resource.code"),
    ({"code": {"coding": {"code": "777-3"}}}, "entry[1].resource.code.coding"),
    ({"code": {"coding": [{"code": 777}]}}, "entry[1].resource.code.coding[0].code"),
    ({"valueQuantity": {"value": True}}, "entry[1].resource.valueQuantity.value"),
    ({"valueQuantity": [18]}, "entry[1].resource.valueQuantity"),
    ({"component": [{"code": {}}, 7]}, "entry[1].resource.component[1]"),
    ({"effectiveDateTime": 20261120}, "entry[1].resource.effectiveDateTime"),
    ({"subject": "Patient/p1"}, "entry[1].resource.subject"),
]


@pytest.mark.parametrize(("wrong", "place"), WRONG_TYPES)
def test_a_wrong_type_costs_only_its_resource(wrong: dict[str, Any], place: str) -> None:
    chart = read(observation(**wrong), condition(own("splenomegaly"), recordedDate="2026-11-20"))
    assert [event.what for event in chart.events] == ["splenomegaly"]
    refused = note(chart, "refused")
    assert refused.place == place and refused.mend
    assert chart.reading.notes[0] == refused  # what is refused is said first


@pytest.mark.parametrize(
    "resource", [7, "Observation", [], {"id": "x"}, {"resourceType": 5}, {"resourceType": ""}]
)
def test_an_entry_that_is_no_resource_costs_only_itself(resource: object) -> None:
    record = bundle(observation())
    record["entry"].append({"resource": resource})
    chart = read_record(record)
    assert len(chart.events) == 1
    assert note(chart, "refused").place.startswith("entry[2].resource")


def test_a_malformed_entry_costs_only_itself() -> None:
    record = bundle(observation())
    record["entry"] += [{"fullUrl": 5, "resource": observation(id="o2")}, "nothing"]
    chart = read_record(record)
    assert len(chart.events) == 1
    assert len(notes(chart, "refused")) == 2


def test_a_meaning_that_an_extension_changes_is_refused() -> None:
    chart = read(observation(modifierExtension=[{"url": "urn:x", "valueBoolean": True}]))
    assert "modifier extension" in note(chart, "refused").why


def test_strict_makes_what_is_refused_fatal_with_every_place() -> None:
    record = bundle(
        observation(valueQuantity=quantity(18)),
        observation(id="o2", effectiveDateTime="2026-02-30"),
    )
    with pytest.raises(ReadingError) as caught:
        read_record(record, strict=True)
    assert caught.value.code == INVALID
    assert [trouble.place for trouble in caught.value.troubles] == [
        "entry[1].resource",
        "entry[2].resource",
    ]


def test_a_byte_order_mark_and_empty_elements_are_harmless() -> None:
    data = (
        b"\xef\xbb\xbf"
        + json.dumps(bundle(observation(note=None, component=[], interpretation=None))).encode()
    )
    assert len(read_record(data).events) == 1


def test_the_order_of_entries_never_matters() -> None:
    members = [
        observation(id=f"o{number}", effectiveDateTime=f"2026-11-{number + 10}")
        for number in range(6)
    ]
    one, other = read(*members), read(*members[::-1])
    assert [value(event) + str(event.starts) for event in one.events] == [
        value(event) + str(event.starts) for event in other.events
    ]
