"""The curve of a consult before it is drawn: dates, what is certain enough to draw, and its table.

Where no doses are on record the curve is a guess of a model about a person it knows nothing of, so it is
left out there: gaps are never joined.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite

from msgspec.structs import replace

from gentian.pharmacokinetics.report import Band, Figure, Point

from .forecast_wording import USES, say_amount, say_span

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST = 2.5  # usual intervals between two doses, beyond which doses are taken to be unknown
ROWS = 14  # of the short table


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what is expected just before a dose, or what was measured."""

    when: str
    middle: str = ""
    bands: tuple[str, ...] = ()  # by share, the narrowest first
    measured: str = ""
    ahead: bool = False


def find_time(figure: Figure, hours: float) -> datetime:
    """Local time of an hour of the figure, to the minute."""
    return datetime.fromisoformat(figure.origin) + timedelta(minutes=round(hours * 60))


def say_day(when: datetime, year: bool = False) -> str:
    """`3 Nov`, or `3 Nov 2026`."""
    return f"{when.day} {MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def say_moment(when: datetime) -> str:
    """`2026-11-03 07:30`."""
    return when.isoformat(sep=" ", timespec="minutes")[:16]


def find_window(figure: Figure) -> tuple[float, float]:
    """First and last hour of the picture; every level and the index time lie within it."""
    every = [*figure.hours, figure.index, *(point.hours for point in figure.points)]
    first, last = min(every), max(every)
    return (first, last) if last > first else (first - 12, first + 12)


def find_gaps(figure: Figure) -> list[tuple[float, float]]:
    """Stretches of the window in which no doses are on record."""
    first, last = find_window(figure)
    doses = sorted(figure.doses)
    if not doses:
        return [(first, last)]
    usual = _find_usual(doses)
    gaps = [(first, doses[0])] if doses[0] - first > 1.5 * usual else []
    for earlier, later in pairwise(doses):
        if later - earlier > LONGEST * usual:
            gaps.append((earlier + usual, later))
    if last - doses[-1] > 1.5 * usual:
        gaps.append((doses[-1] + usual, last))
    return gaps


def _find_usual(doses: list[float]) -> float:
    """The usual interval between doses; without two doses, no gap follows from it."""
    steps = sorted(later - earlier for earlier, later in pairwise(doses))
    return steps[len(steps) // 2] if steps else float("inf")


def find_stretches(figure: Figure) -> list[range]:
    """Runs of places in `hours` that may be drawn as one line: inside no gap, and with finite values."""
    gaps = find_gaps(figure)
    drawn = [_is_drawn(figure, at, gaps) for at in range(len(figure.hours))]
    runs, start = [], None
    for at, keep in enumerate([*drawn, False]):
        broken = start is not None and at < len(drawn) and _has_gap(figure, at, gaps)
        if start is not None and (not keep or broken):
            runs.append(range(start, at))
            start = None
        if keep and start is None:
            start = at
    return [run for run in runs if len(run) > 1]


def _is_drawn(figure: Figure, at: int, gaps: list[tuple[float, float]]) -> bool:
    values = [figure.middle[at], *(end for b in figure.bands for end in (b.low[at], b.high[at]))]
    hour = figure.hours[at]
    return all(map(isfinite, values)) and not any(low < hour < high for low, high in gaps)


def _has_gap(figure: Figure, at: int, gaps: list[tuple[float, float]]) -> bool:
    """Whether a gap lies between a place and the one before it."""
    before, here = figure.hours[at - 1], figure.hours[at]
    return any(before <= low and high <= here for low, high in gaps)


def keep_troughs(figure: Figure) -> Figure:
    """The figure with its curve at troughs alone, for a window in which doses lie too close to draw.

    Each dose keeps the last value before it; without doses the figure stays as it is.
    """
    places = [bisect_right(figure.hours, dose) - 1 for dose in sorted(figure.doses)]
    kept = [at for at in dict.fromkeys([*places, len(figure.hours) - 1]) if at >= 0]
    if not figure.doses:
        return figure
    return replace(
        figure,
        hours=[figure.hours[at] for at in kept],
        middle=[figure.middle[at] for at in kept],
        bands=[
            replace(band, low=[band.low[at] for at in kept], high=[band.high[at] for at in kept])
            for band in figure.bands
        ],
    )


def sort_bands(figure: Figure) -> list[Band]:
    """The bands, the widest first, so that the narrower are drawn over it."""
    return sorted(figure.bands, key=lambda band: -band.share)


def say_share_of_band(share: float) -> str:
    """`1 in 2`, `4 in 5`, `19 in 20`."""
    names = {0.5: "1 in 2", 0.8: "4 in 5", 0.9: "9 in 10", 0.95: "19 in 20"}
    return names.get(share, f"{100 * share:.0f} in 100")


def list_rows(figure: Figure, most: int = ROWS) -> list[Row]:
    """The table of the curve: levels, and expected troughs before doses, at most so many of these."""
    places = _thin(_find_troughs(figure), most, figure)
    rows = [(figure.hours[at], _make_row(figure, at)) for at in places]
    rows += [(point.hours, _make_measured(figure, point)) for point in figure.points]
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1].measured))]


def _find_troughs(figure: Figure) -> list[int]:
    """Places in `hours` just before a dose, inside what is drawn; without doses, none."""
    drawn = {at for run in find_stretches(figure) for at in run}
    places = [bisect_right(figure.hours, dose) - 1 for dose in sorted(figure.doses)]
    places += [len(figure.hours) - 1] if figure.doses else []
    return [at for at in dict.fromkeys(places) if at in drawn]


def _thin(places: list[int], most: int, figure: Figure) -> list[int]:
    """At most so many, evenly spread, with the last and the first after the index time."""
    if len(places) <= most:
        return places
    ahead = [at for at in places if figure.hours[at] >= figure.index]
    kept = {places[-1], *ahead[:1]}
    step = (len(places) - 1) / (most - len(kept))
    kept |= {places[round(number * step)] for number in range(most - len(kept))}
    return [at for at in places if at in kept]


def _make_row(figure: Figure, at: int) -> Row:
    return Row(
        when=say_moment(find_time(figure, figure.hours[at])),
        middle=say_amount(figure.middle[at]),
        bands=tuple(say_span(b.low[at], b.high[at]) for b in reversed(sort_bands(figure))),
        ahead=figure.hours[at] >= figure.index,
    )


def _make_measured(figure: Figure, point: Point) -> Row:
    word = USES[point.use][1] if point.use in USES else point.use
    below = "<" if point.below else ""
    return Row(
        when=say_moment(find_time(figure, point.hours)),
        measured=f"{below}{say_amount(point.value)} ({word})",
    )
