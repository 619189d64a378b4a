"""`gentian demo`: the plan of an invented person whose record ships with the package."""

from __future__ import annotations

import sys
from argparse import Namespace
from importlib import resources

from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan

from .failures import USAGE, Failure, say
from .output import write_result
from .plan import write_plan

FIRST = "child-low-platelets"


def run(arguments: Namespace) -> int:
    """Write the plan of an example, its record, or the list of examples."""
    if arguments.list:
        lines = (f"{name:<32} {describe_example(name)}\n" for name in list_examples())
        write_result("".join(lines), arguments.output)
        return 0
    record = read_example(arguments.name or FIRST)
    if arguments.record:
        write_result(record.decode(), arguments.output)
        return 0
    guideline = load_guideline()
    chart = read_chart(record, guideline, file=arguments.name or FIRST)
    write_plan(make_plan(guideline, chart, as_of=None, settings=Settings()), arguments)
    if sys.stderr is not None and sys.stderr.isatty():
        say("An invented person; `gentian demo --record` prints the record behind it.")
    return 0


def list_examples() -> list[str]:
    """Return the names of the records that ship with the package, the first one first."""
    files = resources.files("gentian.examples").iterdir()
    names = sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))
    return sorted(names, key=lambda name: name != FIRST)


def describe_example(name: str) -> str:
    """Return the first line of an example's record, which says who it is about."""
    return read_example(name).decode().partition("\n")[0].removeprefix("#").strip()


def read_example(name: str) -> bytes:
    """Return the bytes of an example's record. Raises Failure (exit 2) for an unknown name."""
    if name not in list_examples():
        known = ", ".join(list_examples())
        raise Failure(USAGE, f"no example `{name[:40]}`; expected one of {known}")
    return (resources.files("gentian.examples") / f"{name}.yaml").read_bytes()
