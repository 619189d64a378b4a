"""Which reading of a name counts: the one that is stated or confirmed, never the likelier one.

A name says its numbering (`fixed`: a transcript or "HGVS numbering"; `old`), suggests it (`prefix`: `c.` or
`p.`), or says nothing (`bare`). An older numbering counts only where the letter it names is known and
agrees; where two readings remain, both are said and a person is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from msgspec import Struct

from .agreement import contradict
from .changes import print_coding, print_protein
from .numbering import AGREES, HGVS, REFUTED, Reading

FIXED, OLD, PREFIX, BARE = "fixed", "old", "prefix", "bare"
AMBIGUOUS, CONTRADICTORY = "ambiguous", "contradictory"


class Doubt(Exception):
    """A name that has no one reading. state: ambiguous | contradictory; readings: all that remain."""

    def __init__(self, state: str, why: str, readings: Iterable[Reading] = ()) -> None:
        super().__init__(why)
        self.state = state
        self.why = why
        self.readings = list(readings)


class Part(Struct, frozen=True, kw_only=True):
    """The readings of one name, HGVS first, and what it says of its numbering."""

    stated: str
    readings: list[Reading]


def choose(part: Part) -> Reading:
    """The one reading of a name that stands alone. Raises Doubt."""
    own, old = part.readings[0], part.readings[1:]
    agreeing = [one for one in old if one.check == AGREES]
    live = [one for one in part.readings if one.check != REFUTED]
    if part.stated == OLD:
        if len(agreeing) == 1:
            return agreeing[0]
        raise _doubt_old(part.readings)
    if own.check == AGREES and not (part.stated == BARE and agreeing):
        return own
    if own.check == REFUTED and (part.stated != BARE or not live):
        raise Doubt(CONTRADICTORY, own.why, live)
    if own.check == REFUTED and live == agreeing and len(live) == 1:
        return live[0]
    if part.stated == FIXED or live == [own] or (part.stated == PREFIX and not agreeing):
        return own
    raise Doubt(AMBIGUOUS, "the numbering is not stated, and more than one fits", live)


def _doubt_old(readings: Sequence[Reading]) -> Doubt:
    old = readings[1:]
    if not old:
        return Doubt(AMBIGUOUS, "no older numbering of this gene is known here", readings)
    if all(one.check == REFUTED for one in old):
        return Doubt(CONTRADICTORY, f"in the older numbering {old[0].why}", readings)
    return Doubt(AMBIGUOUS, f"in the older numbering {old[0].why}", readings)


def choose_pair(coding: Part, protein: Part) -> tuple[Reading, Reading]:
    """The readings of a coding and a protein name that are one change. Raises Doubt."""
    pairs = [
        (one, other)
        for one, other in product(_list_allowed(coding), _list_allowed(protein))
        if one.coding and other.protein and not contradict(one.coding, other.protein)
    ]
    own = [pair for pair in pairs if pair[0].numbering == pair[1].numbering == HGVS]
    proven = [pair for pair in pairs if pair not in own and _is_proven(*pair)]
    if own:
        return own[0]
    if len(proven) == 1:
        return proven[0]
    raise _doubt_pair(coding.readings, protein.readings)


def _list_allowed(part: Part) -> list[Reading]:
    """Readings that are not refuted and that the name does not itself rule out."""
    wanted = {FIXED: part.readings[:1], OLD: part.readings[1:]}.get(part.stated, part.readings)
    return [one for one in wanted if one.check != REFUTED]


def _is_proven(one: Reading, other: Reading) -> bool:
    """Every older numbering in a pair rests on a letter that agrees."""
    return all(item.numbering == HGVS or item.check == AGREES for item in (one, other))


def _doubt_pair(codings: Sequence[Reading], proteins: Sequence[Reading]) -> Doubt:
    one, other = codings[0], proteins[0]
    refuted = [item.why for item in (one, other) if item.check == REFUTED]
    apart = contradict(one.coding, other.protein) if one.coding and other.protein else ""
    why = (
        "; ".join([*refuted, *([apart] if apart else [])]) or "the two names do not fit each other"
    )
    told = [*codings[:1], *proteins[:1], *codings[1:], *proteins[1:]]
    live = [item for item in told if item.check == AGREES or item in (one, other)]
    return Doubt(CONTRADICTORY, why, [item for item in live if item.check != REFUTED])


def say_reading(reading: Reading) -> str:
    """`p.Arg250Pro in mature protein numbering (Arg250 agrees)`."""
    name = print_coding(reading.coding) if reading.coding else ""
    if reading.protein:
        name = print_protein(reading.protein)
    return f"{name} in {reading.numbering} numbering ({reading.why})"
