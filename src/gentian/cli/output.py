"""Write a result: to the terminal, or to a file that is either whole or not there."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from .failures import USAGE, Failure


def wants_colour(output: str | None) -> bool:
    """Whether the result goes to a terminal that has not asked for plain text (NO_COLOR)."""
    if output not in (None, "-") or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def write_result(text: str, output: str | None, record: str = "") -> None:
    """Write text to `output`, or to stdout if None or `-`; refuse to write over the record itself.

    Raises Failure (exit 2) when the place cannot be written; nothing is left half-written.
    """
    if output in (None, "-"):
        sys.stdout.write(text)
        return
    path = Path(output)
    try:
        _check_place(path, record)
        _write_whole(path, text)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Failure(USAGE, f"cannot write {output}: {reason}; give another -o") from None


def _check_place(path: Path, record: str) -> None:
    if path.is_dir():
        raise Failure(
            USAGE, f"cannot write {path}: it is a folder; give a file, e.g. {path}/plan.html"
        )
    if record not in ("", "-") and path.exists() and path.samefile(record):
        raise Failure(USAGE, f"-o {path} would overwrite the record itself; give another name")


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
