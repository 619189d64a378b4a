"""How long `gentian dose` takes: the command from the shell, and a consult once everything is loaded.

Run from the root of the repository: uv run python -m benchmarks.dose RECORD.yaml
Cold is a fresh process to its end, beside Python alone and beside `gentian plan` of the same record; a refusal
(exit code 15) is an answer too, and is timed as one.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.clock import Timing, describe_machine, measure, measure_noise

EXAMPLES = Path(__file__).parents[1] / "src/gentian/examples"
LEVEL = "sirolimus-trough"
ANSWERS = (0, 15)  # done, and refused for safety
COLD_RUNS, WARM_RUNS = 15, 40


def find_record(given: list[str]) -> Path:
    """The record named on the command line, or the example with the most sirolimus levels."""
    if given:
        return Path(given[0])
    mentions = {path: path.read_text().count(LEVEL) for path in sorted(EXAMPLES.glob("*.yaml"))}
    record = max(mentions, key=lambda path: mentions[path])
    if not mentions[record]:
        raise SystemExit("no example has a level: python -m benchmarks.dose RECORD.yaml")
    return record


def measure_command(*arguments: str) -> Timing:
    """A fresh process; SystemExit where it gives no answer."""
    command = [sys.executable, *arguments]

    def run() -> None:
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in ANSWERS:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()[-300:]}")

    return measure(run, COLD_RUNS, warm=1)


def measure_consult(record: Path) -> None:
    """Warm, in this process: reading, answering the criteria, and the consult."""
    from gentian.chart.reading import read_chart
    from gentian.engine.one import answer
    from gentian.engine.settings import Settings
    from gentian.language.loader import load_guideline
    from gentian.pharmacokinetics.consult import make_consult
    from gentian.plan.assembly import settle

    guideline = load_guideline()
    read = read_chart(str(record), guideline)
    chart, index, settings = settle(guideline, read, None, Settings(country="US"))
    answers = answer(guideline, chart, index, settings)

    def consult() -> object:
        return make_consult(guideline, chart, answers, settings)

    tell("consult, warm", measure(consult, WARM_RUNS))
    tell("reading the record, warm", measure(lambda: read_chart(str(record), guideline), WARM_RUNS))
    answering = measure(lambda: answer(guideline, chart, index, settings), WARM_RUNS)
    tell("answering every criterion, warm", answering)


def tell(name: str, timing: Timing, than: Timing | None = None) -> Timing:
    ratio = f"  {timing.middle / than.middle:.2f} x" if than else ""
    print(f"{name:<36} {timing.say()}{ratio}")
    return timing


def main() -> None:
    try:
        import gentian.pharmacokinetics.consult  # noqa: F401
    except ModuleNotFoundError:
        raise SystemExit("this tree has no gentian.pharmacokinetics.consult to time") from None
    record = find_record(sys.argv[1:])
    print(f"{describe_machine()}\n{record.name}")
    start = tell("python alone, cold", measure_command("-c", "pass"))
    tell("python and numpy, cold", measure_command("-c", "import numpy"), than=start)
    plan = tell("gentian plan, cold", measure_command("-m", "gentian", "plan", str(record)))
    tell("gentian dose, cold", measure_command("-m", "gentian", "dose", str(record)), than=plan)
    measure_consult(record)
    tell("always the same sum", measure_noise())


if __name__ == "__main__":
    main()
