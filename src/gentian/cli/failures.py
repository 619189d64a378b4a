"""What may go wrong, as exit codes and messages a user can act on; never a traceback, never a value.

0 done · 1 bug · 2 usage · 10 unreadable · 11 invalid or ambiguous · 12 no readable fact at all ·
13 guideline failed its check · 15 dose refused for safety.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb

BUG, USAGE, UNREADABLE, INVALID, NO_FACT, GUIDELINE = 1, 2, 10, 11, 12, 13
MOST_LINES = 20


class Failure(Exception):
    """A mistake the user can mend. lines: what happened, where, what was expected, how to mend it."""

    def __init__(self, code: int, *lines: str) -> None:
        self.code = code
        self.lines = lines
        super().__init__("; ".join(lines))


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
        return Failure(error.code, *_shorten([str(trouble) for trouble in error.troubles]))
    if isinstance(error, GuidelineError):
        head = "the guideline does not pass its check; no plan is given"
        return Failure(GUIDELINE, head, *_shorten(error.problems))
    if isinstance(error, UsageError):
        return Failure(USAGE, str(error))
    if isinstance(error, EngineError):
        head = "two evaluations of the guideline differ, so no plan is given; please report these"
        return Failure(BUG, head, *_shorten(error.keys))
    return None


def _shorten(lines: Sequence[str]) -> list[str]:
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
