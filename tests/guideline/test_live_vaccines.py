"""No live vaccine is ever indicated or given now while somebody is, or may be, immunosuppressed (HZ-10)."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gentian.chart.reading import read_chart
from gentian.engine.explanation import Explainer
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.catalogue import find_catalogue
from gentian.plan.medicines import Medicines
from gentian.plan.vaccine_doses import VaccineDoses
from gentian.plan.vaccines import VaccineAdviser
from gentian.plan.words import Words
from tests.guideline.people import medicines, read_plan

GIVEN = ("indicated", "give-now")
ALL, SOME, NONE = "all", "measles and varicella", "none"
COURSES = {  # a medicine on record → which live vaccines it holds back
    "sirolimus: 2 mg daily since 2026-01-10": ALL,
    "mycophenolate-mofetil: 500 mg daily since 2026-11": ALL,
    "mycophenolate-mofetil: 500 mg daily 2025-01-10 to 2026-10-01": ALL,
    "azathioprine: 50 mg daily since 2025": ALL,
    "tacrolimus: 1 mg daily since 2025-01-01": ALL,
    "prednisolone: 5 mg daily since 2026-11-15": ALL,
    "prednisolone: 60 mg daily since 2026-08-15": ALL,
    "prednisolone: 60 mg daily 2026-09-01 to 2026-11-10": ALL,
    "rituximab: {given: 2026-03-01}": ALL,
    "rituximab: {given: 2023-03-01}": ALL,  # and nobody has looked whether B cells are back
    "ivig: {given: 2026-10-01, dose: 20 g}": SOME,
    "vincristine: {given: 2026-07-01}": ALL,
    "penicillin-v: 250 mg daily since 2025-01-01": NONE,
    "paracetamol: 500 mg daily since 2026-11-19": NONE,
}
DONOR_ANTIBODIES = ("mmr", "varicella-vaccine")


@settings(max_examples=60, deadline=None)
@given(
    courses=st.lists(st.sampled_from(sorted(COURSES)), unique=True, max_size=4),
    complete=st.booleans(),
    born=st.sampled_from(["2015-05-04", "2012-05-04", "1990-05-04", ""]),
    sex=st.sampled_from(["male", "female", ""]),
    vaccines=st.sampled_from(["", "complete", "mmr: 2016-02-01", "mmr: never"]),
    country=st.sampled_from(["US", "GB", "AU", "DE", None]),
    spleen=st.sampled_from(["spleen-in-place: now", "asplenia: now", "relapse-of-cytopenia: now"]),
)
def test_no_live_vaccine_while_a_medicine_may_stand_against_it(
    courses, complete, born, sex, vaccines, country, spleen
):
    told = ["medicines: 2026-11-20"] if complete else []
    told += ["vaccines: 2026-11-20"] if vaccines == "complete" else []
    plan = read_plan(
        f"born: {born}\n" if born else "",
        f"sex: {sex}\n" if sex else "",
        f"complete: {{{', '.join(told)}}}\n" if told else "",
        f"findings:\n  - alps-diagnosis-recorded: since 2024\n  - {spleen}\n",
        medicines(*courses) if courses else "",
        f"vaccines:\n  - {vaccines}\n" if ":" in vaccines else "",
        country=country,
    )
    held = {COURSES[course] for course in courses}
    for vaccine in plan.vaccines:
        antibodies = SOME in held and vaccine.id in DONOR_ANTIBODIES
        if vaccine.live and (not complete or ALL in held or antibodies):
            assert vaccine.answer not in GIVEN, vaccine
            assert vaccine.then not in GIVEN, vaccine


def test_the_property_is_not_empty_of_meaning():
    plan = read_plan(
        "born: 2012-05-04\nsex: male\ncomplete: {medicines: 2026-11-20, vaccines: 2026-11-20}\n",
        "findings:\n  - alps-diagnosis-recorded: since 2024\n",
        medicines("penicillin-v: 250 mg daily since 2025-01-01"),
    )
    assert {item.answer for item in plan.vaccines if item.live} == {"indicated"}


# --- the same of the advice alone, whatever the conditions say -------------------------------------------

KEYS = sorted(
    key
    for key in load_guideline().program.trees
    if key.startswith(("vaccine_hold:", "vaccination:", "vaccination_only_if:"))
)
TRUTHS = st.sampled_from([True, False, None])


@cache
def make_adviser() -> VaccineAdviser:
    guideline, settings = load_guideline(), Settings(country="US")
    form = "gentian: chart 1\nperson: p\nas_of: 2026-11-20\nborn: 2012-05-04\ncomplete: {vaccines: 2026-11-20}\n"
    chart = read_chart(form.encode(), guideline, file="p.yaml")
    answers = answer(guideline, chart, chart.as_of, settings)
    catalogue = find_catalogue(guideline)
    return VaccineAdviser(
        guideline,
        catalogue,
        VaccineDoses(guideline, chart, answers, settings),
        Explainer(guideline, chart, answers, settings),
        Medicines(guideline, catalogue, chart, answers),
        Words(guideline, settings),
    )


def list_holds_of(vaccine: str) -> list[str]:
    guideline = load_guideline()
    counts = set(guideline.vaccinations[vaccine].counts)
    members = guideline.vocabulary.members
    return [
        f"vaccine_hold:{hold.vaccine_hold}"
        for hold in guideline.vaccine_holds
        if hold.answer != "note"
        and any(counts & {name, *members.get(name, ())} for name in hold.of)
    ]


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(KEYS, TRUTHS)), st.booleans())
def test_a_live_vaccine_is_given_only_when_every_hold_is_known_not_to_apply(truths, proposed):
    adviser = make_adviser()
    adviser.criteria = truths
    for vaccine in adviser.advise(["sirolimus"] if proposed else []):
        if vaccine.live and {vaccine.answer, vaccine.then} & set(GIVEN):
            assert [key for key in list_holds_of(vaccine.id) if truths[key] is not False] == []


@pytest.mark.parametrize("hold", load_guideline().vaccine_holds, ids=lambda hold: hold.vaccine_hold)
def test_what_is_not_known_of_a_live_vaccine_is_asked(hold):
    members = load_guideline().vocabulary.members
    concepts = load_guideline().vocabulary.concepts
    covered = {name for item in hold.of for name in {item, *members.get(item, ())}}
    if any(concepts[name].live for name in covered):
        assert hold.if_unknown == "ask"


def test_every_live_vaccine_of_the_vocabulary_is_answered_and_held_by_the_immune_level():
    guideline = load_guideline()
    live = {name for name, item in guideline.vocabulary.concepts.items() if item.live}
    counted = {name for entry in guideline.vaccinations.values() for name in entry.counts}
    assert live <= counted
    for entry in guideline.vaccinations.values():
        if live & set(entry.counts):
            holds = list_holds_of(entry.vaccination)
            assert {"vaccine_hold:immunosuppressed", "vaccine_hold:on-steroid"} <= set(holds)
