"""When the next dose of a vaccine is due: the doses on record, and the times that a country's text gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from gentian.chart.events import Chart, Event
from gentian.engine.answers import Answers
from gentian.engine.binding import find_age_now, find_parameter
from gentian.engine.settings import Settings
from gentian.language.dates import add_duration, format_date, parse_duration, to_day
from gentian.language.literals import convert_literal
from gentian.language.model import Guideline, Vaccination
from gentian.language.wording import say_quantity

from .medicines import PLANNED

COMPLETE, HOLDS_FOR = "complete-vaccines", "completeness_valid_for"
LEFT_OUT, NO_MEDICINES = (
    ("refused", "not-used"),
    ("loinc ", "cvx "),
)  # systems that name no medicine
TYPED = "form"  # in which an unknown medicine is refused with its line


@dataclass(frozen=True, slots=True)
class DoseState:
    """What the record says of one vaccine.

    due: True: surely due now; None: due unless the record leaves a dose out; False: not now. day: when
    the next dose is due; after: what must come first, where that has no date. because: a sentence.
    """

    due: bool | None
    because: str
    day: date | None = None
    after: str = ""


class VaccineDoses:
    """The vaccines of one chart at the index time."""

    def __init__(
        self, guideline: Guideline, chart: Chart, answers: Answers, settings: Settings
    ) -> None:
        self.guideline, self.chart, self.settings = guideline, chart, settings
        self.index, self.today = answers.index, to_day(answers.index)
        self.events: dict[str, list[Event]] = {}
        for event in chart.events:
            past = event.starts[0] <= answers.index and event.status != PLANNED
            if past and event.about is None:
                self.events.setdefault(event.what, []).append(event)
        self.complete = self._is_complete()
        self.unread = self._count_unread()

    def _is_complete(self) -> bool:
        """A dated statement that the list of vaccines is complete, as facts read it."""
        valid = self.find(HOLDS_FOR)
        since = self.index - (parse_duration(valid) if valid else 0)
        told = self.events.get(COMPLETE, ())
        return any(event.starts[0] >= since and event.starts[1] <= self.index for event in told)

    def _count_unread(self) -> int:
        """Entries of an exported record that may be medicines and were not read: a live vaccine asks first."""
        reading = self.chart.reading
        left = [note for note in reading.notes if note.group in LEFT_OUT]
        others = [note for note in left if not note.what.startswith(NO_MEDICINES)]
        return len(others) if reading.format != TYPED else 0

    def find(self, name: str) -> str | None:
        """The value of a parameter in this country, None without one."""
        return find_parameter(self.guideline, name, self.settings) if name else None

    def count(self, name: str) -> int | None:
        """A parameter that is a pure number."""
        text = self.find(name)
        return convert_literal(text, "1") // 1_000_000 if text else None

    def list_given(self, names: Iterable[str]) -> list[Event]:
        """Doses on record, earliest first."""
        found = [event for name in names for event in self.events.get(name, ()) if event.present]
        return sorted(found, key=lambda event: (event.starts, event.what, event.source.place))

    def is_denied(self, names: Iterable[str]) -> bool:
        """Every one of these vaccines is stated never to have been given."""
        told = [self.events.get(name, ()) for name in names]
        return bool(told) and all(any(event.present is False for event in one) for one in told)

    def find_state(self, entry: Vaccination) -> DoseState:
        """Whether a dose is due now, later, or not at all by the sources of this guideline."""
        given = self.list_given(entry.counts)
        most = self.count(entry.most)
        if most is not None and len(given) >= most:
            return DoseState(False, f"the most in a lifetime ({most}) is on record")
        days = [self._find_first_day(entry), self._find_next_day(entry, given)]
        later = max((day for day in days if day is not None), default=None)
        if given and days[1] is None:
            return DoseState(False, f"{_count(len(given))} on record, the last {_say(given[-1])}")
        if later is not None and later > self.today:
            return DoseState(False, self._say_last(given, entry), later)
        return self._find_due(entry, given)

    def _find_due(self, entry: Vaccination, given: list[Event]) -> DoseState:
        first = self._wait_for_other(entry)
        if first is not None:
            return first
        if given:
            known = True if self.complete else None
            return DoseState(known, self._say_last(given, entry))
        if self.complete or self.is_denied(entry.counts):
            return DoseState(True, "stated as not given")
        return DoseState(None, "no dose on record, and the list of vaccines is not stated complete")

    def _say_last(self, given: list[Event], entry: Vaccination) -> str:
        if given:
            return f"last dose {_say(given[-1])}"
        return f"given from {say_quantity(self.find(entry.from_age) or '')} of age in this country"

    def _find_first_day(self, entry: Vaccination) -> date | None:
        """The birthday from which it is given; None without a lower age, or without a date of birth."""
        text, born = self.find(entry.from_age), self.chart.person.born
        return add_duration(to_day(born[1]), text) if text and born else None

    def _find_next_day(self, entry: Vaccination, given: list[Event]) -> date | None:
        """The day of the next dose after those on record; None when no source of this country names one."""
        if not given:
            return None
        first, last = to_day(given[0].starts[1]), to_day(given[-1].starts[1])
        doses = self.count(entry.doses) or 1
        if len(given) < doses:
            return self._find_series_day(entry, first, last, len(given))
        wait = self._find_booster(entry, given, doses)
        return add_duration(last, wait) if wait else None

    def _find_series_day(self, entry: Vaccination, first: date, last: date, count: int) -> date:
        """The next dose of the first doses: by the text, and never sooner after the last than the second."""
        waits = [wait for wait in map(self.find, entry.at) if wait]
        if len(waits) < len(entry.at) or count > len(waits):
            return self.today
        return max(add_duration(first, waits[count - 1]), add_duration(last, waits[0]))

    def _find_booster(self, entry: Vaccination, given: list[Event], doses: int) -> str | None:
        if entry.young and self._was_young(entry.young.under, given[-1]):
            return self.find(entry.young.booster)
        first = self.find(entry.first_booster) if len(given) == doses else None
        return first or self.find(entry.booster)

    def _was_young(self, under: str, dose: Event) -> bool:
        """The last dose came, or may have come, before an age."""
        text, born = self.find(under), self.chart.person.born
        return bool(text and born and to_day(dose.starts[0]) < add_duration(to_day(born[1]), text))

    def _wait_for_other(self, entry: Vaccination) -> DoseState | None:
        """Another vaccine that comes first: its wait, or that it is not on record."""
        wait = self.find(entry.after.wait) if entry.after else None
        if entry.after is None or wait is None:
            return None
        other = self.guideline.vocabulary.concepts[entry.after.vaccine].name
        given = self.list_given([entry.after.vaccine])
        if not given:
            first = f"{say_quantity(wait)} after {other}"
            denied = self.complete or self.is_denied([entry.after.vaccine])
            because = f"{other} comes first" + ("" if denied else ", and none is on record")
            return DoseState(False if denied else None, because, after=first)
        day = add_duration(to_day(given[-1].starts[1]), wait)
        if day <= self.today:
            return None
        return DoseState(False, f"{other} {_say(given[-1])}", day)

    def measure(self, wait: str) -> int:
        """Minutes of a wait."""
        return parse_duration(wait)

    def find_planned_day(self, name: str) -> date | None:
        """The earliest day for which something is planned in the record; None without one."""
        days = [e.starts[0] for e in self.chart.events if e.what == name and e.status == PLANNED]
        ahead = [minute for minute in days if minute >= self.index]
        return to_day(min(ahead)) if ahead else None

    def is_too_near(self, day: date, wait: str) -> bool:
        """Fewer days are left than the wait asks for."""
        return add_duration(self.today, wait) > day

    def find_months(self) -> tuple[int | None, int | None]:
        """The age in ticks of months, earliest and latest."""
        return find_age_now(self.chart, self.index)


def _say(event: Event) -> str:
    return format_date(event.starts).partition("T")[0]


def _count(number: int) -> str:
    return "1 dose" if number == 1 else f"{number} doses"


def list_dates(events: Iterable[Event]) -> list[str]:
    """The dates of doses, as precise as they are known."""
    return [_say(event) for event in events]
