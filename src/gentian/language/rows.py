"""Rows a fact reads from: plain events or an episode, as SQL with named columns (design 4).

Every row relation gives person, id, what, t0, t1, e0, e1, present and the columns below; a `Rows` knows
how a name of the language (value, below_limit, dose, …) is written over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .model import Concept, Episode, Tree
from .profile import Name, Profile, ProfileError
from .sql import Columns, Dialect, quote, render
from .tables import WORD_COLUMNS

DAY, DAY_SHIFT, TICKS = 1440, 1440 * 3_000_000, 1_000_000


@dataclass(frozen=True, slots=True)
class Rows:
    """A relation and its names. `table` stands after FROM, called r; `only` is its condition."""

    table: str
    names: dict[str, Name]
    columns: dict[str, Columns]
    reads: list[str]
    members: int  # how many concepts; 0: a stated absence of one row never settles the whole
    gives: str  # number | yes-no | word: what `take: value` is
    unit: str = ""
    only: str = "1 = 1"
    fill: str = ""  # the query that fills an episode's table


def list_words(items: list[str]) -> str:
    """`'a', 'b'` for IN."""
    return ", ".join(quote(item) for item in items)


def find_day(time: str, dialect: Dialect) -> str:
    """The civil day of a minute as a whole number (shifted, so that division never sees a negative)."""
    return f"({dialect.divide(f'{time} + {DAY_SHIFT}', str(DAY))})"


def count_days(start: str, end: str, dialect: Dialect) -> str:
    """Civil days from one minute to another as ticks, never negative: dates a week apart are 7 days."""
    days = f"({find_day(end, dialect)} - {find_day(start, dialect)})"
    return f"(CASE WHEN {days} > 0 THEN {days} WHEN {days} <= 0 THEN 0 END) * {TICKS}"


def cut(end: str, dialect: Dialect) -> str:
    """The end of an interval, not after the index time."""
    index = dialect.bind("index")
    return f"(CASE WHEN {end} > {index} THEN {index} ELSE {end} END)"


def _write_duration(dialect: Dialect) -> Columns:
    low = count_days("r.t1", cut("r.e0", dialect), dialect)
    high = count_days("r.t0", cut("r.e1", dialect), dialect)
    return Columns(low=f"({low})", high=f"({high})")


def _write_dose(concepts: list[Concept], dialect: Dialect) -> Columns:
    """Dose per day, in milligrams of the class's reference medicine where equivalents are given."""
    factors = {c.id: Fraction(c.equivalent.split()[0]) for c in concepts if c.equivalent}
    low, high = "r.dose_lo", "r.dose_hi"
    if len(factors) and any(factor != 1 for factor in factors.values()):
        low, high = (_scale(column, factors, dialect) for column in (low, high))
    return Columns(low=f"({low})", high=f"({high})")


def _scale(column: str, factors: dict[str, Fraction], dialect: Dialect) -> str:
    parts = []
    for what, factor in sorted(factors.items()):
        scaled = dialect.divide(f"{column} * {factor.numerator}", str(factor.denominator))
        parts.append(f"WHEN {quote(what)} THEN {scaled}")
    return f"CASE r.what {' '.join(parts)} ELSE NULL END"


def _write_dose_per_kg(dose: Columns, dialect: Dialect) -> Columns:
    """Dose per day over the latest weight up to the index time."""
    index = dialect.bind("index")
    weight = (
        "(SELECT {pick}(w.{side}) FROM event w WHERE w.person = r.person AND w.what = 'weight'"
        f" AND w.about IS NULL AND w.t0 <= {index} AND w.t1 >= (SELECT max(v.t0) FROM event v WHERE"
        f" v.person = r.person AND v.what = 'weight' AND v.about IS NULL AND v.t1 <= {index}))"
    )
    heavy = weight.format(pick="max", side="hi")
    light = weight.format(pick="min", side="lo")
    return Columns(
        low=f"({dialect.divide(f'{dose.low} * 1000000', heavy)})",
        high=f"({dialect.divide(f'{dose.high} * 1000000', light)} + 1)",
    )


def build_rows(everything: list[Concept], dialect: Dialect) -> Rows:
    """Rows of plain events about some concepts.

    A class may itself be recorded ("an ACE inhibitor"), but only its members together settle a no.
    """
    reads = [concept.id for concept in everything]
    concepts = [concept for concept in everything if concept.sort != "class"] or everything
    names: dict[str, Name] = {
        "present": Name("yes-no"),
        "below_limit": Name("yes-no"),
        "above_limit": Name("yes-no"),
        "age": Name("number", "mo"),
        "duration": Name("number", "d"),
    }
    columns = {
        "present": Columns(one="(r.present = 1)"),
        "below_limit": Columns(one="(r.below = 1)"),
        "above_limit": Columns(one="(r.above = 1)"),
        "age": Columns(low="r.age0", high="r.age1"),
        "duration": _write_duration(dialect),
    }
    for word in WORD_COLUMNS:
        names[word], columns[word] = Name("word"), Columns(one=f"r.{word}")
    gives, unit = _find_value(concepts)
    if gives == "number":
        names["value"], columns["value"] = Name("number", unit), Columns(low="r.lo", high="r.hi")
    if all(concept.sort == "medicine" for concept in concepts) and concepts:
        dose = _write_dose(concepts, dialect)
        dose_unit = concepts[0].dose_unit
        names |= {
            "dose": Name("number", f"{dose_unit}/d"),
            "dose_per_kg": Name("number", f"{dose_unit}/kg/d"),
        }
        columns |= {"dose": dose, "dose_per_kg": _write_dose_per_kg(dose, dialect)}
    only = f"r.what IN ({list_words(reads)})"
    return Rows("event", names, columns, reads, len(concepts), gives, unit, only)


def _find_value(concepts: list[Concept]) -> tuple[str, str]:
    sorts = {concept.sort for concept in concepts}
    if sorts != {"measurement"}:
        return "yes-no", ""
    if all(concept.words for concept in concepts):
        return "word", ""
    units = {concept.unit for concept in concepts}
    if len(units) != 1:
        raise ProfileError(
            f"{', '.join(c.id for c in concepts)} have different units: {sorted(units)}"
        )
    return "number", units.pop()


BuildProfile = Callable[[dict[str, Name]], Profile]


def render_where(text: str, rows: Rows, build: BuildProfile, dialect: Dialect) -> str:
    """The SQL of a `where` over the rows' columns, `1` where there is none."""
    if not text:
        return "1 = 1"
    tree: Tree = build(rows.names).parse(text)
    return render(tree, lambda name: rows.columns[name], _refuse_criterion, dialect)


def _refuse_criterion(name: str) -> str:
    raise ProfileError(f"`{name}` is a criterion; a `where` looks at one row only")


def build_course(episode: Episode, base: Rows, gap: int, where: str, dialect: Dialect) -> Rows:
    """Merged orders: rows closer together than `gap` minutes are one course.

    Where vague dates leave open whether two orders are one course, the course's start is as vague as
    that, and each course it may be instead is a possible row (present NULL).
    """
    what = quote(episode.episode)
    steps = _write_islands(base, gap, where) | {
        "part_rows": (
            "SELECT z.person, z.island, z.part, min(z.id) AS id, min(z.t0) AS t0, min(z.t1) AS t1,"
            " max(z.e0) AS e0, max(z.e1) AS e1, max(z.day_lo) AS dose_lo, max(z.day_hi) AS dose_hi"
            " FROM pieces z GROUP BY z.person, z.island, z.part"
        ),
        "parts": "SELECT k.*, max(k.part) OVER (PARTITION BY k.person, k.island) AS parts FROM part_rows k",
    }
    whole = (
        f"SELECT i.person, min(i.id) AS id, {what} AS what, min(i.t0) AS t0, max(i.t1) AS t1,"
        " max(i.e0) AS e0, max(i.e1) AS e1, 1 AS present, max(i.dose_lo) AS dose_lo,"
        " max(i.dose_hi) AS dose_hi, NULL AS about FROM part_rows i GROUP BY i.person, i.island"
    )
    further = (
        f"SELECT j.person, j.id, {what} AS what, j.t0, j.t1, j.e0, j.e1, NULL AS present,"
        " j.dose_lo, j.dose_hi, NULL AS about FROM parts j WHERE j.parts > 0"
    )
    names = {"present": Name("yes-no"), "duration": Name("number", "d")}
    columns = {"present": Columns(one="(r.present = 1)"), "duration": _write_duration(dialect)}
    if "dose" in base.names:
        names["dose"] = base.names["dose"]
        columns["dose"] = Columns(low="r.dose_lo", high="r.dose_hi")
    fill = _with(steps, f"{whole} UNION ALL {further}")
    table = name_table(episode.episode)
    return Rows(table, names, columns, base.reads, 0, "yes-no", fill=fill)


def _with(steps: dict[str, str], last: str) -> str:
    """Named steps and the query over them: nested queries would outgrow SQLite's parser."""
    named = ", ".join(f"{name} AS ({text})" for name, text in steps.items())
    return f"WITH {named} {last}"


def name_table(episode: str) -> str:
    """The table that holds a course or a run, filled once a person."""
    return f"episode_{episode}"


def _write_islands(base: Rows, gap: int, where: str) -> dict[str, str]:
    """Orders with `island` (perhaps one course) and `part` within it (surely one course)."""
    dose = base.columns.get("dose", Columns(low="NULL", high="NULL"))
    order = "ORDER BY {a}.t0, {a}.t1, {a}.e1, {a}.id ROWS BETWEEN UNBOUNDED PRECEDING AND"
    before = f"OVER (PARTITION BY x.person {order.format(a='x')} 1 PRECEDING)"
    return {
        "chosen": (
            f"SELECT r.*, {dose.low} AS day_lo, {dose.high} AS day_hi FROM {base.table} r"
            f" WHERE {base.only} AND r.about IS NULL AND coalesce(r.present, 1) = 1 AND ({where})"
        ),
        "reached": (
            f"SELECT x.*, max(x.e1) {before} AS reach1, max(x.e0) {before} AS reach0,"
            f" max(x.t1) {before} AS late FROM chosen x"
        ),
        "breaks": (
            f"SELECT y.*, CASE WHEN y.reach1 IS NULL OR y.t0 > y.reach1 + {gap} THEN 1 ELSE 0 END"
            f" AS far, CASE WHEN y.t1 > y.reach0 + {gap} OR y.late > y.e0 + {gap} THEN 1 ELSE 0 END"
            " AS apart FROM reached y"
        ),
        "islands": (
            "SELECT w.*, sum(w.far) OVER"
            f" (PARTITION BY w.person {order.format(a='w')} CURRENT ROW) AS island FROM breaks w"
        ),
        "pieces": (
            "SELECT q.*, sum(CASE WHEN q.far = 1 THEN 0 ELSE q.apart END) OVER"
            f" (PARTITION BY q.person, q.island {order.format(a='q')} CURRENT ROW) AS part"
            " FROM islands q"
        ),
    }


def build_run(episode: Episode, base: Rows, gap: int, where: str, dialect: Dialect) -> Rows:
    """Longest sustained condition: certain runs (present 1) and possible ones (present NULL).

    Values of the same time are one step, true only if all agree, so the order of entries never matters.
    Where dates are so vague that they cross, their order is not known and no run is certain.
    """
    vague = "max(u.crosses) OVER (PARTITION BY u.person) = 1"
    steps = {
        "judged": (
            f"SELECT r.*, {dialect.truth(where)} AS x FROM {base.table} r"
            f" WHERE {base.only} AND r.about IS NULL"
        ),
        "together": (
            "SELECT s.person, min(s.id) AS id, s.t0, s.t1, max(s.e0) AS e0, max(s.e1) AS e1,"
            " min(coalesce(s.x, 0)) AS yes, max(coalesce(s.x, 1)) AS maybe"
            " FROM judged s GROUP BY s.person, s.t0, s.t1"
        ),
        "crossing": (
            "SELECT t.*, CASE WHEN t.t0 <= max(t.t1) OVER (PARTITION BY t.person ORDER BY t.t0, t.t1"
            " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 1 ELSE 0 END AS crosses"
            " FROM together t"
        ),
        "steps": (
            f"SELECT u.*, CASE WHEN {vague} THEN 0 ELSE u.yes END AS surely,"
            f" CASE WHEN {vague} THEN 1 ELSE u.maybe END AS perhaps FROM crossing u"
        ),
    }
    parts = []
    for column, present in (("surely", "1"), ("perhaps", "NULL")):
        steps |= _write_blocks(column, gap)
        parts.append(_select_runs(column, present, episode))
    parts.append(  # measured, whatever came of it: then no run means no run
        f"SELECT v.person, min(v.id) AS id, {quote(episode.episode)} AS what, min(v.t0) AS t0,"
        " min(v.t1) AS t1, min(v.t0) AS e0, min(v.t1) AS e1, 0 AS present,"
        " NULL AS dose_lo, NULL AS dose_hi, NULL AS about"
        " FROM steps v WHERE v.surely = v.perhaps GROUP BY v.person"
    )
    names = {"present": Name("yes-no"), "duration": Name("number", "d")}
    columns = {"present": Columns(one="(r.present = 1)"), "duration": _write_duration(dialect)}
    fill = _with(steps, " UNION ALL ".join(parts))
    table = name_table(episode.episode)
    return Rows(table, names, columns, base.reads, 1, "yes-no", fill=fill)


def _write_blocks(column: str, gap: int) -> dict[str, str]:
    """Steps whose condition holds, numbered by block (unbroken) and island (no gap too wide)."""
    order = "PARTITION BY {a}.person{more} ORDER BY {a}.t0, {a}.t1 "
    upto = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return {
        f"{column}_broken": (
            f"SELECT k.*, sum(CASE WHEN k.{column} = 1 THEN 0 ELSE 1 END) OVER"
            f" ({order.format(a='k', more='')}{upto}) AS block FROM steps k"
        ),
        f"{column}_far": (
            "SELECT l.*, CASE WHEN l.t0 - lag(l.e1) OVER"
            f" ({order.format(a='l', more=', l.block')}) > {gap} THEN 1 ELSE 0 END AS far"
            f" FROM {column}_broken l WHERE l.{column} = 1"
        ),
        f"{column}_islands": (
            f"SELECT m.*, sum(m.far) OVER ({order.format(a='m', more=', m.block')}{upto}) AS island"
            f" FROM {column}_far m"
        ),
    }


def _select_runs(column: str, present: str, episode: Episode) -> str:
    return (
        f"SELECT n.person, min(n.id) AS id, {quote(episode.episode)} AS what, min(n.t0) AS t0,"
        f" min(n.t1) AS t1, max(n.e0) AS e0, max(n.e1) AS e1, {present} AS present,"
        f" NULL AS dose_lo, NULL AS dose_hi, NULL AS about FROM {column}_islands n"
        f" GROUP BY n.person, n.block, n.island HAVING count(*) >= {episode.at_least}"
    )


# What a paired row knows of each role besides its value: against its limit, recorded, limit printed.
_ROLE_COLUMNS = {
    "below_limit": "below",
    "above_limit": "above",
    "recorded": "here",
    "own_limit": "own",
}


def build_pair(roles: dict[str, Concept]) -> Rows:
    """Rows of the first role with the values of the others from the same sample, or the same day."""
    first = next(iter(roles))
    names: dict[str, Name] = {"present": Name("yes-no")}
    columns: dict[str, Columns] = {"present": Columns(one="(r.present = 1)")}
    selected = ["m.*"]
    for role, concept in roles.items():
        low, high = f"r.{role}_lo", f"r.{role}_hi"
        names[role], columns[role] = Name("number", concept.unit), Columns(low=low, high=high)
        for column, stored in _ROLE_COLUMNS.items():
            names[f"{role}_{column}"] = Name("yes-no")
            columns[f"{role}_{column}"] = Columns(one=f"(r.{role}_{stored} = 1)")
        selected += _select_role(role, concept, role == first)
    table = (
        f"(SELECT {', '.join(selected)} FROM event m"
        f" WHERE m.what = {quote(roles[first].id)} AND m.about IS NULL)"
    )
    reads = [concept.id for concept in roles.values()]
    names["value"], columns["value"] = names[first], columns[first]
    return Rows(table, names, columns, reads, 1, "number", roles[first].unit)


_HAS_LIMIT = (
    "CASE WHEN coalesce({a}.ref_low, {a}.ref_high) IS NULL AND {a}.flag IS NULL THEN 0 ELSE 1 END"
)


def _select_role(role: str, concept: Concept, is_first: bool) -> list[str]:
    if is_first:
        return [
            f"m.lo AS {role}_lo",
            f"m.hi AS {role}_hi",
            f"m.below AS {role}_below",
            f"m.above AS {role}_above",
            f"1 AS {role}_here",
            f"{_HAS_LIMIT.format(a='m')} AS {role}_own",
        ]
    same = (
        "(CASE WHEN m.sample IS NOT NULL AND p.sample IS NOT NULL THEN m.sample = p.sample"
        " ELSE m.day0 = m.day1 AND p.day0 = m.day0 AND p.day1 = m.day0 END)"
    )
    pick = (
        f"(SELECT {{what}} FROM event p WHERE p.person = m.person AND p.what = {quote(concept.id)}"
        f" AND p.about IS NULL AND {same})"
    )
    agree = (
        "CASE WHEN min(coalesce(p.{x}, 0)) = 1 THEN 1 WHEN max(coalesce(p.{x}, 1)) = 0 THEN 0 END"
    )
    own = f"coalesce(min({_HAS_LIMIT.format(a='p')}), 0)"
    return [
        f"{pick.format(what='min(p.lo)')} AS {role}_lo",
        f"{pick.format(what='max(p.hi)')} AS {role}_hi",
        f"{pick.format(what=agree.format(x='below'))} AS {role}_below",
        f"{pick.format(what=agree.format(x='above'))} AS {role}_above",
        f"{pick.format(what='CASE WHEN count(*) > 0 THEN 1 ELSE 0 END')} AS {role}_here",
        f"{pick.format(what=own)} AS {role}_own",
    ]
