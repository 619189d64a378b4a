"""Residues and codons: one-letter and three-letter names, and the genetic code."""

from __future__ import annotations

from collections.abc import Iterable

_LETTERS = {
    "A": "Ala", "R": "Arg", "N": "Asn", "D": "Asp", "C": "Cys", "Q": "Gln", "E": "Glu", "G": "Gly",
    "H": "His", "I": "Ile", "L": "Leu", "K": "Lys", "M": "Met", "F": "Phe", "P": "Pro", "S": "Ser",
    "T": "Thr", "W": "Trp", "Y": "Tyr", "V": "Val", "*": "Ter", "X": "Ter",
}  # fmt: skip
_NAMES = {name.upper(): name for name in _LETTERS.values()} | {"STOP": "Ter"}
# The standard genetic code, bases in the order T C A G.
_CODE = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_ORDER = "TCAG"
CODONS: dict[str, str] = {
    a + b + c: _LETTERS[_CODE[16 * i + 4 * j + k]]
    for i, a in enumerate(_ORDER)
    for j, b in enumerate(_ORDER)
    for k, c in enumerate(_ORDER)
}
THREE = "|".join(sorted(_NAMES))
PATTERN = rf"(?i:{THREE})|[ARNDCQEGHILKMFPSTWYVX*]"  # X: a stop, as older texts write it


def spell(residue: str) -> str:
    """`R`, `ARG` and `Arg` are `Arg`; `*`, `X`, `Stop` and `Ter` are `Ter`. Raises KeyError."""
    return _NAMES.get(residue.upper()) or _LETTERS[residue]


def list_codons(residue: str) -> list[str]:
    """The codons of a residue by its three-letter name."""
    return [codon for codon, name in CODONS.items() if name == residue]


def list_bases(residue: str, place: int) -> str:
    """The bases that a residue allows at a place (0, 1 or 2) of its codon, in order."""
    return "".join(sorted({codon[place] for codon in list_codons(residue)}))


def can_become(residue: str, to: Iterable[str], place: int, base: str, new: str) -> bool:
    """Whether some codon of a residue has `base` at `place` and codes for one of `to` with `new`."""
    wanted = set(to)
    return any(
        CODONS[codon[:place] + new + codon[place + 1 :]] in wanted
        for codon in list_codons(residue)
        if codon[place] == base
    )
