"""The forecast on the page of a plan: short, with the command that has the whole consult."""

from __future__ import annotations

from msgspec.structs import replace

from gentian.documents.html import render_html
from gentian.documents.text import HEIGHT, render_text
from gentian.plan.model import Forecast
from tests.documents.samples import make_plan
from tests.documents.test_html import read

LOW = Forecast(
    status="dose",
    headline="Low for the target: 2 mg once daily is the dose to consider.",
    lines=["Two levels were 4.1 and 4.6 ng/mL."],
    next_sample="Next level on 7 December, before the morning dose.",
    cites=["TX-146"],
    medicine="sirolimus",
)


def print_section(forecast: Forecast) -> str:
    text = render_text(replace(make_plan(), forecast=forecast), whole=True)
    return " ".join(text.split("\nLEVEL", 1)[1].split("\n\n")[0].split())


def test_the_section_says_the_finding_and_names_the_command() -> None:
    said = print_section(LOW)
    assert said.startswith("● one dose to consider: Low for the target")
    assert "Two levels were 4.1" in said and "Next level on 7 December" in said
    assert "The whole consult: gentian dose FILE. [forecast · TX-146]" in said


def test_a_refusal_is_named_as_one() -> None:
    refused = replace(LOW, status="refused", headline="Voriconazole is taken.", lines=[])
    assert print_section(refused).startswith("✕ refused for safety: Voriconazole is taken.")


def test_the_short_page_keeps_its_budget_and_the_headline() -> None:
    text = render_text(replace(make_plan(), forecast=LOW))
    assert len(text.splitlines()) <= HEIGHT
    assert "2 mg once daily is the dose to consider." in " ".join(text.split())


def test_html_has_a_section_with_the_name_of_the_medicine() -> None:
    page = render_html(replace(make_plan(), forecast=replace(LOW, lines=["<b>bold</b>"])))
    assert '<h2 id="level">Sirolimus level</h2>' in page and "<b>bold</b>" not in page
    assert "gentian dose FILE" in read(page)


def test_a_plan_without_levels_has_no_section() -> None:
    assert 'id="level"' not in render_html(make_plan())
    assert "\nLEVEL" not in render_text(make_plan(), whole=True)


def test_a_bare_date_of_the_next_level_becomes_a_sentence() -> None:
    assert "Next level about 2026-12-04. The whole" in print_section(
        replace(LOW, next_sample="2026-12-04")
    )
