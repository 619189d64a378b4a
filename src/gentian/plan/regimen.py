"""Why this and not the other: rankings and alternatives between the treatments of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from .catalogue import Catalogue
from .judgement import Judgement
from .outcomes import OFFERED
from .words import Words

HELD = ("withheld", "blocked")


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
