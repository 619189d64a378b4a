"""Take a control away, to see that its test notices: the guideline without it, in memory.

Only what needs no new compilation is changed: entries are left out, or fields other than conditions take
another value. What stands in the program's code is put out of action by the test itself.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gentian.language.errors import GuidelineError
from gentian.language.model import Guideline

from .rules import Removal

_CONDITIONS = ("when", "where", "window", "of")
_PLACES = {
    "statement": "statements",
    "criterion": "criteria",
    "dose": "doses",
    "schedule": "schedules",
    "parameter": "parameters",
}


def remove_control(guideline: Guideline, removal: Removal) -> Guideline:
    """The guideline without a control. Raises GuidelineError when there is nothing to take away."""
    without = _drop(guideline, removal.drop)
    for target, fields in removal.change.items():
        without = _change(without, target, fields)
    return without


def _drop(guideline: Guideline, names: list[str]) -> Guideline:
    missing = [name for name in names if name not in guideline.statements]
    if missing:
        raise GuidelineError([f"hazards.yaml: `{name}` is no statement" for name in missing])
    left = {name: item for name, item in guideline.statements.items() if name not in names}
    return msgspec.structs.replace(
        guideline, statements=left
    )  # its condition is answered, and unheard


def _change(guideline: Guideline, target: str, fields: dict[str, object]) -> Guideline:
    sort, _, name = target.partition(":")
    if set(fields) & set(_CONDITIONS):
        raise GuidelineError([f"hazards.yaml: `{target}`: a condition cannot be changed in memory"])
    if sort == "guideline":
        return msgspec.structs.replace(guideline, **fields)
    if sort == "concept":
        return _change_concept(guideline, name, fields)
    place = _PLACES.get(sort, "")
    entries: dict[str, Any] = getattr(guideline, place) if place else {}
    if name not in entries:
        raise GuidelineError([f"hazards.yaml: `{target}` is no entry that can be changed"])
    changed = entries | {name: msgspec.structs.replace(entries[name], **fields)}
    return msgspec.structs.replace(guideline, **{place: changed})


def _change_concept(guideline: Guideline, name: str, fields: dict[str, object]) -> Guideline:
    concepts = guideline.vocabulary.concepts
    if name not in concepts:
        raise GuidelineError([f"hazards.yaml: `concept:{name}` is no concept"])
    changed = concepts | {name: msgspec.structs.replace(concepts[name], **fields)}
    vocabulary = msgspec.structs.replace(guideline.vocabulary, concepts=changed)
    return msgspec.structs.replace(guideline, vocabulary=vocabulary)
