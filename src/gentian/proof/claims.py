"""What would break an invariant: a person who is so, and statements that come out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import z3

from gentian.dosing.regimen import months
from gentian.language.model import DoseRecord, Interaction, StatementEntry
from gentian.language.proofs import Invariant
from gentian.plan.judgement import OFFERED

from .outcomes import Judged
from .selection import select_statements
from .terms import NO, YES, Term, all_of, any_of, both, either, negate


@dataclass(frozen=True, slots=True)
class Breach:
    """One way to break an invariant: `person` is like the invariant says, and `broken` is true.

    parts: statement → what is wrong with it, of which any is enough; empty where only the lack of all
    of them is wrong. item: the problem or interaction it speaks of, or "".
    """

    person: Term
    broken: Term
    parts: dict[str, Term]
    item: str = ""


def list_breaches(judged: Judged, invariant: Invariant) -> list[Breach]:
    """Every way to break an invariant; none where it says something of statements and there are none."""
    found = []
    for item in list_items(judged, invariant):
        these = [
            entry
            for entry in select_statements(judged.guideline, judged.catalogue, invariant.these)
            if item is None or item.concerns(entry)
        ]
        if invariant.or_these is not None:
            these += select_statements(judged.guideline, judged.catalogue, invariant.or_these)
        if these or invariant.some or invariant.may_select_none:
            found.append(_make_breach(judged, invariant, these, item))
    return found


@dataclass(frozen=True, slots=True)
class Item:
    """What an invariant speaks of once for each: its name, who is so, and which statements it concerns."""

    name: str
    person: Term
    concerns: Callable[[StatementEntry], bool]


def list_items(judged: Judged, invariant: Invariant) -> list[Item] | list[None]:
    """The problems, or the interactions to avoid, or only one round."""
    if invariant.for_each == "problem":
        return [_make_problem(judged, entry.problem) for entry in judged.guideline.problems]
    if invariant.for_each:
        both_on = invariant.for_each == "interaction-on"
        rows = [row for row in judged.guideline.interactions if row.action == "avoid"]
        return [_make_interaction(judged, row, both_on) for row in rows]
    return [None]


def _make_problem(judged: Judged, name: str) -> Item:
    active = judged.everybody.find_condition(f"problem:{name}").true
    return Item(name, active, lambda entry: name in entry.problems)


def _make_interaction(judged: Judged, row: Interaction, both_on: bool) -> Item:
    covered = judged.catalogue.covers[row.interaction]
    person = judged.is_on(row.with_).true
    if both_on:
        person = both(person, judged.is_on(row.interaction).true)
    return Item(
        f"{row.interaction} with {row.with_}", person, lambda entry: entry.medicine in covered
    )


def _make_breach(
    judged: Judged, invariant: Invariant, these: list[StatementEntry], item: Item | None
) -> Breach:
    person, name = _describe_person(judged, invariant), ""
    if item is not None:
        person, name = both(person, item.person), item.name
    if invariant.some:
        shown = any_of(
            is_shown(judged, entry, outcome) for entry in these for outcome in invariant.some
        )
        return Breach(person, negate(shown), {}, name)
    parts = {entry.statement: _go_wrong(judged, invariant, entry) for entry in these}
    return Breach(person, any_of(parts.values()), parts, name)


def _describe_person(judged: Judged, invariant: Invariant) -> Term:
    everybody = judged.everybody
    claims = judged.guideline.program.claims
    parts = []
    for part, side in (("while", "true"), ("possible", "possible"), ("unproven", "unproven")):
        tree = claims.get(f"{invariant.invariant}:{part}")
        parts += [getattr(everybody.read_tree(tree), side)] if tree is not None else []
    parts += [_is_unknown(judged, name) for name in invariant.unknown]
    if invariant.statuses:
        parts.append(any_of(judged.find_status(name) for name in invariant.statuses))
    parts += [negate(judged.find_status(name)) for name in invariant.not_statuses]
    return all_of(parts)


def _is_unknown(judged: Judged, name: str) -> Term:
    everybody = judged.everybody
    if name in judged.guideline.program.trees:
        return everybody.find_condition(name).unknown
    return negate(everybody.find_fact(name).known)


def _go_wrong(judged: Judged, invariant: Invariant, entry: StatementEntry) -> Term:
    """Is this statement concerned, and shown as it may not be?"""
    concerned = YES
    if invariant.answer:
        answer = judged.find_answer(entry.statement)
        concerned = {
            "applies": answer.true,
            "does-not-apply": answer.false,
            "cannot-tell": answer.unknown,
        }[invariant.answer]
    if invariant.despite:
        concerned = both(concerned, judged.hear(entry).known)
    if invariant.in_phase:
        concerned = both(concerned, judged.fits_phase(entry))
    wrong = any_of(is_shown(judged, entry, outcome) for outcome in invariant.never)
    if invariant.because_of:
        wrong = both(wrong, negate(_forget(judged, invariant.because_of, wrong)))
    if invariant.always:
        right = any_of(is_shown(judged, entry, outcome) for outcome in invariant.always)
        wrong = either(wrong, negate(right))
    return both(concerned, wrong)


def _forget(judged: Judged, facts: list[str], term: Term) -> Term:
    """The same, of the same person, were nothing known of these facts."""
    return z3.substitute(term, *((judged.everybody.find_fact(name).known, NO) for name in facts))


def is_shown(judged: Judged, entry: StatementEntry, outcome: str) -> Term:
    """Does the statement come out so? Also the words of invariants that are no outcome."""
    name = entry.statement
    if outcome == "offered":
        return judged.is_offered(name)
    if outcome == "reason-known":
        return judged.hear(entry).known
    if outcome == "blocked-unproven":
        return both(judged.find_outcome(name, "blocked"), negate(judged.hear(entry).known))
    if outcome in ("dose", "ready-dose"):
        return _has_dose(judged, entry, ready=outcome == "ready-dose")
    return judged.find_outcome(name, outcome)


def _has_dose(judged: Judged, entry: StatementEntry, ready: bool) -> Term:
    """May a dose stand on the line? Body size, caps and products are not asked: they only withhold more."""
    record = judged.guideline.doses.get(entry.dose)
    if record is None:
        return NO
    offered = any_of(judged.find_outcome(entry.statement, item) for item in OFFERED)
    shown = both(offered, negate(judged.find_opening(entry).preview))
    gates = all_of(_pass_gates(judged, record, entry.rescue))
    if not ready:
        return both(shown, gates)
    checks = all_of(judged.everybody.find_condition(name).true for name in record.checks)
    boxes = either(judged.find_open_checks(entry), judged.hear(entry).open)
    return both(shown, gates, checks, negate(boxes))


def _pass_gates(judged: Judged, record: DoseRecord, rescue: bool) -> Iterator[Term]:
    for gate in record.gates:
        truth = judged.everybody.find_condition(gate)
        yield truth.possible if rescue else truth.true
    if record.not_under:
        yield _is_older(judged, record.not_under)


def _is_older(judged: Judged, than: str) -> Term:
    """Surely of that age, by the calendar (as `gentian.dosing.obstacles` asks)."""
    age = judged.everybody.find_fact("age")
    return both(age.known, age.low >= int(months(than)))
