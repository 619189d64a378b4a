"""The hand-typed form (docs/form.md): YAML that a clinician types in a minute, read strictly.

Nothing is guessed: an unknown name, a missing unit, an impossible value or a doubtful date is
fatal (exit 11), with the line, what was expected and how to mend it; all of them are said at
once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gentian.chart.entries import build_chart, cut_chart
from gentian.chart.errors import Trouble
from gentian.chart.events import Chart, Person
from gentian.chart.form_lines import read_named, read_result_line, read_results
from gentian.chart.form_sheet import (
    IDENTIFIER,
    SORTS,
    Sheet,
    find_home,
    find_name,
    format_index,
    make_source,
    need_text,
    suggest,
)
from gentian.chart.form_writer import write_form
from gentian.chart.nodes import Node, Troubles, decode_text, parse_form
from gentian.chart.raw import RawCompleteness, RawFinding, RawResult
from gentian.language.dates import DAY, DateError, parse_date, parse_span
from gentian.language.model import Vocabulary
from gentian.language.vocabulary import UnknownName, find_concept

HEADER = "chart 1"
_HEAD = ("gentian", "person", "born", "sex", "country", "as_of")
_SECTIONS = (
    "complete", "results", "findings", "medicines", "genes", "procedures", "vaccines", "allergies",
    "family",
)  # fmt: skip


def read_form(
    data: bytes, file: str, vocabulary: Vocabulary, *, patient: str | None = None
) -> Chart:
    """Read a form into a chart.

    data: UTF-8 text of at most 1 MB. patient: refuse the form unless it is about this person.
    Raises ReadingError: 10 where it is no readable YAML, 11 with every line that is wrong.
    """
    root = parse_form(decode_text(data, file), file)
    sheet = Sheet(vocabulary, Troubles(file))
    if _check_root(sheet, root):
        _read_head(sheet, root, patient)
        _read_sections(sheet, root)
    sheet.troubles.found += _check_times(sheet)
    chart = build_chart(
        sheet.person, sheet.entries, vocabulary, format="form", file=file, as_of=sheet.as_of
    )
    sheet.troubles.found += _list_refused(chart, file)
    sheet.troubles.fail()
    return chart if sheet.as_of is None else cut_chart(chart, sheet.as_of, vocabulary)


def _list_refused(chart: Chart, file: str) -> Iterable[Trouble]:
    """What the normaliser refused is fatal in a form."""
    for note in chart.reading.notes:
        if note.group == "refused":
            place = f"{file}:{note.place.removeprefix('line ')}"
            yield Trouble(place, f"{note.what}: {note.why}", mend=note.mend)


# -- the head -------------------------------------------------------------------------------------


def _check_root(sheet: Sheet, root: Node) -> bool:
    if root.kind != "mapping":
        sheet.troubles.add(
            1, "not a form", "lines of `name: value`", f"begin with `gentian: {HEADER}`"
        )
        return False
    known = (*_HEAD, *_SECTIONS)
    for name, node in root.pairs:
        if name not in known:
            mend = suggest(name, known)
            sheet.troubles.add(node.key_line, f"unknown name {name!r}", ", ".join(known), mend)
    found = dict(root.pairs)
    header = found.get("gentian")
    if header is None or header.text != HEADER:
        line = header.key_line if header else 1
        what = f"gentian: {header.show()}" if header else "no header"
        sheet.troubles.add(line, what, f"gentian: {HEADER}", "make it the first line")
    if "person" not in found:
        sheet.troubles.add(1, "no person", "person: an identifier, no name")
    return True


def _read_head(sheet: Sheet, root: Node, patient: str | None) -> None:
    found = dict(root.pairs)
    person = _read_person(sheet, found, patient)
    as_of = _read_as_of(sheet, found.get("as_of"))
    born = _read_born(sheet, found.get("born"), as_of)
    sex = _read_choice(sheet, found, "sex", ("female", "male", "unknown"))
    country = _read_country(sheet, found.get("country"))
    sheet.person = Person(person, born, sex if sex in ("female", "male") else None, country)
    sheet.as_of = as_of


def _read_person(sheet: Sheet, found: dict[str, Node], patient: str | None) -> str:
    node = found.get("person")
    person = need_text(sheet, node, "person", "one identifier, no name") if node else ""
    if not person or node is None:
        return "unknown"
    if not IDENTIFIER.fullmatch(person):
        sheet.troubles.add(
            node.line,
            "person is not an identifier",
            "letters, digits and hyphens, no spaces",
            "use a study or record number, never a name",
        )
    elif patient is not None and patient != person:
        sheet.troubles.add(node.line, f"the form is about {person}, not {patient}")
    return person


def _read_as_of(sheet: Sheet, node: Node | None) -> int | None:
    if node is None:
        return None
    text = need_text(sheet, node, "as_of", "a day, such as 2026-11-20")
    try:
        first, last = parse_date(text) if text else (0, 0)
    except DateError as error:
        sheet.troubles.add(node.line, str(error), "a day, such as 2026-11-20", error.mend)
        return None
    if last - first >= DAY:
        sheet.troubles.add(
            node.line, f"as_of {text}", "a whole date", f"write {text}-01, or the day"
        )
        return None
    return last if text else None


def _read_born(sheet: Sheet, node: Node | None, as_of: int | None) -> tuple[int, int] | None:
    if node is None:
        return None
    text = need_text(sheet, node, "born", "2019, 2019-05 or 2019-05-04")
    try:
        born = parse_span(text) if text else None
    except DateError as error:
        sheet.troubles.add(node.line, str(error), "2019, 2019-05 or 2019-05-04", error.mend)
        return None
    if born and as_of is not None and born[0] > as_of:
        sheet.troubles.add(node.line, f"born {text} is after as_of", mend="check both dates")
        return None
    return born


def _read_choice(
    sheet: Sheet, found: dict[str, Node], name: str, allowed: tuple[str, ...]
) -> str | None:
    node = found.get(name)
    if node is None:
        return None
    text = need_text(sheet, node, name, " or ".join(allowed))
    if text and text not in allowed:
        sheet.troubles.add(
            node.line, f"{name}: {text}", " or ".join(allowed), suggest(text, allowed)
        )
        return None
    return text or None


def _read_country(sheet: Sheet, node: Node | None) -> str | None:
    if node is None:
        return None
    text = need_text(sheet, node, "country", "two letters, such as US")
    if text and not re.fullmatch(r"[A-Z]{2}", text):
        mend = f"write {text.upper()}" if re.fullmatch(r"[A-Za-z]{2}", text) else ""
        sheet.troubles.add(
            node.line, f"country: {text}", "two capital letters, such as US or GB", mend
        )
        return None
    return text or None


# -- the sections ---------------------------------------------------------------------------------


def _read_sections(sheet: Sheet, root: Node) -> None:
    for name, node in root.pairs:
        if name == "complete":
            _read_complete(sheet, node)
        elif name == "results":
            for item in _list_items(sheet, name, node):
                read_results(sheet, item)
        elif name == "family":
            for relative, item in _list_named(sheet, name, node):
                _read_relative(sheet, relative, item)
        elif name in SORTS:
            for key, item in _list_named(sheet, name, node):
                read_named(sheet, name, key, item)


def _list_items(sheet: Sheet, section: str, node: Node) -> Iterable[Node]:
    """The mappings of a section that is a list."""
    if node.kind == "mapping":
        yield node
        return
    if node.kind == "text" and not node.text:
        return
    if node.kind != "list":
        sheet.troubles.add(
            node.line, f"{section}: {node.show()[:40]}", "a list of lines that begin with -"
        )
        return
    for item in node.items:
        if item.kind == "mapping":
            yield item
        elif item.text or item.kind == "list":
            mend = f"write `{item.show()[:40]}: …`"
            sheet.troubles.add(
                item.line, f"{item.show()[:40]!r} has no value", "- name: value", mend
            )


def _list_named(sheet: Sheet, section: str, node: Node) -> Iterable[tuple[str, Node]]:
    for item in _list_items(sheet, section, node):
        yield from item.pairs


def _read_complete(sheet: Sheet, node: Node) -> None:
    """`complete: {medicines: 2026-11-20}`: on that day the list was complete."""
    if node.kind != "mapping":
        sheet.troubles.add(node.line, "complete", "{medicines: 2026-11-20, procedures: 2026-11-20}")
        return
    known = [
        id_.removeprefix("complete-")
        for id_, concept in sheet.vocabulary.concepts.items()
        if concept.sort == "domain"
    ]
    for name, item in node.pairs:
        if name not in known:
            expected = ", ".join(sorted(known))
            sheet.troubles.add(
                item.key_line, f"unknown domain {name!r}", expected, suggest(name, known)
            )
            continue
        for date in item.items if item.kind == "list" else (item,):
            when = need_text(sheet, date, name, "the day on which the list was complete")
            if when:
                entry = RawCompleteness(domain=name, when=when, source=make_source(date, name))
                sheet.entries.append(entry)


# -- family ---------------------------------------------------------------------------------------


def _read_relative(sheet: Sheet, relative: str, node: Node) -> None:
    """`mother: {lymphoma: since 2010, FAS c.748C>T: heterozygous pathogenic}`."""
    if not IDENTIFIER.fullmatch(relative):
        sheet.troubles.add(
            node.key_line, "a relative", "a word such as mother or brother-2", "never a name"
        )
        return
    if node.kind != "mapping":
        expected = f"{relative}: {{splenomegaly: since 2010}}"
        sheet.troubles.add(node.line, f"{relative}: {node.show()[:40]}", expected)
        return
    for key, item in node.pairs:
        section = "born" if key == "born" else _find_section(sheet, key, item)
        if section == "born":
            _read_birth(sheet, item, relative)
        elif section == "results":
            when = dict(item.pairs).get("on")
            undated = _date_word(sheet, key)
            read_result_line(sheet, when.text if when else undated, key, item, {}, relative)
        elif section:
            read_named(sheet, section, key, item, relative)


def _date_word(sheet: Sheet, name: str) -> str:
    """A word about a relative (`HLA: identical`) without a date is what is known at the index time."""
    is_word = bool(find_concept(sheet.vocabulary, name).words)
    return "now" if is_word and sheet.as_of is not None else ""


def _read_birth(sheet: Sheet, node: Node, relative: str) -> None:
    """`born: 2016-05`, or the mapping that is written: `born: {on: 2016-05}`."""
    dated = dict(node.pairs).get("on", node) if node.kind == "mapping" else node
    text = need_text(sheet, dated, "born", "a date such as 2016, 2016-05 or 2016-05-04")
    if not text:
        return
    try:
        parse_span(text)
    except DateError as error:
        sheet.troubles.add(dated.line, str(error), "2016, 2016-05 or 2016-05-04", error.mend)
        return
    source = make_source(node, "born")
    sheet.entries.append(RawFinding(what="born", source=source, starts=text, about=relative))


def _find_section(sheet: Sheet, name: str, node: Node) -> str:
    """Which section a relative's entry would stand in."""
    for text in (name, name.partition(" ")[0]):
        try:
            return find_home(sheet, find_concept(sheet.vocabulary, text)) or "findings"
        except UnknownName:
            continue
    find_name(sheet, "family", name, node.key_line, ())
    return ""


# -- the index time -------------------------------------------------------------------------------


def _check_times(sheet: Sheet) -> Iterable[Trouble]:
    """What is dated after the form's own index time is a slip of the pen, unless it is planned."""
    if sheet.as_of is None:
        return
    for entry in sheet.entries:
        state = getattr(entry, "status", "") or getattr(entry, "state", "")
        text = entry.when if isinstance(entry, RawResult | RawCompleteness) else entry.starts
        if state == "planned" or not text:
            continue
        try:
            first = parse_span(text.removeprefix("before ").removeprefix("after "))[0]
        except DateError:
            continue
        if first > sheet.as_of and not text.startswith("before "):
            place = f"{sheet.troubles.file}:{entry.source.place.removeprefix('line ')}"
            index = format_index(sheet.as_of)
            mend = "mend the date, or write `planned` before it"
            yield Trouble(place, f"{text} is after as_of {index}", mend=mend)


__all__ = ["HEADER", "read_form", "write_form"]
