"""The thresholds of a consult as numbers in the unit that is asked for, each with its sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gentian.language.dates import parse_duration
from gentian.language.errors import GuidelineError
from gentian.language.kinetics import ConsultEntry, Rule
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError, convert
from gentian.language.wording import say_quantity

HOUR = 60  # minutes


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one consult entry. Every method raises GuidelineError for a missing or unreadable one.

    find_value: name of a parameter or figure → its value as written, the overlay's where there is one.
    """

    entry: ConsultEntry
    find_value: Callable[[str], str] = str

    def find(self, name: str) -> Rule:
        """The rule itself."""
        rule = self.entry.rules.get(name)
        if rule is None:
            raise GuidelineError([f"{self.entry.line}: {self.entry.consult}: no rule `{name}`"])
        return rule

    def number(self, name: str, unit: str = "1") -> float:
        """The value in a unit; a share in % is read as a fraction with unit `1`."""
        text = self._read(name)
        try:
            value, printed = parse_literal(text)
            return float(convert(value, printed, unit))
        except (QuantityError, UnitError) as error:
            raise GuidelineError([f"{self.entry.line}: rule `{name}`: {text!r}: {error}"]) from None

    def hours(self, name: str) -> float:
        """A duration in hours."""
        return parse_duration(self._read(name)) / HOUR

    def count(self, name: str) -> int:
        """A whole number."""
        return round(self.number(name))

    def say(self, name: str) -> str:
        """The value for reading: `75 %`, `5 days`."""
        return say_quantity(self._read(name))

    def cites(self, name: str) -> list[str]:
        """The evidence behind it."""
        return list(self.find(name).cites)

    def _read(self, name: str) -> str:
        """The value as written, or of the parameter it names."""
        return self.resolve(self.find(name).value)

    def resolve(self, text: str) -> str:
        """A quantity as it stands; the name of a parameter or figure as its value."""
        return self.find_value(text) if text.replace("_", "").isalpha() else text
