"""Entries name only entries that exist."""

from __future__ import annotations

from msgspec.structs import replace

from gentian.language.loader import load_guideline
from gentian.language.references import list_broken_references
from tests.plan.people import load_small


def test_every_name_in_the_guideline_names_something():
    assert list_broken_references(load_guideline()) == []


def test_a_misspelt_check_is_found_with_its_line():
    small = load_small()
    entry = small.statements["sirolimus-long-term"]
    wrong = replace(entry, checks=["infection_screened"], line="statements/sirolimus.yaml:2")
    found = list_broken_references(
        replace(small, statements=small.statements | {entry.statement: wrong})
    )
    assert found == [
        "statements/sirolimus.yaml:2: sirolimus-long-term: checks: `infection_screened` is not an "
        "entry of the guideline; check its spelling"
    ]
    assert list_broken_references(small) == []
