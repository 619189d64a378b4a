"""What a user has to mend before a plan can be made."""

from __future__ import annotations


class UsageError(Exception):
    """A plan cannot be made as asked (exit code 2). `mend` says what to give instead."""

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}; {mend}")
        self.mend = mend
