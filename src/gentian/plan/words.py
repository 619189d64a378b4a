"""Sentences of the guideline with their parameters filled in, in units as people write them."""

from __future__ import annotations

import re

from gentian.dosing.rates import print_unit
from gentian.engine.binding import find_parameter
from gentian.engine.settings import Settings
from gentian.language.model import Guideline

UNKNOWN_HERE = "a limit not known for this country"
_TIMES = {"min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_PARTS = {"Cel": "°C", "[degF]": "°F", "{1.73_m2}": "1.73 m2", "mm[Hg]": "mmHg"}
_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TEN = re.compile(r"10\*(\d+)")
_PLACE = re.compile(r"\{([a-z0-9_]+)\}")


class Words:
    """Says criteria, facts and statements by id, each worked out once."""

    def __init__(self, guideline: Guideline, settings: Settings) -> None:
        self.guideline, self.settings = guideline, settings
        self._said: dict[str, str] = {}

    def say(self, name: str) -> str:
        """The sentence of a statement, criterion or fact, without its full stop; the id if none."""
        if name not in self._said:
            self._said[name] = self.fill(self._find(name)).rstrip(".")
        return self._said[name]

    def _find(self, name: str) -> str:
        lists = (self.guideline.statements, self.guideline.criteria, self.guideline.facts)
        for entries in lists:
            entry = entries.get(name)
            if entry is not None and entry.says:
                return str(entry.says)
        return name.replace("_", " ")

    def fill(self, text: str) -> str:
        """`{parameter}` → its value with unit, the overlay's where there is one."""
        return _PLACE.sub(self._put, text) if "{" in text else text

    def _put(self, found: re.Match[str]) -> str:
        name = found[1]
        if name not in self.guideline.parameters and name not in self.guideline.locales:
            return found[0]
        value = find_parameter(self.guideline, name, self.settings)
        return spell_quantity(value) if value else UNKNOWN_HERE


def spell_quantity(text: str) -> str:
    """`28 d` → `28 days`, `38.0 Cel` → `38.0 °C`, `20 10*9/L` → `20 ×10⁹/L`, `3 1` → `3`."""
    number, _, unit = text.partition(" ")
    if unit in _TIMES:
        return f"{number} {_TIMES[unit]}{'' if number == '1' else 's'}"
    if unit in ("", "1"):
        return number
    return f"{number} {spell_unit(unit)}"


def spell_unit(unit: str) -> str:
    """A UCUM unit as it is written on paper."""
    above, *below = unit.split("/")
    power = _TEN.fullmatch(above)
    first = f"×10{power[1].translate(_POWERS)}" if power else _PARTS.get(above, print_unit(above))
    return "/".join([first, *(_PARTS.get(part, part) for part in below)])
