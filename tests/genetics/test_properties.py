"""Laws of names: normal forms are stable, codons and positions fit, and nothing typed breaks the reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gentian.genetics.changes import (
    CodingChange,
    NotUnderstood,
    Position,
    parse_coding,
    parse_protein,
    print_coding,
    print_protein,
)
from gentian.genetics.names import normalise
from gentian.genetics.places import find_codon, list_codon_bases
from gentian.genetics.residues import CODONS, can_become, list_bases, list_codons, spell
from gentian.genetics.spelling import tidy
from tests.genetics.genes import FAS, read

BASES = st.sampled_from("ACGT")
ONE_LETTER = "ARNDCQEGHILKMFPSTWYV"
RESIDUES = st.sampled_from([spell(letter) for letter in ONE_LETTER])
PLACES = st.builds(Position, st.integers(1, 1008), st.integers(-400, 400), st.just(""))
ALPHABET = st.sampled_from(
    [*"cp.()[]>_+-*=?;:, /ACGTRXdelupinsf0123456789", "→", "–", "Arg", "fs", "IVS"]
)

PIECES = st.sampled_from([
    "c.749G>A", "p.Arg250Gln", "R234Q", "R234P", "C85R", "G943A", "c.775delA", "IVS7+2T>C", "NM_000043.6:",
    "M67454:", "legacy", "exon", "9", "deletion", "mature", "numbering", "(R250*)", "p.(E330Kfs*38)",
    "c.[310T>A];[702_704del]", "rs56006128", ",", ";", "/", "-", "FAS",
])  # fmt: skip
NAMES = st.lists(PIECES, max_size=5).map(" ".join)


@st.composite
def coding_changes(draw: st.DrawFn) -> CodingChange:
    first = draw(PLACES)
    edit = draw(st.sampled_from(["sub", "del", "dup", "ins", "delins"]))
    sequence = draw(st.text("ACGT", min_size=1, max_size=6))
    if edit == "sub":
        reference, new = draw(st.permutations("ACGT"))[:2]
        return CodingChange(edit=edit, first=first, last=first, reference=reference, sequence=new)
    if edit == "ins":
        first = Position(first.at)
        return CodingChange(edit=edit, first=first, last=Position(first.at + 1), sequence=sequence)
    last = Position(first.at + draw(st.integers(1, 40)))
    added = sequence if edit == "delins" else ""
    return CodingChange(edit=edit, first=Position(first.at), last=last, sequence=added)


@given(coding_changes())
def test_a_coding_change_is_printed_as_it_is_read(change: CodingChange) -> None:
    assert parse_coding(print_coding(change).removeprefix("c.")) == change


@given(RESIDUES, st.integers(1, 335), RESIDUES, st.sampled_from(["{}", "({})"]))
def test_a_protein_change_is_printed_as_it_is_read(
    residue: str, at: int, to: str, brackets: str
) -> None:
    body = brackets.format(f"{residue}{at}{to if to != residue else '='}")
    change = parse_protein(body)
    assert print_protein(change) == f"p.{body}"
    assert parse_protein(print_protein(change).removeprefix("p.")) == change


@given(st.one_of(st.text(max_size=40), st.lists(ALPHABET, max_size=14).map("".join), NAMES))
def test_normalising_twice_is_normalising_once_whatever_is_typed(text: str) -> None:
    for reference in (FAS, None):
        once = normalise(text, reference, ["FAS"])
        assert normalise(once, reference, ["FAS"]) == once


@given(coding_changes())
def test_an_understood_coding_name_is_stable(change: CodingChange) -> None:
    written = print_coding(change)
    name = read(written)
    assert name.normal == written
    assert (name.state == "understood") or name.why


@given(st.text(max_size=40))
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.integers(1, 1008))
def test_codon_and_coding_position_fit(at: int) -> None:
    codon = find_codon(at)
    assert codon == -(-at // 3)  # the smallest whole number that is not below at / 3
    assert at in list_codon_bases(codon)
    assert all(find_codon(base) == codon for base in list_codon_bases(codon))


@given(st.sampled_from(sorted(CODONS)), st.integers(0, 2), BASES, st.integers(1, 335))
def test_a_pair_that_the_genetic_code_allows_never_contradicts(
    codon: str, place: int, new: str, residue: int
) -> None:
    base, old = codon[place], CODONS[codon]
    to = CODONS[codon[:place] + new + codon[place + 1 :]]
    if base == new or old == "Ter":
        return
    at = list_codon_bases(residue)[place]
    protein = f"p.{old}{residue}{'=' if to == old else to}"
    assert can_become(old, [to], place, base, new)
    assert read(f"c.{at}{base}>{new} {protein}", None).state == "understood"


@given(st.integers(1, 1008), st.integers(1, 335))
def test_a_pair_in_different_codons_is_always_flagged(at: int, residue: int) -> None:
    name = read(f"c.{at}G>A p.Arg{residue}Gln", None)
    fits = find_codon(at) == residue and (at - 1) % 3 == 1  # CGN becomes CAN
    assert (name.state == "understood") is fits


@given(RESIDUES, st.integers(1, 319), RESIDUES)
def test_an_old_number_is_converted_only_where_its_residue_is_known(
    residue: str, at: int, to: str
) -> None:
    known = {int(place): one.is_ for one in FAS.residues for place in one.at}
    name = read(f"{residue}{at}{to} mature numbering")
    if residue == to:
        return
    if known.get(at + 16) == residue:
        assert name.normal == f"p.{residue}{at + 16}{to}"
    else:
        assert name.state in ("ambiguous", "contradictory")


@given(
    st.sampled_from(
        [(int(at), one.is_) for one in FAS.bases for at in one.at if isinstance(at, int)]
    )
)
def test_an_old_base_number_is_194_more(known: tuple[int, str]) -> None:
    at, base = known
    other = "A" if base != "A" else "C"
    name = read(f"c.{at + 194}{base}>{other} legacy numbering")
    assert name.normal == f"c.{at}{base}>{other}"


@given(st.sampled_from(ONE_LETTER + "*"))
def test_each_residue_has_codons_that_code_for_it(letter: str) -> None:
    name = spell(letter)
    assert list_codons(name) and all(CODONS[codon] == name for codon in list_codons(name))
    assert all(set(list_bases(name, place)) <= set("ACGT") for place in range(3))


@given(st.text("cp.delinsupACGT0123456789_+-*>()", max_size=30))
def test_the_strict_grammar_refuses_or_reads_and_never_breaks(body: str) -> None:
    for parse in (parse_coding, parse_protein):
        try:
            parse(body)
        except NotUnderstood as error:
            assert str(error)
