"""Quantities as a person reads them: UCUM is for machines, `20 ×10^9/L` and `6 months` for people."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {
    "10*9/L": "×10^9/L",
    "10*12/L": "×10^12/L",
    "Cel": "°C",
    "[IU]": "IU",
    "[IU]/kg": "IU/kg",
    "[IU]/mL": "IU/mL",
    "m2": "m²",
    "mm[Hg]": "mmHg",
    "{copies}/mL": "copies/mL",
    "1": "",
}
_TIMES = {"min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_DAILY = re.compile(r"/d$")
_QUANTITY = re.compile(r"^([<>]=?)?\s*(-?[0-9][0-9.,]*(?:[-–][0-9.]+)?)\s+(\S+)$")


def say_unit(unit: str) -> str:
    """A unit for reading: `mg/m2/d` → `mg/m²/day`; the pure number `1` has none."""
    if unit in _UNITS:
        return _UNITS[unit]
    text = unit.replace("{1.73_m2}", "1.73 m²").replace("/m2", "/m²")
    return _DAILY.sub("/day", text).replace("10*9", "×10^9")


@lru_cache(maxsize=4096)
def say_quantity(text: str) -> str:
    """A quantity for reading: `6 mo` → `6 months`, `2 1` → `2`; other text stays as it is."""
    found = _QUANTITY.match(text.strip())
    if found is None:
        return text
    mark, number, unit = found[1] or "", found[2], found[3]
    if unit in _TIMES:
        return f"{mark}{number} {_TIMES[unit]}{'' if number == '1' else 's'}"
    return f"{mark}{number} {say_unit(unit)}".strip()
