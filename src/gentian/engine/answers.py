"""What the engine answers: facts, criteria, and the conditions of statements and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct


class EngineError(Exception):
    """The two evaluations of a condition differ: no plan is given. `keys` names the conditions."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__(f"two evaluations differ for: {', '.join(keys)}")


class FactValue(Struct, frozen=True, gc=False):
    """A fact's value: ticks [low, high] (None: that side is open), or truth, or word.

    known: False when unknown. events: indices into `chart.events` that it was read from.
    """

    low: int | None = None
    high: int | None = None
    truth: bool | None = None
    word: str | None = None
    known: bool = False
    events: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RelativeAnswers:
    """What is answered about one relative: facts and keys of `guideline.program.relative` only."""

    facts: Mapping[str, FactValue]
    criteria: Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything answered about one person.

    criteria: every key of `guideline.program.trees`, so also `statement:<id>`, `schedule:<id>`,
    `qualifier:<standard>:<id>`, `genetic_class:<id>`, `care_status:<id>`, `problem:<id>`,
    `severity:<problem>:<level>`, `mechanism:<problem>:<is>`. statements and schedules repeat theirs
    by plain id. index: the index time in minutes. relatives: the id of each relative of the record →
    what is answered about them.
    """

    facts: Mapping[str, FactValue]
    criteria: Mapping[str, bool | None]
    statements: Mapping[str, bool | None]
    schedules: Mapping[str, bool | None]
    index: int
    parameters: Mapping[str, int | None]
    relatives: Mapping[str, RelativeAnswers] = field(default_factory=dict)
