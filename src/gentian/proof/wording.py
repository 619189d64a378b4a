"""What became of an invariant, in lines for a terminal."""

from __future__ import annotations

from .counterperson import CounterPerson
from .proving import EMPTY, OPEN, PROVED, Proof

NOBODY = "nobody is recorded as anything: an empty record"


def say_proof(proof: Proof) -> list[str]:
    """One line for what is proved; for what is not, the person in whom it fails."""
    invariant = proof.invariant
    hazards = ", ".join(invariant.controls)
    if proof.verdict == PROVED:
        return [f"✓ {invariant.invariant} ({hazards})"]
    place = f"{invariant.line}: {invariant.invariant} ({hazards})"
    country = f" in {proof.country}" if proof.country else ""
    lines = [f"✕ {place}: {_say_verdict(proof)}{country}", f"    {invariant.says}"]
    return lines + (say_person(proof.person) if proof.person else [])


def _say_verdict(proof: Proof) -> str:
    if proof.verdict == OPEN:
        return "not proved: the prover gave up; simplify the conditions that it speaks of"
    if proof.verdict == EMPTY:
        return "says nothing: no statement is selected, or nobody can be so; check its conditions"
    return "is broken by this person"


def say_person(person: CounterPerson) -> list[str]:
    """The smallest person who breaks it; what is not named is not recorded."""
    lines = [f"      {sentence}" for sentence in person.known or (NOBODY,)]
    lines.append(f"      care status: {person.care_status}")
    if person.item:
        lines.append(f"      about: {person.item}")
    lines += [f"      then {name} is: {outcome}" for name, outcome in person.broken]
    return lines if person.broken else [*lines, "      then no statement is shown as it should be"]
