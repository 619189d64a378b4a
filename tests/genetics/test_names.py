"""Names of FAS variants: what is understood, what is asked, and what stays as it is written."""

from __future__ import annotations

import pytest

from tests.genetics.genes import CASP10, FAS, read

UNDERSTOOD = [
    # coding changes, however they are typed
    ("c.749G>A", "c.749G>A"),
    (" c.749G>A ", "c.749G>A"),
    ("c. 749 G > A", "c.749G>A"),
    ("c.749G→A", "c.749G>A"),
    ("c.749G->A", "c.749G>A"),
    ("c.749G&gt;A", "c.749G>A"),
    ("c.749g>a", "c.749G>A"),
    ("C.749G>A", "c.749G>A"),
    ("c.\u200b749G\u00a0>\u00a0A", "c.749G>A"),
    ("c.(749G>A)", "c.749G>A"),
    ("c.[749G>A]", "c.749G>A"),
    ("c.[749G>A];[=]", "c.749G>A"),
    ("c.G749A", "c.749G>A"),
    ("749G>A", "c.749G>A"),
    ("FAS c.749G>A", "c.749G>A"),
    ("FAS:c.749G>A", "c.749G>A"),
    ("TNFRSF6: c.749G>A", "c.749G>A"),
    ("heterozygous c.749G>A variant", "c.749G>A"),
    # with a sequence; the version does not move a coding position of the reference
    ("NM_000043.6:c.749G>A", "c.749G>A"),
    ("NM_000043:c.749G>A", "c.749G>A"),
    ("nm_000043.6:c.749G>A", "c.749G>A"),
    ("NM_000043.6(FAS):c.749G>A", "c.749G>A"),
    ("NM_000043.6 (FAS): c.749G>A (p.Arg250Gln)", "c.749G>A p.Arg250Gln"),
    ("ENST00000652046.1:c.651+2T>C", "c.651+2T>C"),
    ("NP_000034.1:p.Arg250Gln", "p.Arg250Gln"),
    # deletions, duplications, insertions
    ("c.775del", "c.775del"),
    ("c.775delA", "c.775del"),
    ("c.702_704delACT", "c.702_704del"),
    ("c.702_704del3", "c.702_704del"),
    ("c.968_987dup", "c.968_987dup"),
    ("c.968 _ 987 dup", "c.968_987dup"),
    ("c.968_987dup20", "c.968_987dup"),
    ("c.334_335insA", "c.334_335insA"),
    ("c.749_750delinsTT", "c.749_750delinsTT"),
    ("c.749_750delGCinsTT", "c.749_750delinsTT"),
    # introns, and before and after the coding sequence
    ("c.651+2T>C", "c.651+2T>C"),
    ("c.652\u20112A>C", "c.652-2A>C"),
    ("c.652\u22122A>C", "c.652-2A>C"),
    ("c.651 + 2 T > C", "c.651+2T>C"),
    ("IVS7+2T>C", "c.651+2T>C"),
    ("IVS7+2 T→C", "c.651+2T>C"),
    ("IVS6-1G>A", "c.569-1G>A"),
    ("c.IVS7+2T>C", "c.651+2T>C"),
    ("c.651+1_651+5del", "c.651+1_651+5del"),
    ("c.-5G>A", "c.-5G>A"),
    ("c.*20A>G", "c.*20A>G"),
    # proteins
    ("p.Arg250Gln", "p.Arg250Gln"),
    ("p.(Arg250Gln)", "p.(Arg250Gln)"),
    ("p.R250Q", "p.Arg250Gln"),
    ("p.(R250Q)", "p.(Arg250Gln)"),
    ("P.ARG250GLN", "p.Arg250Gln"),
    ("Arg250Gln", "p.Arg250Gln"),
    ("R250Q", "p.Arg250Gln"),
    ("p. Arg 250 Gln", "p.Arg250Gln"),
    ("c.749G>A - p.Arg250Gln", "c.749G>A p.Arg250Gln"),
    ("c.749G>A = p.Arg250Gln", "c.749G>A p.Arg250Gln"),
    ("p.R250*", "p.Arg250Ter"),
    ("p.R250X", "p.Arg250Ter"),
    ("p.Arg250Stop", "p.Arg250Ter"),
    ("p.Arg250=", "p.Arg250="),
    ("p.Glu330LysfsTer38", "p.Glu330LysfsTer38"),
    ("p.E330Kfs*38", "p.Glu330LysfsTer38"),
    ("p.(Glu330LysfsX38)", "p.(Glu330LysfsTer38)"),
    ("E330fs", "p.Glu330fs"),
    ("p.Glu330LysfsTer?", "p.Glu330LysfsTer?"),
    ("p.Thr235del", "p.Thr235del"),
    ("p.Cys104_Cys107del", "p.Cys104_Cys107del"),
    ("p.C104_C107dup", "p.Cys104_Cys107dup"),
    ("p.Met1?", "p.Met1?"),
    ("p.?", "p.?"),
    ("p.0", "p.0"),
    ("p.Ter336Glnext*17", "p.Ter336GlnextTer17"),
    # both names, with words and an exon around them
    ("c.748C>T p.(Arg250Ter)", "c.748C>T p.(Arg250Ter)"),
    ("c.749G>A; p.R250Q", "c.749G>A p.Arg250Gln"),
    ("c.749G>A, p.Arg250Gln", "c.749G>A p.Arg250Gln"),
    ("p.Arg250Gln/c.749G>A", "c.749G>A p.Arg250Gln"),
    ("c.749G>A (p.Arg250Gln)", "c.749G>A p.Arg250Gln"),
    ("exon 9, c.749G>A, p.R250Q", "c.749G>A p.Arg250Gln"),
    ("c.775del p.(Ile259*)", "c.775del p.(Ile259Ter)"),
    ("c.651+2T>C p.?", "c.651+2T>C p.?"),
    # whole exons
    ("exon 3 deletion", "deletion of exon 3"),
    ("deletion of exons 3-5", "deletion of exons 3 to 5"),
    ("del exon 8", "deletion of exon 8"),
    ("duplication of exon 2", "duplication of exon 2"),
    ("c.(196+1_197-1)_(334+1_335-1)del", "c.(196+1_197-1)_(334+1_335-1)del"),
    # old numbering that is said, and old names that the evidence lists (4.3)
    ("R234P mature numbering", "p.Arg250Pro"),
    ("p.R234P (legacy numbering)", "p.Arg250Pro"),
    ("C85R mature numbering", "p.Cys101Arg"),
    ("M67454:c.943G>A", "c.749G>A"),
    ("G943A legacy numbering", "c.749G>A p.Arg250Gln"),
    ("R234Q", "p.Arg250Gln"),
    ("T225P", "p.Thr241Pro"),
    ("D244V", "p.Asp260Val"),
    ("Y216C", "p.Tyr232Cys"),
    ("C66R", "p.Cys82Arg"),
    ("A915C", "c.721A>C p.Thr241Pro"),
    ("G943A", "c.749G>A p.Arg250Gln"),
    ("G943A (R234Q)", "c.749G>A p.Arg250Gln"),
    ("A915C T225P", "c.721A>C p.Thr241Pro"),
    ("c.749G>A (R234Q)", "c.749G>A p.Arg250Gln"),
    ("c.749G>A p.R234Q", "c.749G>A p.Arg250Gln"),
    ("rs56006128", "c.580G>A p.Glu194Lys"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "normal"), UNDERSTOOD)
def test_a_name_is_understood_and_its_normal_form_reads_back_to_itself(
    written: str, normal: str
) -> None:
    name = read(written)
    assert (name.state, name.normal) == ("understood", normal)
    assert read(normal).normal == normal


AMBIGUOUS = [
    ("R234P", ["p.Arg234Pro", "p.Arg250Pro"]),  # Arg250 is known, residue 234 is not
    ("p.Arg234Pro", ["p.Arg234Pro", "p.Arg250Pro"]),
    ("C85R", ["p.Cys85Arg", "p.Cys101Arg"]),  # a cysteine in both numberings (DX-178)
    ("C127Y", ["p.Cys127Tyr", "p.Cys143Tyr"]),
    ("C149Y", ["p.Cys149Tyr", "p.Cys165Tyr"]),
    ("c.943G>A", ["c.943G>A", "c.749G>A"]),
    ("Arg250Gln mature numbering", ["p.Arg250Gln", "p.Arg266Gln"]),
    ("775delA", ["c.775del", "c.581del"]),
    ("L100P", ["p.Leu100Pro", "p.Leu116Pro"]),
    ("G228A", ["p.Gly228Ala", "p.Gly244Ala"]),
]


@pytest.mark.parametrize(("written", "readings"), AMBIGUOUS)
def test_of_a_name_that_fits_more_than_one_numbering_all_readings_are_said(
    written: str, readings: list[str]
) -> None:
    name = read(written)
    assert (name.state, name.normal, name.inferred.place) == ("ambiguous", written, "")
    assert [text.split()[0] for text in name.readings][:2] == readings
    assert "numbering" in name.mend


CONTRADICTORY = [
    ("c.749G>A p.Arg251Gln", "codon 250"),
    ("c.749G>A p.Arg250Pro", "does not make Arg into Pro"),
    ("c.749G>A p.Arg250=", "does not make Arg into Arg"),
    ("c.749G>A p.Arg250fs", "shifts"),
    ("c.775del p.Ile259del", "shifts the reading frame"),
    ("c.702_704del p.Thr235fs", "keeps the reading frame"),
    ("c.702_704del p.Arg250del", "codon 234"),
    ("c.749C>A", "base 749 is G"),
    ("c.779C>T", "codon 260 is Asp"),
    ("p.Lys250Gln", "residue 250 is Arg"),
    ("p.Leu340Pro", "335 residues"),
    ("c.1200A>G", "1008 bases"),
    ("c.640+2T>C", "no exon ends or begins at c.640"),
    ("c.650-1G>A", "no exon ends or begins at c.650"),
    ("exon 8, c.749G>A", "exon 8 is written"),
    ("exon 12 deletion", "exons 1 to 9"),
    ("K69R mature numbering", "residue 85 is Cys"),
    ("c.968\u2013987dup", "no exon ends or begins at c.968"),  # a dash is no range in HGVS
]


@pytest.mark.parametrize(("written", "why"), CONTRADICTORY)
def test_a_name_whose_parts_exclude_each_other_is_kept_as_written(written: str, why: str) -> None:
    name = read(written)
    assert (name.state, name.normal) == ("contradictory", written)
    assert why in name.why
    assert name.inferred.codon == 0 and name.mend


NOT_UNDERSTOOD = [
    "garbage",
    "c.",
    "p.",
    "c.749",
    "c.749G>",
    "c.749G>A?",
    "p.Arg250",
    "p.Xyz250Gln",
    "p.Arg250_Cys240del",
    "c.334_336insA",
    "c.702_704delAC",
    "c.968_987dup19",
    "c.750_749del",
    "c.749G>G" * 60,
    "no c.749G>A",
    "c.749G>A not found",
    "c.[310T>A];[702_704del]",
    "c.310T>A; c.702_704del",
    "p.Arg250Gln p.Cys104Ser",
    "g.89012082T>C",
    "chr10:89012082T>C",
    "NC_000010.11:g.89012082T>C",
    "rs1",
    "IVS12+1G>A",
    "exon 9",
    "large deletion",
    "Exon-6 skipping",
    "p.Arg2?",
    "💊",
    "c.749G>A\u202ep.Lys",
    "(((",
    "[]",
    ";",
]


@pytest.mark.parametrize("written", NOT_UNDERSTOOD)
def test_what_is_no_single_change_is_kept_exactly_as_written(written: str) -> None:
    name = read(written)
    assert (name.state, name.normal) == ("not-understood", written)
    assert name.why and name.mend


@pytest.mark.parametrize("text", ["A" * 5000, "p.Arg1delins" + "A" * 400, "(" * 300, "c.1_" * 100])
def test_a_text_that_is_no_name_is_refused_in_few_words(text: str) -> None:
    name = read(text)
    assert (name.state, name.normal) == ("not-understood", text)
    assert len(name.why) < 250


# -- inferences ---------------------------------------------------------------------------------------

PLACES = [
    ("c.749G>A p.Arg250Gln", "missense", "exon 9", 250, "death domain", "dominant interference"),
    ("p.Cys104Ser", "missense", "exon 3", 104, "extracellular", "interference or retention"),
    ("c.310T>A p.Cys104Ser", "missense", "exon 3", 104, "extracellular", "interference or"),
    ("c.702_704del p.Thr235del", "in-frame", "exon 9", 235, "death domain", "dominant"),
    ("c.775del p.(Ile259*)", "nonsense", "exon 9", 259, "death domain", "escape from decay"),
    ("c.968_987dup p.Glu330LysfsTer38", "frameshift", "exon 9", 330, "cytoplasmic", "escape"),
    ("c.50del", "frameshift", "exon 2", 17, "signal peptide or extracellular", "haploinsuff"),
    ("p.Lys100Ter c.298A>T", "nonsense", "exon 3", 100, "extracellular", "haploinsufficiency"),
    ("c.590del", "frameshift", "exon 7", 197, "cytoplasmic", ""),  # where it stops is not said
    ("c.334+1G>A", "splice", "intron 3", 0, "", "exon probably skipped in frame"),
    ("c.335-1G>A", "splice", "intron 3", 0, "", "haploinsufficiency expected"),
    ("c.651+2T>C", "splice", "intron 7", 0, "", ""),
    ("c.651+312A>G", "intronic", "intron 7", 0, "", ""),
    ("c.580G>A p.Glu194Lys", "missense", "exon 7", 194, "cytoplasmic", ""),
    ("c.3G>T", "start-lost", "exon 1", 1, "signal peptide", ""),
    ("c.748C>T", "substitution", "exon 9", 250, "death domain", ""),  # missense or stop: not said
    ("p.Gly66Ser", "missense", "exon 2 or 3", 66, "extracellular", "interference"),
    ("c.-5G>A", "untranslated", "outside of the coding exons", 0, "", ""),
    ("exon 3 deletion", "copy-number", "exon 3", 0, "", ""),
]


@pytest.mark.parametrize(("written", "kind", "place", "codon", "domain", "mechanism"), PLACES)
def test_place_and_mechanism_follow_the_maps_of_the_guideline(
    written: str, kind: str, place: str, codon: int, domain: str, mechanism: str
) -> None:
    found = read(written).inferred
    assert (found.kind, found.place, found.codon) == (kind, place, codon)
    assert found.domain.startswith(domain) and bool(found.domain) is bool(domain)
    assert found.mechanism.startswith(mechanism) and bool(found.mechanism) is bool(mechanism)


def test_another_transcript_is_not_moved_to_the_reference() -> None:
    name = read("NM_152871.3:c.749G>A")
    assert name.normal == "NM_152871.3:c.749G>A"
    assert (name.inferred.place, name.inferred.codon) == ("", 0)
    assert any("not inferred" in text for text in name.remarks)


def test_a_gene_without_a_map_has_its_names_normalised_and_compared_only() -> None:
    name = read("c. 100 C > T  p.R34*", None)
    assert (name.normal, name.inferred.place) == ("c.100C>T p.Arg34Ter", "")
    assert read("c.100C>T p.Arg35Ter", None).state == "contradictory"
    assert read("V410I", CASP10).normal == "p.Val410Ile"


def test_old_numbering_is_sixteen_residues_and_never_twenty_five() -> None:
    [numbering] = [one for one in FAS.numberings if one.of == "protein"]
    assert numbering.add == 16
    assert "p.Arg259Pro" not in str(read("R234P").readings)


@pytest.mark.parametrize(
    ("written", "reference", "doubtful"),
    [
        ("c.580G>A", FAS, True),
        ("p.E194K", FAS, True),
        ("c.817C>A p.Gln273Lys", FAS, True),
        ("c.968_987dup p.Glu330LysfsTer38", FAS, True),
        ("c.749G>A p.Arg250Gln", FAS, False),
        ("p.Val410Ile", CASP10, True),
        ("Y446C", CASP10, True),
        ("L285F", CASP10, False),
    ],
)
def test_what_the_evidence_doubts_is_known(written: str, reference: object, doubtful: bool) -> None:
    name = read(written, reference)  # type: ignore[arg-type]
    assert name.doubtful is doubtful and bool(name.says) >= doubtful
