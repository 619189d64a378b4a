"""Where conditions stand in the guideline: each with a key, its text and its file and line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .look_alikes import list_conditions, name_sign

if TYPE_CHECKING:
    from .compilation import Compilation

Condition = tuple[str, str, str]


def collect_conditions(work: Compilation) -> Iterator[Condition]:
    """Every condition: key, text, `file:line` (keys as in `model.Program`)."""
    for name, criterion in work.criteria.items():
        yield name, criterion.when, criterion.line
    for name, statement in work.statements.items():
        yield f"statement:{name}", statement.when, statement.line
    for schedule in work.take("schedule"):
        yield f"schedule:{schedule.schedule}", schedule.when, schedule.line
    yield from _collect_vaccines(work)
    yield from _collect_diagnosis(work)
    yield from _collect_problems(work)
    for entry in work.take("relative_state"):
        if entry.when:
            yield f"relative_state:{entry.column}:{entry.relative_state}", entry.when, entry.line
    for response in work.responses.values():
        for note in response.notes:
            yield f"response:{response.response}:{note.id}", note.when, response.line
    yield from _collect_signs(work)


def _collect_vaccines(work: Compilation) -> Iterator[Condition]:
    for entry in work.take("vaccination"):
        if entry.indicated:
            yield f"vaccination:{entry.vaccination}", entry.indicated, entry.line
        if entry.only_if:
            yield f"vaccination_only_if:{entry.vaccination}", entry.only_if, entry.line
    for hold in work.take("vaccine_hold"):
        yield f"vaccine_hold:{hold.vaccine_hold}", hold.when, hold.line


def _collect_diagnosis(work: Compilation) -> Iterator[Condition]:
    for standard in work.take("standard"):
        for qualifier in standard.qualifiers:
            key = f"qualifier:{standard.standard}:{qualifier.id}"
            yield key, qualifier.when, standard.line
    for entry in work.take("genetic_class"):
        yield f"genetic_class:{entry.genetic_class}", entry.when, entry.line
    for entry in work.take("care_status"):
        if entry.when:
            yield f"care_status:{entry.care_status}", entry.when, entry.line


def _collect_problems(work: Compilation) -> Iterator[Condition]:
    for problem in work.take("problem"):
        yield f"problem:{problem.problem}", problem.active, problem.line
        for severity in problem.severity:
            yield f"severity:{problem.problem}:{severity.level}", severity.when, problem.line
        for mechanism in problem.mechanism:
            yield f"mechanism:{problem.problem}:{mechanism.is_}", mechanism.when, problem.line


def collect_claims(work: Compilation) -> Iterator[Condition]:
    """The conditions of invariants: proved of everybody, never asked of one person."""
    for entry in work.take("invariant"):
        for part in ("while", "possible", "unproven"):
            text = entry.while_ if part == "while" else getattr(entry, part)
            if text:
                yield f"{entry.invariant}:{part}", text, entry.line


def _collect_signs(work: Compilation) -> Iterator[Condition]:
    """The conditions of look-alikes and their tiers; what several of them use is one condition."""
    seen: set[str] = set()
    for entry in (*work.take("look_alike_tier"), *work.take("look_alike")):
        for text in list_conditions(entry):
            key = name_sign(text)
            if key not in seen:
                seen.add(key)
                yield key, text, entry.line
