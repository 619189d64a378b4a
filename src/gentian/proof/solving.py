"""Ask the prover, with the same answer on every machine: a fixed seed and a bound on work, not on time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import z3

from gentian.engine.settings import Settings

from .people import MARK, Everybody
from .relations import Pair, list_pairs
from .terms import Term

SEED = 20261123
WORK = 30_000_000  # steps of the prover; the hardest invariant needs a small part of it
MINUTE = (
    60_000  # milliseconds: only a machine in trouble gets here; then the invariant is not proved
)
Model = Any  # a z3.ModelRef


class Prover:
    """Finds a person for whom a term is true, among all who keep the relations between facts."""

    def __init__(self, everybody: Everybody, settings: Settings) -> None:
        self.everybody = everybody
        self.settings = settings
        self.pairs: Sequence[Pair] = list_pairs(everybody.guideline, settings)

    def open(self, term: Term) -> z3.Solver:
        """A solver that holds the term and what is known of the facts it speaks of."""
        solver = z3.Solver()
        solver.set(random_seed=SEED, rlimit=WORK, timeout=MINUTE)
        solver.add(term)
        solver.add(self.list_axioms(list_facts(term)))
        return solver

    def list_axioms(self, facts: frozenset[str]) -> list[Term]:
        """low ≤ high of each of these facts, and the relations of which both facts are among them."""
        bounds = [self.everybody.bound_fact(name) for name in sorted(facts)]
        held = [
            pair.assert_for(self.everybody)
            for pair in self.pairs
            if pair.first in facts and pair.second in facts
        ]
        return bounds + held


def list_names(term: Term) -> frozenset[str]:
    """Names of the free terms: `known|platelets`, `open|sirolimus`."""
    seen: set[int] = set()
    found: set[str] = set()
    waiting = [term]
    while waiting:
        item = waiting.pop()
        if item.get_id() in seen:
            continue
        seen.add(item.get_id())
        children = item.children()
        waiting.extend(children)
        if not children and z3.is_const(item) and item.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found.add(item.decl().name())
    return frozenset(found)


def list_facts(term: Term) -> frozenset[str]:
    """The facts that a term speaks of."""
    parts = (name.partition(MARK) for name in list_names(term))
    return frozenset(name for sort, _, name in parts if sort not in ("open", "planned"))


def find_smallest(solver: z3.Solver, flags: Mapping[str, Term]) -> frozenset[str]:
    """Which of the flags must be true: as few as possible. The solver must be satisfiable.

    One after another is dropped where that leaves somebody; then fewer are asked for, until there is nobody.
    What is left depends on the order of the flags only, so that everybody is shown the same person.
    """
    kept = _drop(solver, flags)
    while kept:
        solver.push()
        solver.add(z3.AtMost(*flags.values(), len(kept) - 1))
        fewer = _drop(solver, flags) if solver.check() == z3.sat else None
        solver.pop()
        if fewer is None:
            break
        kept = fewer
    return frozenset(kept)


def _drop(solver: z3.Solver, flags: Mapping[str, Term]) -> list[str]:
    """Go through the flags in their order; keep those without which, after what was dropped, nobody is left."""
    solver.push()
    solver.check()
    model = solver.model()
    kept = []
    for name, flag in flags.items():
        without = z3.Not(flag)
        if z3.is_true(model.eval(flag)):
            if solver.check(without) != z3.sat:
                kept.append(name)
                continue
            model = solver.model()
        solver.add(without)
    solver.pop()
    return kept


def prefer(solver: z3.Solver, wishes: Iterable[Sequence[Term]]) -> None:
    """Of each group of wishes keep the first that leaves somebody; later groups give way to earlier ones."""
    for group in wishes:
        for wish in group:
            if solver.check(wish) == z3.sat:
                solver.add(wish)
                break
