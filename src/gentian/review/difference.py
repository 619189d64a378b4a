"""What differs between two versions of the guideline: entries, and the people whose plans change.

A change of a plan is led back to the changed entries that the statement rests on: its condition, the
criteria, facts and parameters below it, its dose, and what speaks against its medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from gentian.chart.errors import ReadingError
from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.entry import Entry
from gentian.language.model import Guideline
from gentian.plan.assembly import make_plan
from gentian.plan.errors import UsageError
from gentian.plan.judgement import SILENT
from gentian.plan.model import Plan, Statement

from .reach import find_reach

_NOT_KNOWLEDGE = ("line", "tests", "review")  # where it stands, how it is tested, who has read it
_NOT_ENTRIES = ("version", "hash", "program", "vocabulary")


class Change(Struct, frozen=True, kw_only=True):
    """One entry that differs. how: added | removed | changed; fields: name → before and after."""

    sort: str
    id: str
    how: str
    line: str
    fields: dict[str, tuple[str, str]] = {}


class PlanChange(Struct, frozen=True, kw_only=True):
    """One line of a plan that differs, and the changed entries it rests on."""

    what: str  # a statement's id, or `care status`, `diagnosis nih-2009`
    before: str
    after: str
    because: list[str] = []


class PersonChange(Struct, frozen=True, kw_only=True):
    person: str
    changes: list[PlanChange]


class Difference(Struct, frozen=True, kw_only=True):
    """before, after: version and hash. people: whose plans change; read: how many were compared."""

    before: str
    after: str
    entries: list[Change]
    people: list[PersonChange]
    read: int
    unread: list[str] = []


# --- entries -----------------------------------------------------------------------------------


def compare_entries(before: Guideline, after: Guideline) -> list[Change]:
    """Every entry that was added, removed or changed, by sort and id."""
    old, new = dict(_list_entries(before)), dict(_list_entries(after))
    found = []
    for key in sorted(old.keys() | new.keys()):
        change = _compare(key, old.get(key), new.get(key))
        if change is not None:
            found.append(change)
    return found


def _list_entries(guideline: Guideline) -> Iterator[tuple[tuple[str, str], Entry]]:
    for name in guideline.__struct_fields__:
        if name not in _NOT_ENTRIES:
            yield from _name_entries(name, getattr(guideline, name))
    yield from _name_entries("vocabulary", guideline.vocabulary.concepts)


def _name_entries(sort: str, entries: object) -> Iterator[tuple[tuple[str, str], Entry]]:
    """Entries of one sort; those of a list are named by their first words, or by their place."""
    if isinstance(entries, Mapping):
        for name, entry in entries.items():
            yield (sort, str(name)), entry
        return
    if not isinstance(entries, list):
        return
    for at, entry in enumerate(entries):
        parts = [str(getattr(entry, name, "")) for name in (sort.rstrip("s"), "with_", "bound")]
        name = " ".join(filter(None, parts)) or str(getattr(entry, _name_first(entry), at + 1))
        yield (sort, name if sort != "outcomes" else f"row {at + 1}"), entry


def _name_first(entry: Entry) -> str:
    return next(name for name in entry.__struct_fields__ if name != "line")


def _compare(key: tuple[str, str], old: Entry | None, new: Entry | None) -> Change | None:
    sort, name = key
    if old is None or new is None:
        here = new or old
        how = "added" if old is None else "removed"
        return Change(sort=sort, id=name, how=how, line=here.line if here else "")
    before, after = _show(old), _show(new)
    fields = {
        field: (_print(before.get(field)), _print(after.get(field)))
        for field in sorted(before.keys() | after.keys())
        if before.get(field) != after.get(field)
    }
    if not fields:
        return None
    return Change(sort=sort, id=name, how="changed", line=new.line, fields=fields)


def _show(entry: Entry) -> dict[str, Any]:
    """Fields by name; a table of named parts (rules of a consult, parameters of a model) part by part."""
    shown: dict[str, Any] = {}
    for name, value in msgspec.to_builtins(entry).items():
        if name in _NOT_KNOWLEDGE:
            continue
        if isinstance(value, dict) and any(isinstance(part, dict) for part in value.values()):
            shown |= {f"{name}.{key}": part for key, part in value.items()}
        else:
            shown[name] = value
    return shown


def _print(value: object) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


# --- plans -------------------------------------------------------------------------------------


class PlanComparer:
    """Compares plans of the same people under two guidelines whose changed entries are known."""

    def __init__(self, before: Guideline, after: Guideline, changes: Iterable[Change]) -> None:
        self.guidelines = (before, after)
        self.changed = {_name_for_reach(change): change for change in changes}

    def compare(self, before: Plan, after: Plan) -> list[PlanChange]:
        """Diagnosis, care status and statements that differ, in the order of the plan after."""
        return [*_compare_heads(before, after), *self._compare_statements(before, after)]

    def _compare_statements(self, before: Plan, after: Plan) -> Iterator[PlanChange]:
        old = {item.id: item for item in before.statements}
        new = {item.id: item for item in after.statements}
        for name in [*new, *(name for name in old if name not in new)]:
            one, two = _say(old.get(name)), _say(new.get(name))
            if one != two:
                because = self._find_reasons(name)
                yield PlanChange(what=name, before=one, after=two, because=because)

    def _find_reasons(self, name: str) -> list[str]:
        reached: set[str] = set()
        for guideline in self.guidelines:
            reached |= find_reach(guideline, name)
        found = sorted(reached & self.changed.keys())
        return [_say_change(self.changed[item]) for item in found] or [
            "it rests on no changed entry itself: care status, ranking or the limit of alerts"
        ]


def _name_for_reach(change: Change) -> str:
    return f"{change.sort}:{change.id}"


def _say_change(change: Change) -> str:
    fields = f" ({', '.join(change.fields)})" if change.fields else ""
    return f"{change.sort.rstrip('s')} {change.id} {change.how}{fields}"


def _compare_heads(before: Plan, after: Plan) -> Iterator[PlanChange]:
    old, new = _list_heads(before), _list_heads(after)
    for what in [*new, *(what for what in old if what not in new)]:
        one, two = old.get(what, "not shown"), new.get(what, "not shown")
        if one != two:
            yield PlanChange(what=what, before=one, after=two)


def _list_heads(plan: Plan) -> dict[str, str]:
    """What stands above and below the statements: care status, diagnosis, problems, visits."""
    heads = {"care status": plan.care_status.status}
    heads |= {f"diagnosis {name}": item.label for name, item in plan.diagnosis.items()}
    for problem in plan.problems:
        if problem.active is not False:
            heads[f"problem {problem.id}"] = problem.severity or "active, or cannot be told"
    for line in plan.calendar:
        heads[f"calendar {line.when}"] = ", ".join(line.what)
    return heads


def _say(statement: Statement | None) -> str:
    """What a reader sees of a statement: nothing where no document prints it."""
    if statement is None or statement.outcome in SILENT:
        return "not shown"
    dose = f"; {statement.dose.text} ({statement.dose.tier})" if statement.dose else ""
    folded = "; on another line" if statement.folded else ""
    return f"{statement.outcome}: {statement.says}{dose}{folded}"


# --- everything --------------------------------------------------------------------------------

Record = tuple[str, bytes]


def compare_versions(before: Guideline, after: Guideline, records: Iterable[Record]) -> Difference:
    """Entries that differ and people whose plans change. records: names and bytes of records.

    A record that cannot be read under both versions, or states no index time, is named in `unread`.
    """
    changes = compare_entries(before, after)
    comparer = PlanComparer(before, after, changes)
    people, unread, read = [], [], 0
    for name, data in records:
        try:
            one, two = (_make_plan(guideline, name, data) for guideline in (before, after))
        except (ReadingError, UsageError) as error:
            unread.append(f"{name}: {str(error).partition(chr(10))[0]}")
            continue
        read += 1
        found = comparer.compare(one, two)
        if found:
            people.append(PersonChange(person=name, changes=found))
    return Difference(
        before=_name(before),
        after=_name(after),
        entries=changes,
        people=people,
        read=read,
        unread=unread,
    )


def _make_plan(guideline: Guideline, name: str, data: bytes) -> Plan:
    chart = read_chart(data, guideline, file=name)
    return make_plan(guideline, chart, as_of=None, settings=Settings())


def _name(guideline: Guideline) -> str:
    return f"{guideline.version} ({guideline.hash[:12]})"
