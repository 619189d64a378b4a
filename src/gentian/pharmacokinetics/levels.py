"""Measured levels, each against the dose before it: what it is a level of, and why it is no valid trough.

A sample at the very time of a dose was drawn before it. Nothing is left out: a level that cannot be placed
on the curve is kept, with the reason.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gentian.chart.events import TICKS, Event
from gentian.language.dates import DAY, format_date, format_minute
from gentian.language.kinetics import Assay, ConsultEntry
from gentian.language.model import Concept
from gentian.language.quantities import (
    QuantityError,
    format_interval,
    parse_number,
    split_quantity,
)
from gentian.language.units import UnitError, convert, is_molar_step, parse_molar_mass
from gentian.language.vocabulary import fold_name

from .courses import is_minute
from .doses import Dose, Taken
from .history import Level, Question
from .intakes import HOUR, find_interval, list_changes
from .rules import SAMPLE_TIME_WITHIN, STEADY_AFTER, TROUGH_FROM_SHARE, read_minutes, read_share
from .timeline import NAME_ZONE, Clock, Stamp, may_change

BEFORE_DOSE = "before-dose"
WHOLE_BLOOD = "whole blood"
_NOT_BLOOD = ("serum", "plasma")
_UNPLACED = frozenset({"before-first-dose", "time-conflict", "no-dose-time"})


@dataclass(frozen=True, slots=True)
class Sample:
    """A level as the record has it. day: its day is known; timed: its minute is known."""

    place: int  # index into chart.events
    event: Event
    value: float
    below: bool
    assay: str
    timed: bool
    day: bool
    stated: bool
    minute: int


@dataclass(slots=True)
class Bench:
    """What levels are read against.

    last: the minute of the last sample, whose gaps block a dose; settled: minutes after which a dose no
    longer matters; dated: some level has a time.
    """

    taken: Taken
    clock: Clock
    consult: ConsultEntry
    concept: Concept
    origin: int
    last: int
    settled: int
    asked: list[Question] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    changes: tuple[int, ...] = ()
    dated: bool = False

    def ask(
        self, what: str, sample: Sample, says: str, mend: str, *, may_block: bool = True
    ) -> None:
        """A question about a level: it blocks where it is the last one."""
        blocks = may_block and sample.event.starts[1] >= self.last
        self.asked.append(Question(what, says, mend, blocks, sample.event.source))


# -- as the record has them ---------------------------------------------------------------------------


def list_samples(
    events: Sequence[Event], index: int, consult: ConsultEntry, concept: Concept, clock: Clock
) -> tuple[list[Sample], list[Question]]:
    """Levels of the person up to the index time; a range is asked about and left out."""
    samples, asked = [], []
    for place, event in enumerate(events):
        if event.what != consult.level or event.about is not None or event.status == "planned":
            continue
        if event.starts[0] > index or (event.low is None and event.high is None):
            continue
        found = read_value(event, concept)
        if found is None:
            asked.append(_ask_range(event, concept))
        else:
            samples.append(_build_sample(place, event, *found, consult, clock))
    return samples, asked


def list_sample_stamps(events: Iterable[Event], level: str, index: int) -> list[Stamp]:
    """The times at which levels were drawn, where they are known to the minute."""
    return [
        Stamp(event.starts[0], event.offset, event.source)
        for event in events
        if event.what == level and event.about is None and event.status != "planned"
        and is_minute(event.starts) and event.starts[0] <= index
    ]  # fmt: skip


def read_value(event: Event, concept: Concept) -> tuple[float, bool] | None:
    """ng/mL, and whether it lies below that; None for a range or an open upper side."""
    if event.low is None and event.high is not None:
        limit = format_interval(None, event.high).lstrip("<=")
        return float(Fraction(limit)), True
    if event.low is None or event.high is None:
        return None
    if event.low == event.high:
        return float(Fraction(event.low, TICKS)), False
    return _read_molar(event, concept)


def _read_molar(event: Event, concept: Concept) -> tuple[float, bool] | None:
    """One number that was printed in moles: in grams it is as uncertain as its last digit."""
    try:
        number, unit = split_quantity(event.printed)
        printed = parse_number(number)
        if printed.low is None or printed.low != printed.high:
            return None
        if not is_molar_step(unit, concept.unit):
            return None
        mass = parse_molar_mass(concept.molar_mass)
        return float(convert(printed.low, unit, concept.unit, mass)), False
    except (QuantityError, UnitError):
        return None


def _ask_range(event: Event, concept: Concept) -> Question:
    when = format_date(event.starts).replace("T", " ")
    return Question(
        "level-range",
        f"The {concept.name} of {when} is a range ({event.printed}).",
        "Write the value that was measured.",
        blocks=True,
        source=event.source,
    )


def _build_sample(
    place: int, event: Event, value: float, below: bool, consult: ConsultEntry, clock: Clock
) -> Sample:
    timed = is_minute(event.starts)
    day = event.starts[1] - event.starts[0] < DAY
    minute = clock.show(event.starts[0], event.offset) if timed else event.starts[0]
    stated = event.timing == BEFORE_DOSE
    assay = find_assay(event.method, consult.assays)
    return Sample(place, event, value, below, assay, timed, day, stated, minute)


def find_assay(method: str | None, assays: Iterable[Assay]) -> str:
    """The assay whose id, name or other name a laboratory printed; empty where none is."""
    folded = fold_name(method or "")
    for assay in assays:
        if folded and folded in {fold_name(name) for name in (assay.id, assay.name, *assay.names)}:
            return assay.id
    return ""


# -- against the doses --------------------------------------------------------------------------------


def place_levels(samples: Sequence[Sample], bench: Bench) -> tuple[Level, ...]:
    """Every sample with its place on the curve, by time. Questions are added to the bench."""
    bench.times = [dose.at for dose in bench.taken.doses]
    bench.changes = list_changes((*bench.taken.doses, *bench.taken.missed))
    bench.dated = any(one.timed or (one.stated and one.day) for one in samples)
    levels = sorted((_place(sample, bench) for sample in samples), key=_order)
    return tuple(_compare(levels, bench))


def _order(level: Level) -> tuple[object, ...]:
    return (level.hours, level.assay, level.value, level.below, level.printed)


def _place(sample: Sample, bench: Bench) -> Level:
    """One level. Its time is the sample's own, or that of the dose before which it was drawn."""
    at = _find_time(sample, bench)
    reasons = list(_list_own_reasons(sample, bench))
    counted = at if at is not None else bench.clock.count(sample.minute, _offset(sample, bench))
    after, every = _find_gap(counted, bench) if at is not None else (None, None)
    if at is None:
        reasons.append(_explain_missing_time(sample, bench))
    elif _is_foreign(sample, counted, bench):
        reasons.append("clock-unknown")
    else:
        reasons += _judge_time(sample, counted, after, every, bench)
    lost = "clock-unknown" in reasons
    since = _count_since_change(counted, bench) if at is not None and not lost else None
    misplaced = lost or not _UNPLACED.isdisjoint(reasons) or after is None
    return Level(
        hours=(counted - bench.origin) / HOUR,
        minute=sample.minute,
        value=sample.value,
        below=sample.below,
        assay=sample.assay,
        after=None if after is None or misplaced else after / HOUR,
        stated=sample.stated,
        of_interval=after / every if after is not None and every and not misplaced else None,
        since_change=None if since is None else since / HOUR,
        every=None if every is None or lost else every / HOUR,
        printed=sample.event.printed,
        event=sample.place,
        source=sample.event.source,
        reasons=tuple(dict.fromkeys(reasons)),
        placed=at is not None and not misplaced,
        timed=sample.timed,
    )


def _is_foreign(sample: Sample, at: int, bench: Bench) -> bool:
    """The dose before it is printed by another clock, so that hours between the two cannot be counted."""
    doses = bench.taken.doses
    if bench.clock.mode != "mixed" or not sample.timed or not doses:
        return False
    dose = doses[max(0, bisect_left(bench.times, at) - 1)]
    return dose.timed and dose.offset != sample.event.offset


def _offset(sample: Sample, bench: Bench) -> int | None:
    """The printed offset, where the minute is still the printed one."""
    return sample.event.offset if bench.clock.zone is None and sample.timed else None


def _find_time(sample: Sample, bench: Bench) -> int | None:
    """Elapsed minutes of the sample; None where it cannot be told."""
    doses = bench.taken.doses
    if sample.timed:
        if sample.event.offset is not None and bench.clock.zone is not None:
            at = sample.event.starts[0] - sample.event.offset
        else:
            at = bench.clock.count(sample.minute, _offset(sample, bench))
        return _move_to_dose(at, bench) if sample.stated else at
    if not (sample.stated and sample.day):
        return None
    today = [dose.at for dose in doses if dose.minute // DAY == sample.minute // DAY]
    return min(today, default=None)


def _move_to_dose(at: int, bench: Bench) -> int:
    """Drawn before a dose whose time is not on record, or which was put off until the sample was drawn."""
    near = min(bench.taken.doses, key=lambda dose: abs(dose.at - at), default=None)
    if near is None or near.given:
        return at
    within = read_minutes(bench.consult, SAMPLE_TIME_WITHIN)
    moves = (
        at - near.at <= within and at > near.at
        if near.timed
        else 2 * abs(near.at - at) <= near.every
    )
    return near.at if moves else at


def _explain_missing_time(sample: Sample, bench: Bench) -> str:
    when = format_date(sample.event.starts)
    mend = "Write the time of day, or `timing: before-dose` where the record says so."
    says = f"The time of day of the level of {when} is not known."
    bench.ask("sample-time", sample, says, mend, may_block=not bench.dated)
    return "no-time"


def _find_gap(at: int, bench: Bench) -> tuple[int | None, int | None]:
    """Minutes since the last dose before a sample, and from that dose to the next that is due."""
    place = bisect_left(bench.times, at) - 1
    if place < 0:
        return None, None
    return at - bench.times[place], find_interval(bench.taken.doses, place)


def _count_since_change(at: int, bench: Bench) -> int | None:
    place = bisect_left(bench.changes, at) - 1
    return None if place < 0 else at - bench.changes[place]


def _list_own_reasons(sample: Sample, bench: Bench) -> Iterable[str]:
    """Reasons that have nothing to do with doses."""
    specimen = (sample.event.specimen or "").lower()
    if WHOLE_BLOOD in bench.concept.name and any(word in specimen for word in _NOT_BLOOD):
        says = f"The sample of {_show(sample)} is said to be {sample.event.specimen}."
        name = bench.concept.name.partition(" (")[0]
        mend = f"The {name} is measured in {WHOLE_BLOOD}: ask the laboratory."
        bench.ask("specimen", sample, says, mend)
        yield "serum"
    if not sample.assay:
        printed = sample.event.method
        what = f"names a method that is not known ({printed})" if printed else "names no method"
        known = "; ".join(assay.name for assay in bench.consult.assays)
        says = f"The level of {_show(sample)} {what}."
        bench.ask("assay", sample, says, f"Write the method: {known}.")
        yield "no-assay"
    if _is_unknown(sample, bench):
        yield "dose-unknown"


def _is_unknown(sample: Sample, bench: Bench) -> bool:
    """A dose of unknown size may still be in the blood."""
    spans = bench.taken.unknown
    return any(first <= sample.minute < last + bench.settled for first, last in spans)


def _show(sample: Sample) -> str:
    return format_date(sample.event.starts).replace("T", " ")


def _judge_time(
    sample: Sample, at: int, after: int | None, every: int | None, bench: Bench
) -> Iterable[str]:
    """Why a level at a known time is no valid trough."""
    if after is None or every is None:
        if not _is_unknown(sample, bench):
            yield "before-first-dose"
        return
    dose = bench.taken.doses[bisect_left(bench.times, at) - 1]
    if not dose.timed and not sample.stated:
        bench.ask("dose-time", sample, f"At what time of day the dose before the level of {_show(sample)} "
                  "was taken is not on record.", "Write the time of day, such as daily at 08:00.")  # fmt: skip
        yield "no-dose-time"
        return
    share = read_share(bench.consult, TROUGH_FROM_SHARE)
    if after < share * every:
        yield from _judge_early(sample, after, bench)
    late = read_minutes(bench.consult, SAMPLE_TIME_WITHIN)
    if after > every + late:
        yield _explain_gap(sample, at, dose, bench)
    since = _count_since_change(at, bench)
    if since is not None and since < read_minutes(bench.consult, STEADY_AFTER):
        yield "not-steady-state"
    _ask_clock(sample, dose, bench)


def _explain_gap(sample: Sample, at: int, dose: Dose, bench: Bench) -> str:
    """Why no dose was taken within an interval: stopped, on hold as the record states it, or missed."""
    if bench.times[-1] < at:
        return "after-stop"
    courses = bench.taken.courses
    statement = courses[dose.course] if dose.course < len(courses) else None
    ended = statement is not None and not statement.single and statement.until < sample.minute
    return "on-hold" if ended else "missed-dose"


def _judge_early(sample: Sample, after: int, bench: Bench) -> Iterable[str]:
    if not sample.stated:
        yield "not-a-trough"
        return
    hours = f"{after / HOUR:.1f}".rstrip("0").rstrip(".")
    says = f"The level of {_show(sample)} is said to be drawn before the dose, and lies {hours} h after it."
    bench.ask("sample-time", sample, says, "Say when the dose of that day was taken.")
    yield "time-conflict"


def _ask_clock(sample: Sample, dose: Dose, bench: Bench) -> None:
    """A change of the clock between dose and sample, where there is no zone to count by."""
    clock = bench.clock
    if clock.mode == "wall" and sample.timed and may_change(dose.minute, sample.minute):
        says = f"The clock may have been changed between the dose before the level of {_show(sample)} and it."
        bench.asked.append(Question("clock-change", says, NAME_ZONE, source=sample.event.source))


# -- one level beside another -------------------------------------------------------------------------


def _compare(levels: Sequence[Level], bench: Bench) -> Iterable[Level]:
    """Levels beside the one before: another assay, or another value at the same time."""
    assay = ""
    for place, level in enumerate(levels):
        same = [
            other
            for other in levels
            if other is not level and other.hours == level.hours and other.assay == level.assay
            and other.placed and level.placed
        ]  # fmt: skip
        more = list(_judge_twin(level, levels[:place], same, bench))
        if assay and level.assay and level.assay != assay:
            more.append("assay-change")
        assay = level.assay or assay
        yield replace(level, reasons=(*level.reasons, *more))


def _judge_twin(
    level: Level, before: Sequence[Level], same: Sequence[Level], bench: Bench
) -> Iterable[str]:
    """Two results at one time: a repeated one counts once, two that differ are asked about."""
    differ = [other for other in same if (other.value, other.below) != (level.value, level.below)]
    if differ:
        if not any(other in before for other in differ):
            when = format_minute(level.minute).replace("T", " ")
            printed = " and ".join(sorted({level.printed, *(other.printed for other in differ)}))
            says = f"Two levels at one time differ: {printed} ({when})."
            mend = "Say which is right, or when each was drawn."
            bench.asked.append(Question("two-levels", says, mend, True, level.source))
        yield "two-levels"
    elif any(other in before for other in same):
        yield "repeated"
