"""How long reading FHIR takes, and how much memory: 60 resources, 5 MB and 50 MB.

Run: uv run python benchmarks/read_fhir.py                          (with json.loads as the peer)
     uv run --with fhir.resources python benchmarks/read_fhir.py    (and the full model classes as another)

Every size is measured in a process of its own, all readers one after the other in that process, so that
the ratios hold on any machine. json.loads only parses; gentian's figure is from bytes to a checked chart.
Memory is the peak of the whole process; the record itself is part of it. The model classes are left out
above 10 MB, where they take minutes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from gentian.chart.entries import build_chart
from gentian.chart.events import Person, Source
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.raw import RawResult
from gentian.language.dates import parse_span
from gentian.language.loader import load_guideline
from gentian.language.model import Guideline

SIZES = {"60 resources": 60, "5 MB": 6_200, "50 MB": 61_500}
TARGETS = {"60 resources": (0.002, 0), "5 MB": (0.3, 150), "50 MB": (2.0, 600)}  # seconds, MB
RESULTS = ("platelets", "haemoglobin", "neutrophils", "lymphocytes", "igg", "creatinine", "weight")


def make_results(number: int, guideline: Guideline) -> Iterator[RawResult]:
    """Results of many years that are never quite the same."""
    for count in range(number):
        concept = guideline.vocabulary.concepts[RESULTS[count % len(RESULTS)]]
        low, high = concept.usual or concept.plausible
        value = low + (high - low) * (count * 37 % 997) / 997
        day = date(1990, 1, 1) + timedelta(days=count * 11 % 13_000)
        yield RawResult(
            what=concept.id,
            when=f"{day.isoformat()}T{count % 24:02}:{count % 60:02}",
            number=f"{value:.2f}",
            unit=concept.unit,
            reference="150-400" if concept.id == "platelets" else "",
            source=Source(f"line {count}"),
        )


def make_record(number: int, guideline: Guideline) -> bytes:
    """A bundle with so many results, as gentian writes it."""
    person = Person("somebody", parse_span("1985-05-04"), "female")
    entries = list(make_results(number, guideline))
    chart = build_chart(person, entries, guideline.vocabulary, format="benchmark", file="benchmark")
    return write_fhir(chart, guideline)


def measure(action: Callable[[], object], rounds: int) -> float:
    """The best time of some rounds, in seconds, after one to warm up."""
    action()
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def find_models() -> Callable[[bytes], object] | None:
    """The full model classes of a peer, if it is installed."""
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ImportError:
        return None
    return Bundle.model_validate_json


def peak() -> float:
    """The most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_one(name: str, path: str) -> None:
    """Measure one size in this process and print a line of JSON."""
    guideline = load_guideline()
    with open(path, "rb") as file:  # noqa: PTH123 - one line, one file
        data = file.read()
    rounds = 30 if len(data) < 10**6 else 3
    before = peak()
    first = time.perf_counter()
    read_fhir(data, "record.json", guideline)
    cold = time.perf_counter() - first
    report = {"MB": len(data) / 10**6, "cold": cold, "memory": peak(), "before": before}
    report["gentian"] = measure(lambda: read_fhir(data, "record.json", guideline), rounds)
    report["json.loads"] = measure(lambda: json.loads(data), rounds)
    models = find_models()
    if models is not None and len(data) < 10**7:
        report["model classes"] = measure(lambda: models(data), 1)
    print(json.dumps(report))


def print_report(name: str, report: dict[str, float]) -> None:
    seconds, memory = TARGETS[name]
    own = report["gentian"]
    line = f"{name:14} {report['MB']:7.2f} MB   gentian {own * 1000:8.1f} ms (target {seconds * 1000:.0f})"
    line += f"   peak {report['memory']:5.0f} MB (target {memory})" if memory else ""
    print(line + f"   first time {report['cold'] * 1000:.1f} ms")
    for peer in ("json.loads", "model classes"):
        if peer in report:
            print(
                f"{'':14} {peer:>22} {report[peer] * 1000:8.1f} ms   gentian/{peer} {own / report[peer]:.2f}"
            )


def main() -> None:
    import tempfile
    from pathlib import Path

    guideline = load_guideline()
    with tempfile.TemporaryDirectory() as folder:
        for name, number in SIZES.items():
            path = Path(folder) / "record.json"
            path.write_bytes(make_record(number, guideline))
            command = [sys.executable, __file__, name, str(path)]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            print_report(name, json.loads(done.stdout))


if __name__ == "__main__":
    run_one(*sys.argv[1:]) if len(sys.argv) == 3 else main()
