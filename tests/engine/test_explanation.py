"""Why, why not, and what is missing."""

from __future__ import annotations

import pytest

from gentian.chart.events import FOREVER
from gentian.engine.explanation import Explainer
from gentian.engine.gaps import GapFinder, Target
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from tests.engine.small import INDEX, load_small, make_chart, make_event

RULES = """
- parameter: platelets_severe
  value: 20 10*9/L
  read: seen
- fact: platelets
  says: platelets
  read: latest
  of: platelets
  window: [-7 d, 0 d]
  ask: {question: "What is the platelet count today?", cost: blood}
- fact: big_spleen
  says: enlarged spleen
  read: on
  of: splenomegaly
  ask: {question: "Is the spleen enlarged?", cost: examine}
- fact: nodes_large
  says: enlarged nodes
  read: on
  of: nodes
  ask: {question: "Are nodes enlarged?", cost: examine}
- criterion: severe
  says: Platelets below {platelets_severe}.
  when: platelets < platelets_severe
- criterion: treat
  says: Severe, or a large spleen with nodes.
  when: severe OR (big_spleen AND nodes_large)
- criterion: sirolimus_alone
  says: On sirolimus without a large spleen.
  when: taking_sirolimus AND NOT big_spleen
"""


@pytest.fixture(scope="module")
def guideline(tmp_path_factory):
    return load_small(tmp_path_factory.mktemp("g"), RULES)


def explain(guideline, *events):
    chart = make_chart(*events)
    answers = answer(guideline, chart, INDEX, Settings())
    return Explainer(guideline, chart, answers, Settings())


def test_the_reason_is_the_leaf_that_decided_with_its_value_and_place(guideline):
    explainer = explain(guideline, make_event("platelets", "2026-11-19", 12))
    (leaf,) = explainer.list_reasons("treat")
    assert leaf.condition == "platelets below 20 ×10^9/L"
    assert leaf.value == "12 ×10^9/L on 2026-11-19"
    assert leaf.sources[0].place == "test"


def test_the_tree_opens_criteria_and_says_them_with_their_numbers(guideline):
    tree = explain(guideline, make_event("platelets", "2026-11-19", 12)).explain("treat")
    assert tree.criterion == "treat"
    severe = tree.children[0].children[0]
    assert (severe.criterion, severe.text) == ("severe", "Platelets below 20 ×10^9/L.")


def test_two_results_of_the_same_time_are_said_to_be_two(guideline):
    events = [make_event("platelets", "2026-11-19", 8), make_event("platelets", "2026-11-19", 80)]
    explainer = explain(guideline, *events)
    (leaf,) = [leaf for leaf in explainer.list_reasons("treat") if leaf.fact == "platelets"]
    assert leaf.answer is None
    assert "8-80 ×10^9/L" in explainer.describe_value("platelets")
    assert "two results, same time" in explainer.describe_value("platelets")


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (None, "never recorded"),
        (
            make_event("platelets", "2026-05-01", 12, printed="12 10*9/L"),
            "too old (12 10*9/L on 2026-05-01)",
        ),
        (make_event("platelets", "2026", 12, printed="12"), "partial date (12 on 2026)"),
    ],
)
def test_an_unknown_fact_says_why(guideline, event, cause):
    explainer = explain(guideline, *([event] if event else []))
    assert explainer.find_cause("platelets") == cause


def test_a_suspicion_is_neither_yes_nor_no(guideline):
    suspected = make_event(
        "splenomegaly", "2026-11-01", present=None, certainty="suspected", ends=(FOREVER,) * 2
    )
    assert explain(guideline, suspected).find_cause("big_spleen") == "suspected only"


def test_gaps_name_the_facts_that_would_decide(guideline):
    explainer = explain(guideline)
    gaps = GapFinder(guideline, explainer).find([Target("treat", "treatment", 2)])
    confirm = {gap.fact for gap in gaps.could_confirm}
    assert confirm == {"platelets", "big_spleen", "nodes_large"}
    assert gaps.could_confirm[0].fact == "platelets", "it alone would decide"


def test_only_what_is_still_open_is_asked(guideline):
    explainer = explain(
        guideline,
        make_event("platelets", "2026-11-19", 120),
        make_event("splenomegaly", "2026-11-19", ends=(FOREVER, FOREVER)),
    )
    gaps = GapFinder(guideline, explainer).find([Target("treat", "treatment", 2)])
    assert [gap.fact for gap in gaps.could_confirm] == ["nodes_large"]
    assert [gap.fact for gap in gaps.could_exclude] == ["nodes_large"]


def test_medicines_are_asked_as_one_list(guideline):
    gaps = GapFinder(guideline, explain(guideline)).find(
        [Target("sirolimus_alone", "interaction", 2)]
    )
    assert "complete-medicines" in {gap.fact for gap in gaps.could_confirm}
