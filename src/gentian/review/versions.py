"""Read another version of the guideline: a folder, a kept compiled form, or a revision of this checkout."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import msgspec

from gentian.language.compiler import compile_guideline
from gentian.language.model import Guideline
from gentian.language.sources import FOLDER, read_entries

_MEND = "give a folder of the guideline's YAML, a compiled.json, or a revision such as HEAD~1"


class VersionError(Exception):
    """A version that cannot be read: what was given, why, and what to give instead."""


def read_version(name: str) -> Guideline:
    """The guideline at a folder, in a `compiled.json`, or at a git revision of this checkout.

    Raises VersionError when there is no such version, GuidelineError when it does not compile.
    """
    path = Path(name)
    if path.is_dir():
        return _compile(path, name)
    if path.is_file():
        return _read_compiled(path)
    return _read_revision(name)


def _compile(folder: Path, name: str) -> Guideline:
    if not (folder / "version.yaml").is_file():
        inner = folder / "src" / "gentian" / "guideline"
        if not inner.is_dir():
            raise VersionError(f"{name}: no guideline in this folder (no version.yaml); {_MEND}")
        folder = inner
    return compile_guideline(read_entries(folder))


def _read_compiled(path: Path) -> Guideline:
    body = path.read_bytes().partition(b"\n")[2]
    try:
        return msgspec.json.decode(body, type=Guideline)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise VersionError(
            f"{path}: not a compiled guideline of this version of gentian; {_MEND}"
        ) from None


def _read_revision(name: str) -> Guideline:
    git = shutil.which("git")
    if git is None or name.startswith("-"):
        raise VersionError(f"{name[:80]}: no such folder or file; {_MEND}")
    done = subprocess.run(  # noqa: S603 — a fixed command; the name cannot be an option
        [git, "-C", str(FOLDER), "archive", "--format=tar", name, "--", "."],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise VersionError(f"{name[:80]}: no such folder, file or revision; {_MEND}")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return _compile(Path(folder), name)
