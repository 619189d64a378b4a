"""Wall-clock minutes as elapsed time: by a zone, by the offsets that are printed, or by one clinic's clock.

What a record prints is a wall-clock minute, with an offset or without one. Two times are only subtracted
where it is known that they belong to one clock; where that is not known, it is asked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gentian.chart.events import Source
from gentian.language.dates import DAY, format_minute, format_offset, to_day

from .history import Question

Mode = Literal["zone", "offsets", "wall", "mixed"]
HOUR = 60
_MORNING = 4 * HOUR  # no clock is changed later in the day
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUNDAY = 6
# the days of a month whose Sunday night changes the clock somewhere: Europe, North America, Australia,
# New Zealand, Chile
_CHANGES = {
    3: ((8, 14), (25, 31)),
    4: ((1, 8),),
    9: ((2, 8), (24, 30)),
    10: ((1, 7), (25, 31)),
    11: ((1, 7),),
}


class UnknownZone(ValueError):
    """No such time zone. `mend` says how one is written."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown time zone {name[:60]!r}")
        self.mend = "write a zone of the IANA list, such as Europe/Berlin or America/New_York"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time of day in the record. minute: wall clock; offset: minutes east of UTC, None if not printed."""

    minute: int
    offset: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class Clock:
    """How wall-clock minutes become minutes that can be subtracted.

    known: minutes at which an offset is printed, ascending, with it (mode `offsets`).
    """

    mode: Mode
    zone: ZoneInfo | None = None
    known: tuple[tuple[int, int], ...] = ()

    def count(self, minute: int, offset: int | None = None) -> int:
        """Elapsed minutes (from an origin that is the same for all) of a wall-clock minute."""
        if self.mode in ("wall", "mixed"):
            return minute
        if offset is None:
            offset = self.find_offset(minute)
        return minute - offset

    def show(self, minute: int, offset: int | None) -> int:
        """The wall-clock minute of the zone, for a minute printed with an offset."""
        if self.zone is None or offset is None:
            return minute
        moment = _EPOCH + timedelta(minutes=minute - offset)
        return minute - offset + _count_minutes(moment.astimezone(self.zone))

    def find_offset(self, minute: int) -> int:
        """The offset at a wall-clock minute that is printed without one."""
        if self.zone is not None:
            return _find_zone_offset(self.zone, minute, 0)
        return _find_near(self.known, minute)

    def tell_doubt(self, minute: int) -> str:
        """`twice` or `never` for a minute in the hour of a change of the clock, else nothing."""
        if self.zone is None:
            return ""
        first, second = (_find_zone_offset(self.zone, minute, fold) for fold in (0, 1))
        return "" if first == second else "twice" if first > second else "never"


def _count_minutes(moment: datetime) -> int:
    return round((moment.utcoffset() or timedelta()).total_seconds() / 60)


def _find_zone_offset(zone: ZoneInfo, minute: int, fold: int) -> int:
    moment = (_EPOCH + timedelta(minutes=minute)).replace(tzinfo=zone, fold=fold)
    return _count_minutes(moment)


def _find_near(known: Sequence[tuple[int, int]], minute: int) -> int:
    """The offset printed nearest in time: where it changed in between, it did so half-way (this is asked)."""
    place = bisect_right(known, (minute, DAY))
    near = known[max(0, place - 1) : place + 1] or known[:1]
    return min(near, key=lambda item: abs(item[0] - minute))[1]


def find_zone(name: str) -> ZoneInfo:
    """A zone of the IANA list. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UnknownZone(name) from None


def choose_clock(stamps: Iterable[Stamp], zone: str | None, scheduled: bool) -> Clock:
    """The clock of a record. scheduled: some doses are told by a schedule and not one by one.

    Raises UnknownZone.
    """
    if zone is not None:
        return Clock("zone", find_zone(zone))
    known = sorted({(one.minute, one.offset) for one in stamps if one.offset is not None})
    bare = [one for one in stamps if one.offset is None]
    if not known:
        return Clock("wall")
    offsets = [offset for _, offset in known]
    if bare or (scheduled and max(offsets) - min(offsets) > HOUR):
        return Clock("mixed")
    return Clock("offsets", known=tuple(known))


def describe(clock: Clock) -> str:
    """How elapsed time is counted, as a sentence."""
    if clock.zone is not None:
        return f"Elapsed time is counted in the time zone {clock.zone.key}."
    return {
        "offsets": "Elapsed time is counted by the offsets printed in the record.",
        "wall": "No offset or zone is on record: all times are taken as the clock of one clinic.",
        "mixed": "Times with and without an offset are mixed: elapsed time is not known.",
    }[clock.mode]


NAME_ZONE = "Name the time zone, e.g. `--zone Europe/Berlin`."


def ask_about_clock(clock: Clock, stamps: Sequence[Stamp]) -> list[Question]:
    """What the clock of the record leaves open."""
    if clock.mode == "mixed":
        return [_ask_about_mixture(stamps)]
    if clock.mode == "offsets":
        return list(_ask_about_changes(clock.known, stamps))
    asked = []
    for stamp in stamps:
        doubt = clock.tell_doubt(stamp.minute) if stamp.offset is None else ""
        if doubt:
            asked.append(ask_about_hour(stamp.minute, doubt, stamp.source))
    return asked


def ask_about_night(clock: Clock, doses: Iterable[tuple[int, Source]]) -> list[Question]:
    """Doses of a schedule that fall into the hour of a change of the clock; the first of them is asked."""
    for minute, source in doses:
        doubt = clock.tell_doubt(minute) if minute % DAY < _MORNING else ""
        if doubt:
            return [ask_about_hour(minute, doubt, source)]
    return []


def ask_about_hour(minute: int, doubt: str, source: Source) -> Question:
    """A time of day in the hour in which the clock is changed."""
    how = "comes twice that night" if doubt == "twice" else "does not exist that night"
    return Question(
        "clock-change",
        f"{_show(minute)} {how}, because the clock is changed.",
        "Write the time with its offset, such as +01:00.",
        source=source,
    )


def _show(minute: int) -> str:
    return format_minute(minute).replace("T", " ")


def _ask_about_mixture(stamps: Sequence[Stamp]) -> Question:
    offsets = sorted({one.offset for one in stamps if one.offset is not None})
    bare = next((one for one in stamps if one.offset is None), None)
    printed = " and ".join(format_offset(offset) for offset in offsets)
    if bare is None:
        says = f"Times are printed with the offsets {printed}, and doses by a schedule without one."
    else:
        says = (
            f"Some times are printed with an offset ({printed}), and {_show(bare.minute)} without."
        )
    source = bare.source if bare else stamps[0].source
    return Question("time-zone", says, NAME_ZONE, blocks=True, source=source)


def _ask_about_changes(
    known: Sequence[tuple[int, int]], stamps: Sequence[Stamp]
) -> Iterable[Question]:
    sources = {one.minute: one.source for one in stamps}
    for (before, first), (after, second) in pairwise(known):
        if first != second:
            says = (
                f"The offset changed from {format_offset(first)} to {format_offset(second)} between "
                f"{_show(before)} and {_show(after)}; doses in between may be an hour off."
            )
            yield Question("clock-change", says, NAME_ZONE, source=sources[after])


def may_change(first: int, last: int) -> bool:
    """The clock may have been changed between two wall-clock minutes, in some country."""
    days = range(first // DAY, last // DAY + 1)
    nights = [(day * DAY, day * DAY + 3 * HOUR) for day in days if _is_change(day)]
    return any(first < end and last > start for start, end in nights)


def _is_change(day: int) -> bool:
    date = to_day(day * DAY)
    spans = _CHANGES.get(date.month, ())
    return date.weekday() == _SUNDAY and any(first <= date.day <= last for first, last in spans)
