"""What a reviewer is told: the place, what is wrong there, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One problem of the guideline. place: `file:line`; entry: its id; mend: what to do about it."""

    place: str
    entry: str
    found: str
    mend: str

    def __str__(self) -> str:
        return f"{self.place}: {self.entry}: {self.found}; {self.mend}"
