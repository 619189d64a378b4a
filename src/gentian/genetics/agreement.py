"""Whether a coding and a protein name can be the same change: codon, frame and the genetic code."""

from __future__ import annotations

from .changes import CodingChange, ProteinChange
from .places import find_codon
from .residues import can_become

DRIFT = 10  # residues by which an insertion's or deletion's effect may begin later than its bases


def contradict(coding: CodingChange, protein: ProteinChange) -> str:
    """Why the two cannot be the same change, or nothing. What cannot be compared does not contradict."""
    if not coding.inside or coding.whole or not protein.first:
        return ""
    first, last = find_codon(coding.first.at), find_codon(coding.last.at)
    if coding.edit in ("sub", "equal"):
        return _compare_substitution(coding, protein, first)
    if not first - 1 <= protein.first <= last + DRIFT:
        return f"{coding.first} lies in codon {first}, the protein name says {protein.first}"
    framed = coding.growth % 3 == 0
    if protein.edit == "fs" and framed:
        return "the coding change keeps the reading frame, the protein name is a frameshift"
    if protein.edit in ("del", "dup", "ins", "delins") and not framed:
        return "the coding change shifts the reading frame, the protein name keeps it"
    return ""


def _compare_substitution(coding: CodingChange, protein: ProteinChange, codon: int) -> str:
    if protein.first != codon:
        return f"c.{coding.first} lies in codon {codon}, the protein name says {protein.first}"
    if protein.edit in ("fs", "del", "dup", "ins", "delins"):
        return "one base is replaced, the protein name inserts, deletes or shifts"
    if (
        protein.edit not in ("sub", "equal", "ext")
        or coding.edit == "equal"
        or protein.residue == ""
    ):
        return ""
    place = (coding.first.at - 1) % 3
    to = [protein.to] if protein.to else []
    if to and not can_become(protein.residue, to, place, coding.reference, coding.sequence):
        change = f"{coding.reference}>{coding.sequence} at base {place + 1} of a codon"
        return f"{change} does not make {protein.residue} into {protein.to}"
    return ""
