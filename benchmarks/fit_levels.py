"""How long levels take to become an answer: one person, many people, and peers on the same problem.

Run from the root of the repository:
  uv run --extra fast python -m benchmarks.fit_levels                      (own figures, scipy, R if it is there)
  uv run --extra fast --with opendose-poppk --with pymixef python -m benchmarks.fit_levels
R peers: Debian's r-base-core, r-cran-jsonlite and r-cran-desolve; mapbayr if the reader's R has it.

Every peer gets the same doses, levels and prior (benchmarks/cases.py), and its eta is printed beside ours: a time
counts only for the same answer. A peer that cannot run is named with the reason. Times are medians; ± is half the
distance of the quartiles, `best` is nearer to a quiet machine. Warm: again and again in one process. Cold: a fresh
process to its first answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec

import numpy as np

from benchmarks.cases import NEXT, ONE, SINGLE, TWO, Case
from benchmarks.clock import (
    Timing,
    describe_machine,
    measure,
    measure_noise,
    measure_process,
)
from benchmarks.others import PEERS, Absent, Answer
from gentian.pharmacokinetics.batch import Batch, Engine, fit
from gentian.pharmacokinetics.problem import Floats
from validation.simulate import draw_people

SAME = 1e-3  # largest difference of an eta that still counts as the same answer
PEOPLE = 10_000
RUNS = 5  # of a slow peer
ELSEWHERE = {  # tools a reader may miss in the table, and why they are not driven from here
    "Tucuxi": "C++, built from source; takes its own drug files and queries in XML, so it is compared by hand",
    "posologyr, nlmixr2": "need rxode2, which Debian does not package",
    "PKPDmap": "needs PKPDsim, which Debian does not package and which compiles each model",
    "Monolix, NONMEM, Pumas": "need a licence",
}
ALONE = "gentian.pharmacokinetics.estimation", "gentian.pharmacokinetics.posterior"


def main() -> None:
    print(describe_machine())
    before = measure_noise()
    for case in (ONE, TWO, SINGLE):
        compare_one_person(case)
    for case in (ONE, TWO):
        time_many(case)
    time_cold()
    print("\nnot run from here")
    for name, why in ELSEWHERE.items():
        print(f"  {name:<24} {why}")
    after = measure_noise()
    print(f"\nthe same sum before {before.say()}")
    print(f"             and after {after.say()}")


def compare_one_person(case: Case) -> None:
    """One mode, warm: ours first, then each peer with its ratio and its largest difference of an eta."""
    print(f"\none person, {case.name}")
    eta, own = time_alone(case)
    for ask in PEERS.values():
        try:
            tell(ask(case, RUNS), eta, own)
        except Absent as why:
            name = next(name for name, peer in PEERS.items() if peer is ask)
            print(f"  {name:<44} not run: {why}")


def tell(answer: Answer, eta: Floats, own: Timing) -> None:
    """A peer's line: time, ratio to ours, and whether it is the same answer."""
    apart = float(np.abs(answer.eta - eta).max())
    verdict = "same" if apart <= SAME else "ANOTHER ANSWER"
    ratio = f"{answer.warm.middle / own.middle:8,.0f} x"
    print(f"  {answer.name:<44} {answer.warm.say()}  {ratio}  {verdict}, eta within {apart:.0e}")
    if answer.cold:
        print(f"    cold, a fresh process                      {answer.cold.say()}")


def time_alone(case: Case) -> tuple[Floats, Timing]:
    """Our eta and time of one mode: the one-person code, or the batch of one where it is not there."""
    batch = case.repeat(1)
    eta = fit(batch).eta[0]
    own = report("gentian, batch of one, numpy", measure(lambda: fit(batch), 200))
    if find_spec("numba"):
        report("gentian, batch of one, numba", measure(lambda: fit(batch, "numba"), 200), than=own)
    if not all(find_spec(name) for name in ALONE):
        print("  gentian, one person: `estimation` and `posterior` are not in this tree")
        return eta, own
    return eta, time_consult(case, eta)


def time_consult(case: Case, eta: Floats) -> Timing:
    """The one-person code: its mode, and mode with 2,048 draws and the forecast of the next trough."""
    from gentian.pharmacokinetics.curve import predict
    from gentian.pharmacokinetics.estimation import estimate
    from gentian.pharmacokinetics.posterior import draw

    problem, ahead = case.pose(), np.array([NEXT])
    apart = np.abs(estimate(problem).best.eta - eta).max()
    single = measure(lambda: estimate(problem, starts="single"), 50)
    report("gentian, one person, mode, one start", single)
    own = report("gentian, one person, mode, all minima", measure(lambda: estimate(problem), 50))

    def forecast() -> Floats:
        return predict(problem, draw(problem, estimate(problem), 2048).eta, ahead)

    report("  with 2,048 draws and the next trough", measure(forecast, 20))
    print(f"    eta within {apart:.0e} of the batch's; the peers below are compared with its mode")
    return own


def report(name: str, timing: Timing, than: Timing | None = None) -> Timing:
    ratio = f"  {timing.middle / than.middle:.2g} x" if than else ""
    print(f"  {name:<44} {timing.say()}{ratio}")
    return timing


def time_many(case: Case) -> None:
    """Fits a second of different virtual people, drawn from the case's own prior."""
    template = case.repeat(PEOPLE)
    people, _ = draw_people(replace(template, floor=0.1), np.random.default_rng(1))
    print(f"\n{PEOPLE:,} people, {case.name}")
    answers = {}
    for engine in ("numpy", "numba"):
        if engine == "numba" and not find_spec("numba"):
            print("  numba: not installed (the extra `fast`)")
            continue
        answers[engine] = rate(people, engine)
    if len(answers) == 2:
        apart = np.abs(answers["numpy"] - answers["numba"]).max()
        print(f"    numpy and numba: eta within {apart:.0e}")


def rate(people: Batch, engine: Engine) -> Floats:
    """Print fits a second; eta (N, E)."""
    found = fit(people, engine)
    timing = measure(lambda: fit(people, engine), 7, warm=1)
    each = PEOPLE / timing.middle
    share = found.converged.mean()
    print(f"  {engine:<44} {each:10,.0f} fits/s  {timing.say()}  converged {share:.2%}")
    if engine == "numba":
        serial = time_one_thread(lambda: fit(people, engine))
        print(f"    on one thread {PEOPLE / serial.middle:,.0f} fits/s")
    return found.eta


def time_one_thread(action: Callable[[], object]) -> Timing:
    import numba

    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    timing = measure(action, 7, warm=1)
    numba.set_num_threads(threads)
    return timing


def time_cold() -> None:
    """A fresh process to its first fit, beside a process that only starts; and the very first compilation."""
    print("\ncold, a fresh process to its first fit of one person")
    start = report("python alone", measure_process([sys.executable, "-c", "pass"], 11))
    report("python and numpy", run_cold("import numpy", 11), than=start)
    first = "from benchmarks.cases import ONE; from gentian.pharmacokinetics.batch import fit; "
    report("gentian, numpy", run_cold(first + "fit(ONE.repeat(1))", 11), than=start)
    if find_spec("numba"):
        warm = first + "fit(ONE.repeat(1), 'numba')"
        report("gentian, numba, compiled before", run_cold(warm, 5), than=start)
        empty = "import os, tempfile; os.environ['NUMBA_CACHE_DIR'] = tempfile.mkdtemp(); " + warm
        report("gentian, numba, compiled now", run_cold(empty, 1), than=start)


def run_cold(code: str, runs: int) -> Timing:
    return measure_process([sys.executable, "-c", code], runs)


if __name__ == "__main__":
    main()
