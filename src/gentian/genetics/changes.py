"""One change, coding or protein, parsed strictly once its spelling is settled.

The grammar is that of mavehgvs; what it does not hold (predicted changes in brackets, the stop of a
frameshift, a lost start, deletions of exons with open ends) is taken off before and put back after.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from .residues import PATTERN, spell

MOST_CHARACTERS = 200


class NotUnderstood(ValueError):
    """A text that is no change of the expected level; says why, and how to mend it if that is special."""

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(why)
        self.mend = mend


class Position(NamedTuple):
    """A place in the coding sequence: base `at`, `offset` bases into the intron, in a `zone`.

    zone: "" inside, "-" before the start codon (`at` counts back), "*" after the stop codon.
    """

    at: int
    offset: int = 0
    zone: str = ""

    def __str__(self) -> str:
        return f"{self.zone}{self.at}{f'{self.offset:+d}' if self.offset else ''}"


class CodingChange(Struct, frozen=True, kw_only=True):
    """edit: sub | del | dup | ins | delins | inv | equal. sequence: bases put in; counts: of exons.

    whole: the range is of whole exons, its ends lie somewhere in the introns.
    """

    edit: str
    first: Position
    last: Position
    reference: str = ""
    sequence: str = ""
    whole: bool = False

    @property
    def inside(self) -> bool:
        """Both ends lie on coding bases."""
        return not any(end.offset or end.zone for end in (self.first, self.last)) or self.whole

    @property
    def growth(self) -> int:
        """Bases that the coding sequence gains; negative where it loses some."""
        span = self.last.at - self.first.at + 1
        gains = {"del": -span, "dup": span, "ins": len(self.sequence)}
        return len(self.sequence) - span if self.edit == "delins" else gains.get(self.edit, 0)


class ProteinChange(Struct, frozen=True, kw_only=True):
    """edit: sub | fs | del | dup | ins | delins | ext | equal | start | unknown | none.

    residue, until: three-letter names at `first` and `last`; to: what stands there afterwards;
    stop: residues up to the new stop, as written (`38`, `?`). predicted: written in brackets.
    """

    edit: str
    first: int = 0
    last: int = 0
    residue: str = ""
    until: str = ""
    to: str = ""
    stop: str = ""
    predicted: bool = False


# -- coding -------------------------------------------------------------------------------------------

_OLD_STYLE = re.compile(r"([ACGT])(-?\*?\d+(?:[+-]\d+)?)([ACGT])")
_WHOLE = re.compile(r"\((\d+)\+1_(\d+)-1\)_\((\d+)\+1_(\d+)-1\)(del|dup)")
_TAIL = re.compile(r"(.*?)(del|dup)([ACGT]+|\d+)?(ins[ACGT]+)?")


@lru_cache(maxsize=1024)  # the examples of a reference are read again for every name
def parse_coding(body: str) -> CodingChange:
    """What stands behind `c.`: `749G>A`, `G749A`, `702_704delTAC`. Raises NotUnderstood."""
    if len(body) > MOST_CHARACTERS:
        raise NotUnderstood("the name is too long")
    body = re.sub("[acgt]", lambda found: found[0].upper(), _unwrap(body))
    if found := _WHOLE.fullmatch(body):
        return _read_whole(found)
    if found := _OLD_STYLE.fullmatch(body):
        body = f"{found[2]}{found[1]}>{found[3]}"
    lost = ""
    if (found := _TAIL.fullmatch(body)) and found[3] and (found[2] == "del" or not found[4]):
        body, lost = f"{found[1]}{found[2]}{found[4] or ''}", found[3]
    change = _read_coding(_parse(f"c.{body}"), body)
    _check_length(change, lost)
    return change


def _unwrap(body: str) -> str:
    """Without one pair of brackets around all of it."""
    found = re.fullmatch(r"\(([^()]*)\)|\[([^\[\];]*)\]", body)
    return (found[1] or found[2] or "") if found else body


def _parse(text: str) -> Any:
    """The variant as the grammar's library sees it. Raises NotUnderstood."""
    from mavehgvs import MaveHgvsParseError, Variant  # a tenth of a second: only where one is named

    try:
        return Variant(text)
    except MaveHgvsParseError as error:
        raise NotUnderstood(f"{text[:60]}: {str(error)[:100]}") from None


def _read_coding(variant: Any, body: str) -> CodingChange:
    ends = variant.positions
    first, last = ends if isinstance(ends, tuple) else (ends, ends)
    kind = variant.variant_type
    if kind not in ("sub", "del", "dup", "ins", "delins", "equal") or first is None:
        raise NotUnderstood(f"c.{body[:60]}: a change of this kind is not read")
    sequence = variant.sequence
    pair = sequence if isinstance(sequence, tuple) else ("", sequence or "")
    return CodingChange(
        edit=kind,
        first=_place(first),
        last=_place(last),
        reference=pair[0],
        sequence="" if kind == "equal" else pair[1],
    )


def _place(position: Any) -> Position:
    offset = position.intronic_position or 0
    if position.utr:
        zone = "-" if position.position < 0 else "*"
        return Position(abs(position.position), offset, zone)
    return Position(position.position, offset)


def _read_whole(found: re.Match[str]) -> CodingChange:
    before, first, last, after = (int(found[group]) for group in range(1, 5))
    if not (before + 1 == first <= last == after - 1):
        raise NotUnderstood("the ends of the range are not those of introns")
    return CodingChange(edit=found[5], first=Position(first), last=Position(last), whole=True)


def _check_length(change: CodingChange, lost: str) -> None:
    """Bases that are written out, or counted, must be as many as the range holds."""
    if not lost or change.first.offset or change.last.offset or change.first.zone:
        return
    written = int(lost) if lost.isdigit() else len(lost)
    span = change.last.at - change.first.at + 1
    if written != span:
        raise NotUnderstood(f"{written} bases are named, the positions hold {span}")


def print_coding(change: CodingChange) -> str:
    """`c.749G>A`, as HGVS writes it."""
    if change.whole:
        first, last = change.first.at, change.last.at
        return f"c.({first - 1}+1_{first}-1)_({last}+1_{last + 1}-1){change.edit}"
    place = str(change.first)
    if change.last != change.first:
        place += f"_{change.last}"
    if change.edit == "sub":
        return f"c.{place}{change.reference}>{change.sequence}"
    return f"c.{place}{'=' if change.edit == 'equal' else change.edit}{change.sequence}"


# -- protein ------------------------------------------------------------------------------------------

_STOP = r"(?i:ter|stop)|\*|X"
_PROTEIN = re.compile(
    rf"(?P<residue>{PATTERN})(?P<first>\d+)"
    rf"(?:_(?P<until>{PATTERN})(?P<last>\d+))?"
    rf"(?:(?P<to>{PATTERN}|=)"
    rf"|(?P<edit>(?i:delins|ins|del|dup))(?P<more>(?:{PATTERN})*)"
    rf"|(?P<shift>{PATTERN})?(?P<fs>(?i:fs))(?:(?:{_STOP})(?P<stop>\d+|\?)?)?"
    rf"|(?P<beyond>{PATTERN})?(?P<ext>(?i:ext))(?:(?:{_STOP})?(?P<end>\d+|\?))?"
    rf"|(?P<open>\?))"
)


@lru_cache(maxsize=1024)
def parse_protein(body: str) -> ProteinChange:
    """What stands behind `p.`: `Arg250Gln`, `(R250*)`, `E330Kfs*38`. Raises NotUnderstood."""
    if len(body) > MOST_CHARACTERS:
        raise NotUnderstood("the name is too long")
    bare = _unwrap(body)
    predicted = body.startswith("(") and bare != body
    if bare in ("?", "0", "0?", "="):
        edit = {"?": "unknown", "=": "equal"}.get(bare, "none")
        return ProteinChange(edit=edit, predicted=predicted)
    found = _PROTEIN.fullmatch(bare)
    if found is None:
        raise NotUnderstood(f"p.{body[:60]}: no protein change")
    change = _read_protein(found, predicted)
    if change.edit in ("sub", "fs", "del", "dup", "ins", "delins"):
        _parse(_print_bare(change))
    return change


def _read_protein(found: re.Match[str], predicted: bool) -> ProteinChange:
    first = int(found["first"])
    last = int(found["last"] or first)
    residue = spell(found["residue"])
    if first < 1 or last < first or (found["last"] and not found["edit"]):
        raise NotUnderstood(f"p.{found[0][:60]}: its positions do not fit")
    edit, to, stop = _find_edit(found, residue, first)
    if edit == "fs" and to == "Ter":
        raise NotUnderstood(
            f"p.{found[0][:60]}: a frameshift that begins with a stop is written as a stop"
        )
    return ProteinChange(
        edit=edit,
        first=first,
        last=last,
        residue=residue,
        until=spell(found["until"]) if found["until"] else residue,
        to=to,
        stop=stop,
        predicted=predicted,
    )


def _print_bare(change: ProteinChange) -> str:
    """The change without brackets, and a frameshift without what follows it."""
    if change.edit == "fs":
        return f"p.{change.residue}{change.first}fs"
    return print_protein(replace(change, predicted=False))


def _find_edit(found: re.Match[str], residue: str, first: int) -> tuple[str, str, str]:
    """(edit, what stands there afterwards, the stop)."""
    if found["open"]:
        if (residue, first) != ("Met", 1):
            raise NotUnderstood(f"p.{found[0][:60]}: only of the start codon is `?` written")
        return "start", "", ""
    if found["fs"]:
        return "fs", spell(found["shift"]) if found["shift"] else "", found["stop"] or ""
    if found["ext"]:
        return "ext", spell(found["beyond"]) if found["beyond"] else "", found["end"] or ""
    if found["edit"]:
        added = "".join(spell(one) for one in re.findall(PATTERN, found["more"]))
        edit = found["edit"].lower()
        if (added == "") is (edit in ("ins", "delins")):
            raise NotUnderstood(f"p.{found[0][:60]}: residues are missing, or too many")
        return edit, added, ""
    to = residue if found["to"] == "=" else spell(found["to"])
    return ("equal", residue, "") if to == residue else ("sub", to, "")


def print_protein(change: ProteinChange) -> str:
    """`p.Arg250Gln`, as HGVS writes it; brackets stay where they were written."""
    if change.edit in ("unknown", "none") or not change.first:
        text = {"unknown": "?", "none": "0", "equal": "="}[change.edit]
    else:
        place = f"{change.residue}{change.first}"
        if change.last != change.first:
            place += f"_{change.until}{change.last}"
        text = place + _print_edit(change)
    return f"p.({text})" if change.predicted else f"p.{text}"


def _print_edit(change: ProteinChange) -> str:
    if change.edit == "fs":
        return f"{change.to}fs{f'Ter{change.stop}' if change.stop else ''}"
    if change.edit == "ext":
        return f"{change.to}ext{f'Ter{change.stop}' if change.stop else ''}"
    if change.edit in ("equal", "start"):
        return "=" if change.edit == "equal" else "?"
    return change.to if change.edit == "sub" else change.edit + change.to
