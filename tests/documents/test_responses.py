"""How a page says what the disease answered: one line each, doubt and a clinician's word beside it."""

from __future__ import annotations

from msgspec.structs import replace

from gentian.documents.html import render_html
from gentian.documents.text import render_text
from gentian.engine.explanation import Leaf
from gentian.plan.model import OtherDefinition, Response
from tests.documents.samples import make_plan

LOST = Response(
    id="platelets:sirolimus",
    problem="low-platelets",
    name="platelets",
    medicine="sirolimus",
    therapy="sirolimus",
    level="lost",
    says="Responded before, now below a response.",
    definition="IWG 2009",
    began="2026-02-11",
    before="12 ×10^9/L on 2026-02-10",
    best="140 ×10^9/L on 2026-07-14",
    now="21 ×10^9/L on 2026-11-18",
    cites=["RD-03"],
)


def print_page(response: Response) -> str:
    text = render_text(replace(make_plan(), response=[response]), whole=True)
    return " ".join(text.split("RESPONSE", 1)[1].split("\n\n")[0].split())


def test_the_line_says_from_what_to_what_and_by_which_definition():
    line = print_page(LOST)
    assert line.startswith("▲ lost: platelets on sirolimus — from 12 ×10^9/L on 2026-02-10 to 21")
    assert "(IWG 2009)" in line and "[platelets:sirolimus · RD-03]" in line


def test_a_word_that_disagrees_stands_beside_the_level():
    line = print_page(replace(LOST, recorded="partial", disagrees=True))
    assert "recorded by a clinician: partial (the values say otherwise; both stand)" in line
    assert "both stand" not in print_page(replace(LOST, recorded="lost"))


def test_what_is_perhaps_so_names_what_is_missing():
    missing = [
        Leaf(fact="r", says="reticulocytes", condition="", answer=None, cause="never recorded")
    ]
    partial = replace(LOST, level="partial", possible="complete", missing=missing)
    assert "perhaps complete, not known: reticulocytes (never recorded)" in print_page(partial)


def test_too_early_says_from_when_on_it_is_judged():
    line = print_page(replace(LOST, level="too-early", judge_on="2027-01-20"))
    assert line.startswith("○ too early to judge: platelets on sirolimus before 2027-01-20")


def test_a_value_without_one_before_says_so():
    assert "21 ×10^9/L on 2026-11-18, nothing on record from before" in print_page(
        replace(LOST, before="")
    )


def test_another_definition_that_answers_otherwise_is_named():
    other = OtherDefinition(id="x", definition="child, one centre", level="not-yet", says="…")
    assert "by child, one centre: not yet" in print_page(replace(LOST, others=[other]))


def test_html_has_a_table_and_no_page_has_one_without_responses():
    page = render_html(replace(make_plan(), response=[replace(LOST, notes=["<b>bold</b>"])]))
    assert "Response to treatment" in page and "best 140 ×10^9/L on 2026-07-14" in page
    assert "<b>bold</b>" not in page
    assert "Response to treatment" not in render_html(make_plan())
    assert "RESPONSE" not in render_text(make_plan(), whole=True)
