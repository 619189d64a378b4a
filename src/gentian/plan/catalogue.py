"""Lookups over a guideline that every plan needs; built once for each guideline.

What speaks of a medicine: an entry about X or about a class speaks of X and of each member.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from gentian.language.model import Guideline, Row, StatementEntry, VaccineHold, Vocabulary

from .judgement import Judgement
from .model import Citation, Statement

TREATING = ("recommend", "consider", "last-resort", "prevent", "change-dose")
SAFETY = ("warn", "do-not-start", "hold", "monitor")  # of interest only with their medicine
ALERTS = ("warn", "do-not-start")  # counted against the alert budget
COLUMNS = ("first-line", "long-term", "avoid", "watch", "plan")
PLACES = {  # row and column → where it stands on the page
    (row, column): (down, across)
    for down, row in enumerate(get_args(Row))
    for across, column in enumerate(COLUMNS)
}


@dataclass(frozen=True, slots=True)
class Rank:
    """`above` ranks above `below`, with the guideline's reason."""

    above: str
    below: str
    because: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Built once per guideline.

    order: statements as plans print them. against: medicine or class → do-not-start statements that
    speak of it. medicines: ids of all medicines (not classes). covers: an id → what it speaks of.
    ranks: all rankings. holds: a vaccination → what may hold it back, in the guideline's order.
    review: the general review state in one sentence. shown: what the outcome table said before, by
    case. judged, quiet: what no document prints is the same for everyone; judgements, and statements
    by settings.
    """

    order: tuple[StatementEntry, ...]
    against: dict[str, tuple[StatementEntry, ...]]
    medicines: tuple[str, ...]
    covers: dict[str, frozenset[str]]
    ranks: tuple[Rank, ...]
    review: str
    citations: dict[str, Citation]
    holds: dict[str, tuple[VaccineHold, ...]] = field(default_factory=dict)
    treating: frozenset[str] = field(default_factory=frozenset)
    shown: dict[object, tuple[str, str]] = field(default_factory=dict)
    judged: dict[object, Judgement] = field(default_factory=dict)
    quiet: dict[object, dict[object, Statement]] = field(default_factory=dict)


_kept: list[tuple[Guideline, Catalogue]] = []
_MOST_KEPT = 4


def find_catalogue(guideline: Guideline) -> Catalogue:
    """The catalogue of this very guideline; the last few are kept."""
    for known, catalogue in _kept:
        if known is guideline:
            return catalogue
    catalogue = build_catalogue(guideline)
    _kept.append((guideline, catalogue))
    del _kept[:-_MOST_KEPT]
    return catalogue


def build_catalogue(guideline: Guideline) -> Catalogue:
    """Work out every lookup of a guideline."""
    statements = guideline.statements
    ranks = tuple(
        Rank(entry.statement, rank.id, rank.because)
        for entry in statements.values()
        for rank in entry.ranks_above
    )
    covers = _list_covers(guideline.vocabulary, {entry.medicine for entry in statements.values()})
    concepts = guideline.vocabulary.concepts
    return Catalogue(
        order=_sort(guideline, ranks),
        against=_list_against(guideline, covers),
        medicines=tuple(sorted(name for name, item in concepts.items() if item.sort == "medicine")),
        covers=covers,
        ranks=ranks,
        review=_say_review(guideline),
        citations={
            entry.cite: Citation(
                id=entry.cite, says=entry.says, read=entry.read, source=entry.source, url=entry.url
            )
            for entry in guideline.sources.values()
        },
        holds={name: _list_holds(guideline, name) for name in guideline.vaccinations},
        treating=frozenset(
            name for name, entry in statements.items() if entry.medicine and entry.kind in TREATING
        ),
    )


def _list_covers(vocabulary: Vocabulary, used: set[str]) -> dict[str, frozenset[str]]:
    """An id → itself, its members, and the classes that lie wholly inside it."""
    members = {name: frozenset(found) - {name} for name, found in vocabulary.members.items()}
    covers = {}
    for name in {*vocabulary.concepts, *used} - {""}:
        inside = members.get(name, frozenset())
        whole = {other for other in used if members.get(other) and members[other] <= inside}
        covers[name] = frozenset({name, *inside, *whole})
    return covers


def _list_against(
    guideline: Guideline, covers: dict[str, frozenset[str]]
) -> dict[str, tuple[StatementEntry, ...]]:
    found: dict[str, list[StatementEntry]] = {}
    for entry in guideline.statements.values():
        if entry.kind == "do-not-start" and entry.medicine:
            for name in sorted(covers[entry.medicine]):
                found.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in found.items()}


def _list_holds(guideline: Guideline, vaccination: str) -> tuple[VaccineHold, ...]:
    """The holds of a vaccine, or of a class that it is in."""
    mine = set(guideline.vaccinations[vaccination].counts)
    members = guideline.vocabulary.members
    return tuple(
        hold
        for hold in guideline.vaccine_holds
        if any(not mine.isdisjoint({name, *members.get(name, ())}) for name in hold.of)
    )


def _sort(guideline: Guideline, ranks: tuple[Rank, ...]) -> tuple[StatementEntry, ...]:
    """By row and column of the page, then what ranks above, then urgency."""
    above: dict[str, set[str]] = {}
    for rank in ranks:
        above.setdefault(rank.below, set()).add(rank.above)

    def key(entry: StatementEntry) -> tuple[int, int, int, int, str]:
        depth = _count_above(entry.statement, above, frozenset())
        return *PLACES[entry.row, entry.column], depth, entry.urgency, entry.statement

    own = [entry for entry in guideline.statements.values() if entry.each != "relative"]
    return tuple(sorted(own, key=key))


def _count_above(name: str, above: dict[str, set[str]], seen: frozenset[str]) -> int:
    """The longest chain of statements that rank above; a circle counts once."""
    higher = above.get(name, set()) - seen - {name}
    return max((1 + _count_above(item, above, seen | {name}) for item in higher), default=0)


def _say_review(guideline: Guideline) -> str:
    states = [entry.review.state for entry in guideline.statements.values()]
    approved = states.count("clinician-approved")
    if states and approved == len(states):
        return "Every statement is approved by a clinician."
    checked = states.count("source-checked")
    return (
        f"Of {len(states)} statements {approved} are approved by a clinician, {checked} checked "
        f"against their source; the others are drafts."
    )
