"""Look-alikes of one person: what points to each, what speaks against it, what is not yet asked."""

from __future__ import annotations

import pytest

from gentian.chart.form import read_form
from gentian.engine.settings import Settings
from gentian.language.look_alikes import STATES
from gentian.plan.assembly import make_plan
from gentian.plan.look_alikes import COSTS, NOT_YET, NOTHING
from gentian.plan.model import LookAlike, Plan
from tests.diagnosis.charts import BIG_SPLEEN, GUIDELINE, HEAD, write_chart

ALL = [entry.look_alike for entry in GUIDELINE.look_alikes]
FAS = "genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06"


def plan(*lines: str, head: str = HEAD) -> Plan:
    text = write_chart(list(lines), head)
    chart = read_form(text.encode(), "example.yaml", GUIDELINE.vocabulary)
    return make_plan(GUIDELINE, chart, as_of=chart.as_of, settings=Settings())


def find(found: Plan, name: str) -> LookAlike:
    return next(item for item in found.look_alikes if item.id == name)


def list_shown(found: Plan) -> list[str]:
    return [item.id for item in found.look_alikes if not item.folded]


def list_questions(item: LookAlike) -> list[str]:
    return [ask.fact for ask in item.not_asked]


# ---- of every look-alike -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_look_alike_has_three_people_one_of_whom_nothing_is_known(name: str) -> None:
    entry = next(entry for entry in GUIDELINE.look_alikes if entry.look_alike == name)
    assert len(entry.tests) >= 3
    nothing = [test for test in entry.tests if not test["given"]]
    assert [test["is"] for test in nothing] == ["open"]
    decided = [test for test in entry.tests if test["given"]]
    assert any(test.get("points_to") or test["is"] in STATES for test in decided)


@pytest.mark.parametrize("name", ALL)
def test_every_look_alike_is_cited_and_says_what_it_implies(name: str) -> None:
    entry = next(entry for entry in GUIDELINE.look_alikes if entry.look_alike == name)
    signs = [*entry.points_to, *entry.speaks_against]
    cites = {cite for sign in signs for cite in sign.cites} | {*entry.cites, *entry.decisive.cites}
    assert cites <= set(GUIDELINE.sources)
    assert all(sign.cites for sign in signs)
    assert entry.therapy and (entry.harm or entry.tier == "panel")


def test_nothing_known_is_neither_for_nor_against_any_of_them() -> None:
    found = plan(head="gentian: chart 1\nperson: nobody\nas_of: 2026-11-20\n")
    assert list_shown(found) == []
    assert len(found.look_alikes) == len(ALL)
    for item in found.look_alikes:
        assert (item.state, item.points_to, item.speaks_against) == ("open", [], []), item.id


def test_with_disease_and_nothing_else_known_nothing_is_raised() -> None:
    found = plan(*BIG_SPLEEN)
    assert list_shown(found) == []
    reasons = {item.id: item.folded for item in found.look_alikes}
    assert set(reasons.values()) == {NOTHING, NOT_YET}
    assert reasons["malaria"] == NOT_YET  # nobody has asked where she has been
    assert reasons["castleman-disease"] == NOTHING


def test_must_exclude_stands_before_the_panel_and_what_kills_first() -> None:
    tiers = [item.tier for item in plan().look_alikes]
    assert tiers == sorted(tiers)  # must-exclude before panel
    places = [(item.tier, item.danger) for item in plan().look_alikes]
    assert places == sorted(places)


def test_of_equal_danger_the_one_with_more_signs_stands_first() -> None:
    found = plan(
        *BIG_SPLEEN,
        "findings: histoplasma-exposure: past",
        "findings: travel-endemic-leishmania: past",
        "results: 2026-11-18: {temperature: 39.0 Cel}",
    )
    shown = list_shown(found)
    assert shown.index("visceral-leishmaniasis") < shown.index("histoplasmosis")


# ---- leishmaniasis: the three lists ----------------------------------------------------------------------


def test_summers_in_spain_are_listed_with_their_line() -> None:
    item = find(
        plan(*BIG_SPLEEN, "findings: travel-endemic-leishmania: past"), "visceral-leishmaniasis"
    )
    assert item.state == "open" and not item.tested
    (sign,) = item.points_to
    assert sign.says == "ever in a region with leishmaniasis"
    assert sign.because[0].sources[0].place.startswith("line ")
    assert item.speaks_against == []
    assert {"leishmania_pcr_positive", "eosinophils_below_limit"} <= set(list_questions(item))
    assert item.asked_by == ["exclude-leishmaniasis"]
    assert "amphotericin" in item.therapy and "fatal" in item.harm


def test_never_exposed_speaks_against_and_a_positive_pcr_is_a_suspicion() -> None:
    never = find(
        plan(*BIG_SPLEEN, "findings: travel-endemic-leishmania: absent"), "visceral-leishmaniasis"
    )
    assert [sign.says for sign in never.speaks_against] == ["never in a region with leishmaniasis"]
    assert never.folded == NOT_YET
    positive = find(
        plan(*BIG_SPLEEN, "results: 2026-11-01: {leishmania-pcr: positive}"),
        "visceral-leishmaniasis",
    )
    assert positive.state == "suspected" and positive.tested


def test_a_negative_rk39_is_no_answer_and_a_negative_pcr_is_listed() -> None:
    exposed = [*BIG_SPLEEN, "findings: travel-endemic-leishmania: past"]
    rapid = find(
        plan(*exposed, "results: 2026-11-01: {leishmania-serology: negative}"),
        "visceral-leishmaniasis",
    )
    assert rapid.speaks_against == [] and not rapid.tested
    tested = find(
        plan(*exposed, "results: 2026-11-01: {leishmania-pcr: negative}"), "visceral-leishmaniasis"
    )
    assert [sign.says for sign in tested.speaks_against] == ["Leishmania PCR negative"]
    assert tested.tested and tested.folded == ""  # exposure still points to it


def test_proven_by_a_clinician_is_proven() -> None:
    found = plan(*BIG_SPLEEN, "findings: leishmaniasis: since 2026-11-01")
    item = find(found, "visceral-leishmaniasis")
    assert item.state == "proven" and item.because
    assert found.care_status.status == "other-disease-proven"


def test_word_of_mouth_does_not_hide_what_points_to_it() -> None:
    """A complete list without tuberculosis excludes it on paper; contact at home still shows it."""
    found = plan(*BIG_SPLEEN, "findings: tb-contact: past", "findings: tuberculosis: absent")
    item = find(found, "tuberculosis")
    assert item.folded == ""
    assert not item.tested


def test_everything_asked_and_nothing_found_is_told_from_not_asked() -> None:
    lines = [
        "findings: travel-endemic-malaria: absent",
        "results: 2026-11-01: {igm: 1.1 g/L (0.5-2.0)}",
    ]
    assert find(plan(*BIG_SPLEEN, *lines), "malaria").folded == NOTHING


# ---- other mimics that must be excluded ------------------------------------------------------------------


def test_fever_with_very_high_ferritin_suspects_hlh() -> None:
    item = find(
        plan(*BIG_SPLEEN, "results: 2026-11-18: {temperature: 39.6 Cel, ferritin: 4100 ug/L}"),
        "hlh",
    )
    assert item.state == "suspected"
    assert [sign.says for sign in item.points_to][-1] == "ferritin above 3000 ug/L"


def test_a_negative_hiv_test_folds_it_away() -> None:
    sick = [*BIG_SPLEEN, "findings: lymphadenopathy: since 2025-11"]
    low = "results: 2026-11-18: {platelets: 40 10*9/L}"
    assert "hiv" in list_shown(plan(*sick, low))
    found = find(plan(*sick, low, "results: 2026-11-01: {hiv-test: negative}"), "hiv")
    assert (found.state, found.folded) == ("excluded", "excluded")


def test_low_counts_speak_against_igg4_disease_and_childhood_against_lgl() -> None:
    found = plan(
        *BIG_SPLEEN, "results: 2026-11-18: {platelets: 40 10*9/L, neutrophils: 0.8 10*9/L}"
    )
    assert "low counts" in [
        sign.says for sign in find(found, "igg4-related-disease").speaks_against
    ]
    lgl = find(found, "t-lgl")
    assert [sign.says for sign in lgl.speaks_against] == ["a child"]


def test_haemolysis_with_a_negative_dat_points_to_spherocytosis_and_a_normal_ema_speaks_against() -> (
    None
):
    lines = [
        "findings: active-haemolysis: since 2026-11-10",
        "results: 2026-11-18: {direct-antiglobulin-test: negative, haemoglobin: 82 g/L}",
    ]
    item = find(plan(*lines), "hereditary-spherocytosis")
    assert [sign.says for sign in item.points_to] == ["haemolysis with a negative DAT"]
    decided = find(
        plan(*lines, "results: 2026-11-19: {ema-binding: normal}"), "hereditary-spherocytosis"
    )
    assert [sign.says for sign in decided.speaks_against] == ["EMA binding normal"]
    assert (decided.state, decided.tested, decided.folded) == ("open", True, "")


# ---- the panel -------------------------------------------------------------------------------------------

LOW_IGG = [
    *BIG_SPLEEN,
    "results: 2026-11-01: {igg: 2.1 g/L}",
    "findings: colitis: since 2026-03",
]


def test_low_igg_and_enteropathy_raise_ctla4_with_its_medicine() -> None:
    item = find(plan(*LOW_IGG), "ctla4-insufficiency")
    assert [sign.says for sign in item.points_to] == ["low IgG", "colitis or enteropathy"]
    assert "batacept" in item.therapy
    assert "lymphocytes_below_limit" in list_questions(item)


def test_a_gene_tested_without_finding_is_excluded_and_others_stay() -> None:
    found = plan(*LOW_IGG, "genes: CTLA4: absent 2026-06")
    assert find(found, "ctla4-insufficiency").folded == "excluded"
    assert "lrba-deficiency" in list_shown(found)


def test_a_pathogenic_fas_variant_settles_the_panel_but_not_what_must_be_excluded() -> None:
    found = plan(*LOW_IGG, FAS, "findings: travel-endemic-leishmania: past")
    assert {item.tier for item in found.look_alikes if not item.folded} == {"must-exclude"}
    assert "visceral-leishmaniasis" in list_shown(found)
    assert find(found, "ctla4-insufficiency").folded.startswith("a pathogenic FAS variant")


def test_one_variant_of_a_recessive_gene_is_a_suspicion_two_are_the_disease() -> None:
    one = plan(*BIG_SPLEEN, "genes: ADA2 c.1358A>G: germline heterozygous pathogenic 2026-06")
    assert find(one, "dada2").state == "suspected"
    assert one.care_status.status == "under-investigation"
    two = plan(*BIG_SPLEEN, "genes: ADA2 c.1358A>G: germline homozygous pathogenic 2026-06")
    assert find(two, "dada2").state == "proven"
    assert two.care_status.status == "other-disease-proven"


def test_an_x_linked_disease_is_proven_in_a_boy_only() -> None:
    variant = "genes: SH2D1A c.163C>T: germline hemizygous pathogenic 2026-06"
    boy = plan(*BIG_SPLEEN, variant, head=HEAD.replace("female", "male"))
    assert find(boy, "xlp1").state == "proven"
    girl = plan(*BIG_SPLEEN, variant.replace("hemizygous", "heterozygous"))
    assert find(girl, "xlp1").state == "suspected"


def test_the_test_that_decides_is_among_what_is_not_asked_until_it_is_done() -> None:
    asked = find(plan(*LOW_IGG), "lrba-deficiency").not_asked
    assert [(ask.fact, ask.cost) for ask in asked][-1] == ("lrba_biallelic", "genetic")
    assert [ask.cost for ask in asked] == sorted((ask.cost for ask in asked), key=COSTS.index)


def test_an_old_name_points_and_proves_nothing() -> None:
    item = find(plan(*BIG_SPLEEN, "findings: ALPS IV: since 2022"), "rald")
    assert item.state == "open"
    assert [sign.says for sign in item.points_to] == ["the old name ALPS IV"]


def test_a_well_carrier_gets_no_list() -> None:
    found = plan(FAS, "findings: tb-contact: past")
    assert list_shown(found) == []
    assert {item.folded for item in found.look_alikes} == {"no disease is on record"}


# ---- never a verdict by counting -------------------------------------------------------------------------


def test_signs_alone_never_prove_suspect_or_exclude() -> None:
    """However much points to a look-alike, its state comes from tests and from what people recorded."""
    for entry in GUIDELINE.look_alikes:
        signs = {sign.when for sign in entry.points_to if "NOT" not in sign.when}
        exposures = {
            name for name in signs if name.endswith(("_exposed", "_contact_stated", "bcg_given"))
        }
        for state in STATES:
            condition = getattr(entry.decisive, state)
            assert not [name for name in exposures if name in condition], entry.look_alike
