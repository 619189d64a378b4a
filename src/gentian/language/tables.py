"""The tables both engines hold: the person, the entries of the record, and limits by age and sex.

`entry` is what a chart gives; `event` adds, once, whether a value is below or above its limit: the range
the laboratory printed first, then its flag, then the limits resolved at the event's own age (design 4).
"""

from __future__ import annotations

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
EPISODE_COLUMNS = (
    "person",
    "id",
    "what",
    "t0",
    "t1",
    "e0",
    "e1",
    "present",
    "dose_lo",
    "dose_hi",
    "about",
)
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


def write_limit(bound: str, alias: str) -> str:
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
        f"(CASE WHEN {a}.lo IS NULL THEN NULL WHEN {a}.{printed} IS NOT NULL THEN ({own})"
        f" WHEN {a}.flag = '{flagged}' THEN 1 WHEN {a}.flag IS NOT NULL THEN 0 ELSE ({table}) END)"
    )


MEASURE = (
    f"INSERT INTO event SELECT r.*, {write_limit('lower', 'r')},"
    f" {write_limit('upper', 'r')} FROM entry r"
)


def write_episode_table(table: str, engine: str) -> str:
    """CREATE TABLE of a course or a run."""
    number, text = ("INTEGER", "TEXT") if engine == "sqlite" else ("BIGINT", "VARCHAR")
    words = ("what", "about")
    columns = [f"{name} {text if name in words else number}" for name in EPISODE_COLUMNS]
    return f"CREATE TABLE {table} ({', '.join(columns)}){' STRICT' if engine == 'sqlite' else ''}"
