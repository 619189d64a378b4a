"""`gentian guideline`: what a reviewer needs; `diff` compares two versions, `book` writes its pages."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import msgspec

from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan

from .demo import list_examples, read_example
from .failures import UNREADABLE, USAGE, Failure, say
from .output import write_pages, write_result

_RECORDS = (".yaml", ".yml", ".json", ".ndjson")


def run(arguments: Namespace) -> int:
    """Run the part that was asked for."""
    return run_book(arguments) if arguments.part == "book" else run_diff(arguments)


def run_book(arguments: Namespace) -> int:
    """Write the guideline as pages, with the plans of the invented people as examples."""
    from gentian.documents.book import render_book

    guideline = load_guideline()
    pages = render_book(guideline, dict(make_plans(guideline)))
    write_pages(pages, arguments.output)
    say(f"{len(pages)} pages in {arguments.output}; begin with index.html")
    return 0


def make_plans(guideline: Guideline) -> Iterator[tuple[str, Plan]]:
    """The plan of every invented person, by name."""
    for name, data in list_records(None):
        chart = read_chart(data, guideline, file=name)
        yield name, make_plan(guideline, chart, as_of=None, settings=Settings())


def run_diff(arguments: Namespace) -> int:
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
