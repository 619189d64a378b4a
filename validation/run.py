"""Run the validation: write `docs/validation.md` and `docs/validation.json`, or print a quick version.

    uv run python validation/run.py            the whole report, about 25 minutes on two cores
    uv run python validation/run.py --quick    prints it with few people, under 3 minutes; it says so

No network, no clock, fixed seeds: the same run prints the same pages.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run() -> None:
    """Read the arguments, measure, write."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # two processes share two cores
    sys.path[0] = str(ROOT)  # not this folder
    from validation.measurements import measure
    from validation.page import read_figures, render, write_figures

    parser = argparse.ArgumentParser(
        description="Validate the sirolimus forecast on simulated people."
    )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quick", action="store_true", help="fewer people, under 3 minutes")
    kind.add_argument("--full", action="store_true", help="everything (the default)")
    parser.add_argument(
        "--page", action="store_true", help="only write the page again from the figures"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "docs", help="folder to write to")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    if given.quick:
        print(render(measure(True, given.processes)))
        return
    figures = given.to / "validation.json"
    if not given.page:
        write_figures(figures, measure(False, given.processes))
    (given.to / "validation.md").write_text(render(read_figures(figures)), encoding="utf-8")


if __name__ == "__main__":
    run()
