"""What a consult says: the contract with the documents (text, HTML, JSON) and the plan's `forecast`.

Numbers that a person reads are texts with their unit; numbers a figure draws are floats in the units named.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Status = Literal["dose", "consider", "context", "refused"]


class Said(Struct, frozen=True, kw_only=True):
    """A sentence of the consult. id: stable; kind: refusal | question | warning | note; mend: what to do."""

    id: str
    kind: str
    says: str
    mend: str = ""
    cites: list[str] = []
    place: str = ""  # where in the record


class TargetLine(Struct, frozen=True, kw_only=True):
    low: float
    high: float
    unit: str
    whose: str
    cites: list[str] = []
    others: list[str] = []  # other published targets, as sentences


class IntakeLine(Struct, frozen=True, kw_only=True):
    """`2 mg once daily, tablet 1 mg` from … to …"""

    says: str
    starts: str
    ends: str  # "" still taken
    place: str


class Quantiles(Struct, frozen=True, kw_only=True):
    """Of a concentration, in the unit of the target."""

    q025: float
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float
    q975: float


class LevelLine(Struct, frozen=True, kw_only=True):
    """A level: measured against expected.

    use: fitted | shown (reasons say why not fitted) | outlier (fitted, and shown without). expected: what was
    expected before it was seen (from earlier levels and the population), None where nothing could be expected.
    share: probability of a value at least this far from the middle, in (0, 1].
    """

    when: str
    measured: str
    value: float
    below: bool
    assay: str
    hours_after_dose: float | None
    use: Literal["fitted", "shown", "outlier"]
    reasons: list[Said] = []
    expected: Quantiles | None = None
    share: float | None = None
    place: str = ""


class ModelLine(Struct, frozen=True, kw_only=True):
    """A model and what became of it. weight: its part in the mixture, 0 where it is not eligible."""

    id: str
    name: str
    says: str  # the people it was built from, and the assay
    use: str
    eligible: bool
    leads: bool = False
    reasons: list[Said] = []  # why not eligible, or what was put in for what is missing
    weight: float = 0.0
    clearance: str = ""  # `5.1 L/h (3.9 to 6.6)`
    half_life: str = ""
    effective: float | None = None
    expected: Quantiles | None = None  # the next trough on the present dose, by this model alone
    traps: list[str] = []
    cites: list[str] = []


class DoseOption(Struct, frozen=True, kw_only=True):
    """A dose considered. mark: "" | "highlighted" | "consider". is_label: the label's proportional dose.

    fold: of the present daily dose. trough: at steady state (of the next trough where none is reached).
    """

    says: str  # `1.5 mg once daily`
    portion: str  # `1.5 mL of oral solution 1 mg/mL`
    per_dose: float  # mg
    every: float  # h
    per_day: float  # mg
    fold: float
    trough: Quantiles
    below: float
    inside: float
    above: float
    mark: Literal["", "highlighted", "consider"] = ""
    is_present: bool = False
    is_label: bool = False
    notes: list[Said] = []


class LabelDose(Struct, frozen=True, kw_only=True):
    """The label's arithmetic: new = old × target ÷ level. difference: of the highlighted dose, as a fraction."""

    says: str
    arithmetic: str
    per_day: float
    level: str
    difference: float | None = None
    explained: list[Said] = []
    cites: list[str] = []


class NextSample(Struct, frozen=True, kw_only=True):
    when: str  # ISO date, or a sentence
    says: str
    because: list[str] = []
    cites: list[str] = []


class Adherence(Struct, frozen=True, kw_only=True):
    """If doses were missed instead: says how well that explains the levels, beside the plain reading."""

    says: str
    missed: str  # `about 2 of the last 7 doses`
    better: float  # fall of −2 log likelihood
    expected: Quantiles | None = None


class Band(Struct, frozen=True, kw_only=True):
    """A probability band of the figure: share 0.5, 0.8, 0.95; low and high at each of `Figure.hours`."""

    share: float
    low: list[float]
    high: list[float]


class Point(Struct, frozen=True, kw_only=True):
    hours: float
    value: float
    below: bool
    use: str
    says: str


class Figure(Struct, frozen=True, kw_only=True):
    """The curve: hours from `origin` (ISO local time); the dose drawn ahead of the index time is `dose`."""

    title: str  # the finding
    origin: str
    index: float
    hours: list[float]
    middle: list[float]
    bands: list[Band]
    doses: list[float]  # hours of doses shown
    points: list[Point]
    target: TargetLine
    dose: str
    unit: str = "ng/mL"


class Consult(Struct, frozen=True, kw_only=True):
    """status: dose (one highlighted) · consider (one level) · context (none is proposed) · refused (exit 15).

    headline: the first thing to read. protocol: the guideline's own dose as a sentence.
    """

    gentian: str
    guideline: dict[str, str]  # version, hash, overlay, country
    as_of: str
    person: str
    born: str
    medicine: str
    status: Status
    headline: str
    summary: list[str]  # two to four plain sentences for the prescriber
    target: TargetLine
    said: list[Said]  # refusals first, then questions, warnings, notes
    intakes: list[IntakeLine]
    levels: list[LevelLine]
    models: list[ModelLine]
    protocol: str
    options: list[DoseOption] = []
    present: DoseOption | None = None  # the present dose going on
    label: LabelDose | None = None
    next_sample: NextSample | None = None
    adherence: Adherence | None = None
    sensitivity: list[Said] = []
    figure: Figure | None = None
    assumptions: list[str] = []
    sources: list[dict[str, str]] = []  # id, says, read, source, url
    review: str = ""
    body: list[str] = []
    reading: list[str] = []
