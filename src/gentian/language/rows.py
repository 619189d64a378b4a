"""Rows a fact reads from: plain events or an episode, as SQL with named columns (design 4).

Every row relation gives person, id, what, t0, t1, e0, e1, present and the columns below; a `Rows` knows
how a name of the language (value, below_limit, dose, …) is written over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from .model import Concept, Episode, Tree
from .profile import Name, Profile, ProfileError
from .sql import Columns, Dialect, quote, render

WORD_COLUMNS = (
    "category",
    "zygosity",
    "origin",
    "classification",
    "certainty",
    "response",
    "reason",
    "specimen",
    "method",
    "route",
    "site",
    "status",
)
DAY_NUMERATOR, DAY_DENOMINATOR = 6250, 9  # minutes → ticks of days: × 1,000,000 ÷ 1440


@dataclass(frozen=True, slots=True)
class Rows:
    """A relation and its names. `table` is SQL that can stand after FROM; `members` what it reads."""

    table: str
    names: dict[str, Name]
    columns: dict[str, Columns]
    reads: list[str]
    members: int  # how many concepts; 0: a stated absence of one row never settles the whole
    gives: str  # number | yes-no | word: what `take: value` is
    unit: str = ""
    extra: list[str] = field(default_factory=list)


def list_words(items: list[str]) -> str:
    """`'a', 'b'` for IN."""
    return ", ".join(quote(item) for item in items)


def count_days(minutes: str, dialect: Dialect, *, up: bool = False) -> str:
    """Minutes (never negative) as ticks of days, rounded outward."""
    top = f"({minutes}) * {DAY_NUMERATOR}" + (f" + {DAY_DENOMINATOR - 1}" if up else "")
    return dialect.divide(top, str(DAY_DENOMINATOR))


def cut(end: str, dialect: Dialect) -> str:
    """The end of an interval, not after the index time."""
    index = dialect.bind("index")
    return f"(CASE WHEN {end} > {index} THEN {index} ELSE {end} END)"


def _write_duration(dialect: Dialect) -> Columns:
    def clamp(minutes: str) -> str:
        return f"CASE WHEN {minutes} > 0 THEN {minutes} ELSE 0 END"

    low = clamp(f"({cut('r.e0', dialect)} - r.t1)")
    high = clamp(f"({cut('r.e1', dialect)} - r.t0)")
    return Columns(
        low=f"({count_days(low, dialect)})", high=f"({count_days(high, dialect, up=True)})"
    )


def write_limit(bound: str, alias: str, dialect: Dialect) -> str:
    """Below the lower (above the upper) limit: the printed range first, then the flag, then the table."""
    printed, flagged = ("ref_low", "L") if bound == "lower" else ("ref_high", "H")
    band = (
        "SELECT {pick}(b.value) FROM band b WHERE b.what = {a}.what AND b.bound = '" + bound + "'"
        " AND (b.sex = 'any' OR {a}.sex IS NULL OR b.sex = {a}.sex)"
        " AND ({a}.age1 IS NULL OR (b.m0 <= {a}.age1 AND b.m1 > {a}.age0))"
    )
    least, most = (f"({band.format(pick=pick, a=alias)})" for pick in ("min", "max"))
    a = alias
    if bound == "lower":
        own = f"CASE WHEN {a}.hi < {a}.{printed} THEN 1 WHEN {a}.lo >= {a}.{printed} THEN 0 END"
        table = f"CASE WHEN {a}.hi < {least} THEN 1 WHEN {a}.lo >= {most} THEN 0 END"
    else:
        own = f"CASE WHEN {a}.lo > {a}.{printed} THEN 1 WHEN {a}.hi <= {a}.{printed} THEN 0 END"
        table = f"CASE WHEN {a}.lo > {most} THEN 1 WHEN {a}.hi <= {least} THEN 0 END"
    return (
        f"(CASE WHEN {a}.{printed} IS NOT NULL THEN ({own}) WHEN {a}.flag = '{flagged}' THEN 1"
        f" WHEN {a}.flag IS NOT NULL THEN 0 ELSE ({table}) END)"
    )


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
    table = f"(SELECT * FROM event WHERE what IN ({list_words(reads)}))"
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
    return Rows(table, names, columns, reads, len(concepts), gives, unit)


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
    """Merged orders: rows closer together than `gap` minutes are one course."""
    dose = base.columns.get("dose", Columns(low="NULL", high="NULL"))
    chosen = (
        f"SELECT r.*, {dose.low} AS day_lo, {dose.high} AS day_hi FROM {base.table} r"
        f" WHERE r.about IS NULL AND coalesce(r.present, 1) = 1 AND ({where})"
    )
    before = (
        "max(x.e1) OVER (PARTITION BY x.person ORDER BY x.t0, x.t1, x.e1, x.id"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    )
    islands = (
        f"SELECT y.*, sum(CASE WHEN y.reach IS NULL OR y.t0 > y.reach + {gap} THEN 1 ELSE 0 END)"
        " OVER (PARTITION BY y.person ORDER BY y.t0, y.t1, y.e1, y.id"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island"
        f" FROM (SELECT x.*, {before} AS reach FROM ({chosen}) x) y"
    )
    merged = (
        f"(SELECT z.person, min(z.id) AS id, {quote(episode.episode)} AS what, min(z.t0) AS t0,"
        " min(z.t1) AS t1, max(z.e0) AS e0, max(z.e1) AS e1, min(z.present) AS present,"
        " max(z.day_lo) AS dose_lo, max(z.day_hi) AS dose_hi, count(*) AS orders,"
        f" NULL AS about FROM ({islands}) z GROUP BY z.person, z.island)"
    )
    names = {"present": Name("yes-no"), "duration": Name("number", "d")}
    columns = {"present": Columns(one="(r.present = 1)"), "duration": _write_duration(dialect)}
    if "dose" in base.names:
        names["dose"] = base.names["dose"]
        columns["dose"] = Columns(low="r.dose_lo", high="r.dose_hi")
    return Rows(merged, names, columns, base.reads, 0, "yes-no")


def build_run(episode: Episode, base: Rows, gap: int, where: str, dialect: Dialect) -> Rows:
    """Longest sustained condition: certain runs (present 1) and possible ones (present NULL).

    Values of the same time are one step, true only if all agree, so the order of entries never matters.
    """
    steps = (
        "SELECT s.person, min(s.id) AS id, s.t0, s.t1, max(s.e0) AS e0, max(s.e1) AS e1,"
        " min(coalesce(s.x, 0)) AS surely, max(coalesce(s.x, 1)) AS perhaps FROM"
        f" (SELECT r.*, {dialect.truth(where)} AS x FROM {base.table} r WHERE r.about IS NULL) s"
        " GROUP BY s.person, s.t0, s.t1"
    )
    parts = [
        _write_runs(steps, column, present, gap, episode)
        for column, present in (("surely", "1"), ("perhaps", "NULL"))
    ]
    names = {"present": Name("yes-no"), "duration": Name("number", "d")}
    columns = {"present": Columns(one="(r.present = 1)"), "duration": _write_duration(dialect)}
    return Rows(f"({' UNION ALL '.join(parts)})", names, columns, base.reads, 0, "yes-no")


def _write_runs(steps: str, column: str, present: str, gap: int, episode: Episode) -> str:
    order = "PARTITION BY {a}.person{more} ORDER BY {a}.t0, {a}.t1 "
    upto = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    broken = (
        f"SELECT k.*, sum(CASE WHEN k.{column} = 1 THEN 0 ELSE 1 END) OVER"
        f" ({order.format(a='k', more='')}{upto}) AS block FROM ({steps}) k"
    )
    far = (
        "SELECT l.*, CASE WHEN l.t0 - lag(l.e1) OVER"
        f" ({order.format(a='l', more=', l.block')}) > {gap} THEN 1 ELSE 0 END AS far"
        f" FROM ({broken}) l WHERE l.{column} = 1"
    )
    islands = (
        f"SELECT m.*, sum(m.far) OVER ({order.format(a='m', more=', m.block')}{upto}) AS island"
        f" FROM ({far}) m"
    )
    return (
        f"SELECT n.person, min(n.id) AS id, {quote(episode.episode)} AS what, min(n.t0) AS t0,"
        f" min(n.t1) AS t1, max(n.e0) AS e0, max(n.e1) AS e1, {present} AS present, NULL AS about"
        f" FROM ({islands}) n GROUP BY n.person, n.block, n.island"
        f" HAVING count(*) >= {episode.at_least}"
    )


# what a paired row knows of each role besides its value: against its limit, recorded at all, limit printed
_ROLE_COLUMNS = {
    "below_limit": "below",
    "above_limit": "above",
    "recorded": "here",
    "own_limit": "own",
}


def build_pair(roles: dict[str, Concept]) -> Rows:
    """Rows of the first role with the values of the others from the same sample, or the same day."""
    first, *others = roles
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
