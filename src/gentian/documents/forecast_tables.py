"""The tables of a consult's text page: levels, doses with the label's below them, and the curve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gentian.pharmacokinetics.report import Consult, DoseOption, LevelLine, Said

from .entries import bracket, print_cites
from .forecast_curve import list_rows
from .forecast_wording import (
    BAND,
    NO_LABEL,
    choose_options,
    find_shape,
    list_options,
    list_use,
    say_band,
    say_hours,
    say_label,
    say_mark,
    say_portion,
    say_shares,
    say_target,
    say_when,
)
from .lines import MARGIN, WIDTH, Line, clip, cut, measure, wrap

MORE = "the rest: --all"
_ENDS = re.compile(r"(?<=[.;]) +(?=\S)")


@dataclass(frozen=True, slots=True)
class Room:
    """How much of the tables is printed: rows of levels and of doses, and lines of each row."""

    levels: int
    options: int
    lines: int
    whole: bool = False


WHOLE = Room(10**6, 10**6, 10**6, whole=True)
ROOMS = (Room(6, 8, 2), Room(6, 8, 1), Room(4, 6, 1), Room(3, 5, 1))  # the first that fits


def print_row(cells: Sequence[str], widths: Sequence[int], most: int = 2) -> list[str]:
    """Return the lines of one row: each cell wrapped in its column, cut after `most` lines with `…`."""
    columns = [_wrap_cell(cell, width, most) for cell, width in zip(cells, widths, strict=True)]
    lines = []
    for number in range(max(map(len, columns))):
        parts = [column[number] if number < len(column) else "" for column in columns]
        padded = [part + " " * (w - measure(part)) for part, w in zip(parts, widths, strict=True)]
        lines.append(" ".join(padded).rstrip())
    return lines


def _wrap_cell(cell: str, width: int, most: int) -> list[str]:
    if width == 1:  # a shape
        return [clip(cell, 1)]
    lines = wrap(cell, width=width)
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut_words(lines[most - 1], width - 2) + " …"]
    return lines


def _cut_words(text: str, width: int) -> str:
    """As many whole words as fit; a single one that is too long is cut."""
    while measure(text) > width and " " in text:
        text = text.rpartition(" ")[0]
    return cut(text, width)


def keep_whole(parts: Sequence[str], joined: str, width: int, most: int) -> str:
    """As many whole parts as `most` lines hold, and how many more there are; never a part of one."""
    for kept in range(len(parts), 0, -1):
        more = f" ({len(parts) - kept} more: --all)" if kept < len(parts) else ""
        text = joined.join(parts[:kept]) + more
        if len(wrap(text, width=width)) <= most:
            return text
    return f"({len(parts)} more: --all)"


def list_sentences(text: str) -> list[str]:
    """The sentences of a text, and the parts of a long one between its semicolons."""
    return [part for part in _ENDS.split(text) if part]


def print_levels(consult: Consult, room: Room) -> list[Line]:
    """Measured against expected, one row a level, with the reason where it is not fitted."""
    if not consult.levels:
        return []
    shown = consult.levels[-room.levels :]
    left = len(consult.levels) - len(shown)
    title = f"WHAT THE LEVELS SAY (expected before each was seen: {BAND})"
    title += f" · {left} earlier; {MORE}" if left else ""
    widths = (1, 17, 14, 12, 50)
    head = ("", "drawn", "measured", "expected", "what became of it")
    rows = [row for level in shown for row in _print_level(level, widths, room)]
    return [Line(title, "title"), *_print_table([*print_row(head, widths), *rows])]


def _print_level(level: LevelLine, widths: Sequence[int], room: Room) -> list[str]:
    expected = say_band(level.expected)
    use = keep_whole(list_use(level), "; ", widths[-1], room.lines)
    cells = (find_shape(level)[0], say_when(level.when), level.measured, expected, use)
    lines = print_row(cells, widths, room.lines)
    if room.whole:
        hours = level.hours_after_dose
        after = "" if hours is None else f"{say_hours(hours)} after the dose"
        mends = [f"→ {reason.mend}" for reason in level.reasons if reason.mend]
        told = [level.assay or "assay not stated", after, level.place, *mends]
        lines += _print_below(" · ".join(filter(None, told)), room.lines)
    return lines


def print_options(consult: Consult, room: Room) -> list[Line]:
    """The doses considered with their chances, and the label's dose in the line directly below."""
    every = list_options(consult)
    label = _print_label(consult, room) if every or consult.label else []
    if not every:
        return label
    shown = choose_options(every, room.options)
    left = len(every) - len(shown)
    target = f"for a target of {say_target(consult.target)}"
    title = f"DOSES CONSIDERED {target}" + (f" · {left} more; {MORE}" if left else "")
    widths = (1, 18, 32, 11, 6, 5, 6, 12)
    head = ("", "dose", "as", "trough*", "below", "in", "above", "")
    rows = [row for option in shown for row in _print_option(option, consult, widths, room)]
    unit = f"* expected trough in {consult.target.unit} ({BAND}); then the chance to be below, in, above"
    table = [*print_row(head, widths), *rows, clip(unit, WIDTH - len(MARGIN))]
    return [Line(clip(title), "title"), *_print_table(table), *label]


def _print_option(
    option: DoseOption, consult: Consult, widths: Sequence[int], room: Room
) -> list[str]:
    mark = say_mark(option, consult.status)
    chances = say_shares(option)
    shape = {"highlighted": "●", "consider": "○"}.get(option.mark, "") if mark else ""
    ways = say_portion(option).split("; or ")
    first = len(wrap(f"{ways[0]} ({len(ways) - 1} more: --all)", width=widths[2]))
    most = min(max(room.lines, 2, first), max(room.lines, 3))  # the first way is said whole
    portion = keep_whole(ways, "; or ", widths[2], most)
    cells = (shape, option.says, portion, say_band(option.trough), *chances, mark)
    notes = option.notes if room.whole or option.mark else []
    said = "; ".join(f"{note.says}{say_mend(note)}" for note in notes)
    return [
        *print_row(cells, widths, most),
        *(_print_below(said, room.lines) if said else []),
    ]


def _print_below(text: str, most: int) -> list[str]:
    """What belongs to the row above, set in."""
    inner = WIDTH - len(MARGIN) - 4
    text = keep_whole(list_sentences(text), " ", inner, most)
    return wrap(text, "    ", "    ", WIDTH - len(MARGIN))


def _print_label(consult: Consult, room: Room) -> list[Line]:
    """The label's dose under the table; where there is none, that is said."""
    label = consult.label
    if label is None:
        return [Line(f"{MARGIN}{NO_LABEL}", "row")]
    cites = bracket(print_cites(label.cites, None if room.whole else 2)) if label.cites else ""
    said = " ".join(filter(None, [*say_label(label), cites]))
    text = keep_whole(list_sentences(said), " ", WIDTH - 2 * len(MARGIN), room.lines + 2)
    return [Line(line, "row") for line in wrap(text, MARGIN, MARGIN * 2)]


def _print_table(rows: Iterable[str]) -> list[Line]:
    return [Line(MARGIN + row, "row") for row in rows]


def print_curve(consult: Consult) -> list[Line]:
    """The figure as a table."""
    figure = consult.figure
    if figure is None:
        return []
    widths = (16, 8, 14, 14, 14, 28)
    head = ("when", "middle", "1 in 2", "4 in 5", "19 in 20", "measured")
    lines = print_row(head, widths)
    for row in list_rows(figure):
        bands = (*row.bands, "", "", "")[:3]
        lines += print_row((row.when, row.middle, *bands, row.measured), widths)
    title = f"CURVE in {figure.unit}, before doses · {figure.title}"
    after = f"After the index time: {figure.dose}; considered, not ordered." if figure.dose else ""
    return [
        *(Line(line, "title") for line in wrap(title, rest=MARGIN)),
        *_print_table(lines),
        *(Line(line, "row") for line in wrap(after, MARGIN, MARGIN) if after),
    ]


def say_mend(said: Said) -> str:
    return f" → {said.mend}" if said.mend else ""
