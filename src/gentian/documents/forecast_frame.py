"""The frame of a figure: where hours and concentrations lie, round ticks, and how wide a text is.

No font is asked: widths are taken from the widest of the usual sans-serif faces, so that a text never runs
into another on any machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, floor, isfinite, log10

from gentian.pharmacokinetics.report import Figure

from .forecast_curve import find_time, find_window, say_day
from .lines import clean

DAY = 24.0
CLOSEST = 3.0  # pixels from tick to tick of two doses: one of the tick, two of the paper
STEPS = (0.25, 0.5, 1, 2, 7, 14, 28, 56, 91, 182, 364, 728, 1820)  # days between two ticks
NARROW, WIDE = " .,:;|'!()[]iljftI-", "mwMW%@…"


@dataclass(frozen=True, slots=True)
class Frame:
    """The plotting area in pixels, and the hours and concentrations at its edges."""

    left: float
    right: float
    top: float
    bottom: float
    first: float
    last: float
    highest: float

    def x(self, hours: float) -> float:
        """Pixels from the left of an hour."""
        return self.left + (self.right - self.left) * (hours - self.first) / (
            self.last - self.first
        )

    def y(self, value: float) -> float:
        """Pixels from the top of a concentration."""
        return self.bottom - (self.bottom - self.top) * value / self.highest


def measure_text(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels, rather too much than too little."""
    ems = sum(0.4 if c in NARROW else 1.0 if c in WIDE or not c.isascii() else 0.66 for c in text)
    return ems * size * (1.08 if bold else 1.0)


def break_text(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """A text in lines of at most `width` pixels; a word longer than a line is broken."""
    lines: list[str] = []
    line = ""
    for word in _break_words(clean(text), size, width, bold):
        longer = f"{line} {word}" if line else word
        if line and measure_text(longer, size, bold) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines


def _break_words(text: str, size: float, width: float, bold: bool) -> Iterator[str]:
    for word in text.split():
        while measure_text(word, size, bold) > width:
            most = len(word) - 1
            while most > 1 and measure_text(word[:most], size, bold) > width:
                most -= 1
            yield word[:most]
            word = word[most:]
        yield word


def find_highest(figure: Figure) -> float:
    """The top of the concentration axis: all levels, the target and four in five of what is expected.

    The widest band may go on above it; the figure then says so.
    """
    values = [figure.target.high * 1.15, *(point.value * 1.08 for point in figure.points)]
    values += [value * 1.1 for value in figure.middle]
    values += [high * 1.05 for band in figure.bands if band.share < 0.9 for high in band.high]
    widest = [high * 1.05 for band in figure.bands for high in band.high]
    most = max(filter(isfinite, values), default=1.0)
    above = max(filter(isfinite, widest), default=0.0)
    return above if most < above <= 1.3 * most else max(most, 1e-6)


def list_values(highest: float, most: int = 6) -> list[float]:
    """Round values from nought to `highest`, at most about so many."""
    size = 10.0 ** floor(log10(highest / most))
    step = next(size * factor for factor in (1, 2, 5, 10) if highest / (size * factor) <= most)
    return [step * number for number in range(floor(highest / step + 1e-9) + 1)]


def list_days(figure: Figure, width: float, size: float) -> list[tuple[float, str]]:
    """Hours and dates for the time axis, as many as `width` pixels hold without touching."""
    first, last = find_window(figure)
    for step in STEPS:
        clock = step < 1
        room = measure_text("30 Nov 00:00" if clock else "30 Nov", size) + 14
        if (last - first) / (step * DAY) * room <= width:
            break
    edge = (last - first) * (room / 2 - 8) / width  # half a label within the plot
    ticks = _list_times(find_time(figure, first + edge), step)
    hours = ((_count_hours(figure, when), when) for when in ticks)
    shown = []
    for hour, when in hours:
        if hour > last - edge:
            break
        day = say_day(when)
        shown.append((hour, f"{day} {when.hour:02}:00" if clock else day))
    return shown


def _list_times(start: datetime, step: float) -> Iterator[datetime]:
    """Local midnights (or quarters of a day) from `start` on."""
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    part = timedelta(days=step) if step < 1 else timedelta(days=1)
    when = midnight + ceil((start - midnight) / part) * part
    while True:
        yield when
        when += timedelta(days=step)


def _count_hours(figure: Figure, when: datetime) -> float:
    return (when - datetime.fromisoformat(figure.origin)) / timedelta(hours=1)


def say_years(figure: Figure) -> str:
    """`date, 2026` or `date, 2026 to 2027`: the title of the time axis."""
    years = [find_time(figure, hours).year for hours in find_window(figure)]
    return f"date, {years[0]}" + (f" to {years[1]}" if years[1] != years[0] else "")


def thin_doses(figure: Figure, frame: Frame) -> tuple[list[float], int]:
    """The doses that get a tick, and how many of them one tick stands for; each gap keeps both its edges."""
    inside = [hour for hour in sorted(figure.doses) if frame.first <= hour <= frame.last]
    steps = sorted(later - earlier for earlier, later in pairwise(inside))
    usual = steps[len(steps) // 2] if steps else DAY
    apart = frame.x(frame.first + usual) - frame.x(frame.first)
    each = max(ceil(CLOSEST / apart), 1)
    kept, since = [], 0
    for at, hour in enumerate(inside):
        after_gap = at > 0 and hour - inside[at - 1] > 1.5 * usual
        before_gap = at + 1 < len(inside) and inside[at + 1] - hour > 1.5 * usual
        since = 0 if after_gap else since
        if since % each == 0 or (before_gap and each > 1):
            kept.append(hour)
        since += 1
    return kept, each


def flow(items: Iterable[float], width: float, gap: float = 18.0) -> list[tuple[float, int]]:
    """Place items of the given widths in rows of `width` pixels; returns x and row of each."""
    places, x, row = [], 0.0, 0
    for item in items:
        if x > 0 and x + item > width:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += item + gap
    return places
