"""Lookups over the vocabulary: by id, by printed name, by code, and from a class to its members."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from gentian.language.errors import GuidelineError
from gentian.language.model import Concept, Vocabulary


class UnknownName(LookupError):
    """The vocabulary has no such name. `suggestions` holds near ids, `mend` a sentence."""

    def __init__(self, text: str, suggestions: tuple[str, ...]) -> None:
        super().__init__(f"unknown name {text[:60]!r}")
        self.text = text
        self.suggestions = suggestions
        self.mend = f"did you mean {' or '.join(suggestions)}?" if suggestions else ""


def fold_name(text: str) -> str:
    """One spelling for names: no case, no accents; hyphens, dots and underscores are spaces."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\s_\-‐-―/.,'’()]+", " ", text).split())


def _list_names(concept: Concept) -> list[str]:
    """Every name a person may type. A product's name counts only with its medicine before it."""
    if concept.sort == "domain":
        return [concept.id]
    if concept.sort == "product":
        full = [f"{concept.of} {concept.name}"] if concept.name else []
        return [concept.id, *full, *concept.synonyms]
    return [concept.id, *([concept.name] if concept.name else []), *concept.synonyms]


def _rename_domain(concept: Concept) -> Concept:
    """A domain is kept under the id of its completeness event, so that it hides no finding."""
    if concept.sort != "domain" or concept.id.startswith("complete-"):
        return concept
    return replace(concept, id=f"complete-{concept.id}")


def _collect(concepts: Iterable[Concept], problems: list[str]) -> dict[str, Concept]:
    by_id: dict[str, Concept] = {}
    for concept in map(_rename_domain, concepts):
        first = by_id.setdefault(concept.id, concept)
        if first is not concept:
            problems.append(f"{concept.line}: {concept.id} is already defined at {first.line}")
    return by_id


def _claim(
    table: dict[str, str], key: str, concept: Concept, kind: str, problems: list[str]
) -> None:
    owner = table.setdefault(key, concept.id)
    if owner != concept.id:
        problems.append(f"{concept.line}: {kind} {key!r} of {concept.id} already means {owner}")


def _check_references(by_id: dict[str, Concept], problems: list[str]) -> None:
    for concept in by_id.values():
        for parent in concept.is_a:
            if parent not in by_id:
                problems.append(f"{concept.line}: {concept.id} is a {parent}, which is not defined")
        if concept.sort == "product" and concept.of not in by_id:
            problems.append(
                f"{concept.line}: {concept.id} is of {concept.of!r}, which is not defined"
            )


def _list_ancestors(by_id: dict[str, Concept], start: str) -> set[str]:
    """All classes above `start`, without `start` unless it stands above itself (a cycle)."""
    found: set[str] = set()
    ahead = [parent for parent in by_id[start].is_a if parent in by_id]
    while ahead:
        parent = ahead.pop()
        if parent not in found:
            found.add(parent)
            ahead += [above for above in by_id[parent].is_a if above in by_id]
    return found


def _build_members(by_id: dict[str, Concept], problems: list[str]) -> dict[str, list[str]]:
    members: dict[str, list[str]] = {id_: [id_] for id_ in by_id}
    for id_ in by_id:
        for ancestor in _list_ancestors(by_id, id_):
            if ancestor == id_:
                problems.append(f"{by_id[id_].line}: {id_} stands above itself")
            else:
                members[ancestor].append(id_)
    return {id_: sorted(ids) for id_, ids in members.items()}


def build_vocabulary(concepts: Iterable[Concept]) -> Vocabulary:
    """Index concepts by id, name and code, and list the members of each class (with itself).

    Domains get the id `complete-<domain>`. Raises GuidelineError with every id, name or code that
    is claimed twice, every undefined class and every cycle.
    """
    problems: list[str] = []
    by_id = _collect(concepts, problems)
    _check_references(by_id, problems)
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for concept in by_id.values():
        for name in _list_names(concept):
            _claim(names, fold_name(name), concept, "name", problems)
        for code in concept.codes:
            _claim(codes, f"{code.system}|{code.code}", concept, "code", problems)
    members = _build_members(by_id, problems)
    if problems:
        raise GuidelineError(problems)
    return Vocabulary(concepts=by_id, members=members, names=names, codes=codes)


def _matches(vocabulary: Vocabulary, id_: str, sorts: Collection[str]) -> bool:
    return not sorts or vocabulary.concepts[id_].sort in sorts


def suggest_names(
    vocabulary: Vocabulary, text: str, sorts: Collection[str] = (), limit: int = 3
) -> tuple[str, ...]:
    """Ids whose names are spelled nearly like `text`, best first; none for nonsense."""
    from difflib import get_close_matches

    folded = fold_name(text[:80])
    keys = [name for name, id_ in vocabulary.names.items() if _matches(vocabulary, id_, sorts)]
    near = get_close_matches(folded, keys, n=limit * 2, cutoff=0.7)
    near += [name for name in keys if len(folded) > 3 and folded in name.split()]
    return tuple(dict.fromkeys(vocabulary.names[name] for name in near))[:limit]


def find_concept(vocabulary: Vocabulary, text: str, sorts: Collection[str] = ()) -> Concept:
    """The concept a person means by an id, name or synonym; `sorts` restricts where it may live.

    Raises UnknownName with near ids.
    """
    id_ = vocabulary.names.get(fold_name(text))
    if id_ is None or not _matches(vocabulary, id_, sorts):
        raise UnknownName(text, suggest_names(vocabulary, text, sorts))
    return vocabulary.concepts[id_]


def find_code(vocabulary: Vocabulary, system: str, code: str) -> Concept | None:
    """The concept of a code (`loinc`, `777-3`), or None; `urn:gentian` codes are ids."""
    if system == "urn:gentian":
        return vocabulary.concepts.get(code)
    id_ = vocabulary.codes.get(f"{system}|{code}")
    return None if id_ is None else vocabulary.concepts[id_]


def is_member(vocabulary: Vocabulary, id_: str, of: str) -> bool:
    """True when `id_` is `of`, or stands (at any depth) in the class `of`."""
    return id_ in vocabulary.members.get(of, ())
