"""Say how the disease has answered each therapy, in one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gentian.plan.model import Response

from .entries import bracket, explain, list_missing, print_cites
from .lines import Entry

LEVELS = {  # level → the shape and the word a reader sees
    "complete": ("●", "complete"),
    "partial": ("●", "partial"),
    "masked": ("?", "cannot be credited"),
    "lost": ("▲", "lost"),
    "unconfirmed-loss": ("▲", "perhaps lost"),
    "none": ("▲", "no response"),
    "unconfirmed-none": ("▲", "perhaps no response"),
    "too-early": ("○", "too early to judge"),
    "cannot-tell": ("?", "cannot tell"),
    "less": ("○", "less than partial"),
}
RANK, OPEN_RANK = 11, 40  # behind the problems, before the regimen; what cannot be told gives way
OPEN = ("cannot-tell", "masked")
MOST_MISSING = 2


def label_level(level: str) -> tuple[str, str]:
    """The shape and the word of a level; a level of a centre's own says its name."""
    return LEVELS.get(level, ("○", level.replace("-", " ")))


def say_responses(responses: Iterable[Response]) -> tuple[Entry, ...]:
    """Return one entry for each response of the plan."""
    return tuple(_say_response(response) for response in responses)


def _say_response(response: Response) -> Entry:
    shape, word = label_level(response.level)
    named = f"{response.name} on {response.therapy}"
    brief = f"{named}{say_time(response)}{say_values(response)}"
    text = "; ".join([f"{brief} ({response.definition})", *list_remarks(response)])
    return Entry(
        lead=f"{shape} {word}:",
        text=text,
        ids=bracket(response.id, print_cites(response.cites)),
        name=response.id,
        rank=OPEN_RANK if response.level in OPEN else RANK,
        brief="; ".join([brief, *list_remarks(response)[:1]]),
        brief_ids=bracket(print_cites(response.cites, 1)),
        details=(*explain(response.because), *explain(response.missing)),
    )


def say_time(response: Response) -> str:
    """` since 2026-05-02`, or ` until 2026-08-02` while it is too early."""
    if response.level == "too-early":
        return f" before {response.judge_on}" if response.judge_on else ""
    return f" since {response.since}" if response.since else ""


def say_values(response: Response) -> str:
    """` — from 12 ×10^9/L on 2026-05-02 to 140 ×10^9/L on 2026-11-12`, as far as it is on record."""
    if not response.now:
        return ""
    if not response.before:
        return f" — {response.now}, nothing on record from before"
    return f" — from {response.before} to {response.now}"


def list_remarks(response: Response) -> list[str]:
    """What stands beside the level: the recorded word first, then doubt, notes and other definitions."""
    return list(_list_remarks(response))


def _list_remarks(response: Response) -> Iterator[str]:
    if response.recorded:
        said = f"recorded by a clinician: {response.recorded.replace('-', ' ')}"
        yield f"{said} (the values say otherwise; both stand)" if response.disagrees else said
    missing = list_missing(response.missing, MOST_MISSING) if response.missing else ""
    if response.possible and response.level != "cannot-tell":
        yield f"perhaps {label_level(response.possible)[1]}, not known: {missing}"
    elif response.possible:
        yield f"not known: {missing}"
    yield from response.notes
    for other in response.others:
        yield f"by {other.definition}: {label_level(other.level)[1]}"
