"""Body size: weight, height and body surface, each with the day it was measured (TX-006, HZ-04)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from gentian.chart.events import TICKS, Chart, Event
from gentian.chart.jumps import find_leaps
from gentian.engine.answers import Answers, FactValue
from gentian.language.dates import DAY, Interval, format_minute
from gentian.language.model import Guideline

from .rates import print_exact

SURFACE_STEP = Decimal("0.0001")  # body surface is carried with four decimals, and printed so


@dataclass(frozen=True, slots=True)
class Measurement:
    """One weight (kg) or height (cm), and when it was taken (minutes)."""

    value: Fraction
    unit: str
    when: Interval

    def print(self) -> str:
        """`20 kg on 2026-11-20`."""
        return f"{print_exact(self.value)} {self.unit} on {format_minute(self.when[0])[:10]}"


@dataclass(frozen=True, slots=True)
class Surface:
    """Body surface in m2 from a weight and a height of the same day."""

    value: Fraction
    weight: Measurement
    height: Measurement

    def print(self) -> str:
        """`0.78 m² (Mosteller, 2026-11-20)`."""
        shown = print_exact(Fraction(round(self.value, 2)))
        return f"{shown} m² (Mosteller, {format_minute(self.weight.when[0])[:10]})"


@dataclass(frozen=True, slots=True)
class Body:
    """What is known of the body at the index time.

    age: months in ticks, (youngest, oldest), None if unknown. unclear: (`weight` or `height`, why
    it cannot be used). jumps: (`weight` or `height`, how far the latest lies from the one before).
    """

    weight: Measurement | None = None
    height: Measurement | None = None
    surface: Surface | None = None
    age: Interval | None = None
    unclear: tuple[tuple[str, str], ...] = ()
    jumps: tuple[tuple[str, str], ...] = ()


def calculate_surface(height: Fraction, weight: Fraction) -> Fraction:
    """√(cm × kg ÷ 3600) in m2 (Mosteller, TX-006), to four decimals, halves to even."""
    with localcontext(prec=50):
        square = height * weight / 3600
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
        return Fraction(root.quantize(SURFACE_STEP, ROUND_HALF_EVEN))


def read_body(guideline: Guideline, chart: Chart, answers: Answers) -> Body:
    """The latest weight and height as the engine read them, and the latest day that has both."""
    weight, why_weight = _read_fact("weight", "kg", chart, answers)
    height, why_height = _read_fact("height", "cm", chart, answers)
    whys = (("weight", why_weight), ("height", why_height))
    unclear = tuple((name, why) for name, why in whys if why)
    surface = _pair(weight, height) or _find_pair(guideline, chart, answers.index)
    jumps = tuple(_find_jumps(guideline, chart, answers.index))
    return Body(weight, height, surface, _read_age(answers), unclear, jumps)


def _find_jumps(guideline: Guideline, chart: Chart, index: int) -> Iterator[tuple[str, str]]:
    """Where the latest weight or height lies far from the one before it (HZ-04)."""
    used = [event for event in chart.events if _usable(event, index)]
    leaps = find_leaps(used, guideline.vocabulary)
    for name in ("weight", "height"):
        what = _what(name, guideline)
        last = max((event.starts for event in used if event.what == what), default=None)
        for leap in leaps:
            if leap.after.what == what and leap.after.starts == last:
                yield name, leap.print()


def _read_fact(
    name: str, unit: str, chart: Chart, answers: Answers
) -> tuple[Measurement | None, str]:
    """A size as one number with its time, or why it is not usable."""
    fact = answers.facts.get(name)
    if fact is None or not fact.known or not fact.events:
        return None, f"{name} not recorded"
    if fact.low is None or fact.low != fact.high or fact.low <= 0:
        return None, f"{name} is not one number: {_print_ends(fact)} {unit}"
    when = chart.events[fact.events[0]].starts
    return Measurement(Fraction(fact.low, TICKS), unit, when), ""


def _print_ends(fact: FactValue) -> str:
    ends = [end for end in (fact.low, fact.high) if end is not None]
    return " or ".join(dict.fromkeys(print_exact(Fraction(end, TICKS)) for end in ends)) or "open"


def _read_age(answers: Answers) -> Interval | None:
    age = answers.facts.get("age")
    if age is None or age.low is None or age.high is None:
        return None
    return age.low, age.high


def _day(when: Interval) -> int | None:
    """The calendar day, or None where the date is less exact than a day."""
    first, last = when[0] // DAY, when[1] // DAY
    return first if first == last else None


def _pair(weight: Measurement | None, height: Measurement | None) -> Surface | None:
    if weight is None or height is None:
        return None
    day = _day(weight.when)
    if day is None or day != _day(height.when):
        return None
    return Surface(calculate_surface(height.value, weight.value), weight, height)


def _find_pair(guideline: Guideline, chart: Chart, index: int) -> Surface | None:
    """The latest earlier day with one clear weight and one clear height."""
    weights = _list_days(_what("weight", guideline), "kg", chart, index)
    heights = _list_days(_what("height", guideline), "cm", chart, index)
    for day in sorted(weights.keys() & heights.keys(), reverse=True):
        if surface := _pair(weights[day], heights[day]):
            return surface
    return None


def _what(name: str, guideline: Guideline) -> str:
    fact = guideline.facts.get(name)
    return fact.of if fact is not None and isinstance(fact.of, str) and fact.of else name


def _list_days(what: str, unit: str, chart: Chart, index: int) -> dict[int, Measurement | None]:
    """Day → the size measured on it; None where two entries of a day differ."""
    days: dict[int, Measurement | None] = {}
    for event in chart.events:
        if event.what != what or not _usable(event, index):
            continue
        day = _day(event.starts)
        if day is None or event.low is None:
            continue
        value = Fraction(event.low, TICKS)
        known = days.get(day)
        same = day not in days or (known is not None and known.value == value)
        days[day] = Measurement(value, unit, event.starts) if same else None
    return days


def _usable(event: Event, index: int) -> bool:
    whole = event.low is not None and event.low == event.high and event.low > 0
    counts = event.present is True and event.about is None and event.status != "preliminary"
    return whole and counts and event.starts[1] <= index
