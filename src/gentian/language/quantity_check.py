"""What entries of several sorts are checked for alike: quantities of the right dimension, and cited sources."""

from __future__ import annotations

from collections.abc import Iterator

from .model import Guideline
from .quantities import QuantityError, parse_literal
from .units import UnitError, parse_unit

Problems = Iterator[str]

_SOUGHT = {
    "/h": "a rate per time, such as 0.75 /h",
    "L/h": "a volume per time, such as 5.63 L/h",
    "L": "a volume, such as 144 L",
    "h": "a time, such as 0.2 h",
    "mg/h": "an amount per time, such as 4.56 mg/h",
    "mg": "an amount, such as 13.8 mg",
}


def check_cites(cites: list[str], guideline: Guideline, where: str = "cites") -> Problems:
    """What is cited and no source bears."""
    if not cites:
        yield f"{where}: nothing is cited; cite the evidence it rests on"
    for cite in cites:
        if cite not in guideline.sources:
            yield f"{where}: `{cite}` is no source; add it to sources/*.yaml, or correct the id"


def check_quantity(what: str, text: str, unit: str, *, same: bool = False) -> Problems:
    """A positive quantity of the dimension of `unit`; same: in that very unit."""
    try:
        number, printed = parse_literal(text)
    except (QuantityError, UnitError) as error:
        mend = getattr(error, "mend", "") or f"write a number with its unit, such as 1 {unit}"
        yield f"{what}: {error}; {mend}"
        return
    wanted = parse_unit(unit)
    if printed.dimension != wanted.dimension:
        sought = _SOUGHT.get(unit, f"a quantity in {unit}")
        yield f"{what}: `{text}` is of another dimension; write {sought}"
    elif same and printed.symbol != wanted.symbol:
        yield f"{what}: `{text}` is not in the unit of its source; write it in {unit}"
    elif number <= 0:
        yield f"{what}: `{text}` is not above zero; check the number"
