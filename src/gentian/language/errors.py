"""Errors in the guideline itself: they name the file and line, and say how to mend it."""

from __future__ import annotations


class GuidelineError(Exception):
    """The guideline failed its check (exit code 13). `problems` are `file:line: what, how to mend`."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
