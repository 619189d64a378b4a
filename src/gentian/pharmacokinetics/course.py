"""The order of events of one person: from each wanted time to the next, and the doses in between.

The state is carried from target to target, a target being a wanted time or the first hour of a period. What
doses leave in between is a closed sum per segment, so that a course costs targets plus segments and not
doses. Nothing here depends on η (except with a lag, where the number of doses that have arrived does): it is
laid out once and followed for any number of draws. Equal steps share their exponentials.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .problem import Bools, Doses, Floats, Ints, Problem

INSTANT = 1e-9  # h: a dose and a time closer than this are at the same time, the time first
LONG = 24  # targets from which looking for equal steps pays


@dataclass(frozen=True, slots=True)
class Targets:
    """Wanted times and first hours of periods, in order; at the same time the period comes first.

    time (G,), left (G,) the target before it (−inf for the first), period (G,) of the gap that ends there,
    place (G,): index of the wanted time, −1 at the beginning of a period.
    """

    time: Floats
    left: Floats
    period: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class Parts:
    """Equal doses that arrive within one gap: R rows, by gap. Q distinct shapes of them.

    gap, segment, amount (R,) mg; shape (R,) → row of the others. since (Q,) h after the last of them at the
    end of the gap; every (Q,) h; count (Q,); width (Q,) h of an infusion; period (Q,).
    """

    gap: Ints
    segment: Ints
    amount: Floats
    shape: Ints
    since: Floats
    every: Floats
    count: Floats
    width: Floats
    period: Ints


@dataclass(frozen=True, slots=True)
class Delayed:
    """Doses by mouth with a lag: every pair of a gap and a segment that may arrive in it; R rows by gap.

    left, right (R,): the gap; start, every, limit (R,) of the segment; taken (R,): the period of intake, whose
    lag holds; period (R,): the period of the gap.
    """

    gap: Ints
    segment: Ints
    amount: Floats
    left: Floats
    right: Floats
    start: Floats
    every: Floats
    limit: Floats
    taken: Ints
    period: Ints


@dataclass(frozen=True, slots=True)
class Course:
    """A laid-out course. step (G,) → row of the D distinct gaps of `length` h and period `within`; the
    first gap has none. `absorbed` has D further shapes: what each distinct gap does to the depot.

    order (T,): where each wanted time lies among the distinct sorted ones. first (S,), design (S, E) or None:
    log of the share absorbed.
    """

    targets: Targets
    step: Ints
    length: Floats
    within: Ints
    absorbed: Parts
    direct: Parts
    delayed: Delayed | None
    fraction: Floats
    design: Floats | None
    order: Ints
    count: int


def arrange(problem: Problem, times: Floats, doses: Doses | None = None) -> Course:
    """Lay out `doses` (by default the problem's own) for the wanted `times` (T,), in any order."""
    doses = problem.doses if doses is None else doses
    wanted, places = np.unique(times, return_inverse=True)
    targets = place_targets(problem.begins, doses, wanted)
    step, length, within = share_rows((targets.time - targets.left)[1:], targets.period[1:])
    pulses = doses.duration <= 0
    lagged = problem.structure.lag
    return Course(
        targets,
        step[: len(targets.time)],
        length,
        within,
        append(part_pulses(doses, pulses & doses.oral & (not lagged), targets), length, within),
        join(part_pulses(doses, pulses & ~doses.oral, targets), part_infusions(doses, targets)),
        delay(problem.begins, doses, targets) if lagged and (pulses & doses.oral).any() else None,
        doses.fraction,
        doses.design if doses.design.any() else None,
        places.reshape(-1),
        len(wanted),
    )


def place_targets(begins: Floats, doses: Doses, wanted: Floats) -> Targets:
    """Order the wanted times and the beginnings of periods that lie between the first dose and the last time."""
    first = doses.start.min(initial=np.inf)
    last = wanted.max(initial=-np.inf)
    starting = np.flatnonzero((begins > first) & (begins <= last))
    times = np.concatenate((wanted, begins[starting]))
    places = np.concatenate((np.arange(len(wanted)), np.full(len(starting), -1)))
    periods = np.concatenate((np.searchsorted(begins, wanted, side="right") - 1, starting - 1))
    by_time = np.lexsort((places, times))
    left = np.concatenate(([-np.inf], times[by_time]))[: len(times)]
    return Targets(times[by_time], left, periods[by_time], places[by_time])


def share_rows(lengths: Floats, periods: Ints) -> tuple[Ints, Floats, Ints]:
    """Index of each gap among the distinct ones; their mean length and period.

    Lengths that differ by rounding only (1e-10 h) are one; their mean keeps the sum of all of them.
    """
    if len(lengths) < LONG:
        return np.arange(-1, len(lengths)), lengths, periods
    keys = np.stack((np.round(lengths, 10), periods.astype(np.float64)))
    distinct, index = np.unique(keys, axis=1, return_inverse=True)
    index = index.reshape(-1)
    mean = np.bincount(index, lengths) / np.bincount(index)
    return np.append(-1, index), mean, distinct[1].astype(np.int64)


def count_taken(
    start: Floats | float, every: Floats | float, limit: Floats | Ints | int, time: Floats
) -> Floats:
    """Doses given before `time`; one at that very time is not."""
    return np.asarray(np.clip(np.ceil((time - start - INSTANT) / every), 0, limit))


def read_intervals(doses: Doses) -> Floats:
    """`every`, with a harmless 1 for single doses."""
    return np.where((doses.count > 1) & (doses.every > 0), doses.every, 1.0)


def part_pulses(doses: Doses, chosen: Bools, targets: Targets) -> Parts:
    """The doses of the chosen segments without duration, by the gap they arrive in."""
    every = read_intervals(doses)[chosen]
    start, segments = doses.start[chosen], np.flatnonzero(chosen)
    taken = count_taken(start, every, doses.count[chosen], targets.time[:, None])
    within = np.diff(taken, axis=0, prepend=0.0)
    gap, column = np.nonzero(within)
    last = start[column] + (taken[gap, column] - 1) * every[column]
    return shape_parts(
        gap,
        segments[column],
        doses.amount[segments[column]],
        np.stack(
            (
                targets.time[gap] - last,
                every[column],
                within[gap, column],
                np.zeros(len(gap)),
                targets.period[gap].astype(np.float64),
            )
        ),
    )


def shape_parts(gap: Ints, segment: Ints, amount: Floats, shapes: Floats) -> Parts:
    """Rows that differ only in their amount, or by rounding in their time, share one shape."""
    index = np.arange(len(gap))
    if len(gap) >= LONG:
        _, chosen, index = np.unique(
            np.round(shapes, 11), axis=1, return_index=True, return_inverse=True
        )
        shapes, index = shapes[:, chosen], index.reshape(-1)
    since, every, count, width, period = shapes
    return Parts(gap, segment, amount, index, since, every, count, width, period.astype(np.int64))


def append(parts: Parts, length: Floats, within: Ints) -> Parts:
    """With further shapes: a single dose at the beginning of each distinct gap, as what the depot held there."""
    ones = np.ones(len(length))
    return replace(
        parts,
        since=np.concatenate((parts.since, length)),
        every=np.concatenate((parts.every, ones)),
        count=np.concatenate((parts.count, ones)),
        width=np.concatenate((parts.width, ones)),
        period=np.concatenate((parts.period, within)),
    )


def join(one: Parts, two: Parts) -> Parts:
    """Both."""
    if not len(two.gap):
        return one
    gaps = np.concatenate((one.gap, two.gap))
    by_gap = np.argsort(gaps, kind="stable")
    rows = {
        name: np.concatenate((getattr(one, name), getattr(two, name)))
        for name in ("since", "every", "count", "width", "period")
    }
    return Parts(
        gaps[by_gap],
        np.concatenate((one.segment, two.segment))[by_gap],
        np.concatenate((one.amount, two.amount))[by_gap],
        np.concatenate((one.shape, two.shape + len(one.since)))[by_gap],
        **rows,
    )


def part_infusions(doses: Doses, targets: Targets) -> Parts:
    """Infusions, cut at the targets they run across: a piece is an infusion of its own width and amount."""
    pieces = [
        piece
        for segment in np.flatnonzero(doses.duration > 0)
        for piece in cut_infusions(doses, int(segment), targets)
    ]
    rows = np.array(pieces, dtype=np.float64).reshape(len(pieces), 8).T
    gap, segment = rows[0].astype(np.int64), rows[1].astype(np.int64)
    return shape_parts(gap, segment, rows[2], rows[3:])


def cut_infusions(doses: Doses, segment: int, targets: Targets) -> list[tuple[float, ...]]:
    """Per gap: gap, segment, amount, since, every, count, width, period; the whole ones as one row."""
    start, every = float(doses.start[segment]), float(read_intervals(doses)[segment])
    total, width = int(doses.count[segment]), float(doses.duration[segment])
    amount = float(doses.amount[segment])
    begun = count_taken(start, every, total, targets.time).astype(int)
    ended = count_taken(start + width, every, total, targets.time).astype(int)
    found: list[tuple[float, ...]] = []
    seen_begun = seen_ended = 0
    for gap, (left, right) in enumerate(zip(targets.left, targets.time, strict=True)):
        period = float(targets.period[gap])
        last = start + (ended[gap] - 1) * every + width
        if ended[gap] > seen_begun:
            whole = ended[gap] - seen_begun
            found.append((gap, segment, amount, right - last, every, whole, width, period))
        closing = range(seen_ended, min(seen_begun, ended[gap]))
        for dose in (*closing, *range(ended[gap], begun[gap])):
            begins = max(left, start + dose * every)
            ends = min(right, start + dose * every + width)
            if ends > begins:
                part = amount * (ends - begins) / width
                found.append((gap, segment, part, right - ends, 1.0, 1, ends - begins, period))
        seen_begun, seen_ended = begun[gap], ended[gap]
    return found


def delay(begins: Floats, doses: Doses, targets: Targets) -> Delayed:
    """Every pair of a gap and a piece of a segment taken before the end of the gap.

    Segments are cut where a period begins, since the lag is that of the period in which a dose is taken.
    """
    segment, start, count, taken = cut_at_periods(begins, doses)
    gap, column = np.nonzero(targets.time[:, None] > start)
    every = read_intervals(doses)[segment]
    chosen = segment[column]
    return Delayed(
        gap,
        chosen,
        doses.amount[chosen],
        targets.left[gap],
        targets.time[gap],
        start[column],
        every[column],
        count[column],
        taken[column],
        targets.period[gap],
    )


def cut_at_periods(begins: Floats, doses: Doses) -> tuple[Ints, Floats, Floats, Ints]:
    """Oral segments in pieces taken within one period each: segment, start, count, period."""
    chosen = np.flatnonzero(doses.oral & (doses.duration <= 0))
    start, every = doses.start[chosen], read_intervals(doses)[chosen]
    ends = np.append(begins[1:], np.inf)
    before = count_taken(start, every, doses.count[chosen], begins[:, None])
    until = count_taken(start, every, doses.count[chosen], ends[:, None])
    period, column = np.nonzero(until > before)
    skipped = before[period, column]
    begun = start[column] + skipped * every[column]
    return chosen[column], begun, until[period, column] - skipped, period
