"""Times of repeated runs: the median, how far they spread, and how restless the machine was."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Seconds of each run, sorted. On a busy machine the best run is nearer to a quiet one than the median."""

    runs: tuple[float, ...]

    @property
    def middle(self) -> float:
        return statistics.median(self.runs)

    @property
    def spread(self) -> float:
        """The distance of the quartiles, as a share of the median."""
        if len(self.runs) < 4:
            return (self.runs[-1] - self.runs[0]) / self.middle
        quarters = statistics.quantiles(self.runs, n=4)
        return (quarters[2] - quarters[0]) / self.middle

    def say(self) -> str:
        best = print_time(self.runs[0])
        return f"{print_time(self.middle):>8} ±{self.spread / 2:4.0%}  best {best:>8}  n={len(self.runs)}"


def print_time(seconds: float) -> str:
    """With the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def measure(action: Callable[[], object], runs: int, warm: int = 2) -> Timing:
    """Of an action, after some unmeasured runs."""
    for _ in range(warm):
        action()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return Timing(tuple(sorted(times)))


def measure_process(command: Sequence[str], runs: int, given: str = "") -> Timing:
    """Of a fresh process from start to end."""

    def run() -> None:
        subprocess.run(command, input=given, text=True, check=True, capture_output=True)

    return measure(run, runs, warm=1)


def measure_noise(runs: int = 200) -> Timing:
    """Of always the same sum: what spreads here, spreads in every figure."""
    return measure(lambda: sum(range(100_000)), runs)


def describe_machine() -> str:
    load = ", ".join(f"{part:.1f}" for part in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}"
