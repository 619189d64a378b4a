"""`gentian plan FILE`: one person's record in, the plan out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from gentian.chart.events import Chart
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan

from .failures import NO_FACT, USAGE, Failure, say
from .inputs import read_request
from .output import wants_colour, write_result


def run(arguments: Namespace) -> int:
    """Write the plan; exit code 12 when nothing in the record could be read as a fact."""
    guideline, chart, as_of, settings = read_request(arguments)
    plan = make_plan(guideline, chart, as_of=as_of, settings=settings)
    write_plan(plan, arguments, (arguments.file, arguments.overlay))
    return report_empty(chart)


def write_plan(plan: Plan, arguments: Namespace, given: Sequence[str | None] = ()) -> None:
    """Write a plan in the format and to the place asked for; `given` are files never to overwrite."""
    colour = arguments.format == "text" and wants_colour(arguments.output)
    text = render(plan, arguments.format, arguments.all, colour, find_book(arguments))
    write_result(text, arguments.output, given)


def find_book(arguments: Namespace) -> str:
    """Where the book stands as the page will name it. Raises Failure (exit 2) where it cannot be used."""
    book: str = arguments.book or ""
    if not book:
        return ""
    if arguments.format != "html":
        raise Failure(USAGE, "--book links the HTML page; add --format html")
    if book.startswith(("https://", "http://")):
        return book
    if not (Path(book) / "index.html").is_file():
        raise Failure(USAGE, f"no book in {book}; write one: gentian guideline book -o {book}")
    return Path(book).resolve().as_uri()


def render(plan: Plan, form: str, whole: bool = False, colour: bool = False, book: str = "") -> str:
    """Return a plan as text, html or json; only the room that is needed is loaded."""
    if form == "html":
        from gentian.documents.html import render_html

        return render_html(plan, book)
    if form == "json":
        from gentian.documents.data import render_json

        return render_json(plan)
    from gentian.documents.text import render_text

    return render_text(plan, whole=whole, colour=colour)


def report_empty(chart: Chart, so: str = "the plan says only what to ask") -> int:
    """Say that a record held entries and none of them was a readable fact, and what follows."""
    lost = {group: count for group, count in chart.reading.counts.items() if group != "taken"}
    if chart.events or not sum(lost.values()):
        return 0
    groups = ", ".join(f"{count} {group}" for group, count in sorted(lost.items()) if count)
    say(f"gentian: no entry of the record could be read as a fact ({groups}); {so}")
    return NO_FACT
