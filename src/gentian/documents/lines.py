"""Lines of a text page: safe characters, display width, wrapping, and a page that never overflows.

A page has a budget of lines. Every section starts folded to the names of its entries; entries are
unfolded in the order of their rank while the page still fits, so that nothing is silently left out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

WIDTH = 100
LEAD = 15  # columns of the shape and word in front of an entry
MARGIN = "  "


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to say: `lead` in front, `text`, `ids` behind, `name` when folded.

    rank: entries of a lower rank are unfolded first. details: lines of the whole page only.
    """

    lead: str
    text: str
    ids: str
    name: str
    rank: int = 50
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A title with entries; `alarm` sections are printed in red on a terminal."""

    title: str
    entries: tuple[Entry, ...]
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its style: title, alarm, quiet or plain."""

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
    return sum(_measure_character(character) for character in text)


@cache
def _measure_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> list[str]:
    """Break text into lines of at most `width` columns, behind `first` and then `rest`."""
    lines, line, empty = [], first, True
    for word in _break_words(clean(text), width - measure(rest) - 1):
        if not empty and measure(line) + 1 + measure(word) > width:
            lines.append(line)
            line, empty = rest, True
        line += word if empty else f" {word}"
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


def print_entry(entry: Entry, whole: bool = False) -> list[str]:
    """Return the lines of one unfolded entry."""
    lead = MARGIN + clip(entry.lead, LEAD)
    first = lead + " " * max(1, len(MARGIN) + LEAD - measure(lead))
    rest = MARGIN + " " * LEAD
    lines = wrap(f"{entry.text} {entry.ids}", first, rest)
    for detail in entry.details if whole else ():
        lines += wrap(detail, rest, rest + MARGIN)
    return lines


def print_folded(names: Sequence[str]) -> str:
    """Return one line that names as many folded entries as fit and counts the others."""
    line = f"{MARGIN}+ {len(names)} more under --all:"
    for place, name in enumerate(names):
        separator, left = (" " if place == 0 else ", "), len(names) - place - 1
        longer = line + separator + clip(name, WIDTH // 2)
        if measure(longer) + len(f" and {left} more") > WIDTH:
            return f"{line} and {left + 1} more"
        line = longer
    return line


def print_section(section: Section, folded: Collection[int], whole: bool = False) -> list[Line]:
    """Return the lines of a section; `folded` holds the places of the entries to name only."""
    if not section.entries:
        return []
    lines = [Line(clip(section.title), "alarm" if section.alarm else "title")]
    style = "alarm" if section.alarm else "plain"
    for place, entry in enumerate(section.entries):
        if place not in folded:
            lines += [Line(text, style) for text in print_entry(entry, whole)]
    if folded:
        lines.append(Line(print_folded([section.entries[place].name for place in sorted(folded)])))
    return lines


def fit(sections: Sequence[Section], budget: int) -> list[list[Line]]:
    """Print sections within `budget` lines, unfolding entries in the order of their rank."""
    folded = [set(range(len(section.entries))) for section in sections]
    used = sum(2 for section in sections if section.entries)  # a title and the line of names
    for _, place, number in sorted(_rank_entries(sections)):
        height = len(print_entry(sections[place].entries[number]))
        grown = used + height - (len(folded[place]) == 1)  # the last one frees the line of names
        if grown <= budget:
            folded[place].discard(number)
            used = grown
    return [print_section(*pair) for pair in zip(sections, folded, strict=True)]


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
    return f"\033[{codes[line.style]}m{line.text}\033[0m" if line.style in codes else line.text
