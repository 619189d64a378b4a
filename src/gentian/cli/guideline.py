"""`gentian guideline`: what a reviewer of the guideline needs; `diff` compares two versions of it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import msgspec

from .demo import list_examples, read_example
from .failures import UNREADABLE, USAGE, Failure
from .output import write_result

_RECORDS = (".yaml", ".yml", ".json", ".ndjson")


def run(arguments: Namespace) -> int:
    """Compare two versions; exit 10 when a record of `--people` cannot be read under both."""
    try:
        from gentian.documents.difference import render_difference
        from gentian.review.difference import compare_versions
        from gentian.review.versions import VersionError, read_version
    except ModuleNotFoundError:
        mend = "the compiler is not installed; pip install 'gentian[author]'"
        raise Failure(USAGE, mend) from None
    records = list(list_records(arguments.people))
    try:
        before, after = read_version(arguments.before), read_version(arguments.after)
    except VersionError as error:
        raise Failure(USAGE, str(error)) from None
    found = compare_versions(before, after, records)
    if arguments.format == "json":
        text = msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n"
    else:
        text = render_difference(found)
    write_result(text, arguments.output)
    return UNREADABLE if found.unread else 0


def list_records(folder: str | None) -> Iterator[tuple[str, bytes]]:
    """Records of a folder by name, or the invented people that ship with gentian."""
    if folder is None:
        for name in sorted(list_examples()):
            yield name, read_example(name)
        return
    if not Path(folder).is_dir():
        raise Failure(USAGE, f"--people {folder}: not a folder; give one that holds records")
    files = [path for path in sorted(Path(folder).iterdir()) if path.suffix in _RECORDS]
    if not files:
        raise Failure(USAGE, f"--people {folder}: no record in it ({', '.join(_RECORDS)})")
    for path in files:
        yield path.name, path.read_bytes()
