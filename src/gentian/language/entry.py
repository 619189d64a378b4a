"""What all entries of the guideline share: their place, codes, how sure they were read, their review."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Read = Literal["seen", "known", "derived", "proposal"]


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """What every entry has: `line` is filled by the loader with `file:line` for messages."""

    line: str = ""


class Code(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    system: str
    code: str
    read: Literal["seen", "known"] = "known"


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to find a fact out. rank: the order of the first questions to anybody (1 first)."""

    question: str
    cost: Literal["ask", "examine", "blood", "send-out", "genetic"] = "ask"
    rank: int = 50


class Review(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: Literal["drafted", "source-checked", "clinician-approved"] = "drafted"
    by: str = ""
    on: str = ""
    due: str = ""


class Conditional(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"is_": "is"}
):
    """A named condition in a list: qualifiers (id, says), severities (level), mechanisms (is)."""

    when: str
    id: str = ""
    says: str = ""
    level: str = ""
    is_: str = ""
    cites: list[str] = []
