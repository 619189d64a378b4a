"""The curve of a consult as one SVG: bands, median, levels, doses, target and index time.

It says its finding in its title, is read in grey as well as in colour (bands by lightness and outline, levels
by shape), has no script and no font of its own, and is drawn once for a wide page and once for a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from gentian.pharmacokinetics.report import Band, Consult, DoseOption, Figure, Point, TargetLine

from .forecast_curve import (
    find_gaps,
    find_stretches,
    find_time,
    find_window,
    keep_troughs,
    list_rows,
    say_day,
    sort_bands,
)
from .forecast_fair import write_fair
from .forecast_frame import (
    Frame,
    break_text,
    find_highest,
    list_days,
    list_values,
    measure_text,
    say_years,
    thin_doses,
)
from .forecast_legend import draw_legend
from .forecast_marks import (
    HEAD,
    LINE,
    PAD,
    RUG,
    SMALL,
    draw_line,
    draw_mark,
    draw_text,
    list_ends,
    make_safe,
    name_band,
    name_point,
)
from .forecast_wording import BAND, STATUSES, say_band, say_exact, say_range, say_when

WIDTH, PHONE = 900, 320
SWING = 14.0  # pixels between doses below which troughs alone are drawn


def render_svg(consult: Consult) -> str:
    """Return the figure of a consult as a file of its own; without one, its headline in words."""
    consult = write_fair(consult)
    if consult.figure is None:
        return _draw_words(consult) + "\n"
    return draw_figure(consult.figure, WIDTH, "curve", alone=True) + "\n"


def draw_figure(
    figure: Figure, width: float = WIDTH, name: str = "curve", alone: bool = False
) -> str:
    """Return the SVG element. name: begins its ids; alone: with the style sheet and a paper of its own."""
    head, y = _draw_head(figure, width)
    frame = _make_frame(figure, width, y + LINE)
    curve = keep_troughs(figure) if _is_crowded(figure, frame) else figure
    legend, bottom = draw_legend(figure, curve, frame, width)
    body = [
        _draw_clip(frame, name),
        _draw_axes(figure, frame),
        *_draw_gaps(figure, frame, name),
        f'<g clip-path="url(#{name}-plot)">',
        *_draw_curve(curve, frame),
        "</g>",
        *_draw_target(figure.target, frame),
        *_draw_index(figure, frame),
        *_draw_doses(figure, frame),
        *(_draw_point(point, frame) for point in figure.points),
        *legend,
    ]
    words = (figure.title, describe(figure))
    return _wrap([*head, *body], width, bottom, name, words, alone)


def describe(figure: Figure) -> str:
    """The figure in words, for who cannot see it; its numbers stand in the table."""
    first, last = (say_day(find_time(figure, hours), year=True) for hours in find_window(figure))
    rows = [row for row in list_rows(figure) if row.ahead and row.middle]
    levels = f"{len(figure.points)} level{'' if len(figure.points) == 1 else 's'}"
    ahead = f"ahead {figure.dose}" if figure.dose else "no dose ahead"
    parts = [
        f"Concentration in {figure.unit} from {first} to {last}: {levels}, "
        f"target {say_range(figure.target)}, {ahead}."
    ]
    parts += [f"{say_when(point.says).rstrip('.')}." for point in figure.points]
    if rows:
        parts.append(f"Expected on {rows[-1].when}: {rows[-1].middle} {figure.unit}.")
    return " ".join(parts)


def _wrap(
    body: Iterable[str], width: float, height: float, name: str, words: tuple[str, str], alone: bool
) -> str:
    title, said = map(make_safe, words)
    style = f"<style>{read_style()}</style>" if alone else ""
    paper = f'<rect class="paper" width="{width:g}" height="{height:.0f}"/>' if alone else ""
    space = ' xmlns="http://www.w3.org/2000/svg"' if alone else ""
    size = f' width="{width:g}" height="{height:.0f}"' if alone else ""
    return (
        f'<svg{space} class="fan" viewBox="0 0 {width:g} {height:.0f}"{size} role="img" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{title}</title>'
        f'<desc id="{name}-desc">{said}</desc>{style}{paper}{"".join(body)}</svg>'
    )


@cache
def read_style() -> str:
    """The style sheet of figures: two palettes, light and dark, and grey in print."""
    return (Path(__file__).parent / "templates" / "figure.css").read_text(encoding="utf-8")


# --- head and frame -----------------------------------------------------------------------------


def _draw_head(figure: Figure, width: float) -> tuple[list[str], float]:
    """The finding, the dose ahead and the last level; returns where the plot may begin."""
    room, y = width - 2 * PAD, PAD
    parts = []
    for line in break_text(figure.title, HEAD, room, bold=True):
        y += LINE + 3
        parts.append(draw_text(PAD, y, line, "h"))
    for said in _list_subtitles(figure):
        for line in break_text(said, SMALL, room):
            y += LINE
            parts.append(draw_text(PAD, y, line, "s"))
    return parts, y + 10


def _list_subtitles(figure: Figure) -> Iterator[str]:
    if figure.dose:
        index = say_day(find_time(figure, figure.index), year=True)
        yield f"After {index}: {figure.dose}; considered, not ordered."
    if figure.points:
        last = max(figure.points, key=lambda point: point.hours)
        yield f"Last level: {say_when(last.says)}"


def _make_frame(figure: Figure, width: float, top: float) -> Frame:
    highest = find_highest(figure)
    values = [f"{value:g}" for value in list_values(highest)]
    left = PAD + max(measure_text(text, SMALL) for text in [*values, "doses"]) + 6
    right = max(measure_text(say_exact(v), SMALL, bold=True) for v in list_ends(figure)) + 6
    first, last = find_window(figure)
    top += 6
    return Frame(
        left=left,
        right=width - PAD - right,
        top=top,
        bottom=top + min(300.0, 160 + width / 6),
        first=first,
        last=last,
        highest=highest,
    )


def _is_crowded(figure: Figure, frame: Frame) -> bool:
    """Whether the swing between doses would be drawn over itself."""
    return (frame.right - frame.left) / max(len(figure.doses), 1) < SWING


def _draw_clip(frame: Frame, name: str) -> str:
    """The plot may not be left, and hatching for what is not drawn."""
    wide, high = frame.right - frame.left, frame.bottom - frame.top
    return (
        f'<defs><clipPath id="{name}-plot"><rect x="{frame.left:.1f}" y="{frame.top:.1f}" '
        f'width="{wide:.1f}" height="{high:.1f}"/></clipPath>'
        f'<pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="M0 6L6 0"/></pattern></defs>'
    )


def _draw_axes(figure: Figure, frame: Frame) -> str:
    """Round values with their unit, and dates with their year."""
    parts = [draw_text(PAD, frame.top - 8, figure.unit, "t")]
    for value in list_values(frame.highest):
        y = frame.y(value)
        parts.append(draw_line("axis" if value == 0 else "grid", frame.left, y, frame.right, y))
        parts.append(draw_text(frame.left - 6, y + 4, f"{value:g}", "t", "end"))
    foot = frame.bottom + RUG
    for hours, label in list_days(figure, frame.right - frame.left, SMALL):
        x = frame.x(hours)
        parts.append(draw_line("axis", x, foot, x, foot + 4))
        parts.append(draw_text(x, foot + LINE, label, "t", "middle"))
    parts.append(draw_line("axis", frame.left, foot, frame.right, foot))
    middle = (frame.left + frame.right) / 2
    parts.append(draw_text(middle, foot + 2 * LINE, say_years(figure), "t", "middle"))
    return "".join(parts)


# --- what is drawn ------------------------------------------------------------------------------


def _draw_gaps(figure: Figure, frame: Frame, name: str) -> Iterator[str]:
    for low, high in find_gaps(figure):
        x, wide = frame.x(low), frame.x(high) - frame.x(low)
        yield (
            f'<rect x="{x:.1f}" y="{frame.top:.1f}" width="{wide:.1f}" '
            f'height="{frame.bottom - frame.top:.1f}" fill="url(#{name}-hatch)"/>'
        )


def _draw_curve(figure: Figure, frame: Frame) -> Iterator[str]:
    """The widest band first, each with its outline; then the median."""
    runs = find_stretches(figure)
    for band in sort_bands(figure):
        for run in runs:
            yield _draw_band(figure, band, run, frame)
    for run in runs:
        yield f'<path class="middle" d="{_trace(figure, figure.middle, run, frame)}"/>'


def _draw_band(figure: Figure, band: Band, run: range, frame: Frame) -> str:
    there = _trace(figure, band.high, run, frame)
    back = _trace(figure, band.low, run[::-1], frame).replace("M", "L", 1)
    return f'<path class="band {name_band(band.share)}" d="{there}{back}Z"/>'


def _trace(figure: Figure, values: list[float], run: Iterable[int], frame: Frame) -> str:
    points = (f"{frame.x(figure.hours[at]):.1f} {frame.y(values[at]):.1f}" for at in run)
    return "M" + "L".join(points)


def _draw_target(target: TargetLine, frame: Frame) -> Iterator[str]:
    for value in (target.low, target.high):
        y = frame.y(value)
        yield draw_line("target", frame.left, y, frame.right, y)
    for text, value in _label_target(target, frame.y(target.low) - frame.y(target.high)):
        yield draw_text(frame.right + 6, frame.y(value) + 4, text, "g")


def _label_target(target: TargetLine, apart: float) -> list[tuple[str, float]]:
    """The value at each line; where they are too near for two, the upper one alone."""
    ends = (target.high,) if apart < LINE else (target.low, target.high)
    return [(say_exact(value), value) for value in ends]


def _draw_index(figure: Figure, frame: Frame) -> Iterator[str]:
    x = frame.x(figure.index)
    label = f"as of {say_day(find_time(figure, figure.index))}"
    half = measure_text(label, SMALL) / 2
    lowest = max(frame.left, PAD + measure_text(figure.unit, SMALL) + 8) + half
    yield draw_line("index", x, frame.top - 4, x, frame.bottom + RUG)
    yield draw_text(min(max(x, lowest), frame.right - half), frame.top - 8, label, "t", "middle")


def _draw_doses(figure: Figure, frame: Frame) -> Iterator[str]:
    """A tick for each dose in a strip of its own; where they are too close, for every second or further one."""
    top = frame.bottom + 8
    yield draw_text(frame.left - 6, frame.bottom + RUG - 3, "doses", "t", "end")
    for hours in thin_doses(figure, frame)[0]:
        x = frame.x(hours)
        yield draw_line("tick", x, top, x, frame.bottom + RUG - 2)


def _draw_point(point: Point, frame: Frame) -> str:
    mark = draw_mark(name_point(point), frame.x(point.hours), frame.y(point.value))
    return f"<g>{mark}<title>{make_safe(say_when(point.says))}</title></g>"


# --- beside the table of doses, and without a curve ----------------------------------------------


def draw_interval(option: DoseOption, target: TargetLine, highest: float) -> str:
    """The expected trough of one dose against the target: a bar for four in five, a stroke for the middle."""
    wide, high = 150.0, 22.0
    trough = option.trough
    low, middle, end, *aims = (
        min(value / highest, 1.0) * wide
        for value in (trough.q10, trough.q50, trough.q90, target.low, target.high)
    )
    said = make_safe(f"{say_band(trough)} {target.unit} ({BAND})")
    lines = "".join(draw_line("target", x, 0, x, high) for x in aims)
    return (
        f'<svg class="fan span" viewBox="0 0 {wide:g} {high:g}" role="img"><title>{said}</title>'
        f'<path class="axis" d="M0 {high - 0.5}H{wide:g}"/>{lines}'
        f'<rect class="band most" x="{low:.1f}" y="6" width="{max(end - low, 1):.1f}" height="10"/>'
        f'<path class="middle" d="M{middle:.1f} 4V18"/></svg>'
    )


def _draw_words(consult: Consult) -> str:
    """A figure that says why there is none."""
    y, parts = PAD, []
    shape, word, _ = STATUSES[consult.status]
    why = [one.says for one in consult.said if one.kind == "refusal"]
    for kind, size, text in (
        ("h", HEAD, f"{shape} No curve: {word}"),
        ("s", SMALL, f"{consult.headline} As of {consult.as_of}."),
        *(("s", SMALL, said) for said in why),
    ):
        for line in break_text(text, size, WIDTH - 2 * PAD, bold=kind == "h"):
            y += LINE + 3
            parts.append(draw_text(PAD, y, line, kind))
    words = (f"No curve: {word}", consult.headline)
    return _wrap(parts, WIDTH, y + PAD + 6, "curve", words, alone=True)
