"""The facts of the evidence that a plan cites, once each, with the source to open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .catalogue import Catalogue
from .judgement import SILENT
from .model import CalendarLine, Citation, Diagnosis, Response, Statement


def list_citations(
    catalogue: Catalogue,
    diagnoses: Iterable[Diagnosis],
    statements: Iterable[Statement],
    calendar: Iterable[CalendarLine],
    responses: Sequence[Response] = (),
) -> list[Citation]:
    """Every fact id cited by what the plan shows, in order of id; ids without an entry are left out."""
    cited = {
        *_list_diagnosis_cites(diagnoses),
        *_list_statement_cites(statements),
        *(cite for line in calendar for cite in line.cites),
        *(cite for response in responses for cite in response.cites),
        *(cite for item in responses for other in item.others for cite in other.cites),
    }
    known = catalogue.citations
    return [known[name] for name in sorted(cited) if name in known]


def _list_diagnosis_cites(diagnoses: Iterable[Diagnosis]) -> Iterator[str]:
    for diagnosis in diagnoses:
        yield from diagnosis.cites
        for item in diagnosis.items:
            yield from item.cites


def _list_statement_cites(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        if statement.outcome not in SILENT:
            yield from statement.cites
            yield from statement.dose.cites if statement.dose else ()
