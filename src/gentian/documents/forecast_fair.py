"""The fair copy of a consult: its sentences as every page prints them, with one way of writing amounts.

Sentences come with numbers of two digits from the forecast; here they get the digits that the tables have, so
that one page never says the same amount in two ways. JSON keeps the consult as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from gentian.pharmacokinetics.report import Consult, DoseOption, Figure, Said

from .forecast_wording import REFUSED, restrict, say_band, say_span

FOUR_IN_FIVE = "4 in 5"
NAMES = frozenset(
    {"id", "person", "place", "url", "cites", "gentian", "guideline"}
)  # not sentences
_POWER = re.compile(r"(?<![\w.])\d(?:\.\d{1,9})?e[+-]\d\d(?!\w)")
_PLAIN = (  # what stands in a sentence → how it is printed
    (re.compile(r"\b(of 1 (?:level|model))s\b"), r"\1"),
    (re.compile(r"; measured by (?=[;.)]|\s*$)"), "; assay not stated"),
    (re.compile(r"so it is taken to: "), "so it is taken to hold. "),
)


def write_fair(consult: Consult) -> Consult:
    """The consult as its pages print it; a refused one without any amount, each refusal once."""
    consult = restrict(consult)
    span = _make_span(consult.target.unit)
    built = _walk(msgspec.to_builtins(consult), lambda text: _tidy(text, span))
    fair = msgspec.convert(built, Consult)
    return replace(fair, said=_list_once(fair.said), figure=_give_title(fair))


def _walk(built: Any, tidy: Callable[[str], str]) -> Any:
    if isinstance(built, str):
        return tidy(built)
    if isinstance(built, list):
        return [_walk(one, tidy) for one in built]
    if isinstance(built, dict):
        return {name: one if name in NAMES else _walk(one, tidy) for name, one in built.items()}
    return built


def _make_span(unit: str) -> re.Pattern[str]:
    number = r"(?<![\w.])(\d{1,9}(?:\.\d{1,9})?)"
    return re.compile(rf"{number} to {number} (?={re.escape(unit)})")


def _tidy(text: str, span: re.Pattern[str]) -> str:
    text = _POWER.sub(lambda found: say_plain(float(found[0])), text)
    if FOUR_IN_FIVE in text:  # a forecast: neither a target nor a measured level
        text = span.sub(lambda found: f"{say_span(float(found[1]), float(found[2]))} ", text)
    for pattern, printed in _PLAIN:
        text = pattern.sub(printed, text)
    return text


def say_plain(value: float) -> str:
    """A number without a power of ten: `110` for `1.1e+02`."""
    return f"{value:.0f}" if value >= 10 else f"{value:.9f}".rstrip("0").rstrip(".")


def _list_once(said: list[Said]) -> list[Said]:
    """What is said, each refusal once, with the sources of all that say the same."""
    kept: dict[tuple[str, ...], Said] = {}
    for number, one in enumerate(said):
        apart = "" if one.kind == "refusal" else str(number)
        key = (one.kind, one.says, one.mend, apart)
        before = kept.get(key)
        kept[key] = replace(before, cites=_join(before.cites, one.cites)) if before else one
    return list(kept.values())


def _join(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


# --- the figure says its own finding ------------------------------------------------------------


def _give_title(consult: Consult) -> Figure | None:
    """The figure with the finding about the curve, where its title only repeats the headline."""
    figure = consult.figure
    if figure is None or consult.status == REFUSED or figure.title != consult.headline:
        return figure
    return replace(figure, title=_say_title(consult, figure))


def _say_title(consult: Consult, figure: Figure) -> str:
    option = _find_drawn(consult, figure)
    if option is not None:
        span, dose = say_band(option.trough), option.says
        return f"Trough expected at {span} {figure.unit} on {dose} ({FOUR_IN_FIVE})"
    widths = [band for band in figure.bands if band.share == 0.8 and band.low]
    if not widths:
        return f"Levels in {figure.unit} and the target"
    span = say_span(widths[0].low[-1], widths[0].high[-1])
    return f"Trough expected at {span} {figure.unit} if {figure.dose} ({FOUR_IN_FIVE})"


def _find_drawn(consult: Consult, figure: Figure) -> DoseOption | None:
    """The dose that the curve follows: the one that its line of the dose names, else the present one."""
    named = [one for one in consult.options if figure.dose.startswith(one.says)]
    if named:
        return named[0]
    present = [one for one in consult.options if one.is_present]
    return consult.present or (present[0] if present else None)
