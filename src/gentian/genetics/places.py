"""Where a change lies: exon or intron, codon, domain; from the maps of the gene's reference."""

from __future__ import annotations

from gentian.language.genes import Domain, Exon, GeneReference

from .changes import CodingChange, Position, ProteinChange


def find_codon(at: int) -> int:
    """The residue that a base of the coding sequence belongs to: c.749 lies in codon 250."""
    return (at + 2) // 3


def list_codon_bases(residue: int) -> range:
    """The three bases of a codon: residue 250 is c.748 to c.750."""
    return range(3 * residue - 2, 3 * residue + 1)


def list_exons(reference: GeneReference, first: int, last: int) -> list[Exon]:
    """The exons that hold bases from `first` to `last`."""
    exons = reference.exons.coding if reference.exons else []
    return [exon for exon in exons if exon.from_ <= last and exon.to >= first]


def find_intron(reference: GeneReference, place: Position) -> int | None:
    """The intron of a position such as 651+2, or None where no exon ends or begins at 651."""
    for exon in reference.exons.coding if reference.exons else []:
        if place.offset > 0 and place.at == exon.to:
            return exon.exon
        if place.offset < 0 and place.at == exon.from_:
            return exon.exon - 1
    return None


def find_skipped(reference: GeneReference, place: Position) -> int | None:
    """The exon beside a position in an intron: 651+2 and 569-1 are beside exon 7."""
    beside = list_exons(reference, place.at, place.at)
    return beside[0].exon if beside and find_intron(reference, place) is not None else None


def find_boundary(reference: GeneReference, intron: int, offset: int) -> Position | None:
    """`IVS7+2` is 651+2; None where the map has no such intron."""
    exons = {exon.exon: exon for exon in (reference.exons.coding if reference.exons else [])}
    if intron not in exons or intron + 1 not in exons:
        return None
    at = exons[intron].to if offset > 0 else exons[intron + 1].from_
    return Position(at, offset)


def find_domain(reference: GeneReference, first: int, last: int) -> Domain | None:
    """The narrowest domain that holds all residues from `first` to `last`."""
    holding = [one for one in reference.domains if one.from_ <= first and last <= one.to]
    return min(holding, key=lambda one: one.to - one.from_, default=None)


def find_residues(
    coding: CodingChange | None, protein: ProteinChange | None
) -> tuple[int, int] | None:
    """First and last residue that a change touches; None outside of the coding sequence."""
    if protein is not None and protein.first:
        return protein.first, protein.last
    if coding is not None and coding.inside:
        return find_codon(coding.first.at), find_codon(coding.last.at)
    return None


def say_exons(exons: list[Exon]) -> str:
    """`exon 9`, `exons 3 to 5`."""
    if not exons:
        return ""
    first, last = exons[0].exon, exons[-1].exon
    return f"exon {first}" if first == last else f"exons {first} to {last}"
