"""Every measurement of the report, dealt out to processes and put together in a fixed order."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np

from gentian import __version__

from . import alarms, decisions, forecasts, numerics, peaks
from .clinic import (
    FULL,
    GUIDELINE,
    MORE,
    QUICK,
    RULES,
    TARGETS,
    Speed,
    find_doses,
    find_target,
    sit,
)
from .forecasts import COUNTS, Case
from .intervals import share, tidy
from .summaries import (
    average_errors,
    summarise_choices,
    summarise_coverage,
    summarise_errors,
    summarise_year,
)
from .truths import DOSING, TRUTHS
from .variants import TRIED

OWN = ("cheng", "chen21", "fan", "golubovic", "bridge")
CHAINED = ("cheng", "chen21", "golubovic", "bridge")
SLIPPED = ("cheng", "chen21", "fan")
LOOPED = ("chen21", "fan", "bridge")
TRIED_TRUTHS = ("cheng", "chen21", "fan", "bridge", "chen20", "chen20x")
TRIED_COUNTS = (0, 1, 3, 5)
NO_OTHER_MODEL = ("golubovic",)  # for adults the consult has that one only


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases of each kind."""

    courses: int
    estimates: int
    quadratures: int
    references: int
    chains: int
    steps: int
    hard: int
    lags: int
    loops: int
    own: int
    blind: int
    tried: int
    alarms: int
    years: int
    targets: tuple[str, ...]


BIG = Size(200, 12, 12, 12, 2, 4000, 60, 2000, 8, 400, 200, 40, 60, 50, tuple(TARGETS))
SMALL = Size(24, 2, 3, 3, 1, 1000, 10, 60, 1, 30, 12, 6, 5, 2, ("5 to 15",))


class Crew:
    """Processes that answer numbered cases, in order."""

    def __init__(self, processes: int) -> None:
        self.pool = Pool(processes)

    def ask(self, what: Callable, cases: Iterable[tuple]) -> list:
        """The answers, in the order of the cases."""
        return self.pool.starmap(what, list(cases), chunksize=2)


def measure(quick: bool, processes: int) -> dict:
    """The figures of the report."""
    size, crew = (SMALL if quick else BIG), Crew(processes)
    return {
        "quick": quick,
        "gentian": __version__,
        "guideline": GUIDELINE.version,
        "rules": {
            name: RULES.number(name)
            for name in (
                "inflation",
                "weight_floor",
                "tempering",
                "worth_a_change",
                "levels_to_lead",
            )
        },
        "numerics": report_progress("numerics", measure_numerics(size, crew)),
        **measure_forecasts(size, crew),
        "tried": report_progress("what was tried", measure_tried(size, crew)),
        "alarms": report_progress("alarms", measure_alarms(size, crew)),
        "years": report_progress("years", measure_years(size, crew)),
    }


def report_progress(what: str, found):
    """Say on standard error what is done."""
    print(f"done: {what}", file=sys.stderr, flush=True)
    return found


# -- section 1 -----------------------------------------------------------------------------------------


def measure_numerics(size: Size, crew: Crew) -> dict:
    """Second ways of doing the same."""
    hard = crew.ask(peaks.judge_hard, [(i, 12) for i in range(size.hard)])
    lags = crew.ask(peaks.settle_lag, [(i,) for i in range(size.lags)])
    several = [one for one in hard if one.several]
    chains = [(m, i, size.steps) for m in CHAINED for i in range(size.chains)]
    return {
        "predictions": largest(
            crew.ask(numerics.compare_prediction, [(i,) for i in range(size.courses)])
        ),
        "estimates": {m: _compare_estimates(m, size, crew) for m in numerics.MODELS},
        "quadrature": {m: _compare_quadrature(m, size, crew) for m in ("chen21", "fan", "cheng")},
        "reference": {m: _compare_references(m, 2048, size, crew) for m in numerics.MODELS},
        "loops": _compare_loops(size, crew, FULL, QUICK),
        "draws": _compare_loops(size, crew, MORE, FULL),
        "chains": [_print_chain(one) for one in crew.ask(numerics.compare_chain, chains)],
        "hard": {
            "cases": len(hard),
            "several": len(several),
            "found": share(sum(one.found for one in several), len(several)),
            "told": share(sum(one.told for one in several), len(several)),
            "told_of_one": share(
                sum(one.told for one in hard if not one.several), len(hard) - len(several)
            ),
        },
        "lags": share(sum(lags), len(lags)),
    }


def largest(values: Sequence[float]) -> dict:
    """How many, and the largest."""
    return {"cases": len(values), "largest": tidy(max(values))}


def _compare_estimates(model: str, size: Size, crew: Crew) -> dict:
    found = crew.ask(numerics.compare_estimate, [(model, i) for i in range(size.estimates)])
    return largest([one[0] for one in found]) | {"worse": tidy(max(one[1] for one in found))}


def _compare_quadrature(model: str, size: Size, crew: Crew) -> dict:
    cases = [(model, i, count) for i in range(size.quadratures) for count in (1, 3)]
    found = np.array(crew.ask(numerics.compare_quadrature, cases))
    return {"cases": len(cases), "mean": tidy(found.mean()), "largest": tidy(found.max())}


def _compare_references(model: str, draws: int, size: Size, crew: Crew) -> dict:
    cases = [(model, i, count, draws) for i in range(size.references) for count in (1, 3, 5)]
    found = crew.ask(numerics.compare_reference, cases)
    kept = np.array([errors for errors, effective in found if effective >= 0.5])
    return {
        "cases": len(cases),
        "kept": len(kept),
        "mean": tidy(kept.mean()),
        "largest": tidy(kept.max()),
        "least_effective": tidy(min(effective for _, effective in found)),
    }


def compare_speeds(truth: str, number: int, count: int, one: Speed, other: Speed) -> tuple:
    """Two ways to run one consult: shift of the interval's ends over its middle, and is the same dose marked?"""
    life = forecasts.live(TRUTHS[truth], number)
    history, today = life.recall(count)
    seen = []
    for speed in (one, other):
        sitting = sit(history, life.person.form, (TRUTHS[truth].model,), speed=speed)
        interval = forecasts.look_ahead(sitting, history, today, life.person.dose * 1.5)
        option = find_doses(sitting, life.person.surface, find_target("5 to 15")).choice.option
        seen.append((interval, option.per_day if option is not None else None))
    (first, dose), (second, same) = seen
    if first is None or second is None:
        return 0.0, dose == same
    shift = max(abs(first.low - second.low), abs(first.high - second.high)) / first.middle
    return shift, dose == same


def _compare_loops(size: Size, crew: Crew, one: Speed, other: Speed) -> dict:
    people = [(t, i, n) for t in LOOPED for i in range(size.loops) for n in (1, 3, 5)]
    found = crew.ask(compare_speeds, [(*person, one, other) for person in people])
    shifts = np.array([shift for shift, _ in found])
    return {
        "cases": len(found),
        "mean": tidy(shifts.mean()),
        "largest": tidy(shifts.max()),
        "same_dose": share(sum(same for _, same in found), len(found)),
    }


def _print_chain(chain: numerics.Chain) -> dict:
    away = np.abs(chain.ours / chain.chain - 1)
    return {
        "model": chain.model,
        "away": [tidy(value) for value in away],
        "error": [tidy(value) for value in chain.error],
    }


# -- sections 2 and 3 ------------------------------------------------------------------------------------


def own(truth: str, number: int) -> list[Case]:
    """The true model alone."""
    return forecasts.forecast_own(TRUTHS[truth], number)


def blind(truth: str, number: int) -> list[Case]:
    """Without the true model."""
    return forecasts.forecast_blind(TRUTHS[truth], number)


def measure_forecasts(size: Size, crew: Crew) -> dict:
    """Coverage, error, and one decision."""
    sighted = {t: _flatten(crew.ask(own, [(t, i) for i in range(size.own)])) for t in OWN}
    report_progress("own models", None)
    unsighted = {t: _flatten(crew.ask(blind, [(t, i) for i in range(size.blind)])) for t in TRUTHS}
    report_progress("wrong models", None)
    errors = {
        truth: {str(n): summarise_errors(pick(cases, n)) for n in COUNTS}
        for truth, cases in unsighted.items()
        if truth not in NO_OTHER_MODEL
    }
    return {
        "own": {t: {str(n): summarise_coverage(pick(c, n)) for n in COUNTS} for t, c in sighted.items()},
        "own_all": {
            str(n): summarise_coverage([one for c in sighted.values() for one in pick(c, n)])
            for n in COUNTS
        },
        "blind": {
            t: {str(n): summarise_coverage(pick(c, n)) for n in COUNTS} for t, c in unsighted.items()
        },
        "errors": errors,
        "errors_all": {
            str(n): average_errors([found[str(n)] for found in errors.values()]) for n in COUNTS
        },
        "choices": {
            target: {
                str(n): summarise_choices({t: pick(c, n) for t, c in unsighted.items()}, target)
                for n in COUNTS
                if n
            }
            for target in TARGETS
        },
    }  # fmt: skip


def pick(cases: Iterable[Case], count: int) -> list[Case]:
    """Those after so many levels."""
    return [case for case in cases if case.count == count]


def _flatten(groups: Iterable[list]) -> list:
    return [one for group in groups for one in group]


def try_variant(place: int, truth: str, number: int) -> list[Case]:
    """Without the true model, another way."""
    return forecasts.forecast_blind(TRUTHS[truth], number, TRIED_COUNTS, TRIED[place])


def measure_tried(size: Size, crew: Crew) -> list[dict]:
    """What else the consult could do, on the same people."""
    found = []
    for place, variant in enumerate(TRIED):
        rows = {
            t: _flatten(crew.ask(try_variant, [(place, t, i) for i in range(size.tried)]))
            for t in TRIED_TRUTHS
        }
        found.append(
            {
                "name": variant.name,
                "truths": {
                    t: {str(n): summarise_coverage(pick(c, n)) for n in TRIED_COUNTS}
                    for t, c in rows.items()
                },
                "choices": summarise_choices({t: pick(c, 3) for t, c in rows.items()}, "5 to 15"),
            }
        )
    return found


def measure_alarms(size: Size, crew: Crew) -> dict:
    """Levels called far off: without any error, and with one level ten times too high or too low."""
    ways = {
        "right": [(t, False, 1.0, 0) for t in DOSING if t not in NO_OTHER_MODEL],
        "wrong": [(t, True, 1.0, 0) for t in TRIED_TRUTHS],
        "low": [(t, False, 0.1, 2) for t in SLIPPED],
        "high": [(t, False, 10.0, 2) for t in SLIPPED],
        "low_last": [(t, False, 0.1, 4) for t in SLIPPED],
        "high_last": [(t, False, 10.0, 4) for t in SLIPPED],
    }
    return {
        name: {
            truth: share(
                sum(
                    crew.ask(
                        alarms.is_alarmed,
                        [(truth, i, blind, factor, place) for i in range(size.alarms)],
                    )
                ),
                size.alarms,
            )
            for truth, blind, factor, place in cases
        }
        for name, cases in ways.items()
    }


# -- section 4 -------------------------------------------------------------------------------------------


def live_year(place: int, number: int, target: str) -> list[decisions.Year]:
    """A year of one person in one scenario."""
    return decisions.live_year(decisions.list_scenarios()[place], number, target)


def measure_years(size: Size, crew: Crew) -> list[dict]:
    """Every scenario, for every target."""
    found = []
    for target in size.targets:
        for place, scenario in enumerate(decisions.list_scenarios()):
            cases = [(place, number, target) for number in range(size.years)]
            years = _flatten(crew.ask(live_year, cases))
            found.append(summarise_year(scenario, target, years))
    return found
