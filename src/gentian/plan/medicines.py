"""Which medicines a person is on, was on, or never had, as the record says."""

from __future__ import annotations

from gentian.chart.events import LONG_AGO, Chart, Event
from gentian.dosing.rates import print_unit
from gentian.engine.answers import Answers
from gentian.language.dates import DAY, format_date, to_day
from gentian.language.model import Guideline
from gentian.language.quantities import format_interval

from .catalogue import Catalogue

PLANNED = "planned"
YEAR = 366 * DAY


class Medicines:
    """The medicines of one chart at the index time; ids may be medicines or classes."""

    def __init__(
        self, guideline: Guideline, catalogue: Catalogue, chart: Chart, answers: Answers
    ) -> None:
        self.guideline, self.catalogue, self.answers = guideline, catalogue, answers
        self.events: dict[str, list[Event]] = {}
        planned: set[str] = set()
        for event in chart.events:
            if event.about is not None or event.present is False:
                continue
            if event.status == PLANNED:
                planned.add(event.what)
            elif event.starts[0] <= answers.index:
                self.events.setdefault(event.what, []).append(event)
        self.planned = frozenset(planned)  # asked for or ordered, not yet begun

    def is_on(self, name: str) -> bool | None:
        """Is it being taken at the index time?"""
        fact = self.answers.facts.get(f"taking_{name.replace('-', '_')}")
        return fact.truth if fact is not None else None

    def may_be_on(self, name: str) -> bool:
        """Surely on, or recorded and not known to have ended."""
        on = self.is_on(name)
        return on is True or (on is None and bool(self.list_open(name)))

    def list_open(self, name: str) -> list[Event]:
        """Entries whose end is not known to lie behind the index time."""
        return [event for event in self.list_events(name) if event.ends[1] >= self.answers.index]

    def list_events(self, name: str) -> list[Event]:
        """Entries that say it was taken, earliest first."""
        found = [
            event
            for item in self.catalogue.covers.get(name, (name,))
            for event in self.events.get(item, ())
        ]
        return sorted(found, key=lambda event: (event.starts, event.what, event.source.place))

    def describe_state(self, name: str, proposed: bool) -> str:
        """`on since 2026-11-08`, `stopped 2026-05 (not-tolerated)`, `never`, `planned` …, or ""."""
        on, events = self.is_on(name), self.list_events(name)
        if on is True:
            return f"on{_say_since(events)}"
        if on is None and self.list_open(name):
            return f"perhaps on{_say_since(events)}"
        if events:
            return _say_stopped(events[-1])
        if not self.planned.isdisjoint(self.catalogue.covers.get(name, ())):
            return "planned"
        if proposed:
            return "proposed"
        return "never" if on is False else ""

    def list_lines(self) -> list[str]:
        """Every medicine on, or perhaps on, with dose and start: the header of a plan."""
        recorded = [name for name in self.catalogue.medicines if name in self.events]
        lines = []
        for name in recorded:
            on, events = self.is_on(name), self.list_events(name)
            if on is False or not events:
                continue
            doubt = "" if on else "perhaps still: "
            dose = self._say_dose(name, events[-1])
            full = self.guideline.vocabulary.concepts[name].name
            lines.append(f"{doubt}{full}{dose}{_say_since(events)}")
        return lines

    def _say_dose(self, name: str, event: Event) -> str:
        if event.dose_low is None or event.dose_high is None:
            return ""
        unit = print_unit(self.guideline.vocabulary.concepts[name].dose_unit)
        return f" {format_interval(event.dose_low, event.dose_high, unit)}/day"


def _say_since(events: list[Event]) -> str:
    """Since the latest entry's start; a start that is only bounded is said to be earlier."""
    if not events or events[-1].starts[1] <= LONG_AGO:
        return ""
    first, last = events[-1].starts
    if last - first > YEAR:
        return f" since {to_day(last).isoformat()} or earlier"
    return f" since {format_date((first, last)).partition('T')[0]}"


def _say_stopped(event: Event) -> str:
    why = ", ".join(filter(None, [event.reason, event.response]))
    when = "" if event.ends[0] == event.starts[0] != event.ends[1] else f" {_day(event)}"
    return f"stopped{when}{f' ({why})' if why else ''}"


def _day(event: Event) -> str:
    return format_date(event.ends).partition("T")[0]
