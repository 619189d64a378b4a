"""What the readers of single resources share: where entries, notes and grouped leftovers are collected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

import msgspec

from gentian.chart import fhir_types as fhir
from gentian.chart.events import Note, Reading, Source
from gentian.chart.fhir_bundle import Item, MalformedPart, decode_part, tidy
from gentian.chart.fhir_codes import Match, Terms
from gentian.chart.fhir_people import People, fold_reference, list_reference_keys
from gentian.chart.raw import RawEntry

_P = TypeVar("_P", bound=fhir.Part)

_decoders = {kind: msgspec.json.Decoder(shape) for kind, shape in fhir.RESOURCES.items()}


@dataclass(slots=True)
class Intake:
    """The state of reading one bundle."""

    terms: Terms
    people: People
    by_key: dict[str, Item] = field(default_factory=dict)  # references to what others point at
    entries: list[RawEntry] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    folded: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)
    written: str = ""  # when the record was put together, if it says so

    def leave(self, place: str, what: str, why: str) -> None:
        """Count something that is not used."""
        self.fold("not-used", place, what, why)

    def fold(self, group: str, place: str, what: str, why: str) -> None:
        """Report something; the same thing for the same reason is one line with its first place."""
        first, count = self.folded.get((group, what, why), (place, 0))
        self.folded[(group, what, why)] = (first, count + 1)

    def note(self, group: str, place: str, what: str, why: str, mend: str = "") -> None:
        """Add a line to the reading report."""
        self.notes.append(Note(group, place, what, why, mend))

    def say_text(self, place: str, match: Match) -> None:
        """Report that an entry was recognised by its text only."""
        if match.how == "text":
            self.fold("changed", place, match.id, f"recognised by its text: {match.shown}")

    # -- references -----------------------------------------------------------------------------------

    def follow(
        self, reference: fhir.Reference | None, kind: str, contained: list[msgspec.Raw] | None
    ) -> tuple[Item, fhir.Part] | None:
        """The resource of a kind that a reference points at, in the bundle or contained."""
        for key in list_reference_keys(reference):
            item = (
                find_contained(key[1:], contained) if key.startswith("#") else self.by_key.get(key)
            )
            if item is not None and item.kind == kind:
                return item, decode_part(_decoders[kind], item.raw)
        return None

    # -- the end --------------------------------------------------------------------------------------

    def list_notes(self) -> list[Note]:
        """All notes; the same thing many times is one line, `×14`."""
        grouped = [
            Note(group, place, f"{what} ×{count}" if count > 1 else what, why)
            for (group, what, why), (place, count) in self.folded.items()
        ]
        return self.notes + grouped

    def count_folded(self, reading: Reading) -> Reading:
        """Count every entry that was folded, not every line."""
        counts = dict(reading.counts)
        for (group, _, _), (_, count) in self.folded.items():
            counts[group] = counts.get(group, 0) + count - 1
        return replace(reading, counts=counts)


def index_targets(items: Iterable[Item], kinds: frozenset[str]) -> dict[str, Item]:
    """The resources that others point at, by every key a reference may use."""
    targets: dict[str, Item] = {}
    for item in items:
        if item.kind not in kinds:
            continue
        keys = [f"{item.kind}/{item.id}"] if item.id else []
        if item.full_url:
            keys += [item.full_url, fold_reference(item.full_url)]
        for key in keys:
            targets.setdefault(key, item)
    return targets


_head = msgspec.json.Decoder(fhir.Head)


def find_contained(id_: str, contained: list[msgspec.Raw] | None) -> Item | None:
    """A contained resource by its id; one that is malformed is as if it were not there."""
    for raw in contained or ():
        try:
            head = decode_part(_head, raw)
        except MalformedPart:
            continue
        if head.id is not None and head.id.removeprefix("#") == id_ and head.resource_type:
            return Item("", raw, head.resource_type, head.id)
    return None


def decode_item(item: Item) -> fhir.Part:
    """Decode a resource of a type that is read. Raises MalformedPart."""
    if item.problem is not None:
        raise item.problem
    return decode_part(_decoders[item.kind], item.raw)


# -- sources ------------------------------------------------------------------------------------------


def make_source(item: Item, place: str, text: str) -> Source:
    """Where an entry stands, with what is printed there (at most 120 characters)."""
    return Source(place, item.resource, tidy(text, 120))
