"""The tables both engines hold: the person, the entries of the record, and limits by age and sex.

`entry` is what a chart gives; `event` adds, once, whether a value is below or above its limit: the range
the laboratory printed first, then its flag, then the limits resolved at the event's own age (design 4).
"""

from __future__ import annotations

from .rows import WORD_COLUMNS, write_limit
from .sql import SQLITE

INTEGER_COLUMNS = (
    "t0",
    "t1",
    "e0",
    "e1",
    "lo",
    "hi",
    "present",
    "day0",
    "day1",
    "age0",
    "age1",
    "dose_lo",
    "dose_hi",
    "ref_low",
    "ref_high",
)
TEXT_COLUMNS = (*WORD_COLUMNS, "sample", "flag", "sex", "about")
ENTRY_COLUMNS = ("person", "id", "what", *INTEGER_COLUMNS, *TEXT_COLUMNS)
BAND_COLUMNS = ("what", "bound", "sex", "m0", "m1", "value")


def list_schema(engine: str) -> list[str]:
    """CREATE TABLE statements. SQLite tables are STRICT."""
    number, text = ("INTEGER", "TEXT") if engine == "sqlite" else ("BIGINT", "VARCHAR")
    tail = " STRICT" if engine == "sqlite" else ""
    columns = [f"person {number} NOT NULL", f"id {number} NOT NULL", f"what {text} NOT NULL"]
    columns += [f"{name} {number}" for name in INTEGER_COLUMNS]
    columns += [f"{name} {text}" for name in TEXT_COLUMNS]
    both = ", ".join(columns)
    tables = [
        f"CREATE TABLE person (person {number} NOT NULL, age0 {number}, age1 {number}){tail}",
        f"CREATE TABLE entry ({both}){tail}",
        f"CREATE TABLE event ({both}, below {number}, above {number}){tail}",
        f"CREATE TABLE band (what {text}, bound {text}, sex {text}, m0 {number}, m1 {number},"
        f" value {number}){tail}",
    ]
    if engine == "sqlite":
        tables.append("CREATE INDEX event_what ON event (what)")
        tables.append("CREATE INDEX band_what ON band (what, bound)")
    return tables


MEASURE = (
    f"INSERT INTO event SELECT r.*, {write_limit('lower', 'r', SQLITE)},"
    f" {write_limit('upper', 'r', SQLITE)} FROM entry r"
)
