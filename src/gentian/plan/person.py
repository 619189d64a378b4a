"""The header of a plan: who, with which body, on which medicines, and how the record was read."""

from __future__ import annotations

from gentian.chart.events import Chart
from gentian.dosing.body import Body
from gentian.engine.answers import Answers
from gentian.engine.explanation import describe_age
from gentian.language.dates import format_date

from .medicines import Medicines
from .model import PersonLine, ReadingLine, ReadingNote


def describe_person(chart: Chart, answers: Answers, body: Body, medicines: Medicines) -> PersonLine:
    """Who the plan is about, as far as the record says; empty fields are unknown."""
    person = chart.person
    age = answers.facts.get("age")
    return PersonLine(
        id=person.id,
        born=format_date(person.born) if person.born else "",
        age=describe_age(age.low) if age is not None and age.low is not None else "",
        sex=person.sex or "",
        weight=body.weight.print() if body.weight else "",
        height=body.height.print() if body.height else "",
        body_surface=body.surface.print() if body.surface else "",
        medicines=medicines.list_lines(),
    )


def describe_reading(chart: Chart) -> ReadingLine:
    """What became of the entries of the record; `taken` is only counted."""
    reading = chart.reading
    return ReadingLine(
        format=reading.format,
        counts=dict(sorted(reading.counts.items())),
        notes=[
            ReadingNote(
                group=note.group, place=note.place, what=note.what, why=note.why, mend=note.mend
            )
            for note in reading.notes
            if note.group != "taken"
        ],
    )
