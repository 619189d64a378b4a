"""How old the guideline's text may be: expired advice is marked, what guards a person keeps firing (HZ-25).

The general state stands once in the header; a statement with a due date of its own says so on its line.
"""

from __future__ import annotations

from gentian.language.dates import parse_date
from gentian.language.model import Guideline, StatementEntry

from .catalogue import SAFETY


def is_past(due: str, index: int) -> bool:
    """Whether a review was due before the index time (minutes); no date is never past."""
    return bool(due) and parse_date(due)[1] < index


def describe_overdue(guideline: Guideline, index: int) -> str:
    """A sentence for the header when the guideline as a whole is past its date, else nothing."""
    if not is_past(guideline.review_due, index):
        return ""
    several = [item for item in guideline.statements.values() if not item.review.due]
    return (
        f" The review of {len(several)} statements has been due since {guideline.review_due}: review "
        "overdue, newer advice may exist. What warns or stops keeps firing."
    )


def describe_due(entry: StatementEntry, index: int) -> str:
    """What the line of a statement says of its own date, if it is past."""
    if not is_past(entry.review.due, index):
        return ""
    guards = entry.kind in SAFETY or entry.emergency or entry.standing
    kept = ", kept because it guards" if guards else ""
    return f"review overdue since {entry.review.due}{kept}"
