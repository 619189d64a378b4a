"""Look-alikes on the pages: three lists, the test that decides, and nothing that looks like a score."""

from __future__ import annotations

import re

import msgspec

from gentian.documents.html import render_html
from gentian.documents.look_alikes import group_folded, list_look_alikes, say_lists, say_test
from gentian.documents.text import render_text
from tests.documents.samples import make_look_alikes, make_plan

PLAN = msgspec.structs.replace(make_plan(), look_alikes=make_look_alikes())


def flatten(text: str) -> str:
    return " ".join(text.split())


def test_the_short_page_names_the_leading_ones_by_tier() -> None:
    page = flatten(render_text(PLAN))
    assert "must exclude: visceral leishmaniasis (ever in a region with leishmaniasis)" in page
    assert "gene panel: CTLA4 insufficiency, suspected" in page
    assert "brucellosis" not in page


def test_the_whole_page_has_the_three_lists_the_test_and_what_it_implies() -> None:
    page = flatten(render_text(PLAN, whole=True))
    for words in (
        "Points to it: ever in a region with leishmaniasis.",
        "Speaks against: raised eosinophils.",
        "Not yet asked: Leishmania PCR in blood (or marrow).",
        "Decides: Leishmania PCR in blood or marrow; a negative rK39 does not exclude (not on record).",
        "Would imply: Liposomal amphotericin cures.",
        "immunosuppression: Delays the cure and can be fatal.",
        "nothing points to it: brucellosis",
    ):
        assert words in page, words


def test_what_is_empty_says_that_nothing_is_known() -> None:
    named = make_look_alikes()[1]
    assert say_lists(named).startswith("Points to it: nothing known.")
    assert "not on record" in say_test(named)


def test_the_folded_ones_stand_together_by_their_reason() -> None:
    groups = group_folded(make_look_alikes())
    assert {why: [item.id for item in items] for why, items in groups.items()} == {
        "nothing points to it": ["brucellosis"]
    }


def test_nobody_to_show_prints_nothing_on_the_short_page() -> None:
    folded = [item for item in make_look_alikes() if item.folded]
    assert list_look_alikes(folded, whole=False) == ()
    plan = msgspec.structs.replace(PLAN, look_alikes=folded)
    assert "LOOK-ALIKES" not in render_text(plan)
    assert 'id="look-alikes-' not in render_html(plan)


def test_the_html_table_has_its_lists_labelled_for_a_phone_and_for_paper() -> None:
    page = render_html(PLAN)
    section = re.search(
        r'<section aria-labelledby="look-alikes-must-exclude">.*?</section>', page, re.DOTALL
    )
    assert section is not None
    for label in ("Points to it", "Speaks against", "Not yet asked", "What decides"):
        assert f'data-label="{label}"' in section[0]
    assert "line 21" in section[0]
    assert "Nothing points to it:" in section[0]
    assert page.index('id="look-alikes-must-exclude"') < page.index('<h2 id="regimen">')
    panel = page[page.index('<h2 id="look-alikes-panel"') :]
    assert "CTLA4 insufficiency" in panel and "as remembered, unchecked" in panel


def test_there_are_no_scores_no_bars_and_no_percentages() -> None:
    for page in (render_text(PLAN, whole=True), render_html(PLAN)):
        start = page.lower().index("look-alikes")
        words = page[start : start + 4000].lower()
        assert not [
            word for word in ("score", "likelihood", "<progress", "<meter") if word in words
        ]
