"""What the codes of a FHIR record mean: addresses of code systems, vocabulary ids, coded answers.

The tables are data (`guideline/exchange/fhir.yaml`); this module only looks up. A code decides before a
text; a text counts only where it is exactly a name of the vocabulary, and the report then says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import msgspec

from gentian.chart.desk import Refused
from gentian.chart.fhir_bundle import tidy
from gentian.chart.fhir_types import CodeableConcept, Coding
from gentian.language.model import Concept, Vocabulary
from gentian.language.sources import FOLDER
from gentian.language.vocabulary import fold_name, is_member

GENTIAN = "urn:gentian"
MOST_REMEMBERED = 50_000  # concepts
MAX_SHOWN = 80  # characters of a display in the reading report


class Answer(msgspec.Struct, frozen=True):
    words: list[str]
    codes: list[str]
    texts: list[str]


class Word(msgspec.Struct, frozen=True):
    codes: list[str]
    texts: list[str]


class Frequency(msgspec.Struct, frozen=True):
    times: int
    every: str
    codes: list[str]
    texts: list[str]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`guideline/exchange/fhir.yaml`, checked."""

    read: Literal["known", "seen"]
    systems: dict[str, list[str]]
    codes: dict[str, list[str]]
    answers: list[Answer]
    genomics: dict[str, list[str]]
    variant_words: dict[str, dict[str, Word]]
    complete: dict[str, list[str]]
    nothing_known: list[str]
    partly_complete: list[str]
    lists: dict[str, list[str]]
    nil_known: list[str]
    relatives: dict[str, Word]
    only_one: list[str]
    countries: dict[str, str]
    reasons: dict[str, Word]
    frequencies: list[Frequency]
    tags: list[str]
    pieces: list[str]


@lru_cache(maxsize=1)
def load_tables() -> Tables:
    """The tables of the exchange format, read once."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (FOLDER / "exchange" / "fhir.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=loader), type=Tables)  # noqa: S506 - a safe loader


@dataclass(frozen=True, slots=True)
class Match:
    """A vocabulary id, and how it was recognised: by `code` or by `text`. shown: for the report."""

    id: str
    how: str
    shown: str


def fold_address(address: str) -> str:
    """One spelling for the address of a code system."""
    address = address.split("|")[0].strip().rstrip("/").lower()
    return re.sub(r"^https?://(?:www\.)?", "", address)


class Terms:
    """Looks codes up for one vocabulary; remembers what it has seen."""

    def __init__(self, vocabulary: Vocabulary, tables: Tables | None = None) -> None:
        self.vocabulary = vocabulary
        self.tables = tables or load_tables()
        self._systems = {
            fold_address(address): short
            for short, addresses in self.tables.systems.items()
            for address in addresses
        }
        more = {_plain(key): id_ for id_, keys in self.tables.codes.items() for key in keys}
        self._codes = more | {_plain(key): id_ for key, id_ in vocabulary.codes.items()}
        self._tag = re.compile(rf"\s*\((?:{'|'.join(self.tables.tags)})\)\s*$")
        self._short: dict[str, str] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._answers = _index_answers(self.tables)
        self._roles = {key: role for role, keys in self.tables.genomics.items() for key in keys}
        self._complete = {key: name for name, keys in self.tables.complete.items() for key in keys}
        self._lists = {key: name for name, keys in self.tables.lists.items() for key in keys}
        self._found: dict[tuple[object, ...], dict[tuple[str, ...], Match | None]] = {}

    def is_full(self) -> bool:
        """True when so much was looked up that starting afresh costs less than remembering."""
        return max(len(self._found), len(self._keys)) > MOST_REMEMBERED

    # -- codes ----------------------------------------------------------------------------------------

    def shorten(self, system: str | None) -> str:
        """The short name of a code system; its own address where it has none."""
        if not system:
            return ""
        short = self._short.get(system)
        if short is None:
            folded = fold_address(system)
            if folded.startswith("snomed.info/sct/"):
                folded = "snomed.info/sct"
            short = self._short[system] = self._systems.get(folded, system)
        return short

    def list_keys(self, concept: CodeableConcept | None) -> list[str]:
        """`system|code` of every coding."""
        if concept is None or not concept.coding:
            return []
        return [self.make_key(coding) for coding in concept.coding if coding.code]

    def make_key(self, coding: Coding) -> str:
        """`loinc|777-3`; a gene's number carries `HGNC:` before it, a phenotype's a colon."""
        system, code = coding.system or "", coding.code or ""
        key = self._keys.get((system, code))
        if key is None:
            short, plain = self.shorten(system), code.strip()
            if short == "hgnc" and plain.isdigit():
                plain = f"HGNC:{plain}"
            if short == "hpo":
                plain = plain.replace("HP_", "HP:")
            key = self._keys[(system, code)] = f"{short}|{plain}"
        return key

    def find(self, concept: CodeableConcept | None, sorts: Collection[str]) -> Match | None:
        """The vocabulary id that a concept means, among the given sorts.

        Raises Refused when its codes mean different things.
        """
        if concept is None:
            return None
        found = self._remember(concept)
        key = sorts if isinstance(sorts, tuple) else tuple(sorts)
        if key not in found:
            found[key] = self._find(concept, sorts)
        return found[key]

    def _remember(self, concept: CodeableConcept) -> dict[tuple[str, ...], Match | None]:
        """What was found for the same codes and texts before."""
        codings = concept.coding
        key: tuple[object, ...]
        if codings is not None and len(codings) == 1:
            key = (concept.text, codings[0].system, codings[0].code, codings[0].display)
        else:
            key = (concept.text, *((one.system, one.code, one.display) for one in codings or ()))
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = {}
        return found

    def _find(self, concept: CodeableConcept, sorts: Collection[str]) -> Match | None:
        ids = [id_ for key in self.list_keys(concept) if (id_ := self._look_up(key, sorts))]
        if ids:
            return Match(self._most_specific(ids), "code", self.show(concept))
        for text in _list_texts(concept):
            name = self._tag.sub("", text[:200])
            id_ = self.vocabulary.names.get(fold_name(name))
            if id_ is not None and self._is_sort(id_, sorts):
                return Match(id_, "text", self.show(concept))
        return None

    def _look_up(self, key: str, sorts: Collection[str]) -> str | None:
        if key.startswith(f"{GENTIAN}|"):
            id_: str | None = key.removeprefix(f"{GENTIAN}|")
        else:
            id_ = self._codes.get(_plain(key))
        return id_ if id_ is not None and self._is_sort(id_, sorts) else None

    def _is_sort(self, id_: str, sorts: Collection[str]) -> bool:
        concept = self.vocabulary.concepts.get(id_)
        return concept is not None and concept.sort in sorts

    def _most_specific(self, ids: list[str]) -> str:
        """One meaning: the same id, or a class and something in it."""
        best = ids[0]
        for id_ in ids[1:]:
            if self._is_inside(id_, best):
                best = id_
            elif not self._is_inside(best, id_):
                raise Refused(
                    f"its codes mean different things: {best} and {id_}",
                    "correct the code that is wrong",
                )
        return best

    def _is_inside(self, id_: str, of: str) -> bool:
        """A member of a class, or a product of a medicine."""
        return is_member(self.vocabulary, id_, of) or self.vocabulary.concepts[id_].of == of

    # -- what is printed about a code -----------------------------------------------------------------

    def show(self, concept: CodeableConcept | None) -> str:
        """`loinc 2951-2 Sodium [Moles/volume] in Serum`, for the reading report."""
        if concept is None:
            return "no code"
        for coding in concept.coding or ():
            if coding.code or coding.display:
                code = " ".join(part for part in (self.shorten(coding.system), coding.code) if part)
                name = coding.display or concept.text or ""
                return tidy(f"{code} {name}", MAX_SHOWN)
        return tidy(concept.text or "no code", MAX_SHOWN)

    # -- codes to write -------------------------------------------------------------------------------

    def find_address(self, system: str) -> str | None:
        """The address of a code system by its short name, however that is hyphenated."""
        plain = {
            short.replace("-", ""): addresses[0] for short, addresses in self.tables.systems.items()
        }
        return plain.get(system.replace("-", ""))

    def list_codes(self, concept: Concept) -> list[tuple[str, str]]:
        """System and code of everything that a vocabulary entry is known by."""
        more = [key.partition("|") for key in self.tables.codes.get(concept.id, ())]
        own = [(code.system, code.code) for code in concept.codes]
        return own + [(system, code) for system, _, code in more]

    def write_role(self, name: str) -> dict[str, object]:
        """The code of a part of a genetic report (`gene`, `zygosity`, …)."""
        system, _, code = self.tables.genomics[name][0].partition("|")
        return {"coding": [{"system": self.find_address(system), "code": code}], "text": name}

    def write_relative(self, about: str) -> dict[str, object]:
        """A relative's id, and the first role code of what it is (`brother-2` is a brother)."""
        codings = [{"system": GENTIAN, "code": about}]
        known = self.tables.relatives.get(re.sub(r"-\d+$", "", about))
        for key in known.codes[:1] if known else ():
            system, _, code = key.partition("|")
            codings.append({"system": self.find_address(system) or system, "code": code})
        return {"coding": codings, "text": about}

    # -- answers and closed lists ---------------------------------------------------------------------

    def list_answers(self, concept: CodeableConcept | None) -> list[str]:
        """The words that a coded answer may stand for, surest first; empty where it is none."""
        if concept is None:
            return []
        for key in self.list_keys(concept):
            if key.startswith(f"{GENTIAN}|"):
                return [key.removeprefix(f"{GENTIAN}|")]
            if key in self._answers:
                return self._answers[key]
        for text in _list_texts(concept):
            if words := self.list_text_answers(text):
                return words
        return []

    def list_text_answers(self, text: str) -> list[str]:
        """As `list_answers`, for a text."""
        return self._answers.get(fold_name(text[:MAX_SHOWN]), [])

    def find_role(self, concept: CodeableConcept | None) -> str:
        """What a code says inside a genetic report: gene, classification, … or nothing."""
        if concept is None or not concept.coding:
            return ""
        if len(concept.coding) == 1:
            return self._roles.get(self.make_key(concept.coding[0]), "")
        return next((self._roles[key] for key in self.list_keys(concept) if key in self._roles), "")

    def find_word(self, name: str, concept: CodeableConcept | None) -> str | None:
        """The word of a closed list of variants (`zygosity`, …), or None."""
        return self._find_in(self.tables.variant_words[name], concept)

    def find_relative(self, concepts: Iterable[CodeableConcept | None]) -> str | None:
        """The relative (`mother`) that a relationship names, or None."""
        for concept in concepts:
            if found := self._find_in(self.tables.relatives, concept):
                return found
        return None

    def find_reason(self, concepts: Iterable[CodeableConcept | None]) -> str | None:
        """Why a medicine was stopped (`not-tolerated`), or None."""
        found = (self._find_in(self.tables.reasons, concept) for concept in concepts)
        return next((word for word in found if word), None)

    def _find_in(self, words: dict[str, Word], concept: CodeableConcept | None) -> str | None:
        if concept is None:
            return None
        keys = self.list_keys(concept)
        for key in keys:
            if key.startswith(f"{GENTIAN}|"):
                return key.removeprefix(f"{GENTIAN}|")
        texts = [fold_name(text) for text in _list_texts(concept)]
        for word, meant in words.items():
            if any(key in meant.codes for key in keys) or any(
                text in meant.texts for text in texts
            ):
                return word
        return None

    def find_frequency(self, concept: CodeableConcept | None) -> Frequency | None:
        """How often, by a code such as BID."""
        keys = self.list_keys(concept)
        texts = [] if concept is None else [fold_name(text) for text in _list_texts(concept)]
        for frequency in self.tables.frequencies:
            if any(key in frequency.codes for key in keys):
                return frequency
            if any(text in frequency.texts for text in texts):
                return frequency
        return None

    # -- completeness ---------------------------------------------------------------------------------

    def find_complete(self, concept: CodeableConcept | None) -> str | None:
        """The domain that an entry such as "no known allergy" says is complete, or None."""
        for key in self.list_keys(concept):
            if key.startswith(f"{GENTIAN}|complete-"):
                return key.removeprefix(f"{GENTIAN}|complete-")
            if key in self._complete:
                return self._complete[key]
        return None

    def says_nothing(self, concept: CodeableConcept | None) -> bool:
        """True for "no information about allergies"."""
        return any(key in self.tables.nothing_known for key in self.list_keys(concept))

    def says_partly(self, concept: CodeableConcept | None) -> bool:
        """True for "no known drug allergy": narrower than the domain."""
        return any(key in self.tables.partly_complete for key in self.list_keys(concept))

    def find_list_domain(self, concept: CodeableConcept | None) -> str | None:
        """The domain a list or a section of a document is about, or None."""
        return next(
            (self._lists[key] for key in self.list_keys(concept) if key in self._lists), None
        )

    def is_nil_known(self, concept: CodeableConcept | None) -> bool:
        """True for the empty reason "nil known"."""
        codings = (concept.coding or ()) if concept else ()
        return any(coding.code in self.tables.nil_known for coding in codings)


def _plain(key: str) -> str:
    """`icd-10-cm|D89.82` and `icd10cm|D89.82` are one; disease numbers may carry their prefix."""
    system, _, code = key.partition("|")
    system = system.replace("-", "").lower()
    return f"{system}|{code.upper().removeprefix(f'{system.upper()}:')}"


def _index_answers(tables: Tables) -> dict[str, list[str]]:
    keys = {code: answer.words for answer in tables.answers for code in answer.codes}
    return keys | {text: answer.words for answer in tables.answers for text in answer.texts}


def _list_texts(concept: CodeableConcept) -> list[str]:
    texts = [concept.text, *(coding.display for coding in concept.coding or ())]
    return [text for text in texts if text]
