"""Partial dates, durations and ages, as intervals of wall-clock minutes (docs/language.md 1).

Times are minutes since 1970-01-01T00:00 by the clinic's own clock: an offset printed with a time is
checked and then left out, because a person's "20 November, 10:30" stays that wherever it is read.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from fractions import Fraction
from functools import lru_cache

from gentian.language.quantities import TICKS

DAY = 1440  # minutes
FIRST_YEAR, LAST_YEAR = 1900, 2200
_EPOCH = date(1970, 1, 1).toordinal()

Interval = tuple[int, int]

DURATION_MINUTES: dict[str, Fraction] = {
    "min": Fraction(1),
    "h": Fraction(60),
    "d": Fraction(DAY),
    "wk": Fraction(7 * DAY),
    "mo": Fraction("30.4375") * DAY,
    "a": Fraction("365.25") * DAY,
}


class DateError(ValueError):
    """A text that is no usable date or duration. `mend` says what to write instead."""

    def __init__(
        self, message: str, mend: str = "write the date as 2026, 2026-03 or 2026-03-04"
    ) -> None:
        super().__init__(message)
        self.mend = mend


_DATE = re.compile(
    r"^(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[-+]\d{2}:\d{2})?)?)?)?$",
    re.ASCII,
)
_DURATION = re.compile(r"^([0-9]{1,9}(?:\.[0-9]{1,6})?)\s*([A-Za-z]+)$")
_LONG_UNITS = {
    "minute": "min", "hour": "h", "hr": "h", "day": "d", "week": "wk", "w": "wk", "month": "mo",
    "year": "a", "y": "a", "yr": "a",
}  # fmt: skip


def day_start(day: date) -> int:
    """The first minute of a calendar day."""
    return (day.toordinal() - _EPOCH) * DAY


_EARLIEST = day_start(date(FIRST_YEAR, 1, 1))
_LATEST = day_start(date(LAST_YEAR, 12, 31)) + DAY - 1


@lru_cache(maxsize=4096)
def to_day(minute: int) -> date:
    """The calendar day a minute falls in."""
    return date.fromordinal(minute // DAY + _EPOCH)


def _check_ranges(text: str, year: int, month: int, day: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"the year of {text!r} is not between {FIRST_YEAR} and {LAST_YEAR}")
    if not 1 <= month <= 12:
        raise DateError(
            f"{text!r} has no month {month:02d}", "months run from 01 to 12, after the year"
        )
    if not 1 <= day <= monthrange(year, month)[1]:
        raise DateError(f"{text!r}: that month has no day {day:02d}", "check the day")


def _clock_minute(text: str, hour: str, minute: str, second: str | None, offset: str | None) -> int:
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 60:
        raise DateError(
            f"{text!r} has no such time of day", "hours run from 00 to 23, minutes from 00 to 59"
        )
    if offset and offset != "Z" and (int(offset[1:3]) > 14 or int(offset[4:]) > 59):
        raise DateError(f"{text!r} has no such offset", "offsets run from -14:00 to +14:00")
    return int(hour) * 60 + int(minute)


def parse_date(text: str) -> Interval:
    """`2026`, `2026-03`, `2026-03-04`, `2026-03-04T10:30+01:00` → (earliest, latest) minute.

    Raises DateError for other texts, impossible days and years outside 1900 to 2200.
    """
    text = text.strip()
    found = _DATE.match(text)
    if found is None:
        raise DateError(f"{text[:40]!r} is not a date")
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    _check_ranges(text, year, month, day)
    if found[4]:
        minute = day_start(date(year, month, day)) + _clock_minute(text, *found.group(4, 5, 6, 7))
        return minute, minute
    first = day_start(date(year, month, day))
    last_month = month if found[2] else 12
    last_day = day if found[3] else monthrange(year, last_month)[1]
    return first, day_start(date(year, last_month, last_day)) + DAY - 1


def read_offset(text: str) -> int | None:
    """The offset of a date with a time, in minutes east of UTC; None where none is printed.

    `2026-03-04T10:30+01:00` → 60, `…Z` → 0. The text is one that `parse_date` reads.
    """
    found = _DATE.match(text.strip())
    offset = found[7] if found else None
    if not offset:
        return None
    if offset == "Z":
        return 0
    minutes = int(offset[1:3]) * 60 + int(offset[4:])
    return -minutes if offset[0] == "-" else minutes


def format_offset(minutes: int) -> str:
    """Minutes east of UTC as `+01:00`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"


def parse_clock(text: str) -> int:
    """A time of day, `08:00` or `8:00`, as its minute of the day. Raises DateError."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::00)?", text.strip(), re.ASCII)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise DateError(f"{text[:20]!r} is no time of day", "write the time as 08:00 or 20:30")
    return int(found[1]) * 60 + int(found[2])


def format_clock(minute: int) -> str:
    """A minute of the day as `08:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def format_minute(minute: int) -> str:
    """A minute as `2026-03-04T10:30`."""
    return f"{to_day(minute).isoformat()}T{minute % DAY // 60:02d}:{minute % 60:02d}"


@lru_cache(maxsize=4096)
def format_date(when: Interval) -> str:
    """An interval with the precision known: `2026`, `2026-03`, `2026-03-04`, a minute, or `A/B`.

    `parse_span(format_date(x)) == x` for every interval inside the years that are accepted. Open
    sides are `before X` and `after X`, an end that nobody knows is `no end known`.
    """
    first, last = when
    if first < _EARLIEST or last > _LATEST:
        return _format_open(first, last)
    if first == last:
        return format_minute(first)
    if first % DAY == 0 and last % DAY == DAY - 1:
        return _format_days(to_day(first), to_day(last))
    return f"{format_minute(first)}/{format_minute(last)}"


def _format_open(first: int, last: int) -> str:
    if first > _LATEST:
        return "no end known"
    if first < _EARLIEST:
        return "at any time" if last > _LATEST else f"before {_format_day_or_minute(last, DAY - 1)}"
    return f"after {_format_day_or_minute(first, 0)}"


def _format_day_or_minute(minute: int, whole: int) -> str:
    return to_day(minute).isoformat() if minute % DAY == whole else format_minute(minute)


def _format_days(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.year:04d}-{first.month:02d}"
        if first.month == 1 and last.month == 12:
            years = (f"{first.year:04d}", f"{last.year:04d}")
            return years[0] if first.year == last.year else "/".join(years)
    return f"{first.isoformat()}/{last.isoformat()}"


def parse_span(text: str) -> Interval:
    """A date as `parse_date`, or `A/B`: somewhere from the start of A to the end of B."""
    first, slash, last = text.partition("/")
    earliest, latest = parse_date(first)
    if slash:
        latest = parse_date(last)[1]
    if latest < earliest:
        raise DateError(f"{text[:60]!r} runs backwards", "write the earlier date first")
    return earliest, latest


@lru_cache(maxsize=1024)
def parse_duration(text: str) -> int:
    """`6 mo`, `14 d`, never negative → whole minutes (1 mo = 30.4375 d, 1 a = 365.25 d).

    Raises DateError.
    """
    mend = "write a number and min, h, d, wk, mo or a, such as 14 d"
    found = _DURATION.match(text.strip())
    if found is None:
        raise DateError(f"{text[:40]!r} is not a duration", mend)
    unit = (
        found[2]
        if found[2] in DURATION_MINUTES
        else _LONG_UNITS.get(found[2].removesuffix("s"), "")
    )
    if unit not in DURATION_MINUTES:
        raise DateError(f"{found[2]!r} is not a unit of time", mend)
    minutes = Fraction(found[1]) * DURATION_MINUTES[unit]
    if minutes.denominator != 1:
        raise DateError(f"{text!r} is not a whole number of minutes", mend)
    return int(minutes)


def format_duration(minutes: int) -> str:
    """Whole minutes in the largest unit that needs no fraction: 262980 → `6 mo`."""
    for unit in ("a", "mo", "wk", "d", "h"):
        count = minutes / DURATION_MINUTES[unit]
        if minutes and count.denominator == 1:
            return f"{int(count)} {unit}"
    return f"{minutes} min"


def _add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter (29 February, 31st)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_duration(day: date, text: str) -> date:
    """The day so long after: whole months and years by the calendar, all else in days, rounded up.

    Raises DateError when the text is no duration.
    """
    minutes = parse_duration(text)
    months = minutes / DURATION_MINUTES["mo"]
    if text.strip().endswith(("mo", "a")) and months.denominator == 1:
        return _add_months(day, int(months))
    return date.fromordinal(day.toordinal() - (-minutes // DAY))


def _split_months(born: date, day: date) -> tuple[int, int, int]:
    """Completed months by the calendar, the days since, and the length of the month that runs."""
    months = (day.year - born.year) * 12 + day.month - born.month
    start = _add_months(born, months)
    if start > day:
        months -= 1
        start = _add_months(born, months)
    return months, (day - start).days, (_add_months(born, months + 1) - start).days


def count_months(born: date, day: date) -> Fraction:
    """Age in months by the calendar: completed months, then days over the length of this month.

    Exact (a whole number) on every monthly birthday; grows with `day`, never shrinks.
    """
    months, days, length = _split_months(born, day)
    return months + Fraction(days, length)


def age_in_months(born: Interval, at: Interval) -> Interval | None:
    """The calendar age at a time, as ticks of months, rounded outward.

    born, at: (earliest, latest) minute. None when `at` lies wholly before the birth.
    """
    months, days, length = _split_months(to_day(born[0]), to_day(at[1]))
    if months < 0:
        return None
    oldest = months * TICKS - (-days * TICKS // length)
    months, days, length = _split_months(to_day(born[1]), to_day(at[0]))
    return max(months * TICKS + days * TICKS // length, 0), oldest
