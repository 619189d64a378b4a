"""Until when a vaccine waits after something: an operation, a steroid, an infusion by its amount."""

from __future__ import annotations

from datetime import date

from gentian.chart.events import TICKS, Event
from gentian.language.dates import DAY, add_duration, parse_duration, to_day
from gentian.language.literals import convert_literal
from gentian.language.vaccinations import WaitAfter

from .medicines import Medicines
from .vaccine_doses import VaccineDoses

WEIGHT, PER_BODY = "weight", "g/kg"


class Waits:
    """The day until which one person waits."""

    def __init__(self, doses: VaccineDoses, medicines: Medicines) -> None:
        self.doses, self.medicines = doses, medicines

    def find_day(self, until: WaitAfter) -> date | None:
        """The first day on which the wait is over; None when nothing dated is on record."""
        events = self.medicines.list_events(until.event)
        days = [self._find_end(event, events, until) for event in events]
        return max((day for day in days if day is not None), default=None)

    def _find_end(self, event: Event, events: list[Event], until: WaitAfter) -> date | None:
        """Counted from the latest time that the entry may still speak of, at most today."""
        last = to_day(min(event.ends[1], self.doses.index))
        wait = self._find_wait(event, events, until)
        return add_duration(last, wait) if wait else None

    def _find_wait(self, event: Event, events: list[Event], until: WaitAfter) -> str | None:
        """The wait for the amount of the whole course; the longest when the amount is not known."""
        amount = self._weigh(event, events, until) if until.by_dose else None
        for row in until.by_dose if amount is not None else ():
            limit, wait = self.doses.find(row.up_to), self.doses.find(row.wait)
            if limit and wait and amount is not None and amount <= convert_literal(limit, PER_BODY):
                return wait
        return self.doses.find(until.wait)

    def _weigh(self, event: Event, events: list[Event], until: WaitAfter) -> int | None:
        """Ticks per kg of body weight of everything given within the span before the end of an entry."""
        span = self.doses.find(until.span)
        since = event.starts[0] - (parse_duration(span) if span else 0)
        course = [item for item in events if since <= item.starts[0] <= event.starts[1]]
        amounts = [_sum_doses(item) for item in course]
        weight = self._find_weight(event)
        if weight is None or any(amount is None for amount in amounts):
            return None
        total = sum(amount for amount in amounts if amount is not None)
        return -(-total * TICKS // weight)

    def _find_weight(self, event: Event) -> int | None:
        """The last weight before an infusion: of a growing child never too much, so the wait is not too short."""
        found = [item for item in self.doses.events.get(WEIGHT, ()) if item.low]
        before = [item for item in found if item.starts[0] <= event.starts[1]]
        return before[-1].low if before else None


def _sum_doses(event: Event) -> int | None:
    """Ticks of the canonical unit given over all days of one entry; None unless amount and days are known."""
    days = 1 if event.ends == event.starts else _count_days(event)
    if event.dose_high is None or days is None:
        return None
    return event.dose_high * days


def _count_days(event: Event) -> int | None:
    """Whole days of an entry whose end is known to the day."""
    if event.ends[1] - event.ends[0] >= DAY or event.starts[1] - event.starts[0] >= DAY:
        return None
    return event.ends[1] // DAY - event.starts[0] // DAY + 1
