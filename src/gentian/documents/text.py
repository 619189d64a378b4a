"""The plan as a text page: at most 60 lines of 100 columns; everything else under `--all`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gentian.plan.model import Plan, Statement

from .entries import (
    bracket,
    bracket_statement,
    say_assumption,
    say_care_status,
    say_diagnosis,
    say_gap,
    say_genetics,
    say_note,
    say_problems,
    say_statement,
    say_visit,
)
from .lines import WIDTH, Entry, Line, Section, clip, fit, paint, print_section, space, wrap
from .page import (
    FOOTER,
    Page,
    Row,
    arrange,
    count_reading,
    group_empty_rows,
    label_statement,
    name_statement,
)

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
        blocks = [head, *(print_section(section, (), whole=True) for section in sections), foot]
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
        person.body_surface,
    ]
    versions = [
        f"As of {plan.as_of}",
        f"guideline {guideline.version} ({guideline.hash[:12]})",
        f"overlay {guideline.overlay}" if guideline.overlay else "",
        f"country {guideline.country or 'not given'}",
        f"gentian {plan.gentian}",
    ]
    reading = count_reading(plan.reading.counts) or "nothing read"
    medicines = "; ".join(person.medicines) or "none recorded as taken"
    return [
        *_shorten(" · ".join(filter(None, who)), "title"),
        *_shorten(" · ".join(filter(None, versions))),
        *_shorten(f"Review: {plan.review}"),
        *_shorten(f"Record ({plan.reading.format}): {reading}"),
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
    """The sections in their order; with no problem known, what to ask comes first."""
    plan = page.plan
    ask = Section("CANNOT TELL: WHAT WOULD DECIDE", _list_gaps(plan))
    ask_first = not any(problem.active for problem in plan.problems)
    sections = [
        Section("EMERGENCY", _list_statements(page.emergencies, rank=0, step=0), alarm=True),
        *([ask] if ask_first else []),
        Section("RECORD: NOT TAKEN AS WRITTEN", tuple(map(say_note, page.notes))),
        Section("CARE STATUS AND DIAGNOSIS", _list_diagnosis(plan)),
        Section("PROBLEMS", tuple(say_problems(plan.problems, whole))),
        *(_make_row(row) for row in page.rows if row.in_table),
        Section("REGIMEN, ROWS WITH NOTHING TO SHOW", _list_empty_rows(page.rows)),
        Section("NOT NOW: WITHHELD OR BLOCKED", _list_statements(page.held, rank=14)),
        Section("STANDING PLANS", _list_statements(page.standing, rank=13)),
        Section("CALENDAR", tuple(map(say_visit, plan.calendar))),
        *([] if ask_first else [ask]),
        Section("ALSO", _list_statements((s for row in page.rows for s in row.beside), rank=16)),
        Section("SAID ON OTHER LINES", _list_briefly(page.folded, whole)),
        Section("STATEMENTS THAT CANNOT BE ANSWERED", _list_briefly(page.cannot_tell, whole)),
    ]
    return [*sections, *_list_appendices(page)] if whole else sections


def _list_appendices(page: Page) -> list[Section]:
    """What only the whole page prints: what does not apply, and the sources."""
    sources = (
        Entry(cited.read, f"{cited.says} {cited.source} {cited.url}", bracket(cited.id), cited.id)
        for cited in page.plan.sources
    )
    return [
        Section("DOES NOT APPLY", _list_statements(page.silent, rank=90)),
        Section("SOURCES", tuple(sources)),
    ]


def _list_statements(
    statements: Iterable[Statement], rank: int, step: int = 8
) -> tuple[Entry, ...]:
    return tuple(say_statement(s, rank + step * s.urgency) for s in statements)


def _list_briefly(statements: Sequence[Statement], whole: bool) -> tuple[Entry, ...]:
    """The names alone on the short page: the words stand on other lines, or under the gaps."""
    if whole or not statements:
        return _list_statements(statements, rank=60)
    names = [name_statement(statement) for statement in statements]
    more = f", and {len(names) - NAMED} more under --all" if len(names) > NAMED else ""
    ids = f"[{' '.join(names[:NAMED])}{more}]"
    return (Entry(f"? {len(names)} in all", "", ids, f"{len(names)} statements", 60),)


def _list_diagnosis(plan: Plan) -> tuple[Entry, ...]:
    standards = (say_diagnosis(diagnosis) for diagnosis in plan.diagnosis.values())
    return (say_care_status(plan.care_status), *standards, say_genetics(plan.genetic_class))


def _list_gaps(plan: Plan) -> tuple[Entry, ...]:
    confirm = (say_gap(gap, "could confirm") for gap in plan.gaps.could_confirm)
    exclude = (say_gap(gap, "could exclude") for gap in plan.gaps.could_exclude)
    return (*confirm, *exclude, *map(say_assumption, plan.assumptions))


def _make_row(row: Row) -> Section:
    """A row of the regimen: its columns one below the other, why one is empty in the title."""
    entries: list[Entry] = []
    for cell in row.cells:
        statements = [*cell.elsewhere, *cell.shown]
        for place, statement in enumerate(statements):
            column = cell.name if place == 0 else ""
            if statement in cell.elsewhere:
                entries.append(_point_up(statement, column))
            else:
                rank = 10 + 8 * statement.urgency
                entries.append(say_statement(statement, rank, column))
    empty = [f"{c.name}: {c.empty}" for c in row.cells if not (c.shown or c.elsewhere)]
    return Section(" · ".join([f"REGIMEN {row.name}", *empty]), tuple(entries))


def _point_up(statement: Statement, column: str) -> Entry:
    """A statement that stands under emergencies or standing plans keeps its place in the table."""
    shape, _ = label_statement(statement)
    ids, name = bracket_statement(statement), name_statement(statement)
    rank = 11 + 8 * statement.urgency
    return Entry(f"{column:<11}{shape}", "see EMERGENCY or STANDING PLANS", ids, name, rank)


def _list_empty_rows(rows: Iterable[Row]) -> tuple[Entry, ...]:
    """One entry that tells none, not assessed and nothing written apart."""
    reasons = group_empty_rows(rows)
    text = "; ".join(f"{reason}: {', '.join(names)}" for reason, names in reasons.items())
    names = ", ".join(name for names in reasons.values() for name in names)
    return (Entry("–", f"{text}.", "", names, 48),) if reasons else ()
