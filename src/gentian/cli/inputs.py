"""Read what a command is given: the record, the index time, the country, a centre's overlay."""

from __future__ import annotations

import hashlib
import re
import sys
from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gentian.chart.events import Chart
from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.dates import DAY, DateError, parse_date
from gentian.language.model import Guideline
from gentian.language.quantities import QuantityError, parse_literal
from gentian.language.units import UnitError, convert

from .failures import INVALID, UNREADABLE, USAGE, Failure

LARGEST_OVERLAY = 1_000_000  # bytes
OVERLAY_FORM = "`overlay: name of the centre` and `parameters: {name: value unit}`"


def read_record(arguments: Namespace, guideline: Guideline) -> Chart:
    """Return the chart of FILE, or of stdin for `-`. Raises ReadingError."""
    known = {"patient": arguments.patient, "strict": arguments.strict}
    if arguments.file == "-":
        return read_chart(sys.stdin.buffer.read(), guideline, file="stdin", **known)
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
    return last


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
    root = _parse_overlay(file, data)
    values = root["parameters"]
    troubles = [t for name, value in values.items() if (t := _check(name, value, guideline))]
    if troubles:
        raise Failure(INVALID, *(f"{file}: {trouble}" for trouble in troubles))
    return f"{root['overlay']} ({hashlib.sha256(data).hexdigest()[:12]})", values


def _read_file(file: str) -> bytes:
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Failure(UNREADABLE, f"{file}: {reason}; expected an overlay (YAML)") from None
    if len(data) > LARGEST_OVERLAY:
        raise Failure(UNREADABLE, f"{file}: too large for an overlay; expected at most 1 MB")
    return data


def _parse_overlay(file: str, data: bytes) -> dict[str, Any]:
    import yaml

    try:
        root = yaml.load(data, Loader=yaml.BaseLoader)  # noqa: S506 - every scalar stays text
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise Failure(UNREADABLE, f"{file}: not YAML; expected {OVERLAY_FORM}") from None
    shape = {"overlay": str, "parameters": dict}
    if not isinstance(root, dict) or {key: type(value) for key, value in root.items()} != shape:
        raise Failure(INVALID, f"{file}: not an overlay; expected {OVERLAY_FORM}")
    return root


def _check(name: str, value: object, guideline: Guideline) -> str:
    """What is wrong with one value of an overlay, or nothing."""
    known = _find_value(name, guideline)
    if known is None:
        near = get_close_matches(name, [*guideline.parameters, *guideline.locales], n=3)
        return f"`{name}` is no parameter" + (
            f"; did you mean {' or '.join(near)}?" if near else ""
        )
    if not isinstance(value, str):
        return f"`{name}`: expected one value with a unit, e.g. `{known}`"
    try:
        convert(*parse_literal(value), parse_literal(known)[1])
    except (QuantityError, UnitError) as error:
        return f"`{name}: {value}`: {error}; expected a value like `{known}`"
    return ""


def _find_value(name: str, guideline: Guideline) -> str | None:
    if name in guideline.parameters:
        return guideline.parameters[name].value
    locale = guideline.locales.get(name)
    return next(iter(locale.values.values()), None) if locale else None
