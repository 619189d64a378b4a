"""The diagnostic half of the guideline keeps its own rules."""

from __future__ import annotations

import pytest

from gentian.engine.specs import run_specs
from gentian.language.model import Criterion, Tree
from tests.diagnosis.charts import GUIDELINE
from tests.diagnosis.oracle import list_needed

FILES = ("diagnosis", "exclusion", "problems", "genetics", "care_status")
CRITERIA = [
    entry
    for entry in GUIDELINE.criteria.values()
    if entry.line.startswith(tuple(f"criteria/{name}.yaml" for name in FILES))
]
DIAGNOSIS = list_needed(
    [
        "nih_definitive",
        "nih_at_least_probable",
        "price_definitive",
        "price_at_least_probable",
        "esid_met",
    ]
)


@pytest.mark.parametrize("criterion", CRITERIA, ids=lambda entry: entry.criterion)
def test_every_criterion_has_three_people_one_of_them_unknown(criterion: Criterion) -> None:
    answers = [test["is"] for test in criterion.tests]
    assert len(answers) >= 3
    assert {True, False, "unknown"} & set(answers) >= {"unknown"}


def test_every_test_person_beside_a_rule_agrees() -> None:
    assert run_specs(GUIDELINE) == []


def list_negated(tree: Tree, below_not: bool = False) -> set[str]:
    """Facts that stand below a NOT (through other criteria as well)."""
    below_not = below_not or tree.op == "NOT"
    found = {tree.fact} if tree.fact and below_not else set()
    if tree.op == "REF" and below_not:
        found |= list_negated(GUIDELINE.program.trees[tree.criterion], True)
    for child in tree.children:
        found |= list_negated(child, below_not)
    return found


def test_no_diagnosis_negates_what_may_merely_be_unrecorded() -> None:
    negated = set().union(*(list_negated(GUIDELINE.program.trees[name]) for name in DIAGNOSIS))
    assert negated
    for name in sorted(negated):
        assert GUIDELINE.facts[name].absent in (False, "false"), name


def test_every_cited_fact_has_its_source() -> None:
    cited = {cite for entry in GUIDELINE.criteria.values() for cite in entry.cites}
    cited |= {cite for entry in GUIDELINE.facts.values() for cite in entry.cites}
    cited |= {cite for entry in GUIDELINE.vocabulary.concepts.values() for cite in entry.cites}
    cited |= {cite for entry in GUIDELINE.statements.values() for cite in entry.cites}
    diagnostic = {cite for cite in cited if cite.startswith(("DX-", "SX-"))}
    assert diagnostic <= set(GUIDELINE.sources)


def test_the_eight_criteria_of_nih_can_be_ticked() -> None:
    standards = {entry.standard: entry for entry in GUIDELINE.standards}
    groups = [item.group for item in standards["nih-2009"].items]
    assert groups == ["required"] * 2 + ["primary"] * 2 + ["secondary"] * 4
    assert {item.group for item in standards["esid-2019"].items} == {"part A", "part B"}


def test_no_prevalence_and_no_single_lymphoma_risk_is_printed() -> None:
    """SD-02: the prevalence is unknown; DX-288: never one individual risk."""
    for entry in GUIDELINE.statements.values():
        text = f"{entry.says} {entry.plainly}".lower()
        assert "2,200" not in text and "prevalence" not in text, entry.statement
        assert "14-fold" not in text and "149" not in text, entry.statement


def test_the_misleading_lymphocyte_range_is_nowhere() -> None:
    bands = [
        band for limit in GUIDELINE.limits if limit.of == "lymphocytes" for band in limit.bands
    ]
    assert bands and max(band.value or 0 for band in bands) < 6.0
