"""Readings of a position in HGVS and in older numberings, each checked against known letters.

A reading agrees, is refuted, or cannot be checked: the reference holds only the residues and bases that
the evidence names.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from gentian.language.genes import GeneReference, Numbering

from .changes import CodingChange, Position, ProteinChange
from .places import find_codon
from .residues import list_bases

AGREES, UNCHECKED, REFUTED = "agrees", "not checkable", "refuted"
HGVS = "HGVS"


class Reading(Struct, frozen=True, kw_only=True):
    """A change as one numbering reads it; check: agrees | not checkable | refuted, and why."""

    numbering: str
    check: str
    why: str
    coding: CodingChange | None = None
    protein: ProteinChange | None = None
    cites: list[str] = []


class Letters:
    """The residues and bases that are known of a gene, by position."""

    def __init__(self, reference: GeneReference | None) -> None:
        self.reference = reference
        self.residues: dict[int, str] = {}
        self.bases: dict[str, str] = {}
        if reference is not None:
            self.residues = {int(at): one.is_ for one in reference.residues for at in one.at}
            self.bases = {str(at): one.is_ for one in reference.bases for at in one.at}

    def check_protein(self, change: ProteinChange) -> tuple[str, str]:
        """(check, why) of the residues that a protein name mentions."""
        length = self.reference.protein_length if self.reference else 0
        ends = {change.first: change.residue, change.last: change.until}
        if length and max(ends) > length + 1:
            return REFUTED, f"the protein has {length} residues"
        known = {at: self._find_residue(at, length) for at in ends}
        for at, residue in ends.items():
            if known[at] and known[at] != residue:
                return REFUTED, f"residue {at} is {known[at]}"
        at = next((at for at in ends if known[at]), 0)
        return (AGREES, f"{known[at]}{at} agrees") if at else self._say_unchecked(change.first)

    def _find_residue(self, at: int, length: int) -> str:
        return "Ter" if length and at == length + 1 else self.residues.get(at, "")

    def _say_unchecked(self, at: int | Position) -> tuple[str, str]:
        what = "base" if isinstance(at, Position) else "residue"
        return UNCHECKED, f"{what} {at} cannot be checked"

    def check_coding(self, change: CodingChange) -> tuple[str, str]:
        """(check, why) of the base that a coding name mentions, and of its place."""
        length = self.reference.coding_length if self.reference else 0
        ends = [end for end in (change.first, change.last) if not end.zone]
        if length and any(end.at > length for end in ends):
            return REFUTED, f"the coding sequence has {length} bases"
        if change.edit != "sub":
            return self._say_unchecked(change.first)
        known = self.bases.get(str(change.first), "")
        if known:
            agrees = known == change.reference
            return (AGREES if agrees else REFUTED), f"base {change.first} is {known}"
        return self._check_codon(change) or self._say_unchecked(change.first)

    def _check_codon(self, change: CodingChange) -> tuple[str, str] | None:
        """A known residue rules bases out; it proves none."""
        residue = self.residues.get(find_codon(change.first.at), "")
        if not residue or not change.inside:
            return None
        place = (change.first.at - 1) % 3
        if change.reference in list_bases(residue, place):
            return None
        why = f"codon {find_codon(change.first.at)} is {residue}, which has no {change.reference} there"
        return REFUTED, why


def list_protein_readings(change: ProteinChange, letters: Letters) -> list[Reading]:
    """The change in HGVS numbering, then in each older one."""
    readings = [_read_protein(change, None, letters)]
    for numbering in _list_numberings(letters, "protein"):
        readings.append(_read_protein(change, numbering, letters))
    return readings


def _read_protein(change: ProteinChange, old: Numbering | None, letters: Letters) -> Reading:
    if old is not None and change.first:
        change = replace(change, first=change.first + old.add, last=change.last + old.add)
    check, why = letters.check_protein(change) if change.first else (UNCHECKED, "no position")
    return Reading(
        numbering=old.numbering if old else HGVS,
        check=check,
        why=why,
        protein=change,
        cites=list(old.cites) if old else [],
    )


def list_coding_readings(change: CodingChange, letters: Letters) -> list[Reading]:
    """The change in HGVS numbering, then in each older one that gives a position."""
    readings = [_read_coding(change, None, letters)]
    for numbering in _list_numberings(letters, "coding"):
        if min(change.first.at, change.last.at) + numbering.add >= 1 and not change.first.zone:
            readings.append(_read_coding(change, numbering, letters))
    return readings


def _read_coding(change: CodingChange, old: Numbering | None, letters: Letters) -> Reading:
    if old is not None:
        first, last = (end._replace(at=end.at + old.add) for end in (change.first, change.last))
        change = replace(change, first=first, last=last)
    check, why = letters.check_coding(change)
    return Reading(
        numbering=old.numbering if old else HGVS,
        check=check,
        why=why,
        coding=change,
        cites=list(old.cites) if old else [],
    )


def _list_numberings(letters: Letters, of: str) -> Iterator[Numbering]:
    for numbering in letters.reference.numberings if letters.reference else ():
        if numbering.of == of:
            yield numbering
