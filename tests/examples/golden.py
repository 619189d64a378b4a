"""The golden pages: what each example's plan says today, in text and JSON, and where docs/checklist.md
finds each statement in them.

Normalised: the guideline's hash is written as zeros, because every edit changes it. Left out, to keep the
pages readable: what does not apply, the sources, and fields that are empty.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from gentian.documents.text import render_text
from gentian.plan.model import Plan
from tests.examples.people import NAMES, OFFERED, SILENT, plan_example, to_data

FOLDER = Path(__file__).with_name("golden")
CHECKLIST = Path(__file__).parents[2] / "docs" / "checklist.md"
SAID = (*OFFERED, "withheld", "blocked")
HEADING = "## Where the examples show it\n"
CUT = "DOES NOT APPLY"
LEFT_OUT = "DOES NOT APPLY, SOURCES: left out here; `gentian demo NAME --all` prints them.\n"


def normalise(text: str, plan: Plan) -> str:
    """The text with the guideline's hash as zeros, in full and as the pages shorten it."""
    whole = plan.guideline.hash
    return text.replace(whole, "0" * len(whole)).replace(whole[:12], "0" * 12)


@cache
def make_text(name: str) -> str:
    """The whole page (`--all`) of an example, up to what does not apply."""
    plan = plan_example(name)
    page = normalise(render_text(plan, whole=True), plan)
    kept = re.split(rf"(?m)^{CUT} ", page)[0]
    return kept.rstrip("\n") + "\n\n" + LEFT_OUT


def make_json(name: str) -> str:
    """The plan of an example as JSON."""
    plan = plan_example(name)
    data = to_data(plan)
    data["sources"] = []
    data["statements"] = [item for item in data["statements"] if item["outcome"] not in SILENT]
    return normalise(json.dumps(drop_empty(data), indent=1, ensure_ascii=False), plan) + "\n"


def drop_empty(data: Any) -> Any:
    """Data without empty fields; false and null are said."""
    if isinstance(data, dict):
        kept = {key: drop_empty(item) for key, item in data.items()}
        return {key: item for key, item in kept.items() if item not in ("", [], {})}
    return [drop_empty(item) for item in data] if isinstance(data, list) else data


def list_pages() -> dict[str, str]:
    """File name → content, of every golden page."""
    pages = {}
    for name in NAMES:
        pages[f"{name}.txt"] = make_text(name)
        pages[f"{name}.json"] = make_json(name)
    return pages


def make_checklist() -> str:
    """docs/checklist.md with its last section, made from the golden pages."""
    text = CHECKLIST.read_text(encoding="utf-8").partition(HEADING)[0].rstrip("\n")
    places = find_places()
    rows = [line for line in text.splitlines() if line.startswith("| PR-")]
    named = dict.fromkeys(id_ for row in rows for id_ in re.findall(r"`([a-z0-9-]+)`", row))
    seen = [f"| `{item}` | {places[item]} |" for item in named if item in places]
    unseen = ", ".join(f"`{item}`" for item in named if item not in places)
    return "\n".join([
        text,
        "",
        HEADING.rstrip("\n"),
        "",
        "The first example that prints a statement, and the line of its golden page in `tests/examples/golden`.",
        "Made by `uv run python -m tests.examples.regenerate`; a test compares.",
        "",
        "| statement | page and line |",
        "|---|---|",
        *seen,
        "",
        f"In no example, tested beside their rule: {unseen}.",
        "",
    ])  # fmt: skip


@cache
def find_places() -> dict[str, str]:
    """Statement → `page:line` of the first golden page that prints it."""
    places: dict[str, str] = {}
    for name in sorted(NAMES, key=lambda name: (name != "child-low-platelets", name)):
        said = {s.id for s in plan_example(name).statements if s.outcome in SAID}
        for number, line in enumerate(make_text(name).splitlines(), start=1):
            for item in re.findall(r"\[([a-z0-9-]+)(?= |\]|$)", line):
                if item in said:
                    places.setdefault(item, f"`{name}.txt:{number}`")
    return places
