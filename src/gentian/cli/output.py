"""Write a result: to the terminal, or to a file that is either whole or not there."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from .failures import USAGE, Failure


def wants_colour(output: str | None) -> bool:
    """Whether the result goes to a terminal that has not asked for plain text (NO_COLOR)."""
    if output not in (None, "-") or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout is not None and sys.stdout.isatty()


def print_text(text: str) -> None:
    """Write text to stdout. Raises Failure (exit 2) where stdout is closed or its disk is full."""
    if sys.stdout is None:
        raise Failure(USAGE, "cannot write the result: stdout is closed; give -o OUT")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # a reader who has seen enough; `main` ends quietly
        raise
    except OSError as error:
        silence()
        reason = error.strerror or type(error).__name__
        raise Failure(USAGE, f"cannot write the result: {reason}; write it elsewhere") from None


def silence() -> None:
    """Let what is still in the buffer of stdout go nowhere, so that leaving cannot fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def write_result(text: str, output: str | None, given: Sequence[str | None] = ()) -> None:
    """Write text to `output`, or to stdout if None or `-`; refuse to write over a file of `given`.

    given: the files the result was made from, `-` for stdin, None for none. Raises Failure (exit 2)
    when the place cannot be written; nothing is left half-written.
    """
    if output is None or output == "-":
        print_text(text)
        return
    path = Path(output)
    try:
        _check_place(path, given)
        _write_whole(path, text)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that run in a circle
        reason = getattr(error, "strerror", None) or "the links run in a circle"
        raise Failure(USAGE, f"cannot write {output}: {reason}; give another -o") from None


def _check_place(path: Path, given: Sequence[str | None]) -> None:
    if path.is_dir():
        raise Failure(
            USAGE, f"cannot write {path}: it is a folder; give a file, e.g. {path}/plan.html"
        )
    if path.is_file() and any(_is_same(path, file) for file in given if file):
        raise Failure(
            USAGE, f"-o {path} would overwrite the record or the overlay; give another name"
        )


def _is_same(path: Path, file: str) -> bool:
    """Whether an input is this very file; stdin may be the file too: `- < child.yaml`."""
    try:
        found = os.fstat(0) if file == "-" else Path(file).stat()
    except OSError:  # gone, or stdin is closed: nothing that could be overwritten
        return False
    return stat.S_ISREG(found.st_mode) and os.path.samestat(path.stat(), found)


def _write_whole(path: Path, text: str) -> None:
    """Write beside the target and rename; only the owner may read the new file."""
    if path.exists() and not path.is_file():  # a device or a pipe cannot be replaced
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    target = path.resolve()  # through a link, to what it points at
    number, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(part).replace(target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


MARKER = ".gentian-book"  # a folder that holds it was written by this command, and may be again


def write_pages(pages: Mapping[str, str], folder: str) -> None:
    """Write pages by path into a folder, whole or not at all; an older book there is replaced.

    Raises Failure (exit 2) for a folder that holds anything else, or a place that cannot be written.
    """
    target = Path(folder)
    try:
        if target.exists() and not (target / MARKER).is_file() and any(target.iterdir()):
            raise Failure(USAGE, f"{folder} holds other files; give a new or an empty folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".book.") as part:
            _fill_folder(Path(part) / "book", pages)
            if target.exists():
                target.rename(Path(part) / "old")
            (Path(part) / "book").rename(target)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Failure(USAGE, f"cannot write {folder}: {reason}; give another -o") from None


def _fill_folder(folder: Path, pages: Mapping[str, str]) -> None:
    folder.mkdir()
    (folder / MARKER).touch()
    for name, text in pages.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
