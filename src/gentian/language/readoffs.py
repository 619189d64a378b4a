"""Read-offs: one SQL template per `read`, with interval semantics (docs/language.md 4).

Each fact's query gives one row a person: person, lo, hi, word, events. Yes-no facts give lo 0 or 1,
or NULL for unknown. `c` marks rows surely in the window, `p` rows perhaps in it; `q` is the filter and `r`
the truth of a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from .rows import DAY, Rows, count_days, find_day
from .sql import OPEN_HIGH, Dialect

_STARTS = ("r.t0", "r.t1")  # earliest and latest time at which a row began
_ENDS = ("r.e0", "r.e1")  # and ended


@dataclass(frozen=True, slots=True)
class Window:
    """Bounds relative to the anchor, as SQL of minutes; `low` empty: ever before."""

    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Question:
    """A fact ready to be written: what to read from which rows, and what counts as evidence of no."""

    read: str
    rows: Rows
    low: str  # the value's columns, or the truth of a row as 1/0/NULL for yes-no
    high: str
    truth: str
    word: str
    gives: str
    where: str
    about: str  # patient | relative
    anchor: str  # SQL of a relation (person, t0, t1), empty for the index time
    window: Window
    domains: list[str]
    absent_is_false: bool
    strict: bool
    each: str = "person"  # person | relative


def write_fact(question: Question, dialect: Dialect) -> str:
    """Return the query of one fact."""
    return _Writer(question, dialect).write()


class _Writer:
    def __init__(self, question: Question, dialect: Dialect) -> None:
        self.q = question
        self.dialect = dialect
        index = dialect.bind("index")
        self.person = "1" if dialect.alone else "o.person"
        self.a0, self.a1 = ("a.t0", "a.t1") if question.anchor else (index, index)
        # Among many, each relative has a number of its own and stands where the person does.
        self.numbered = question.each == "relative" and not dialect.alone
        self.subject = "i.number" if self.numbered else "r.person"

    def write(self) -> str:
        return str(getattr(self, f"_write_{self.q.read}")())

    # --- pieces -----------------------------------------------------------------------------

    def _inside(
        self, starts: tuple[str, str] = _STARTS, ends: tuple[str, str] = _ENDS
    ) -> tuple[str, str]:
        """Surely and perhaps in the window: for an interval that overlaps it, or for one edge of it.

        starts, ends: columns of the earliest and latest time that may not lie after, and before it.
        """
        low, high = self.q.window.low, self.q.window.high
        surely = [self._up_to(starts[1], self.a0, high)]
        perhaps = [self._up_to(starts[0], self.a1, high)]
        if low:
            surely.append(self._since(ends[0], self.a1, low))
            perhaps.append(self._since(ends[1], self.a0, low))
        return " AND ".join(surely), " AND ".join(perhaps)

    def _day(self, time: str) -> str:
        return f"{find_day(time, self.dialect)} * {DAY}"

    def _since(self, time: str, anchor: str, low: str) -> str:
        """Not before the window: by civil days, so that a week ago is within seven days."""
        return f"{self._day(time)} >= {self._day(anchor)} + {low}"

    def _up_to(self, time: str, anchor: str, high: str) -> str:
        """Not after the window: by civil days, but up to the index time by the minute."""
        if high in ("0", "(0)") and not self.q.anchor:
            return f"{time} <= {anchor}"
        return f"{self._day(time)} <= {self._day(anchor)} + {high}"

    def _rows(
        self, surely: str, perhaps: str, columns: str, *conditions: str, edge: str = "NULL"
    ) -> str:
        """The rows of the patient (of relatives) that fit the conditions, with the columns named.

        columns: of id, what, t0, t1, e0, e1, a0, a1 (the anchor's times), c, p, q, r, v_lo, v_hi, word
        and edge.
        """
        q, truth = self.q, self.dialect.truth
        derived = {
            "a0": self.a0,
            "a1": self.a1,
            "c": truth(surely),
            "p": truth(perhaps),
            "q": truth(q.where),
            "r": truth(f"{q.truth} AND {q.where}"),
            "v_lo": q.low,
            "v_hi": q.high,
            "word": q.word,
            "edge": edge,
        }
        named = [f"{derived.get(name, f'r.{name}')} AS {name}" for name in columns.split()]
        joined, about = self._find_subject()
        return (
            f"SELECT {self.subject} AS person, {', '.join(named)} FROM {q.rows.table} r{joined}"
            f" WHERE {' AND '.join((q.rows.only, about, *conditions))}"
        )

    def _find_subject(self) -> tuple[str, str]:
        """What is joined to the rows, and the condition that says of whom they are."""
        q = self.q
        anchor = f" JOIN {q.anchor} a ON a.person = r.person" if q.anchor else ""
        if self.numbered:
            return " JOIN relative i ON i.person = r.person AND i.item = r.about", "1 = 1"
        if q.each == "relative":
            return anchor, f"r.about = {self.dialect.bind('item')}"
        return anchor, "r.about IS NULL" if q.about == "patient" else "r.about IS NOT NULL"

    def _may(self, condition: str) -> str:
        """True, or not known: what a row needs to count as possible."""
        return f"coalesce({self.dialect.truth(condition)}, 1) = 1"

    def _select(
        self, low: str, high: str, word: str, events: str, rows: str, on: str = "1 = 1"
    ) -> str:
        columns = f"{low} AS lo, {high} AS hi, {word} AS word, {events} AS events"
        if self.dialect.alone:
            return f"SELECT 1 AS person, {columns} FROM ({rows}) x WHERE {on}"
        people = "(SELECT number AS person FROM relative)" if self.numbered else "person"
        return (
            f"SELECT o.person AS person, {columns} FROM {people} o LEFT JOIN ({rows}) x"
            f" ON x.person = o.person AND {on} GROUP BY o.person"
        )

    def _yes_no(self, value: str, rows: str, pointing: str) -> str:
        """A yes-no fact: the events that point to yes, else all that were looked at."""
        gather = self.dialect.gather
        events = f"coalesce({gather(f'CASE WHEN {pointing} THEN x.id END')}, {gather('x.id')})"
        return self._select(value, "NULL", "NULL", events, rows)

    def _complete(self) -> str:
        """A dated completeness statement covers every domain the fact reads."""
        if not self.q.domains or self.q.anchor:
            return "1 = 0"
        what = ", ".join(f"'complete-{domain}'" for domain in self.q.domains)
        index, valid = self.dialect.bind("index"), self.dialect.bind("p_completeness_valid_for_min")
        since = [f"k.t0 >= {index} - {valid}"]
        if self.q.window.low:
            since.append(f"k.t0 >= {index} + {self.q.window.low}")
        told = (
            f"FROM event k WHERE k.person = {self.person} AND k.what IN ({what})"
            f" AND k.about IS NULL AND k.t1 <= {index} AND {' AND '.join(since)}"
        )
        if len(self.q.domains) == 1:
            return f"EXISTS (SELECT 1 {told})"
        return f"(SELECT count(DISTINCT k.what) {told}) = {len(self.q.domains)}"

    def _no_by_silence(self) -> str:
        """Missing is false: a completeness statement, or the fact's own declaration."""
        declared = "1 = 0"
        if self.q.absent_is_false:
            declared = f"{self.dialect.bind('strict')} = 0" if self.q.strict else "1 = 1"
        return f"({self._complete()} OR {declared})"

    def _no_by_rows(self, settled: str) -> str:
        """Every concept asked about has a row that settles it."""
        if not self.q.rows.members:
            return "1 = 0"
        if self.q.rows.members == 1:
            return f"max(CASE WHEN {settled} THEN 1 ELSE 0 END) = 1"
        return f"count(DISTINCT CASE WHEN {settled} THEN x.what END) = {self.q.rows.members}"

    def _decide(self, settled: str) -> str:
        """True, unknown, false or unknown: the order is the meaning (docs/language.md 4)."""
        return (
            "CASE WHEN max(CASE WHEN x.c = 1 AND x.r = 1 THEN 1 ELSE 0 END) = 1 THEN 1"
            " WHEN max(CASE WHEN x.p = 1 AND coalesce(x.r, 1) = 1 THEN 1 ELSE 0 END) = 1 THEN NULL"
            f" WHEN {self._no_by_rows(settled)} OR {self._no_by_silence()} THEN 0 END"
        )

    # --- yes-no -----------------------------------------------------------------------------

    def _write_any(self) -> str:
        surely, perhaps = self._inside()
        rows = self._rows(surely, perhaps, "id what c p r", f"({perhaps})")
        return self._yes_no(self._decide("x.c = 1 AND x.r = 0"), rows, "coalesce(x.r, 1) = 1")

    def _write_on(self) -> str:
        surely = f"r.t1 <= {self.a0} AND r.e0 >= {self.a1}"
        perhaps = f"r.t0 <= {self.a1} AND r.e1 >= {self.a0}"
        return self._write_begun(surely, perhaps)

    def _write_started_within(self) -> str:
        return self._write_edge(_STARTS)

    def _write_ended_within(self) -> str:
        return self._write_edge(_ENDS)

    def _write_edge(self, edge: tuple[str, str]) -> str:
        return self._write_begun(*self._inside(edge, edge))

    def _write_begun(self, surely: str, perhaps: str) -> str:
        """Of rows begun by the anchor; whatever has begun and is not so settles a no."""
        begun = f"r.t0 <= {self.a1}"
        rows = self._rows(surely, perhaps, "id what t1 a0 c p r", begun)
        return self._yes_no(self._decide("x.t1 <= x.a0"), rows, "x.p = 1 AND coalesce(x.r, 1) = 1")

    # --- numbers and words --------------------------------------------------------------------

    def _write_latest(self) -> str:
        return self._write_end("max", "t0", "x.t1 >= x.edge")

    def _write_earliest(self) -> str:
        return self._write_end("min", "t1", "x.t0 <= x.edge")

    def _candidates(self, pick: str, side: str, columns: str, *conditions: str) -> str:
        """Rows perhaps in the window, with the edge that the surely latest (earliest) one sets."""
        surely, perhaps = self._inside()
        sure = f"({surely}) AND ({self.q.where})"
        edge = f"{pick}(CASE WHEN {sure} THEN r.{side} END) OVER (PARTITION BY {self.subject})"
        possible = (f"({perhaps})", self._may(self.q.where), *conditions)
        return self._rows(surely, perhaps, f"{columns} edge", *possible, edge=edge)

    def _write_end(self, pick: str, side: str, on: str) -> str:
        gather = self.dialect.gather("x.id")
        if self.q.gives == "word":
            rows = self._candidates(pick, side, "id t0 t1 word", f"{self.q.word} IS NOT NULL")
            word = "CASE WHEN min(x.word) = max(x.word) THEN min(x.word) END"
            return self._select("NULL", "NULL", word, gather, rows, on)
        rows = self._candidates(pick, side, "id t0 t1 v_lo v_hi", f"{self.q.low} IS NOT NULL")
        if self.q.gives == "number":
            return self._select("min(x.v_lo)", "max(x.v_hi)", "NULL", gather, rows, on)
        # Rows that are only possible leave no silence to read as no.
        value = (
            f"CASE WHEN count(x.id) = 0 AND {self._no_by_silence()} THEN 0"
            " WHEN max(x.edge) IS NOT NULL AND min(x.v_lo) = max(x.v_hi) THEN min(x.v_lo) END"
        )
        return self._select(value, "NULL", "NULL", gather, rows, f"(x.edge IS NULL OR {on})")

    def _write_lowest(self) -> str:
        sure = "min(CASE WHEN x.c = 1 AND x.q = 1 THEN x.v_hi END)"
        return self._write_extreme("min(x.v_lo)", sure, sure)

    def _write_highest(self) -> str:
        sure = "max(CASE WHEN x.c = 1 AND x.q = 1 THEN x.v_lo END)"
        return self._write_extreme(sure, "max(x.v_hi)", sure)

    def _write_extreme(self, low: str, high: str, sure: str) -> str:
        surely, perhaps = self._inside()
        possible = (f"({perhaps})", self._may(self.q.where), f"{self.q.low} IS NOT NULL")
        rows = self._rows(surely, perhaps, "id c q v_lo v_hi", *possible)
        low, high = (f"CASE WHEN {sure} IS NOT NULL THEN {side} END" for side in (low, high))
        return self._select(low, high, "NULL", self.dialect.gather("x.id"), rows)

    def _write_count(self) -> str:
        surely, perhaps = self._inside()
        true = self._may(f"{self.q.truth} AND {self.q.where}")
        rows = self._rows(surely, perhaps, "id c r", f"({perhaps})", true)
        low = "coalesce(sum(CASE WHEN x.c = 1 AND x.r = 1 THEN 1 ELSE 0 END), 0) * 1000000"
        high = f"CASE WHEN {self._no_by_silence()} THEN count(x.id) * 1000000 ELSE {OPEN_HIGH} END"
        return self._select(low, high, "NULL", self.dialect.gather("x.id"), rows)

    def _write_time_since(self) -> str:
        told = [f"{self.q.word} IS NOT NULL"] if self.q.gives == "word" else []
        rows = self._candidates("max", "t0", "id t0 t1 a0 a1", *told)
        low = count_days("max(x.t1)", "min(x.a0)", self.dialect)
        high = count_days("min(x.t0)", "max(x.a1)", self.dialect)
        return self._select(low, high, "NULL", self.dialect.gather("x.id"), rows, "x.t1 >= x.edge")

    def _write_longest(self) -> str:
        surely = f"r.t1 <= {self.a0}"
        perhaps = f"r.t0 <= {self.a1}"
        rows = self._rows(surely, perhaps, "id what t0 t1 e0 e1 a0 a1 c r", perhaps)
        sure_end = "(CASE WHEN x.e0 > x.a0 THEN x.a0 ELSE x.e0 END)"
        last_end = "(CASE WHEN x.e1 > x.a1 THEN x.a1 ELSE x.e1 END)"
        surely = "x.r = 1 AND x.c = 1"
        short = count_days("x.t1", sure_end, self.dialect)
        long = count_days("x.t0", last_end, self.dialect)
        perhaps = f"max(CASE WHEN x.id IS NOT NULL AND coalesce(x.r, 1) = 1 THEN {long} END)"
        none = self._no_by_rows("x.c = 1 AND x.r = 0")
        low, high = (
            f"CASE WHEN max(CASE WHEN {surely} THEN 1 END) = 1 THEN {side}"
            f" WHEN {perhaps} IS NULL AND ({none} OR {self._no_by_silence()}) THEN 0 END"
            for side in (f"max(CASE WHEN {surely} THEN {short} END)", perhaps)
        )
        return self._select(low, high, "NULL", self.dialect.gather("x.id"), rows)


def write_age() -> str:
    """The person's age at the index time, in months by the calendar."""
    return (
        "SELECT o.person AS person, o.age0 AS lo, o.age1 AS hi, NULL AS word, NULL AS events"
        " FROM person o"
    )


def write_change(
    as_: str, start: tuple[str, str], now: tuple[str, str], dialect: Dialect
) -> tuple[str, str]:
    """Low and high of `now` against `start`: their difference, or their ratio (both positive)."""
    (s_lo, s_hi), (n_lo, n_hi) = start, now
    closed = f"{s_lo} > {-OPEN_HIGH} AND {s_hi} < {OPEN_HIGH} AND {n_lo} > {-OPEN_HIGH} AND {n_hi} < {OPEN_HIGH}"
    if as_ == "difference":
        low, high = f"{n_lo} - {s_hi}", f"{n_hi} - {s_lo}"
    else:
        closed += f" AND {s_lo} > 0 AND {n_lo} >= 0 AND {n_hi} < 1000000000000"
        low = dialect.divide(f"({n_lo}) * 1000000", s_hi)
        high = f"{dialect.divide(f'({n_hi}) * 1000000 + ({s_lo}) - 1', s_lo)}"
    return tuple(f"(CASE WHEN {closed} THEN {side} END)" for side in (low, high))  # type: ignore[return-value]
