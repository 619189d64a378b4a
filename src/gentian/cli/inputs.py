"""Read what a command is given: the record, the index time, the country, a centre's overlay."""

from __future__ import annotations

import hashlib
import re
import sys
from argparse import Namespace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gentian.chart.events import Chart
from gentian.chart.reading import read_chart, read_limited
from gentian.engine.settings import Settings
from gentian.language.dates import DAY, DateError, parse_date, to_day
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError, convert

from .failures import INVALID, UNREADABLE, USAGE, Failure, shorten

if TYPE_CHECKING:
    from gentian.chart.nodes import Node

_OFFSET = re.compile(r":\d{2}(?:\.\d+)?\s*(?:Z|[-+]\d{2}:\d{2})\s*$")
LARGEST_OVERLAY = 1_000_000  # bytes
FARTHEST = 100  # times above or below the guideline's own value
OVERLAY_FORM = "`overlay: name of the centre` and `parameters: {name: value unit}`"


class Request(NamedTuple):
    """What `plan` and `explain` are asked for. as_of: index time in minutes, None if only the record says."""

    guideline: Guideline
    chart: Chart
    as_of: int | None
    settings: Settings


def read_request(arguments: Namespace) -> Request:
    """Read all that a command is given. Raises Failure, or ReadingError for the record."""
    as_of = read_as_of(arguments.as_of)  # first: a slip in an option needs no record to be told
    guideline = load_guideline()
    settings = make_settings(arguments, guideline)
    chart = read_record(arguments, guideline)
    check_as_of(as_of, chart)
    return Request(guideline, chart, as_of, settings)


def read_record(arguments: Namespace, guideline: Guideline) -> Chart:
    """Return the chart of FILE, or of stdin for `-`. Raises ReadingError."""
    known = {"patient": arguments.patient, "strict": arguments.strict}
    if arguments.file == "-":
        if sys.stdin is None:
            raise Failure(UNREADABLE, "stdin is closed; give a file, or send the record to stdin")
        return read_chart(read_limited(sys.stdin.buffer, "stdin"), guideline, file="stdin", **known)
    return read_chart(Path(arguments.file), guideline, **known)


def read_as_of(text: str | None) -> int | None:
    """Return the index time in minutes: a day is read at its end. Raises Failure (exit 2)."""
    if text is None:
        return None
    try:
        first, last = parse_date(text)
    except DateError as error:
        raise Failure(USAGE, f"--as-of: {error}; write 2026-11-22 or 2026-11-22T09:00") from None
    if last - first >= DAY:
        raise Failure(USAGE, f"--as-of {text}: a whole date is needed, e.g. {text}-01"[:120])
    if _OFFSET.search(text):
        raise Failure(
            USAGE, f"--as-of {text.strip()}: give local wall-clock time without an offset"
        )
    return last


def check_as_of(as_of: int | None, chart: Chart) -> None:
    """Refuse an index time before the person lived. Raises Failure (exit 2) without the birth date."""
    born = chart.person.born
    if as_of is not None and born is not None and as_of < born[0]:
        day = to_day(as_of).isoformat()
        raise Failure(USAGE, f"--as-of {day}: before the person was born; give a later date")


def read_country(text: str | None) -> str | None:
    """Return the country as two capital letters. Raises Failure (exit 2)."""
    if text is None or re.fullmatch(r"[A-Za-z]{2}", text):
        return text.upper() if text else None
    raise Failure(USAGE, f"--country {text[:20]}: expected two letters, e.g. US or GB")


def make_settings(arguments: Namespace, guideline: Guideline) -> Settings:
    """Return what the command line sets for this reading of the guideline."""
    name, overlay = read_overlay(arguments.overlay, guideline)
    return Settings(
        country=read_country(arguments.country),
        overlay=overlay,
        overlay_name=name,
        strict_criteria=arguments.strict_criteria,
    )


def read_overlay(file: str | None, guideline: Guideline) -> tuple[str, dict[str, str]]:
    """Return a centre's name with a hash of its values, and parameter → value with unit.

    Raises Failure: 10 if it cannot be read, 11 if it names no parameter or a wrong unit.
    """
    if file is None:
        return "", {}
    data = _read_file(file)
    name, nodes = _parse_overlay(file, data)
    troubles = [
        f"{file}:{node.line}: {trouble}"
        for parameter, node in nodes
        if (trouble := _check(parameter, node, guideline))
    ]
    if troubles:
        raise Failure(INVALID, *shorten(troubles))
    values = {parameter: node.text for parameter, node in nodes}
    return f"{name} ({hashlib.sha256(data).hexdigest()[:12]})", values


def _read_file(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:  # no more than that: it may be a device without end
            data = stream.read(LARGEST_OVERLAY + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Failure(UNREADABLE, f"{file}: {reason}; expected an overlay (YAML)") from None
    if len(data) > LARGEST_OVERLAY:
        raise Failure(UNREADABLE, f"{file}: too large for an overlay; expected at most 1 MB")
    return data


def _parse_overlay(file: str, data: bytes) -> tuple[str, tuple[tuple[str, Node], ...]]:
    """The centre's name and its parameters, read as carefully as a form. Raises ReadingError."""
    from gentian.chart.nodes import decode_text, parse_form  # YAML, which most runs do not need

    root = parse_form(decode_text(data, file), file, OVERLAY_FORM)
    parts = dict(root.pairs)
    kinds = {name: node.kind for name, node in parts.items()}
    if kinds != {"overlay": "text", "parameters": "mapping"} or not parts["overlay"].text:
        raise Failure(INVALID, f"{file}: not an overlay; expected {OVERLAY_FORM}")
    return parts["overlay"].text, parts["parameters"].pairs


def _check(name: str, node: Node, guideline: Guideline) -> str:
    """What is wrong with one value of an overlay, or nothing."""
    known = _find_value(name, guideline)
    if known is None:
        near = get_close_matches(name[:60], [*guideline.parameters, *guideline.locales], n=3)
        return f"`{name[:60]}` is no parameter" + (
            f"; did you mean {' or '.join(near)}?" if near else ""
        )
    if node.kind != "text":
        return f"`{name}`: expected one value with a unit, e.g. `{known}`"
    given = f"`{name}: {node.text[:60]}`"
    try:
        own, unit = parse_literal(known)
        value = convert(*parse_literal(node.text), unit)
    except (QuantityError, UnitError) as error:
        return f"{given}: {error}; expected a value like `{known}`"
    return _check_size(given, value, own, known)


def _check_size(given: str, value: Fraction, own: Fraction, known: str) -> str:
    """A centre may differ from the guideline; a slip of the key or of the unit differs grossly."""
    if own <= 0:
        return ""
    if value <= 0:
        return f"{given}: not above zero; the guideline's own value is `{known}`"
    if not own / FARTHEST <= value <= own * FARTHEST:
        return (
            f"{given}: more than {FARTHEST} times away from the guideline's own value `{known}`; "
            "check the number and its unit"
        )
    return ""


def _find_value(name: str, guideline: Guideline) -> str | None:
    if name in guideline.parameters:
        return guideline.parameters[name].value
    locale = guideline.locales.get(name)
    return next(iter(locale.values.values()), None) if locale else None
