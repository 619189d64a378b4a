"""Three values as two Boolean terms, with the operations of the fold (gentian.engine.fold)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import z3

Term = Any  # a z3.BoolRef; z3 carries no types
YES: Term = z3.BoolVal(True)
NO: Term = z3.BoolVal(False)


@dataclass(frozen=True, slots=True)
class Truth:
    """true: is it surely true; false: is it surely false; neither of them: unknown."""

    true: Term
    false: Term

    @property
    def unknown(self) -> Term:
        """Neither true nor false."""
        return both(negate(self.true), negate(self.false))

    @property
    def possible(self) -> Term:
        """Not known to be false."""
        return negate(self.false)

    @property
    def unproven(self) -> Term:
        """Not known to be true."""
        return negate(self.true)


UNKNOWN = Truth(NO, NO)


def negate(term: Term) -> Term:
    """NOT, with constants worked out."""
    if term is YES:
        return NO
    return YES if term is NO else z3.Not(term)


def all_of(terms: Iterable[Term]) -> Term:
    """AND, with constants worked out; none: true."""
    kept = [term for term in terms if term is not YES]
    if any(term is NO for term in kept):
        return NO
    if not kept:
        return YES
    return kept[0] if len(kept) == 1 else z3.And(kept)


def any_of(terms: Iterable[Term]) -> Term:
    """OR, with constants worked out; none: false."""
    kept = [term for term in terms if term is not NO]
    if any(term is YES for term in kept):
        return YES
    if not kept:
        return NO
    return kept[0] if len(kept) == 1 else z3.Or(kept)


def both(*terms: Term) -> Term:
    """AND of a few."""
    return all_of(terms)


def either(*terms: Term) -> Term:
    """OR of a few."""
    return any_of(terms)


def join_and(parts: Sequence[Truth]) -> Truth:
    """True if all are true, false if any is false."""
    return Truth(all_of(part.true for part in parts), any_of(part.false for part in parts))


def join_or(parts: Sequence[Truth]) -> Truth:
    """True if any is true, false if all are false."""
    return Truth(any_of(part.true for part in parts), all_of(part.false for part in parts))


def join_not(part: Truth) -> Truth:
    """True and false change places; unknown stays."""
    return Truth(part.false, part.true)


def join_at_least(k: int, parts: Sequence[Truth]) -> Truth:
    """True if k are true; false if fewer than k are not false."""
    surely = z3.AtLeast(*(part.true for part in parts), k)
    perhaps = z3.AtLeast(*(part.possible for part in parts), k)
    return Truth(surely, z3.Not(perhaps))
