"""Small pieces of the page: numbers, cells, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MODELS = {
    "sirolimus.cheng-2020": "Cheng 2020",
    "sirolimus.chen-2021": "Chen 2021",
    "sirolimus.fan-2024": "Fan 2024",
    "sirolimus.golubovic-2019": "Golubović 2019",
    "sirolimus.bridge-2026": "Bridge",
    "label": "proportional to the last level",
    "last level": "last level carried forward",
    "mixture": "**the consult's mixture**",
}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def percent(value: float | None, digits: int = 0) -> str:
    """`87 %`; a dash for nothing."""
    return "–" if value is None else f"{100 * value:.{digits}f} %".replace("-", "−")


def points(found: dict) -> str:
    """A difference of shares with its interval, in percentage points: `+4 (1 to 7)`."""
    if not found.get("of"):
        return "–"
    middle, low, high = (100 * found[key] for key in ("is", "low", "high"))
    return f"{middle:+.1f} ({low:+.1f} to {high:+.1f})".replace("-", "−")


def interval(found: dict) -> str:
    """`87 % (82 to 91)`; a dash where nobody was counted."""
    if not found.get("of"):
        return "–"
    return f"{100 * found['is']:.0f} % ({100 * found['low']:.0f} to {100 * found['high']:.0f})"


def small(value: float) -> str:
    """`4.5e-13`."""
    return f"{value:.1e}".replace("-", "−")


def verdict(met: bool) -> str:
    """Met, or not."""
    return "met" if met else "**not met**"
