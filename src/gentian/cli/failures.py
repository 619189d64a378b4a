"""What may go wrong, as exit codes and messages a user can act on; never a traceback, never a value.

0 done · 1 bug · 2 usage · 10 unreadable · 11 invalid or ambiguous · 12 no readable fact at all ·
13 guideline failed its check · 15 dose refused for safety.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb

BUG, USAGE, UNREADABLE, INVALID, NO_FACT, GUIDELINE, REFUSED = 1, 2, 10, 11, 12, 13, 15
MOST_LINES = 20
LONGEST = 300  # characters of one line


class Failure(Exception):
    """A mistake the user can mend. lines: what happened, where, what was expected, how to mend it."""

    def __init__(self, code: int, *lines: str) -> None:
        self.code = code
        self.lines = lines
        super().__init__("; ".join(lines))


def say(line: str) -> None:
    """Write one line to stderr, where there is one."""
    if sys.stderr is not None:
        sys.stderr.write(tidy(line) + "\n")


def tidy(line: str) -> str:
    """A line that steers no terminal and turns no direction, cut in its middle if it is long.

    Its end stays, because how to mend it stands there.
    """
    if not (line.isascii() and line.isprintable()):
        line = "".join(map(_escape, line))
    if len(line) > LONGEST:
        line = f"{line[: LONGEST * 2 // 3 - 3]} … {line[-LONGEST // 3 :]}"
    return line


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of an argument that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    category = unicodedata.category(character)
    if category[0] == "C" or category in ("Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character


def describe(error: Exception) -> Failure:
    """Return the failure behind an exception; what nobody foresaw becomes one line and code 1."""
    return _describe_known(error) or Failure(BUG, *_describe_bug(error))


def _describe_known(error: Exception) -> Failure | None:
    from gentian.chart.errors import ReadingError
    from gentian.engine.answers import EngineError
    from gentian.language.errors import GuidelineError
    from gentian.plan.errors import UsageError

    if isinstance(error, Failure):
        return error
    if isinstance(error, ReadingError):
        return Failure(error.code, *shorten([str(trouble) for trouble in error.troubles]))
    if isinstance(error, GuidelineError):
        head = "the guideline does not pass its check; no plan is given"
        return Failure(GUIDELINE, head, *shorten(error.problems))
    if isinstance(error, UsageError):
        return Failure(USAGE, str(error))
    if isinstance(error, EngineError):
        head = "two evaluations of the guideline differ, so no plan is given; please report these"
        return Failure(BUG, head, *shorten(error.keys))
    return None


def shorten(lines: Sequence[str]) -> list[str]:
    """Equal lines once, at most twenty, and how many more there are."""
    once = list(dict.fromkeys(lines))
    more = len(once) - MOST_LINES
    return [*once[:MOST_LINES], *([f"and {more} more"] if more > 0 else [])]


def _describe_bug(error: Exception) -> list[str]:
    """The kind of error and its place in the code; its text may hold a value of the record."""
    frames = extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "nowhere"
    return [
        f"unexpected error ({type(error).__name__} at {place}); this is a bug in gentian, "
        "please report this line (GENTIAN_DEBUG=1 shows the traceback)"
    ]
