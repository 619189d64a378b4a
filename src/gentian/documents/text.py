"""The plan as a text page: at most 60 lines of 100 columns; everything else under `--all`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gentian.plan.model import Plan, Statement

from .entries import (
    bracket,
    say_assumption,
    say_care_status,
    say_diagnoses,
    say_gap,
    say_genetics,
    say_note,
    say_problems,
    say_statement,
    say_variant,
    say_visit,
)
from .forecast_short import say_forecast
from .lines import (
    MARGIN,
    WIDTH,
    Entry,
    Line,
    Section,
    clip,
    fit,
    paint,
    print_whole,
    space,
    wrap,
)
from .look_alikes import list_look_alikes
from .page import (
    FOOTER,
    Page,
    Row,
    arrange,
    count_reading,
    group_empty_rows,
    name_statement,
)
from .relatives import list_relatives
from .responses import say_responses
from .vaccines import list_entries as list_vaccines

HEIGHT = 60
NAMED = 12  # statements named in one entry of the short page


def render_text(plan: Plan, whole: bool = False, colour: bool = False) -> str:
    """Return the page of a plan, ending in a newline.

    whole: print everything, with reasons and sources, in as many lines as it takes.
    """
    page = arrange(plan)
    head, foot = _print_head(plan), [Line(text, "quiet") for text in wrap(FOOTER)]
    sections = [section for section in _list_sections(page, whole) if section.entries]
    if whole:
        blocks = [head, *map(print_whole, sections), foot]
        lines = space(blocks, budget=sum(map(len, blocks)) + len(blocks))
    else:
        body = fit(sections, HEIGHT - len(head) - len(foot))
        lines = space([head, *body, foot], HEIGHT)
    return "".join((paint(line) if colour else line.text) + "\n" for line in lines)


def _print_head(plan: Plan) -> list[Line]:
    person, guideline = plan.person, plan.guideline
    who = [
        f"PLAN for {person.id}",
        person.age or "age not recorded",
        person.sex or "sex not recorded",
        person.weight or "weight not recorded",
        person.height or "height not recorded",
        person.body_surface.partition(" (")[0],
    ]
    versions = [
        f"As of {plan.as_of}",
        f"guideline {guideline.version} ({guideline.hash[:12]})",
        f"overlay {guideline.overlay}" if guideline.overlay else "",
        f"country {guideline.country or 'not given'}",
        f"gentian {plan.gentian}",
        f"record ({plan.reading.format}): {count_reading(plan.reading.counts) or 'nothing read'}",
    ]
    medicines = "; ".join(person.medicines) or "none recorded as taken"
    return [
        *_shorten(" · ".join(filter(None, who)), "title"),
        *_shorten(" · ".join(filter(None, versions))),
        *_shorten(f"Review: {plan.review}"),
        *_shorten(f"Medicines now: {medicines}"),
    ]


def _shorten(text: str, style: str = "plain") -> list[Line]:
    """Print on at most two lines; where more would follow, the second says so."""
    lines = wrap(text, rest="  ")
    if len(lines) > 2:
        more = " … (more in the JSON)"
        lines = [lines[0], clip(lines[1], WIDTH - len(more)) + more]
    return [Line(line, style) for line in lines]


def _list_sections(page: Page, whole: bool) -> list[Section]:
    """The sections in their order; with no problem and no diagnosis known, what to ask comes first."""
    plan = page.plan
    ask = Section("CANNOT TELL", _list_gaps(plan))
    sections = [
        Section("EMERGENCY", _list_statements(page.emergencies, rank=0), alarm=True),
        Section("WARNINGS", _list_statements(page.warnings, rank=1), alarm=True),
        Section("FIRST EXCLUDE", _list_statements(page.exclude, rank=2)),
        *([ask] if page.asks_first else []),
        Section("RECORD", tuple(map(say_note, page.notes))),
        Section("CARE STATUS", (say_care_status(plan.care_status),)),
        Section("DIAGNOSIS", tuple(say_diagnoses(plan.diagnosis.values(), whole))),
        Section("GENETICS", (say_genetics(plan.genetic_class), *_list_variants(plan, whole))),
        Section("LOOK-ALIKES", list_look_alikes(plan.look_alikes, whole)),
        Section("PROBLEMS", tuple(say_problems(plan.problems, whole))),
        Section("RESPONSE", say_responses(plan.response)),
        Section("LEVEL", say_forecast(plan.forecast)),
        *(_make_row(row) for row in page.rows if row.in_table),
        Section("RELATIVES", list_relatives(page, whole)),
        Section("OTHER ROWS", _list_empty_rows(page.rows)),
        Section("NOT NOW", _list_statements(page.held, rank=8)),
        Section("STANDING PLANS", _list_statements(page.standing, rank=12)),
        Section("VACCINES", list_vaccines(plan.vaccines, whole)),
        Section("CALENDAR", tuple(map(say_visit, plan.calendar))),
        *([] if page.asks_first else [ask]),
        Section("ALSO", _list_statements((s for row in page.rows for s in row.beside), rank=34)),
    ]
    return [*sections, *(_list_appendices(page) if whole else [_name_others(page)])]


def _list_appendices(page: Page) -> list[Section]:
    """What only the whole page prints: what is said elsewhere or not at all, and the sources."""
    sources = (
        Entry(f"({cited.read})", f"{cited.says} {cited.source} {cited.url}", bracket(cited.id), "")
        for cited in page.plan.sources
    )
    return [
        Section("SAID ELSEWHERE", _list_statements(page.folded, rank=90)),
        Section("CANNOT TELL", _list_statements(page.cannot_tell, rank=90)),
        Section("DOES NOT APPLY", _list_statements(page.silent, rank=90)),
        Section("SOURCES", tuple(sources)),
    ]


def _name_others(page: Page) -> Section:
    """The statements of which the short page gives the names alone."""
    groups = {
        "said on the lines above": page.folded,
        "cannot be answered yet": page.cannot_tell,
    }
    entries = []
    for words, statements in groups.items():
        names = [name_statement(statement) for statement in statements]
        more = f" +{len(names) - NAMED}" if len(names) > NAMED else ""
        ids = f"[{' '.join(names[:NAMED])}{more}]"
        if names:
            text = f"{len(names)} {words}"
            entries.append(Entry("?", text, ids, text, 47, brief_ids="(--all)"))
    return Section("OTHERS", tuple(entries))


def _list_variants(plan: Plan, whole: bool) -> Iterable[Entry]:
    """The patient's variants; those of relatives on the whole page only."""
    return (say_variant(one) for one in plan.variants if whole or not one.about)


def _list_statements(statements: Iterable[Statement], rank: int) -> tuple[Entry, ...]:
    return tuple(say_statement(statement, rank) for statement in statements)


def _list_gaps(plan: Plan) -> tuple[Entry, ...]:
    """The facts to find out, each once, with what it could confirm and what it could exclude."""
    confirm = {gap.fact: gap for gap in plan.gaps.could_confirm}
    exclude = {gap.fact: gap for gap in plan.gaps.could_exclude}
    both = [*plan.gaps.could_confirm, *plan.gaps.could_exclude]
    facts = dict.fromkeys(gap.fact for gap in sorted(both, key=lambda gap: gap.rank))
    gaps = (say_gap(confirm.get(fact), exclude.get(fact)) for fact in facts)
    return (*gaps, *map(say_assumption, plan.assumptions))


def _make_row(row: Row) -> Section:
    """A row of the regimen: its columns one below the other, why one is empty in the heading."""
    entries = [
        replace(
            say_statement(statement, 22 if cell.column == "avoid" else 12),
            label=f"{MARGIN}{cell.name}" if place == 0 else MARGIN,
        )
        for cell in row.cells
        for place, statement in enumerate(cell.shown)
    ]
    empty = [f"{c.name}: {c.empty}" for c in row.cells if c.elsewhere or not c.shown]
    title = " · ".join([row.name.upper(), *empty])
    return Section(title, tuple(entries), heading=True)


def _list_empty_rows(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """One entry that tells none, not assessed and nothing written apart."""
    reasons = group_empty_rows(rows)
    text = "; ".join(f"{reason}: {', '.join(names)}" for reason, names in reasons.items())
    names = ", ".join(name for names in reasons.values() for name in names)
    return (Entry("–", f"{text}.", "", names, 21),) if reasons else ()
