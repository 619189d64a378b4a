"""The book of the guideline: every statement has its page, and every link leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath

import pytest

from gentian.cli.failures import USAGE
from gentian.cli.guideline import make_plans
from gentian.documents.book import render_book
from gentian.language.loader import load_guideline
from tests.cli.commands import call, write_child

Pages = dict[str, str]


class Links(HTMLParser):
    """Collects the ids and the links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.add(str(given["href"]))


@pytest.fixture(scope="module")
def pages() -> Pages:
    guideline = load_guideline()
    return render_book(guideline, dict(make_plans(guideline)))


def list_targets(page: str, links: set[str]) -> Iterator[tuple[str, str]]:
    """Path and fragment of every link that stays in the book."""
    for link in links:
        if not link.startswith("https://") and not link.startswith("http://"):
            path, _, fragment = link.partition("#")
            folder = PurePosixPath(page).parent
            parts: list[str] = []
            for part in (folder / path).parts if path else PurePosixPath(page).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            yield "/".join(parts), fragment


def test_every_statement_has_a_page_with_its_sentence_and_sources(pages: Pages):
    guideline = load_guideline()
    for name, entry in guideline.statements.items():
        page = pages[f"statements/{name}.html"]
        assert f"<h1><code>{name}</code></h1>" in page
        known = [cite for cite in entry.cites if cite in guideline.sources]
        assert known and all(f"sources.html#{cite}" in page for cite in known), name


def test_no_link_in_the_book_is_broken(pages: Pages):
    read = {name: Links(text) for name, text in pages.items()}
    broken = [
        (name, path, fragment)
        for name, page in read.items()
        for path, fragment in list_targets(name, page.links)
        if path not in read or (fragment and fragment not in read[path].ids)
    ]
    assert broken == []


def test_the_condition_is_said_in_english_with_its_numbers(pages: Pages):
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", pages["criteria.html"]))
    assert "platelets below 20 ×10^9/L" in page
    assert "any of" in page and "all of" in page


def test_a_page_says_what_becomes_of_the_statement_while_a_fact_is_missing(pages: Pages):
    acting = [s for s in load_guideline().statements.values() if s.if_unknown == "act"]
    assert acting
    for entry in acting:
        assert "<strong>assumed</strong>" in pages[f"statements/{entry.statement}.html"]
    assert "<strong>cannot tell</strong>" in pages["statements/sirolimus-long-term.html"]


def test_a_dose_is_told_with_its_ends_caps_and_gates(pages: Pages):
    page = pages["statements/sirolimus-long-term.html"]
    for words in ("2 mg/m²", "cap per day", "no dose unless", "way to stop", "not under"):
        assert words in page


def test_test_people_are_told_in_words(pages: Pages):
    page = pages["statements/sirolimus-long-term.html"]
    assert "platelets: 12 ×10^9/L" in page
    assert "does not apply" in page


def test_the_list_can_be_searched_and_is_whole_without_script(pages: Pages):
    index = pages["index.html"]
    assert index.count("data-words=") == len(load_guideline().statements)
    assert 'id="search"' in index and "hidden" in index
    assert "script-src 'sha256-" in index
    assert "<script" not in pages["criteria.html"]


def test_a_plan_leads_to_the_book_from_every_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    book, plan = tmp_path / "book", tmp_path / "plan.html"
    assert call(capsys, "guideline", "book", "-o", book).code == 0
    child = write_child(tmp_path)
    result = call(capsys, "plan", child, "--format", "html", "--book", book, "-o", plan)
    assert result.code == 0
    links = Links(plan.read_text(encoding="utf-8")).links
    led = {link for link in links if link.startswith(book.as_uri())}
    assert len(led) > 50
    for link in led:
        path, _, fragment = link.removeprefix(f"{book.as_uri()}/").partition("#")
        page = (book / path).read_text(encoding="utf-8")
        assert not fragment or fragment in Links(page).ids, link


def test_a_book_replaces_an_older_book_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    book, other = tmp_path / "book", tmp_path / "letters"
    assert call(capsys, "guideline", "book", "-o", book).code == 0
    (book / "stale.html").touch()
    assert call(capsys, "guideline", "book", "-o", book).code == 0
    assert not (book / "stale.html").exists()
    other.mkdir()
    (other / "letter.txt").touch()
    result = call(capsys, "guideline", "book", "-o", other)
    assert result.code == USAGE and "holds other files" in result.err
    assert [path.name for path in other.iterdir()] == ["letter.txt"]


def test_a_plan_without_its_book_says_how_to_write_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    child = write_child(tmp_path)
    result = call(capsys, "plan", child, "--format", "html", "--book", tmp_path / "none")
    assert result.code == USAGE and "gentian guideline book -o" in result.err
    result = call(capsys, "plan", child, "--book", tmp_path)
    assert result.code == USAGE and "--format html" in result.err
