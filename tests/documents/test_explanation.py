"""Explanations: the tree reads as the engine answers, and turning a leaf tells what would change it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gentian.documents.explanation import judge, list_changes, render_explanation
from gentian.documents.lines import WIDTH, measure
from gentian.engine.explanation import Leaf, Node
from tests.documents.samples import PLATELETS, make_plan

TRUTHS = (True, False, None)


def make_leaf(name: str, answer: bool | None) -> Node:
    leaf = Leaf(fact=name, says=name, condition=name, answer=answer)
    return Node(op="LEAF", answer=answer, text=name, leaf=leaf)


def make_node(op: str, *children: Node, at_least: int = 0) -> Node:
    node = Node(op=op, answer=None, at_least=at_least, children=list(children))
    return Node(op=op, answer=judge(node, {}), at_least=at_least, children=list(children))


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_and_or_not_follow_the_three_values(one: bool | None, other: bool | None) -> None:
    leaves = make_leaf("one", one), make_leaf("other", other)
    known = {True, False} >= {one, other}
    both = False if False in (one, other) else (True if known else None)
    either = True if True in (one, other) else (False if known else None)
    assert judge(make_node("AND", *leaves), {}) is both
    assert judge(make_node("OR", *leaves), {}) is either
    assert judge(make_node("NOT", leaves[0]), {}) is (None if one is None else not one)


KNOWN = {"a": True, "b": True, "c": False, "d": False, "e": None, "f": None}
leaves = st.sampled_from(sorted(KNOWN)).map(lambda name: make_leaf(name, KNOWN[name]))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda found: make_node("AND", *found)),
        st.lists(inner, min_size=1, max_size=4).map(lambda found: make_node("OR", *found)),
        st.lists(inner, min_size=2, max_size=4).map(
            lambda found: make_node("AT_LEAST", *found, at_least=2)
        ),
        inner.map(lambda found: make_node("NOT", found)),
    ),
    max_leaves=8,
)


@given(trees, st.sampled_from(["e", "f"]), st.booleans())
def test_an_unknown_that_becomes_known_never_turns_a_decided_answer(
    tree: Node, name: str, becomes: bool
) -> None:
    if tree.answer is not None:
        assert judge(tree, {(name, name): becomes}) is tree.answer


@given(trees)
def test_every_change_that_is_named_changes_the_answer(tree: Node) -> None:
    before = {True: "applies", False: "does not apply", None: "cannot be told"}[tree.answer]
    for change in list_changes(tree):
        assert f"→ {before}" not in change


def test_what_would_change_it_names_the_leaf_and_the_outcome() -> None:
    tree = make_node("AND", make_leaf("low", True), make_leaf("excluded", None))
    assert list_changes(tree) == [
        "if “low” were false → does not apply",
        "if “excluded” were true → applies, or false → does not apply",
    ]


def test_when_no_single_fact_would_do_it_says_so() -> None:
    tree = make_node("OR", make_leaf("one", True), make_leaf("other", True))
    assert list_changes(tree) == ["no single fact; more than one would have to change"]


@pytest.mark.parametrize("place", range(len(make_plan().statements)))
def test_an_explanation_keeps_the_columns_and_leads_to_record_and_source(place: int) -> None:
    plan = make_plan()
    statement = plan.statements[place]
    node = Node(op="LEAF", answer=True, text=PLATELETS.condition, leaf=PLATELETS)
    text = render_explanation(plan, node, statement.id, statement)
    assert max(map(measure, text.splitlines())) <= WIDTH
    assert "[line 12: platelets: 18 10*9/L]" in text
    assert f"Outcome: {statement.outcome}" in text
    assert [cite for cite in statement.cites if cite not in text] == []


def test_a_criterion_is_opened_once() -> None:
    inner = Node(
        op="CRITERION", answer=True, text="Low.", criterion="low", children=[make_leaf("a", True)]
    )
    text = render_explanation(make_plan(), make_node("AND", inner, inner), "both", None)
    assert text.count("✓ a: true") == 1 and "low is true: Low. (as above)" in text
