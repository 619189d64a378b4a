"""Who a consult is about, and what became of the entries it did not use."""

from __future__ import annotations

from .case import Case

CONCERNED = ("refused", "not-used")


def describe_body(case: Case) -> list[str]:
    """Age, weight, height, body surface, and the present dose a day and per body surface."""
    lines = []
    if case.history.age is not None:
        lines.append(_print_age(*case.history.age))
    for measured in (case.body.weight, case.body.height):
        if measured is not None:
            lines.append(measured.print())
    surface = case.body.surface
    if surface is not None:
        lines.append(surface.print())
    if case.present is not None:
        now = f"now {case.present.per_day:.3g} mg a day"
        if surface is not None:
            now += f", {case.present.per_day / float(surface.value):.2g} mg/m² a day"
        lines.append(now)
    return lines


def _print_age(youngest: float, oldest: float) -> str:
    ends = list(dict.fromkeys(f"{int(end)}" for end in (youngest, oldest)))
    if oldest < 2:  # the first two years are told in months
        ends = list(dict.fromkeys(f"{int(end * 12)}" for end in (youngest, oldest)))
        return f"{' to '.join(ends)} months"
    return f"{' to '.join(ends)} years"


def describe_reading(case: Case) -> list[str]:
    """What of the record was not used, each with its place and why."""
    notes = case.chart.reading.notes
    return [
        f"{note.group.replace('-', ' ')}: {note.what}: {note.why} ({note.place})"
        + (f"; {note.mend}" if note.mend else "")
        for note in notes
        if note.group in CONCERNED
    ]
