"""The example of docs/fhir.md is read as the page says."""

from __future__ import annotations

import re
from pathlib import Path

from gentian.chart.events import Event
from tests.chart.fhir_records import dose, read_record, starts, value

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fhir.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```json\n(.*?)```", PAGE, re.S)[0].encode()
CHART = read_record(EXAMPLE)


def show(event: Event) -> str:
    shown = "" if event.low is None else f" {value(event)}"
    if event.dose_low is not None:
        shown = f" {dose(event)} a day"
    return f"| {event.what} | {starts(event)} |{shown} |"


def test_the_events_are_those_of_the_table() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| [a-z0-9-]+ \| \d{4}", line)]
    assert sorted(rows) == sorted(show(event) for event in CHART.events)


def test_the_report_is_the_one_that_is_printed() -> None:
    printed = re.findall(r"reported as:\n\n```\n(.*?)```", PAGE, re.S)[0].splitlines()
    assert printed == [
        f"{one.group} | {one.place} | {one.what} | {one.why}" for one in CHART.reading.notes
    ]


def test_every_extension_is_documented() -> None:
    from gentian.chart.fhir_marks import QUALIFIERS

    for name in (*QUALIFIERS, "route", "start", "end", "born"):
        assert f":{name}`" in PAGE
