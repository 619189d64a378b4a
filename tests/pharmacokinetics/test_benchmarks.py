"""The scripts beside the tests still fit the code: they load, and their cases can be fitted and drawn."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import cases, clock, dose, fit_levels, others
from gentian.pharmacokinetics.batch import fit, predict, stack
from validation.simulate import draw_people


@pytest.mark.parametrize("case", [cases.ONE, cases.TWO, cases.SINGLE])
def test_a_case_is_one_problem_for_everybody(case: cases.Case) -> None:
    batch = case.repeat(2)
    again = fit(stack([case.pose()]))
    assert fit(batch).converged.all()
    assert again.eta[0] == pytest.approx(fit(batch).eta[1], abs=1e-9)
    said = json.loads(case.write())
    assert said["levels"] == list(case.levels)
    stops = others.list_stops(case)
    assert sum(amount for _, amount, _ in stops) == pytest.approx(
        (batch.amount[0] * batch.count[0]).sum()
    )


def test_the_naive_peer_judges_as_the_batch_does() -> None:
    found = fit(cases.ONE.repeat(1))

    def expect(eta: np.ndarray) -> np.ndarray:
        return predict(cases.ONE.repeat(1), eta[None], np.array(cases.ONE.times))[0]

    assert others.judge(found.eta[0], cases.ONE, expect) == pytest.approx(found.objective[0])


def test_a_peer_that_is_not_there_says_so() -> None:
    with pytest.raises(others.Absent, match="one dose and additive error only"):
        others.ask_opendose(cases.TWO, 1)


def test_the_same_generator_draws_the_same_people() -> None:
    template = replace(cases.TWO.repeat(400), floor=0.1)
    people, eta = draw_people(template, np.random.default_rng(7))
    again, _ = draw_people(template, np.random.default_rng(7))
    other, _ = draw_people(template, np.random.default_rng(8))
    assert (people.value == again.value).all()
    assert (people.value != other.value).any()
    assert (people.value > 0).all()
    assert np.cov(eta.T) == pytest.approx(template.omega, abs=0.06)


def test_a_time_is_a_median_with_its_spread() -> None:
    timing = clock.Timing((1.0, 2.0, 3.0, 4.0, 5.0))
    assert timing.middle == 3.0
    assert timing.spread == pytest.approx(1.0)
    assert clock.print_time(0.0021) == "2.1 ms"


def test_timing_a_record_that_is_named_needs_no_search() -> None:
    assert dose.find_record(["somebody.yaml"]) == Path("somebody.yaml")


def test_the_program_loads_neither_the_scripts_nor_machine_code() -> None:
    code = (
        "import sys, gentian.pharmacokinetics.batch as b; "
        "print(sorted({'numba', 'scipy', 'benchmarks', 'validation'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert fit_levels.SAME < 0.01
