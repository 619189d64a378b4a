"""Reference data of a gene: what names of its variants are read and checked by (docs/variants.md).

Positions are counted from 1: bases of the coding sequence, or residues of the whole protein, as in HGVS.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

from .entry import Entry, Read

Kind = Literal[
    "missense", "nonsense", "synonymous", "frameshift", "in-frame", "splice", "start-lost",
    "stop-lost", "intronic", "untranslated", "copy-number", "substitution",
]  # fmt: skip


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What every piece of a reference has: how surely it was read, and where."""

    read: Read
    cites: list[str]


class Exon(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Coding positions of an exon, both ends included."""

    exon: int
    from_: int
    to: int


class Exons(Part, frozen=True, kw_only=True):
    coding: list[Exon]


class Domain(Part, frozen=True, kw_only=True):
    """Residues of a domain, both ends included; `part_of` names the wider one for mechanisms."""

    domain: str
    from_: int
    to: int
    part_of: str = ""


class Numbering(Part, frozen=True, kw_only=True):
    """An older way to count: position in HGVS = position as written + add."""

    numbering: str
    of: Literal["protein", "coding"]
    add: int
    words: list[str] = []


class Letter(Part, frozen=True, kw_only=True, rename={"is_": "is"}):
    """A residue (`Arg`) or base (`G`) of the reference, and where it stands."""

    is_: str
    at: list[int | str]


class Example(Part, frozen=True, kw_only=True):
    """A variant that the evidence names. doubtful: ask where a record calls it pathogenic."""

    coding: str = ""
    protein: str = ""
    written: list[str] = []
    says: str = ""
    doubtful: bool = False


class Mechanism(Part, frozen=True, kw_only=True):
    """What a kind of variant is expected to do. Empty lists and missing ends do not restrict."""

    mechanism: str
    kinds: list[Kind]
    domains: list[str] = []
    exons: list[int] = []
    from_: int | None = None
    to: int | None = None


class GeneReference(Entry, frozen=True, kw_only=True):
    """Sequences, exons, domains, numberings and known letters of one gene."""

    gene_reference: str
    read: Read
    cites: list[str]
    transcript: str = ""
    protein: str = ""
    same_numbering: list[str] = []
    coding_length: int = 0
    protein_length: int = 0
    exons: Exons | None = None
    domains: list[Domain] = []
    numberings: list[Numbering] = []
    residues: list[Letter] = []
    bases: list[Letter] = []
    examples: list[Example] = []
    mechanisms: list[Mechanism] = []


def index_genes(
    entries: Iterable[GeneReference], concepts: Iterable[str], problems: list[str]
) -> dict[str, GeneReference]:
    """References by the concept of their gene (`variant-fas`); adds to `problems` what is wrong."""
    known = frozenset(concepts)
    found: dict[str, GeneReference] = {}
    for entry in entries:
        concept = f"variant-{entry.gene_reference.lower()}"
        if concept not in known:
            problems.append(f"{entry.line}: no gene of the vocabulary is {entry.gene_reference}")
        if concept in found:
            problems.append(f"{entry.line}: {entry.gene_reference} has a reference already")
        problems += [f"{entry.line}: {text}" for text in _list_faults(entry)]
        found[concept] = entry
    return found


def _list_faults(entry: GeneReference) -> Iterator[str]:
    exons = entry.exons.coding if entry.exons else []
    at = 1
    for exon in exons:
        if exon.from_ != at or exon.to < exon.from_:
            yield f"exon {exon.exon} begins at {exon.from_} where {at} follows"
        at = exon.to + 1
    if exons and at - 1 != entry.coding_length:
        yield f"the exons end at {at - 1}, the coding sequence at {entry.coding_length}"
    if entry.coding_length and entry.coding_length != 3 * (entry.protein_length + 1):
        yield f"{entry.coding_length} bases are not {entry.protein_length} residues and a stop"
    for domain in entry.domains:
        if not 1 <= domain.from_ <= domain.to <= entry.protein_length:
            yield f"{domain.domain} lies outside of the protein"
