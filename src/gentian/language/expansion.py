"""Entries that follow from others: facts about taking each medicine, statements of the interactions."""

from __future__ import annotations

from .model import Concept, Fact, Interaction, StatementEntry, Vocabulary

NOW = 2  # urgency of a line about a medicine that is on now


def name_fact(prefix: str, concept: str) -> str:
    """`taking_penicillin_v` of `penicillin-v`."""
    return f"{prefix}_{concept.replace('-', '_')}"


def list_medicines(vocabulary: Vocabulary) -> list[Concept]:
    """Medicines, and classes all of whose members are medicines, by id."""
    found = []
    for concept in vocabulary.concepts.values():
        members = [vocabulary.concepts[item] for item in vocabulary.members.get(concept.id, [])]
        leaves = [item for item in members if item.sort != "class"]
        if leaves and all(item.sort == "medicine" for item in leaves):
            found.append(concept)
    return sorted(found, key=lambda concept: concept.id)


def build_taking_facts(vocabulary: Vocabulary) -> list[Fact]:
    """`taking_<id>`: on at the index time, for every medicine and class of medicines."""
    return [
        Fact(
            fact=name_fact("taking", concept.id),
            says=f"taking {concept.name}",
            read="on",
            of=concept.id,
            line=concept.line,
        )
        for concept in list_medicines(vocabulary)
    ]


def build_stopped_facts(interactions: list[Interaction]) -> list[Fact]:
    """`stopped_<with>_<medicine>`: ended within the interaction's offset."""
    return [
        Fact(
            fact=_name_stopped(row),
            says=f"{row.with_.replace('-', ' ')} stopped within {row.offset}",
            read="ended_within",
            of=row.with_,
            window=[f"-{row.offset}", "0 d"],
            line=row.line,
        )
        for row in interactions
        if row.offset
    ]


def _name_stopped(row: Interaction) -> str:
    return name_fact("stopped", f"{row.with_}-of-{row.interaction}")


def build_interaction_statements(interactions: list[Interaction]) -> list[StatementEntry]:
    """The statements of the interactions table (docs/language.md 7)."""
    return [statement for row in interactions for statement in _expand(row)]


def _expand(row: Interaction) -> list[StatementEntry]:
    base = f"interaction-{row.interaction}-{row.with_}"
    on, other = name_fact("taking", row.interaction), name_fact("taking", row.with_)
    found = []
    if row.action == "avoid":
        found.append(_build(row, base, "do-not-start", "start", other))
        found.append(_build(row, f"{base}-on", "warn", "continue", f"{on} AND {other}"))
    else:
        found.append(_build(row, base, "warn", "both", other))
    # The other way round: the other medicine is ordered, perhaps elsewhere, while this one is on (HZ-07).
    kind = "do-not-start" if row.action == "avoid" else "warn"
    found.append(_build(row, f"{base}-planned", kind, "start", on, medicine=row.with_))
    if row.offset:
        # Also for a medicine that is only proposed: it would start under an effect that wears off.
        when = f"{_name_stopped(row)} AND NOT {other}"
        found.append(_build(row, f"{base}-stopped", "warn", "both", when, row.after))
    return found


def _build(
    row: Interaction,
    name: str,
    kind: str,
    phase: str,
    when: str,
    says: str = "",
    medicine: str = "",
) -> StatementEntry:
    return StatementEntry(
        statement=name,
        row="living",
        kind=kind,  # type: ignore[arg-type]
        phase=phase,  # type: ignore[arg-type]
        says=says or row.says,
        plainly=row.plainly,
        when=when,
        if_unknown="silent",
        medicine=medicine or row.interaction,
        absolute=kind == "do-not-start",
        alternative=row.alternative,
        urgency=NOW,
        topics=["interactions", row.interaction],
        cites=row.cites,
        line=row.line,
    )
