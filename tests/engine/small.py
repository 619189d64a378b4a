"""A small guideline and random charts, guidelines and conditions for the engine's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from gentian.chart.events import FOREVER, Chart, Event, Person, Reading, Source
from gentian.language import model
from gentian.language.compiler import compile_guideline
from gentian.language.dates import parse_date
from gentian.language.sources import RawGuideline, read_entries

INDEX = parse_date("2026-11-20")[1]
DAY = 1440
TICKS = 1_000_000
NUMBERS = ("platelets", "lymphocytes", "dnt-of-lymphocytes")
FINDINGS = ("splenomegaly", "nodes")
MEDICINES = ("prednisolone", "hydrocortisone", "sirolimus")
VOCABULARY = """
- domain: results
- domain: medicines
- domain: examination
- measurement: platelets
  unit: 10*9/L
  domain: results
- measurement: lymphocytes
  unit: 10*9/L
  domain: results
- measurement: dnt-of-lymphocytes
  unit: "%"
  domain: results
- measurement: weight
  unit: kg
  domain: examination
- measurement: sex
  words: [female, male]
- class: lymphoproliferation
- finding: splenomegaly
  is_a: [lymphoproliferation]
  domain: examination
- finding: nodes
  is_a: [lymphoproliferation]
  domain: examination
- class: steroid
- medicine: prednisolone
  is_a: [steroid]
  equivalent: 1 1
  domain: medicines
- medicine: hydrocortisone
  is_a: [steroid]
  equivalent: 0.25 1
  domain: medicines
- medicine: sirolimus
  domain: medicines
- parameter: completeness_valid_for
  value: 30 d
  read: proposal
- limit: lymphocytes_lower
  of: lymphocytes
  bound: lower
  unit: 10*9/L
  read: known
  bands: [{from: 0 mo, to: 12 mo, value: 3.4}, {from: 12 mo, to: 72 mo, value: 2.7}, {from: 72 mo, value: 1.5}]
- episode: steroid_course
  kind: course
  of: steroid
  gap: 14 d
- episode: low_run
  kind: run
  of: platelets
  where: value < '100 10*9/L'
  gap: 120 d
  at_least: 2
- episode: dnt_sample
  kind: paired
  of: {fraction: dnt-of-lymphocytes, count: lymphocytes}
- anchor: steroid_start
  of: steroid_course
- anchor: steroid_end
  of: steroid_course
  at: end
  which: earliest
"""


def load_small(folder: Path, text: str) -> model.Guideline:
    """Compile a guideline written in a test."""
    (folder / "small.yaml").write_text(VOCABULARY + text, encoding="utf-8")
    return compile_guideline(read_entries(folder))


def read_vocabulary(folder: Path) -> RawGuideline:
    """The entries of the small vocabulary, to which a test adds generated facts."""
    (folder / "small.yaml").write_text(VOCABULARY, encoding="utf-8")
    return read_entries(folder)


def make_event(what: str, when: str, value: float | None = None, **more: Any) -> Event:
    """An event on a date, with a value in the canonical unit."""
    starts = parse_date(when)
    ends = more.pop("ends", starts)
    if value is not None:
        more["low"] = more["high"] = round(value * TICKS)
    return Event(what=what, starts=starts, ends=ends, source=Source("test"), **more)


def make_chart(
    *events: Event, born: str | None = "2019-05-02", sex: str | None = "female"
) -> Chart:
    """A chart of those events."""
    person = Person("test", born=parse_date(born) if born else None, sex=sex)
    return Chart(person, tuple(events), Reading("test", "test"))


# --- random charts -------------------------------------------------------------------------------

_minutes = st.integers(INDEX - 900 * DAY, INDEX + 20 * DAY)
_blur = st.sampled_from([0, 0, 0, DAY - 1, 30 * DAY, 300 * DAY])


@st.composite
def intervals(draw: st.DrawFn) -> tuple[int, int]:
    """A time, exact or with the precision of a day, a month or most of a year."""
    start = draw(_minutes)
    return start, start + draw(_blur)


@st.composite
def results(draw: st.DrawFn) -> Event:
    """A laboratory value; sometimes open on one side, sometimes with the printed range or a flag."""
    what = draw(st.sampled_from(NUMBERS))
    when = draw(intervals())
    low = draw(st.sampled_from([0.5, 1.5, 2.5, 3.4, 20, 99, 100, 150]))
    ticks = round(low * TICKS)
    side = draw(st.sampled_from(["point", "point", "point", "below", "above", "range"]))
    pair = {
        "point": (ticks, ticks),
        "below": (None, ticks - 1),
        "above": (ticks + 1, None),
        "range": (ticks, ticks + TICKS),
    }[side]
    reference = draw(st.sampled_from([None, None, 2 * TICKS, 100 * TICKS]))
    return Event(
        what=what,
        starts=when,
        ends=when,
        source=Source("x"),
        low=pair[0],
        high=pair[1],
        reference_low=reference,
        flag=draw(st.sampled_from([None, None, "L", "N"])),
        sample=draw(st.sampled_from([None, "s1", "s2"])),
    )


@st.composite
def states(draw: st.DrawFn) -> Event:
    """A finding or a medicine with a start and an end, present, absent or suspected."""
    medicine = draw(st.booleans())
    what = draw(st.sampled_from(MEDICINES if medicine else FINDINGS))
    start = draw(intervals())
    length = draw(st.sampled_from([0, DAY, 20 * DAY, 200 * DAY]))
    ends = draw(
        st.sampled_from(
            [
                (start[1] + length, start[1] + length),
                (start[1] + length, FOREVER),
                (FOREVER, FOREVER),
            ]
        )
    )
    present = True if medicine else draw(st.sampled_from([True, True, False, None]))
    dose = draw(st.sampled_from([None, 5 * TICKS, 20 * TICKS])) if medicine else None
    return Event(
        what=what,
        starts=start,
        ends=start if present is False else ends,
        source=Source("x"),
        present=present,
        certainty="suspected" if present is None else "confirmed",
        dose_low=dose,
        dose_high=dose,
        reason=draw(st.sampled_from([None, "flare"])),
    )


@st.composite
def statements_of_completeness(draw: st.DrawFn) -> Event:
    domain = draw(st.sampled_from(["medicines", "examination", "results"]))
    when = draw(intervals())
    return Event(what=f"complete-{domain}", starts=when, ends=when, source=Source("x"))


@st.composite
def charts(draw: st.DrawFn, most: int = 9) -> Chart:
    """A person with a few events of every kind."""
    one = st.one_of(results(), results(), states(), states(), statements_of_completeness())
    events = draw(st.lists(one, max_size=most))
    if draw(st.booleans()):
        events.append(make_event("weight", "2026-10-01", 20))
    born = draw(st.sampled_from([None, "2019", "2019-05-02", "2026-01-01"]))
    return make_chart(*events, born=born, sex=draw(st.sampled_from([None, "female", "male"])))


# --- random guidelines ---------------------------------------------------------------------------

_WINDOWS = ([], ["-90 d", "0 d"], ["-400 d", "-30 d"], ["-30 d", "10 d"])


@st.composite
def number_facts(draw: st.DrawFn, name: str) -> model.Fact:
    read = draw(st.sampled_from(["latest", "earliest", "lowest", "highest", "count", "time_since"]))
    of = draw(st.sampled_from(NUMBERS))
    where = draw(st.sampled_from(["", "", "NOT below_limit", "age < '24 mo'"]))
    return _fact(draw, name, read, of, where)


@st.composite
def yes_no_facts(draw: st.DrawFn, name: str) -> model.Fact:
    read = draw(
        st.sampled_from(["any", "on", "started_within", "ended_within", "latest", "longest"])
    )
    of, wheres = draw(
        st.sampled_from(
            [
                ("splenomegaly", [""]),
                ("lymphoproliferation", [""]),
                ("steroid", ["", "reason = 'flare'", "dose > '4 mg/d'"]),
                ("steroid_course", ["", "duration > '30 d'"]),
                ("low_run", [""]),
                ("sirolimus", [""]),
            ]
        )
    )
    if read == "any" and draw(st.booleans()):
        of, wheres = draw(
            st.sampled_from(
                [
                    ("platelets", ["value < '100 10*9/L'", "below_limit"]),
                    (
                        "dnt_sample",
                        ["fraction >= '1.5 %' AND NOT count_below_limit", "count > '2 10*9/L'"],
                    ),
                ]
            )
        )
    return _fact(draw, name, read, of, "" if read == "longest" else draw(st.sampled_from(wheres)))


def _fact(draw: st.DrawFn, name: str, read: str, of: str, where: str) -> model.Fact:
    return model.Fact(
        fact=name,
        says=name,
        read=read,  # type: ignore[arg-type]
        of=of,
        where=where,
        window=draw(st.sampled_from(_WINDOWS)),
        anchor=draw(st.sampled_from(["index", "index", "steroid_start", "steroid_end"])),
        absent=draw(st.sampled_from(["unknown", "unknown", "false"])),
        strict=draw(st.sampled_from(["false", "unknown"])),
        line="generated:1",
    )


@st.composite
def conditions(draw: st.DrawFn, numbers: list[str], truths: list[str], depth: int = 3) -> str:
    """A random `when` over those facts."""
    kinds = (
        ["compare", "truth"] if depth == 0 else ["compare", "truth", "and", "or", "not", "at_least"]
    )
    kind = draw(st.sampled_from(kinds))
    if kind == "compare":
        op = draw(st.sampled_from(["<", "<=", ">", ">=", "=", "<>"]))
        return f"{draw(st.sampled_from(numbers))} {op} {{unit:{draw(st.sampled_from(['1', '20', '100']))}}}"
    if kind == "truth":
        return draw(st.sampled_from(truths))
    parts = [draw(conditions(numbers, truths, depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    if kind == "not":
        return f"NOT ({parts[0]})"
    if kind == "at_least":
        return f"at_least({draw(st.integers(1, len(parts)))}, {', '.join(parts)})"
    return f" {kind.upper()} ".join(f"({part})" for part in parts)
