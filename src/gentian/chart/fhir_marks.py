"""What bundles that were written here add, in extensions `urn:gentian:<name>` (docs/fhir.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gentian.chart import fhir_types as fhir

MARK = "urn:gentian:"
WALL_CLOCK = "wall"  # a time that was written with an offset only because FHIR wants one


def read_mark(extensions: list[fhir.Extension] | None, name: str) -> str:
    """The text of an extension `urn:gentian:<name>`, or nothing."""
    for extension in extensions or ():
        if extension.url == MARK + name and extension.value_string:
            return extension.value_string
    return ""


def read_wall_clock(text: str, extensions: list[fhir.Extension] | None, name: str) -> str:
    """A time without its offset, where a mark says that the record printed none."""
    if text and read_mark(extensions, name) == WALL_CLOCK:
        return re.sub(r"(?:Z|[-+]\d{2}:\d{2})$", "", text)
    return text


QUALIFIERS = (
    "category", "zygosity", "origin", "classification", "classified_by",
    "allele_fraction", "reason", "response", "specimen", "method",
    "sample", "site", "printed", "status",
)  # fmt: skip


def read_qualifiers(extensions: list[fhir.Extension] | None) -> dict[str, str]:
    """The qualifiers that a bundle written here adds to a finding; only those that are there."""
    marks = read_marks(extensions, QUALIFIERS)
    return {name: text for name, text in marks.items() if text is not None}


def read_marked_end(extensions: list[fhir.Extension] | None) -> dict[str, object]:
    """The end that a bundle written here adds, as fields of a finding."""
    end = read_mark(extensions, "end")
    if end == "open":
        return {"ongoing": True}
    return {"ends": end} if end else {}


def read_marks(
    extensions: list[fhir.Extension] | None, names: Iterable[str]
) -> dict[str, str | None]:
    """Several marks by name; those that are absent are None."""
    if not extensions:
        return dict.fromkeys(names)
    return {name: read_mark(extensions, name) or None for name in names}
