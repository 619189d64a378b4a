"""The state of reading a form, and what every section of it needs: names, keys, dates."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from gentian.chart.desk import Refused
from gentian.chart.events import Person, Source
from gentian.chart.nodes import Node, Troubles
from gentian.chart.phrases import PhraseError
from gentian.chart.raw import RawEntry
from gentian.language.dates import format_minute
from gentian.language.model import Concept, Vocabulary
from gentian.language.vocabulary import UnknownName, find_concept, suggest_names

# section of a form → sorts of concepts that may stand in it
SORTS: dict[str, tuple[str, ...]] = {
    "results": ("measurement",),
    "findings": ("finding", "class"),
    "medicines": ("medicine", "product", "class"),
    "genes": ("gene",),
    "procedures": ("procedure",),
    "vaccines": ("vaccine",),
    "allergies": ("allergy",),
}
HOMES = {sort: section for section, sorts in reversed(SORTS.items()) for sort in sorts}
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,79}")


@dataclass(slots=True)
class Sheet:
    """The state of reading one form. as_of: the index time it states, in minutes."""

    vocabulary: Vocabulary
    troubles: Troubles
    person: Person = field(default_factory=lambda: Person(""))
    as_of: int | None = None
    entries: list[RawEntry] = field(default_factory=list)

    def say(self, node: Node, error: PhraseError | Refused) -> None:
        """Note what is wrong with the text of a node."""
        if isinstance(error, PhraseError):
            self.troubles.add(node.line, error.what, error.expected, error.mend)
        else:
            self.troubles.add(node.line, error.why, mend=error.mend)


def suggest(name: str, known: Collection[str]) -> str:
    """A question that offers the nearest of the known names, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(name.casefold(), list(known), n=2, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else ""


def need_text(sheet: Sheet, node: Node, name: str, expected: str) -> str:
    """The text of a node; a list, a mapping or nothing at all is trouble."""
    if node.kind != "text" or not node.text:
        shown = f"a {node.kind}" if node.kind != "text" else "nothing"
        sheet.troubles.add(node.key_line, f"{name}: {shown}", expected)
        return ""
    return node.text


def make_source(node: Node, name: str) -> Source:
    """Where an entry stands in the form, and what stands there."""
    return Source(f"line {node.line}", "", f"{name}: {node.show()}"[:120])


def find_name(
    sheet: Sheet, section: str, name: str, line: int, sorts: Collection[str]
) -> Concept | None:
    """The concept of a typed name; an unknown one is trouble, with near names or its section."""
    what = f"unknown name {name!r} in {section}"
    try:
        concept = find_concept(sheet.vocabulary, name, sorts)
    except UnknownName as error:
        sheet.troubles.add(line, what, mend=_mend_comma(name) or _mend_name(sheet, name, error))
        return None
    if concept.sort == "class" and find_home(sheet, concept) != section:
        mend = f"{name} belongs under `{find_home(sheet, concept)}`"
        sheet.troubles.add(line, what, mend=mend)
        return None
    return concept


def find_home(sheet: Sheet, concept: Concept) -> str:
    """The section a concept belongs to, empty for none; a class goes with its members."""
    concepts = sheet.vocabulary.concepts
    sorts = {concepts[id_].sort for id_ in sheet.vocabulary.members[concept.id]}
    return "medicines" if "medicine" in sorts else HOMES.get(concept.sort, "")


def _mend_comma(name: str) -> str:
    """A comma inside braces begins a new name, which then looks like half a value."""
    if name.endswith(")") and "(" not in name:
        return "inside braces a comma begins a new name: write (150-400 low) without the comma"
    if name[:1].isdigit():
        return "inside braces a comma begins a new name: write numbers without commas"
    return ""


def _mend_name(sheet: Sheet, name: str, error: UnknownName) -> str:
    try:
        elsewhere = find_concept(sheet.vocabulary, name)
    except UnknownName:
        if error.suggestions:
            return error.mend
        near = suggest_names(sheet.vocabulary, name)
        return f"did you mean {' or '.join(near)}?" if near else "no known name is like it"
    home = find_home(sheet, elsewhere)
    return f"{name} belongs under `{home}`" if home else f"{name} is a {elsewhere.sort}"


def read_keys(sheet: Sheet, node: Node, allowed: Collection[str]) -> dict[str, str]:
    """The texts of a mapping whose keys must be among `allowed`."""
    found: dict[str, str] = {}
    for key, item in node.pairs:
        if key not in allowed:
            expected = ", ".join(sorted(set(allowed)))
            sheet.troubles.add(
                item.key_line, f"unknown name {key!r}", expected, suggest(key, allowed)
            )
            continue
        if item.kind != "text":
            sheet.troubles.add(item.line, f"{key}: a {item.kind}", "one text")
            continue
        found[key] = item.text
    return found


def resolve_date(sheet: Sheet, when: str, node: Node) -> str:
    """A typed date; `now` and `today` are the index time of the form. Raises PhraseError."""
    if when.lower() in ("now", "today"):
        if sheet.as_of is None:
            raise PhraseError(
                f"{when!r} needs a line as_of", "as_of: 2026-11-20", "or write the date"
            )
        return format_index(sheet.as_of)
    return when


def format_index(as_of: int) -> str:
    """The index time as a day where it is the end of a day, else as a minute."""
    text = format_minute(as_of)
    return text.removesuffix("T23:59")
