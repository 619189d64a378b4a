"""Reading reports of the foreign records; as a program it writes the expected ones anew."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from gentian.chart.reading import read_chart
from gentian.language.dates import format_date
from tests.chart.fhir_records import GUIDELINE

FOLDER = Path(__file__).resolve().parent.parent / "foreign"
RECORDS = sorted(path.name for path in FOLDER.iterdir() if path.suffix in (".json", ".ndjson")
                 and not path.name.endswith(".report.json"))  # fmt: skip


def make_report(name: str) -> dict[str, Any]:
    """What is read of a record: the person, how many entries of each kind, and every line of the report."""
    chart = read_chart(FOLDER / name, GUIDELINE)
    person = chart.person
    return {
        "person": {
            "id": person.id,
            "born": format_date(person.born) if person.born else None,
            "sex": person.sex,
            "country": person.country,
        },
        "counts": chart.reading.counts,
        "events": dict(sorted(Counter(event.what for event in chart.events).items())),
        "notes": [
            f"{one.group} | {one.place} | {one.what} | {one.why}" for one in chart.reading.notes
        ],
    }


def find_report(name: str) -> Path:
    """The file with the expected report of a record."""
    return (
        FOLDER
        / f"{name.rpartition('.')[0]}{'-lines' if name.endswith('.ndjson') else ''}.report.json"
    )


if __name__ == "__main__":
    for record in RECORDS:
        text = json.dumps(make_report(record), indent=1, ensure_ascii=False)
        find_report(record).write_text(text + "\n", encoding="utf-8")
