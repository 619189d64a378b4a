"""Every number in a sentence has a name: digits typed into a text have no id and no source.

Digits inside a name are no numbers: `CD4`, `IL-10`, `CTLA4` by their shape (a capital, then digits without a
space), others by the published list `words/names.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gentian.language.model import Fact, Guideline

from .finding import Finding
from .rules import DigitName
from .texts import Text, list_texts

_SLOT = re.compile(r"\{(\w*)\}")
_SHAPED = re.compile(r"\b[A-Z][A-Za-z]*(?:-?[0-9]+[A-Za-z]*)+\b[+-]?")
_DIGITS = re.compile(r"[<>≤≥]?\s?[0-9]+(?:[.,][0-9]+)*(?:\s?%)?")
_FILLED = {"dose", "fold"}  # `{dose}` by the dose record, `{fold}` by the interaction's `auc_ratio`


def check_numbers(guideline: Guideline, names: list[DigitName]) -> list[Finding]:
    """Typed numbers, unknown `{names}`, and figures that are quoted without their source."""
    known = {*guideline.parameters, *guideline.locales, *guideline.figures, *_FILLED}
    allowed = sorted((item.name for item in names), key=len, reverse=True)
    found: list[Finding] = []
    for text in list_texts(guideline):
        found.extend(_check_typed(text, allowed))
        found.extend(_check_slots(text, known))
        found.extend(_check_sources(text, guideline))
    return [*found, *_check_facts(guideline, allowed)]


def _check_facts(guideline: Guideline, allowed: list[str]) -> Iterator[Finding]:
    """A fact whose window or condition is a parameter prints it: a centre may set another."""
    for fact in guideline.facts.values():
        used = _list_parameters(fact, guideline)
        if used and (numbers := find_numbers(fact.says, allowed)):
            yield Finding(
                fact.line,
                fact.fact,
                f"`says` has the number `{numbers[0]}` typed, although a parameter decides",
                f"print {' or '.join(f'{{{name}}}' for name in sorted(used))}",
            )


def _list_parameters(fact: Fact, guideline: Guideline) -> set[str]:
    """Parameters in the window and the condition of a fact and of its episode."""
    episode = guideline.episodes.get(fact.of) if isinstance(fact.of, str) else None
    text = " ".join([*fact.window, fact.where, episode.where if episode else ""])
    return {name for name in re.findall(r"\w+", text) if name in guideline.parameters}


def find_numbers(text: str, allowed: list[str]) -> list[str]:
    """Digits of a text that stand neither in `{…}` nor in a name."""
    text = _SLOT.sub(" ", text)
    for name in allowed:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return [item.strip() for item in _DIGITS.findall(_SHAPED.sub(" ", text))]


def _check_typed(text: Text, allowed: list[str]) -> Iterator[Finding]:
    for number in find_numbers(text.text, allowed):
        yield Finding(
            text.place,
            text.entry,
            f"`{text.kind}` has the number `{number}` typed in its text",
            "give it a name: a parameter if it decides, a figure if it is quoted, and write {name}; "
            "a name with digits goes into words/names.yaml",
        )


def _check_slots(text: Text, known: set[str]) -> Iterator[Finding]:
    for name in _SLOT.findall(text.text):
        if name not in known:
            yield Finding(
                text.place,
                text.entry,
                f"`{text.kind}` prints `{{{name}}}`, which is no parameter, locale or figure",
                "check its spelling",
            )


def _check_sources(text: Text, guideline: Guideline) -> Iterator[Finding]:
    for name in _SLOT.findall(text.text):
        figure = guideline.figures.get(name)
        if figure is not None and not set(figure.cites) & set(text.cites):
            yield Finding(
                text.place,
                text.entry,
                f"`{text.kind}` quotes `{name}` without citing where it comes from",
                f"add one of {', '.join(figure.cites)} to its `cites`",
            )
