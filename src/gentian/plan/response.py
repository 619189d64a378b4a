"""How the disease has answered each therapy: the level, from what to what, since when, and by which definition.

The level is the first of the definition that is true. One that stands before it and cannot be told is
named beside it as possible; nothing unknown is read as no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gentian.chart.events import TICKS, Event
from gentian.engine.answers import Answers, FactValue
from gentian.engine.explanation import Explainer, Leaf
from gentian.language.courses import SHOWN, name_part
from gentian.language.dates import DAY, format_date, to_day
from gentian.language.model import Guideline, ResponseEntry, ResponseLevel, Therapy
from gentian.language.sql import name_parameter

from .medicines import PLANNED, Medicines
from .model import CalendarLine, OtherDefinition, Response
from .timetable import ORDER
from .words import Words

CANNOT_TELL = "cannot-tell"
TOO_EARLY = "too-early"


def list_responses(
    guideline: Guideline,
    answers: Answers,
    explainer: Explainer,
    medicines: Medicines,
    words: Words,
) -> list[Response]:
    """The response to every therapy that is judged today, in the order of the guideline."""
    reader = _Reader(guideline, answers, explainer, medicines, words)
    return [
        reader.read(entry, guideline.therapies[name])
        for entry in guideline.responses.values()
        if not entry.beside
        for name in entry.on
        if answers.criteria[name_part(entry.response, SHOWN, name)] is True
    ]


def find_criterion(guideline: Guideline, response: Response) -> str:
    """The criterion of a response's level; where none can be told, of the first that is tried."""
    entry, _, therapy = response.id.partition(":")
    level = response.level
    if level == CANNOT_TELL:
        level = guideline.responses[entry].levels[0].level
    return name_part(entry, level, therapy)


def add_judgements(
    calendar: Iterable[CalendarLine], responses: Iterable[Response]
) -> list[CalendarLine]:
    """The calendar with the days on which a therapy, too early to judge now, has had its time."""
    lines = list(calendar)
    for response in responses:
        if response.level != TOO_EARLY or not response.judge_on:
            continue
        judged = CalendarLine(
            when=response.judge_on,
            what=[f"judge {response.therapy}: {response.name}"],
            because=["too early to judge before"],
            status=PLANNED,
            cites=response.cites,
        )
        lines = _fold_in(lines, judged)
    return lines


def _fold_in(lines: list[CalendarLine], new: CalendarLine) -> list[CalendarLine]:
    """One line a visit: on a day that has one already, what is due is added to it."""
    for at, line in enumerate(lines):
        if line.status == PLANNED and line.when == new.when:
            return [*lines[:at], _join(line, new), *lines[at + 1 :]]
    later = (at for at, line in enumerate(lines) if _follows(line, new))
    place = next(later, len(lines))
    return [*lines[:place], new, *lines[place:]]


def _follows(line: CalendarLine, new: CalendarLine) -> bool:
    later = ORDER.index(line.status) > ORDER.index(new.status)
    return later or (line.status == new.status and line.when > new.when)


def _join(line: CalendarLine, new: CalendarLine) -> CalendarLine:
    return CalendarLine(
        when=line.when,
        what=list(dict.fromkeys([*line.what, *new.what])),
        because=list(dict.fromkeys([*line.because, *new.because])),
        status=line.status,
        cites=list(dict.fromkeys([*line.cites, *new.cites])),
    )


class _Reader:
    """Reads off responses of one person."""

    def __init__(
        self,
        guideline: Guideline,
        answers: Answers,
        explainer: Explainer,
        medicines: Medicines,
        words: Words,
    ) -> None:
        self.guideline, self.answers, self.explainer = guideline, answers, explainer
        self.medicines, self.words = medicines, words

    def read(self, entry: ResponseEntry, therapy: Therapy) -> Response:
        """One response on one therapy."""
        level, possible = self._find_level(entry, therapy)
        key = name_part(entry.response, level.level, therapy.therapy) if level else ""
        recorded = self._find_word(therapy)
        return Response(
            id=f"{entry.response}:{therapy.therapy}",
            problem=entry.problem,
            name=entry.name,
            medicine=therapy.medicine,
            therapy=therapy.name,
            level=level.level if level else CANNOT_TELL,
            possible=possible.level if possible else "",
            says=self.words.fill(level.says) if level else "",
            definition=entry.definition,
            since=self._find_since(level, therapy) if level else "",
            began=self._say_day(therapy.time),
            before=self._say_part(entry, "before", therapy),
            best=self._say_part(entry, "best", therapy),
            now=self.explainer.describe_value(entry.now) if entry.now else "",
            judge_on=self._find_judgement_day(entry, therapy),
            recorded=recorded,
            disagrees=_disagrees(entry, level, possible, recorded),
            notes=list(self._list_notes(entry, therapy)),
            others=list(self._list_others(entry, therapy, level)),
            because=self.explainer.list_reasons(key) if key else [],
            missing=self._list_missing(entry, therapy, level, possible),
            cites=list(level.cites or entry.cites) if level else list(entry.cites),
        )

    def _find_level(
        self, entry: ResponseEntry, therapy: Therapy
    ) -> tuple[ResponseLevel | None, ResponseLevel | None]:
        """The first level that is true, and the first before it that cannot be told."""
        possible = None
        for item in entry.levels:
            answer = self.answers.criteria[name_part(entry.response, item.level, therapy.therapy)]
            if answer:
                return item, possible
            if answer is None and possible is None:
                possible = item
        return None, possible

    def _list_missing(
        self,
        entry: ResponseEntry,
        therapy: Therapy,
        level: ResponseLevel | None,
        possible: ResponseLevel | None,
    ) -> list[Leaf]:
        """What a better level waits for; where no level is true or open, what stands against them all."""
        if possible is not None:
            return self._list_reasons(entry, possible, therapy)
        return [] if level else self._list_reasons(entry, entry.levels[0], therapy)

    def _list_reasons(
        self, entry: ResponseEntry, level: ResponseLevel, therapy: Therapy
    ) -> list[Leaf]:
        return self.explainer.list_reasons(name_part(entry.response, level.level, therapy.therapy))

    def _say_part(self, entry: ResponseEntry, part: str, therapy: Therapy) -> str:
        name = name_part(entry.response, part, therapy.therapy)
        return self.explainer.describe_value(name) if name in self.guideline.facts else ""

    def _find_since(self, level: ResponseLevel, therapy: Therapy) -> str:
        """The day the level was reached; never before the therapy began."""
        held, taken = (self._find_fact(name) for name in (level.since, therapy.time))
        if held.low is None or held.high is None:
            return ""
        longest = held.high if taken.high is None else min(held.high, taken.high)
        return self._say_days_ago(min(held.low, longest), longest)

    def _say_day(self, name: str) -> str:
        value = self._find_fact(name)
        if value.low is None or value.high is None:
            return ""
        return self._say_days_ago(value.low, value.high)

    def _find_fact(self, name: str) -> FactValue:
        return self.answers.facts.get(name, FactValue())

    def _say_days_ago(self, low: int, high: int) -> str:
        """A day so many ticks of days ago; a span where it is not known to the day."""
        today = self.answers.index // DAY
        first, last = (today - high // TICKS) * DAY, (today - low // TICKS) * DAY
        return to_day(first).isoformat() if first == last else format_date((first, last + DAY - 1))

    def _find_judgement_day(self, entry: ResponseEntry, therapy: Therapy) -> str:
        """The first day on which the therapy has had its time; the later one where it began vaguely."""
        taken = self._find_fact(therapy.time)
        wait = self.answers.parameters.get(name_parameter(f"{entry.on[therapy.therapy]}|d"))
        if taken.low is None or wait is None:
            return ""
        days = -(-wait // TICKS) - taken.low // TICKS
        return to_day((self.answers.index // DAY + days) * DAY).isoformat()

    def _find_word(self, therapy: Therapy) -> str:
        """What a clinician recorded of the therapy: of what goes on, else of the last that was given."""
        events = self.medicines.list_open(therapy.medicine)
        events = events or self.medicines.list_events(therapy.medicine)[-1:]
        return next((word for word in map(_read_word, reversed(events)) if word), "")

    def _list_notes(self, entry: ResponseEntry, therapy: Therapy) -> Iterator[str]:
        for note in entry.notes:
            if therapy.therapy in note.not_on:
                continue
            if self.answers.criteria[f"response:{entry.response}:{note.id}"] is True:
                yield self.words.fill(note.says)

    def _list_others(
        self, entry: ResponseEntry, therapy: Therapy, level: ResponseLevel | None
    ) -> Iterator[OtherDefinition]:
        """Other definitions of the same that answer otherwise."""
        for other in self.guideline.responses.values():
            if other.beside != entry.response or therapy.therapy not in other.on:
                continue
            shown = self.answers.criteria[name_part(other.response, SHOWN, therapy.therapy)]
            found, possible = self._find_level(other, therapy)
            if shown is True and found is not None and found.level != (level and level.level):
                yield OtherDefinition(
                    id=other.response,
                    definition=other.definition,
                    level=found.level,
                    possible=possible.level if possible else "",
                    says=self.words.fill(found.says),
                    cites=list(found.cites or other.cites),
                )


def _read_word(event: Event) -> str:
    return event.response or ""


def _disagrees(
    entry: ResponseEntry,
    level: ResponseLevel | None,
    possible: ResponseLevel | None,
    recorded: str,
) -> bool:
    """Whether the recorded word means another level than what was found or is possible."""
    meant = [item for item in entry.levels if recorded in item.words]
    found = [item for item in (level, possible) if item is not None]
    judged = level is not None and bool(level.words)
    return judged and bool(meant) and not any(item in found for item in meant)
