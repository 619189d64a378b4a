"""What may differ between centres and runs: country, overlay, strictness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """Bound at run time, never compiled in.

    country: two-letter code that chooses locale parameters, None if unknown. overlay: parameter →
    value with unit, from a centre's own file. strict_criteria: an exclusion not raised is unknown.
    """

    country: str | None = None
    overlay: Mapping[str, str] = field(default_factory=dict)
    overlay_name: str = ""
    strict_criteria: bool = False
