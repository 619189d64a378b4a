"""Run the test people written beside each look-alike: what points to it, and whether it is proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gentian.language.look_alikes import STATES, LookAlike, Sign, name_sign
from gentian.language.model import Guideline
from gentian.language.quantities import QuantityError
from gentian.language.units import UnitError

from .given import read_given
from .one import judge_facts
from .settings import Settings

_EXPECTED = {"name", "given", "is", "points_to", "speaks_against"}
_ERRORS = (KeyError, ValueError, QuantityError, UnitError)


def run_look_alikes(guideline: Guideline) -> Iterator[str]:
    """What failed, one line each; every test gives `is`, and may list the signs that must be true."""
    for entry in guideline.look_alikes:
        for test in entry.tests:
            label = f"{entry.line}: {entry.look_alike}: test `{test.get('name')}`"
            yield from (f"{label}: {text}" for text in _run(guideline, entry, test))


def _run(guideline: Guideline, entry: LookAlike, test: Mapping[str, object]) -> Iterator[str]:
    given = test.get("given") or {}
    if not isinstance(given, dict) or not set(test) <= _EXPECTED:
        yield f"expected the keys {', '.join(sorted(_EXPECTED))}"
        return
    try:
        facts = {name: read_given(guideline, name, value) for name, value in given.items()}
    except _ERRORS as error:
        yield str(error)
        return
    found = judge_facts(guideline, facts, Settings())
    state = find_state(entry, found)
    if state != test.get("is"):
        yield f"expected {test.get('is')}, found {state}"
    for field, signs in (("points_to", entry.points_to), ("speaks_against", entry.speaks_against)):
        true = _list_true(signs, found)
        wanted = test.get(field, true)
        if wanted != true:
            yield f"{field}: expected {wanted}, found {true}"


def find_state(entry: LookAlike, found: Mapping[str, bool | None]) -> str:
    """proven, suspected or excluded: the first whose condition is true; else open."""
    for state in STATES:
        condition = getattr(entry.decisive, state)
        if condition and found[name_sign(condition)]:
            return state
    return "open"


def _list_true(signs: Iterable[Sign], found: Mapping[str, bool | None]) -> list[str]:
    return [sign.when for sign in signs if found[name_sign(sign.when)] is True]
