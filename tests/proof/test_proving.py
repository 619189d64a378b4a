"""The prover tells the truth about what it did: broken, given up, empty; and shows a small person."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace

from gentian.cli import check
from gentian.language.model import Guideline
from gentian.language.proofs import Invariant, Selection
from gentian.proof import solving
from gentian.proof.proving import EMPTY, OPEN, REFUTED, House, Proof, list_countries
from gentian.proof.wording import say_proof
from tests.proof.mutants import Mutant, list_mutants
from tests.proof.people import load


def find_mutant(name: str) -> Mutant:
    return next(mutant for mutant in list_mutants(load()) if mutant.name == name)


def prove(guideline: Guideline, name: str) -> Proof:
    return House(guideline).prove(guideline.invariants[name])


def test_an_open_gate_shows_the_girl_nobody_tested() -> None:
    mutant = find_mutant("dose sirolimus_start: drop the gate teratogen_gate_open")
    proof = prove(mutant.make(), "no-teratogen-dose-without-gate")
    assert proof.verdict == REFUTED
    text = "\n".join(say_proof(proof))
    assert "medicines.yaml:" in text and "HZ-09" in text
    assert "age: " in text and "months" in text
    assert "offer-after-checks" in text


def test_the_person_is_as_small_as_can_be() -> None:
    mutant = find_mutant("fever-asplenic-emergency: removed")
    proof = prove(mutant.make(), "fever-spleen-unproven-is-asplenic")
    assert proof.person is not None
    assert len(proof.person.known) == 1  # fever, and nothing else on record
    assert "fever" in proof.person.known[0]


def test_an_invariant_that_speaks_of_no_statement_is_no_proof() -> None:
    empty = Invariant(
        invariant="x", says="x", controls=[], these=Selection(topics=["nothing"]), never=["offer"]
    )
    assert House(load()).prove(empty).verdict == EMPTY


def test_an_invariant_about_nobody_is_no_proof() -> None:
    guideline = load()
    tree = guideline.program.trees["care_status:established"]
    nobody = {"x:while": tree, "x:unproven": tree}
    changed = replace(guideline, program=replace(guideline.program, claims=nobody))
    invariant = Invariant(
        invariant="x", says="x", controls=[], these=Selection(treating=True), never=["offer"]
    )
    assert House(changed).prove(invariant).verdict == EMPTY


def test_a_prover_that_gives_up_has_proved_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "WORK", 1)
    proof = prove(load(), "long-term-only-when-confirmed")
    assert proof.verdict == OPEN
    assert "gave up" in say_proof(proof)[0]


def test_the_same_person_is_shown_every_time() -> None:
    mutant = find_mutant("sirolimus-long-term: open it in every care status")
    name = "long-term-only-when-confirmed"
    first, again = (say_proof(prove(mutant.make(), name)) for _ in range(2))
    assert first == again


def test_every_country_that_changes_a_condition_is_proved() -> None:
    assert list_countries(load())[0] == ""


def test_without_the_prover_check_proves_nothing_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "gentian.proof.proving", None)
    with pytest.raises(
        check.Failure, match=r"no invariant is proved; pip install 'gentian\[author\]'"
    ):
        check.prove(load())


def test_check_fails_when_an_invariant_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mutant = find_mutant("fever-asplenic-emergency: removed").make()
    kept = "fever-spleen-unproven-is-asplenic"
    changed = replace(mutant, invariants={kept: mutant.invariants[kept]})
    assert check.prove(changed) == 13
    assert "1 of 1 invariants are not proved" in capsys.readouterr().out
