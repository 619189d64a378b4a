"""Bind parameters, limits and a chart's events as the rows and values that the queries take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

from gentian.chart.events import Chart, Event, change_event
from gentian.language import dates, units
from gentian.language.literals import convert_literal
from gentian.language.model import Guideline, Limit
from gentian.language.sql import OPEN_HIGH, OPEN_LOW

from .settings import Settings

Value = int | str | None
Ages = dict[tuple[int, int], tuple[int | None, int | None]]
FAR_AGE = 10**12


def find_parameter(guideline: Guideline, name: str, settings: Settings) -> str | None:
    """The value with unit of a parameter or locale parameter, overlay first; None if unknown."""
    if name in settings.overlay:
        return settings.overlay[name]
    if name in guideline.parameters:
        return guideline.parameters[name].value
    locale = guideline.locales.get(name)
    if locale is None:
        return None
    return locale.values.get(settings.country or "") or locale.otherwise or None


def bind_parameters(guideline: Guideline, settings: Settings) -> dict[str, int | None]:
    """Bound name → ticks in the unit the queries compare in (minutes as whole minutes)."""
    bound: dict[str, int | None] = {"strict": int(settings.strict_criteria)}
    for name, key in guideline.program.bind.items():
        parameter, unit = key.split("|")
        text = find_parameter(guideline, parameter, settings)
        bound[name] = None if text is None else _scale(text, unit)
    return bound


def _scale(text: str, unit: str) -> int:
    ticks = convert_literal(text, unit)
    return ticks // 1_000_000 if unit == "min" else ticks


def list_bands(guideline: Guideline, settings: Settings) -> list[tuple[Value, ...]]:
    """Rows of `band`: what, bound, sex, months from (inclusive) and to, value in ticks."""
    rows: list[tuple[Value, ...]] = []
    for limit in guideline.limits:
        unit = guideline.vocabulary.concepts[limit.of].unit
        for band in limit.bands:
            if band.country in ("", settings.country):
                months = (_count_months(band.from_), _count_months(band.to) if band.to else FAR_AGE)
                rows.append(
                    (limit.of, limit.bound, band.sex, *months, _convert(limit, band.value, unit))
                )
    return rows


def _count_months(text: str) -> int:
    return convert_literal(text, "mo")


def _convert(limit: Limit, value: float | None, unit: str) -> int:
    number = Fraction(str(value))
    return int(
        units.convert(number, units.parse_unit(limit.unit), units.parse_unit(unit)) * 1_000_000
    )


def list_entries(chart: Chart, index: int, person: int = 1) -> Iterable[tuple[Value, ...]]:
    """Rows of `entry` for a chart, and one for the person's sex."""
    ages: Ages = {}
    told = [event for event in chart.events if event.status != "planned"]
    now = index if all(event.starts[0] <= index for event in told) else None
    for at, event in enumerate(chart.events):
        yield _list_columns(person, at, _clip(event, now), chart, ages)
    if chart.person.sex:
        sex = _describe_sex(chart)
        yield _list_columns(person, len(chart.events), sex, chart, ages)
    for relative in list_relatives(chart):
        relation = _describe_relation(relative)
        yield _list_columns(person, len(chart.events), relation, chart, ages)


def list_relatives(chart: Chart) -> list[str]:
    """The ids of the relatives that the record names, in the order of the alphabet."""
    return sorted({event.about for event in chart.events if event.about is not None})


def find_relation(relative: str) -> str:
    """`brother` of `brother-2`: what a relative is to the patient is in the id."""
    return re.sub(r"-[0-9]+$", "", relative)


def _describe_relation(relative: str) -> Event:
    from gentian.chart.events import FOREVER, LONG_AGO, Source

    return Event(
        what="relation",
        starts=(LONG_AGO, LONG_AGO),
        ends=(FOREVER, FOREVER),
        source=Source(place="family", text=relative),
        category=find_relation(relative),
        about=relative,
    )


def _clip(event: Event, now: int | None) -> Event:
    """A record read as it stands today tells of nothing later: `since 2026` began before now.

    `now` is None when the index time lies in the record's past; then a partial date stays open.
    """
    if now is None or event.starts[1] <= now or event.status == "planned":
        return event
    ends = event.ends if event.ends != event.starts else (event.starts[0], now)
    return change_event(event, starts=(event.starts[0], now), ends=ends)


def _describe_sex(chart: Chart) -> Event:
    from gentian.chart.events import FOREVER, LONG_AGO, Source

    since = (LONG_AGO, LONG_AGO)
    source = Source(place="person", text=f"sex: {chart.person.sex}")
    ends = (FOREVER, FOREVER)
    return Event(what="sex", starts=since, ends=ends, source=source, category=chart.person.sex)


# The order is that of gentian.language.tables.ENTRY_COLUMNS.
def _list_columns(
    person: int,
    at: int,
    event: Event,
    chart: Chart,
    ages: Ages,
) -> tuple[Value, ...]:
    # Age and sex are the patient's; of relatives neither is known here.
    own = event.about is None
    age0, age1 = _find_age(chart, event.starts, ages) if own else (None, None)
    low, high = event.low, event.high
    if low is not None or high is not None:
        low, high = (OPEN_LOW if low is None else low), (OPEN_HIGH if high is None else high)
    dose = (event.dose_low, event.dose_high)
    if dose[0] is not None or dose[1] is not None:
        dose = (0 if dose[0] is None else dose[0], OPEN_HIGH if dose[1] is None else dose[1])
    present = None if event.present is None else int(event.present)
    days = (event.starts[0] // dates.DAY, event.starts[1] // dates.DAY)
    return (
        *(
            person,
            at,
            event.what,
            *event.starts,
            *event.ends,
            low,
            high,
            present,
            *days,
            age0,
            age1,
        ),
        *(*dose, event.reference_low, event.reference_high, event.category, event.zygosity),
        *(event.origin, event.classification, event.certainty, event.response, event.reason),
        *(event.specimen, event.method, event.route, event.site, event.status, event.sample),
        *(event.flag, chart.person.sex if own else None, event.about),
    )


def find_age_now(chart: Chart, as_of: int) -> tuple[int | None, int | None]:
    """The age at the index time in ticks of months, earliest and latest; a pair of None if unknown."""
    born = chart.person.born
    age = dates.age_in_months(born, (as_of, as_of)) if born is not None else None
    return age or (None, None)


def _find_age(chart: Chart, at: tuple[int, int], ages: Ages) -> tuple[int | None, int | None]:
    if chart.person.born is None or at[0] < chart.person.born[0]:
        return None, None
    if at not in ages:
        ages[at] = dates.age_in_months(chart.person.born, at) or (None, None)
    return ages[at]
