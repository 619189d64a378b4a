"""The consult as JSON: the contract that other systems read, with its schema in docs/dose.schema.json."""

from __future__ import annotations

import msgspec

from gentian.pharmacokinetics.report import Consult

from .forecast_wording import restrict


def render_json(consult: Consult) -> str:
    """Return the consult as indented JSON in the key order of its types, ending in a newline.

    A refused consult carries no amount of a dose, here as on every page.
    """
    return msgspec.json.format(msgspec.json.encode(restrict(consult)), indent=2).decode() + "\n"
