"""Look-alikes: diseases that may be mistaken for ALPS, and the tiers they stand in (docs/language.md 10).

A look-alike knows nothing of its own about a person: its signs, its decisive test and whether it is proven
are conditions over facts and criteria, written once for all look-alikes that use them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from .entry import Entry, Read, Review

if TYPE_CHECKING:
    from .model import Guideline

STATES = ("proven", "suspected", "excluded")  # the first whose condition is true; else it is open


class Sign(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that points to a look-alike or speaks against it, when its condition is true."""

    when: str
    says: str
    cites: list[str] = []


class Decisive(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The test that decides; each field but `says` and `cites` is a condition."""

    says: str
    done: str = ""  # the test, or another answer to the question, is on record
    proven: str = ""
    suspected: str = ""
    excluded: str = ""
    cites: list[str] = []


class LookAlike(Entry, frozen=True, kw_only=True):
    """danger: within a tier the lower stands first. therapy: what the disease would imply.

    harm: what immunosuppression would do to it. asked_by: statements that order its tests.
    """

    look_alike: str
    name: str
    tier: str
    danger: int
    points_to: list[Sign]
    speaks_against: list[Sign] = []
    decisive: Decisive
    therapy: str
    harm: str = ""
    asked_by: list[str] = []
    cites: list[str]
    read: Read
    review: Review = Review()
    tests: list[dict[str, object]] = []


class LookAlikeTier(Entry, frozen=True, kw_only=True):
    """opens_when: its look-alikes are shown; settled_by: they are folded, because `settled_says`."""

    look_alike_tier: str
    rank: int
    name: str
    opens_when: str
    settled_by: str = ""
    settled_says: str = ""
    cites: list[str] = []


@lru_cache(maxsize=4096)
def name_sign(when: str) -> str:
    """The key of a condition in the compiled program: the same text is compiled once."""
    return f"sign:{' '.join(when.split())}"


def list_conditions(entry: LookAlike | LookAlikeTier) -> list[str]:
    """The texts of every condition of an entry."""
    if isinstance(entry, LookAlikeTier):
        return [text for text in (entry.opens_when, entry.settled_by) if text]
    test = entry.decisive
    texts = [sign.when for sign in (*entry.points_to, *entry.speaks_against)]
    return [*texts, *(text for text in (test.done, *_list_states(test)) if text)]


def _list_states(test: Decisive) -> tuple[str, ...]:
    return test.proven, test.suspected, test.excluded


def list_broken_look_alikes(guideline: Guideline) -> Iterator[str]:
    """`file:line: …` for a tier or a statement that nothing bears, and a disease without a test."""
    tiers = {tier.look_alike_tier for tier in guideline.look_alike_tiers}
    for entry in guideline.look_alikes:
        place = f"{entry.line}: {entry.look_alike}"
        if entry.tier not in tiers:
            yield f"{place}: tier: `{entry.tier}` is none of {', '.join(sorted(tiers))}"
        for name in entry.asked_by:
            if name not in guideline.statements:
                yield f"{place}: asked_by: `{name}` is no statement; check its spelling"
        if not entry.decisive.proven:
            yield f"{place}: decisive: `proven` is missing; write the condition that proves it"
