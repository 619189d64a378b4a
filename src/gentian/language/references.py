"""Names that entries use for one another: a name that nothing bears is a problem with its line.

Conditions are checked when they are parsed; this is about the other lists: checks, doses, rankings,
schedules, products. A misspelt check would otherwise stay open for ever, unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from .dates import DateError, parse_duration
from .look_alikes import list_broken_look_alikes
from .model import (
    Concept,
    DoseRecord,
    Guideline,
    Invariant,
    ResponseEntry,
    Schedule,
    StatementEntry,
    Therapy,
)
from .vaccinations import list_broken_vaccinations

ANY = "any"


def list_broken_references(guideline: Guideline) -> list[str]:
    """`file:line: entry: its field names nothing`, sorted; empty when all is well."""
    known = _Known(guideline)
    found = [
        *(
            text
            for entry in guideline.statements.values()
            for text in _check_statement(entry, known)
        ),
        *(text for record in guideline.doses.values() for text in _check_dose(record, known)),
        *(text for entry in guideline.schedules.values() for text in _check_schedule(entry, known)),
        *list_broken_vaccinations(guideline),
        *list_broken_look_alikes(guideline),
        *(
            text
            for concept in guideline.vocabulary.concepts.values()
            for text in _check_product(concept, known)
        ),
        *(text for entry in guideline.therapies.values() for text in _check_therapy(entry, known)),
        *(text for entry in guideline.responses.values() for text in _check_response(entry, known)),
    ]
    found += [
        text for entry in guideline.invariants.values() for text in _check_invariant(entry, known)
    ]
    return sorted(set(found))


class _Known:
    """Every name that may be used, by what it names."""

    def __init__(self, guideline: Guideline) -> None:
        self.statements = frozenset(guideline.statements)
        self.criteria = frozenset(guideline.criteria)
        self.facts = frozenset(guideline.facts)
        self.doses = frozenset(guideline.doses)
        self.schedules = frozenset(guideline.schedules)
        self.concepts = frozenset(guideline.vocabulary.concepts)
        self.anchors = frozenset(guideline.anchors)
        self.parameters = frozenset({*guideline.parameters, *guideline.locales})
        self.responses = frozenset(guideline.responses)
        self.problems = frozenset(entry.problem for entry in guideline.problems)
        self.cites = frozenset(guideline.sources)
        self.statuses = frozenset({ANY, *(item.care_status for item in guideline.care_statuses)})


def _check_statement(entry: StatementEntry, known: _Known) -> Iterator[str]:
    place = f"{entry.line}: {entry.statement}"
    yield from _miss(place, "problems", entry.problems, known.problems)
    yield from _miss(place, "checks", entry.checks, known.criteria)
    yield from _miss(place, "dose", [entry.dose], known.doses)
    yield from _miss(place, "medicine", [entry.medicine], known.concepts)
    yield from _miss(
        place, "ranks_above", [rank.id for rank in entry.ranks_above], known.statements
    )
    yield from _miss(place, "opens_in", entry.opens_in, known.statuses)
    yield from _miss(place, "preview_in", entry.preview_in, known.statuses)


def _check_dose(record: DoseRecord, known: _Known) -> Iterator[str]:
    place = f"{record.line}: {record.dose}"
    yield from _miss(place, "medicine", [record.medicine], known.concepts)
    yield from _miss(place, "products", record.products, known.concepts)
    yield from _miss(place, "needs", [needed.fact for needed in record.needs], known.facts)
    yield from _miss(place, "checks", record.checks, known.criteria)
    yield from _miss(place, "gates", record.gates, known.criteria)
    yield from _miss(place, "do_not_start", record.do_not_start, known.statements)
    yield from _miss(place, "monitoring", record.monitoring, known.schedules)
    yield from _miss(place, "stop", [record.stop], known.statements)
    yield from _miss(place, "caps", [cap.when for cap in record.caps], known.criteria)


def _check_product(concept: Concept, known: _Known) -> Iterator[str]:
    yield from _miss(f"{concept.line}: {concept.id}", "not_with", concept.not_with, known.concepts)


def _check_schedule(entry: Schedule, known: _Known) -> Iterator[str]:
    place = f"{entry.line}: {entry.schedule}"
    yield from _miss(place, "what", entry.what, known.concepts)
    yield from _miss(place, "or_proposed", [entry.or_proposed], known.concepts)
    yield from _miss(place, "from", [phase.from_ for phase in entry.phases], known.anchors)
    ends = [phase.until for phase in entry.phases if not _is_duration(phase.until)]
    yield from _miss(place, "until", ends, known.criteria)


def _is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except DateError:
        return False
    return True


def _check_therapy(entry: Therapy, known: _Known) -> Iterator[str]:
    place = f"{entry.line}: {entry.therapy}"
    yield from _miss(place, "medicine", [entry.medicine], known.concepts)
    yield from _miss(place, "start", [entry.start], known.anchors)
    yield from _miss(place, "time", [entry.time], known.facts)


def _check_response(entry: ResponseEntry, known: _Known) -> Iterator[str]:
    place = f"{entry.line}: {entry.response}"
    yield from _miss(place, "problem", [entry.problem], known.problems)
    yield from _miss(place, "on", entry.on.values(), known.parameters)
    yield from _miss(place, "beside", [entry.beside], known.responses)
    yield from _miss(place, "since", [level.since for level in entry.levels], known.facts)


def _check_invariant(entry: Invariant, known: _Known) -> Iterator[str]:
    place = f"{entry.line}: {entry.invariant}"
    these = entry.these
    yield from _miss(place, "controls", entry.controls, known.cites)
    yield from _miss(place, "cites", entry.cites, known.cites)
    yield from _miss(place, "unknown", entry.unknown, known.facts | known.criteria)
    yield from _miss(place, "because_of", entry.because_of, known.facts)
    yield from _miss(place, "statuses", [*entry.statuses, *entry.not_statuses], known.statuses)
    yield from _miss(place, "statements", [*these.statements, *these.besides], known.statements)
    yield from _miss(place, "medicines", these.medicines, known.concepts)
    yield from _miss(place, "problems", these.problems, known.problems)


def _miss(place: str, field: str, names: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in names:
        if name and name not in known:
            yield f"{place}: {field}: `{name}` is not an entry of the guideline; check its spelling"
