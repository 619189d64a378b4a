"""Where the evidence is cited, and whether what is cited bears what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from gentian.language.model import Guideline

from .finding import Finding
from .rules import Hazard

_ENTRIES = (
    "parameters",
    "figures",
    "limits",
    "locales",
    "episodes",
    "facts",
    "criteria",
    "standards",
    "genetic_classes",
    "care_statuses",
    "problems",
    "statements",
    "interactions",
    "schedules",
    "doses",
    "look_alikes",
    "look_alike_tiers",
)
_NAMES = ("statement", "criterion", "fact", "episode", "parameter", "figure", "limit", "locale")
_OTHER_NAMES = ("standard", "genetic_class", "care_status", "problem", "schedule", "dose")
_LOOK_ALIKES = ("look_alike", "look_alike_tier")


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """An entry that cites an id of the evidence."""

    cite: str
    place: str
    entry: str
    sort: str


def list_citations(guideline: Guideline) -> list[Citation]:
    """Every citation of the guideline, by id; what follows from an interaction counts as its row."""
    found = set()
    for field in _ENTRIES:
        entries = getattr(guideline, field)
        for entry in entries.values() if isinstance(entries, dict) else entries:
            sort, name = name_entry(entry)
            if sort == "statement" and name.startswith("interaction-"):
                continue
            for cite in _collect(msgspec.to_builtins(entry)):
                found.add(Citation(cite, entry.line, name, sort))
    for concept in guideline.vocabulary.concepts.values():
        found |= {Citation(cite, concept.line, concept.id, concept.sort) for cite in concept.cites}
    return sorted(found)


def name_entry(entry: Any) -> tuple[str, str]:
    """Sort and id of an entry: its sort is the field that holds its id."""
    if hasattr(entry, "interaction"):
        return "interaction", f"{entry.interaction} with {entry.with_}"
    for sort in (*_NAMES, *_OTHER_NAMES, *_LOOK_ALIKES):
        if sort in entry.__struct_fields__:
            return sort, str(getattr(entry, sort))
    return type(entry).__name__.lower(), ""


def _collect(value: object) -> Iterator[str]:
    """The ids in every `cites` of an entry, however deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "cites":
                yield from item
            else:
                yield from _collect(item)
    elif isinstance(value, list):
        for item in value:
            yield from _collect(item)


def check_citations(guideline: Guideline, hazards: list[Hazard]) -> list[Finding]:
    """Ids that no source bears, and numbers said to be seen that nobody has seen."""
    known = {*guideline.sources, *(item.hazard for item in hazards)}
    found = [
        Finding(
            item.place,
            item.entry,
            f"cites `{item.cite}`, which no source bears",
            "add it to sources/*.yaml with what it says and how surely it was read, or correct the id",
        )
        for item in list_citations(guideline)
        if item.cite not in known
    ]
    return [*found, *_check_seen(guideline), *_check_reviewers(guideline)]


def _check_seen(guideline: Guideline) -> Iterator[Finding]:
    """`read: seen` needs a source that was seen: a dose from `known` is at best indicative."""
    entries: tuple[Any, ...] = (
        *guideline.parameters.values(),
        *guideline.figures.values(),
        *guideline.limits,
        *guideline.locales.values(),
        *guideline.doses.values(),
        *guideline.interactions,
    )
    for entry in entries:
        sources = [guideline.sources[cite] for cite in entry.cites if cite in guideline.sources]
        if entry.read == "seen" and sources and not any("seen" in item.read for item in sources):
            sort, name = name_entry(entry)
            yield Finding(
                entry.line,
                name,
                f"is `read: seen`, but all it cites was only {sources[0].read}",
                f"set `read: {sources[0].read.split()[0]}`, or cite where this {sort} was seen",
            )


def _check_reviewers(guideline: Guideline) -> Iterator[Finding]:
    for entry in guideline.statements.values():
        if entry.review.state != "drafted" and not (entry.review.by and entry.review.on):
            yield Finding(
                entry.line,
                entry.statement,
                f"is {entry.review.state}, but nobody signed for it",
                "write `by` (somebody other than its author) and `on`, or set it back to drafted",
            )
