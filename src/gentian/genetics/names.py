"""Read the name of a variant: `read_name(text, reference) -> VariantName`.

States: understood · ambiguous (several readings fit) · contradictory (parts of it exclude each other) ·
not-understood. Only what is understood has a normalised name and a position; all else is kept exactly as
written, with why and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from gentian.language.genes import GeneReference

from .changes import (
    MOST_CHARACTERS,
    CodingChange,
    NotUnderstood,
    ProteinChange,
    parse_coding,
    parse_protein,
    print_coding,
    print_protein,
)
from .choice import (
    BARE,
    CONTRADICTORY,
    FIXED,
    OLD,
    PREFIX,
    Doubt,
    Part,
    choose,
    choose_pair,
    say_reading,
)
from .inference import Inferred, find_example, find_kind, infer
from .numbering import (
    AGREES,
    HGVS,
    Letters,
    Reading,
    list_coding_readings,
    list_protein_readings,
)
from .places import find_boundary, find_intron, list_exons
from .spelling import Piece, Written, read_ivs, split, tidy

UNDERSTOOD, NOT_UNDERSTOOD = "understood", "not-understood"
HGVS_WORDS = ("HGVS numbering", "precursor numbering")
WRITE_HGVS = "write the coding change as the laboratory's report gives it, such as c.749G>A"
ONE_EACH = "give each variant an entry of its own"


class VariantName(Struct, frozen=True, kw_only=True):
    """What a name says. coding, protein: normalised, empty where it has none.

    remarks: how it was read; readings: what it may mean, where it is doubtful; why and mend: of a name
    that is not understood. says: what the evidence says of this very variant; doubtful: ask where a record
    calls it pathogenic.
    """

    written: str
    state: str
    coding: str = ""
    protein: str = ""
    transcript: str = ""
    inferred: Inferred = Inferred()
    remarks: list[str] = []
    readings: list[str] = []
    why: str = ""
    mend: str = ""
    says: str = ""
    doubtful: bool = False
    cites: list[str] = []

    @property
    def normal(self) -> str:
        """The normalised name where there is one, else the text exactly as written."""
        if self.state != UNDERSTOOD:
            return self.written
        return " ".join(part for part in (self._coding_name, self.protein) if part)

    @property
    def _coding_name(self) -> str:
        foreign = f"{self.transcript}:" if self.transcript and self.coding else ""
        return f"{foreign}{self.coding}"


# By the identity of the reference, which is held so that an identity is never used twice.
_kept: dict[tuple[int, str, tuple[str, ...]], tuple[GeneReference | None, VariantName]] = {}
_MOST_KEPT = 256


def read_name(
    text: str, reference: GeneReference | None = None, genes: Iterable[str] = ()
) -> VariantName:
    """What a variant's name says, as far as it can be told.

    reference: what the guideline knows of the gene, if anything. genes: the gene's own names, which may
    stand in the text. Total over texts. A name stands in several places of one plan, so the last are kept.
    """
    key = (id(reference), text, tuple(genes))
    kept = _kept.get(key)
    if kept is None or kept[0] is not reference:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = (reference, _read_name(text, reference, key[2]))
    return kept[1]


def _read_name(text: str, reference: GeneReference | None, genes: tuple[str, ...]) -> VariantName:
    try:
        return _read(text, reference, list(genes))
    except NotUnderstood as error:
        mend = error.mend or WRITE_HGVS
        return VariantName(written=text, state=NOT_UNDERSTOOD, why=str(error), mend=mend)
    except Doubt as doubt:
        return VariantName(
            written=text,
            state=doubt.state,
            why=doubt.why,
            readings=list(dict.fromkeys(map(say_reading, doubt.readings))),
            mend=f"{WRITE_HGVS}, or say which numbering it uses",
            cites=list(dict.fromkeys(cite for one in doubt.readings for cite in one.cites)),
        )


def normalise(text: str, reference: GeneReference | None = None, genes: Iterable[str] = ()) -> str:
    """The normalised name, or the text exactly as written where it is not understood."""
    return read_name(text, reference, genes).normal


def _read(text: str, reference: GeneReference | None, genes: list[str]) -> VariantName:
    if len(text) > MOST_CHARACTERS:
        raise NotUnderstood("the name is too long")
    words = [word for one in (reference.numberings if reference else []) for word in one.words]
    written = split(tidy(text), [*words, *HGVS_WORDS], genes)
    if found := _find_alias(written, reference):
        return _build(text, written, *found, reference, [])
    if written.strange:
        raise NotUnderstood(f"{written.strange[0][:60]!r} is no name of a change")
    if written.whole_exons:
        return _read_exons(text, *written.whole_exons, reference)
    return _read_pieces(text, written, reference)


# -- older names that the evidence itself explains ----------------------------------------------------


def _find_alias(
    written: Written, reference: GeneReference | None
) -> tuple[Reading | None, Reading | None] | None:
    """The readings of a name that the guideline lists as another name of a variant."""
    bodies = [piece.body for piece in written.pieces if piece.sort.startswith("bare")]
    names = [*bodies, *written.strange]
    if len(names) != 1 or len(written.pieces) > 1 or reference is None:
        return None
    for example in reference.examples:
        if names[0].casefold() in {name.casefold() for name in example.written}:
            why = f"older name of {example.protein or example.coding}"
            coding = protein = None
            only_protein = any(piece.sort == "bare-protein" for piece in written.pieces)
            if example.coding and not only_protein:
                change = parse_coding(example.coding.removeprefix("c."))
                coding = Reading(numbering=why, check=AGREES, why=why, coding=change)
            if example.protein:
                other = parse_protein(example.protein.removeprefix("p."))
                protein = Reading(numbering=why, check=AGREES, why=why, protein=other)
            return coding, protein
    return None


# -- deletions and duplications of exons --------------------------------------------------------------


def _read_exons(
    text: str, first: int, last: int, verb: str, reference: GeneReference | None
) -> VariantName:
    """`deletion of exons 3 to 5`: its ends are not known, and are not made up."""
    known = {
        exon.exon for exon in (reference.exons.coding if reference and reference.exons else [])
    }
    if known and not {first, last} <= known:
        raise Doubt(CONTRADICTORY, f"the gene has coding exons {min(known)} to {max(known)}")
    place = f"exon {first}" if first == last else f"exons {first} to {last}"
    return VariantName(
        written=text,
        state=UNDERSTOOD,
        coding=f"{'duplication' if verb == 'dup' else 'deletion'} of {place}",
        inferred=Inferred(kind="copy-number", place=place),
    )


# -- names --------------------------------------------------------------------------------------------


def _read_pieces(text: str, written: Written, reference: GeneReference | None) -> VariantName:
    letters = Letters(reference)
    codings, proteins, either = _sort_pieces(written)
    if (
        any(";" in piece.body for piece in (*codings, *proteins))
        or max(len(codings), len(proteins)) > 1
    ):
        raise NotUnderstood("several changes in one name", ONE_EACH)
    if either:
        return _build(text, written, *_read_either(either, written, letters), reference, [])
    coding = _read_coding_part(codings[0], written, letters) if codings else None
    protein = _read_protein_part(proteins[0], written, letters) if proteins else None
    chosen: tuple[Reading | None, Reading | None]
    if coding and protein:
        chosen = choose_pair(coding, protein)
    elif coding or protein:
        chosen = (choose(coding) if coding else None, choose(protein) if protein else None)
    else:
        raise NotUnderstood("no change is named")
    remarks = [f"{piece.body[:60]} by the map of exons" for piece in codings if piece.sort == "ivs"]
    return _build(text, written, *chosen, reference, remarks)


def _sort_pieces(written: Written) -> tuple[list[Piece], list[Piece], Piece | None]:
    """Coding pieces, protein pieces, and the one that may be either where nothing else tells."""
    codings = [one for one in written.pieces if one.sort in ("coding", "bare-coding", "ivs")]
    proteins = [one for one in written.pieces if one.sort in ("protein", "bare-protein")]
    either = [one for one in written.pieces if one.sort == "bare-either"]
    if len(either) > 1 or (either and codings and proteins):
        raise NotUnderstood("several changes in one name", ONE_EACH)
    if either and codings:
        return codings, either, None
    if either and proteins:
        return either, proteins, None
    return codings, proteins, either[0] if either else None


def _read_either(
    piece: Piece, written: Written, letters: Letters
) -> tuple[Reading | None, Reading | None]:
    """`A915C` is a base or a residue: every reading of both, of which one must stand out."""
    protein = _read_protein_part(piece, written, letters)
    coding = _read_coding_part(piece, written, letters)
    if letters.reference is None or not letters.reference.coding_length:
        return None, choose(protein)
    readings = [*protein.readings, *coding.readings]
    if protein.stated == OLD:
        readings = [*protein.readings[1:], *coding.readings[1:]]
    live = [one for one in readings if one.check != "refuted"]
    if len(live) == 1 and live[0].check == AGREES:
        return (live[0], None) if live[0].coding else (None, live[0])
    if not live:
        raise Doubt(CONTRADICTORY, protein.readings[0].why, [])
    raise Doubt("ambiguous", "it may name bases or residues, and its numbering is not stated", live)


def _state(piece: Piece, written: Written, letters: Letters, of: str) -> str:
    """What a name says of its numbering."""
    old = {
        word
        for one in (letters.reference.numberings if letters.reference else [])
        for word in one.words
        if one.of == of
    }
    if any(word in old for word in written.declared):
        return OLD
    if any(word in HGVS_WORDS for word in written.declared) or piece.sort == "ivs":
        return FIXED
    if piece.sort in ("coding", "protein"):
        return FIXED if written.accessions else PREFIX
    return BARE


def _read_coding_part(piece: Piece, written: Written, letters: Letters) -> Part:
    body = _convert_ivs(piece.body, letters.reference) if piece.sort == "ivs" else piece.body
    change = parse_coding(body)
    if _is_foreign(written, letters.reference):
        readings = [Reading(numbering=HGVS, check="not checkable", why="", coding=change)]
        return Part(stated=FIXED, readings=readings)
    stated = _state(piece, written, letters, "coding")
    return Part(stated=stated, readings=list_coding_readings(change, letters))


def _convert_ivs(body: str, reference: GeneReference | None) -> str:
    intron, offset, edit = read_ivs(body)
    place = find_boundary(reference, intron, offset) if reference else None
    if place is None:
        raise NotUnderstood(f"no map of exons here places intron {intron}")
    return f"{place}{edit}"


def _read_protein_part(piece: Piece, written: Written, letters: Letters) -> Part:
    change = parse_protein(piece.body)
    if _is_foreign(written, letters.reference):
        readings = [Reading(numbering=HGVS, check="not checkable", why="", protein=change)]
        return Part(stated=FIXED, readings=readings)
    stated = _state(piece, written, letters, "protein")
    return Part(stated=stated, readings=list_protein_readings(change, letters))


def _is_foreign(written: Written, reference: GeneReference | None) -> bool:
    """The name is on a sequence whose numbering is not known to be the reference's."""
    return bool(_find_foreign(written, reference))


def _find_foreign(written: Written, reference: GeneReference | None) -> str:
    if reference is None:
        return next(iter(written.accessions), "")
    own = {
        name.partition(".")[0].upper()
        for name in (reference.transcript, reference.protein, *reference.same_numbering)
    }
    others = [one for one in written.accessions if one.partition(".")[0].upper() not in own]
    return next(iter(others), "")


# -- the result ---------------------------------------------------------------------------------------


def _build(
    text: str,
    written: Written,
    coding: Reading | None,
    protein: Reading | None,
    reference: GeneReference | None,
    remarks: list[str],
) -> VariantName:
    change = coding.coding if coding else None
    other = protein.protein if protein else None
    foreign = _find_foreign(written, reference)
    used = [reading for reading in (coding, protein) if reading is not None]
    if foreign or reference is None:
        remarks = [*remarks, _say_unmapped(foreign)]
        inferred, example = Inferred(kind=find_kind(change, other)), None
    else:
        _check_place(change, other, written, reference)
        inferred = infer(change, other, reference)
        example = find_example(change, other, reference)
        remarks = [*remarks, *_say_numbering(used, written, reference)]
    cites = [*(cite for one in used for cite in one.cites), *inferred.cites]
    return VariantName(
        written=text,
        state=UNDERSTOOD,
        coding=print_coding(change) if change else "",
        protein=print_protein(other) if other else "",
        transcript=foreign,
        inferred=inferred,
        remarks=remarks,
        says=example.says if example else "",
        doubtful=example.doubtful if example else False,
        cites=list(dict.fromkeys([*cites, *(example.cites if example else [])])),
    )


def _say_unmapped(foreign: str) -> str:
    if foreign:
        return f"on {foreign}: exon and domain are not inferred"
    return "no map of this gene is in the guideline: exon and domain are not inferred"


def _say_numbering(used: list[Reading], written: Written, reference: GeneReference) -> list[str]:
    """How positions were counted, and whether the letters could be checked."""
    said = []
    for one in used:
        if one.numbering == HGVS or one.why == one.numbering:
            said.append(one.why)
        else:
            said.append(f"from {one.numbering} numbering ({one.why})")
    if not written.accessions and reference.transcript and any(one.coding for one in used):
        said.append(f"no transcript written, read on {reference.transcript}")
    return list(dict.fromkeys(text for text in said if text))


def _check_place(
    coding: CodingChange | None,
    protein: ProteinChange | None,
    written: Written,
    reference: GeneReference,
) -> None:
    """Introns begin and end where exons do, and an exon that is written is the one. Raises Doubt."""
    if reference.exons is None:
        return
    for end in (coding.first, coding.last) if coding and not coding.whole else ():
        if end.offset and not end.zone and find_intron(reference, end) is None:
            raise Doubt(
                CONTRADICTORY, f"no exon ends or begins at c.{end.at} in the guideline's map"
            )
    if written.exon is None:
        return
    found = infer(coding, protein, reference)
    exons = _list_exons(coding, protein, reference)
    if exons and written.exon not in exons:
        raise Doubt(
            CONTRADICTORY, f"exon {written.exon} is written, its position lies in {found.place}"
        )


def _list_exons(
    coding: CodingChange | None, protein: ProteinChange | None, reference: GeneReference
) -> list[int]:
    if coding is not None and not coding.first.zone:
        near = list_exons(reference, coding.first.at, coding.last.at)
    elif protein is not None and protein.first:
        near = list_exons(reference, 3 * protein.first - 2, 3 * protein.last)
    else:
        near = []
    return [exon.exon for exon in near]
