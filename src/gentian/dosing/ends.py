"""One end of a dose range: how much, how often, and the cap that holds."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gentian.language.dates import DAY

from .rates import Rate


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`times` doses in `interval` minutes; `count`: doses in the longest sourced course."""

    times: int
    interval: int
    count: int | None = None

    @property
    def per_day(self) -> Fraction:
        """Doses a day; below one where given less than daily."""
        return Fraction(self.times * DAY, self.interval)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most of one dose that a cap allows, in the rate's unit. text: the cap and its source."""

    value: Fraction
    text: str
    seen: bool


@dataclass(frozen=True, slots=True)
class End:
    """One end of the range.

    size: kg or m2 that the rate is counted in (1 for flat); uncapped: one dose before any cap.
    """

    rate: Rate
    size: Fraction
    rhythm: Rhythm
    uncapped: Fraction
    limit: Limit | None = None

    @property
    def per_dose(self) -> Fraction:
        """The amount of one dose in the rate's unit, never above the tightest cap."""
        return self.uncapped if self.limit is None else min(self.uncapped, self.limit.value)

    @property
    def is_capped(self) -> bool:
        """Does the cap bind?"""
        return self.limit is not None and self.uncapped > self.limit.value

    @property
    def at_most(self) -> Fraction | None:
        """What no printed or measured amount of one dose may exceed."""
        return None if self.limit is None else self.limit.value
