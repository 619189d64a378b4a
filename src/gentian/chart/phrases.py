"""The small grammar of what a clinician types behind a name in a form.

Times: `now`, `since 2025-03`, `on 2026-11-02`, `2025-03 to 2025-05`, `until 2025-05`, `past`,
`absent 2026-11-20`, `suspected 2026-11-01`, `planned 2026-12-01`. Doses: `20 mg daily`, `2.5 mg
every 12 h`, `15 mg/d`. Every function is total over texts: it gives a phrase, or raises
PhraseError with what was expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gentian.language.dates import DateError, parse_clock
from gentian.language.quantities import QuantityError, split_quantity

WHEN = (
    r"(?:(?:before|after)\s+)?(?:\d{4}[-0-9T:+Z./]*(?:\s\d\d:\d\d)?(?:[-+]\d\d:\d\d|Z)?|now|today)"
    r"(?!\s*(?:mg|ug|mcg|µg|μg|g|IU|U|units?|mL|ml|kg|ng|%)\b)"
)


class PhraseError(ValueError):
    """A text outside the grammar. `expected` says what may stand there, `mend` how to put it."""

    def __init__(self, what: str, expected: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Times:
    """When something was, in the words of a form.

    kind: now | since | on | between | until | past | absent | suspected | planned | stopped; first,
    last: dates as typed, empty where none was. detail: what stood in the bracket at the end.
    """

    kind: str
    first: str = ""
    last: str = ""
    detail: str = ""


_NO = r"absent|no|never|none|excluded|not found|not present|negative|not done|not given|not taking"
_FINDING_TIMES: tuple[tuple[str, str], ...] = (
    ("now", r"(?:now|today|yes|present|ongoing|active)"),
    ("since", rf"(?:(?:yes|present|confirmed|active)[, ]+)?(?:since|from)\s+(?P<a>{WHEN})"),
    ("since", rf"confirmed\s+(?:on\s+)?(?P<a>{WHEN})"),
    ("between", rf"(?:from\s+)?(?P<a>{WHEN})\s+(?:to|until)\s+(?P<b>{WHEN})"),
    ("between", rf"since\s+(?P<a>{WHEN})\s+(?:to|until)\s+(?P<b>{WHEN})"),
    ("on", rf"(?:on|in|at)\s+(?P<a>{WHEN})"),
    ("until", rf"(?:until|ended|resolved|gone since)\s+(?:on\s+|in\s+)?(?P<b>{WHEN})"),
    ("past", r"(?:past|in the past|resolved|history|earlier)"),
    ("absent", rf"(?:{_NO})(?:\s+(?:on\s+|since\s+)?(?P<a>{WHEN}))?"),
    ("suspected", rf"(?:suspected|possible)(?:\s+(?:on\s+|since\s+)?(?P<a>{WHEN}))?"),
    ("planned", rf"planned\s+(?:for\s+|on\s+)?(?P<a>{WHEN})"),
)
_BARE = re.compile(rf"^(?P<a>{WHEN})$", re.IGNORECASE)
_DETAIL = re.compile(r"^(.*?)(?:^|\s)\(([^()]*)\)$")
FINDING_EXPECTED = (
    "now, since 2025-03, on 2026-11-02, 2025-03 to 2025-05, past, absent 2026-11-20, "
    "suspected 2026-11-01 or planned 2026-12-01"
)
DATED_EXPECTED = "2019, 2019-05, 2019-05-04, planned 2026-12-01 or never"


def split_detail(text: str) -> tuple[str, str]:
    """`absent 2026-10-02 (PCR blood)` → (`absent 2026-10-02`, `PCR blood`)."""
    found = _DETAIL.match(text.strip())
    return (found[1].strip(), found[2].strip()) if found else (text.strip(), "")


def parse_times(text: str, *, bare: str = "", expected: str = FINDING_EXPECTED) -> Times:
    """The time a finding (procedure, vaccine, …) is typed with.

    bare: the kind of a date that stands alone; empty: refused, because it does not say whether it
    still goes on. Raises PhraseError.
    """
    said, detail = split_detail(text)
    alone = _BARE.match(said)
    if alone and said.lower() not in ("now", "today"):
        if bare:
            return Times(bare, alone["a"], detail=detail)
        raise PhraseError(
            f"{said!r} does not say whether it still goes on",
            expected,
            f"write `since {said}` if it still goes on, `on {said}` if it was seen only then",
        )
    for kind, pattern in _FINDING_TIMES:
        found = re.fullmatch(pattern, said, re.IGNORECASE)
        if found:
            parts = found.groupdict()
            return Times(kind, parts.get("a") or "", parts.get("b") or "", detail)
    raise PhraseError(f"{said[:60]!r} is not understood", expected)


# -- results --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """A result as typed: number and unit, or a word; with the laboratory's range and flag."""

    number: str = ""
    unit: str = ""
    word: str = ""
    reference: str = ""
    flag: str = ""


_COMPARISONS = (
    (r"(?:at least|from)\s+(?=\d)", ">="),
    (r"(?:at most|up to)\s+(?=\d)", "<="),
    (r"(?:over|above|more than|greater than)\s+(?=\d)", ">"),
    (r"(?:under|below|less than)\s+(?=\d)", "<"),
)
_FLAG_WORDS = {"low": "L", "l": "L", "high": "H", "h": "H", "normal": "N", "n": "N"}
_NUMBER_START = re.compile(r"^(?:[<>≤≥=]|[-+−]?\.?\d)")
_NUMBERLESS = ("nan", "inf", "-inf", "infinity", "-infinity", "+inf", ".nan", ".inf", "-.inf")
_TITRE = re.compile(r"^(1\s*:\s*\d+)(?:\s+(\S.*))?$")


def parse_result(text: str) -> Measured:
    """`4.1 % (normal < 2.0)`, `over 1500 ng/L`, `18 10*9/L (150-400 low)`, `positive`, `1:160`.

    Raises PhraseError.
    """
    said, detail = split_detail(text)
    for pattern, mark in _COMPARISONS:
        said = re.sub(rf"^{pattern}", mark, said, flags=re.IGNORECASE)
    reference, flag = parse_bracket(detail)
    titre = _TITRE.match(said)
    if titre:
        return Measured(titre[1], titre[2] or "", reference=reference, flag=flag)
    if said.lower() in _NUMBERLESS:
        raise PhraseError(f"{said!r} is not a number", "a number with its unit")
    if not _NUMBER_START.match(said):
        return Measured(word=said, flag=flag)
    try:
        number, unit = split_quantity(said)
    except QuantityError as error:
        raise PhraseError(str(error), "a number with its unit", error.mend) from None
    return Measured(number, unit, reference=reference, flag=flag)


def parse_bracket(text: str) -> tuple[str, str]:
    """What a laboratory prints beside a value: `normal 1.5-7.0 low` → (`1.5-7.0`, `L`).

    Raises PhraseError.
    """
    reference = flag = ""
    pieces = re.split(r"[,;]|\s+(?=(?:low|high|l|h)$)", text, flags=re.IGNORECASE)
    for part in filter(None, (piece.strip() for piece in pieces)):
        if part.lower() in _FLAG_WORDS:
            flag = _FLAG_WORDS[part.lower()]
            continue
        said = re.sub(r"^(?:normal|reference|range|ref)\b[: ]*", "", part, flags=re.IGNORECASE)
        for pattern, mark in _COMPARISONS:
            said = re.sub(rf"^{pattern}", mark, said, flags=re.IGNORECASE)
        if not _NUMBER_START.match(said) or reference:
            raise PhraseError(
                f"({part[:40]}) is not understood",
                "the laboratory's range such as (1.5-7.0) or (normal < 2.0), or (low), (high)",
            )
        reference = said
    return reference, flag


# -- medicines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taking:
    """A medicine as typed: the dose, how often, and when.

    times per every: `1` per `1 d`; every is empty when the dose is of one occasion or not said.
    at: minutes of the day.
    """

    times: Times
    dose: str = ""
    unit: str = ""
    count: int = 1
    every: str = ""
    dose_text: str = ""
    at: tuple[int, ...] = ()


_MEDICINE_TIMES: tuple[tuple[str, str], ...] = (
    ("between", rf"(?:(?:from|since)\s+)?(?P<a>{WHEN})\s+(?:to|until)\s+(?P<b>{WHEN})"),
    ("first", rf"(?:since|started(?: on| in)?|from|start)\s+(?P<a>{WHEN})"),
    (
        "last",
        rf"(?:until|to|stopped(?: on| in)?|ended(?: on| in)?|stop|taken until)\s+(?P<b>{WHEN})",
    ),
    ("on", rf"(?:on|given(?: on| in)?)\s+(?P<a>{WHEN})"),
    ("planned", rf"planned\s+(?:for\s+|from\s+|on\s+)?(?P<a>{WHEN})"),
    ("absent", rf"(?:{_NO})(?:\s+(?:on\s+|since\s+)?(?P<a>{WHEN}))?"),
    ("stopped", r"\bstopped\b"),
    ("now", r"\b(?:now|ongoing|current|currently|active)\b"),
)
MEDICINE_EXPECTED = (
    "20 mg daily since 2026-11-08, 20 mg daily 2025-03 to 2025-06, stopped 2026-01 (no response), "
    "500 mg on 2026-10-01, planned 2026-12-01 or never"
)
_EVERY: tuple[tuple[str, int, str], ...] = (
    (r"(?:once )?daily|once a day|every day|a day|per day|od|qd|nightly|at night|nocte|"
     r"in the morning|mane|every morning|every evening", 1, "1 d"),
    (r"twice (?:daily|a day)|bd|bid|b\.i\.d\.|every 12 hours", 2, "1 d"),
    (r"(?:three times|thrice) (?:daily|a day)|tds|tid|t\.i\.d\.", 3, "1 d"),
    (r"four times (?:daily|a day)|qds|qid", 4, "1 d"),
    (r"every other day|on alternate days|alternate days|every second day", 1, "2 d"),
    (r"(?:once )?weekly|once a week|every week|a week|per week", 1, "1 wk"),
    (r"twice (?:weekly|a week)", 2, "1 wk"),
    (r"three times (?:weekly|a week)", 3, "1 wk"),
    (r"fortnightly|every other week|every second week", 1, "2 wk"),
    (r"(?:once )?monthly|once a month|every month|a month|per month", 1, "1 mo"),
    (r"once|single dose|one dose|as needed|prn|when needed", 0, ""),
)  # fmt: skip
_DAYS = {"min": "min", "minute": "min", "h": "h", "hour": "h", "d": "d", "day": "d", "wk": "wk",
         "week": "wk", "w": "wk", "mo": "mo", "month": "mo", "a": "a", "year": "a"}  # fmt: skip
DOSE_EXPECTED = "a dose and how often, such as 20 mg daily, 2.5 mg twice daily, 500 mg every 12 h"


def parse_taking(text: str) -> Taking:
    """`20 mg daily since 2026-11-08`, `stopped 2026-01 (no response)`, … Raises PhraseError."""
    said, detail = split_detail(text)
    said, at = take_clock(said)
    times, rest = _take_times(said)
    taking = parse_dose(rest) if rest else Taking(times)
    if at and not taking.dose:
        raise PhraseError(f"{text[:60]!r} has times of day and no dose", DOSE_EXPECTED)
    return replace(taking, times=replace(times, detail=detail), at=at)


_CLOCK = r"\d{1,2}:\d{2}"
_CLOCKS = re.compile(
    rf"(?:(?<=\s)|^)at\s+(?P<at>{_CLOCK}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+){_CLOCK})*)(?=[\s,;]|$)",
    re.IGNORECASE,
)


def take_clock(text: str) -> tuple[str, tuple[int, ...]]:
    """The times of day of a text, and what is left of it. Raises PhraseError."""
    found = _CLOCKS.search(text)
    if found is None:
        return text, ()
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), parse_clocks(found["at"])


def parse_clocks(text: str) -> tuple[int, ...]:
    """`08:00 and 20:00` as minutes of the day, in their order. Raises PhraseError."""
    pieces = re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s+", text.strip())
    try:
        found = sorted(parse_clock(piece) for piece in pieces)
    except DateError as error:
        raise PhraseError(str(error), "at 08:00 and 20:00", error.mend) from None
    if len(set(found)) < len(found):
        raise PhraseError(f"{text[:40]!r} names one time twice", "at 08:00 and 20:00")
    return tuple(found)


def _take_times(text: str) -> tuple[Times, str]:
    """The time clauses of a text, and what is left of it (the dose)."""
    found: dict[str, re.Match[str]] = {}
    rest = f" {text} "
    for kind, pattern in _MEDICINE_TIMES:
        match = re.search(rf"(?<=[\s,;]){pattern}(?=[\s,;])", rest, re.IGNORECASE)
        if match is None or (kind == "stopped" and "last" in found):
            continue
        found[kind] = match
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    rest = " ".join(re.sub(r"(?<!\d)[,;]|[,;](?!\d)", " ", rest).split())
    return _join_clauses(found, text), rest


def _join_clauses(found: dict[str, re.Match[str]], text: str) -> Times:
    kinds = set(found) - {"now"}
    if "between" in found and kinds == {"between"}:
        return Times("between", found["between"]["a"], found["between"]["b"])
    if kinds == {"first", "last"}:
        return Times("between", found["first"]["a"], found["last"]["b"])
    if kinds == {"first", "stopped"}:
        return Times("stopped", found["first"]["a"])
    if kinds == {"first"}:
        return Times("since", found["first"]["a"])
    if kinds == {"last"}:
        return Times("until", last=found["last"]["b"])
    if kinds == {"stopped"} or not kinds:
        return Times("stopped" if kinds else "now")
    if len(kinds) == 1:
        kind = kinds.pop()
        return Times(kind, found[kind].groupdict().get("a") or "")
    raise PhraseError(f"{text[:60]!r} gives more than one time", MEDICINE_EXPECTED)


def parse_dose(text: str) -> Taking:
    """`20 mg daily`, `15 mg/d`, `1 g every 4 wk`. Raises PhraseError."""
    try:
        number, rest = split_quantity(text)
    except QuantityError as error:
        raise PhraseError(
            f"{text[:60]!r} is not understood", MEDICINE_EXPECTED, error.mend
        ) from None
    unit, _, often = rest.partition(" ")
    if not unit:
        raise PhraseError(f"{text[:60]!r} has no unit", DOSE_EXPECTED, f"write {number} mg daily")
    count, every = _parse_often(often.strip(), unit)
    return Taking(Times("now"), number, unit, count, every, text)


def _parse_often(text: str, unit: str) -> tuple[int, str]:
    if not text:
        return 0, ""
    for pattern, count, every in _EVERY:
        if re.fullmatch(pattern, text, re.IGNORECASE):
            return count, every
    numbered = re.fullmatch(r"(?:every )(\d{1,6}) ?([a-z]+?)s?", text, re.IGNORECASE)
    if numbered and numbered[2].lower() in _DAYS and int(numbered[1]):
        return 1, f"{int(numbered[1])} {_DAYS[numbered[2].lower()]}"
    counted = re.fullmatch(r"(\d{1,2}) ?(?:x|×|times)[ /]?(?:a |per )?(day|daily|d|week|weekly|wk)",
                           text, re.IGNORECASE)  # fmt: skip
    if counted and int(counted[1]):
        return int(counted[1]), "1 d" if counted[2].lower().startswith("d") else "1 wk"
    raise PhraseError(f"{text[:40]!r} after {unit} is not understood", DOSE_EXPECTED)
