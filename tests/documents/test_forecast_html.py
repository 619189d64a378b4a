"""The HTML page of a consult: one file, no script, no request, safe against any text, with its table."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from gentian.documents.forecast_html import render_html
from tests.documents.consults import (
    EVERY,
    make_consult,
    make_crowded,
    make_refused,
    make_single,
    spoil,
)
from tests.documents.test_html import HOSTILE, check, read


def read_consult(consult) -> str:
    return read(render_html(consult))


@pytest.mark.parametrize("name", EVERY)
def test_the_page_is_well_formed_and_ids_are_unique(name: str) -> None:
    elements = check(render_html(EVERY[name]())).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {a["href"] for tag, a in elements if tag == "a" and str(a["href"]).startswith("#")}
    assert inner <= {f"#{name}" for name in ids}
    labels = {a["aria-labelledby"] for _, a in elements if "aria-labelledby" in a}
    assert {part for label in labels for part in str(label).split()} <= set(ids)


@pytest.mark.parametrize("name", EVERY)
def test_the_page_asks_for_nothing_outside_itself(name: str) -> None:
    page = render_html(EVERY[name]())
    elements = check(page).elements
    refused = {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
    assert {tag for tag, _ in elements}.isdisjoint(refused)
    assert not [a for _, attributes in elements for a in attributes if a in {"src", "style"}]
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    addresses = set(re.findall(r"url\(([^)]*)\)", page))
    assert all(address.startswith("#curve-") for address in addresses)
    assert page.count("<style>") == 1


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_text_in_every_field_stays_text(poison: str) -> None:
    page = render_html(spoil(make_crowded(), poison))
    harmless, spoiled = check(render_html(spoil(make_crowded(), " x"))), check(page)
    tags = [[tag for tag, _ in found.elements] for found in (harmless, spoiled)]
    free = {"a", "span", "text", "g"}  # links that are none any more, and lines of the figure
    assert [t for t in tags[1] if t not in free] == [t for t in tags[0] if t not in free]
    assert not [n for _, a in spoiled.elements for n in a if n.startswith("on")]
    links = [str(a["href"]) for tag, a in spoiled.elements if tag == "a"]
    assert [link for link in links if not link.startswith(("#", "https://"))] == []
    assert page.count("<style>") == 1 and page.count("</style>") == 1


def test_the_figure_stands_twice_for_a_wide_page_and_a_phone_with_its_table() -> None:
    page = render_html(make_consult())
    assert page.count('class="figure wide"') == page.count('class="figure phone"') == 1
    table = page[page.index("The same as a table") :]
    assert table.index("<table") < table.index("</details>")
    assert "2026-12-21 08:00" in table


def test_every_dose_has_its_interval_and_its_three_chances() -> None:
    page = render_html(make_consult())
    assert page.count('class="fan span"') == len(make_consult().options)
    words = read(page)
    assert "2 mg once daily ● to consider 2 mL of oral solution" in words
    assert "5.9 to 12 ng/mL" in words


def test_the_label_stands_directly_after_the_doses() -> None:
    page = render_html(make_consult())
    table = page.index('class="sheet-table options"')
    label, after = page.index('class="beneath label-dose"'), page.index('<h2 id="next">')
    assert table < label < after
    assert page[page.index("</table>", table) + 8 : label].strip() == "<div"


def test_kinetics_are_in_the_fold_out_alone() -> None:
    page = render_html(make_consult())
    fold = page.index("<details><summary>Clearance, half-life")
    assert page.index("5.1 L/h") > fold and page.index("5.1 L/h") < page.index("</details>", fold)
    assert "19 h (13 to 27)" not in page[:fold]


def test_a_refused_page_is_an_alarm_without_a_figure_or_a_dose() -> None:
    page = render_html(make_refused())
    assert '<section class="alarm" aria-labelledby="finding">' in page
    assert "<svg" not in page and "Doses considered" not in page.split("<footer>")[0]
    assert "→ ask a specialist today, take a level now" in read(page)


def test_no_colour_alone_every_label_has_a_shape_and_a_word() -> None:
    page = render_html(make_crowded())
    assert page.count('class="mark"') == page.count('class="word"') >= 4


def test_every_level_names_its_shape_assay_reason_and_place() -> None:
    words = read_consult(make_crowded())
    for part in ("○ 2026-10-19 11:00", "CMIA, 23.5 h after the dose", "◉ 2026-11-09", "line 22"):
        assert part in words
    assert "→ draw the next before a dose" in words


def test_tables_name_their_columns_when_they_fold_into_cards() -> None:
    labels = set(re.findall(r'data-label="([^"]+)"', render_html(make_single())))
    assert {"Measured", "As", "Below", "In target", "Above"} <= labels


def test_print_repeats_who_when_and_which_version() -> None:
    page = render_html(make_consult())
    assert "@top-left" in page
    assert "<title>p-7f3a · sirolimus consult · as of 2026-11-23T09:00 · guideline 2026.1" in page


def test_a_source_that_is_no_web_address_is_no_link() -> None:
    consult = make_consult()
    bad = [consult.sources[0] | {"url": "javascript:alert(1)"}]
    assert 'href="javascript' not in render_html(replace(consult, sources=bad))


def test_the_same_consult_gives_the_same_bytes() -> None:
    assert render_html(make_crowded()) == render_html(make_crowded())
