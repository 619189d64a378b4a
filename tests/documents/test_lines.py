"""Lines of a page, whatever text they are given."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from gentian.documents.lines import (
    GUTTER,
    WIDTH,
    Entry,
    Section,
    clip,
    fit,
    measure,
    paint,
    print_folded,
    scrub,
    wrap,
)

words = st.text(max_size=300)
entries = st.builds(Entry, words, words, words, words, st.integers(0, 9), brief=words, label=words)
sections = st.lists(
    st.builds(
        Section,
        words,
        st.lists(entries, max_size=6).map(tuple),
        st.booleans(),
        st.booleans(),
    ),
    max_size=6,
)


@given(words)
def test_a_scrubbed_text_holds_no_control_character(text: str) -> None:
    assert not [c for c in scrub(text) if unicodedata.category(c)[0] == "C"]
    assert len(scrub(text)) == len(text)


@given(words, st.integers(20, 120))
def test_wrapping_keeps_the_width_and_every_visible_character(text: str, width: int) -> None:
    lines = wrap(text, "* ", "  ", width)
    assert max(map(measure, lines)) <= width
    kept = "".join("".join(lines).split()).removeprefix("*")
    assert kept == "".join(scrub(text).split())


@given(words, st.integers(2, 120))
def test_clipping_keeps_the_width(text: str, width: int) -> None:
    assert measure(clip(text, width)) <= width


@given(st.lists(words, min_size=1, max_size=40))
def test_folded_names_fit_on_one_line_and_none_is_uncounted(names: list[str]) -> None:
    line = print_folded(names, "LABEL")
    assert measure(line) <= WIDTH and f"+ {len(names)} more" in line


@given(sections, st.integers(0, 40))
def test_a_page_keeps_its_budget(found: list[Section], spare: int) -> None:
    least = sum(1 + section.heading for section in found if section.entries)
    printed = [line for block in fit(found, least + spare) for line in block]
    assert len(printed) <= least + spare
    assert all(measure(line.text) <= WIDTH for line in printed)
    assert all(line.text in paint(line) or line.text[GUTTER:] in paint(line) for line in printed)


@given(sections)
def test_with_room_for_everything_nothing_is_folded(found: list[Section]) -> None:
    printed = [line.text for block in fit(found, 10_000) for line in block]
    assert not [line for line in printed if "more under --all" in line]
