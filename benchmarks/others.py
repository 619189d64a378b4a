"""What other tools make of the same case: each gives its eta and its times, or the reason why it cannot run."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.cases import TWO, Case
from benchmarks.clock import Timing, measure, measure_process
from gentian.pharmacokinetics.problem import Floats

LONG = 3.0  # s: a fit that takes longer is timed once
SCRIPTS = Path(__file__).parent / "peers"


class Absent(Exception):
    """Why a peer cannot run here."""


@dataclass(frozen=True)
class Answer:
    """eta as the peer found it; warm: one fit; cold: a fresh process that fits once, where measured."""

    name: str
    eta: Floats
    warm: Timing
    cold: Timing | None = None


def ask_scipy(case: Case, runs: int) -> Answer:
    """The naive route: an ODE solver from dose to dose, and Nelder–Mead on the objective."""
    from scipy.integrate import solve_ivp
    from scipy.optimize import minimize

    stops = list_stops(case)

    def predict(eta: Floats) -> Floats:
        parameters = individualise(case, eta)
        flow, volume = write_flow(parameters)
        state, now, levels = np.zeros(len(flow)), 0.0, np.zeros(len(case.times))
        for at, amount, sample in stops:
            if at > now:
                path = solve_ivp(
                    lambda _, y: flow @ y, (now, at), state, method="LSODA", rtol=1e-8, atol=1e-10
                )
                state, now = path.y[:, -1].copy(), at
            if sample >= 0:
                levels[sample] = 1000 * state[1] / volume
            else:
                state[0] += amount
        return levels

    def fit() -> Floats:
        found = minimize(
            judge,
            np.zeros(len(case.omega)),
            args=(case, predict),
            method="Nelder-Mead",
            options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 5000},
        )
        return np.asarray(found.x)

    return Answer(f"scipy {version('scipy')}: LSODA and Nelder-Mead", *repeat(fit, runs))


def repeat(fit: Callable[[], Floats], runs: int) -> tuple[Floats, Timing]:
    """The answer, and the times of so many fits, or of the one where it alone takes long."""
    answers = []
    first = measure(lambda: answers.append(fit()), 1, warm=0)
    if first.middle > LONG:
        return answers[0], first
    return answers[0], measure(fit, runs, warm=0)


def list_stops(case: Case) -> list[tuple[float, float, int]]:
    """(hour, amount, sample or -1) in order, a sample before a dose of the same hour."""
    doses = [
        (start + number * every, amount, -1)
        for start, amount, every, count in case.doses
        for number in range(int(count))
    ]
    samples = [(time, 0.0, index) for index, time in enumerate(case.times)]
    return sorted(doses + samples, key=lambda stop: (stop[0], stop[2] < 0))


def individualise(case: Case, eta: Floats) -> dict[str, float]:
    """The person's parameters."""
    logs = np.log(list(case.typical.values())) + np.array(case.design) @ eta
    return dict(zip(case.typical, np.exp(logs), strict=True))


def write_flow(parameters: dict[str, float]) -> tuple[Floats, float]:
    """The rates between depot, central and peripheral compartment, and the central volume."""
    ka = parameters["ka"]
    if "v" in parameters:
        out = parameters["cl"] / parameters["v"]
        return np.array([[-ka, 0.0], [ka, -out]]), parameters["v"]
    out, there = (parameters[name] / parameters["v1"] for name in ("cl", "q"))
    back = parameters["q"] / parameters["v2"]
    flow = [[-ka, 0.0, 0.0], [ka, -out - there, back], [0.0, there, -back]]
    return np.array(flow), parameters["v1"]


def judge(eta: Floats, case: Case, predict: Callable[[Floats], Floats]) -> float:
    """−2 log posterior."""
    curve = predict(eta)
    variance = case.additive**2 + (case.proportional * curve) ** 2
    miss = (np.array(case.levels) - curve) ** 2 / variance
    return float((miss + np.log(variance)).sum() + (eta**2 / np.array(case.omega)).sum())


def ask_pymixef(case: Case, runs: int) -> Answer:
    """Its conditional mode with its own closed form of one dose, added up over the doses."""
    try:
        import pymixef.pharmacometrics as peer
    except ModuleNotFoundError:
        raise Absent("not installed: uv run --with pymixef") from None

    hours = np.array([at for at, _, sample in list_stops(case) if sample < 0])
    amounts = np.array([amount for _, amount, sample in list_stops(case) if sample < 0])
    since = np.maximum(np.array(case.times)[:, None] - hours, 0.0)  # at 0 the curve is 0

    def predict(eta: Floats) -> Floats:
        own = individualise(case, eta)
        if case.compartments == 1:
            curve = peer.one_compartment_oral(
                since,
                dose=1000.0,
                clearance=own["cl"],
                volume=own["v"],
                absorption_rate=own["ka"],
            )
        else:
            curve = peer.two_compartment_oral(
                since,
                dose=1000.0,
                clearance=own["cl"],
                central_volume=own["v1"],
                intercompartmental_clearance=own["q"],
                peripheral_volume=own["v2"],
                absorption_rate=own["ka"],
            )
        return np.asarray(curve) @ amounts

    error = peer.combined(case.additive or 1e-9, case.proportional or 1e-9)
    target = peer.ConditionalObjective(
        np.array(case.levels), predict, np.diag(case.omega), error, {}
    )

    def fit() -> Floats:
        return np.asarray(peer.find_conditional_mode(target).eta)

    return Answer(f"pymixef {version('pymixef')}: conditional mode, BFGS", *repeat(fit, runs))


def ask_opendose(case: Case, runs: int) -> Answer:
    """Only one dose, at once in the blood, and additive error; its curve is that of an ODE solver."""
    if len(case.doses) > 1 or case.doses[0][3] > 1 or case.proportional:
        raise Absent("has one dose and additive error only")
    try:
        from opendose_poppk.bayesian import MAPEstimator
        from opendose_poppk.covariate import CovariateModel
        from opendose_poppk.pk_model import PKModel
    except ModuleNotFoundError:
        raise Absent("not installed: uv run --with opendose-poppk") from None

    share = 0.5  # of the dose absorbed: it must stay below 1
    clearance, volume = case.typical["cl"], case.typical["v1"]
    model = PKModel(F=share, ka=1.0, ke=clearance / volume, Vd=volume * share)
    deviations = dict(zip(("Vd", "ke", "ka", "F"), np.sqrt(case.omega), strict=True))
    estimator = MAPEstimator(
        model, CovariateModel(model, omega=deviations), sigma_obs=case.additive
    )
    levels = np.array(case.levels)

    def fit() -> Floats:
        found = estimator.fit(np.array(case.times), levels, {}, dose=1000 * case.doses[0][1])
        return np.array([found["eta_map"][name] for name in ("Vd", "ke", "ka", "F")])

    return Answer(f"opendose-poppk {version('opendose-poppk')}: Nelder-Mead", *repeat(fit, runs))


def ask_r(script: str, name: str, how: str, case: Case, runs: int, cold: int) -> Answer:
    """An R script of `benchmarks/peers`; warm times are its own."""
    if not shutil.which("Rscript"):
        raise Absent("Rscript is not installed (Debian: r-base-core, r-cran-jsonlite)")
    path = str(SCRIPTS / script)
    done = subprocess.run(
        ["Rscript", path, str(runs)], input=case.write(), text=True, capture_output=True
    )
    if done.returncode:
        raise Absent(done.stderr.strip().splitlines()[0])
    said = json.loads(done.stdout[done.stdout.index("{") :])
    fresh = measure_process(["Rscript", path, "0"], cold, case.write()) if cold else None
    return Answer(
        f"{name} {said['version'][0]}: {how}",
        np.array(said["eta"]),
        Timing(tuple(sorted(said["times"]))),
        fresh,
    )


def ask_desolve(case: Case, runs: int) -> Answer:
    """What an R user writes without a package for it."""
    cold = 0 if case is TWO else 2  # there one fit takes half a minute
    return ask_r("desolve.R", "deSolve", "lsoda, optim BFGS", case, runs, cold)


def ask_mapbayr(case: Case, runs: int) -> Answer:
    """mapbayr on mrgsolve, closed-form model, only eta asked for; its process compiles the model."""
    return ask_r("mapbayr.R", "mapbayr", "L-BFGS-B on mrgsolve", case, 3 * runs, 3)


PEERS = {
    "scipy": ask_scipy,
    "pymixef": ask_pymixef,
    "opendose-poppk": ask_opendose,
    "deSolve": ask_desolve,
    "mapbayr": ask_mapbayr,
}
