"""Every invariant catches a mistake that no test person beside a rule does.

That each is proved is shown by `gentian check` (tests/cli). docs/proofs.md tells which mistake; when that is gone
from the guideline another is looked for, which takes longer: write the page anew with `tests.proof.regenerate`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tests.proof.kills import find_killer, make_book
from tests.proof.mutants import Mutant, list_mutants
from tests.proof.people import load

PAGE = Path(__file__).parents[2] / "docs" / "proofs.md"
INVARIANTS = sorted(load().invariants)


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
def test_the_invariant_catches_what_no_test_person_does(name: str) -> None:
    invariant, mutants = load().invariants[name], find_mutants()
    told = mutants.get(read_killers().get(name, ""))
    killer = find_killer(load(), make_book(), invariant, list(mutants.values()), told)
    assert killer is not None, (
        f"{invariant.line}: {name} catches nothing that is not caught already"
    )
