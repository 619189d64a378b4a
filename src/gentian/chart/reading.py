"""Read a record: sniff what it is, check its size, and hand it to the reader of that format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from gentian.chart.errors import LARGEST_FORM, LARGEST_JSON, ReadingError, refuse_file
from gentian.chart.events import Chart
from gentian.language.model import Guideline

_BOM = b"\xef\xbb\xbf"


def read_chart(
    record: str | Path | bytes,
    guideline: Guideline,
    *,
    patient: str | None = None,
    strict: bool = False,
    file: str = "",
) -> Chart:
    """Read one person's record, a form (YAML) or a FHIR R4 Bundle (JSON).

    record: a path, or the bytes of a file named `file`. patient: whose chart, where a record holds
    several people. strict: entries that cannot be used are fatal (in forms they always are).
    Raises ReadingError: exit code 10 when unreadable, 11 when invalid or ambiguous.
    """
    if isinstance(record, bytes):
        data, name = record, file or "record"
    else:
        data, name = _read_file(Path(record)), file or _name(Path(record))
    data = data.removeprefix(_BOM)
    _check_bytes(data, name)
    if data.lstrip()[:1] in (b"{", b"["):
        from gentian.chart.fhir import read_fhir

        return read_fhir(data, name, guideline, patient=patient, strict=strict)
    from gentian.chart.form import read_form

    return read_form(data, name, guideline.vocabulary, patient=patient)


def _read_file(path: Path) -> bytes:
    """The bytes of a file. Raises ReadingError (exit 10)."""
    name = _name(path)
    try:
        if path.is_dir():
            raise refuse_file(name, "a directory", "one file", "name the file inside it")
        if path.stat().st_size > LARGEST_JSON:
            raise _refuse_size(name, LARGEST_JSON)
        with path.open("rb") as stream:
            return read_limited(stream, name)
    except FileNotFoundError:
        raise refuse_file(name, "no such file", mend="check the name and the folder") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "the name is not usable"
        raise refuse_file(name, f"cannot be opened: {why}") from None


def _name(path: Path) -> str:
    """The name of a file as text; bytes in it that are no UTF-8 are written as `\\xff`."""
    return os.fsencode(path.name or str(path)).decode("utf-8", "backslashreplace")


def read_limited(stream: BinaryIO, name: str) -> bytes:
    """All bytes of a stream, which may have no end. Raises ReadingError (exit 10) if too large."""
    try:
        data = stream.read(LARGEST_JSON + 1)
    except OSError as error:
        raise refuse_file(name, f"cannot be read: {error.strerror or 'it broke off'}") from None
    if len(data) > LARGEST_JSON:
        raise _refuse_size(name, LARGEST_JSON)
    return data


def _refuse_size(name: str, limit: int) -> ReadingError:
    most = f"at most {limit // 1024 // 1024} MB"
    return refuse_file(name, "too large", most, "export the record of one person only")


def _check_bytes(data: bytes, name: str) -> None:
    """Refuse what can be no record at all: empty, binary, or too large for its kind."""
    if not data.strip():
        raise refuse_file(name, "empty", "a form (YAML) or a FHIR Bundle (JSON)")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refuse_file(name, "UTF-16 text", "UTF-8 text", "save the file as UTF-8")
    if b"\0" in data:
        raise refuse_file(name, "NUL bytes: a damaged or binary file", "UTF-8 text")
    limit = LARGEST_JSON if data.lstrip()[:1] in (b"{", b"[") else LARGEST_FORM
    if len(data) > limit:
        raise _refuse_size(name, limit)
