"""The facts of the evidence that a plan cites, once each, with the source to open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from .catalogue import Catalogue
from .judgement import SILENT
from .model import Citation, Diagnosis, LookAlike, Statement


class Cited(Protocol):
    """Anything with the ids of the evidence behind it."""

    @property
    def cites(self) -> list[str]: ...


def list_citations(
    catalogue: Catalogue,
    diagnoses: Iterable[Diagnosis],
    look_alikes: Iterable[LookAlike],
    statements: Iterable[Statement],
    *others: Iterable[Cited],
) -> list[Citation]:
    """Every fact id cited by what the plan shows, in order of id; ids without an entry are left out.

    others: whatever else the plan shows with ids of its own (visits, variants, vaccines).
    """
    cited = {
        *_list_diagnosis_cites(diagnoses),
        *_list_look_alike_cites(look_alikes),
        *_list_statement_cites(statements),
        *(cite for items in others for item in items for cite in item.cites),
    }
    known = catalogue.citations
    return [known[name] for name in sorted(cited) if name in known]


def _list_diagnosis_cites(diagnoses: Iterable[Diagnosis]) -> Iterator[str]:
    for diagnosis in diagnoses:
        yield from diagnosis.cites
        for item in diagnosis.items:
            yield from item.cites


def _list_look_alike_cites(look_alikes: Iterable[LookAlike]) -> Iterator[str]:
    for item in look_alikes:
        if not item.folded:
            yield from item.cites
            for sign in (*item.points_to, *item.speaks_against):
                yield from sign.cites


def _list_statement_cites(statements: Iterable[Statement]) -> Iterator[str]:
    for statement in statements:
        if statement.outcome not in SILENT:
            yield from statement.cites
            yield from statement.dose.cites if statement.dose else ()
