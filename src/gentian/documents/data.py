"""The plan as JSON: the contract that other systems read."""

from __future__ import annotations

import msgspec

from gentian.plan.model import Plan


def render_json(plan: Plan) -> str:
    """Return the plan as indented JSON in the key order of its types, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(plan), indent=2).decode() + "\n"
