"""How long one person's plan takes: warm from FHIR bytes, and cold from the shell.

Run: uv run python benchmarks/make_plan.py            (own figures)
     uv run --with fhir.resources python benchmarks/make_plan.py   (with a peer in the same run)

The peer is the full model classes of fhir.resources reading the same bytes, which only parses: gentian's
figure is for reading, answering, explaining and planning.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.reading import read_chart
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline
from gentian.plan.assembly import make_plan

EXAMPLE = Path(__file__).parents[1] / "src/gentian/examples/child-low-platelets.yaml"
RESOURCES = 60
CENTRE = Settings(country="US")


def make_bundle(resources: int = RESOURCES) -> bytes:
    """The example as a FHIR Bundle, its results repeated weekly until it has that many resources."""
    guideline = load_guideline()
    chart = read_chart(str(EXAMPLE), guideline)
    bundle = json.loads(write_fhir(chart, guideline))
    counts = [
        entry for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Observation"
    ]
    week = 0
    while len(bundle["entry"]) < resources:
        entry = json.loads(json.dumps(counts[week % len(counts)]))
        month, day = divmod(week, 27)
        entry["resource"]["id"] = f"more-{week}"
        entry["resource"].pop("effectivePeriod", None)
        entry["resource"]["effectiveDateTime"] = f"2025-{month + 1:02}-{day + 1:02}"
        entry["fullUrl"] = f"urn:example:more-{week}"
        bundle["entry"].append(entry)
        week += 1
    return json.dumps(bundle).encode()


def measure(action: Callable[[], object], rounds: int) -> list[float]:
    """Milliseconds of each round, after ten rounds to warm up."""
    for _ in range(10):
        action()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return sorted(times)


def describe(name: str, times: list[float]) -> float:
    middle = statistics.median(times)
    print(f"{name:<44} p50 {middle:8.2f} ms   p95 {times[int(len(times) * 0.95)]:8.2f} ms")
    return middle


def measure_cold(rounds: int = 15) -> float:
    """Median seconds of `gentian plan` from the shell."""
    times = []
    command = [sys.executable, "-m", "gentian", "plan", str(EXAMPLE)]
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    guideline = load_guideline()
    data = make_bundle()
    as_of = read_chart(str(EXAMPLE), guideline).as_of
    if as_of is None:
        raise SystemExit("the example states no day")
    count = len(json.loads(data)["entry"])
    print(f"{count} resources, {len(data) / 1000:.0f} kB; {len(guideline.facts)} facts,", end=" ")
    print(f"{len(guideline.program.trees)} conditions, {len(guideline.statements)} statements")

    def plan_from_bytes() -> object:
        chart = read_fhir(data, "bundle.json", guideline)
        return make_plan(guideline, chart, as_of=as_of, settings=CENTRE)

    own = describe("FHIR bytes to complete explained plan, warm", measure(plan_from_bytes, 200))
    describe("  of which reading", measure(lambda: read_fhir(data, "bundle.json", guideline), 200))
    compare_with_models(data, own)
    print(f"cold `gentian plan`, median of 15            {measure_cold():8.3f} s")


def compare_with_models(data: bytes, own: float) -> None:
    """The peer from the package index, if this run has it."""
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ModuleNotFoundError:
        print("peer: fhir.resources is not installed; run with `uv run --with fhir.resources`")
        return
    parsed = describe(
        "peer: fhir.resources reads the same bytes",
        measure(lambda: Bundle.model_validate_json(data), 20),
    )
    print(f"  ratio: {parsed / own:.2f} times gentian's whole plan")


if __name__ == "__main__":
    main()
