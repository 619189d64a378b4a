"""The thresholds of a consult, as numbers: durations in minutes, shares as fractions."""

from __future__ import annotations

from gentian.language.dates import parse_duration
from gentian.language.kinetics import ConsultEntry
from gentian.language.quantities import parse_literal
from gentian.language.units import convert

TROUGH_FROM_SHARE = "trough_from_share"
STEADY_AFTER = "steady_after"
SETTLED_AFTER = "kept_until"
SAMPLE_TIME_WITHIN = "sample_time_within"


def read_minutes(consult: ConsultEntry, rule: str) -> int:
    """A rule that is a length of time, in minutes. Raises KeyError where the consult has no such rule."""
    return parse_duration(consult.rules[rule].value)


def read_share(consult: ConsultEntry, rule: str) -> float:
    """A rule that is a share: `75 %` → 0.75. Raises KeyError where the consult has no such rule."""
    number, unit = parse_literal(consult.rules[rule].value)
    return float(convert(number, unit, "1"))
