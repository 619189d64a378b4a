"""Where the evidence is cited, and whether what is cited bears what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from gentian.language.model import Concept, Entry, Guideline, Interaction

from .finding import Finding
from .rules import Hazard

_NO_CITATIONS = ("vocabulary", "sources", "program")


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
    for entry in _list_entries(guideline):
        sort, name = name_entry(entry)
        if sort == "statement" and name.startswith("interaction-"):
            continue
        for cite in _collect(msgspec.to_builtins(entry)):
            found.add(Citation(cite, entry.line, name, sort))
    return sorted(found)


def _list_entries(guideline: Guideline) -> Iterator[Any]:
    """Every entry of the guideline and of its vocabulary, of whatever sort."""
    for owner in (guideline, guideline.vocabulary):
        for field in owner.__struct_fields__:
            found = getattr(owner, field)
            if field in _NO_CITATIONS or not isinstance(found, dict | list):
                continue
            entries = found.values() if isinstance(found, dict) else found
            yield from (entry for entry in entries if isinstance(entry, Entry))


def name_entry(entry: Entry) -> tuple[str, str]:
    """Sort and id of an entry: its first field of its own is named after its sort and holds its id."""
    if isinstance(entry, Interaction):
        return "interaction", f"{entry.interaction} with {entry.with_}"
    if isinstance(entry, Concept):
        return entry.sort, entry.id
    sort = next(name for name in entry.__struct_fields__ if name != "line")
    return sort, str(getattr(entry, sort))


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
        *guideline.models.values(),
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
    entries: tuple[Any, ...] = (
        *guideline.statements.values(),
        *guideline.models.values(),
        *guideline.consults.values(),
    )
    for entry in entries:
        if entry.review.state != "drafted" and not (entry.review.by and entry.review.on):
            yield Finding(
                entry.line,
                name_entry(entry)[1],
                f"is {entry.review.state}, but nobody signed for it",
                "write `by` (somebody other than its author) and `on`, or set it back to drafted",
            )
