"""What makes a record unreadable or invalid: the place, what was expected, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNREADABLE = 10  # not parsable, empty, a directory, too large, NUL bytes, too deep
INVALID = 11  # parsable, but invalid or ambiguous

LARGEST_JSON = 60 * 1024 * 1024  # bytes
LARGEST_FORM = 1024 * 1024  # bytes
DEEPEST = 64  # levels of nesting in a JSON record
DEEPEST_FORM = 8


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. place: `file:line` or a JSON path; mend: what to write instead."""

    place: str
    what: str
    expected: str = ""
    mend: str = ""

    def __str__(self) -> str:
        expected = f"; expected {self.expected}" if self.expected else ""
        mend = f" → {self.mend}" if self.mend else ""
        return f"{self.place}: {self.what}{expected}{mend}"


class ReadingError(Exception):
    """A record that cannot be used. `code` is the exit code, 10 (unreadable) or 11 (invalid)."""

    def __init__(self, troubles: Sequence[Trouble], code: int = INVALID) -> None:
        self.troubles = tuple(troubles)
        self.code = code
        super().__init__("\n".join(str(trouble) for trouble in self.troubles))


def refuse_file(file: str, what: str, expected: str = "", mend: str = "") -> ReadingError:
    """A ReadingError (exit 10) about a whole file."""
    return ReadingError([Trouble(file, what, expected, mend)], UNREADABLE)
