"""Compile facts: resolve what they read, check their names and units, write their queries."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from . import model, readoffs, rows
from .literals import convert_literal, convert_minutes
from .profile import Name, Profile, ProfileError
from .quantities import QuantityError
from .sql import Columns, Dialect, name_parameter
from .units import UnitError

if TYPE_CHECKING:
    from .compilation import Compilation

FAR = 4_000_000_000  # a minute far away, as in gentian.chart.events
YES_NO_READS = ("any", "on", "started_within", "ended_within")


def compile_facts(work: Compilation, dialect: Dialect) -> dict[str, list[str]]:
    """Fill `work.shapes` and return the queries: `facts` in order, and `changes`."""
    work.fills[dialect.name] = {}
    plain = {name: fact for name, fact in work.facts.items() if fact.read != "change"}
    own = {name: fact for name, fact in plain.items() if fact.each == "person"}
    queries = _compile_all(work, own, dialect)
    fills = [f"INSERT INTO {table} {fill}" for table, fill in work.fills[dialect.name].items()]
    changes = _compile_changes(work, dialect)
    # After the person's own facts and changes, so that their numbers come last.
    relative = {name: fact for name, fact in plain.items() if fact.each == "relative"}
    about_relatives = _compile_all(work, relative, dialect)
    return {"episodes": fills, "facts": queries, "changes": changes, "relative": about_relatives}


def _compile_all(work: Compilation, found: dict[str, model.Fact], dialect: Dialect) -> list[str]:
    """The queries of some facts by name; their shapes go to `work.shapes`."""
    queries: list[str] = []
    for name, fact in sorted(found.items()):
        try:
            query, shape = compile_fact(work, fact, dialect)
        except (ProfileError, QuantityError, UnitError, ValueError) as error:
            work.report(fact.line, f"fact `{name}`: {error}")
            continue
        work.shapes[name] = shape
        queries.append(query)
    return queries


def _compile_changes(work: Compilation, dialect: Dialect) -> list[str]:
    numbers = {name: at for at, name in enumerate(work.shapes)}
    mark = ":" if dialect.name == "sqlite" else ""
    columns = []
    for name, fact in sorted(work.facts.items()):
        if fact.read != "change":
            continue
        of = fact.of if isinstance(fact.of, dict) else {}
        start, now = of.get("from", ""), of.get("to", "")
        if fact.each == "relative" or any(
            work.facts[n].each == "relative" for n in (start, now) if n in work.facts
        ):
            work.report(
                fact.line, f"fact `{name}`: a change is read off the person's own facts only"
            )
            continue
        if start not in numbers or now not in numbers or not fact.as_:
            work.report(
                fact.line, f"fact `{name}`: change needs `of: {{from, to}}` of two facts, and `as`"
            )
            continue
        pair = [(f"{mark}f{numbers[n]}_lo", f"{mark}f{numbers[n]}_hi") for n in (start, now)]
        low, high = readoffs.write_change(fact.as_, pair[0], pair[1], dialect)
        unit = "1" if fact.as_ == "ratio" else work.shapes[now].unit
        reads = [*work.shapes[start].reads, *work.shapes[now].reads]
        work.shapes[name] = model.FactShape(gives="number", unit=unit, reads=reads)
        at = list(work.shapes).index(name)
        columns.append(f"{low} AS f{at}_lo, {high} AS f{at}_hi")
    return columns


def compile_fact(
    work: Compilation, fact: model.Fact, dialect: Dialect
) -> tuple[str, model.FactShape]:
    """The query and the shape of one fact."""
    if fact.each == "relative":
        fact = _check_relative(work, fact)
    if fact.read == "age":
        return readoffs.write_age(), model.FactShape(gives="number", unit="mo")
    if fact.read == "longest" and fact.where:
        raise ProfileError("`longest` takes no `where`; put it into an episode")
    source = find_rows(work, fact.of, fact.line, dialect)
    columns, gives, unit = _take(fact, source)
    domains = _list_domains(work, source.reads)
    question = readoffs.Question(
        read=fact.read,
        rows=source,
        low=columns.low or f"coalesce({dialect.truth(columns.one)}, 0)",
        high=columns.high or f"coalesce({dialect.truth(columns.one)}, 1)",
        truth=columns.one if gives == "yes-no" and not _decides_rows(fact) else "1 = 1",
        word=columns.one if gives == "word" else "NULL",
        gives=gives,
        where=rows.render_where(fact.where, source, build_profile(work, fact.line), dialect),
        about=fact.about,
        anchor=find_anchor(work, fact, dialect),
        window=_write_window(work, fact, dialect),
        # A list stated complete is the patient's: silence about a relative is never a no by it.
        domains=[] if fact.each == "relative" else domains,
        each=fact.each,
        absent_is_false=fact.absent in (False, "false"),
        strict=fact.strict == "unknown",
    )
    if gives == "word":
        question = _without_number(question)
    shape = _shape(fact, gives, unit, source.reads, domains)
    shape = replace(shape, through=_list_through(work, fact, dialect))
    return readoffs.write_fact(question, dialect), shape


_OF_THE_PATIENT = r"\b(below_limit|above_limit|age|dose_per_kg)\b"


def _check_relative(work: Compilation, fact: model.Fact) -> model.Fact:
    """A fact about each relative reads plain rows; age, sex, weight and courses are the patient's.

    Raises ProfileError where it asks for one of these.
    """
    if fact.anchor != "index" or fact.read == "age":
        raise ProfileError("a fact about each relative is read at the index time, by dates alone")
    if isinstance(fact.of, dict) or (isinstance(fact.of, str) and fact.of in work.episodes):
        raise ProfileError("a fact about each relative reads entries, not episodes")
    if re.search(_OF_THE_PATIENT, f"{fact.take} {fact.where}"):
        raise ProfileError("age, weight and limits by age are known of the patient only")
    return replace(fact, about="relative")


def _decides_rows(fact: model.Fact) -> bool:
    """Whether the `where` itself says which findings hold (stated absent, suspected)."""
    return re.search(r"\b(present|certainty)\b", fact.where) is not None


def _list_through(work: Compilation, fact: model.Fact, dialect: Dialect) -> list[str]:
    """What a fact depends on besides the rows it reads."""
    through = ["weight"] if "dose_per_kg" in (fact.take, *fact.where.split()) else []
    if fact.anchor != "index":
        through += find_rows(work, work.anchors[fact.anchor].of, fact.line, dialect).reads
    return sorted(set(through))


def _without_number(question: readoffs.Question) -> readoffs.Question:
    return dataclasses.replace(question, low="NULL", high="NULL")


def _shape(
    fact: model.Fact, gives: str, unit: str, reads: list[str], domains: list[str]
) -> model.FactShape:
    if fact.read in YES_NO_READS:
        gives, unit = "yes-no", ""
    elif fact.read == "count":
        gives, unit = "number", "1"
    elif fact.read in ("time_since", "longest"):
        gives, unit = "number", "d"
    return model.FactShape(gives=gives, unit=unit, reads=reads, domains=domains)  # type: ignore[arg-type]


def _take(fact: model.Fact, source: rows.Rows) -> tuple[Columns, str, str]:
    """The columns of what is taken, and whether it is a number, a yes-no or a word."""
    if fact.take == "value" and "value" not in source.names:
        if source.gives == "word" and fact.read in YES_NO_READS:
            return Columns(one="(1 = 1)"), "yes-no", ""
        if source.gives == "word":
            return source.columns["category"], "word", ""
        return source.columns["present"], "yes-no", ""
    if fact.take not in source.names:
        raise ProfileError(f"cannot take `{fact.take}`; one of {', '.join(source.names)}")
    name = source.names[fact.take]
    if fact.read in (*YES_NO_READS, "count", "time_since", "longest") and name.kind != "yes-no":
        return source.columns["present"], "yes-no", ""
    return source.columns[fact.take], name.kind, name.unit


def build_profile(work: Compilation, line: str) -> rows.BuildProfile:
    """A profile over the columns of rows, and parameters."""

    def build(names: dict[str, Name]) -> Profile:
        def resolve(name: str) -> Name | None:
            if name in names:
                return names[name]
            known = work.resolve(name)
            return known if known is not None and known.kind == "parameter" else None

        return Profile(resolve, convert_literal, lambda key: work.bind_parameter(key, line))

    return build


def find_rows(
    work: Compilation, of: str | list[str] | dict[str, str], line: str, dialect: Dialect
) -> rows.Rows:
    """The rows of a concept, a list of them, a class, or an episode."""
    if isinstance(of, str) and of in work.episodes:
        return _find_episode(work, work.episodes[of], dialect)
    if isinstance(of, dict):
        raise ProfileError("`of` with roles belongs to a paired episode or a change")
    names = [of] if isinstance(of, str) else of
    ids = sorted({member for name in names for member in _find_members(work, name)})
    concepts = [work.vocabulary.concepts[item] for item in ids]
    return rows.build_rows(concepts, dialect)


def _find_members(work: Compilation, name: str) -> list[str]:
    members = work.vocabulary.members.get(name)
    if not members:
        raise ProfileError(f"`{name}` is neither in the vocabulary nor an episode")
    return list(members)


def _find_episode(work: Compilation, episode: model.Episode, dialect: Dialect) -> rows.Rows:
    if episode.kind == "paired":
        if not isinstance(episode.of, dict):
            raise ProfileError(f"episode `{episode.episode}`: `of` gives the roles")
        roles = {}
        for role, name in episode.of.items():
            if name not in work.vocabulary.concepts:
                raise ProfileError(f"episode `{episode.episode}`: unknown `{name}`")
            roles[role] = work.vocabulary.concepts[name]
        return rows.build_pair(roles)
    if isinstance(episode.of, dict):
        raise ProfileError(f"episode `{episode.episode}`: only a paired episode has roles")
    base = find_rows(work, episode.of, episode.line, dialect)
    where = rows.render_where(episode.where, base, build_profile(work, episode.line), dialect)
    build = rows.build_course if episode.kind == "course" else rows.build_run
    built = build(episode, base, convert_minutes(episode.gap or "0 d"), where, dialect)
    work.fills[dialect.name].setdefault(built.table, built.fill)  # after those it builds on
    work.episode_reads[built.table] = built.reads
    return built


def find_anchor(work: Compilation, fact: model.Fact, dialect: Dialect) -> str:
    """The relation (person, t0, t1) of a fact's anchor; empty for the index time."""
    if fact.anchor == "index":
        return ""
    if fact.anchor not in work.anchors:
        raise ProfileError(f"unknown anchor `{fact.anchor}`")
    return write_anchor(work, work.anchors[fact.anchor], dialect)


def write_anchor(work: Compilation, anchor: model.Anchor, dialect: Dialect) -> str:
    """One instant a person, as an interval: the start or end of the latest (earliest) row.

    Rows that are only possible may move it further out, rows that are certain bound it.
    """
    source = find_rows(work, anchor.of, anchor.line, dialect)
    early, late = ("e0", "e1") if anchor.at == "end" else ("t0", "t1")
    sure = "CASE WHEN r.present = 1 THEN r.{side} END"
    if anchor.which == "latest":
        low = f"coalesce(max({sure.format(side=early)}), {-FAR})"
        high = f"max(r.{late})"
    else:
        low = f"min(r.{early})"
        high = f"coalesce(min({sure.format(side=late)}), {FAR})"
    return (
        f"(SELECT r.person, {low} AS t0, {high} AS t1 FROM {source.table} r"
        f" WHERE {source.only} AND r.about IS NULL AND coalesce(r.present, 1) = 1"
        f" AND r.t0 <= {dialect.bind('index')}"
        " GROUP BY r.person)"
    )


def _write_window(work: Compilation, fact: model.Fact, dialect: Dialect) -> readoffs.Window:
    if not fact.window:
        return readoffs.Window(low="", high="0")
    if len(fact.window) != 2:
        raise ProfileError("window is [from, to] relative to the anchor, e.g. [-7 d, 0 d]")
    low, high = (_write_bound(work, fact, bound, dialect) for bound in fact.window)
    return readoffs.Window(low=low, high=high)


def _write_bound(work: Compilation, fact: model.Fact, bound: str, dialect: Dialect) -> str:
    sign, rest = ("-", bound[1:].strip()) if bound.startswith("-") else ("", bound.strip())
    if rest.startswith("{"):
        key = f"{rest.strip('{}')}|min"
        if work.resolve(rest.strip("{}")) is None:
            raise ProfileError(f"unknown parameter in window: {bound}")
        work.bind_parameter(key, fact.line)
        return f"({sign}{dialect.bind(name_parameter(key))})"
    return f"({convert_minutes(bound)})"


def _list_domains(work: Compilation, reads: list[str]) -> list[str]:
    concepts = work.vocabulary.concepts
    return sorted({concepts[item].domain for item in reads if concepts[item].domain})
