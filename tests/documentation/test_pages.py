"""The pages of the repository say what is so: commands are run, links lead somewhere, options exist."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path

import pytest

from gentian import __version__
from gentian.cli.arguments import make_parser
from gentian.cli.inputs import read_overlay
from gentian.language.loader import load_guideline
from gentian.pharmacokinetics.report import Consult
from tests.documentation.pages import (
    DOSE_SCHEMA,
    README,
    ROOT,
    SCHEMA,
    Command,
    list_blocks,
    list_commands,
    make_review_pages,
    make_schema,
    mask,
    run,
)

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TEXT = README.read_text(encoding="utf-8")
MEND = "if the change is meant: uv run python -m tests.documentation.refresh"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the record of the README, and with what its commands write to a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "child.yaml").write_text(list_blocks(TEXT, "yaml")[0], encoding="utf-8")
    for command in list_commands(TEXT):
        if "-o" in command.words:
            run(command.words)
    return tmp_path


@pytest.mark.parametrize(
    "command", list(list_commands(TEXT)), ids=lambda found: " ".join(found.words)
)
def test_a_command_of_the_readme_prints_what_stands_below_it(
    folder: Path, command: Command
) -> None:
    assert mask(run(command.words)) == mask(command.output), MEND


def test_the_readme_sets_up_with_two_commands() -> None:
    assert list_blocks(TEXT, "sh")[0] == "uv run gentian demo\ntests/run\n"
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("tests/run")


def test_the_schema_of_the_plan_is_the_one_that_is_published() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == make_schema(), MEND


def test_the_schema_of_a_consult_is_the_one_that_is_published() -> None:
    assert DOSE_SCHEMA.read_text(encoding="utf-8") == make_schema(Consult), MEND


def test_the_safety_case_and_the_coverage_are_those_of_the_guideline() -> None:
    for page, made in make_review_pages().items():
        assert page.read_text(encoding="utf-8") == made, f"{page.name}: {MEND}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_option_is_described_and_every_described_option_exists() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`(?:-o OUT`, `)?(--[a-z-]+)", page))
    assert described == _list_options(make_parser()) - {"--version"}


def _list_options(parser: ArgumentParser) -> set[str]:
    found = {word for action in parser._actions for word in action.option_strings}
    for action in parser._actions:
        for command in getattr(action, "choices", None) or ():
            if isinstance(action.choices, dict):
                found |= _list_options(action.choices[command])
    return {word for word in found if word.startswith("--")}


def test_the_overlay_of_the_page_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    file = tmp_path / "centre.yaml"
    file.write_text(list_blocks(page, "yaml")[0], encoding="utf-8")
    name, values = read_overlay(str(file), load_guideline())
    assert name.startswith("Example centre (") and values


def test_every_page_of_the_documentation_is_on_its_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert {name for name in pages if not name.startswith(".") and name not in index} == set()


def test_one_version_everywhere() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[<>=]", line)[0] for group in groups for line in group}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    assert {name for name in names if name.lower() not in page} == set()
