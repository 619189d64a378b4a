"""From the bytes of a file to its resources: bundles of every type, and one resource a line (NDJSON).

Only the envelope is decoded here; each resource stays as the bytes it came in, so that one malformed
resource never sinks the others. Messages give the place (line and column, or a JSON path), never content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from msgspec import Raw

from gentian.chart import fhir_types as fhir
from gentian.chart.errors import DEEPEST, INVALID, UNREADABLE, ReadingError, Trouble

LARGEST_BUNDLE = 1_000_000  # entries; more than one person's record can be
DEEPEST_BUNDLE = 4  # bundles inside bundles

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_KIND_FIRST = re.compile(
    rb'\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]{1,64})"'
    rb'(?:\s*,\s*"id"\s*:\s*"([A-Za-z0-9.-]{1,64})")?'
)
_BYTE = re.compile(r"\(byte (\d+)\)")
_PATH = re.compile(r" - at `\$(.*)`$")
_STOPPED = re.compile(r"^JSON is malformed: (.*?)(?: \(byte \d+\))?$")
_T = TypeVar("_T")

_bundle = msgspec.json.Decoder(fhir.Bundle)
_loose_bundle = msgspec.json.Decoder(fhir.LooseBundle)
_entry = msgspec.json.Decoder(fhir.BundleEntry)
_head = msgspec.json.Decoder(fhir.Head)


def tidy(text: str, limit: int) -> str:
    """A text of the record as it may be printed: one line, nothing that steers a terminal."""
    if text.isprintable():
        return text[:limit].strip()
    return _CONTROL.sub(" ", text[: limit * 2]).strip()[:limit]


class MalformedPart(ValueError):
    """A resource whose element has another type than FHIR gives it. `path` is relative to the resource."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


@dataclass(slots=True)
class Item:
    """One resource of the file, still as bytes. `problem` is set when it could not be told what it is."""

    place: str
    raw: Raw | bytes
    kind: str = ""
    id: str | None = None
    full_url: str | None = None
    problem: MalformedPart | None = None

    @property
    def resource(self) -> str:
        """`Observation/abc`, or only the type where the resource has no id."""
        return f"{self.kind}/{tidy(self.id, 64)}" if self.id else self.kind


@dataclass(slots=True)
class Opened:
    """The resources of a file in their order, and what the envelope says about itself."""

    items: list[Item] = field(default_factory=list)
    more_pages: list[str] = field(default_factory=list)  # places of bundles with a `next` link
    without_resource: int = 0
    written: str = ""  # when the file was put together, if it says so


def decode_part(decoder: msgspec.json.Decoder[_T], raw: Raw | bytes) -> _T:
    """Decode one resource, or raise MalformedPart with the path of the element that is wrong."""
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        message = _PATH.sub("", str(error)).replace(" | null", "").replace("`", "")
        raise MalformedPart(
            message[:1].lower() + message[1:], path[1].replace("[...]", "") if path else ""
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedPart(f"not readable: {_say_stop(error)}", "") from None
    except RecursionError:
        raise MalformedPart("nested too deeply", "") from None


def open_fhir(data: bytes, file: str) -> Opened:
    """List the resources of a Bundle (of any type) or of NDJSON.

    Raises ReadingError for bytes that are no JSON, cut off, nested too deeply, or no Bundle.
    """
    data = _check_bytes(data, file)
    _check_depth(data, file)
    opened = Opened()
    if _is_lines(data, file):
        _open_lines(data, file, opened)
    else:
        _open_bundle(data, file, "", opened, 1)
    if len(opened.items) > LARGEST_BUNDLE:
        what = f"{len(opened.items)} entries are more than one person's record can hold"
        raise _invalid(file, what, "export one person at a time", "entry")
    return opened


# -- bytes --------------------------------------------------------------------------------------------


def _check_bytes(data: bytes, file: str) -> bytes:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _unreadable(file, "the file is UTF-16", "save it as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise _unreadable(
            file,
            "the file holds a NUL byte, so it is no JSON text",
            "export it again; the file is damaged or of another kind",
            _find_position(data, nul),
        )
    start = data.lstrip(b" \t\r\n")
    if not start:
        raise _unreadable(file, "the file is empty", "export it again")
    if start.startswith(b"<"):
        raise _unreadable(file, "the file is XML", "export the bundle as JSON")
    return data


def _fail(code: int, file: str, place: str, what: str, mend: str) -> ReadingError:
    return ReadingError([Trouble(f"{file}: {place}" if place else file, what, mend=mend)], code)


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')


def _check_depth(data: bytes, file: str) -> None:
    """Refuse more than DEEPEST levels, whether or not anything that deep would be read."""
    if _is_deep(data) and _is_deep(_STRING.sub(b"", data)):
        mend = "a FHIR record needs no more than a few levels; export it again"
        raise _unreadable(file, f"nested more than {DEEPEST} levels deep", mend)


def _is_deep(data: bytes) -> bool:
    """Pairs of brackets are taken away level by level; brackets inside texts may mislead it."""
    brackets = data.translate(None, _NO_BRACKETS)
    for _ in range(DEEPEST):
        fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
        if fewer == brackets:  # nothing is left, or what was cut off
            break
        brackets = fewer
    return brackets.count(b"{") + brackets.count(b"[") > DEEPEST


def _unreadable(file: str, what: str, mend: str, place: str = "") -> ReadingError:
    return _fail(UNREADABLE, file, place, what, mend)


def _invalid(file: str, what: str, mend: str, place: str = "") -> ReadingError:
    return _fail(INVALID, file, place, what, mend)


def _find_position(data: bytes, offset: int) -> str:
    line = data.count(b"\n", 0, offset) + 1
    column = offset - (data.rfind(b"\n", 0, offset) + 1) + 1
    return f"line {line}, column {column} (byte {offset})"


def _say_stop(error: Exception) -> str:
    found = _STOPPED.match(str(error))
    return (
        found[1] if found else "not UTF-8" if isinstance(error, UnicodeDecodeError) else "cut off"
    )


def _explain_broken(data: bytes, error: Exception, file: str) -> ReadingError:
    """The fatal error for JSON that ends early, is malformed, or is nested too deeply."""
    if isinstance(error, RecursionError):
        return _unreadable(file, "nested too deeply", "a FHIR record needs only a few levels")
    if "truncated" in str(error):
        return _unreadable(
            file,
            "the file ends in the middle of the JSON",
            "it was cut off; export it again",
            _find_position(data, len(data)),
        )
    at = _BYTE.search(str(error))
    place = _find_position(data, int(at[1])) if at else ""
    return _unreadable(
        file, f"not JSON: {_say_stop(error)}", "export it again, or mend it at that place", place
    )


# -- bundles ------------------------------------------------------------------------------------------


def _open_bundle(data: Raw | bytes, file: str, place: str, opened: Opened, depth: int) -> None:
    if depth > DEEPEST_BUNDLE:
        raise _invalid(file, "bundles nested too deeply", "export one Bundle", place)
    bundle = _decode_bundle(data, file, place)
    if bundle.resource_type != "Bundle":
        raise _not_a_bundle(bundle.resource_type, file, place)
    if any(link.relation == "next" for link in bundle.link or ()):
        opened.more_pages.append(place or "link")
    opened.written = opened.written or bundle.timestamp or ""
    for index, entry in enumerate(bundle.entry or ()):
        _open_entry(entry, f"{place + '.' if place else ''}entry[{index}]", file, opened, depth)


def _decode_bundle(data: Raw | bytes, file: str, place: str) -> fhir.Bundle:
    try:
        return _bundle.decode(data)
    except msgspec.ValidationError as error:
        return _decode_loosely(data, error, file, place)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explain_broken(bytes(data), error, file) from None


def _decode_loosely(
    data: Raw | bytes, error: msgspec.ValidationError, file: str, place: str
) -> fhir.Bundle:
    """Decode entry by entry, so that a wrong type inside one entry costs that entry only."""
    try:
        loose = _loose_bundle.decode(data)
    except msgspec.ValidationError:
        path = _PATH.search(str(error))
        where = f"{place}{path[1]}".lstrip(".") if path else place
        said = _PATH.sub("", str(error)).replace(" | null", "").replace("`", "")
        raise _invalid(file, f"not a FHIR Bundle: {said}", _BUNDLE_MEND, where) from None
    entries: list[fhir.BundleEntry] = []
    for raw in loose.entry or ():
        try:
            entries.append(_entry.decode(raw))
        except msgspec.ValidationError:
            entries.append(fhir.BundleEntry(resource=Raw(b"0")))  # told apart as "not an object"
    return fhir.Bundle(resource_type=loose.resource_type, timestamp=loose.timestamp, entry=entries)


_BUNDLE_MEND = "give a FHIR R4 Bundle (collection, searchset, transaction, document) or NDJSON"


def _not_a_bundle(kind: str | None, file: str, place: str) -> ReadingError:
    if not kind:
        return _invalid(file, "no FHIR: the JSON has no resourceType", _BUNDLE_MEND, place)
    shown = kind if re.fullmatch(r"[A-Za-z]{1,40}", kind) else "something else"
    return _invalid(file, f"resourceType is {shown}, not Bundle", _BUNDLE_MEND, "resourceType")


def _open_entry(entry: fhir.BundleEntry, place: str, file: str, opened: Opened, depth: int) -> None:
    if bytes(memoryview(entry.resource)[:5]) in (b"", b"null"):
        opened.without_resource += 1
        return
    item = _tell_item(entry.resource, f"{place}.resource", entry.full_url)
    if item.kind == "Bundle":
        _open_bundle(entry.resource, file, item.place, opened, depth + 1)
    else:
        opened.items.append(item)


READ_KINDS = frozenset(fhir.RESOURCES)


def _tell_item(raw: Raw | bytes, place: str, full_url: str | None) -> Item:
    """The type and id of a resource; a type that is never read is not looked into any further."""
    item = Item(place, raw, full_url=full_url)
    first = _KIND_FIRST.match(raw)
    if first and (kind := first[1].decode()) not in READ_KINDS:
        item.kind = kind
        return item
    if first and first[2]:
        item.kind, item.id = first[1].decode(), first[2].decode()
        return item
    try:
        head = decode_part(_head, raw)
    except MalformedPart as problem:
        item.kind = first[1].decode() if first else ""
        item.problem = problem
        return item
    item.kind, item.id = head.resource_type or "", head.id
    if not re.fullmatch(r"[A-Za-z]{1,64}", item.kind):
        item.kind = ""
        item.problem = MalformedPart("no resourceType", ".resourceType")
    return item


def read_updated(item: Item) -> str:
    """When the resource was last changed on its server; empty where that is not said."""
    try:
        head = decode_part(_head, item.raw)
    except MalformedPart:
        return ""
    return (head.meta.last_updated or "") if head.meta else ""


# -- one resource a line ------------------------------------------------------------------------------


def _is_lines(data: bytes, file: str) -> bool:
    """NDJSON: named so, or the first line is a whole JSON object and another line follows."""
    if file.lower().endswith(".ndjson"):
        return True
    first, newline, rest = data.lstrip(b" \t\r\n").partition(b"\n")
    if not newline or not rest.strip() or not first.rstrip().endswith(b"}"):
        return False
    try:
        _head.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _open_lines(data: bytes, file: str, opened: Opened) -> None:
    lines = data.split(b"\n")
    last = max(number for number, line in enumerate(lines) if line.strip())
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        item = _tell_item(line, f"line {number + 1}", None)
        if item.problem and number == last and not line.rstrip().endswith(b"}"):
            raise _unreadable(
                file,
                "the last line ends in the middle of the JSON",
                "the file was cut off; export it again",
                _find_position(data, len(data)),
            )
        if item.kind == "Bundle":
            _open_bundle(line, file, item.place, opened, 2)
        else:
            opened.items.append(item)
