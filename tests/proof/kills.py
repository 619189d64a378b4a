"""Which mutants the test people beside the rules notice, and which the invariants do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import z3

from gentian.engine.answers import FactValue
from gentian.engine.binding import bind_parameters
from gentian.engine.fold import fold
from gentian.engine.settings import Settings
from gentian.engine.specs import read_given
from gentian.language.model import Guideline
from gentian.language.profile import list_references
from gentian.language.proofs import Invariant
from gentian.plan.catalogue import find_catalogue
from gentian.proof.claims import list_breaches
from gentian.proof.proving import House
from gentian.proof.selection import select_statements
from gentian.proof.terms import any_of, both
from tests.proof.mutants import Mutant

_ANSWERS: dict[object, bool | None] = {
    "applies": True,
    "does-not-apply": False,
    "cannot-tell": None,
    True: True,
    False: False,
    "true": True,
    "false": False,
    "unknown": None,
}
_RESERVED = {"is", "because", "name", "given", "answer", "country"}


@dataclass(frozen=True)
class Spec:
    """A test person beside a rule."""

    key: str
    facts: Mapping[str, FactValue]
    expected: bool | None
    country: str | None


# --- the test people beside the rules ---------------------------------------------------------------


def list_specs(guideline: Guideline) -> Iterator[Spec]:
    """Every test person of criteria and statements."""
    for name, criterion in guideline.criteria.items():
        for test in criterion.tests:
            given = {key: value for key, value in test.items() if key not in _RESERVED}
            inner = test.get("given")
            yield _read(
                guideline, name, given | (inner if isinstance(inner, dict) else {}), test, "is"
            )
    for name, statement in guideline.statements.items():
        for test in statement.tests:
            given = test.get("given")
            yield _read(
                guideline,
                f"statement:{name}",
                given if isinstance(given, dict) else {},
                test,
                "answer",
            )


def _read(
    guideline: Guideline,
    key: str,
    given: Mapping[str, object],
    test: Mapping[str, object],
    field: str,
) -> Spec:
    facts = {name: read_given(guideline, name, value) for name, value in given.items()}
    country = test.get("country")
    return Spec(key, facts, _ANSWERS[test.get(field)], str(country) if country else None)


class SpecBook:
    """The test people by the conditions that their answers depend on."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        asked = guideline.program.trees  # what is asked of each relative is not proved
        self.specs = [spec for spec in list_specs(guideline) if spec.key in asked]
        self.needs = {key: _list_needs(guideline, key) for key in guideline.program.trees}

    def notice(self, mutant: Mutant) -> bool:
        """Does any test person disagree with the mutant?"""
        if not mutant.keys:
            return False
        changed = mutant.make()
        return any(
            _answer(changed, spec) is not spec.expected
            for spec in self.specs
            if not mutant.keys.isdisjoint(self.needs[spec.key])
        )


def _list_needs(guideline: Guideline, key: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(list_references(guideline.program.trees[name]))
    return frozenset(found)


def _answer(guideline: Guideline, spec: Spec) -> bool | None:
    """One condition for one test person, by the fold."""
    parameters = _bind(guideline.hash, spec.country, guideline)
    known: dict[str, bool | None] = {}

    def judge(key: str) -> bool | None:
        if key not in known:
            tree = guideline.program.trees[key]
            for name in sorted(list_references(tree)):
                judge(name)
            known[key] = fold(tree, spec.facts, known, parameters)
        return known[key]

    return judge(spec.key)


_bound: dict[tuple[str, str | None], Mapping[str, int | None]] = {}


def _bind(hash_: str, country: str | None, guideline: Guideline) -> Mapping[str, int | None]:
    if (hash_, country) not in _bound:
        _bound[hash_, country] = bind_parameters(guideline, Settings(country=country))
    return _bound[hash_, country]


# --- the invariants -----------------------------------------------------------------------------------


def breaks(guideline: Guideline, invariant: Invariant, house: House | None = None) -> bool:
    """Does somebody break the invariant in this guideline?"""
    house = house or House(guideline)
    breaches = list_breaches(house.judged, invariant)
    return house.ask(any_of(both(item.person, item.broken) for item in breaches)) != z3.unsat


@dataclass(frozen=True)
class Touched:
    """What the proof of an invariant looks at: the statements it selects, others, and conditions."""

    chosen: frozenset[str]
    statements: frozenset[str]
    conditions: frozenset[str]

    @property
    def tiers(self) -> list[frozenset[str]]:
        """From what is changed most tellingly to what is changed least."""
        return [self.chosen, self.statements, frozenset({"table"}), self.conditions]


def find_touched(guideline: Guideline, invariant: Invariant) -> Touched:
    """Prove nothing, but see what is asked for on the way."""
    house = House(guideline)
    breaches = list_breaches(house.judged, invariant)
    conditions = house.judged.everybody.visited
    chosen = select_statements(guideline, find_catalogue(guideline), invariant.these)
    names = {name for entry in chosen for name in (entry.statement, f"dose:{entry.dose}")}
    asked = {key.partition(":")[2] for key in conditions if key.startswith("statement:")}
    parts = {name for breach in breaches for name in breach.parts}
    return Touched(frozenset(names), frozenset(asked | parts), conditions)


def rank_mutants(
    guideline: Guideline, invariant: Invariant, mutants: Iterable[Mutant]
) -> list[Mutant]:
    """The mutants that touch what the proof looks at; those of the selected statements first."""
    tiers = find_touched(guideline, invariant).tiers
    found: list[list[Mutant]] = [[] for _ in tiers]
    for mutant in mutants:
        at = next((at for at, tier in enumerate(tiers) if not mutant.about.isdisjoint(tier)), None)
        if at is not None:
            found[at].append(mutant)
    if invariant.for_each or invariant.some:  # where one of several is enough, the loners matter

        def key(mutant: Mutant) -> tuple[bool, int]:
            return not mutant.name.endswith("removed"), _count_alike(guideline, mutant)

        found[0].sort(key=key)
    return [mutant for tier in found for mutant in tier]


def _count_alike(guideline: Guideline, mutant: Mutant) -> int:
    """How many statements share the rarest problem of the one that was changed."""
    entries = [guideline.statements[name] for name in mutant.about if name in guideline.statements]
    counts = [
        sum(problem in other.problems for other in guideline.statements.values())
        for entry in entries
        for problem in entry.problems
    ]
    return min(counts, default=999)


def find_killer(
    guideline: Guideline,
    book: SpecBook,
    invariant: Invariant,
    mutants: Sequence[Mutant],
    told: Mutant | None = None,
) -> Mutant | None:
    """A mutant that breaks the invariant and that no test person notices; `told` is tried first."""
    if told is not None and not book.notice(told) and breaks(told.make(), invariant):
        return told
    for mutant in rank_mutants(guideline, invariant, mutants):
        if not book.notice(mutant) and breaks(mutant.make(), invariant):
            return mutant
    return None


@cache
def make_book() -> SpecBook:
    """The test people of the guideline that ships."""
    from tests.proof.people import load

    return SpecBook(load())
