"""Values that jump against the last one: put back to the reader, because a unit or a person may be swapped.

Which measurements, and by how much for how long, is the vocabulary's (`jump`, HZ-04).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gentian.chart.events import Event, Note
from gentian.language.dates import DAY, Interval, format_minute, parse_duration
from gentian.language.model import Concept, Vocabulary
from gentian.language.quantities import format_ticks, parse_literal

_HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Leap:
    """Two consecutive values of one measurement that lie further apart than the vocabulary allows."""

    before: Event
    after: Event
    unit: str

    @property
    def share(self) -> Fraction:
        """The change as a part of the earlier value; negative for a fall."""
        before, after = self.before.low or 1, self.after.low or 1
        return Fraction(after - before, before)

    def print(self) -> str:
        """`29 % more than 24 kg on 2026-08-20`."""
        per_cent = round(abs(self.share) * _HUNDRED)
        sense = "more" if self.share > 0 else "less"
        return f"{per_cent} % {sense} than {_print(self.before, self.unit)}"


def find_leaps(events: Iterable[Event], vocabulary: Vocabulary) -> list[Leap]:
    """Leaps of the person's own measurements, in the order of time; entries may come in any order."""
    kept: dict[str, list[Event]] = {}
    for event in events:
        if vocabulary.concepts[event.what].jump is not None and _counts(event):
            kept.setdefault(event.what, []).append(event)
    return [
        leap for what in sorted(kept) for leap in _compare(kept[what], vocabulary.concepts[what])
    ]


def note_leaps(events: Iterable[Event], vocabulary: Vocabulary) -> list[Note]:
    """One line of the reading report for the last value of each measurement, where it leaps.

    Earlier leaps are history: no dose is counted in them, and a baby's would fill the page.
    """
    kept = list(events)
    last: dict[str, Interval] = {}
    for event in kept:
        if _counts(event):
            last[event.what] = max(event.starts, last.get(event.what, event.starts))
    return [
        Note(
            "confirm",
            leap.after.source.place,
            leap.after.what,
            f"{_print(leap.after, leap.unit)} is {leap.print()}",
            "measure again, or correct the entry (kg and cm, and the same person?)",
        )
        for leap in find_leaps(kept, vocabulary)
        if leap.after.starts == last[leap.after.what]
    ]


def _counts(event: Event) -> bool:
    """One exact value of the person, of one day."""
    whole = event.low is not None and event.low == event.high and event.low > 0
    certain = event.present is True and event.about is None and event.status in _STATUSES
    return whole and certain and event.starts[0] // DAY == event.starts[1] // DAY


_STATUSES = ("final", "corrected")


def _compare(events: list[Event], concept: Concept) -> Iterator[Leap]:
    if concept.jump is None:
        return
    most = parse_literal(concept.jump.more_than)[0] / _HUNDRED
    step = parse_duration(concept.jump.per)
    ordered = sorted(events, key=lambda one: (one.starts, one.low or 0, one.source.place))
    for before, after in pairwise(ordered):
        leap = Leap(before, after, concept.unit)
        apart = (after.starts[0] // DAY - before.starts[0] // DAY) * DAY
        if apart and abs(leap.share) > most * -(-apart // step):
            yield leap


def _print(event: Event, unit: str) -> str:
    return f"{format_ticks(event.low or 0)} {unit} on {format_minute(event.starts[0])[:10]}"


__all__ = ["Leap", "find_leaps", "note_leaps"]
