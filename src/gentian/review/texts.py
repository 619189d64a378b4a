"""The sentences that a reviewer reads: where they stand, and of which kind they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gentian.language.expansion import build_interaction_statements
from gentian.language.model import Guideline, StatementEntry


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence as it was written. kind: `says` (for clinicians) or `plainly` (for a family)."""

    place: str
    entry: str
    kind: str
    text: str
    cites: tuple[str, ...]


def list_texts(guideline: Guideline) -> list[Text]:
    """Every `says` and `plainly` that is written by hand, with its place.

    The words of a population model are not among them: they are a transcription, and its numbers its own.
    """
    return [
        *_list_statements(guideline),
        *_list_interactions(guideline),
        *_list_criteria(guideline),
        *_list_consults(guideline),
    ]


def list_written(guideline: Guideline) -> list[StatementEntry]:
    """Statements written by hand, without those that follow from the interactions table."""
    expanded = {item.statement for item in build_interaction_statements(guideline.interactions)}
    return [item for name, item in guideline.statements.items() if name not in expanded]


def _list_statements(guideline: Guideline) -> Iterator[Text]:
    for entry in list_written(guideline):
        for kind, text in (("says", entry.says), ("plainly", entry.plainly)):
            if text:
                yield Text(entry.line, entry.statement, kind, text, tuple(entry.cites))


def _list_interactions(guideline: Guideline) -> Iterator[Text]:
    for row in guideline.interactions:
        name = f"interaction-{row.interaction}-{row.with_}"
        texts = (
            ("says", row.says),
            ("says", row.after),
            ("plainly", row.plainly),
            ("plainly", row.after_plainly),
        )
        for kind, text in texts:
            if text:
                yield Text(row.line, name, kind, text, tuple(row.cites))


def _list_criteria(guideline: Guideline) -> Iterator[Text]:
    for entry in guideline.criteria.values():
        yield Text(entry.line, entry.criterion, "says", entry.says, tuple(entry.cites))


def _list_consults(guideline: Guideline) -> Iterator[Text]:
    """What a consult says of a refusal, a target or a rule."""
    for entry in guideline.consults.values():
        parts: list[tuple[str, list[str]]] = [
            *((item.says, item.cites) for item in entry.refusals),
            *((item.mend, item.cites) for item in entry.refusals),
            *((item.whose, item.cites) for item in entry.targets),
            *((item.says, item.cites) for item in entry.rules.values()),
            *((text, entry.cites) for text in entry.sentences.values()),
        ]
        for text, cites in parts:
            if text:
                yield Text(entry.line, entry.consult, "says", text, tuple(cites))
