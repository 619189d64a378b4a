"""The example people that ship with the package, their charts and their plans."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from gentian.chart.events import Chart
from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan, Statement

FOLDER = Path(str(resources.files("gentian.examples")))
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
SILENT = ("not-indicated", "not-applicable")
OFFERED = ("offer", "offer-after-checks", "assumed")


def read_bytes(name: str) -> bytes:
    """The form of an example, as it is typed."""
    return (FOLDER / f"{name}.yaml").read_bytes()


@cache
def read_example(name: str) -> Chart:
    return read_chart(read_bytes(name), load_guideline(), file=f"{name}.yaml")


@cache
def plan_example(name: str) -> Plan:
    return plan_chart(read_example(name))


def plan_chart(chart: Chart, as_of: int | None = None) -> Plan:
    return make_plan(load_guideline(), chart, as_of=as_of, settings=Settings())


def find(plan: Plan, name: str) -> Statement:
    """One statement of the plan."""
    return next(item for item in plan.statements if item.id == name)


def list_shown(plan: Plan) -> list[Statement]:
    """Statements that are printed as a line of the plan."""
    return [item for item in plan.statements if item.outcome in OFFERED and not item.folded]


def to_data(plan: Plan) -> Any:
    """The plan as JSON data."""
    return msgspec.to_builtins(plan)
