"""What the pages of the repository show: records, commands with their output, and the plan's schema."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gentian.cli.main import main
from gentian.language.loader import load_guideline
from gentian.plan.model import Plan
from gentian.review.pages import list_proofs, write_coverage, write_safety_case
from gentian.review.rules import read_rules

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
SCHEMA = ROOT / "docs" / "plan.schema.json"
DOSE_SCHEMA = ROOT / "docs" / "dose.schema.json"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ uv run gentian ?(.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a page: its words, and the output printed below it."""

    words: tuple[str, ...]
    output: str


def list_blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return [body for found, body in _BLOCK.findall(text) if found == language]


def list_commands(text: str) -> Iterator[Command]:
    """Give the `gentian` commands of a page's console blocks, each with its output."""
    for block in list_blocks(text, "console"):
        parts = _COMMAND.split(block)
        for words, output in zip(parts[1::2], parts[2::2], strict=True):
            yield Command(tuple(words.split()), output)


def run(words: tuple[str, ...]) -> str:
    """Return what a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(words)
    return out.getvalue()


def mask(text: str) -> str:
    """Hide the guideline's hash, which changes with every word of it."""
    return re.sub(r"\b[0-9a-f]{12}\b", "············", text)


def make_schema(kind: type = Plan) -> str:
    """Return the JSON Schema of a plan, or of another contract."""
    schema = msgspec.json.schema(kind)
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


def make_review_pages() -> dict[Path, str]:
    """The safety case and the coverage of the evidence, as they are written from the data today."""
    rules = read_rules()
    return {
        ROOT / "docs" / "safety-case.md": write_safety_case(rules, list_proofs()),
        ROOT / "docs" / "coverage.md": write_coverage(load_guideline(), rules),
    }
