"""Who of the family may be thought of as a donor, and what each relative needs.

Untested is never negative; a negative test clears nobody while the family's variant is unknown (HZ-24).
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gentian.documents.html import render_html
from gentian.documents.text import render_text
from gentian.engine.answers import FactValue
from gentian.engine.one import judge_facts
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.model import Plan, Relative
from tests.guideline.people import CHILD, WELL, find, read_plan

GERMLINE = "genes:\n  - FAS c.748C>T: germline heterozygous pathogenic\n"
BIALLELIC = "genes:\n  - FAS c.748C>T: {origin: germline, zygosity: homozygous, classification: pathogenic}\n"
SOMATIC = "genes:\n  - FAS c.652-2A>C: {origin: somatic, classification: pathogenic, specimen: sorted DNT}\n"


def read_family(genes: str, *relatives: str) -> Plan:
    lines = "".join(f"  - {line}\n" for line in relatives)
    return read_plan(CHILD, WELL, genes, f"family:\n{lines}")


def read_relative(genes: str, relative: str) -> Relative:
    return read_family(genes, relative).relatives[0]


def tell(relative: Relative) -> tuple[str, str]:
    """Variant and donor, as the guideline names the states."""
    return relative.variant.state, relative.donor.state


@pytest.mark.parametrize(
    ("genes", "relative", "variant", "donor"),
    [
        # the family's variant is known
        (
            GERMLINE,
            "brother: {family-variant-test: negative}",
            "does-not-carry",
            "may-be-considered",
        ),
        (GERMLINE, "brother: {FAS: absent 2026-01-20}", "does-not-carry", "may-be-considered"),
        (GERMLINE, "mother: {family-variant-test: untested}", "untested", "test-first"),
        (GERMLINE, "mother: {born: 1990}", "untested", "test-first"),
        (GERMLINE, "mother: {well: now}", "untested", "test-first"),
        (GERMLINE, "mother: {HLA: identical}", "untested", "test-first"),
        (
            GERMLINE,
            "sister: {family-variant-test: result-missing}",
            "result-not-recorded",
            "get-the-result",
        ),
        (GERMLINE, "mother: {FAS c.748C>T: germline pathogenic}", "carries", "excluded-carrier"),
        (GERMLINE, "mother: {family-variant-test: positive}", "carries", "excluded-carrier"),
        (GERMLINE, "father: {splenomegaly: since 2012}", "untested", "excluded-ill"),
        (
            GERMLINE,
            "father: {died: on 2019, family-variant-test: negative}",
            "does-not-carry",
            "died",
        ),
        (
            GERMLINE,
            "father: {family-variant-test: negative, splenomegaly: since 2012}",
            "does-not-carry",
            "excluded-ill",
        ),
        (
            GERMLINE,
            "sister: {family-variant-test: negative, FAS c.9A>G: germline uncertain}",
            "unclear",
            "excluded-unclear",
        ),
        (
            BIALLELIC,
            "brother: {family-variant-test: negative}",
            "does-not-carry",
            "may-be-considered",
        ),
        (BIALLELIC, "mother: {well: now}", "untested", "test-first"),
        # a negative test, but nobody knows what was looked for
        (
            "",
            "brother: {family-variant-test: negative}",
            "negative-for-nothing",
            "find-the-variant-first",
        ),
        ("", "brother: {FAS: absent 2026-01-20}", "negative-for-nothing", "find-the-variant-first"),
        # another gene of the family than the one that was negative
        (
            "genes:\n  - FASLG c.1A>G: homozygous pathogenic\n",
            "brother: {FAS: absent 2026-01-20}",
            "negative-for-nothing",
            "find-the-variant-first",
        ),
        # a somatic variant is not inherited: nobody is excluded by it, and a test still comes first
        (SOMATIC, "brother: {well: now}", "untested", "not-excluded-somatic"),
        (SOMATIC, "brother: {FAS: absent 2026-01-20}", "does-not-carry", "may-be-considered"),
        (SOMATIC, "mother: {FAS c.9A>G: germline pathogenic}", "carries", "excluded-carrier"),
    ],
)
def test_the_donor_matrix(genes: str, relative: str, variant: str, donor: str) -> None:
    assert tell(read_relative(genes, relative)) == (variant, donor)


def test_a_positive_test_is_not_undone_by_a_later_negative_one() -> None:
    made = read_family(
        GERMLINE,
        "sister: {family-variant-test: {on: 2024, value: positive}}",
        "sister: {family-variant-test: {on: 2026-05, value: negative}}",
    )
    assert [tell(relative) for relative in made.relatives] == [("carries", "excluded-carrier")]


def test_the_mothers_variant_makes_the_brothers_negative_test_mean_something() -> None:
    made = read_family(
        "",
        "mother: {FAS c.748C>T: germline pathogenic}",
        "brother: {family-variant-test: negative}",
    )
    assert [tell(relative)[1] for relative in made.relatives] == [
        "excluded-carrier",
        "may-be-considered",
    ]


def test_each_relative_stands_for_himself_and_the_nearest_come_first() -> None:
    made = read_family(
        GERMLINE,
        "cousin: {family-variant-test: untested}",
        "brother-2: {family-variant-test: untested}",
        "brother: {family-variant-test: negative}",
        "mother: {family-variant-test: positive}",
    )
    assert {relative.id: relative.donor.state for relative in made.relatives} == {
        "mother": "excluded-carrier",
        "brother": "may-be-considered",
        "brother-2": "test-first",
        "cousin": "test-first",
    }
    assert [relative.id for relative in made.relatives] == [
        "mother",
        "brother",
        "brother-2",
        "cousin",
    ]


@pytest.mark.parametrize(
    ("genes", "relative", "needs"),
    [
        (GERMLINE, "sister: {well: now}", ["relative-offer-test:sister"]),
        (GERMLINE, "cousin: {well: now}", []),
        (GERMLINE, "sister: {family-variant-test: negative}", []),
        (GERMLINE, "mother: {family-variant-test: positive}", ["relative-carrier-care:mother"]),
        (
            GERMLINE,
            "father: {splenomegaly: since 2012}",
            ["relative-ill-assess:father", "relative-offer-test:father"],
        ),
        (
            GERMLINE,
            "aunt: {family-variant-test: result-missing}",
            ["relative-result-missing:aunt"],
        ),
        ("", "brother: {FAS: absent 2026-01-20}", ["relative-negative-unproven:brother"]),
        (GERMLINE, "father: {died: on 2019, splenomegaly: since 2012}", []),
    ],
)
def test_what_a_relative_needs(genes: str, relative: str, needs: list[str]) -> None:
    assert read_relative(genes, relative).needs == needs


def test_a_relative_never_gets_a_medicine_or_a_dose() -> None:
    made = read_family(
        GERMLINE, "sister: {splenomegaly: now, platelets: {on: 2026-11-19, value: 8 10*9/L}}"
    )
    about = [item for item in made.statements if item.item]
    assert about
    assert all(not item.medicine and item.dose is None and not item.emergency for item in about)
    assert next(p for p in made.problems if p.id == "low-platelets").active is not True


def test_text_and_html_say_why_a_relative_is_no_donor() -> None:
    made = read_family(GERMLINE, "mother: {born: 1990, family-variant-test: untested}")
    for page in (render_text(made, whole=True), render_html(made)):
        words = " ".join(page.split())
        assert "untested is never negative" in words
        assert "relative-offer-test:mother" in words


def test_without_relatives_nothing_is_printed_of_any() -> None:
    made = read_plan(CHILD, WELL, GERMLINE)
    assert made.relatives == []
    assert "RELATIVES" not in render_text(made, whole=True)
    assert find(made, "family-offer-testing").outcome == "offer"


# --- whatever the record says ------------------------------------------------------------------------

YES_NO = (
    "relative_pathogenic_recorded", "relative_variant_recorded", "relative_tested_positive",
    "relative_tested_negative", "relative_fas_stated_absent", "relative_faslg_stated_absent",
    "relative_ill_recorded", "relative_stated_well", "relative_died", "fas_germline_variant",
    "fas_biallelic_recorded", "faslg_biallelic_recorded", "relative_fas_pathogenic_recorded",
    "any_relative_tested_positive", "fas_pathogenic_recorded",
)  # fmt: skip
TRUTHS = st.sampled_from([True, False, None])


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(YES_NO, TRUTHS)), st.sampled_from([0, 1, None]))
def test_nobody_is_cleared_without_a_negative_test_for_a_known_variant(
    truths: dict[str, bool | None], somatic: int | None
) -> None:
    facts = {name: FactValue(truth=t, known=t is not None) for name, t in truths.items()}
    if somatic is not None:
        ticks = somatic * 1_000_000
        facts["fas_somatic_variants"] = FactValue(low=ticks, high=ticks, known=True)
    found = judge_facts(load_guideline(), facts, Settings())
    if found["relative_may_be_donor"] is not True:
        return
    negative = (
        "relative_tested_negative",
        "relative_fas_stated_absent",
        "relative_faslg_stated_absent",
    )
    assert any(truths[name] for name in negative)
    assert found["family_variant_germline"] or found["family_variant_somatic"]
    against = ("relative_pathogenic_recorded", "relative_tested_positive", "relative_variant_recorded",
               "relative_ill_recorded", "relative_died")  # fmt: skip
    assert all(truths[name] is False for name in against)


def test_only_one_state_clears() -> None:
    clearing = [entry for entry in load_guideline().relative_states if entry.clears]
    assert [(e.column, e.when) for e in clearing] == [("donor", "relative_may_be_donor")]
    assert [e.rank for e in load_guideline().relative_states] == sorted(
        e.rank for e in load_guideline().relative_states
    )
