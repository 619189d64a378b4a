"""What the prover reasons about is what the engine and the plan do: the same outcome of every statement."""

from __future__ import annotations

from functools import cache

import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from gentian.engine.answers import FactValue
from gentian.engine.binding import bind_parameters
from gentian.engine.settings import Settings
from gentian.language.sql import OPEN_HIGH, OPEN_LOW
from gentian.proof.counterperson import OUTCOMES
from gentian.proof.outcomes import Judged
from gentian.proof.people import MARK, Everybody
from tests.proof.people import Drawn, judge, load

_NONE = FactValue()


@cache
def make_judged() -> tuple[Judged, dict[tuple[str, str], z3.BoolRef]]:
    """The guideline as terms: every outcome of every statement."""
    guideline = load()
    judged = Judged(Everybody(guideline, bind_parameters(guideline, Settings())))
    terms = {
        (name, outcome): judged.find_outcome(name, outcome)
        for name, entry in guideline.statements.items()
        if entry.each == "person"
        for outcome in OUTCOMES
    }
    return judged, terms


def put_in(judged: Judged, person: Drawn) -> list[tuple[z3.ExprRef, z3.ExprRef]]:
    """Every free term with its value for one person."""
    everybody, pairs = judged.everybody, []
    for name, fact in everybody.facts.items():
        value = person.facts.get(name, _NONE)
        pairs += [
            (fact.known, z3.BoolVal(value.known)),
            (fact.truth, z3.BoolVal(bool(value.truth))),
            (fact.low, z3.IntVal(OPEN_LOW if value.low is None else value.low)),
            (fact.high, z3.IntVal(OPEN_HIGH if value.high is None else value.high)),
            (fact.word, z3.IntVal(everybody.words.get(value.word or "", 0))),
        ]
    for name in judged.guideline.vocabulary.concepts:
        pairs.append((z3.Bool(f"open{MARK}{name}"), z3.BoolVal(name in person.open)))
        pairs.append((z3.Bool(f"planned{MARK}{name}"), z3.BoolVal(name in person.planned)))
    return pairs


def list_differences(person: Drawn) -> list[str]:
    """Statements whose outcome as a term is another than the plan's."""
    judged, terms = make_judged()
    expected = judge(load(), person, Settings())
    claims = {
        f"{name} is {outcome}": term if expected[name] == outcome else z3.Not(term)
        for (name, outcome), term in terms.items()
    }
    claims["care status"] = judged.find_status(expected["care status"])
    pairs = put_in(judged, person)
    if z3.is_true(z3.simplify(z3.substitute(z3.And(list(claims.values())), *pairs))):
        return []
    return [
        says
        for says, claim in claims.items()
        if not z3.is_true(z3.simplify(z3.substitute(claim, *pairs)))
    ]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), known=st.sampled_from([0.02, 0.1, 0.3, 0.6, 0.9, 0.98, 1.0]))
def test_every_statement_has_the_same_outcome_for_the_prover(seed: int, known: float) -> None:
    assert list_differences(Drawn(load(), seed, known)) == []


def test_a_wrong_outcome_would_be_seen() -> None:
    judged, terms = make_judged()
    person = Drawn(load(), 1, 0.5)
    expected = judge(load(), person, Settings())
    name = next(name for name, _ in terms if expected[name] == "offer")
    wrong = z3.simplify(z3.substitute(terms[name, "blocked"], *put_in(judged, person)))
    assert z3.is_false(wrong)
