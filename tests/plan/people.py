"""People of the plan's tests: short charts at 2026-11-23, read with the small guideline."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import Any

from gentian.chart.events import FOREVER, TICKS, Chart, Event, Person, Reading, Source
from gentian.engine.settings import Settings
from gentian.language.compiler import compile_guideline
from gentian.language.dates import DAY, parse_date
from gentian.language.model import Guideline
from gentian.language.sources import FOLDER, read_entries
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan, Statement

INDEX = parse_date("2026-11-23T09:00")[0]
YESTERDAY = "2026-11-22"


@cache
def load_small() -> Guideline:
    """The guideline of `small.yaml`, with the outcome table that ships."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        copy(Path(__file__).with_name("small.yaml"), folder)
        copy(FOLDER / "outcomes.yaml", folder)
        return compile_guideline(read_entries(folder))


def entry(what: str, value: float | None = None, on: str = YESTERDAY, **more: Any) -> Event:
    """One entry of a record: a measurement with a value, or a finding that is present."""
    when = parse_date(on)
    if value is not None:
        more["low"] = more["high"] = round(value * TICKS)
    ends = more.pop("ends", when)
    return Event(what=what, starts=when, ends=ends, source=Source("line 1"), **more)


def absent(what: str, on: str = YESTERDAY) -> Event:
    """A finding stated to be absent."""
    return entry(what, on=on, present=False)


def word(what: str, result: str, on: str = YESTERDAY) -> Event:
    """A measurement whose result is a word."""
    return entry(what, on=on, category=result)


def taking(what: str, since: str, milligrams: float | None = None) -> Event:
    """A medicine going on at the index time."""
    dose = None if milligrams is None else round(milligrams * TICKS)
    ends = (INDEX + 30 * DAY, FOREVER)
    return entry(what, on=since, ends=ends, dose_low=dose, dose_high=dose)


def no_other_medicines(on: str = YESTERDAY) -> Event:
    """The medicines of the record are complete."""
    return entry("complete-medicines", on=on)


def established() -> list[Event]:
    """Double-negative T cells of 4 % and a pathogenic FAS variant."""
    return [entry("dnt", 4.0), entry("variant-fas")]


def sized(weight: float = 20, height: float = 110, on: str = YESTERDAY) -> list[Event]:
    """Weight and height of one day."""
    return [entry("weight", weight, on), entry("height", height, on)]


def person(
    *events: Event,
    born: str | None = "2019-05-02",
    sex: str | None = "male",
    country: str | None = None,
) -> Chart:
    """A boy of seven, unless said otherwise."""
    ordered = sorted(events, key=lambda event: (event.starts, event.what))
    who = Person("p-1", born=parse_date(born) if born else None, sex=sex, country=country)
    return Chart(who, tuple(ordered), Reading("test", "test"))


def plan(*events: Event, settings: Settings | None = None, **who: Any) -> Plan:
    """The plan of such a person."""
    chart = person(*events, **who)
    return make_plan(load_small(), chart, as_of=INDEX, settings=settings or Settings())


def find(made: Plan, name: str) -> Statement:
    """One statement of a plan."""
    return next(item for item in made.statements if item.id == name)
