"""How a consult speaks: never surer than it is, never an order, and without any amount when refused."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gentian.documents.forecast_data import render_json
from gentian.documents.forecast_figure import render_svg
from gentian.documents.forecast_html import render_html
from gentian.documents.forecast_models import render_judged
from gentian.documents.forecast_text import render_text
from gentian.documents.forecast_wording import (
    list_options,
    restrict,
    say_amount,
    say_chance,
    say_difference,
    say_label,
    say_mark,
    say_portion,
    say_share,
    say_shares,
    say_span,
    say_when,
)
from gentian.pharmacokinetics.headline import say_chance as say_in_headline
from gentian.pharmacokinetics.report import Consult
from tests.documents.consults import (
    EVERY,
    make_consult,
    make_context,
    make_option,
    make_refused,
    make_single,
)

PAGES = {
    "text": render_text,
    "whole text": lambda consult: render_text(consult, whole=True),
    "html": render_html,
    "svg": render_svg,
    "json": render_json,
    "models": render_judged,
}


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (0.0, "<1 %"),
        (0.009, "<1 %"),
        (0.02, "<5 %"),
        (0.025, "5 %"),
        (0.975, "95 %"),
        (0.03, "5 %"),
        (0.72, "70 %"),
        (0.73, "75 %"),
        (0.97, "95 %"),
        (0.98, ">95 %"),
        (0.995, ">99 %"),
        (1.0, ">99 %"),
        (float("nan"), "?"),
    ],
)
def test_a_chance_goes_in_steps_and_is_never_nought_or_certain(share: float, says: str) -> None:
    assert say_share(share) == says


@given(st.floats(0, 1))
def test_no_chance_is_said_more_exactly_than_it_is_known(share: float) -> None:
    said = say_share(share)
    number = int(re.sub(r"\D", "", said))
    assert said not in ("0 %", "100 %") and number in {1, 99, *range(5, 100, 5)}
    bound = {"<": share < number / 100, ">": share > number / 100}.get(said[0], True)
    assert bound and abs(100 * share - number) <= (2.6 if said[0] not in "<>" else 5)


@pytest.mark.parametrize(
    ("share", "says"),
    [
        (0.001, "less than 1 in 100"),
        (0.04, "less than 1 in 20"),
        (0.07, "about 1 in 10"),
        (0.68, "about 7 in 10"),
        (0.949, "about 9 in 10"),
        (0.96, "more than 19 in 20"),
        (0.999, "more than 99 in 100"),
    ],
)
def test_a_chance_as_a_clinician_says_it(share: float, says: str) -> None:
    assert say_chance(share) == says


@pytest.mark.parametrize(
    ("value", "says"),
    [(0.0, "<0.1"), (0.3, "0.3"), (8.0, "8"), (8.44, "8.4"), (9.96, "10"), (12.4, "12")],
)
def test_a_concentration_has_two_digits_and_no_trailing_nought(value: float, says: str) -> None:
    assert say_amount(value) == says


def test_two_ends_that_look_the_same_are_said_once() -> None:
    assert say_span(8.01, 8.03) == "about 8"
    assert say_span(8, 12) == "8 to 12"


@pytest.mark.parametrize(
    ("difference", "says"),
    [(0.38, "about 40 % above"), (-0.22, "about 20 % below"), (0.01, "about the same as")],
)
def test_how_far_from_the_label(difference: float, says: str) -> None:
    assert say_difference(difference) == says


def test_the_arithmetic_of_the_label_is_said_once() -> None:
    label = make_consult().label
    assert label is not None
    assert say_label(label)[0].count(label.arithmetic) == 1
    told = replace(label, says=f"By the label: {label.arithmetic}.")
    assert say_label(told)[0].count(label.arithmetic) == 1


def test_an_amount_is_not_said_twice_and_a_different_one_is_kept() -> None:
    option = make_option(2, 8, (0.1, 0.8, 0.1))
    same = replace(option, portion="2 mL of oral solution 1 mg/mL (2 mg)")
    other = replace(option, portion="2.1 mL of oral solution 1 mg/mL (2.1 mg)")
    assert say_portion(same) == "2 mL of oral solution 1 mg/mL"
    assert say_portion(other).endswith("(2.1 mg)")


def test_a_time_is_written_as_people_write_it() -> None:
    assert say_when("3.9 ng/mL, 2026-11-17T07:40") == "3.9 ng/mL, 2026-11-17 07:40"
    assert say_when("Three Tablets") == "Three Tablets"


def test_one_dose_is_highlighted_only_with_the_status_that_says_so() -> None:
    option = make_option(2, 8, (0.1, 0.8, 0.1), mark="highlighted")
    assert say_mark(option, "dose") == "to consider"
    assert say_mark(option, "consider") == "perhaps"
    assert say_mark(option, "context") == ""


def test_the_present_dose_stands_among_the_doses_once() -> None:
    present = make_option(1.2, 5, (0.5, 0.5, 0), is_present=False)
    options = make_consult().options
    assert len(list_options(make_consult(present=options[1]))) == len(options)
    without = [replace(option, is_present=False) for option in options]
    found = list_options(make_consult(options=without, present=present))
    assert [option.is_present for option in found].count(True) == 1
    assert [option.per_day for option in found] == sorted(option.per_day for option in found)


# --- refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_refused_consult_prints_no_amount_though_it_holds_some(page: str) -> None:
    """The sample holds options, a label, a protocol and a curve on purpose."""
    held = make_refused()
    assert held.options and held.label and held.protocol and held.figure
    printed = PAGES[page](held)
    for amount in ("1.5 mg", "1.8 mg", "2 mg once", "2 mg/m2", "1.74", "mL of oral"):
        assert amount not in printed, amount


def test_a_refused_consult_says_why_and_what_to_do_now() -> None:
    for page in ("text", "html"):
        printed = " ".join(re.sub(r"<[^>]+>", " ", PAGES[page](make_refused())).split())
        assert "refused for safety" in printed
        assert "Voriconazole raises the exposure" in printed
        assert "ask a specialist today, take a level now" in printed


def test_a_consult_that_is_not_refused_stays_as_it_is() -> None:
    for make in (make_consult, make_single, make_context):
        assert restrict(make()) == make()


# --- never an order -----------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", EVERY)
def test_no_page_gives_an_order(page: str, name: str) -> None:
    printed = re.sub(r"never gives orders|<style>.*?</style>", "", PAGES[page](EVERY[name]()))
    assert not re.search(r"\b(give|gives|administer|prescribe the|must take)\b", printed, re.I)


def test_with_no_level_the_protocol_stands_alone() -> None:
    text = render_text(make_context())
    assert "no dose is proposed" in text and "The guideline starts with 2 mg/m2" in text
    assert "DOSES CONSIDERED" not in text and "label" not in text


def test_json_is_the_consult_itself() -> None:
    import msgspec

    consult = make_consult()
    assert msgspec.json.decode(render_json(consult), type=Consult) == consult
    assert list(json.loads(render_json(consult)))[:3] == ["gentian", "guideline", "as_of"]


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_three_chances_of_a_dose_make_a_hundred_together(first: float, second: float) -> None:
    low, high = sorted((first, second))
    option = replace(make_consult().options[0], below=low, inside=high - low, above=1 - high)
    said = say_shares(option)
    assert not {"0 %", "100 %"} & set(said)
    whole = [int(re.sub(r"\D", "", one)) for one in said if one[0] not in "<>"]
    assert sum(whole) in (0, 100) or any(one.startswith(">") for one in said)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_chance_inside_is_the_one_of_the_headline(inside: float, part: float) -> None:
    rest = 1 - inside
    shares = {"below": rest * part, "inside": inside, "above": rest * (1 - part)}
    table = say_shares(replace(make_consult().options[0], **shares))[1]
    told = say_in_headline(inside)
    assert told.replace("about ", "").replace("less than ", "<").replace("more than ", ">") == (
        table.replace(">99", ">95")
    )


def test_what_is_left_outside_is_shared_by_the_larger_part() -> None:
    option = replace(make_consult().options[0], below=0.13, inside=0.624, above=0.246)
    assert say_shares(option) == ("15 %", "60 %", "25 %")
