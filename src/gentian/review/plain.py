"""Plain words for a family: short sentences, known words, no jargon and no orders.

The automated readability index counts letters, words and sentences, so that it needs no list of syllables;
a medicine's name counts as a short word, because a family has to learn it anyhow. A text of a few words has no
grade worth the name: there the lists of words decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gentian.language.model import Guideline

from .finding import Finding
from .rules import Plain
from .texts import Text, list_texts

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*")
_SENTENCE = re.compile(r"(?<=[.!?:;])\s+")
_SLOT = re.compile(r"\{\w+\}")
_NAMED = ("medicine", "class", "product", "vaccine")
_NAME_LETTERS = 4


def check_plain(guideline: Guideline, plain: Plain) -> list[Finding]:
    """What stands against the plain words of the guideline, and against orders in its sentences."""
    names = list_names(guideline)
    found: list[Finding] = []
    for text in list_texts(guideline):
        found.extend(_check_orders(text, plain))
        if text.kind == "plainly":
            found.extend(_check_length(text, plain))
            found.extend(_check_words(text, plain, names))
            found.extend(_check_grade(text, plain, names))
    return found


def list_names(guideline: Guideline) -> frozenset[str]:
    """Words of the names of medicines and vaccines, in lower case."""
    return frozenset(
        word.lower()
        for concept in guideline.vocabulary.concepts.values()
        if concept.sort in _NAMED
        for name in (concept.name, *concept.synonyms)
        for word in _WORD.findall(name)
    )


def list_sentences(text: str) -> list[list[str]]:
    """The words of each sentence; a `{name}` is read as two words, as in `six weeks`."""
    parts = _SENTENCE.split(_SLOT.sub("six weeks", text))
    return [words for words in map(_WORD.findall, parts) if words]


def measure_grade(text: str, names: Iterable[str] = ()) -> float:
    """The automated readability index: the school year that can read it, about age minus five."""
    sentences = list_sentences(text)
    words = [word for sentence in sentences for word in sentence]
    known = frozenset(names)
    letters = sum(_NAME_LETTERS if word.lower() in known else len(word) for word in words)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43


def _check_orders(text: Text, plain: Plain) -> Iterator[Finding]:
    for order in plain.orders:
        if re.search(rf"\b{re.escape(order)}\b(?!-)", text.text, re.IGNORECASE):
            yield Finding(
                text.place,
                text.entry,
                f"`{text.kind}` gives an order (`{order}`)",
                "say what is done, or what it is good for; the reader decides",
            )


def _check_length(text: Text, plain: Plain) -> Iterator[Finding]:
    sentences = list_sentences(text.text)
    longest, whole = max(map(len, sentences), default=0), sum(map(len, sentences))
    if longest > plain.sentence_words:
        yield Finding(
            text.place,
            text.entry,
            f"`plainly` has a sentence of {longest} words; at most {plain.sentence_words} are plain",
            "make two of it",
        )
    if whole > plain.text_words:
        yield Finding(
            text.place,
            text.entry,
            f"`plainly` has {whole} words; at most {plain.text_words} are read",
            "leave out what changes nothing for a family",
        )


def _check_words(text: Text, plain: Plain, names: frozenset[str]) -> Iterator[Finding]:
    for banned, instead in plain.banned.items():
        if re.search(rf"\b{re.escape(banned)}", text.text, re.IGNORECASE):
            yield Finding(
                text.place,
                text.entry,
                f"`plainly` says `{banned}`, which no family says",
                f"write: {instead}",
            )
    known = {*names, *plain.long_words}
    for word in sorted(set(_WORD.findall(_SLOT.sub(" ", text.text)))):
        if len(word) >= plain.long_word and word.lower() not in known:
            yield Finding(
                text.place,
                text.entry,
                f"`plainly` has the long word `{word}`",
                "find a shorter one, or add it to `long_words` of words/en.yaml if families know it",
            )


def _check_grade(text: Text, plain: Plain, names: frozenset[str]) -> Iterator[Finding]:
    words = sum(map(len, list_sentences(text.text)))
    grade = measure_grade(text.text, names) if words >= plain.grade_from else 0.0
    if grade > plain.grade:
        yield Finding(
            text.place,
            text.entry,
            f"`plainly` reads like school year {grade:.1f}; at most {plain.grade:g} is plain",
            "use shorter words and sentences",
        )
