"""The legend of a figure: what each mark means, only for what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gentian.pharmacokinetics.report import Figure

from .forecast_curve import find_gaps, find_stretches, say_share_of_band, sort_bands
from .forecast_frame import Frame, break_text, flow, measure_text, thin_doses
from .forecast_marks import (
    LINE,
    PAD,
    RUG,
    SMALL,
    draw_line,
    draw_mark,
    draw_text,
    name_band,
    name_point,
)
from .forecast_wording import say_amount, say_range

NO_DOSES = "no doses on record: not drawn"


@dataclass(frozen=True, slots=True)
class Key:
    """One item of the legend: how to draw it at a place, and its words."""

    mark: str
    says: str


def draw_legend(
    full: Figure, figure: Figure, frame: Frame, width: float
) -> tuple[list[str], float]:
    """What each mark means, only for what is there; returns the height of the whole figure too."""
    keys = list(_list_keys(full, figure, frame))
    room = width - 2 * PAD
    lines = [break_text(key.says, SMALL, room - 26) for key in keys]
    widths = [26 + max(measure_text(line, SMALL) for line in part) for part in lines]
    top = frame.bottom + RUG + 2 * LINE + 24
    parts, extra, row = [], 0, 0
    for key, said, (x, row) in zip(keys, lines, flow(widths, room), strict=True):
        y = top + (row + extra) * (LINE + 3)
        parts.append(f'<g transform="translate({PAD + x:.1f} {y - 4:.1f})">{key.mark}</g>')
        for number, line in enumerate(said):
            parts.append(draw_text(PAD + x + 26, y + number * (LINE + 3), line, "t"))
        extra += len(said) - 1
    return parts, top + (row + extra) * (LINE + 3) + PAD + 4


def _list_keys(full: Figure, figure: Figure, frame: Frame) -> Iterator[Key]:
    words = {
        "fitted": "level, fitted",
        "shown": "level, shown but not fitted",
        "outlier": "level far from what was expected",
        "below": "below the laboratory's limit",
    }
    present = {name_point(point) for point in figure.points}
    for kind, says in words.items():
        if kind in present:
            yield Key(draw_mark(kind, 9, -4 if kind == "below" else 0), says)
    if find_stretches(figure):
        troughs = set(figure.hours[:-1]) <= set(full.doses) or figure.hours != full.hours
        swing = ", just before doses" if troughs else ""
        yield Key(draw_line("middle", 0, 0, 18, 0), f"middle of what is expected{swing}")
        for band in reversed(sort_bands(figure)):
            box = '<rect class="band {}" x="0" y="-6" width="18" height="12"/>'
            yield Key(box.format(name_band(band.share)), f"{say_share_of_band(band.share)} chance")
    span = f"{say_range(figure.target)} {figure.target.unit}"
    yield Key(draw_line("target", 0, 0, 18, 0), f"target {span}")
    if (each := thin_doses(full, frame)[1]) > 1:
        yield Key(draw_line("tick", 9, 6, 9, -6), f"each tick: {each} doses")
    if find_gaps(figure):
        hatch = "".join(draw_line("hatch", x, 6, x + 12, -6) for x in (0, 6))
        yield Key(hatch, NO_DOSES)
    above = max((high for band in figure.bands for high in band.high), default=0.0)
    if above > frame.highest * 1.001:
        arrow = '<path class="axis" d="M9 6V-6M5 -2L9 -6L13 -2"/>'
        yield Key(arrow, f"the widest band goes on to {say_amount(above)} {figure.unit}")
