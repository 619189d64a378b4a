"""Say each part of a plan as an entry of the text page: what leads, the words, the ids behind them."""

from __future__ import annotations

import re
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
    Variant,
)

from .lines import Entry
from .page import (
    ACTIVE,
    ANSWERS,
    HELD,
    NOTES,
    TIERS,
    UNRAISED,
    find_places,
    label_problem,
    lead_statement,
    list_checks,
    list_cites,
    list_reasons_held,
    list_recorded,
    name_statement,
    say_inferred,
    say_leaf,
    say_mechanism,
    say_place,
    say_variant_name,
)

# Ranks: what is said first when the page is full. Statements and gaps add twice their urgency.
CALENDAR_RANKS = {"overdue": 22, "due": 27, "if-started": 40, "planned": 42}
NOTE_RANKS = {"refused": 4, "confirm": 36}
LEAST = 70
SHAPES = {"definitive": "●", "probable": "●", "met": "●", "not-met": "–"}  # of a diagnosis
SHORT = 105  # characters of a statement said briefly; a dose and an emergency are never cut


def bracket(*parts: str) -> str:
    """Return the ids behind an entry, in brackets."""
    return f"[{' · '.join(part for part in parts if part)}]"


# --- statements --------------------------------------------------------------------------------


def say_statement(statement: Statement, base: int) -> Entry:
    """Return a statement's entry; its rank is `base` and twice its urgency, of two alike a dose first."""
    return Entry(
        lead=lead_statement(statement),
        text=" ".join(_list_parts(statement)),
        ids=bracket_statement(statement),
        name=name_statement(statement),
        rank=base + 2 * statement.urgency - (1 if statement.dose else 0),
        brief=_say_briefly(statement),
        brief_ids=bracket_statement(statement, most=2),
        details=(*_list_reasons(statement), *_list_dose_details(statement.dose)),
    )


def bracket_statement(statement: Statement, most: int | None = None) -> str:
    """Return id, certainty and fact ids of a statement, in brackets; at most so many fact ids."""
    if most is not None and statement.standing:
        return bracket(name_statement(statement))
    cites = print_cites(list_cites(statement), most)
    certainty = (
        statement.certainty if most is None else statement.certainty.removeprefix("case-or-")
    )
    return bracket(name_statement(statement), certainty, cites)


def print_cites(cites: Sequence[str], most: int | None = None) -> str:
    """Return fact ids behind each other, at most so many and the number of the others."""
    more = len(cites) - most if most is not None else 0
    return " ".join([*cites[:most], *([f"+{more}"] if more > 0 else [])])


def _say_briefly(statement: Statement) -> str:
    """The first sentence with what holds it back, and how many boxes are open; `…`: there is more.

    An emergency is never shortened: empty.
    """
    if statement.emergency:
        return ""
    if statement.outcome in HELD:
        name = f"{statement.medicine.replace('-', ' ')}: " if statement.medicine else ""
        return f"{name}{list_reasons_held(statement)[0].rstrip('.')} …"
    first, *rest = re.split(r"(?<=[.!?])\s+(?=[A-Z])", statement.says.strip())
    most = SHORT // 2 if statement.standing else SHORT
    kept = first.find(statement.dose.text) + len(statement.dose.text) if statement.dose else 0
    if len(first) > kept + most:
        first, rest = _cut(first, most, kept), [first]
    boxes = len(list_checks(statement))
    assumed = ["(assumed)"] if statement.outcome == "assumed" else []
    parts = [first, *(["…"] if rest else []), *(_say_dose(statement)), *assumed]
    return " ".join([*parts, *([f"☐ {boxes} to check first"] if boxes else [])])


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


def _cut(text: str, most: int, kept: int = 0) -> str:
    """The beginning of a sentence, up to the last clause that fits behind what is kept (a dose)."""
    clause = max(text.rfind(mark, kept, kept + most) for mark in ":;,(")
    if clause > kept + most // 2:
        return text[:clause].rstrip()
    return text[: kept + most].rpartition(" ")[0]


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
        said = say_leaf(leaf)
        # A bare yes-or-no fact names itself in its value; saying it twice hides the answer.
        reason = said if said.startswith(leaf.condition) else f"{leaf.condition}: {said}"
        yield f"because {reason} [{places}]"


def list_missing(leaves: Sequence[Leaf], most: int | None = None) -> str:
    """Return the missing facts and why each is missing; at most so many, and how many more."""
    missing = list(dict.fromkeys(f"{leaf.says} ({leaf.cause or 'unknown'})" for leaf in leaves))
    more = len(missing) - most if most is not None else 0
    shown = [*missing[:most], *([f"{more} more"] if more > 0 else [])]
    return ", ".join(shown) or "facts that are not recorded"


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
    missing = f" Not known: {list_missing(care.missing, 3)}." if care.missing else ""
    return Entry(
        lead="●",
        text=f"{care.says}{missing}",
        ids=bracket(care.status, _list_places(care.because)),
        name=care.status,
        rank=6,
        brief=care.says,
        details=tuple(explain(care.because)),
    )


def say_diagnoses(diagnoses: Iterable[Diagnosis], whole: bool) -> Iterable[Entry]:
    """Give each standard; on the short page, standards that say the same in one entry."""
    same: dict[object, list[Diagnosis]] = {}
    for diagnosis in diagnoses:
        says = tuple(qualifier.says for qualifier in diagnosis.qualifiers)
        key = diagnosis.standard if whole else (diagnosis.answer, diagnosis.label, says)
        same.setdefault(key, []).append(diagnosis)
    for group in same.values():
        first = group[0]
        yield say_diagnosis(first) if len(group) == 1 else _join_diagnoses(first, group)


def _join_diagnoses(first: Diagnosis, group: Sequence[Diagnosis]) -> Entry:
    names = " and ".join(diagnosis.name for diagnosis in group)
    label = ", ".join([first.label, *(qualifier.says for qualifier in first.qualifiers)])
    cites = list(dict.fromkeys(cite for diagnosis in group for cite in diagnosis.cites))
    ids = bracket(" ".join(diagnosis.standard for diagnosis in group), print_cites(cites, 2))
    return Entry(SHAPES.get(first.answer, "?"), f"{names}: {label}", ids, first.standard, 8)


def say_diagnosis(diagnosis: Diagnosis) -> Entry:
    """Return a standard's label with its qualifiers in the same breath."""
    label = ", ".join([diagnosis.label, *(qualifier.says for qualifier in diagnosis.qualifiers)])
    missing = f"; not known: {list_missing(diagnosis.missing, 3)}" if diagnosis.missing else ""
    items = tuple(
        f"{ANSWERS[item.answer][0]} {item.group}: {item.says} "
        f"{bracket(item.criterion, ' '.join(item.cites))}"
        for item in diagnosis.items
    )
    return Entry(
        lead=SHAPES.get(diagnosis.answer, "?"),
        text=f"{diagnosis.name}: {label}{_say_leaves(diagnosis.because)}{missing}",
        ids=bracket(diagnosis.standard, print_cites(diagnosis.cites)),
        name=diagnosis.standard,
        rank=8,
        brief=f"{diagnosis.name}: {label}",
        brief_ids=bracket(diagnosis.standard, print_cites(diagnosis.cites, 2)),
        details=items,
    )


def say_genetics(genetic: GeneticClass) -> Entry:
    """Return the genetic class, or that it is unknown."""
    name = genetic.name or "unknown"
    ids = bracket(genetic.id or "genetic-class", _list_places(genetic.because))
    shape = "●" if genetic.answer == "known" else "?"
    return Entry(shape, f"{name}{_say_leaves(genetic.because)}", ids, name, 9, brief=name)


def say_variant(variant: Variant) -> Entry:
    """Return a variant: its name, what is recorded of it, and what is inferred from its place."""
    name, inferred = say_variant_name(variant), say_inferred(variant)
    who = f"a relative carries ({variant.about}): " if variant.about else ""
    doubt = "" if variant.state in ("understood", "unnamed") else f"name {variant.state}"
    recorded = ", ".join(list_recorded(variant))
    told = "; ".join(part for part in (f"{who}{name}: {recorded}", doubt) if part)
    may_be = f"may be {' or '.join(variant.readings)}" if variant.readings else ""
    rest = "; ".join(part for part in (variant.why, may_be, inferred, variant.says) if part)
    place = _list_source_places(variant)
    return Entry(
        lead="?" if doubt or variant.present is None else "●",
        text=f"{told}; {rest}" if rest else told,
        ids=bracket(place, print_cites(variant.cites)),
        name=f"{who}{name}",
        rank=9,
        brief="; ".join(part for part in (told, say_place(variant)) if part),
        brief_ids=bracket(place),
        details=tuple(variant.remarks),
    )


def _list_source_places(variant: Variant) -> str:
    return ", ".join(source.resource or source.place for source in variant.sources)


def say_problems(problems: Sequence[Problem], whole: bool) -> Iterable[Entry]:
    """Give active problems one by one, the others in one line each group unless `whole`."""
    yield from (_say_problem(problem) for problem in problems if problem.active)
    groups = ((ACTIVE[None], "?", 45), (ACTIVE[False], "–", 80), (UNRAISED, "–", 81))
    for word, shape, rank in groups:
        same = [problem for problem in problems if label_problem(problem) == word]
        if same and whole:
            yield from (_say_problem(problem) for problem in same)
        elif same:
            names = ", ".join(problem.name for problem in same)
            ids = bracket(" ".join(problem.id for problem in same))
            yield Entry(f"{shape} {word}:", names, ids, f"{word} ({len(same)})", rank)


def _say_problem(problem: Problem) -> Entry:
    mechanism = say_mechanism(problem)
    parts = [
        problem.name,
        mechanism,
        f"since {problem.since}" if problem.since else "",
    ]
    missing = f"; not known: {list_missing(problem.missing)}" if problem.missing else ""
    named = ", ".join(part for part in parts if part)
    brief = ", ".join([problem.name, *problem.mechanism]) + _say_leaves(problem.because[:1])
    text = named + _say_leaves(problem.because) + missing
    shape = {True: "●", None: "?", False: "–"}[problem.active]
    word = problem.severity or label_problem(problem)
    ids = bracket(problem.id, _list_places(problem.because))
    return Entry(f"{shape} {word}:", text, ids, problem.id, 10, brief)


# --- record, calendar, gaps --------------------------------------------------------------------


def say_note(note: ReadingNote) -> Entry:
    """Return a line of the reading report."""
    shape, word = NOTES.get(note.group, ("–", note.group))
    mend = f" — {note.mend}" if note.mend else ""
    rank = NOTE_RANKS.get(note.group, LEAST)
    text = f"{note.what}: {note.why}{mend}"
    return Entry(f"{shape} {word}:", text, bracket(note.place), note.what, rank)


def say_visit(line: CalendarLine) -> Entry:
    """Return a visit of the calendar, everything due on it in one entry."""
    shape = {"overdue": "▲", "due": "●"}.get(line.status, "○")
    because = f" — {_join(line.because)}" if line.because else ""
    text = f"{', '.join(line.what)}{because}"
    name = f"{line.when}: {', '.join(line.what[:2])}"
    return Entry(
        lead=f"{shape} {line.status.replace('-', ' ')}, {line.when}:",
        text=text,
        ids=bracket(print_cites(line.cites) or "calendar"),
        name=name,
        rank=CALENDAR_RANKS.get(line.status, LEAST),
        brief=", ".join(line.what),
        brief_ids=bracket(print_cites(line.cites, 2) or "calendar"),
    )


def say_gap(confirm: Gap | None, exclude: Gap | None) -> Entry:
    """Return a missing fact that would decide: the question, why it is open, what it unlocks.

    confirm, exclude: the same fact in either list of the gaps, or None.
    """
    gap = confirm or exclude
    if gap is None:
        raise ValueError("a gap stands in one list at least")
    words = {"could confirm": confirm, "could exclude": exclude}
    if confirm and exclude and confirm.unlocks == exclude.unlocks:
        words = {"could decide": confirm}
    parts = [f"{word} {_list_unlocked(item)}" for word, item in words.items() if item]
    return Entry(
        lead=f"? {gap.cost}:",
        text=f"{gap.question} ({gap.cause}) — {'; '.join(parts)}",
        ids=bracket(gap.fact),
        name=gap.fact,
        rank=18 + 2 * min(item.urgency for item in (confirm, exclude) if item),
        brief=f"{gap.question} — {parts[0]}",
    )


def _list_unlocked(gap: Gap, most: int = 4) -> str:
    return ", ".join(gap.unlocks[:most]) + (" …" if len(gap.unlocks) > most else "")


def say_assumption(text: str) -> Entry:
    """Return what the plan assumes where the record is silent."""
    return Entry("◆ assumed:", text, bracket("assumption"), text, 35)
