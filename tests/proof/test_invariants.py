"""Every invariant of the guideline is proved, and catches a mistake that no test person beside a rule does."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gentian.proof.proving import PROVED, House
from gentian.proof.wording import say_proof
from tests.proof.kills import find_killer, make_book
from tests.proof.mutants import Mutant, list_mutants
from tests.proof.people import load

PAGE = Path(__file__).parents[2] / "docs" / "proofs.md"
INVARIANTS = sorted(load().invariants)


@cache
def make_house() -> House:
    """The guideline, ready to be proved."""
    return House(load())


@cache
def find_mutants() -> dict[str, Mutant]:
    """Mutants by name."""
    return {mutant.name: mutant for mutant in list_mutants(load())}


@cache
def read_killers() -> dict[str, str]:
    """Invariant → the mutant that docs/proofs.md says it catches."""
    found = re.findall(
        r"^\| `([a-z0-9-]+)` \|[^|]*\|[^|]*\| ([^|]*) \|$", PAGE.read_text("utf-8"), re.M
    )
    return {name: mutant.strip() for name, mutant in found}


@pytest.mark.parametrize("name", INVARIANTS)
def test_the_invariant_is_proved(name: str) -> None:
    proof = make_house().prove(load().invariants[name])
    assert proof.verdict == PROVED, "\n".join(say_proof(proof))


@pytest.mark.parametrize("name", INVARIANTS)
def test_the_invariant_catches_what_no_test_person_does(name: str) -> None:
    invariant, mutants = load().invariants[name], find_mutants()
    told = mutants.get(read_killers().get(name, ""))
    killer = find_killer(load(), make_book(), invariant, list(mutants.values()), told)
    assert killer is not None, (
        f"{invariant.line}: {name} catches nothing that is not caught already"
    )
