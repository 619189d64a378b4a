"""The HTML page: one file, no script, no request, safe against any text, readable by everyone."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

import gentian.documents
from gentian.documents.html import quote_css, render_html
from gentian.plan.model import Plan
from tests.documents.samples import make_plan, make_unknown_plan, spoil

PLANS = [make_plan(), make_unknown_plan()]
VOID = {"meta", "br"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></textarea><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "]]> --> &lt;b&gt;",
    "\x1b[31m\x00\u202e",
]


class Checker(HTMLParser):
    """Collects elements, ids and links, and refuses elements that are not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def check(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    assert checker.open == []
    return checker


def read(page: str) -> str:
    return " ".join(" ".join(check(page).words).split())


@pytest.mark.parametrize("plan", PLANS)
def test_the_page_is_well_formed_and_ids_are_unique(plan: Plan) -> None:
    elements = check(render_html(plan)).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {a["href"] for tag, a in elements if tag == "a" and str(a["href"]).startswith("#")}
    assert inner <= {f"#{name}" for name in ids}


@pytest.mark.parametrize("plan", PLANS)
def test_the_page_asks_for_nothing_outside_itself(plan: Plan) -> None:
    page = render_html(plan)
    elements = check(page).elements
    assert {tag for tag, _ in elements}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    )
    assert not [a for _, attributes in elements for a in attributes if a in {"src", "style"}]
    assert not re.search(r"@import|url\(", page)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_in_every_field_stays_text(poison: str) -> None:
    page = render_html(spoil(make_plan(), poison))
    harmless, spoiled = check(render_html(spoil(make_plan(), " x"))), check(page)
    tags = [[tag for tag, _ in found.elements if tag != "a"] for found in (harmless, spoiled)]
    assert [tag for tag in tags[1] if tag != "span"] == [tag for tag in tags[0] if tag != "span"]
    events = [name for _, attributes in spoiled.elements for name in attributes]
    assert not [name for name in events if name.startswith("on")]
    links = [str(a["href"]) for tag, a in spoiled.elements if tag == "a"]
    assert [link for link in links if not link.startswith(("#", "https://"))] == []
    assert page.count("<style>") == 1 and page.count("</style>") == 1


def test_the_running_head_cannot_leave_its_css_string() -> None:
    quoted = quote_css('p"; } body { color: red } </style> \\')
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*"', quoted)


def test_a_source_that_is_no_web_address_is_no_link() -> None:
    plan = make_plan()
    bad = [msgspec.structs.replace(plan.sources[0], url="javascript:alert(1)")]
    page = render_html(msgspec.structs.replace(plan, sources=bad))
    assert 'href="javascript' not in page


@pytest.mark.parametrize("plan", PLANS)
def test_every_statement_has_an_anchor_and_its_ids(plan: Plan) -> None:
    page = render_html(plan)
    assert page.count('<div class="statement" id="s-') == len(plan.statements)
    words = read(page)
    for statement in plan.statements:
        assert statement.id in words
        assert [cite for cite in statement.cites if cite not in words] == []


def test_reasons_lead_back_to_the_place_in_the_record() -> None:
    words = read(render_html(make_plan()))
    assert "platelets below 20 10*9/L: true , 18 10*9/L on 2026-11-20" in words
    assert "line 12: platelets: 18 10*9/L" in words


def test_sources_are_footnotes_that_the_ids_link_to() -> None:
    page = render_html(make_plan())
    assert 'href="#source-TX-140"' in page and '<li id="source-TX-140">' in page


def test_no_colour_alone_every_label_has_a_shape_and_a_word() -> None:
    page = render_html(make_plan())
    labels = re.findall(r'<span class="k-\w+"><span class="mark"[^>]*>(.)</span> <span', page)
    assert len(labels) > 10
    assert page.count('class="mark"') == page.count('class="word"') == len(labels)


def test_print_repeats_who_when_and_which_version() -> None:
    page = render_html(make_plan())
    assert "@top-left" in page and "@page" in page
    assert "<title>p-7f3a · as of 2026-11-22T09:00 · guideline 2026.1 (a91c42d07be0)" in page


def test_the_table_names_its_columns_when_it_folds_into_cards() -> None:
    page = render_html(make_plan())
    regimen = page[page.index('<h2 id="regimen">') :]  # the table of look-alikes stands before it
    assert {"First line", "Long term", "Avoid"} == set(re.findall(r'data-label="([^"]+)"', regimen))


def test_with_nothing_known_what_to_ask_comes_first() -> None:
    words = read(render_html(make_unknown_plan()))
    assert words.index("Is there fever now?") < words.index("Care status and diagnosis")


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert render_html(make_plan()) == render_html(make_plan())


# --- contrast, computed from the style sheet itself ---------------------------------------------

STYLE = Path(gentian.documents.__file__).parent / "templates" / "style.css"
TEXT_ON = [
    *((ink, paper) for ink in ("ink", "soft", "accent") for paper in ("paper", "card", "faint")),
    *((ink, "card") for ink in ("offer", "alarm", "caution", "held")),
    *((ink, "faint") for ink in ("caution", "soft")),
    *((ink, "alarm-paper") for ink in ("ink", "alarm", "soft", "accent", "caution")),
    *((ink, "caution-paper") for ink in ("ink", "caution", "soft")),
]


def read_palettes() -> list[dict[str, str]]:
    """The light and the dark palette."""
    blocks = re.findall(r":root \{([^}]+)\}", STYLE.read_text(encoding="utf-8"))[:2]
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def compute_luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("pair", TEXT_ON)
@pytest.mark.parametrize("palette", read_palettes(), ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(palette: dict[str, str], pair: tuple[str, str]) -> None:
    lighter, darker = sorted((compute_luminance(palette[name]) for name in pair), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
