"""What is proved of the guideline: invariants about outcomes, and the relations between facts they may use."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from .entry import Entry

Shown = Literal[
    "offer",
    "offer-after-checks",
    "withheld",
    "blocked",
    "assumed",
    "not-indicated",
    "not-applicable",
    "cannot-tell",
    "offered",  # offer, offer-after-checks or assumed
    "dose",  # a dose may stand on the line
    "ready-dose",  # one without an open check
    "blocked-unproven",  # blocked, although no absolute reason against it is known
    "reason-known",  # an absolute reason against its medicine is known, whatever else
]
Claim = Literal[
    "true-true",
    "false-false",
    "not-above",
    "within",  # if the first is known, the second is, and lies within it
    "counted-true",
    "true-counted",
    "value-true",
]


class Selection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Statements by what they are, so that a new one is covered too; every field given must fit.

    medicines: ids or classes; a statement of a member fits. urgency: at most. besides: ids left out.
    """

    statements: list[str] = []
    kinds: list[str] = []
    phases: list[str] = []
    rows: list[str] = []
    columns: list[str] = []
    topics: list[str] = []
    problems: list[str] = []
    medicines: list[str] = []
    treating: bool | None = None
    rescue: bool | None = None
    emergency: bool | None = None
    standing: bool | None = None
    absolute: bool | None = None
    with_dose: bool | None = None
    urgency: int = 0
    besides: list[str] = []


class Invariant(Entry, frozen=True, kw_only=True, rename={"while_": "while"}):
    """For every person who is so, the selected statements come out so (docs/language.md, "What is proved").

    while, possible, unproven: conditions that are true, not known to be false, not known to be true.
    for_each: problem (active, with its own statements), interaction (to avoid; the other medicine is on, with
    the statements of the first), or interaction-on (both are on).
    unknown: facts or criteria of which nothing is known. statuses, not_statuses: care status.
    despite: a known absolute reason stands against the statement's own medicine.
    in_phase: only while a start is not on yet, and a continuation is or may be on. may_select_none: a guard
    against statements that nobody has written yet.
    because_of: an outcome counts only if it is another one as soon as nothing is known of these facts.
    or_these: for each problem, statements of any problem that will do as well.
    never, always: of each selected statement; some: of at least one of them.
    """

    invariant: str
    says: str
    controls: list[str]
    these: Selection = field(default_factory=Selection)
    or_these: Selection | None = None
    cites: list[str] = []
    while_: str = ""
    possible: str = ""
    unproven: str = ""
    unknown: list[str] = []
    statuses: list[str] = []
    not_statuses: list[str] = []
    for_each: Literal["problem", "interaction", "interaction-on", ""] = ""
    despite: Literal["contraindication", ""] = ""
    in_phase: bool = False
    may_select_none: bool = False
    answer: Literal["applies", "cannot-tell", "does-not-apply", ""] = ""
    because_of: list[str] = []
    never: list[Shown] = []
    always: list[Shown] = []
    some: list[Shown] = []


class Pattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fact of a pair. silence: what missing means to it (unknown, no; empty: either)."""

    read: list[str]
    silence: Literal["unknown", "no", ""] = ""
    where: Literal["none", "value", ""] = ""  # none: it has none; value: it compares its own value


class Relation(Entry, frozen=True, kw_only=True):
    """What holds between two facts of every record, for all pairs that fit (docs/language.md, "What is proved").

    read: both in the same way. of: the same thing, or the first reads a member of what the second
    reads. where: the same condition,
    or the first has more of them. window: the same, or the first lies inside the second.
    """

    relation: str
    reason: str
    first: Pattern
    second: Pattern
    claims: list[Claim]
    read: Literal["same", "any"] = "any"
    of: Literal["same", "member"] = "same"
    where: Literal["same", "narrower", "any"] = "same"
    window: Literal["same", "inside"] = "same"
