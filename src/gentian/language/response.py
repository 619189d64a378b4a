"""Entries about response: which therapies are judged, and by which definition (docs/language.md 10)."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .entry import Entry


class Therapy(Entry, frozen=True, kw_only=True):
    """A medicine or class whose latest course is judged.

    start: the anchor where the course began; time: the fact of how long ago that was; given: the
    condition under which it is judged today (it goes on, or still acts).
    """

    therapy: str
    medicine: str
    name: str
    start: str
    time: str
    given: str
    cites: list[str] = []


class ResponseLevel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer, tried in order; since: a fact (time) of how long it has held.

    words: what a clinician may have recorded that means the same.
    """

    level: str
    when: str
    says: str
    since: str = ""
    cites: list[str] = []
    words: list[str] = []


class ResponseNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said beside a level; never on the therapies of `not_on`."""

    id: str
    when: str
    says: str
    not_on: list[str] = []
    cites: list[str] = []


class ResponseEntry(Entry, frozen=True, kw_only=True):
    """A definition of response for one problem, applied to the course of each therapy in `on`.

    In conditions `course.X` speaks of that course: a fact read around it (`gentian.language.courses`),
    one of the `terms`, or a level. on: therapy → the parameter after which it is judged. beside: the
    response that stands by default where this is another definition of the same.
    """

    response: str
    name: str
    problem: str
    definition: str
    applies: str
    levels: list[ResponseLevel]
    on: dict[str, str]
    of: str = ""  # the measurement or episode that is followed; empty: none
    unaided: str = ""  # rows a response may rest on, e.g. `NOT aided`
    now: str = ""  # facts: the value of today, the one before, and one longer before
    previous: str = ""
    earlier: str = ""
    better: Literal["higher", "lower"] = "higher"
    terms: dict[str, str] = {}
    notes: list[ResponseNote] = []
    beside: str = ""
    cites: list[str] = []
