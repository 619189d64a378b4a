"""What is said of each relative of the record: whether they carry the variant, are ill, may be a donor."""

from __future__ import annotations

from typing import Literal

from .entry import Entry


class RelativeStateEntry(Entry, frozen=True, kw_only=True):
    """One possible state of a relative in one column; within a column the first that is true holds.

    when: a condition over facts about each relative; empty in the last state of a column, which is said
    when no other is known to hold. clears: this state lets the relative be considered as a donor.
    """

    relative_state: str
    column: Literal["variant", "health", "donor"]
    rank: int
    says: str
    when: str = ""
    plainly: str = ""
    clears: bool = False
    cites: list[str] = []
