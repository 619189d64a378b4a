"""What a change implies by the guideline's maps: kind, exon, domain, mechanism. All inferred, unchecked.

Whether a variant is pathogenic is never inferred.
"""

from __future__ import annotations

from msgspec import Struct

from gentian.language.genes import Example, GeneReference, Mechanism

from .changes import CodingChange, ProteinChange, parse_coding, parse_protein
from .places import (
    find_domain,
    find_intron,
    find_residues,
    find_skipped,
    list_codon_bases,
    list_exons,
    say_exons,
)

SPLICE_SITE = 2  # bases into the intron that belong to the splice site


class Inferred(Struct, frozen=True, kw_only=True):
    """kind: a word of `language.genes.Kind`, or nothing; place: `exon 9`; codon: 0 for none."""

    kind: str = ""
    place: str = ""
    codon: int = 0
    domain: str = ""
    mechanism: str = ""
    cites: list[str] = []


def infer(
    coding: CodingChange | None, protein: ProteinChange | None, reference: GeneReference
) -> Inferred:
    """Everything the maps say of a change that is understood on the reference's numbering."""
    example = find_example(coding, protein, reference)
    if protein is None and example is not None and example.protein:
        protein = parse_protein(example.protein.removeprefix("p."))
    kind = find_kind(coding, protein)
    place, exons = _find_place(coding, protein, reference)
    residues = find_residues(coding, protein)
    domain = find_domain(reference, *residues) if residues else None
    names = {domain.domain, domain.part_of} if domain else set()
    mechanism = _find_mechanism(
        kind, exons, names, _find_stop(coding, protein, reference), reference
    )
    cites = [
        *(reference.exons.cites if reference.exons and place else []),
        *(domain.cites if domain else []),
        *(mechanism.cites if mechanism else []),
    ]
    single = residues is not None and residues[0] == residues[1]
    return Inferred(
        kind=kind,
        place=place,
        codon=residues[0] if residues and single else 0,
        domain=domain.domain if domain else "",
        mechanism=mechanism.mechanism if mechanism else "",
        cites=list(dict.fromkeys(cites)),
    )


def find_example(
    coding: CodingChange | None, protein: ProteinChange | None, reference: GeneReference
) -> Example | None:
    """The variant of the evidence that this one is; a protein name alone may be several changes."""
    for example in reference.examples:
        if example.coding and coding:
            if parse_coding(example.coding.removeprefix("c.")) == coding:
                return example
        elif example.protein and protein:
            known = parse_protein(example.protein.removeprefix("p."))
            if (known.first, known.last, known.edit, known.to, known.stop) == (
                protein.first, protein.last, protein.edit, protein.to, protein.stop
            ):  # fmt: skip
                return example
    return None


# -- kind ---------------------------------------------------------------------------------------------


def find_kind(coding: CodingChange | None, protein: ProteinChange | None) -> str:
    """What sort of change it is; empty where the name does not say."""
    if coding is not None and not coding.inside:
        return _find_outer_kind(coding)
    if coding is not None and coding.whole:
        return "copy-number"
    if protein is not None and (kind := _find_protein_kind(protein)):
        return kind
    if coding is None:
        return ""
    if coding.edit in ("sub", "equal"):
        return "start-lost" if coding.first.at <= 3 and coding.edit == "sub" else "substitution"
    return "in-frame" if coding.growth % 3 == 0 else "frameshift"


def _find_outer_kind(coding: CodingChange) -> str:
    """Of a change in an intron or before and after the coding sequence."""
    ends = (coding.first, coding.last)
    if any(end.zone for end in ends):
        return "untranslated"
    inside = [end for end in ends if not end.offset]
    near = any(0 < abs(end.offset) <= SPLICE_SITE for end in ends)
    crosses = coding.first.offset < 0 < coding.last.offset or bool(inside)
    return "splice" if near or crosses else "intronic"


def _find_protein_kind(protein: ProteinChange) -> str:
    if protein.edit == "start" or (protein.first == 1 and protein.edit == "sub"):
        return "start-lost"
    if protein.edit == "ext" or (protein.residue == "Ter" and protein.edit == "sub"):
        return "stop-lost"
    if protein.edit == "sub":
        return "nonsense" if protein.to == "Ter" else "missense"
    named = {"fs": "frameshift", "equal": "synonymous"}
    if protein.edit in ("del", "dup", "ins", "delins"):
        return "nonsense" if protein.to.endswith("Ter") else "in-frame"
    return named.get(protein.edit, "")


# -- place --------------------------------------------------------------------------------------------


def _find_place(
    coding: CodingChange | None, protein: ProteinChange | None, reference: GeneReference
) -> tuple[str, list[int]]:
    """In words, and the exons it lies in or (at a splice site) beside."""
    if reference.exons is None:
        return "", []
    if coding is None:
        if protein is None or not protein.first:
            return "", []
        first, last = list_codon_bases(protein.first)[0], list_codon_bases(protein.last)[-1]
        exons = list_exons(reference, first, last)
        split = len(exons) > 1 and protein.first == protein.last
        said = " or ".join(str(exon.exon) for exon in exons)
        return (f"exon {said}" if split else say_exons(exons)), [exon.exon for exon in exons]
    if coding.first.zone or coding.last.zone:
        return "outside of the coding exons", []
    if coding.first.offset and coding.last.offset:
        intron = find_intron(reference, coding.first)
        beside = {find_skipped(reference, end) for end in (coding.first, coding.last)}
        return f"intron {intron}", sorted(exon for exon in beside if exon)
    exons = list_exons(reference, coding.first.at, coding.last.at)
    return say_exons(exons), [exon.exon for exon in exons]


# -- mechanism ----------------------------------------------------------------------------------------


def _find_stop(
    coding: CodingChange | None, protein: ProteinChange | None, reference: GeneReference
) -> tuple[int, int]:
    """Where the new stop stands, as bases of the coding sequence: anywhere behind, if not said."""
    if protein is not None and protein.first:
        begins = list_codon_bases(protein.first)[0]
        if protein.edit == "fs":
            if not protein.stop.isdigit():
                return begins, reference.coding_length
            stop = list_codon_bases(protein.first + int(protein.stop) - 1)[0]
            return stop, stop
        return begins, begins
    begins = coding.first.at if coding else 1
    return begins, reference.coding_length


def _find_mechanism(
    kind: str,
    exons: list[int],
    domains: set[str],
    stop: tuple[int, int],
    reference: GeneReference,
) -> Mechanism | None:
    for one in reference.mechanisms:
        fits = (
            kind in one.kinds
            and (not one.domains or bool(domains & set(one.domains)))
            and (not one.exons or bool(exons and set(exons) <= set(one.exons)))
            and (one.from_ is None or stop[0] >= one.from_)
            and (one.to is None or stop[1] <= one.to)
        )
        if fits:
            return one
    return None
