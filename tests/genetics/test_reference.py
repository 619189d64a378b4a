"""The reference data of genes: cited, without gaps, and in agreement with its own examples."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from gentian.language.genes import GeneReference, Part, index_genes
from gentian.language.loader import load_guideline
from tests.genetics.genes import FAS, GENES, read


def list_parts(entry: GeneReference) -> Iterator[Part]:
    yield from entry.domains
    yield from entry.numberings
    yield from (*entry.residues, *entry.bases)
    yield from (*entry.examples, *entry.mechanisms)
    yield from [entry.exons] if entry.exons else []


def test_every_piece_cites_facts_that_exist_and_claims_no_more_than_they_were_read() -> None:
    known = load_guideline().sources
    for entry in GENES.values():
        assert set(entry.cites) <= set(known)
        for part in list_parts(entry):
            assert part.cites and set(part.cites) <= set(known), part
            reads = {known[cite].read for cite in part.cites}
            assert part.read != "seen" or "seen" in reads, part


def test_the_examples_of_the_evidence_are_understood_and_agree_with_the_reference() -> None:
    for example in FAS.examples:
        text = " ".join(part for part in (example.coding, example.protein) if part)
        name = read(text)
        assert (name.state, name.normal) == ("understood", text)
        for old in example.written:
            assert read(old).state == "understood"
            assert read(old).protein == example.protein


def test_the_exons_have_the_lengths_and_frames_of_the_evidence() -> None:
    assert FAS.exons is not None
    lengths = {one.exon: one.to - one.from_ + 1 for one in FAS.exons.coding}
    assert lengths == {1: 30, 2: 166, 3: 138, 4: 109, 5: 62, 6: 63, 7: 83, 8: 25, 9: 332}
    framed = [exon for exon, length in lengths.items() if length % 3 == 0 and exon not in (1, 9)]
    assert framed == [3, 6]


def test_cysteines_that_fit_both_numberings_are_those_of_the_evidence() -> None:
    at = {int(place) for one in FAS.residues if one.is_ == "Cys" for place in one.at}
    assert {place for place in at if place + 16 in at} >= {85, 127, 149}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"coding_length": 1005}, "1005 bases are not 335 residues"),
        ({"protein_length": 300, "coding_length": 903}, "lies outside of the protein"),
        ({"gene_reference": "NOGENE"}, "no gene of the vocabulary"),
    ],
)
def test_a_reference_that_cannot_be_is_refused(change: dict[str, object], fault: str) -> None:
    problems: list[str] = []
    entry = msgspec.structs.replace(FAS, **change)
    index_genes([entry], load_guideline().vocabulary.concepts, problems)
    assert any(fault in problem for problem in problems)


def test_exons_with_a_gap_are_refused() -> None:
    assert FAS.exons is not None
    exons = msgspec.structs.replace(FAS.exons, coding=FAS.exons.coding[1:])
    problems: list[str] = []
    index_genes([msgspec.structs.replace(FAS, exons=exons)], ["variant-fas"], problems)
    assert any("begins at 31 where 1 follows" in problem for problem in problems)
