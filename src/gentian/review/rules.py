"""What the review goes by, as data: plain words, names with digits, topics, hazards, coverage.

These files lie beside the guideline and are hashed with it, but no plan reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from gentian.language.entry import Entry
from gentian.language.errors import GuidelineError
from gentian.language.sources import FOLDER, read_list

Sort = TypeVar("Sort")


class Plain(Entry, frozen=True, kw_only=True):
    """How plain words for a family have to be, and the words they do without.

    banned: word → what to write instead. grade: of the automated readability index, for texts of at
    least `grade_from` words. long_words: words of `long_word` letters or more that a family knows.
    """

    language: str
    sentence_words: int
    text_words: int
    grade: float
    grade_from: int
    long_word: int
    long_words: list[str]
    banned: dict[str, str]
    orders: list[str]  # words of an order, which no sentence for anybody uses


class DigitName(Entry, frozen=True, kw_only=True):
    """A name that holds digits and is no number."""

    name: str


class Topic(Entry, frozen=True, kw_only=True):
    """A published topic of statements."""

    topic: str
    says: str


class Removal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a control is taken away: exactly one of these (see `removal.py`)."""

    drop: list[str] = []  # ids of statements or interactions that are left out
    change: dict[str, dict[str, object]] = {}  # `sort:id` → fields and their values without it
    code: str = ""  # `module:name` in the program that is put out of action


class Control(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds a hazard, where it stands, and the test that fails without it."""

    says: str
    where: str  # an id of the guideline, or a module of the program
    without: Removal
    test: str  # `tests/….py::test_…`, or the name of an expectation


class Hazard(Entry, frozen=True, kw_only=True):
    """A way in which the software could harm, with its controls."""

    hazard: str
    says: str
    harm: str
    controls: list[Control] = []
    residual: str
    not_built: str = ""  # what the evidence base asks for that does not exist yet


class Uncited(Entry, frozen=True, kw_only=True):
    """Ids of the evidence that no entry cites, and why."""

    ids: list[str]
    state: Literal["descriptive", "not-encoded", "tested"]
    because: str


class Rules(Struct, frozen=True, kw_only=True):
    """All of them."""

    plain: Plain
    names: list[DigitName]
    topics: list[Topic]
    hazards: list[Hazard]
    uncited: list[Uncited]


def read_rules(folder: Path = FOLDER) -> Rules:
    """Read what the review goes by. Raises GuidelineError with the place of what is malformed."""
    plain = _read(folder / "words" / "en.yaml", Plain)
    if not plain:
        raise GuidelineError([f"{folder / 'words' / 'en.yaml'}: expected one entry `language: en`"])
    return Rules(
        plain=plain[0],
        names=_read(folder / "words" / "names.yaml", DigitName),
        topics=_read(folder / "topics.yaml", Topic),
        hazards=_read(folder / "hazards.yaml", Hazard),
        uncited=_read(folder / "coverage.yaml", Uncited),
    )


def _read(path: Path, sort: type[Sort]) -> list[Sort]:
    found, problems = [], []
    for place, value in read_list(path):
        try:
            found.append(msgspec.convert(value | {"line": place}, type=sort))
        except msgspec.ValidationError as error:
            problems.append(f"{place}: {next(iter(value.values()))}: {error}")
    if problems:
        raise GuidelineError(problems)
    return found
