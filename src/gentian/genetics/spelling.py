"""The characters and words around a name: one spelling, and its pieces.

`NM_000043.6(FAS):c.749 G→A (p. Arg250Gln), exon 9` has a transcript, a coding and a protein name, and an
exon. Whatever is no such piece is kept as `strange`, and then nothing is understood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from .residues import PATTERN, THREE

_DASHES = re.compile("[‐‑‒–—―−﹣－]")
_ARROWS = re.compile("[→➔➝➞⟶⇒›＞]|&gt;")
_ACCESSION = re.compile(
    r"(?:[NX][MRPCG]_\d+|ENS[TPG]\d+|LRG_\d+(?:[tp]\d+)?|M67454|P25445)(?:\.\d+)?", re.IGNORECASE
)
_EXON = re.compile(r"\b(?:exon|ex)\.?\s*(\d{1,2})\b(?!\s*[-_])", re.IGNORECASE)
_WHOLE_EXONS = re.compile(
    r"(?:(?P<verb>deletion|duplication|del|dup) (?:of )?)?(?:exon|exons|ex)\.? ?(?P<first>\d{1,2})"
    r"(?: ?(?:-|_|to|and) ?(?:exon )?(?P<last>\d{1,2}))?(?: ?(?P<after>deletion|duplication|deleted"
    r"|duplicated|del|dup))?",
    re.IGNORECASE,
)
_NOISE = frozenset({
    "variant", "mutation", "change", "het", "heterozygous", "hom", "homozygous", "aka", "alias",
    "formerly", "also", "known", "as", "of", "and", "the", "protein", "cdna", "predicted", "-", "=",
})  # fmt: skip
_EDIT = r"(?:del|dup|ins|inv)"
_BARE_CODING = re.compile(
    rf"-?\*?\d+(?:[+-]\d+)?(?:_-?\*?\d+(?:[+-]\d+)?)?(?:[ACGT]>[ACGT]|{_EDIT}(?:[ACGT]+|\d+)?"
    rf"(?:ins[ACGT]+)?)",
    re.IGNORECASE,
)
_OLD_CODING = re.compile(r"[ACGT]\d+(?:[+-]\d+)?[ACGT]")
_BARE_PROTEIN = re.compile(
    rf"\(?(?:{PATTERN})\d+(?:_(?:{PATTERN})\d+)?(?:{PATTERN}|=|(?:{PATTERN})?(?:fs|ext).*"
    rf"|del(?:ins)?.*|dup|ins.*)\)?"
)
_IVS = re.compile(rf"IVS(\d+)([+-]\d+)(?:([ACGT])>([ACGT])|({_EDIT}[ACGT]*))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that may be a name. sort: coding | protein | bare-coding | bare-protein | bare-either | ivs.

    body: without its `c.` or `p.`.
    """

    sort: str
    body: str


@dataclass(slots=True)
class Written:
    """What stands in a name. declared: the words of the numbering it says it uses."""

    pieces: list[Piece] = field(default_factory=list)
    accessions: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    exon: int | None = None
    whole_exons: tuple[int, int, str] | None = None  # first, last, del or dup
    strange: list[str] = field(default_factory=list)


def tidy(text: str) -> str:
    """One spelling for dashes, arrows, spaces and wide letters; nothing is added or taken away."""
    text = "".join(
        one for one in text if unicodedata.category(one) not in ("Cf", "Cc") or one in "\t\n"
    )
    text = unicodedata.normalize("NFKC", _ARROWS.sub(">", _DASHES.sub("-", text)))
    text = re.sub(r"(?<=[ACGTacgt])\s*-*\s*>\s*(?=[ACGTacgt])", ">", " ".join(text.split()))
    text = re.sub(r"\b([cCpP])\s?\.\s?(?=[\w(*?=\[-])", lambda found: f"{found[1].lower()}.", text)
    text = re.sub(r"(?<=\d) (?=[ACGTacgt]>)", "", text)
    text = re.sub(rf"(?<=\d) (?={_EDIT}\b|{_EDIT}[ACGT]+\b)", "", text)
    text = re.sub(r"(?<=\d) ?([+-]) ?(?=\d)", r"\1", text)
    text = re.sub(r"(?<=\d) ?_ ?(?=[\dA-Z*])", "_", text)
    text = re.sub(rf"\b({THREE}) (?=\d+ ?(?:{THREE}|fs|del)\b)", r"\1", text, flags=re.IGNORECASE)
    return re.sub(rf"\b((?:{THREE})\d+) (?=(?:{THREE}|fs|del)\b)", r"\1", text, flags=re.IGNORECASE)


def split(text: str, words: Iterable[str], genes: Iterable[str]) -> Written:
    """The pieces of a tidied name. words: how numberings are called; genes: the gene's own names."""
    written = Written()
    text = _take_words(text, words, written)
    found = _WHOLE_EXONS.fullmatch(text.strip(" .,;:"))
    if found is not None and _read_whole_exons(found, written):
        return written
    if found := _EXON.search(text):
        written.exon = int(found[1])
        text = text[: found.start()] + " " + text[found.end() :]
    text = _take_accessions(text, written)
    own = {name.casefold() for name in genes}
    for chunk in _list_chunks(text):
        if chunk.casefold() not in own and chunk.casefold() not in _NOISE:
            _sort_chunk(chunk, written)
    return written


def _take_words(text: str, words: Iterable[str], written: Written) -> str:
    """Without the words that name a numbering, longest first."""
    for word in sorted(set(words), key=lambda one: (-len(one), one)):
        pattern = rf"\(?(?<!\w){re.escape(word)}(?!\w)\)?:?"
        if re.search(pattern, text, re.IGNORECASE):
            written.declared.append(word)
            text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text


def _read_whole_exons(found: re.Match[str], written: Written) -> bool:
    """`deletion of exons 3-5` and `exon 3 deletion`; an exon alone says nothing."""
    verb = (found["verb"] or found["after"] or "").lower()[:3]
    first, last = int(found["first"]), int(found["last"] or found["first"])
    if not verb or last < first or (found["verb"] and found["after"]):
        return False
    written.whole_exons = (first, last, verb)
    return True


def _take_accessions(text: str, written: Written) -> str:
    """Without accessions and a gene in brackets behind one: `NM_000043.6(FAS):` goes."""
    written.accessions += [found[0] for found in _ACCESSION.finditer(text)]
    text = re.sub(
        rf"(?:{_ACCESSION.pattern})(?:\((\w+)\))?\s*:?", r" \1 ", text, flags=re.IGNORECASE
    )
    return re.sub(r"\b(\w+)\s*:\s*(?=[cp]\.)", r" \1 ", text)


def _list_chunks(text: str) -> list[str]:
    """Pieces between spaces, commas, semicolons and slashes, outside of brackets; bare of brackets."""
    chunks, depth, chunk = [], 0, ""
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if depth <= 0 and letter in " ,;/" and not (letter == ";" and chunk.endswith("]")):
            chunks.append(chunk)
            chunk = ""
        else:
            chunk += letter
    return [bare for one in [*chunks, chunk] if (bare := _strip_brackets(one))]


def _strip_brackets(chunk: str) -> str:
    chunk = chunk.strip(" .:;,'\"")
    while chunk[:1] in "([" and chunk[-1:] in ")]" and len(chunk) > 1:
        chunk = chunk[1:-1].strip()
    return chunk


def _sort_chunk(chunk: str, written: Written) -> None:
    if chunk[:2] in ("c.", "p."):
        sort = "coding" if chunk[0] == "c" else "protein"
        body = re.sub(r";\[=\]$", "", chunk[2:])  # the other copy, unchanged
        if found := _IVS.fullmatch(body):
            sort, body = "ivs", found[0]
        written.pieces.append(Piece(sort, body))
    elif _IVS.fullmatch(chunk):
        written.pieces.append(Piece("ivs", chunk))
    elif _BARE_CODING.fullmatch(chunk):
        written.pieces.append(Piece("bare-coding", chunk))
    elif _BARE_PROTEIN.fullmatch(chunk):
        either = _OLD_CODING.fullmatch(chunk) is not None
        written.pieces.append(Piece("bare-either" if either else "bare-protein", chunk))
    elif _OLD_CODING.fullmatch(chunk):
        written.pieces.append(Piece("bare-coding", chunk))
    else:
        written.strange.append(chunk)


def read_ivs(body: str) -> tuple[int, int, str]:
    """(intron, offset, change) of `IVS7+2T>C`: (7, 2, `T>C`)."""
    found = _IVS.fullmatch(body)
    if found is None:
        raise ValueError(body)
    edit = f"{found[3]}>{found[4]}".upper() if found[3] else found[5]
    return int(found[1]), int(found[2]), edit
