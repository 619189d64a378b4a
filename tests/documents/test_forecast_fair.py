"""The fair copy: one way of writing amounts, every refusal once, and a figure that says its own finding."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gentian.documents.forecast_fair import say_plain, write_fair
from gentian.documents.forecast_html import hold_dates, render_html
from gentian.documents.forecast_models import render_models
from gentian.documents.forecast_tables import keep_whole
from gentian.documents.forecast_text import render_text
from gentian.documents.forecast_wording import restrict, say_exact, say_target
from gentian.documents.lines import wrap
from gentian.language.loader import load_guideline
from tests.documents.consults import (
    EVERY,
    TARGET,
    make_consult,
    make_figure,
    make_refused,
    say,
)

LONG = (
    "One of the reasons, which is said in a sentence of its own that is rather long to read. " * 6
)


def tidy(text: str) -> str:
    return write_fair(make_consult(headline=text)).headline


@pytest.mark.parametrize("name", EVERY)
def test_a_consult_without_such_sentences_stays_as_it_is(name: str) -> None:
    assert write_fair(EVERY[name]()) == restrict(EVERY[name]())


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("half-life 1.1e+02 h (52 to 2.3e+02)", "half-life 110 h (52 to 230)"),
        ("a trough of 0 to 9.1 ng/mL (4 in 5)", "a trough of <0.1 to 9.1 ng/mL (4 in 5)"),
        ("at 0.062 to 8.54 ng/mL (4 in 5).", "at 0.1 to 8.5 ng/mL (4 in 5)."),
        ("a target of 9.96 to 14.99 ng/mL", "a target of 9.96 to 14.99 ng/mL"),
        ("measured at 0.45 ng/mL", "measured at 0.45 ng/mL"),
        ("1 of 1 levels could be used", "1 of 1 level could be used"),
        ("of 11 models that may speak", "of 11 models that may speak"),
        ("so it is taken to: Under 12 months", "so it is taken to hold. Under 12 months"),
        ("adults; measured by ", "adults; assay not stated"),
    ],
)
def test_a_sentence_has_the_digits_of_the_tables(written: str, printed: str) -> None:
    assert tidy(written) == printed


@given(st.floats(1e-6, 1e6))
def test_a_power_of_ten_is_written_out_and_keeps_its_value(value: float) -> None:
    text = f"{value:.1e}"
    printed = say_plain(float(text))
    assert "e" not in printed and float(printed) == pytest.approx(float(text), rel=1e-2, abs=1e-8)


def test_equal_refusals_are_said_once_with_the_sources_of_both() -> None:
    first = say("one", "refusal", "A reason.", "Mend it.", cites=["TX-1"])
    again = say("two", "refusal", "A reason.", "Mend it.", cites=["TX-1", "TX-2"])
    other = say("three", "refusal", "Another reason.")
    said = write_fair(replace(make_refused(), said=[first, again, other])).said
    assert [(one.id, one.cites) for one in said] == [("one", ["TX-1", "TX-2"]), ("three", [])]


def test_a_figure_that_repeats_the_headline_says_its_own_finding() -> None:
    consult = make_consult()
    repeated = replace(consult, figure=make_figure(title=consult.headline))
    title = write_fair(repeated).figure.title
    assert title == "Trough expected at 5.9 to 12 ng/mL on 2 mg once daily (4 in 5)"
    going_on = make_figure(title=consult.headline, dose="the present dose goes on")
    title = write_fair(replace(consult, figure=going_on)).figure.title
    assert title == "Trough expected at 2.9 to 6 ng/mL on 1 mg once daily (4 in 5)"
    bare = write_fair(replace(consult, figure=going_on, options=[], present=None)).figure.title
    assert re.fullmatch(r"Trough expected at .+ ng/mL if the present dose goes on \(4 in 5\)", bare)


# --- nothing is cut within a sentence ----------------------------------------------------------


def test_a_long_headline_and_a_long_refusal_are_never_cut() -> None:
    refusal = say("long", "refusal", LONG.strip(), LONG.strip())
    page = render_text(replace(make_refused(), headline=LONG.strip(), said=[refusal]))
    assert " ".join(page.split()).count(LONG.strip()) == 3 and "…" not in page


@given(st.lists(st.text("ab ", min_size=1, max_size=30), min_size=1, max_size=8), st.integers(1, 4))
def test_parts_are_kept_whole_and_those_left_out_are_counted(parts: list[str], most: int) -> None:
    parts = [part.strip() or "a" for part in parts]
    text = keep_whole(parts, "; ", 40, most)
    found = re.search(r"\(([0-9]+) more: --all\)$", text)
    left = int(found[1]) if found else 0
    kept = len(parts) - left
    assert text.startswith("; ".join(parts[:kept]))
    assert len(wrap(text, width=40)) <= most


def test_the_other_targets_are_printed_once_on_the_whole_page() -> None:
    page = " ".join(render_text(make_consult(), whole=True).split())
    assert page.count("5 to 10 ng/mL in the review of 2019") == 1


# --- what stands where ----------------------------------------------------------------------------

BODY = ["7.3 years", "28 kg on 2026-11-18", "now 1 mg/day = 0.99 mg/m²/day"]
READING = ["1 refused · 2 not used", "refused: sirolimus level, 4.4 has no unit (entry[3])"]


def test_the_body_stands_right_below_the_title() -> None:
    consult = make_consult(body=BODY)
    assert render_text(consult).splitlines()[1] == " · ".join(BODY)
    page = re.sub(r"</?span[^>]*>", "", render_html(consult))
    title, finding = page.index("<h1>"), page.index('id="finding"')
    assert all(title < page.index(f"<li>{fact}</li>") < finding for fact in BODY)


def test_how_the_record_was_read_stands_near_the_end() -> None:
    consult = make_consult(reading=READING)
    whole = render_text(consult, whole=True)
    assert re.search(r"^READING +– 1 refused · 2 not used$", whole, re.M)
    assert whole.index("MODELS ") < whole.index("READING ") < whole.index("SOURCES ")
    assert READING[0] in render_text(consult)
    page = render_html(consult)
    assert page.index('id="models"') < page.index('id="reading"') < page.index('id="sources"')
    assert READING[1] in page
    assert "READING" not in render_text(make_consult(), whole=True)
    assert 'id="reading"' not in render_html(make_consult())


def test_warnings_and_questions_follow_the_finding() -> None:
    page = render_html(make_consult())
    order = ["finding", "warnings", "questions", "curve", "levels", "options", "target"]
    places = [page.index(f'id="{name}"') for name in order]
    assert places == sorted(places)


def test_what_is_taken_now_stands_in_the_head_and_what_is_over_does_not() -> None:
    now = make_consult().intakes[0]
    over = replace(now, says="0.5 mg once daily", ends="2026-09-27")
    page = render_html(make_consult(intakes=[over, now]))
    head = page[page.index("<header>") : page.index("</header>")]
    assert now.says in head and over.says not in head


def test_a_date_is_held_together_in_words_and_left_alone_elsewhere() -> None:
    page = "<title>as of 2026-11-18</title><p>on 2026-11-18 07:30, id-2026-11-18</p>"
    page += "<svg><text>2026-11-18</text></svg><p>2026-11-19</p>"
    held = hold_dates(page)
    assert held.count("<span") == 2
    assert '<span class="date">2026-11-18 07:30</span>, id-' in held
    assert "<title>as of 2026-11-18</title>" in held and "<text>2026-11-18</text>" in held
    assert ".date { white-space: nowrap; }" in render_html(make_consult())


# --- targets and models ----------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "says"), [(5.0, "5"), (12.48, "12.48"), (9.9648, "9.96")])
def test_a_limit_has_the_digits_that_are_calculated_with(value: float, says: str) -> None:
    assert say_exact(value) == says


def test_a_target_is_printed_alike_everywhere() -> None:
    target = replace(TARGET, low=9.9648, high=14.9929)
    assert say_target(target) == "9.96 to 14.99 ng/mL"
    consult = make_consult(target=target, figure=make_figure(target=target))
    page = render_html(consult)
    assert "target 9.96 to 14.99 ng/mL" in page and ">9.96</text>" in page
    assert "10 to 15 ng/mL" not in page


def test_a_model_whose_assay_nobody_stated_says_so() -> None:
    listed = " ".join(render_models(load_guideline().models.values()).split())
    assert "measured by )" not in listed and "assay not stated)" in listed
