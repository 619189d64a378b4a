"""Run the test people written beside each rule in the guideline (docs/language.md 5 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gentian.language.model import Guideline, StatementEntry, Vaccination, VaccineHold
from gentian.language.quantities import QuantityError
from gentian.language.units import UnitError

from .given import read_given
from .look_alike_specs import run_look_alikes
from .one import judge_facts
from .settings import Settings

_RESERVED = {"is", "because", "name", "given", "answer", "country"}
_ANSWERS = {"applies": True, "does-not-apply": False, "cannot-tell": None}
_TRUTHS = {True: True, False: False, "unknown": None, "true": True, "false": False}


def run_specs(guideline: Guideline) -> list[str]:
    """Return what failed, one line each with `file:line`; empty when every test person agrees."""
    return [
        *_run_criteria(guideline),
        *_run_answers(guideline, "statement:{}", guideline.statements.items()),
        *_run_answers(guideline, "vaccination:{}", guideline.vaccinations.items()),
        *_run_answers(guideline, "vaccine_hold:{}", _name_holds(guideline)),
        *run_look_alikes(guideline),
    ]


def count_specs(guideline: Guideline) -> int:
    """How many test people stand beside criteria, statements, vaccines and look-alikes."""
    lists = (
        guideline.criteria.values(),
        guideline.statements.values(),
        guideline.vaccinations.values(),
        guideline.vaccine_holds,
        guideline.look_alikes,
    )
    return sum(len(entry.tests) for entries in lists for entry in entries)


def _name_holds(guideline: Guideline) -> Iterator[tuple[str, VaccineHold]]:
    return ((hold.vaccine_hold, hold) for hold in guideline.vaccine_holds)


def _run_criteria(guideline: Guideline) -> Iterator[str]:
    for name, criterion in guideline.criteria.items():
        for test in criterion.tests:
            given = {key: value for key, value in test.items() if key not in _RESERVED}
            inner = test.get("given")
            given |= inner if isinstance(inner, dict) else {}
            expected = _TRUTHS.get(test.get("is"), "?")
            yield from _run(guideline, name, name, criterion.line, given, expected, test)


def _run_answers(
    guideline: Guideline,
    key: str,
    entries: Iterable[tuple[str, StatementEntry | Vaccination | VaccineHold]],
) -> Iterator[str]:
    """Test people that say whether a condition applies. key: where its name goes."""
    for name, entry in entries:
        for test in entry.tests:
            given = test.get("given") or {}
            expected = _ANSWERS.get(str(test.get("answer")), "?")
            if isinstance(given, dict):
                yield from _run(
                    guideline, key.format(name), name, entry.line, given, expected, test
                )


def _run(
    guideline: Guideline,
    key: str,
    name: str,
    line: str,
    given: Mapping[str, object],
    expected: object,
    test: Mapping[str, object],
) -> Iterator[str]:
    label = f"{line}: {name}: test `{test.get('name') or dict(given)}`"
    if expected == "?":
        yield f"{label}: expected answer is not true, false or unknown"
        return
    try:
        facts = {fact: read_given(guideline, fact, value) for fact, value in given.items()}
    except (KeyError, ValueError, QuantityError, UnitError) as error:
        yield f"{label}: {error}"
        return
    country = test.get("country")
    settings = Settings(country=str(country) if country else None)
    found = judge_facts(guideline, facts, settings)[key]
    if found is not expected:
        yield f"{label}: expected {_say(expected)}, found {_say(found)}"


def _say(answer: object) -> str:
    return {True: "true", False: "false", None: "unknown"}[answer]  # type: ignore[index]
