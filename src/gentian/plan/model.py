"""The plan: what one person gets (design 7). These types are the JSON contract, in this order of keys.

Everything a document prints is here; text, HTML, letters and FHIR are views of it. All text fields are
plain English for clinicians; `plainly` is for families. Dates are ISO text with the precision known.
"""

from __future__ import annotations

from msgspec import Struct

from gentian.engine.explanation import Leaf, Node, SourceLine
from gentian.engine.gaps import Gap, Gaps


class GuidelineLine(Struct, frozen=True, kw_only=True):
    version: str
    hash: str
    overlay: str = ""
    country: str = ""


class PersonLine(Struct, frozen=True, kw_only=True):
    id: str
    born: str = ""
    age: str = ""  # "7 years"
    sex: str = ""
    weight: str = ""  # "24 kg on 2026-11-20"
    height: str = ""
    body_surface: str = ""  # "0.90 m2 (Mosteller, 2026-11-20)"
    medicines: list[str] = []  # "prednisolone 20 mg daily since 2026-11-08", as taken at the index time


class ReadingNote(Struct, frozen=True, kw_only=True):
    group: str  # taken | changed | not-used | refused | confirm
    place: str
    what: str
    why: str
    mend: str = ""


class ReadingLine(Struct, frozen=True, kw_only=True):
    format: str
    counts: dict[str, int]
    notes: list[ReadingNote] = []  # everything but `taken`


class Qualifier(Struct, frozen=True, kw_only=True):
    id: str
    says: str


class Item(Struct, frozen=True, kw_only=True):
    """One criterion of a diagnostic standard, as ticked."""

    criterion: str
    says: str
    group: str  # required | primary | secondary | …, as the standard names them
    answer: bool | None
    because: list[Leaf] = []
    cites: list[str] = []


class Diagnosis(Struct, frozen=True, kw_only=True):
    standard: str
    name: str
    answer: str  # definitive | probable | not-met | cannot-tell · met (ESID)
    label: str
    qualifiers: list[Qualifier] = []
    items: list[Item] = []
    because: list[Leaf] = []
    missing: list[Leaf] = []
    cites: list[str] = []


class GeneticClass(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    answer: str  # known | unknown
    because: list[Leaf] = []


class CareStatus(Struct, frozen=True, kw_only=True):
    status: str
    says: str
    because: list[Leaf] = []
    missing: list[Leaf] = []


class Problem(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    row: str
    active: bool | None
    severity: str = ""
    mechanism: list[str] = []  # empty: unknown
    since: str = ""
    because: list[Leaf] = []
    missing: list[Leaf] = []


class Amount(Struct, frozen=True, kw_only=True):
    """One end of a dose range, in every unit a reader may need; all are text with units."""

    per_dose: str  # "0.78 mg"
    per_day: str  # "1.56 mg/day"; for less than daily: "per week"
    per_body: str  # "2 mg/m2/day"
    products: list[str] = []  # "1.6 mL of oral solution 1 mg/mL (1.6 mg)"
    capped: str = ""  # "cap 1000 mg per dose (TX-102)"


class Dose(Struct, frozen=True, kw_only=True):
    """A dose for this body. tier: ready | indicative | withheld. text: the whole on one line."""

    id: str
    medicine: str
    tier: str
    text: str
    low: Amount | None = None
    high: Amount | None = None
    default: Amount | None = None
    frequency: str = ""
    duration: str = ""
    choose_by: str = ""
    arithmetic: str = ""  # "√(110 cm × 20 kg ÷ 3600) = 0.78 m2; 2 mg/m2/day × 0.78 m2 = 1.56 mg/day"
    checks: list[str] = []  # unticked: to do before it may be given
    withheld_because: list[str] = []
    caps: list[str] = []
    ceiling: str = ""
    review: str = ""  # "range as remembered, unchecked" | "unchecked dose" | ""
    do_not_start: list[str] = []
    monitoring: list[str] = []
    stop: str = ""
    cites: list[str] = []


class Statement(Struct, frozen=True, kw_only=True):
    """One statement of the guideline for this person."""

    id: str
    problems: list[str]
    row: str
    column: str
    kind: str
    phase: str
    answer: str  # applies | does-not-apply | cannot-tell
    # offer | offer-after-checks | withheld | blocked | assumed | not-indicated | not-applicable |
    # cannot-tell
    outcome: str
    says: str
    item: str = ""
    medicine: str = ""
    state: str = ""  # of the medicine: never | proposed | on since … | stopped (why) | failed | …
    topics: list[str] = []
    emergency: bool = False
    standing: bool = False
    urgency: int = 4
    preview: bool = False  # "if confirmed": care status opens it only as a preview
    absolute: bool = False
    blocked_by: list[str] = []  # sentences
    checks: list[str] = []  # sentences: to do before or while giving
    assumed: str = ""
    plainly: str = ""
    dose: Dose | None = None
    because: list[Leaf] = []
    missing: list[Leaf] = []
    instead: list[str] = []  # "ranks above mmf-long-term: …"; alternatives
    cites: list[str] = []
    strength: str = "unrated"
    certainty: str = ""
    review: str = ""  # deviations only: "unchecked dose", "sources disagree", "review overdue"


class CalendarLine(Struct, frozen=True, kw_only=True):
    """One visit: everything due on it, folded.

    when: an ISO date, or "now", "at start", "day 10 after start".
    """

    when: str
    what: list[str]
    because: list[str]
    status: str  # overdue | due | planned | if-started
    cites: list[str] = []


class Citation(Struct, frozen=True, kw_only=True):
    """A fact of the evidence that the plan cites: read is seen | known | derived | proposal."""

    id: str
    says: str
    read: str
    source: str = ""
    url: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    gentian: str
    guideline: GuidelineLine
    as_of: str
    person: PersonLine
    reading: ReadingLine
    assumptions: list[str]
    diagnosis: dict[str, Diagnosis]
    genetic_class: GeneticClass
    care_status: CareStatus
    emergencies: list[str]  # ids of statements, most urgent first
    standing_plans: list[str]  # ids of statements
    problems: list[Problem]
    statements: list[Statement]
    calendar: list[CalendarLine]
    gaps: Gaps
    review: str  # the guideline's general review state, once
    sources: list[Citation] = []  # every fact id cited anywhere above, in order of id


__all__ = [
    "Amount",
    "CalendarLine",
    "CareStatus",
    "Citation",
    "Diagnosis",
    "Dose",
    "Gap",
    "Gaps",
    "GeneticClass",
    "GuidelineLine",
    "Item",
    "Leaf",
    "Node",
    "PersonLine",
    "Plan",
    "Problem",
    "Qualifier",
    "ReadingLine",
    "ReadingNote",
    "SourceLine",
    "Statement",
]
