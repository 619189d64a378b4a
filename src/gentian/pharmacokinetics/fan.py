"""The figure: where a measured trough would lie, from past weeks into the next (section 7, silent precision).

Models built from troughs know troughs only, so the fan joins the moments just before each dose and draws no
peaks. Before the first dose and across a gap in the doses nothing is drawn.
"""

from __future__ import annotations

import numpy as np

from gentian.language.dates import format_minute

from .history import Intake
from .individual import Setting
from .mixture import thin_draws
from .outlook import Outlook, continue_doses, switch_doses
from .problem import Floats
from .quantiles import weigh
from .report import Band, DoseOption, Figure, LevelLine, Point, TargetLine

WEEKS_BACK, MOST_WEEKS_BACK, WEEKS_AHEAD = 6, 26, 4
WEEK = 168.0
MOST_POINTS = 48
EVERY_DRAW = 5  # of the draws; a picture needs no more
BANDS = ((0.5, 0.25, 0.75), (0.8, 0.1, 0.9), (0.95, 0.025, 0.975))


def draw_fan(
    outlook: Outlook,
    setting: Setting,
    lines: list[LevelLine],
    chosen: DoseOption | None,
    target: TargetLine,
    title: str,
) -> Figure:
    """The fan of the present dose, or from the index time on of the chosen one."""
    history = setting.history
    until = history.index + WEEKS_AHEAD * WEEK
    intakes: tuple[Intake, ...] = continue_doses(history, until)
    says = "the present dose goes on"
    if chosen is not None and not chosen.is_present:
        at = outlook.present.next_dose
        intakes = switch_doses(history, chosen.per_dose, chosen.every, at, until)
        says = f"{chosen.says} from the next dose on"
    moments = list_trough_times(intakes, find_begin(setting), until)
    times = thin_out(moments)
    thinned = Outlook(thin_draws(outlook.mixture, EVERY_DRAW), setting, outlook.present)
    values, weights = thinned.find_at(times, intakes)
    shares = [0.5, *(end for _, low, high in BANDS for end in (low, high))]
    found = weigh(values, weights, np.array(shares)).T
    return Figure(
        title=title,
        origin=format_minute(history.origin),
        index=history.index,
        hours=[float(time) for time in times],
        middle=_round(found[:, 0]),
        bands=[
            Band(share=share, low=_round(found[:, 1 + 2 * row]), high=_round(found[:, 2 + 2 * row]))
            for row, (share, _, _) in enumerate(BANDS)
        ],
        doses=[float(time) for time in moments],
        points=_list_points(setting, lines),
        target=target,
        dose=says,
    )


def list_trough_times(intakes: tuple[Intake, ...], since: float, until: float) -> Floats:
    """The moments just before each dose; the first dose of all has no trough before it."""
    times = {
        item.start + number * item.every
        for item in intakes
        for number in range(max(int(np.ceil((since - item.start) / item.every)), 0), item.count + 1)
    }
    first = min((item.start for item in intakes), default=0.0)
    kept: Floats = np.array(
        sorted(time for time in times if max(since, first) < time <= until + 1e-9)
    )
    return kept


def thin_out(times: Floats) -> Floats:
    """At most so many as a figure needs, evenly spread, the first and the last among them."""
    if len(times) <= MOST_POINTS:
        return times
    places = np.linspace(0, len(times) - 1, MOST_POINTS).round().astype(int)  # all different
    return np.asarray(times[places])


def find_begin(setting: Setting) -> float:
    """The first hour shown: six weeks back, or further to hold the levels of the last half year."""
    index = setting.history.index
    oldest = index - MOST_WEEKS_BACK * WEEK
    placed = [level.hours for level in setting.levels if level.hours >= oldest]
    return max(min([index - WEEKS_BACK * WEEK, *(hours - WEEK for hours in placed)]), oldest)


def _round(values: Floats) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _list_points(setting: Setting, lines: list[LevelLine]) -> list[Point]:
    """Levels that have a place on the curve; the others stand in the table only."""
    placed = [(level, line) for level, line in zip(setting.history.levels, lines, strict=True)]
    since = find_begin(setting)
    return [
        Point(
            hours=level.hours,
            value=level.value,
            below=level.below,
            use=line.use,
            says=f"{line.measured}, {line.when}",
        )
        for level, line in placed
        if level.placed and level.hours >= since
    ]
