"""Which statements an invariant speaks of: by what they are, so that a new statement is covered too."""

from __future__ import annotations

from collections.abc import Sequence

from gentian.language.model import Guideline, StatementEntry
from gentian.language.proofs import Selection
from gentian.plan.catalogue import Catalogue


def select_statements(
    guideline: Guideline, catalogue: Catalogue, these: Selection
) -> list[StatementEntry]:
    """The statements about the person that fit, by id."""
    covered = frozenset().union(*(catalogue.covers.get(name, {name}) for name in these.medicines))
    return [
        entry
        for entry in guideline.statements.values()
        if entry.each == "person"
        and _fits_lists(entry, these)
        and _fits_flags(entry, these, catalogue)
        and (not these.medicines or entry.medicine in covered)
        and entry.statement not in these.besides
    ]


def _fits_lists(entry: StatementEntry, these: Selection) -> bool:
    wanted: Sequence[tuple[list[str], Sequence[str]]] = (
        (these.statements, (entry.statement,)),
        (these.kinds, (entry.kind,)),
        (these.phases, (entry.phase,)),
        (these.rows, (entry.row,)),
        (these.columns, (entry.column,)),
        (these.topics, entry.topics),
        (these.problems, entry.problems),
    )
    return all(not names or not set(names).isdisjoint(have) for names, have in wanted)


def _fits_flags(entry: StatementEntry, these: Selection, catalogue: Catalogue) -> bool:
    wanted = (
        (these.treating, entry.statement in catalogue.treating),
        (these.rescue, entry.rescue),
        (these.emergency, entry.emergency),
        (these.standing, entry.standing),
        (these.absolute, entry.absolute),
        (these.with_dose, bool(entry.dose)),
    )
    timely = not these.urgency or entry.urgency <= these.urgency
    return timely and all(want in (None, have) for want, have in wanted)
