"""The marks of a figure: texts, lines, the shapes of levels; every text is escaped here and nowhere else."""

from __future__ import annotations

from html import escape

from gentian.pharmacokinetics.report import Figure, Point

from .lines import clean

SMALL, HEAD = 12.0, 15.0  # pixels of letters
LINE = 16.0  # of text to text
PAD = 10.0
RUG = 22.0  # height of the strip with the doses
BANDS = {0.5: "half", 0.8: "most", 0.95: "nearly"}


def make_safe(text: str) -> str:
    """A text without control characters, escaped for XML."""
    return escape(clean(text))


def draw_text(x: float, y: float, text: str, kind: str = "t", anchor: str = "start") -> str:
    """A text at a place; kind: `t` plain, `h` head, `s` below it, `g` target."""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{at}>{make_safe(text)}</text>'


def draw_line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight line of one kind."""
    return f'<path class="{kind}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'


def name_band(share: float) -> str:
    """The class of the nearest of the three lightnesses."""
    return BANDS[min(BANDS, key=lambda known: abs(known - share))]


def list_ends(figure: Figure) -> tuple[float, float]:
    """Low and high of the target."""
    return figure.target.low, figure.target.high


def name_point(point: Point) -> str:
    """The kind of shape of a level."""
    return "below" if point.below else point.use


def draw_mark(kind: str, x: float, y: float) -> str:
    """The shape of a level: filled, hollow, filled in a ring, or a triangle that hangs from the limit."""
    if kind == "below":
        return f'<path class="below" d="M{x - 6:.1f} {y:.1f}h12l-6 10Z"/>'
    ring = f'<circle class="ring" cx="{x:.1f}" cy="{y:.1f}" r="8"/>' if kind == "outlier" else ""
    shape = "shown" if kind == "shown" else "fitted"
    return f'{ring}<circle class="{shape}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
