"""Why this and not the other: rankings, alternatives and the order of a plan's statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .catalogue import PLACES, Catalogue
from .judgement import HELD, OFFERED, SILENT, Judgement
from .model import Problem, Statement
from .problems import SEVERITIES
from .words import Words


def list_instead(
    catalogue: Catalogue, judgements: Mapping[str, Judgement], words: Words
) -> dict[str, list[str]]:
    """Statement → lines: what it ranks above or below here, and what else there is when blocked."""
    lines: dict[str, list[str]] = {}
    for item in judgements.values():
        for alternative in dict.fromkeys(item.alternatives):
            lines.setdefault(item.entry.statement, []).append(words.fill(alternative).rstrip("."))
    for rank in catalogue.ranks:
        above, below = judgements.get(rank.above), judgements.get(rank.below)
        if above is None or below is None:
            continue
        because = words.fill(rank.because).rstrip(".")
        if above.outcome in OFFERED and below.outcome in (*OFFERED, *HELD):
            lines.setdefault(rank.above, []).append(f"ranks above {rank.below}: {because}")
        if below.outcome in OFFERED and above.outcome in OFFERED:
            lines.setdefault(rank.below, []).append(f"ranks below {rank.above}: {because}")
        elif below.outcome in OFFERED and above.outcome in HELD:
            lines.setdefault(rank.below, []).append(
                f"comes before {rank.above} here, which is {above.outcome}"
            )
    return lines


def sort_statements(
    statements: Sequence[Statement], problems: Sequence[Problem]
) -> list[Statement]:
    """By row and column of the page; within one: the most urgent, for the gravest problem, with the
    fewest open checks first. What is equal stays in the guideline's order (what ranks above), and so
    does what no document prints, behind the rest.
    """
    gravity = {
        item.id: SEVERITIES.index(item.severity)
        for item in problems
        if item.active and item.severity in SEVERITIES
    }
    least = len(SEVERITIES)

    def key(item: Statement) -> tuple[int, int, int, int, bool]:
        graves = [gravity[name] for name in item.problems if name in gravity]
        worst = min(graves) if graves else least
        return *PLACES[item.row, item.column], item.urgency, worst, item.outcome != "offer"

    shown = [item for item in statements if item.outcome not in SILENT]
    shown.sort(key=key)
    return [*shown, *(item for item in statements if item.outcome in SILENT)]
