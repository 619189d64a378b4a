"""Arrange a plan as one page: what stands where. Text and HTML are two dresses of it.

Nothing is decided here: every word comes from the plan, and every statement has one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gentian.plan.judgement import OFFERED, SILENT
from gentian.plan.model import Leaf, Plan, Problem, ReadingNote, Relative, Statement, Variant

ROWS = {
    "diagnosis": "Diagnosis",
    "autoimmune-cytopenia": "Autoimmune cytopenia",
    "lymphoproliferation": "Lymphoproliferation",
    "infection": "Infection",
    "systemic-autoimmunity": "Systemic autoimmunity",
    "malignancy": "Malignancy",
    "transplant": "Transplant",
    "family": "Family",
    "living": "Living",
}
COLUMNS = {"first-line": "First line", "long-term": "Long term", "avoid": "Avoid"}
COLUMN_OF = {"watch": "first-line"}  # watching is a first line; `plan` stands beside the table

KINDS = {  # kind of statement → the word and the shape a reader sees; never an order
    "recommend": ("●", "offer"),
    "consider": ("○", "consider"),
    "do-not-start": ("✕", "do not start"),
    "hold": ("▲", "hold"),
    "taper": ("▲", "taper"),
    "discontinue": ("▲", "stop"),
    "change-dose": ("▲", "change dose"),
    "avoid": ("✕", "avoid"),
    "last-resort": ("▽", "last resort"),
    "warn": ("▲", "warning"),
    "monitor": ("●", "monitor"),
    "prevent": ("●", "prevent"),
    "refer": ("●", "refer"),
    "ask": ("?", "ask"),
    "inform": ("●", "know"),
}
ALERTS = ("do-not-start", "hold", "discontinue", "change-dose", "warn")  # read before any regimen
MUST_EXCLUDE = "must-exclude"  # the topic of what comes before any immunosuppression
HELD = {"withheld": ("⊘", "withheld"), "blocked": ("⊘", "blocked")}
NOTES = {  # groups of the reading report, the gravest first
    "refused": ("✕", "refused"),
    "confirm": ("?", "confirm"),
    "not-used": ("–", "not used"),
    "changed": ("~", "changed"),
}
TIERS = {"ready": "dose ready", "indicative": "dose indicative", "withheld": "dose withheld"}
ANSWERS = {True: ("✓", "true"), False: ("✕", "false"), None: ("?", "unknown")}
UNRAISED = "not raised"  # read as no because nothing in the record speaks of it
ACTIVE = {True: "active", False: "not present", None: "cannot tell"}

FOOTER = (
    "Gentian supports professionals with options and reasons; it never gives orders. "
    "Not for use by patients alone, and not a medical device release."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of the regimen table. `empty` says why nothing stands in it."""

    column: str
    name: str
    shown: tuple[Statement, ...]
    elsewhere: tuple[Statement, ...]  # printed under emergencies or standing plans
    empty: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the regimen table, with the statements that stand beside its columns."""

    id: str
    name: str
    cells: tuple[Cell, ...]
    beside: tuple[Statement, ...]
    empty: str

    @property
    def in_table(self) -> bool:
        """Whether any column has something of its own to show."""
        return any(cell.shown for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Kin:
    """One relative of the record with what they need."""

    relative: Relative
    needs: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Every statement of the plan once: emergencies, warnings, standing, rows, held, and the rest."""

    plan: Plan
    emergencies: tuple[Statement, ...]
    exclude: tuple[Statement, ...]  # what must be excluded before immunosuppression
    warnings: tuple[Statement, ...]  # what speaks against a medicine that is on, planned or offered
    standing: tuple[Statement, ...]
    rows: tuple[Row, ...]
    held: tuple[Statement, ...]
    cannot_tell: tuple[Statement, ...]
    silent: tuple[Statement, ...]  # not indicated or not applicable
    folded: tuple[Statement, ...]  # said on the line of another statement, or beyond the budget
    notes: tuple[ReadingNote, ...]  # the gravest first
    kin: tuple[Kin, ...] = ()  # relatives, nearest first

    @property
    def asks_first(self) -> bool:
        """True where no problem and no diagnosis is known: what to ask then comes before the rest."""
        known = any(problem.active for problem in self.plan.problems)
        return not (known or self.plan.care_status.because)


def arrange(plan: Plan) -> Page:
    """Return the page of a plan; the order within a field is the plan's own."""
    told_of_kin = {name for relative in plan.relatives for name in relative.needs}
    every = [s for s in plan.statements if name_statement(s) not in told_of_kin]
    own = [s for s in every if not s.folded or s.outcome in SILENT]
    emergencies = _pick(own, plan.emergencies)
    standing = _pick([s for s in own if s not in emergencies], plan.standing_plans)
    told = {*map(id, emergencies), *map(id, standing)}
    warnings = [s for s in own if id(s) not in told and s.kind in ALERTS and s.outcome in OFFERED]
    warnings.sort(key=lambda s: (s.urgency, ALERTS.index(s.kind)))
    told |= set(map(id, warnings))
    exclude = [s for s in own if id(s) not in told and _must_exclude(s)]
    exclude.sort(key=lambda s: s.urgency)
    first = {*told, *map(id, exclude)}
    rest = [s for s in own if id(s) not in first]
    return Page(
        plan=plan,
        emergencies=emergencies,
        warnings=tuple(warnings),
        exclude=tuple(exclude),
        standing=standing,
        rows=tuple(_row(row, own, first) for row in _list_rows(own)),
        held=tuple(s for s in rest if s.outcome in HELD),
        cannot_tell=tuple(s for s in rest if s.outcome == "cannot-tell"),
        silent=tuple(s for s in rest if s.outcome in SILENT),
        folded=tuple(s for s in plan.statements if s.folded and s.outcome not in SILENT),
        notes=tuple(sorted(plan.reading.notes, key=_gravity)),
        kin=tuple(_find_kin(plan)),
    )


def _find_kin(plan: Plan) -> Iterator[Kin]:
    named = {name_statement(s): s for s in plan.statements if s.item} if plan.relatives else {}
    for relative in plan.relatives:
        yield Kin(relative, tuple(named[name] for name in relative.needs))


def _must_exclude(statement: Statement) -> bool:
    return MUST_EXCLUDE in statement.topics and statement.outcome in OFFERED


def _pick(statements: Iterable[Statement], ids: list[str]) -> tuple[Statement, ...]:
    order = {name: place for place, name in enumerate(ids)}
    picked = [s for s in statements if s.id in order and s.outcome not in SILENT]
    return tuple(sorted(picked, key=lambda s: order[s.id]))


def _gravity(note: ReadingNote) -> int:
    groups = list(NOTES)
    return groups.index(note.group) if note.group in groups else len(groups)


def _list_rows(statements: Iterable[Statement]) -> list[str]:
    """The known rows in their order, then any the guideline may have added."""
    return list(dict.fromkeys([*ROWS, *(s.row for s in statements)]))


def _row(row: str, statements: list[Statement], first: set[int]) -> Row:
    mine = [s for s in statements if s.row == row]
    return Row(
        id=row,
        name=ROWS.get(row, row.replace("-", " ").capitalize()),
        cells=tuple(_cell(column, name, mine, first) for column, name in COLUMNS.items()),
        empty=_say_why_empty([s for s in mine if find_column(s) in COLUMNS], first),
        beside=tuple(
            s
            for s in mine
            if find_column(s) not in COLUMNS and s.outcome in OFFERED and id(s) not in first
        ),
    )


def group_empty_rows(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return why rows have nothing to show → their names; none, not assessed, nothing written."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if not row.in_table:
            reasons.setdefault(row.empty, []).append(row.name)
    return reasons


def find_column(statement: Statement) -> str:
    """The printed column of a statement; not one of COLUMNS when it stands beside the table."""
    return COLUMN_OF.get(statement.column, statement.column)


def _cell(column: str, name: str, statements: list[Statement], first: set[int]) -> Cell:
    mine = [s for s in statements if find_column(s) == column]
    shown = [s for s in mine if s.outcome in OFFERED]
    return Cell(
        column=column,
        name=name,
        shown=tuple(s for s in shown if id(s) not in first),
        elsewhere=tuple(s for s in shown if id(s) in first),
        empty=_say_why_empty(mine, first),
    )


def _say_why_empty(statements: list[Statement], first: set[int]) -> str:
    """None, not assessed, said elsewhere and nothing written are different things."""
    told = [s for s in statements if id(s) in first]
    counts = {
        "see emergency": sum(s.emergency for s in told),
        "see standing plans": sum(s.standing and not s.emergency for s in told),
        "see first exclude": sum(
            _must_exclude(s) and not (s.standing or s.emergency) for s in told
        ),
        "see warnings": sum(not (s.standing or s.emergency or _must_exclude(s)) for s in told),
        "not now": sum(s.outcome in HELD for s in statements),
        "cannot tell": sum(s.outcome == "cannot-tell" for s in statements),
    }
    return ", ".join(f"{word} ({count})" for word, count in counts.items() if count) or (
        "none applies" if statements else "the guideline says nothing here"
    )


def label_problem(problem: Problem) -> str:
    """Active, cannot tell, not present, or not raised: a no that rests on no entry says so."""
    silent = not any(leaf.sources for leaf in problem.because)
    return UNRAISED if problem.active is False and silent else ACTIVE[problem.active]


def group_problems(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by their label, in the plan's order."""
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(label_problem(problem), []).append(problem)
    return groups


def name_statement(statement: Statement) -> str:
    """The id of a statement with its item, as `gentian explain` takes it and anchors use it."""
    return f"{statement.id}:{statement.item}" if statement.item else statement.id


def label_statement(statement: Statement) -> tuple[str, str]:
    """The shape and the word in front of a statement; no word where its sentence begins with it."""
    if statement.outcome in HELD:
        return HELD[statement.outcome]
    if statement.outcome == "cannot-tell":
        return "?", "cannot tell"
    if statement.outcome in SILENT:
        return "–", "not now"
    shape, word = KINDS.get(statement.kind, ("●", statement.kind))
    if statement.preview:
        return "○", "if confirmed"
    return shape, "" if statement.says.lower().startswith(f"{word} ") else word


def lead_statement(statement: Statement) -> str:
    """What stands in front of a statement in a text: `● offer:`, or the shape alone."""
    shape, word = label_statement(statement)
    return f"{shape} {word}:" if word else shape


def list_checks(statement: Statement) -> list[str]:
    """Boxes to tick before or while giving: of the statement and of its dose, each once."""
    dose = statement.dose.checks if statement.dose and statement.dose.tier != "withheld" else []
    return list(dict.fromkeys([*statement.checks, *dose]))


def list_reasons_held(statement: Statement) -> list[str]:
    """Why a statement is withheld or blocked, each once; never an empty list for one that is."""
    dose = statement.dose.withheld_because if statement.dose else []
    reasons = list(dict.fromkeys([*statement.blocked_by, *dose]))
    missing = [f"{leaf.says}: {leaf.cause or 'unknown'}" for leaf in statement.missing]
    closed = (
        "only once the diagnosis is confirmed" if statement.preview else "not in this care status"
    )
    return reasons or missing or [closed]


def list_cites(statement: Statement) -> list[str]:
    """Fact ids behind a statement and its dose, each once, in the order given."""
    dose = statement.dose.cites if statement.dose else []
    return list(dict.fromkeys([*statement.cites, *dose]))


def say_mechanism(problem: Problem) -> str:
    """Why a count is low, or that nobody knows; of no other problem is a mechanism asked."""
    if not problem.active:
        return ""
    unknown = "mechanism unknown" if problem.row == "autoimmune-cytopenia" else ""
    return ", ".join(problem.mechanism) or unknown


def say_variant_name(variant: Variant) -> str:
    """`FAS c.749G>A p.Arg250Gln`, with the text as written where that is something else."""
    if variant.state == "unnamed":
        return f"{variant.gene} variant, not named"
    if variant.name in variant.written:  # a transcript in front is no other name
        return f"{variant.gene} {variant.written}"
    return f"{variant.gene} {variant.name} (written {variant.written})"


def list_recorded(variant: Variant) -> list[str]:
    """What the record says of a variant: found, zygosity, origin, fraction, class and who said it."""
    by = f" by {variant.classified_by}" if variant.classified_by else ""
    said = variant.classification.replace("-", " ")
    fraction = f"allele fraction {variant.allele_fraction}" if variant.allele_fraction else ""
    parts = [
        "suspected" if variant.present is None else "",
        variant.zygosity.replace("-", " ") or "zygosity not recorded",
        variant.origin or "germline or somatic not recorded",
        fraction,
        f"in {variant.specimen}" if variant.specimen else "",
        f"{said} as recorded{by}" if said else "classification not recorded",
    ]
    return [part for part in parts if part]


def say_inferred(variant: Variant) -> str:
    """Where a variant lies and what it may do, always marked as inferred; empty where nothing is."""
    codon = f"codon {variant.codon}" if variant.codon else ""
    kind = "" if variant.kind == "substitution" else variant.kind.replace("-", " ")
    return _mark_inferred(kind, variant.place, codon, variant.domain, variant.mechanism)


def say_place(variant: Variant) -> str:
    """Exon and domain alone, marked as inferred."""
    return _mark_inferred(variant.place, variant.domain)


def _mark_inferred(*parts: str) -> str:
    said = ", ".join(part for part in parts if part)
    return f"inferred, unchecked: {said}" if said else ""


def say_leaf(leaf: Leaf) -> str:
    """One leaf in a few words: `platelets 18 10*9/L on 2026-11-20`, or why it is unknown."""
    if leaf.answer is None and not leaf.value:
        return f"{leaf.says}: {leaf.cause or 'unknown'}"
    if leaf.value.startswith("yes"):
        return f"{leaf.says}{leaf.value.removeprefix('yes')}"
    if leaf.value.startswith("no"):
        return f"{leaf.says}: {leaf.value}"
    return f"{leaf.says} {leaf.value}".rstrip() if leaf.value else leaf.condition


def find_places(leaves: Iterable[Leaf]) -> list[str]:
    """Where in the record the leaves stand, each place once."""
    sources = (source for leaf in leaves for source in leaf.sources)
    return list(dict.fromkeys(source.resource or source.place for source in sources))


def count_reading(counts: Mapping[str, int]) -> str:
    """The reading in one phrase, refused entries first: `1 REFUSED · 14 taken`."""
    order = [*NOTES, "taken"]
    groups = sorted(counts, key=lambda group: order.index(group) if group in order else len(order))
    words = {group: word for group, (_, word) in NOTES.items()} | {"refused": "REFUSED"}
    return " · ".join(f"{counts[g]} {words.get(g, g)}" for g in groups if counts[g])
