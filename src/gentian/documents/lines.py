"""Lines of a text page: safe characters, display width, wrapping, and a page that never overflows.

A page has a budget of lines. Every section starts folded to the names of its entries. In the order of
their rank entries are then said briefly, and after that in full, while the page still fits; so
nothing is silently left out, and what is cut says that it was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

WIDTH = 100
GUTTER = 15  # columns of the label in front of an entry
MARGIN = "  "


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to say: `lead` (shape and word), `text`, `ids` behind, `name` when folded.

    rank: entries of a lower rank are unfolded first. brief: what is said of the text where there is
    little room, and brief_ids behind it; empty: all of it. details: lines of the whole page only.
    label: what stands in the gutter.
    """

    lead: str
    text: str
    ids: str
    name: str
    rank: int = 50
    brief: str = ""
    brief_ids: str = ""
    details: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries with a title, which stands in the gutter, or over them as a `heading` of its own.

    alarm: printed in red on a terminal.
    """

    title: str
    entries: tuple[Entry, ...]
    alarm: bool = False
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its style: title, alarm, quiet, row (of a table, without a gutter) or plain."""

    text: str
    style: str = "plain"


def clean(text: str) -> str:
    """Return text on one line, without characters that steer a terminal or turn the direction."""
    return " ".join(scrub(text).split())


def scrub(text: str) -> str:
    """Return text with every control or direction character replaced; spaces stay as many."""
    return text if text.isascii() and text.isprintable() else "".join(map(_scrub_character, text))


def _scrub_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    return "\N{REPLACEMENT CHARACTER}" if category[0] == "C" else character


def measure(text: str) -> int:
    """Return the columns a terminal needs: wide characters need two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_measure_character, text))


@cache
def _measure_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> list[str]:
    """Break text into lines of at most `width` columns, behind `first` and then `rest`."""
    lines, line, used, empty = [], first, measure(first), True
    for word in _break_words(clean(text), width - measure(rest) - 1):
        columns = measure(word)
        if not empty and used + 1 + columns > width:
            lines.append(line)
            line, used, empty = rest, measure(rest), True
        line += word if empty else f" {word}"
        used += columns if empty else columns + 1
        empty = False
    return [*lines, line.rstrip()]


def _break_words(text: str, width: int) -> Iterable[str]:
    """Give the words of text, a word longer than `width` columns in pieces."""
    for word in text.split():
        while measure(word) > width:
            piece = cut(word, width)
            yield piece
            word = word[len(piece) :]
        yield word


def cut(text: str, width: int) -> str:
    """Return as much of the beginning of text as fits into `width` columns."""
    columns = 0
    for place, character in enumerate(text):
        columns += _measure_character(character)
        if columns > width:
            return text[:place]
    return text


def clip(text: str, width: int = WIDTH) -> str:
    """Return text on one line of at most `width` columns, with `…` where it was cut; spaces stay."""
    text = scrub(text)
    return text if measure(text) <= width else cut(text, width - 1).rstrip() + "…"


FOLDED, BRIEF, FULL, WHOLE = range(4)


def print_entry(entry: Entry, level: int = FULL, label: str = "") -> list[str]:
    """Return the lines of one entry, in brief, in full, or with its details, behind a gutter."""
    text, ids = entry.text, entry.ids
    if level < WHOLE:
        ids = entry.brief_ids or ids
    if level == BRIEF:
        text = entry.brief or text
    rest = " " * GUTTER
    lines = wrap(f"{entry.lead} {text} {ids}", print_label(entry.label or label), rest + MARGIN)
    for detail in entry.details if level == WHOLE else ():
        lines += wrap(detail, rest + MARGIN, rest + MARGIN * 2)
    return lines


def print_label(label: str) -> str:
    """Return a label as the gutter in front of an entry."""
    label = clip(label, GUTTER - 1)
    return label + " " * (GUTTER - measure(label))


def print_folded(names: Sequence[str], label: str = "") -> str:
    """Return one line that names as many folded entries as fit and counts the others."""
    line = f"{print_label(label)}+ {len(names)} more under --all:"
    for place, name in enumerate(names):
        separator, left = (" " if place == 0 else ", "), len(names) - place - 1
        longer = line + separator + clip(name, WIDTH // 2)
        if measure(longer) + len(f" and {left} more") > WIDTH:
            return f"{line} and {left + 1} more"
        line = longer
    return line


def print_section(section: Section, levels: Sequence[int]) -> list[Line]:
    """Return the lines of a section, each entry at its level; folded ones share a line of names."""
    if not section.entries:
        return []
    style = "alarm" if section.alarm else "plain"
    lines = [Line(clip(section.title), "title")] if section.heading else []
    label, column = "" if section.heading else section.title, ""
    for entry, level in zip(section.entries, levels, strict=True):
        column = entry.label if entry.label.strip() else column  # kept while its entries are folded
        if level != FOLDED:
            printed = replace(entry, label=column or entry.label)
            lines += [Line(text, style) for text in print_entry(printed, level, label)]
            label = column = ""
    names = [e.name for e, level in zip(section.entries, levels, strict=True) if level == FOLDED]
    return lines + ([Line(print_folded(names, label))] if names else [])


def print_whole(section: Section) -> list[Line]:
    """Return the lines of a section with every entry in full and its details."""
    return print_section(section, [WHOLE] * len(section.entries))


def fit(sections: Sequence[Section], budget: int) -> list[list[Line]]:
    """Print sections within `budget` lines: first all in brief, then in full, by rank."""
    levels = [[FOLDED] * len(section.entries) for section in sections]
    left = budget - sum(1 + section.heading for section in sections if section.entries)
    for level in (BRIEF, FULL):
        for _, place, number in sorted(_rank_entries(sections)):
            cost = _count_cost(sections[place], levels[place], number, level)
            if cost <= left:
                levels[place][number] = level
                left -= cost
    return [print_section(*pair) for pair in zip(sections, levels, strict=True)]


def _count_cost(section: Section, levels: Sequence[int], number: int, level: int) -> int:
    """Lines that raising one entry to a level needs; the last folded one frees the line of names."""
    entry, old = section.entries[number], levels[number]
    before = 0 if old == FOLDED else len(print_entry(entry, old))
    freed = old == FOLDED and levels.count(FOLDED) == 1
    return len(print_entry(entry, level)) - before - freed


def _rank_entries(sections: Sequence[Section]) -> Iterable[tuple[int, int, int]]:
    for place, section in enumerate(sections):
        for number, entry in enumerate(section.entries):
            yield entry.rank, place, number


def space(blocks: Sequence[list[Line]], budget: int) -> list[Line]:
    """Join blocks, with an empty line between them if the budget allows it for all of them."""
    blocks = [block for block in blocks if block]
    lines = [line for block in blocks for line in block]
    if len(lines) + len(blocks) - 1 > budget:
        return lines
    return [line for block in blocks for line in [Line(""), *block]][1:]


def paint(line: Line) -> str:
    """Return a line with the colours of a terminal; the words carry the meaning without them."""
    codes = {"title": "1", "alarm": "1;31", "quiet": "2"}
    if line.style in codes:
        return f"\033[{codes[line.style]}m{line.text}\033[0m"
    if line.style == "row":
        return line.text
    gutter, text = line.text[:GUTTER], line.text[GUTTER:]
    return f"\033[1m{gutter}\033[0m{text}" if gutter.strip() else line.text
