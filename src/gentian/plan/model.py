"""The plan: what one person gets (design 7). These types are the JSON contract, in this order of keys.

Everything a document prints is here; text, HTML, letters and FHIR are views of it. All text fields are
plain English for clinicians; `plainly` is for families. Dates are ISO text with the precision known.
"""

from __future__ import annotations

from msgspec import Struct

from gentian.dosing.dose import Amount, Dose
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
    medicines: list[
        str
    ] = []  # "prednisolone 20 mg daily since 2026-11-08", as taken at the index time


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


class Sign(Struct, frozen=True, kw_only=True):
    """Something known that points to a look-alike, or speaks against it."""

    says: str
    because: list[Leaf] = []
    cites: list[str] = []


class OpenSign(Struct, frozen=True, kw_only=True):
    """A question nobody has asked yet, or that what is recorded cannot answer."""

    question: str
    cost: str  # ask | examine | blood | send-out | genetic
    cause: str  # never recorded · too old (…) · suspected only · …
    fact: str
    would_point_to: list[str] = []  # the signs that would then point to the look-alike
    would_speak_against: list[str] = []


class LookAlike(Struct, frozen=True, kw_only=True):
    """A disease that may be mistaken for ALPS: what points to it, speaks against it, is not yet asked."""

    id: str
    name: str
    tier: str  # must-exclude | panel
    danger: int
    state: str  # proven | suspected | excluded | open
    folded: str  # why it is only named: excluded · nothing points to it · …; "" if shown
    points_to: list[Sign]
    speaks_against: list[Sign]
    not_asked: list[OpenSign]
    test: str  # the test that decides
    tested: bool  # it, or another answer to the question, is on record
    because: list[Leaf]  # of the state
    therapy: str
    harm: str = ""
    asked_by: list[str] = []  # ids of statements of this plan that order its tests
    cites: list[str] = []
    review: str = ""


class Variant(Struct, frozen=True, kw_only=True):
    """A variant of the record: its name as written and as understood, and what is recorded of it.

    state: understood | ambiguous | contradictory | not-understood | unnamed; `name` is normalised only
    where it is understood. kind, place, codon (0: none), domain and mechanism are inferred from the
    guideline's maps and unchecked. classification is carried as recorded; empty: unknown, never inferred.
    """

    gene: str
    written: str
    name: str
    state: str
    present: bool | None = True
    about: str = ""  # a relative; empty: the patient
    zygosity: str = ""
    origin: str = ""  # germline | somatic
    allele_fraction: str = ""
    specimen: str = ""
    classification: str = ""
    classified_by: str = ""
    since: str = ""
    kind: str = ""
    place: str = ""  # "exon 9"
    codon: int = 0
    domain: str = ""
    mechanism: str = ""
    remarks: list[str] = []
    readings: list[str] = []  # what a doubtful name may mean
    why: str = ""  # why it is not understood
    says: str = ""  # what the evidence says of this very variant
    sources: list[SourceLine] = []
    cites: list[str] = []


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


class OtherDefinition(Struct, frozen=True, kw_only=True):
    """Another definition of the same response, which answers otherwise: both stand."""

    id: str
    definition: str
    level: str
    says: str
    possible: str = ""
    cites: list[str] = []


class Response(Struct, frozen=True, kw_only=True):
    """How one problem has answered one therapy, by the definition that stands by default."""

    id: str  # "platelets:sirolimus"
    problem: str
    name: str
    medicine: str
    therapy: str
    level: str  # complete | partial | masked | lost | unconfirmed-loss | none | too-early | cannot-tell | …
    says: str
    definition: str
    possible: str = ""  # a level before it that cannot be told, and what is missing for it
    since: str = ""
    began: str = ""
    before: str = ""  # "12 ×10^9/L on 2026-05-02"
    best: str = ""
    now: str = ""
    judge_on: str = ""  # the day from which the therapy has had its time
    recorded: str = ""  # a clinician's own word, as recorded; never overruled
    disagrees: bool = False  # the word and the values say different things
    notes: list[str] = []
    others: list[OtherDefinition] = []
    because: list[Leaf] = []
    missing: list[Leaf] = []
    cites: list[str] = []


class Forecast(Struct, frozen=True, kw_only=True):
    """What measured levels of a medicine say, in short; `gentian dose FILE` has the whole consult.

    status: dose (one is highlighted) · consider · context (none is proposed) · refused. lines: two or three
    sentences; next_sample: when the next level is due, "" if nothing can be said; both without an order.
    """

    status: str
    headline: str
    lines: list[str] = []
    next_sample: str = ""
    cites: list[str] = []
    medicine: str = ""  # by its name, for the heading


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
    # not a line of its own: the statement on whose line it is said, or "alert budget"; "" otherwise
    folded: str = ""
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


class RelativeState(Struct, frozen=True, kw_only=True):
    """What is said of a relative in one column: the guideline's state, its words and its reasons."""

    state: str
    says: str
    plainly: str = ""
    clears: bool = False  # donor: tested without the family's variant, the only state that clears
    because: list[Leaf] = []
    cites: list[str] = []


class Relative(Struct, frozen=True, kw_only=True):
    """One relative of the record. id: as the record names them (`brother-2`), never a name.

    needs: statements about this relative, as `<statement>:<id>`.
    """

    id: str
    relation: str
    variant: RelativeState
    health: RelativeState
    donor: RelativeState
    sex: str = ""
    born: str = ""
    died: str = ""  # a date, or "yes"
    hla: str = ""  # identical | haploidentical | mismatched | untyped
    needs: list[str] = []


class CalendarLine(Struct, frozen=True, kw_only=True):
    """One visit: everything due on it, folded.

    when: an ISO date, or "now", "at start", "day 10 after start".
    """

    when: str
    what: list[str]
    because: list[str]
    status: str  # overdue | due | planned | if-started
    cites: list[str] = []


class Vaccine(Struct, frozen=True, kw_only=True):
    """One vaccine and its answer.

    answer: indicated | give-now (before the medicine) | defer | not-while | ask (the record) | on-record
    (nothing further is due by the sources of this guideline).
    """

    id: str
    name: str
    answer: str
    live: bool = False
    when: str = ""  # defer: an ISO date, or what must come first; give-now: how long before what
    says: str = ""  # what the source says for this country and age, or "per national schedule"
    national: bool = False  # no text of this country and age was seen: its own schedule decides
    because: list[str] = []
    then: str = ""  # of `ask`: the answer if the record shows that it was not given
    then_when: str = ""
    given: list[str] = []  # dates on record
    missing: list[Leaf] = []
    plainly: str = ""
    read: str = ""  # "known": as remembered, unchecked
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
    variants: list[Variant] = []  # of the patient, then of relatives
    care_status: CareStatus
    emergencies: list[str]  # ids of statements, most urgent first
    standing_plans: list[str]  # ids of statements
    look_alikes: list[LookAlike]  # by tier, danger, and how much points to each
    problems: list[Problem]
    response: list[Response] = []
    forecast: Forecast | None = None  # of a person with levels
    statements: list[Statement]
    calendar: list[CalendarLine]
    gaps: Gaps
    vaccines: list[Vaccine] = []
    review: str  # the guideline's general review state, once
    relatives: list[Relative] = []  # nearest first
    sources: list[Citation] = []  # every fact id cited anywhere above, in order of id


__all__ = [
    "Amount",
    "CalendarLine",
    "CareStatus",
    "Citation",
    "Diagnosis",
    "Dose",
    "Forecast",
    "Gap",
    "Gaps",
    "GeneticClass",
    "GuidelineLine",
    "Item",
    "Leaf",
    "LookAlike",
    "Node",
    "OpenSign",
    "OtherDefinition",
    "PersonLine",
    "Plan",
    "Problem",
    "Qualifier",
    "ReadingLine",
    "ReadingNote",
    "Relative",
    "RelativeState",
    "Response",
    "Sign",
    "SourceLine",
    "Statement",
    "Vaccine",
    "Variant",
]
