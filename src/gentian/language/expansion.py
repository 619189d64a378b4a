"""Entries that follow from others: facts about taking each medicine, statements of the interactions."""

from __future__ import annotations

from .model import Concept, Fact, Interaction, StatementEntry, Vocabulary
from .wording import say_quantity

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
            says=f"{row.with_.replace('-', ' ')} stopped within {say_quantity(row.offset)}",
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
        found.append(_build(row, base, "do-not-start", "start", [other]))
        found.append(_build(row, f"{base}-on", "warn", "continue", [on, other]))
    else:
        found.append(_build(row, base, "warn", "both", [other]))
    if row.offset:
        # Also for a medicine that is only proposed: it would start under an effect that wears off.
        found.append(
            _build(row, f"{base}-stopped", "warn", "both", [_name_stopped(row)], stopped=other)
        )
    return found


def _make_people(true: list[str], false: list[str]) -> list[dict[str, object]]:
    """Test people of a statement whose condition is an AND: reached, not reached, not known."""
    reached = dict.fromkeys(true, True) | dict.fromkeys(false, False)
    return [
        {"name": "both at once", "given": reached, "answer": "applies"},
        {"name": "not both", "given": reached | {true[0]: False}, "answer": "does-not-apply"},
        {"name": "medicines not known", "given": {}, "answer": "cannot-tell"},
    ]


def say_fold(ratios: list[float]) -> str:
    """`{fold}` of an interaction's sentence: `about 11-fold`, `2- to 4-fold`, by its `auc_ratio`."""
    low, high = (f"{ratio:g}" for ratio in (ratios or [1, 1]))
    return f"about {high}-fold" if low == high else f"{low}- to {high}-fold"


def _build(
    row: Interaction, name: str, kind: str, phase: str, true: list[str], stopped: str = ""
) -> StatementEntry:
    """true: facts that must be true; stopped: a fact that must be false, of the medicine that stopped."""
    false = [stopped] if stopped else []
    says = (row.after if stopped else "") or row.says
    plainly = (row.after_plainly if stopped else "") or row.plainly
    return StatementEntry(
        statement=name,
        row="living",
        kind=kind,  # type: ignore[arg-type]
        phase=phase,  # type: ignore[arg-type]
        says=says.replace("{fold}", say_fold(row.effect.auc_ratio)),
        plainly=plainly,
        when=" AND ".join([*true, *(f"NOT {fact}" for fact in false)]),
        if_unknown="silent",
        medicine=row.interaction,
        absolute=kind == "do-not-start",
        alternative=row.alternative,
        urgency=NOW,
        topics=["interactions", row.interaction],
        cites=row.cites,
        tests=_make_people(true, false),
        line=row.line,
    )
