"""The typed model of the guideline: one class per sort of entry in the YAML (docs/language.md).

These types are both the schema that checks the YAML and the compiled form that ships in the wheel.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from .entry import Ask, Code, Conditional, Entry, Read, Review
from .figures import Figure
from .genes import GeneReference
from .kinetics import ConsultEntry, PopulationModel
from .look_alikes import LookAlike, LookAlikeTier
from .program import FactShape, ItemProgram, Program, Tree
from .proofs import Invariant, Relation
from .relatives import RelativeStateEntry
from .response import ResponseEntry, ResponseLevel, Therapy
from .vaccinations import Vaccination, VaccineHold

__all__ = [
    "AdultFlat",
    "Anchor",
    "Ask",
    "Band",
    "Cap",
    "CareStatusEntry",
    "Ceiling",
    "Code",
    "Concept",
    "Conditional",
    "ConsultEntry",
    "Criterion",
    "Default",
    "DoseRecord",
    "Effect",
    "Entry",
    "Episode",
    "Fact",
    "FactShape",
    "Figure",
    "Frequency",
    "GeneReference",
    "GeneticClassEntry",
    "Guideline",
    "Interaction",
    "Invariant",
    "ItemProgram",
    "Jump",
    "Kind",
    "Limit",
    "Locale",
    "LookAlike",
    "LookAlikeTier",
    "NeededFact",
    "OutcomeRow",
    "Parameter",
    "Phase",
    "PopulationModel",
    "ProblemEntry",
    "Program",
    "RanksAbove",
    "Read",
    "ReadOff",
    "Relation",
    "RelativeStateEntry",
    "ResponseEntry",
    "ResponseLevel",
    "Review",
    "Row",
    "Schedule",
    "SourceEntry",
    "Span",
    "Standard",
    "StandardItem",
    "StatementEntry",
    "Therapy",
    "Tree",
    "Vaccination",
    "VaccineHold",
    "Vocabulary",
]


class Jump(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change against the last value that is put back to the reader (HZ-04)."""

    more_than: str  # "10 %" of the earlier value
    per: str  # for each such time begun: a child grows


class Concept(Entry, frozen=True, kw_only=True):
    """A vocabulary entry: something an event can be about (docs/language.md 2)."""

    sort: str = ""  # measurement | finding | class | medicine | product | gene | procedure | vaccine | allergy
    id: str = ""
    name: str = ""
    plainly: str = ""
    domain: str = ""
    is_a: list[str] = []
    synonyms: list[str] = []
    codes: list[Code] = []
    # measurements
    unit: str = ""
    plausible: list[float] = []
    usual: list[float] = []
    molar_mass: str = ""
    words: list[str] = []  # a measurement whose result is a word (positive, negative)
    jump: Jump | None = None
    # medicines and products
    mention_lasts: str = "90 d"
    dose_unit: str = "mg"  # unit of `dose_low/high` per day
    equivalent: str = ""  # per class reference medicine (glucocorticoids)
    ask: Ask | None = None  # domains: how to ask for the whole list
    of: str = ""
    form: str = ""
    strength: str = ""
    smallest_step: str = ""
    not_under_body_surface: str = ""  # capsules from 1.25 m2
    not_with: list[str] = []  # allergies that forbid this product, though not its medicine
    # vaccines
    live: bool = False
    read: Read | None = None
    cites: list[str] = []


class Parameter(Entry, frozen=True, kw_only=True):
    parameter: str
    value: str
    name: str = ""
    since: str = ""
    cites: list[str] = []
    read: Read
    review: Review = Review()


class Band(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A band by age; `value` for limits, `low`/`high` for flat doses. `country` restricts it."""

    from_: str
    to: str = ""
    sex: Literal["any", "female", "male"] = "any"
    country: str = ""
    value: float | None = None
    low: str = ""
    high: str = ""
    cites: list[str] = []


class Limit(Entry, frozen=True, kw_only=True):
    limit: str
    of: str
    bound: Literal["lower", "upper"]
    unit: str
    bands: list[Band]
    name: str = ""
    cites: list[str] = []
    read: Read
    review: Review = Review()


class Locale(Entry, frozen=True, kw_only=True):
    locale: str
    values: dict[str, str]
    name: str = ""
    otherwise: str = ""
    cites: list[str] = []
    read: Read
    review: Review = Review()


class Episode(Entry, frozen=True, kw_only=True):
    episode: str
    kind: Literal["course", "run", "paired", "aided"]
    of: str | list[str] | dict[str, str]
    says: str = ""
    where: str = ""
    gap: str = ""
    at_least: int = 1
    by: list[str] = []  # aided: what may have raised a value, if given
    within: str = ""  # so long before it
    about: Literal["patient", "relative"] = "patient"
    cites: list[str] = []


class Anchor(Entry, frozen=True, kw_only=True):
    anchor: str
    at: Literal["start", "end", "change"] = "start"
    of: str
    which: Literal["latest", "earliest"] = "latest"
    says: str = ""


ReadOff = Literal[
    "latest",
    "earliest",
    "lowest",
    "highest",
    "count",
    "any",
    "on",
    "started_within",
    "ended_within",
    "time_since",
    "longest",
    "age",
    "change",
]


class Fact(Entry, frozen=True, kw_only=True, rename={"as_": "as"}):
    fact: str
    says: str
    read: ReadOff
    of: str | list[str] | dict[str, str] = ""
    take: str = "value"
    where: str = ""
    window: list[str] = []
    anchor: str = "index"
    about: Literal["patient", "relative"] = "patient"
    each: Literal["person", "relative"] = "person"  # relative: answered once for each of them
    absent: Literal["unknown", "false"] | bool = "unknown"  # `false`: missing is false, declared
    strict: Literal["unknown", "false"] | bool = "false"
    as_: Literal["ratio", "difference", "regained", ""] = ""
    ask: Ask | None = None
    plainly: str = ""
    cites: list[str] = []


class Criterion(Entry, frozen=True, kw_only=True):
    criterion: str
    says: str
    when: str
    cites: list[str] = []
    tests: list[dict[str, object]] = []
    known_only: bool = False  # asks whether the record answers: true or unknown, never false
    review: Review = Review()


class StandardItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    criterion: str
    group: str


class Standard(Entry, frozen=True, kw_only=True):
    standard: str
    name: str
    definitive: str = ""
    at_least_probable: str = ""
    met: str = ""
    items: list[StandardItem] = []
    qualifiers: list[Conditional] = []
    cites: list[str] = []


class GeneticClassEntry(Entry, frozen=True, kw_only=True):
    genetic_class: str
    name: str
    when: str
    cites: list[str] = []


class CareStatusEntry(Entry, frozen=True, kw_only=True):
    care_status: str
    rank: int
    says: str
    when: str = ""  # empty: the last resort when nothing else is true
    cites: list[str] = []


class ProblemEntry(Entry, frozen=True, kw_only=True):
    problem: str
    name: str
    row: str
    active: str
    plainly: str = ""
    severity: list[Conditional] = []
    mechanism: list[Conditional] = []
    since: str = ""  # a fact: time_since
    cites: list[str] = []


Kind = Literal[
    "recommend",
    "consider",
    "do-not-start",
    "hold",
    "taper",
    "discontinue",
    "change-dose",
    "avoid",
    "last-resort",
    "warn",
    "monitor",
    "prevent",
    "refer",
    "ask",
    "inform",
]
Row = Literal[
    "diagnosis",
    "autoimmune-cytopenia",
    "lymphoproliferation",
    "infection",
    "systemic-autoimmunity",
    "malignancy",
    "transplant",
    "family",
    "living",
]


class RanksAbove(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    because: str


class StatementEntry(Entry, frozen=True, kw_only=True):
    statement: str
    row: Row
    kind: Kind
    says: str
    when: str
    if_unknown: Literal["act", "withhold", "ask", "silent"]
    cites: list[str]
    problems: list[str] = []
    column: Literal["first-line", "long-term", "avoid", "watch", "plan"] = "plan"
    each: Literal["person", "problem", "medicine", "relative", "site", "vaccine"] = "person"
    phase: Literal["start", "continue", "both"] = "both"
    opens_in: list[str] = field(default_factory=lambda: ["any"])
    preview_in: list[str] = []
    rescue: bool = False
    emergency: bool = False
    standing: bool = False
    urgency: int = 4
    medicine: str = ""
    plainly: str = ""
    dose: str = ""
    checks: list[str] = []
    absolute: bool = False
    alternative: str = ""
    ranks_above: list[RanksAbove] = []
    topics: list[str] = []
    strength: str = "unrated"
    certainty: Literal["trial", "cohort", "case-or-expert", "contradicted"] = "case-or-expert"
    sources_disagree: str = ""
    hazards: list[str] = []
    review: Review = Review()
    tests: list[dict[str, object]] = []


class Effect(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ratios of exposure and of peak of the first medicine: least and greatest.

    cites: where the peak was read, or the exposure a second time; note: how surely, and what disagrees.
    """

    auc_ratio: list[float] = []
    cmax_ratio: list[float] = []
    direction: Literal["up", "down", "additive", ""] = ""
    cites: list[str] = []
    note: str = ""


class Interaction(Entry, frozen=True, kw_only=True, rename={"with_": "with"}):
    interaction: str
    with_: str
    effect: Effect
    action: Literal["avoid", "change-and-level", "separate", "watch"]
    says: str
    onset: str = ""
    offset: str = ""
    after: str = ""  # what the stop of the other medicine does
    after_plainly: str = ""
    alternative: str = ""
    plainly: str = ""
    cites: list[str]
    read: Read


class Phase(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    from_: str = ""
    first: str = ""
    every: str = ""
    until: str = ""


class Schedule(Entry, frozen=True, kw_only=True):
    schedule: str
    name: str
    what: list[str]
    because: str
    when: str
    phases: list[Phase]
    or_proposed: str = ""
    before_start: bool = False  # also due before the first dose
    plainly: str = ""
    cites: list[str]


class Frequency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    times: int | list[int]
    per: str
    says: str


class Span(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    says: str
    low: str = ""
    high: str = ""


class Default(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    value: str
    cites: list[str]


class AdultFlat(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    from_: str
    low: str
    high: str
    cites: list[str] = []
    read: Read = "known"


class Cap(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"if_": "if"}):
    per: Literal["dose", "day", "course"]
    value: str
    cites: list[str]
    read: Read
    if_: Literal["child", "adult", "any"] = "any"
    when: str = ""  # a criterion that must be known to be true, such as a low filtration rate


class Ceiling(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    per: Literal["dose", "day", "course"]
    value: str
    says: str
    cites: list[str] = []


class NeededFact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    fact: str
    not_older: dict[str, str] = {}
    paired: bool = False


class DoseRecord(Entry, frozen=True, kw_only=True, rename={"is_": "is"}):
    dose: str
    medicine: str
    name: str
    per: Literal["m2", "kg", "flat"]
    frequency: Frequency
    cites: list[str]
    read: Read
    low: str = ""
    high: str = ""
    is_: Literal["day", "dose"] = "day"
    default: Default | None = None
    choose_by: str = ""
    duration: Span | None = None
    adult_flat: AdultFlat | None = None
    bands: list[Band] = []
    caps: list[Cap] = []
    no_cap: str = ""  # said when no cap is sourced
    ceiling: Ceiling | None = None
    products: list[str] = []
    round_to: Literal["product", "none"] = "product"
    not_under: str = ""
    needs: list[NeededFact] = []
    checks: list[str] = []
    gates: list[str] = []
    do_not_start: list[str] = []
    nothing_against: str = ""  # why no statement stands against it
    monitoring: list[str] = []
    stop: str = ""
    review: Review = Review()
    tests: list[dict[str, object]] = []


class OutcomeRow(Entry, frozen=True, kw_only=True):
    """A row of `outcomes.yaml`; empty means "any". First match wins (docs/language.md 9)."""

    outcome: str
    because: str
    answer: str = ""
    if_unknown: str = ""
    treatment: bool | None = None  # does the statement start or continue a medicine?
    opened: str = ""  # yes | preview | no: by care status
    blocked: str = ""  # yes | unknown | no: by an absolute do-not-start of its medicine
    checks: str = ""  # open | done
    rescue: bool | None = None


class SourceEntry(Entry, frozen=True, kw_only=True):
    """A fact of the evidence base: its id, how surely it was read, and the source to open."""

    cite: str
    says: str
    read: str
    source: str = ""
    url: str = ""


class Vocabulary(Struct, frozen=True, kw_only=True):
    """All concepts by id, plus lookups built once.

    members: class id → ids of everything that is (transitively) in it, and each id → itself.
    names: folded name, synonym or id → id. codes: `system|code` → id. genes: what names of variants are
    read by, by the id of the gene (`variant-fas`).
    """

    concepts: dict[str, Concept]
    members: dict[str, list[str]]
    names: dict[str, str]
    codes: dict[str, str]
    genes: dict[str, GeneReference] = {}


class Guideline(Struct, frozen=True, kw_only=True):
    """The compiled guideline: knowledge, and the SQL each engine runs (`programs`)."""

    version: str
    hash: str
    review_due: str = ""  # of every statement that has no date of its own
    vocabulary: Vocabulary
    parameters: dict[str, Parameter]
    figures: dict[str, Figure] = {}
    limits: list[Limit]
    locales: dict[str, Locale]
    episodes: dict[str, Episode]
    anchors: dict[str, Anchor]
    facts: dict[str, Fact]
    criteria: dict[str, Criterion]
    standards: list[Standard]
    genetic_classes: list[GeneticClassEntry]
    care_statuses: list[CareStatusEntry]
    problems: list[ProblemEntry]
    relative_states: list[RelativeStateEntry] = []
    therapies: dict[str, Therapy] = {}
    responses: dict[str, ResponseEntry] = {}
    statements: dict[str, StatementEntry]
    interactions: list[Interaction]
    schedules: dict[str, Schedule]
    doses: dict[str, DoseRecord]
    vaccinations: dict[str, Vaccination]
    vaccine_holds: list[VaccineHold]  # in their order: the first that applies speaks
    outcomes: list[OutcomeRow]
    look_alikes: list[LookAlike]  # in the order of the plan: tier, danger, id
    look_alike_tiers: list[LookAlikeTier]
    sources: dict[str, SourceEntry]
    program: Program
    invariants: dict[str, Invariant] = {}
    relations: dict[str, Relation] = {}
    models: dict[str, PopulationModel] = {}
    consults: dict[str, ConsultEntry] = {}
