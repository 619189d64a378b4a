"""Say each part of a plan as an entry of the text page: what leads, the words, the ids behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gentian.plan.model import (
    CalendarLine,
    CareStatus,
    Diagnosis,
    Dose,
    Gap,
    GeneticClass,
    Leaf,
    Problem,
    ReadingNote,
    Statement,
)

from .lines import Entry
from .page import (
    ACTIVE,
    ANSWERS,
    HELD,
    NOTES,
    TIERS,
    find_places,
    label_statement,
    list_checks,
    list_cites,
    list_reasons_held,
    name_statement,
    say_leaf,
)

# Ranks: what is unfolded first when the page is full. Statements, gaps and plans: base + 8 × urgency.
CALENDAR_RANKS = {"overdue": 22, "due": 30, "if-started": 44, "planned": 52}
NOTE_RANKS = {"refused": 4, "confirm": 40}
LEAST = 70


def bracket(*parts: str) -> str:
    """Return the ids behind an entry, in brackets."""
    return f"[{' · '.join(part for part in parts if part)}]"


# --- statements --------------------------------------------------------------------------------


def say_statement(statement: Statement, rank: int, column: str | None = None) -> Entry:
    """Return a statement's entry; in a `column` of the regimen the kind stands before the text."""
    shape, word = label_statement(statement)
    text = " ".join(_list_parts(statement))
    if column is not None:
        text = text if word == "offer" else f"{word}: {text}"
    return Entry(
        lead=f"{shape} {word}" if column is None else f"{column:<11}{shape}",
        text=text,
        ids=bracket_statement(statement),
        name=name_statement(statement),
        rank=rank,
        details=(*_list_reasons(statement), *_list_dose_details(statement.dose)),
    )


def bracket_statement(statement: Statement) -> str:
    """Return id, certainty and fact ids of a statement, in brackets."""
    cites = " ".join(list_cites(statement))
    return bracket(name_statement(statement), statement.certainty, cites)


def _list_parts(statement: Statement) -> Iterable[str]:
    """The sentence, its dose, what holds it back or is missing, what is assumed, the boxes to tick."""
    yield statement.says
    yield from _say_dose(statement)
    if statement.outcome in HELD:
        yield f"{HELD[statement.outcome][1].capitalize()}: {_join(list_reasons_held(statement))}."
        yield from (f"Instead: {text}." for text in statement.instead)
    if statement.outcome == "cannot-tell":
        yield f"Needs {list_missing(statement.missing)}."
    yield from (f"({text})" for text in (statement.assumed, statement.review) if text)
    yield from (f"☐ {check}" for check in list_checks(statement))


def _say_dose(statement: Statement) -> Iterable[str]:
    """The dose on one line, unless the sentence holds it already."""
    dose = statement.dose
    if dose is None:
        return
    if dose.text and dose.text not in statement.says:
        yield f"{dose.text.rstrip('.')}."
    if dose.tier != "ready":
        yield f"({TIERS.get(dose.tier, dose.tier)})"
    if dose.review and dose.review not in dose.text:
        yield f"({dose.review})"


def _list_reasons(statement: Statement) -> Iterable[str]:
    yield from explain(statement.because)
    if statement.missing and statement.outcome != "cannot-tell":
        yield f"not known: {list_missing(statement.missing)}"
    if statement.instead and statement.outcome not in HELD:
        yield f"instead: {_join(statement.instead)}"
    if statement.state:
        yield f"{statement.medicine}: {statement.state}"
    if statement.folded:
        yield f"said with: {statement.folded}"


def _list_dose_details(dose: Dose | None) -> Iterable[str]:
    if dose is None:
        return
    for name, amount in (("low", dose.low), ("high", dose.high), ("default", dose.default)):
        if amount:
            parts = [amount.per_body, amount.per_day, amount.per_dose, *amount.products]
            yield f"{name}: {' = '.join(part for part in [*parts, amount.capped] if part)}"
    named = {"choose by": dose.choose_by, "arithmetic": dose.arithmetic, "ceiling": dose.ceiling}
    named |= {"cap": _join(dose.caps), "monitoring": ", ".join(dose.monitoring)}
    named |= {"do not start when": ", ".join(dose.do_not_start), "way to stop": dose.stop}
    yield from (f"{name}: {text}" for name, text in named.items() if text)


# --- leaves ------------------------------------------------------------------------------------


def explain(leaves: Iterable[Leaf]) -> Iterable[str]:
    """Give one line for each leaf: the condition, the value, and its place in the record."""
    for leaf in leaves:
        places = ", ".join(find_places([leaf])) or leaf.fact
        yield f"because {leaf.condition}: {say_leaf(leaf)} [{places}]"


def list_missing(leaves: Sequence[Leaf]) -> str:
    """Return the missing facts and why each is missing."""
    missing = dict.fromkeys(f"{leaf.says} ({leaf.cause or 'unknown'})" for leaf in leaves)
    return ", ".join(missing) or "facts that are not recorded"


def _say_leaves(leaves: Sequence[Leaf], most: int = 3) -> str:
    said = list(dict.fromkeys(map(say_leaf, leaves)))
    more = [f"{len(said) - most} more"] if len(said) > most else []
    return " — " + "; ".join([*said[:most], *more]) if said else ""


def _list_places(leaves: Sequence[Leaf], most: int = 3) -> str:
    return ", ".join(find_places(leaves)[:most])


def _join(texts: Sequence[str]) -> str:
    return "; ".join(text.rstrip(".") for text in texts)


# --- diagnosis and problems --------------------------------------------------------------------


def say_care_status(care: CareStatus) -> Entry:
    """Return the care status: what the person may be treated as."""
    missing = f" Not known: {list_missing(care.missing)}." if care.missing else ""
    ids = bracket(care.status, _list_places(care.because))
    details = tuple(explain(care.because))
    return Entry("Care status", f"{care.says}{missing}", ids, care.status, 6, details)


def say_diagnosis(diagnosis: Diagnosis) -> Entry:
    """Return a standard's label with its qualifiers in the same breath."""
    label = ", ".join([diagnosis.label, *(qualifier.says for qualifier in diagnosis.qualifiers)])
    missing = f"; not known: {list_missing(diagnosis.missing)}" if diagnosis.missing else ""
    text = f"{diagnosis.name}: {label}{_say_leaves(diagnosis.because)}{missing}"
    items = tuple(
        f"{ANSWERS[item.answer][0]} {item.group}: {item.says} "
        f"{bracket(item.criterion, ' '.join(item.cites))}"
        for item in diagnosis.items
    )
    ids = bracket(diagnosis.standard, " ".join(diagnosis.cites))
    return Entry("Diagnosis", text, ids, diagnosis.standard, 8, items)


def say_genetics(genetic: GeneticClass) -> Entry:
    """Return the genetic class, or that it is unknown."""
    name = genetic.name or "unknown"
    ids = bracket(genetic.id or "genetic-class", _list_places(genetic.because))
    return Entry("Genetics", f"Genetic class: {name}{_say_leaves(genetic.because)}", ids, name, 9)


def say_problems(problems: Sequence[Problem], whole: bool) -> Iterable[Entry]:
    """Give active problems one by one, the others in one line each group unless `whole`."""
    yield from (_say_problem(problem) for problem in problems if problem.active)
    for active, shape, rank in ((None, "?", 45), (False, "–", 80)):
        same = [problem for problem in problems if problem.active is active]
        if same and whole:
            yield from (_say_problem(problem) for problem in same)
        elif same:
            names = ", ".join(problem.name for problem in same)
            ids = bracket(" ".join(problem.id for problem in same))
            word = ACTIVE[active]
            yield Entry(f"{shape} {word}", names, ids, f"{word} ({len(same)})", rank)


def _say_problem(problem: Problem) -> Entry:
    mechanism = ", ".join(problem.mechanism) or "mechanism unknown"
    parts = [
        problem.name,
        mechanism if problem.active else "",
        f"since {problem.since}" if problem.since else "",
    ]
    missing = f"; not known: {list_missing(problem.missing)}" if problem.missing else ""
    text = ", ".join(part for part in parts if part) + _say_leaves(problem.because) + missing
    shape = {True: "●", None: "?", False: "–"}[problem.active]
    word = problem.severity or ACTIVE[problem.active]
    ids = bracket(problem.id, _list_places(problem.because))
    return Entry(f"{shape} {word}", text, ids, problem.id, 10)


# --- record, calendar, gaps --------------------------------------------------------------------


def say_note(note: ReadingNote) -> Entry:
    """Return a line of the reading report."""
    shape, word = NOTES.get(note.group, ("–", note.group))
    mend = f" — {note.mend}" if note.mend else ""
    rank = NOTE_RANKS.get(note.group, LEAST)
    text = f"{note.what}: {note.why}{mend}"
    return Entry(f"{shape} {word}", text, bracket(note.place), note.place, rank)


def say_visit(line: CalendarLine) -> Entry:
    """Return a visit of the calendar, everything due on it in one entry."""
    shape = {"overdue": "▲", "due": "●"}.get(line.status, "○")
    because = f" — {_join(line.because)}" if line.because else ""
    text = f"{line.when}: {', '.join(line.what)}{because}"
    name = f"{line.when}: {', '.join(line.what[:2])}"
    lead = f"{shape} {line.status.replace('-', ' ')}"
    ids = bracket(" ".join(line.cites) or "calendar")
    return Entry(lead, text, ids, name, CALENDAR_RANKS.get(line.status, LEAST))


def say_gap(gap: Gap, what: str) -> Entry:
    """Return a missing fact that would decide: the question, why it is open, what it unlocks."""
    unlocks = ", ".join(gap.unlocks[:4]) + (" …" if len(gap.unlocks) > 4 else "")
    text = f"{gap.question} ({gap.cause}) — {what} {unlocks}"
    return Entry(f"? {gap.cost}", text, bracket(gap.fact), gap.fact, 12 + 8 * gap.urgency)


def say_assumption(text: str) -> Entry:
    """Return what the plan assumes where the record is silent."""
    return Entry("◆ assumed", text, bracket("assumption"), text, 35)
