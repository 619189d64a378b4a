"""expectations.yaml: what a haematologist expects of each example, compared with the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from gentian.dosing.dose import Amount, Dose
from gentian.language.loader import load_guideline
from tests.examples.people import NAMES, OFFERED, find, plan_example

PAGE = Path(__file__).with_name("expectations.yaml")
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
KEYS = {
    "care", "diagnosis", "genetics", "no-qualifiers", "problems", "emergencies", "standing", "offered",
    "after-checks", "not-outright", "blocked", "not-shown", "doses", "no-dose", "says", "asks",
    "relatives",
    "look-alikes", "only-named",
}  # fmt: skip
SHOWN = (*OFFERED, "withheld", "blocked")

each = pytest.mark.parametrize("name", sorted(EXPECTED))


def list_expected(name: str, key: str) -> list[str]:
    return list(EXPECTED[name].get(key, ()))


def test_every_example_has_expectations_and_no_others_are_there():
    assert sorted(EXPECTED) == NAMES


@each
def test_the_table_itself_names_only_what_exists(name):
    statements = load_guideline().statements
    named = [
        item
        for key in ("offered", "after-checks", "not-outright", "blocked", "not-shown", "doses",
                    "no-dose", "standing", "emergencies", "says")
        for item in list_expected(name, key)
    ]  # fmt: skip
    assert [item for item in named if item not in statements] == []
    assert set(EXPECTED[name]) <= KEYS


@each
def test_care_status_diagnosis_and_genes(name):
    plan, expected = plan_example(name), EXPECTED[name]
    assert plan.care_status.status == expected["care"]
    answers = {key: plan.diagnosis[key].answer for key in expected.get("diagnosis", {})}
    assert answers == expected.get("diagnosis", {})
    assert plan.genetic_class.id == expected.get("genetics", plan.genetic_class.id)
    if expected.get("no-qualifiers"):
        assert plan.diagnosis["nih-2009"].qualifiers == []


@each
def test_problems_with_their_severity(name):
    active = {item.id: item.severity for item in plan_example(name).problems if item.active}
    assert active == EXPECTED[name]["problems"]


@each
def test_look_alikes_that_are_shown_and_that_are_only_named(name):
    found = {item.id: item for item in plan_example(name).look_alikes}
    for wanted, state in EXPECTED[name].get("look-alikes", {}).items():
        assert (found[wanted].state, found[wanted].folded) == (state, ""), wanted
    for wanted, reason in EXPECTED[name].get("only-named", {}).items():
        assert reason in found[wanted].folded, wanted


@each
def test_exactly_these_emergencies_and_at_least_these_standing_plans(name):
    plan = plan_example(name)
    assert plan.emergencies == list_expected(name, "emergencies")
    assert [
        item for item in list_expected(name, "standing") if item not in plan.standing_plans
    ] == []


@each
def test_what_is_offered(name):
    plan = plan_example(name)
    wrong = {
        item: find(plan, item).outcome
        for item in list_expected(name, "offered")
        if find(plan, item).outcome not in ("offer", "assumed")
    }
    assert wrong == {}


@each
def test_what_is_offered_after_checks_names_its_checks(name):
    plan = plan_example(name)
    for item in list_expected(name, "after-checks"):
        assert find(plan, item).outcome == "offer-after-checks", item
        assert find(plan, item).checks, item
    for item in list_expected(name, "not-outright"):
        assert find(plan, item).outcome in ("offer-after-checks", "withheld", "blocked"), item


@each
def test_what_is_blocked_says_why_and_what_else_there_is(name):
    plan = plan_example(name)
    for item in list_expected(name, "blocked"):
        assert find(plan, item).outcome == "blocked", item
        assert find(plan, item).blocked_by, item
        assert find(plan, item).instead, item


@each
def test_what_is_not_shown(name):
    plan = plan_example(name)
    wrong = {
        item: find(plan, item).outcome
        for item in list_expected(name, "not-shown")
        if find(plan, item).outcome in SHOWN
    }
    assert wrong == {}


@each
def test_doses_and_their_tier(name):
    plan = plan_example(name)
    for item, expected in EXPECTED[name].get("doses", {}).items():
        dose = find(plan, item).dose
        assert dose is not None, item
        assert (item, dose.tier, print_ends(dose)) == (item, expected["tier"], expected["amounts"])
    for item in list_expected(name, "no-dose"):
        found = find(plan, item).dose
        assert found is None or (found.tier, found.low, found.high) == ("withheld", None, None), (
            item
        )


def print_ends(dose: Dose) -> list[str]:
    return [
        end.per_dose.replace("microgram", "ug") if isinstance(end, Amount) else ""
        for end in (dose.low, dose.high)
    ]


@each
def test_what_a_line_must_mention(name):
    plan = plan_example(name)
    for item, word in EXPECTED[name].get("says", {}).items():
        statement = find(plan, item)
        assert word in " ".join([statement.says, *statement.checks]).lower()


@each
def test_what_is_among_the_questions(name):
    gaps = plan_example(name).gaps
    asked = " ".join(gap.fact for gap in (*gaps.could_confirm, *gaps.could_exclude))
    assert [word for word in list_expected(name, "asks") if word not in asked] == []


@each
def test_who_of_the_family_may_be_a_donor(name):
    expected = EXPECTED[name].get("relatives", {})
    found = {item.id: item.donor.state for item in plan_example(name).relatives}
    assert expected == {key: state for key, state in found.items() if key in expected}
