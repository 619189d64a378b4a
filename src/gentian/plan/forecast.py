"""The consult on measured levels, in short, for the plan; its whole is `gentian dose` (design 7, `forecast`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gentian.chart.events import Chart
from gentian.engine.answers import Answers
from gentian.engine.settings import Settings
from gentian.language.kinetics import ConsultEntry
from gentian.language.model import Guideline

from .medicines import PLANNED
from .model import Forecast

if TYPE_CHECKING:
    from gentian.pharmacokinetics.report import Consult


def find_forecast(
    guideline: Guideline, chart: Chart, answers: Answers, settings: Settings
) -> Forecast | None:
    """What levels say of a medicine that is taken; None without a level or without the medicine.

    The numerics are loaded here and only then: most people have no level.
    """
    consult = next(iter(guideline.consults.values()), None)
    if consult is None or not _concerns(consult, chart, answers.index):
        return None
    from gentian.pharmacokinetics.consult import make_consult

    return shorten(make_consult(guideline, chart, answers, settings))


def _concerns(consult: ConsultEntry, chart: Chart, index: int) -> bool:
    """Is the medicine taken, and was it ever measured?"""
    events = [event for event in chart.events if event.about is None and event.starts[0] <= index]
    taken = any(
        event.what == consult.medicine
        and event.present is True
        and event.status != PLANNED
        and event.ends[1] >= index
        for event in events
    )
    return taken and any(event.what == consult.level for event in events)


def shorten(consult: Consult) -> Forecast:
    """The headline, two or three sentences and the day of the next level."""
    refused = [item for item in consult.said if item.kind == "refusal"]
    label = consult.label
    cites = [*consult.target.cites, *(label.cites if label is not None else [])]
    if consult.next_sample is not None:
        cites += consult.next_sample.cites
    cites += [cite for item in refused for cite in item.cites]
    return Forecast(
        status=consult.status,
        headline=consult.headline,
        lines=consult.summary[:3],
        next_sample=consult.next_sample.when if consult.next_sample is not None else "",
        cites=list(dict.fromkeys(cites)),
        medicine=consult.medicine,
    )
