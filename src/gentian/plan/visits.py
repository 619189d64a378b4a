"""When a schedule is next due: phases from an anchor, and the last time it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from gentian.chart.events import Chart, Event
from gentian.engine.answers import Answers
from gentian.language.dates import DateError, add_duration, day_start, parse_duration, to_day
from gentian.language.model import Anchor, Guideline, Phase, Schedule

from .catalogue import Catalogue
from .medicines import PLANNED


@dataclass(frozen=True, slots=True)
class Due:
    """minute: when it is due; last: when it was last done, None if never recorded."""

    minute: int
    last: int | None


class Visits:
    """Due times for one chart."""

    def __init__(
        self, guideline: Guideline, catalogue: Catalogue, chart: Chart, answers: Answers
    ) -> None:
        self.guideline, self.catalogue, self.answers = guideline, catalogue, answers
        self.events: dict[str, list[Event]] = {}
        for event in chart.events:
            past = event.starts[0] <= answers.index and event.status != PLANNED
            if past and event.about is None and event.present is not False:
                self.events.setdefault(event.what, []).append(event)
        self._anchors: dict[str, int | None] = {}

    def find_due(self, schedule: Schedule, what: str) -> Due | None:
        """When one item of a schedule is next due; None when it is done for good."""
        last = self._find_last(what)
        start = self._find_start(schedule)
        phase = self._find_phase(schedule, start)
        if phase is None:
            return None
        done = last is not None and (start is None or last >= start)
        if done and last is not None:
            return Due(_add(last, phase.every), last) if phase.every else None
        if start is None:
            return Due(self.answers.index, last)
        delay = phase.first or phase.every
        return Due(_add(start, delay) if delay else start, last)

    def _find_last(self, what: str) -> int | None:
        found = self._list_events(what)
        return max((min(event.starts[1], self.answers.index) for event in found), default=None)

    def _list_events(self, what: str) -> list[Event]:
        names = self.catalogue.covers.get(what, (what,))
        return [event for name in names for event in self.events.get(name, ())]

    def _find_start(self, schedule: Schedule) -> int | None:
        name = next((phase.from_ for phase in schedule.phases if phase.from_), "")
        return self.find_anchor(name) if name else None

    def _find_phase(self, schedule: Schedule, start: int | None) -> Phase | None:
        """The first phase that is not over; None when the schedule has ended."""
        return next((item for item in schedule.phases if not self._is_over(item, start)), None)

    def _is_over(self, phase: Phase, start: int | None) -> bool:
        """`28 d` after the start, or a criterion that has become true; without a start its weeks are over."""
        if not phase.until:
            return False
        try:
            minutes = parse_duration(phase.until)
        except DateError:
            return self.answers.criteria.get(phase.until) is True
        return start is None or self.answers.index - start >= minutes

    def find_anchor(self, name: str) -> int | None:
        """The minute of an anchor, None where the record has none."""
        if name not in self._anchors:
            anchor = self.guideline.anchors.get(name)
            self._anchors[name] = self._read_anchor(anchor) if anchor else None
        return self._anchors[name]

    def _read_anchor(self, anchor: Anchor) -> int | None:
        courses = self._list_courses(anchor.of)
        if not courses:
            return None
        course = courses[-1] if anchor.which == "latest" else courses[0]
        if anchor.at == "end":
            return min(max(event.ends[0] for event in course), self.answers.index)
        return (_find_change(course) if anchor.at == "change" else course[0]).starts[0]

    def _list_courses(self, name: str) -> list[list[Event]]:
        """Entries in order, those closer than the course's gap together."""
        episode = self.guideline.episodes.get(name)
        of = episode.of if episode else name
        names = [of] if isinstance(of, str) else list(_values(of))
        found = [event for item in names for event in self._list_events(item)]
        found.sort(key=lambda event: (event.starts, event.what, event.source.place))
        gap = parse_duration(episode.gap) if episode and episode.gap else 0
        courses: list[list[Event]] = []
        reach = 0
        for event in found:
            if courses and event.starts[0] - reach <= gap:
                courses[-1].append(event)
            else:
                courses.append([event])
                reach = event.ends[0]
            reach = max(reach, event.ends[0])
        return courses


def _add(minute: int, text: str) -> int:
    """The day so long after, months by the calendar: what was done on the 10th is due on the 10th."""
    return day_start(add_duration(to_day(minute), text))


def _find_change(course: list[Event]) -> Event:
    """The entry with the last other dose; a mention without a dose is no change, and a start is the first."""
    changed = course[0]
    dosed = [event for event in course if event.dose_high is not None]
    for before, after in pairwise(dosed):
        if (before.dose_low, before.dose_high) != (after.dose_low, after.dose_high):
            changed = after
    return changed


def _values(of: list[str] | Mapping[str, str]) -> list[str]:
    return list(of.values()) if isinstance(of, Mapping) else of
