"""What was decided about one statement for one person."""

from __future__ import annotations

from dataclasses import dataclass

from gentian.language.model import StatementEntry

OFFERED = ("offer", "offer-after-checks", "assumed")
HELD = ("withheld", "blocked")
SILENT = ("not-indicated", "not-applicable")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One statement for one person.

    because: the sentence of the table's row. blocked_by, checks: sentences. folded: the statement on
    whose line this one is already said, or why it is not a line of its own; "" otherwise.
    """

    entry: StatementEntry
    answer: bool | None
    outcome: str
    because: str = ""
    preview: bool = False
    blocked_by: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()  # ids of the do-not-starts that blocked_by and checks speak of
    folded: str = ""

    @property
    def is_shown(self) -> bool:
        """Does any document print it as a line?"""
        return self.outcome not in SILENT and not self.folded
