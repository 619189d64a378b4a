"""What was taken, what was measured, and what the body was: a chart as a dosing history in elapsed hours.

Wall-clock minutes become elapsed hours by the offsets or the zone of the record, so that a change of the clock
between a dose and a sample counts. Nothing is guessed: what is missing becomes a question, and a level that
cannot be placed is kept with the reason why it is not fitted.
"""

from __future__ import annotations

from dataclasses import dataclass

from gentian.chart.events import Chart, Source
from gentian.engine.answers import Answers
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline


@dataclass(frozen=True, slots=True)
class Question:
    """A fact the consult needs. what: `dose-time`, `assay`, `sample-time`, …; says: the sentence; mend: how.

    blocks: no dose is considered before it is answered.
    """

    what: str
    says: str
    mend: str
    blocks: bool = False
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """Equal doses at equal intervals. start: hours since the origin; amount: mg per dose; every: hours.

    product: id in the vocabulary, empty if not said. ongoing: still taken at the index time; False where the
    record does not say so. timed: the time of day is on record (otherwise the history assumes one, and says
    so). continues: the same dose of the same product at the same interval as the segment whose last dose is
    one interval before, cut only by a change of the clock or by times of day that wander; for people the two
    are one.
    """

    start: float
    amount: float
    every: float
    count: int
    product: str
    form: str  # tablet | solution | "" not said
    ongoing: bool
    timed: bool
    minute: int  # wall-clock minute of the first dose
    source: Source
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """A measured concentration. hours: since the origin; minute: wall clock; value: ng/mL.

    below: reported as under the limit `value`. assay: id, empty if not stated. after: hours since the last
    dose before it (None: no dose before it, or the time is not known). stated: the record itself says it was
    drawn before the dose. of_interval: `after` as a share of the dosing interval. since_change: hours since the
    dose, product or interval was last changed (None: never within the history). reasons: why it is not a valid
    trough: `no-time`, `before-first-dose`, `not-a-trough`, `not-steady-state`, `no-assay`, `assay-change`,
    `dose-unknown`, `serum`, `before-interaction`, `on-hold` (in a pause that the record states),
    `missed-dose` (the dose due before it was not taken), `clock-unknown` (it and the dose before it are
    printed by clocks that cannot be compared), … timed: its time of day is on record; where it is not,
    `minute` is the first minute of its day and only the date may be shown.
    """

    hours: float
    minute: int
    value: float
    below: bool
    assay: str
    after: float | None
    stated: bool
    of_interval: float | None
    since_change: float | None
    every: float | None
    printed: str
    event: int  # index into chart.events
    source: Source
    reasons: tuple[str, ...] = ()
    placed: bool = True  # its time is known well enough to be put on the curve
    timed: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """A covariate at a time (hours since the origin)."""

    hours: float
    minute: int
    value: float
    source: Source


@dataclass(frozen=True, slots=True)
class Companion:
    """An interacting medicine: on from `starts` to `ends` hours (None: still on at the index time)."""

    medicine: str
    starts: float
    ends: float | None
    sure: bool  # both dates known to the day
    source: Source


@dataclass(frozen=True, slots=True)
class History:
    """Everything of one person that a model may ask for.

    origin: wall-clock minute of hour 0 (the first dose). index: hours of the index time. age: years at the
    index time (youngest, oldest), None if unknown. series: covariate → values, oldest first; a medicine as a
    covariate is in `companions`. intakes by start; levels by time.
    """

    origin: int
    index: float
    age: tuple[float, float] | None
    intakes: tuple[Intake, ...]
    levels: tuple[Level, ...]
    series: dict[str, tuple[Value, ...]]
    companions: tuple[Companion, ...]
    questions: tuple[Question, ...]
    zone: str = ""  # how elapsed time was counted, as a sentence


def read_history(
    guideline: Guideline,
    chart: Chart,
    answers_or_index: Answers | int,
    consult: ConsultEntry,
    zone: str | None = None,
) -> History:
    """What the consult of one medicine reads from a record, up to the index time.

    answers_or_index: the index time in wall-clock minutes, or the answers that were given for it. zone: of
    the IANA list (`Europe/Berlin`), for times printed without an offset. Raises UnknownZone.
    """
    from .reading import gather  # the parts of a history are built from the types above

    index = answers_or_index if isinstance(answers_or_index, int) else answers_or_index.index
    return gather(guideline, chart, index, consult, zone)
