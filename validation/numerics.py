"""The numerics of one person against second ways of doing the same: ODE solver, brute force, quadrature, MCMC.

Each function answers one numbered case, so that cases can be dealt out to processes and stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import minimize

from gentian.pharmacokinetics.curve import predict
from gentian.pharmacokinetics.eligibility import Candidate
from gentian.pharmacokinetics.estimation import estimate
from gentian.pharmacokinetics.individual import build_problem
from gentian.pharmacokinetics.posterior import draw
from gentian.pharmacokinetics.problem import Doses, Floats, Problem, Samples, Structure
from gentian.pharmacokinetics.quantiles import weigh

from .clinic import set_up
from .forecasts import AHEAD, STEP, Life, live
from .records import BEFORE, DAY
from .truths import TRUTHS, make_doses

SEED = 20262
QUANTILES = np.array([0.05, 0.5, 0.95])
SIMPLEX = {"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-12, "adaptive": True}
TYPICAL = {"ka": 0.8, "cl": 4.0, "v": 120.0, "v1": 60.0, "q": 4.0, "v2": 250.0, "lag": 0.4}
MODELS = ("cheng", "chen21", "fan", "golubovic", "bridge")


# -- predictions -------------------------------------------------------------------------------------


def make_course(number: int) -> tuple[Problem, Floats, Floats]:
    """A random problem of every structure, with infusions, boluses and changing parameters; η; times."""
    generator = np.random.default_rng([SEED, 1, number])
    structure = Structure(1 if number % 2 else 2, lag=number % 4 >= 2)
    size, periods = len(structure.names), 1 + number % 3
    begins = np.concatenate(([-np.inf], np.sort(generator.uniform(20, 200, periods - 1))))
    typical = np.log([TYPICAL[name] for name in structure.names])
    typical = typical + 0.2 * generator.standard_normal((periods, size))
    if structure.lag:
        typical[:, -1] = np.log(TYPICAL["lag"])
    doses = [
        (0.0, 2.0, 24.0, 6, 0.0, True),
        (float(generator.uniform(100, 140)), 1.5, 12.0, 5, 0.0, True),
        (float(generator.uniform(10, 60)), 1.0, 24.0, 3, float(generator.uniform(1, 8)), False),
        (float(generator.uniform(60, 90)), 0.5, 24.0, 2, 0.0, False),
    ]
    columns = [np.array(column) for column in zip(*doses, strict=True)]
    share = generator.normal(0, 0.1, 4)
    problem = Problem(
        structure=structure,
        begins=begins,
        typical=typical,
        design=np.tile(np.eye(size), (periods, 1, 1)),
        doses=Doses(*columns, share, np.zeros((4, size))),
        samples=no_samples(size),
        omega=0.1 * np.eye(size),
    )
    eta = 0.3 * generator.standard_normal(size)
    if structure.lag:
        eta[-1] = 0.0
    return problem, eta, np.sort(generator.uniform(1, 260, 12))


def no_samples(size: int) -> Samples:
    """None."""
    empty = np.zeros(0)
    return Samples(empty, empty, np.zeros(0, bool), empty, np.zeros((0, size)), *[empty] * 5)


def compare_prediction(number: int) -> float:
    """Largest difference to DOP853 (relative tolerance 1e-12), over the largest concentration of the case."""
    problem, eta, times = make_course(number)
    ours = predict(problem, eta, times)
    theirs = integrate(problem, eta, times)
    return float(np.abs(ours - theirs).max() / theirs.max())


def integrate(problem: Problem, eta: Floats, times: Floats) -> Floats:
    """The differential equations, dose by dose, from one event to the next."""
    names = problem.structure.names
    logs = problem.typical + problem.design @ eta
    parameters = [dict(zip(names, np.exp(row), strict=True)) for row in logs]
    pulses, infusions = list_events(problem, parameters)
    events = sorted(
        {0.0, *times, *problem.begins[1:], *(one[0] for one in pulses), *(e for i in infusions for e in i[:2])}
    )  # fmt: skip
    state, now, found = np.zeros(3), events[0], {}
    for event in events:
        if event > now:
            period = int(np.searchsorted(problem.begins, (now + event) / 2, side="right")) - 1
            inflow = sum(rate for begins, ends, rate in infusions if begins <= now < ends)
            state = step(
                parameters[period], problem.structure.compartments, state, inflow, event - now
            )
            now = event
        period = max(int(np.searchsorted(problem.begins, event, side="left")) - 1, 0)
        volume = parameters[period]["v" if problem.structure.compartments == 1 else "v1"]
        found[event] = problem.scale * state[1] / volume
        for at, amount, place in pulses:
            if at == event:
                state[place] += amount
    return np.array([found[time] for time in times])


def list_events(problem: Problem, parameters: list[dict]) -> tuple[list, list]:
    """Pulses (hour, mg, compartment) and infusions (from, to, mg/h)."""
    pulses, infusions, doses = [], [], problem.doses
    for row in range(len(doses.start)):
        for count in range(int(doses.count[row])):
            at = float(doses.start[row] + count * doses.every[row])
            amount = float(doses.amount[row] * np.exp(doses.fraction[row]))
            period = int(np.searchsorted(problem.begins, at, side="right")) - 1
            if doses.duration[row] > 0:
                ends = at + float(doses.duration[row])
                infusions.append((at, ends, amount / (ends - at)))
            elif doses.oral[row]:
                pulses.append((at + parameters[period].get("lag", 0.0), amount, 0))
            else:
                pulses.append((at, amount, 1))
    return pulses, infusions


def step(p: dict, compartments: int, state: Floats, inflow: float, hours: float) -> Floats:
    """Amounts in depot, centre and periphery after some hours."""
    volume = p["v"] if compartments == 1 else p["v1"]
    out = p["cl"] / volume
    away, back = (0.0, 0.0) if compartments == 1 else (p["q"] / volume, p["q"] / p["v2"])

    def change(_time: float, y: Floats) -> list[float]:
        exchange = away * y[1] - back * y[2]
        return [-p["ka"] * y[0], p["ka"] * y[0] - out * y[1] - exchange + inflow, exchange]

    found = solve_ivp(change, (0.0, hours), state, method="DOP853", rtol=1e-12, atol=1e-14)
    return np.asarray(found.y[:, -1])


# -- estimates -----------------------------------------------------------------------------------------


def pose_person(model: str, number: int, count: int = 3) -> tuple[Problem, Life, int]:
    """A virtual person with levels under the true model; today's day."""
    truth = TRUTHS[model]
    life = live(truth, number)
    history, today = life.recall(count)
    setting = set_up(history, life.person.form)
    return build_problem(Candidate(truth.source, True, (), False), setting), life, today


def measure_objective(problem: Problem, eta: Floats) -> Floats:
    """−2 log posterior (N,) at eta (N, E), written down once more."""
    samples = problem.samples
    curve = predict(problem, eta, samples.time)
    variance = samples.additive**2 + (samples.proportional * curve) ** 2
    misfit = (samples.value - curve) ** 2 / variance + np.log(variance)
    if samples.below.any():
        away = (samples.value - curve) / np.sqrt(variance)
        tail = np.vectorize(lambda z: -2 * np.log(max(erfc(-z / sqrt(2)) / 2, 1e-300)))(away)
        misfit = np.where(samples.below, tail, misfit)
    penalty = np.einsum("ne,ef,nf->n", eta, np.linalg.inv(problem.omega), eta)
    return np.asarray(misfit.sum(axis=1) + penalty)


def search(problem: Problem, starts: Floats) -> list[tuple[float, Floats]]:
    """Minima by Nelder-Mead and BFGS from several starts, the lowest first."""
    root = np.linalg.cholesky(problem.omega)

    def value(x: Floats) -> float:
        return float(measure_objective(problem, (root @ x)[None])[0])

    found = []
    for start in starts:
        rough = minimize(value, start, method="Nelder-Mead", options=SIMPLEX)
        fine = minimize(value, rough.x, method="BFGS", options={"gtol": 1e-9}, jac="3-point")
        best = fine if fine.fun <= rough.fun else rough
        found.append((float(best.fun), polish(value, best.x)))
    return [(fun, root @ x) for fun, x in sorted(found, key=lambda one: one[0])]


def polish(value, x: Floats) -> Floats:
    """One Newton step with differences of fourth order: the last digits that BFGS leaves."""
    size, h = len(x), 1e-3
    gradient, hessian = np.zeros(size), np.zeros((size, size))
    unit = np.eye(size) * h
    for i in range(size):
        near = value(x + unit[i]) - value(x - unit[i])
        far = value(x + 2 * unit[i]) - value(x - 2 * unit[i])
        gradient[i] = (8 * near - far) / (12 * h)
        for j in range(i, size):
            corner = value(x + unit[i] + unit[j]) - value(x + unit[i] - unit[j])
            corner -= value(x - unit[i] + unit[j]) - value(x - unit[i] - unit[j])
            hessian[i, j] = hessian[j, i] = corner / (4 * h * h)
    return x - np.linalg.solve(hessian, gradient)


def compare_estimate(model: str, number: int) -> tuple[float, float]:
    """Largest difference in η to brute force, and of the objective (positive: ours is worse)."""
    problem, _, _ = pose_person(model, number)
    generator = np.random.default_rng([SEED, 2, number])
    size = len(problem.omega)
    starts = np.concatenate((np.zeros((1, size)), generator.standard_normal((3, size))))
    theirs, eta = search(problem, starts)[0]
    ours = estimate(problem).best.eta
    worse = float(measure_objective(problem, ours[None])[0]) - theirs
    return float(np.abs(ours - eta).max()), worse


# -- posteriors ----------------------------------------------------------------------------------------


def look_ahead(problem: Problem, eta: Floats, life: Life, today: int) -> Floats:
    """The true trough after two weeks on STEP times the dose, per η (N,)."""
    at = (today + 1 + AHEAD) * DAY - BEFORE
    spans = [(0, life.person.dose, today + 1), (today + 1, life.person.dose * STEP, AHEAD)]
    doses = make_doses(spans, len(problem.omega))
    return predict(problem, eta, np.array([at]), doses)[:, 0]


def compare_quadrature(model: str, number: int, count: int) -> Floats:
    """Relative differences of the 5, 50 and 95 % trough to a fine grid over all effects (one or two)."""
    problem, life, today = pose_person(model, number, count)
    estimation = estimate(problem)
    posterior = draw(problem, estimation)
    ours = weigh(look_ahead(problem, posterior.eta, life, today), posterior.weight, QUANTILES)
    size = len(problem.omega)
    sd = np.sqrt(np.diag(np.linalg.inv(estimation.best.hessian / 2)))
    axes = [
        centre + np.linspace(-8, 8, 4001 if size == 1 else 401) * width
        for centre, width in zip(estimation.best.eta, sd, strict=True)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, size)
    logs = -measure_objective(problem, grid) / 2
    weight = np.exp(logs - logs.max())
    theirs = weigh(look_ahead(problem, grid, life, today), weight / weight.sum(), QUANTILES)
    return np.abs(ours / theirs - 1)


def compare_reference(model: str, number: int, count: int, draws: int) -> tuple[Floats, float]:
    """Relative differences of `draws` to 65,536 draws, and the effective share."""
    problem, life, today = pose_person(model, number, count)
    estimation = estimate(problem)
    small, large = draw(problem, estimation, draws), draw(problem, estimation, 65536)
    ours, theirs = (
        weigh(look_ahead(problem, one.eta, life, today), one.weight, QUANTILES)
        for one in (small, large)
    )
    return np.abs(ours / theirs - 1), small.effective


@dataclass(frozen=True, slots=True)
class Chain:
    """One case against MCMC: quantiles of both, and the chain's own standard error (relative)."""

    model: str
    ours: Floats
    chain: Floats
    error: Floats


def compare_chain(model: str, number: int, steps: int) -> Chain:
    """emcee's stretch move (Goodman & Weare 2010), 48 walkers; error from 20 batches of the chain."""
    from emcee import EnsembleSampler

    problem, life, today = pose_person(model, number)
    estimation = estimate(problem)
    posterior = draw(problem, estimation)
    ours = weigh(look_ahead(problem, posterior.eta, life, today), posterior.weight, QUANTILES)
    size, walkers = len(problem.omega), 48
    generator = np.random.default_rng([SEED, 3, number])
    root = np.linalg.cholesky(np.linalg.inv(estimation.best.hessian / 2))
    start = estimation.best.eta + generator.standard_normal((walkers, size)) @ root.T
    sampler = EnsembleSampler(
        walkers, size, lambda eta: -measure_objective(problem, eta) / 2, vectorize=True
    )
    sampler.random_state = np.random.RandomState(SEED + number).get_state()
    sampler.run_mcmc(start, steps)
    chain = sampler.get_chain(discard=steps // 5)
    troughs = look_ahead(problem, chain.reshape(-1, size), life, today).reshape(len(chain), -1)
    theirs = np.quantile(troughs, QUANTILES)
    batches = np.array([np.quantile(part, QUANTILES) for part in np.array_split(troughs, 20)])
    return Chain(model, ours, theirs, batches.std(axis=0, ddof=1) / np.sqrt(20) / theirs)
