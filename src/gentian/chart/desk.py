"""What readers of results, findings and medicines share: the person, notes, dates, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from gentian.chart.events import FOREVER, LONG_AGO, Event, Note, Person, Source
from gentian.language.dates import DateError, Interval, format_date, parse_span, read_offset
from gentian.language.model import Concept, Vocabulary


class Refused(Exception):
    """An entry that cannot be used: why, and how to mend it."""

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.mend = mend


class NotUsed(Exception):
    """An entry that is left out on purpose, such as one entered in error."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event on its way into the chart.

    mention: the latest time anyone stated it. rank: 0 for what was given or stated, higher for what
    only suggests taking (1 statement, 2 dispense, 3 order; -1 where ranks do not apply).
    """

    event: Event
    mention: Interval
    rank: int = -1


@dataclass(slots=True)
class Desk:
    """The state of one reading. last_word: the latest minute the record speaks of, if any."""

    vocabulary: Vocabulary
    person: Person
    last_word: int | None = None
    notes: list[Note] = field(default_factory=list)
    find_last_word: Callable[[], int | None] | None = None  # asked only where a date is missing

    def note(self, group: str, source: Source, what: str, why: str, mend: str = "") -> None:
        """Add a line to the reading report."""
        self.notes.append(Note(group, source.place, what, why, mend))

    def find(self, what: str) -> Concept:
        """The concept of an id; a product stands for its medicine."""
        concept = self.vocabulary.concepts.get(what)
        if concept is None:
            raise Refused(f"the vocabulary has no {what!r}")
        return concept

    def birth(self, about: str | None = None) -> int:
        """The earliest minute anything could have begun; a relative's birth is not known."""
        return self.person.born[0] if self.person.born and about is None else LONG_AGO

    def upto(self, mention: Interval | None) -> int:
        """The latest minute by which something undated had happened, when it was mentioned then."""
        if mention is not None:
            return mention[1]
        if self.last_word is None and self.find_last_word is not None:
            self.last_word = self.find_last_word()
        if self.last_word is None:
            raise Refused("no date here or anywhere in the record", "add the date")
        return self.last_word


def read_span(text: str, desk: Desk, about: str | None = None) -> Interval | None:
    """An interval of minutes, None for an empty text; `before X`, `after X` and `at any time` are open.

    `before X`: from birth (or ever) to the end of X; `after X`: from the start of X, no end known.
    Raises Refused.
    """
    if not text:
        return None
    if text == "at any time":
        return desk.birth(about), FOREVER
    side, _, rest = (
        text.rpartition(" ") if text.startswith(("before ", "after ")) else ("", "", text)
    )
    try:
        first, last = parse_span(rest)
    except DateError as error:
        raise Refused(str(error), error.mend) from None
    return (desk.birth(about) if side == "before" else first), (
        FOREVER if side == "after" else last
    )


def find_offset(text: str, when: Interval) -> int | None:
    """The offset printed with a time that is known to the minute; None for all else."""
    return read_offset(text) if text and when[0] == when[1] else None


def need_span(text: str, what: str, desk: Desk, about: str | None = None) -> Interval:
    """An interval of minutes; raises Refused when there is none."""
    span = read_span(text, desk, about)
    if span is None:
        raise Refused(f"{what} has no date", "add the date: 2026, 2026-03 or 2026-03-04")
    return span


def check_birth(span: Interval, about: str | None, desk: Desk) -> None:
    """Nothing of the person's own happens before birth."""
    born = desk.person.born
    if about is None and born is not None and span[1] < born[0]:
        raise Refused(
            f"{format_date(span)} is before the birth ({format_date(born)})",
            "check the date and the date of birth",
        )


def check_status(status: str) -> None:
    """Entries that were never meant, or never happened, are left out."""
    if status == "entered-in-error":
        raise NotUsed("entered in error")
    if status == "cancelled":
        raise NotUsed("cancelled")


def hyphenate(text: str | None) -> str | None:
    """A word as rules compare it: lower case, hyphens for gaps; None for an empty text."""
    return "-".join(re.findall(r"[^\s_]+", text.lower())) or None if text else None


def check_words(qualifiers: dict[str, str | None]) -> None:
    """Zygosity, origin and classification are closed lists. Raises Refused."""
    for name, allowed in CLOSED_WORDS.items():
        word = hyphenate(qualifiers.get(name))
        if word is not None and word not in allowed:
            raise Refused(f"{word[:40]!r} is not a word for {name}", f"use {', '.join(allowed)}")


CLOSED_WORDS: dict[str, tuple[str, ...]] = {
    "zygosity": ("heterozygous", "homozygous", "compound-heterozygous", "hemizygous"),
    "origin": ("germline", "somatic"),
    "classification": (
        "pathogenic",
        "likely-pathogenic",
        "uncertain",
        "likely-benign",
        "benign",
    ),
}
