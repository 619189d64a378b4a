"""Say the relatives of a plan: one line each on the text page, a row each in HTML."""

from __future__ import annotations

from collections.abc import Iterator

from gentian.plan.judgement import OFFERED
from gentian.plan.model import Relative

from .entries import bracket, explain, print_cites, say_statement
from .lines import Entry
from .page import Kin, Page

RANK, SOON = 26, 19  # beside the regimen; early where a transplant is on the table


def list_relatives(page: Page, whole: bool) -> tuple[Entry, ...]:
    """One entry a relative; on the whole page what each needs stands below in full."""
    return tuple(_list_entries(page, whole))


def _list_entries(page: Page, whole: bool) -> Iterator[Entry]:
    rank = SOON if _has_transplant(page) else RANK
    for one in page.kin:
        yield _say_relative(one, rank)
        if whole:
            yield from (say_statement(statement, rank) for statement in one.needs)


def _has_transplant(page: Page) -> bool:
    """Whether the plan offers anything about a transplant, so that donors matter today."""
    return any(s.row == "transplant" and s.outcome in OFFERED for s in page.plan.statements)


def _say_relative(kin: Kin, rank: int) -> Entry:
    relative = kin.relative
    states = (relative.variant, relative.health, relative.donor)
    cites = list(dict.fromkeys(cite for state in states for cite in state.cites))
    needs = [statement.id for statement in kin.needs]
    return Entry(
        lead=f"{find_shape(relative)} {relative.id}:",
        text=" · ".join(say_states(relative)),
        ids=bracket(" ".join(needs), print_cites(cites)),
        name=relative.id,
        rank=rank,
        brief=f"{relative.variant.says} · donor: {relative.donor.says}",
        brief_ids=bracket(needs[0] + (f" +{len(needs) - 1}" if needs[1:] else "")) if needs else "",
        details=tuple(dict.fromkeys(line for s in states for line in explain(s.because))),
    )


def find_shape(relative: Relative) -> str:
    """A shape that can be told without colour: may be considered, or not (yet)."""
    return "○" if relative.donor.clears else "✕"


def say_states(relative: Relative) -> Iterator[str]:
    """Who it is and the three columns, in words."""
    yield from filter(None, [relative.sex, say_life(relative)])
    yield relative.variant.says
    yield relative.health.says
    yield f"donor: {relative.donor.says}"
    if relative.hla:
        yield f"HLA {relative.hla}"


def say_life(relative: Relative) -> str:
    """`born 1985-03`, `died 2019`; empty where neither is recorded."""
    died = {"": "", "yes": "has died"}.get(relative.died, f"died {relative.died}")
    return ", ".join(filter(None, [f"born {relative.born}" if relative.born else "", died]))
