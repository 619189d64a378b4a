"""The forecast on the page of a plan: what the levels say in short, and the command with the whole consult."""

from __future__ import annotations

from gentian.plan.model import Forecast

from .entries import bracket, print_cites
from .forecast_wording import REFUSED, STATUSES
from .lines import Entry

COMMAND = "gentian dose FILE"
RANK, REFUSED_RANK = 13, 6  # behind the responses; a refusal before any regimen


def label_forecast(forecast: Forecast) -> tuple[str, str, str]:
    """Shape, word and tone of a forecast; a status of a later version says its own name."""
    return STATUSES.get(forecast.status, ("–", forecast.status, "held"))


def name_forecast(forecast: Forecast) -> str:
    """The heading: `Sirolimus level`."""
    return f"{forecast.medicine} level".strip().capitalize()


def say_next(forecast: Forecast) -> str:
    """When the next level is due, as a sentence; a bare date becomes one."""
    when = forecast.next_sample
    return f"Next level about {when}." if when[:1].isdigit() else when


def say_forecast(forecast: Forecast | None) -> tuple[Entry, ...]:
    """Return the entry of the plan's page, or none for a person without levels."""
    if forecast is None:
        return ()
    shape, word, _ = label_forecast(forecast)
    said = [forecast.headline, *forecast.lines, say_next(forecast)]
    whole = f"The whole consult: {COMMAND}."
    entry = Entry(
        lead=f"{shape} {word}:",
        text=" ".join([*filter(None, said), whole]),
        ids=bracket("forecast", print_cites(forecast.cites)),
        name=name_forecast(forecast),
        rank=REFUSED_RANK if forecast.status == REFUSED else RANK,
        brief=f"{forecast.headline} … {whole}",
        brief_ids=bracket(print_cites(forecast.cites, 1)) if forecast.cites else "[forecast]",
    )
    return (entry,)
