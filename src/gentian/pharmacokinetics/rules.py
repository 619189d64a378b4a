"""The thresholds of a consult as numbers in the unit of calculation, each with its sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gentian.language.dates import parse_duration
from gentian.language.errors import GuidelineError
from gentian.language.kinetics import RULES, ConsultEntry, Rule, read_number
from gentian.language.wording import say_quantity

HOUR = 60  # minutes
TROUGH_FROM_SHARE = "trough_from_share"
STEADY_AFTER = "steady_after"
SETTLED_AFTER = "kept_until"
SAMPLE_TIME_WITHIN = "sample_time_within"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one consult entry; which there are stands in `language.kinetics.RULES`.

    find_value: name of a parameter or figure → its value as written, the overlay's where there is one.
    """

    entry: ConsultEntry
    find_value: Callable[[str], str]

    def number(self, name: str) -> float:
        """The value in the unit of `RULES`: hours, mg a day, a share as a fraction."""
        return read_number(self.resolve(self._find(name).value), RULES[name])

    def count(self, name: str) -> int:
        """A whole number."""
        return round(self.number(name))

    def say(self, name: str) -> str:
        """The value for reading: `75 %`, `5 days`."""
        return say_quantity(self.resolve(self._find(name).value))

    def cites(self, name: str) -> list[str]:
        """The evidence behind it."""
        return list(self._find(name).cites)

    def resolve(self, text: str) -> str:
        """A quantity as it stands; the name of a parameter or figure as its value."""
        return self.find_value(text) if text.replace("_", "").isalpha() else text

    def _find(self, name: str) -> Rule:
        rule = self.entry.rules.get(name)
        if rule is None:
            raise GuidelineError([f"{self.entry.line}: {self.entry.consult}: no rule `{name}`"])
        return rule


def read_minutes(consult: ConsultEntry, rule: str) -> int:
    """A rule that is a length of time, in minutes. Raises KeyError where the consult has no such rule."""
    return parse_duration(consult.rules[rule].value)


def read_share(consult: ConsultEntry, rule: str) -> float:
    """A rule that is a share: `75 %` → 0.75. Raises KeyError where the consult has no such rule."""
    return read_number(consult.rules[rule].value, "1")
