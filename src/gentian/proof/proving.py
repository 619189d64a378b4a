"""Prove every invariant of the guideline over all people, for every country that changes a condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import z3

from gentian.engine.binding import bind_parameters
from gentian.engine.settings import Settings
from gentian.language.model import Guideline
from gentian.language.proofs import Invariant

from .claims import Breach, list_breaches
from .counterperson import CounterPerson, describe_person
from .outcomes import Judged
from .people import Everybody
from .solving import Prover
from .terms import Term, any_of, both

PROVED, REFUTED, OPEN, EMPTY = "proved", "refuted", "not proved", "empty"


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of one invariant.

    verdict: proved; refuted (with a person); not proved (the prover gave up: as good as refuted); empty
    (nobody is like this, or no statement is selected: it says nothing, which is a mistake).
    """

    invariant: Invariant
    verdict: str
    country: str = ""
    person: CounterPerson | None = None
    statements: int = 0


def prove_guideline(guideline: Guideline) -> Iterator[Proof]:
    """A proof of each invariant, as they are found; the first country that breaks one is told."""
    houses = [House(guideline, country) for country in list_countries(guideline)]
    for invariant in guideline.invariants.values():
        proofs = [house.prove(invariant) for house in houses]
        failed = [proof for proof in proofs if proof.verdict != PROVED]
        yield (failed or proofs)[0]


def list_countries(guideline: Guideline) -> list[str]:
    """No country, and each that binds some parameter of a condition otherwise."""
    names = {country for locale in guideline.locales.values() for country in locale.values}
    found: dict[tuple[Any, ...], str] = {}
    for country in ["", *sorted(names)]:
        bound = bind_parameters(guideline, Settings(country=country or None))
        found.setdefault(tuple(sorted(bound.items(), key=str)), country)
    return list(found.values())


class House:
    """The guideline as it is bound in one country, ready to be proved."""

    def __init__(self, guideline: Guideline, country: str = "") -> None:
        settings = Settings(country=country or None)
        self.country = country
        self.judged = Judged(Everybody(guideline, bind_parameters(guideline, settings)))
        self.prover = Prover(self.judged.everybody, settings)

    def prove(self, invariant: Invariant) -> Proof:
        """Look for somebody who breaks it."""
        breaches = list_breaches(self.judged, invariant)
        if not breaches:
            return Proof(invariant, EMPTY, self.country)
        answer = self.ask(any_of(both(item.person, item.broken) for item in breaches))
        if answer == z3.unknown:
            return Proof(invariant, OPEN, self.country)
        if answer == z3.sat:
            return Proof(invariant, REFUTED, self.country, self._find_person(breaches))
        verdict = PROVED if self.ask(any_of(item.person for item in breaches)) == z3.sat else EMPTY
        return Proof(invariant, verdict, self.country, None, _count(breaches))

    def ask(self, term: Term) -> Any:
        """Is there anybody of whom it is true? z3.sat, z3.unsat, or z3.unknown when the prover gives up."""
        return self.prover.open(term).check()

    def _find_person(self, breaches: list[Breach]) -> CounterPerson | None:
        """The smallest person of the first breach that there is one for."""
        for item in breaches:
            if self.ask(both(item.person, item.broken)) == z3.sat:
                return describe_person(self.judged, self.prover, item)
        return None


def _count(breaches: list[Breach]) -> int:
    return len({name for breach in breaches for name in breach.parts})
