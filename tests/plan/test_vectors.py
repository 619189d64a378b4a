"""Test vectors of the evidence base against the guideline that ships (TV-07, TV-11 to TV-15, TV-20)."""

from __future__ import annotations

import re

import pytest

from gentian.chart.events import Event
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan, Statement
from gentian.plan.outcomes import ALERT_BUDGET
from tests.plan.people import (
    INDEX,
    absent,
    entry,
    find,
    no_other_medicines,
    person,
    sized,
    taking,
    word,
)

RELAPSE = [
    entry("alps-diagnosis-recorded"),
    entry("relapse-of-cytopenia"),
    entry("platelets", 25),
    entry("haemoglobin", 70),
]
PLACEHOLDER = re.compile(r"[{}]|10\*|Cel\b|\[IU\]")
SILENT = ("not-indicated", "not-applicable")


def plan(*events: Event, country: str | None = None, **who: object) -> Plan:
    """The plan by the guideline that ships."""
    chart = person(*events, **who)
    return make_plan(load_guideline(), chart, as_of=INDEX, settings=Settings(country=country))


def shown(made: Plan) -> list[Statement]:
    """The lines of a plan."""
    return [item for item in made.statements if item.outcome not in SILENT and not item.folded]


def test_tv_07_voriconazole_blocks_sirolimus_and_another_antifungal_is_named():
    made = plan(*RELAPSE, *sized(), taking("voriconazole", "2026-11-20"))
    sirolimus = find(made, "sirolimus-long-term")
    assert sirolimus.outcome == "blocked"
    assert "echinocandin" in " ".join(sirolimus.instead)
    assert sirolimus.dose.low is None


def test_tv_11_anti_d_with_a_positive_dat_is_not_to_be_started():
    made = plan(
        entry("anti-d", on="2026-11-25", status="planned"),
        entry("haemoglobin", 90),
        word("direct-antiglobulin-test", "positive"),
        entry("platelets", 20),
    )
    stop = find(made, "anti-d-stop-haemolysis")
    assert stop.outcome == "offer"
    assert stop.absolute


def test_tv_12_girl_of_15_without_a_pregnancy_test_gets_no_mycophenolate_dose():
    made = plan(*RELAPSE, *sized(50, 160), born="2011-05-02", sex="female")
    mycophenolate = find(made, "mmf-long-term")
    assert mycophenolate.dose.tier == "withheld"
    assert mycophenolate.dose.low is None
    boy = plan(*RELAPSE, *sized(50, 160), born="2011-05-02", sex="male")
    assert find(boy, "mmf-long-term").dose.low is not None


@pytest.mark.parametrize("spleen", [[], [entry("splenectomy", on="2015-04-01")]])
def test_tv_13_fever_without_a_spleen_known_to_work_is_an_emergency(spleen):
    made = plan(entry("temperature", 38.3), *spleen)
    assert "fever-asplenic-emergency" in made.emergencies
    assert find(made, "fever-asplenic-emergency").outcome == ("offer" if spleen else "assumed")


def test_fever_with_a_working_spleen_is_not_the_asplenic_emergency():
    made = plan(entry("temperature", 38.3), entry("spleen-in-place"))
    assert "fever-asplenic-emergency" not in made.emergencies


@pytest.mark.parametrize(("country", "dose"), [("US", "250 mg"), ("AU", "125 mg")])
def test_tv_14_penicillin_of_a_four_year_old_by_country(country, dose):
    made = plan(
        entry("alps-diagnosis-recorded"),
        entry("splenectomy", on="2026-03-01"),
        absent("penicillin-allergy"),
        born="2022-05-02",
        country=country,
    )
    assert find(made, "penicillin-prophylaxis").dose.low.per_dose == dose


def test_tv_15_infant_of_four_months_gets_no_sirolimus_dose():
    made = plan(*RELAPSE, *sized(6, 62), born="2026-07-20")
    sirolimus = find(made, "sirolimus-long-term")
    assert sirolimus.outcome == "blocked"
    assert sirolimus.dose.low is None


def test_tv_20_erythromycin_with_sirolimus_is_an_alert():
    made = plan(
        entry("alps-diagnosis-recorded"),
        entry("splenectomy", on="2015-04-01"),
        entry("penicillin-allergy"),
        taking("sirolimus", "2026-01-01"),
        taking("erythromycin", "2026-11-20"),
    )
    alert = find(made, "interaction-sirolimus-erythromycin-on")
    assert alert.outcome == "offer"
    assert not alert.folded


# --- what must hold for anyone -------------------------------------------------------------------

NOTHING: list[Event] = []
FLARE = [
    *sized(),
    entry("platelets", 8),
    entry("haemoglobin", 55),
    entry("mucosal-bleeding"),
    taking("prednisolone", "2026-10-01", 40),
]
BUSY = [
    *RELAPSE,
    *sized(),
    taking("sirolimus", "2026-01-01"),
    taking("prednisolone", "2026-09-01", 20),
    *(
        taking(medicine, "2026-11-20")
        for medicine in (
            "voriconazole",
            "erythromycin",
            "rifampicin",
            "diltiazem",
            "ciclosporin",
            "azathioprine",
            "mycophenolate-mofetil",
            "omeprazole",
            "st-johns-wort",
            "grapefruit",
        )
    ),
]
PEOPLE = {"nothing known": NOTHING, "flare": FLARE, "relapse": RELAPSE, "many medicines": BUSY}


@pytest.mark.parametrize("name", PEOPLE)
def test_at_most_seven_warnings(name):
    made = plan(*PEOPLE[name])
    alerts = [
        item
        for item in shown(made)
        if item.kind in ("warn", "do-not-start")
        and not item.emergency
        and item.outcome in ("offer", "offer-after-checks", "assumed")
    ]
    assert len(alerts) <= ALERT_BUDGET


@pytest.mark.parametrize("name", PEOPLE)
def test_a_dose_is_shown_only_when_offered(name):
    for item in plan(*PEOPLE[name]).statements:
        if item.dose is not None and item.dose.low is not None:
            assert item.outcome in ("offer", "offer-after-checks", "assumed"), item.id


@pytest.mark.parametrize("name", PEOPLE)
def test_every_active_problem_has_something_to_offer(name):
    made = plan(*PEOPLE[name])
    served = {problem for item in shown(made) for problem in item.problems}
    for problem in made.problems:
        if problem.active:
            assert problem.id in served, problem.id


def test_a_person_of_whom_nothing_is_known_has_no_emergency_and_no_dose():
    made = plan(born=None, sex=None)
    assert made.emergencies == []
    assert "fever-standing-plan" in made.standing_plans
    assert made.gaps.could_confirm
    assert not [item for item in made.statements if item.dose and item.dose.low]


def test_a_person_on_steroid_for_eight_weeks_is_tapered():
    made = plan(taking("prednisolone", "2026-09-20", 20), no_other_medicines())
    assert find(made, "steroid-taper").outcome == "offer"
    assert not [item for item in shown(made) if item.kind == "discontinue"]


def test_no_sentence_keeps_a_placeholder():
    for events in PEOPLE.values():
        for item in plan(*events).statements:
            assert not PLACEHOLDER.search(item.says + item.plainly), item.id
