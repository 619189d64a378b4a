"""Load the guideline: the compiled form if it fits its sources, else compile it now."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from . import model
from .sources import FOLDER, hash_files, list_files, read_entries

COMPILED = FOLDER / "compiled.json"


def find_key() -> str:
    """The key of a compiled guideline: its sources and the compiler that reads them."""
    code = sorted(Path(__file__).resolve().parent.glob("*.py"))
    return hash_files([*list_files(), *code])


_loaded: dict[str, model.Guideline] = {}


def load_guideline() -> model.Guideline:
    """Return the guideline, from `compiled.json` if it matches its sources, else compiled now.

    Raises GuidelineError when the sources do not compile.
    """
    key = find_key()
    if key not in _loaded:
        _loaded.clear()
        _loaded[key] = _load_compiled(key) or _compile(key)
    return _loaded[key]


def _load_compiled(key: str) -> model.Guideline | None:
    try:
        head, _, body = COMPILED.read_bytes().partition(b"\n")
    except OSError:
        return None
    if head != key.encode():
        return None
    try:
        return msgspec.json.decode(body, type=model.Guideline)
    except (msgspec.DecodeError, UnicodeDecodeError):  # cut off or damaged: as good as none
        return None


def _compile(key: str) -> model.Guideline:
    from .compiler import compile_guideline

    guideline = compile_guideline(read_entries())
    _write_compiled(key, guideline)
    return guideline


def _write_compiled(key: str, guideline: model.Guideline) -> None:
    """Keep the compiled form beside its sources; a folder that cannot be written is no error."""
    text = key.encode() + b"\n" + msgspec.json.encode(guideline)
    part = COMPILED.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(text)
        part.replace(COMPILED)
    except OSError:
        part.unlink(missing_ok=True)
