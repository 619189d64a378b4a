"""Section 1 of the page: the numerics."""

from __future__ import annotations

from typing import Any

from .tables import interval, percent, small, table, verdict
from .truths import TRUTHS

Figures = dict[str, Any]
PREDICTION, ESTIMATE, MEAN, LARGEST, LAG = 1e-9, 1e-6, 0.005, 0.02, 0.995


def list_aims(found: Figures) -> list[list[str]]:
    """Rows of the first table."""
    estimates = max(one["largest"] for one in found["estimates"].values())
    rows = [*found["quadrature"].values(), *found["reference"].values()]
    cases = sum(one["cases"] for one in rows)
    mean = sum(one["mean"] * one["cases"] for one in rows) / cases
    largest = max(one["largest"] for one in rows)
    told = found["hard"]["told"]
    return [
        ["predictions against an ODE solver", "1e−9", small(found["predictions"]["largest"]),
         verdict(found["predictions"]["largest"] <= PREDICTION)],
        ["estimates against brute force, in η", "1e−6", small(estimates), verdict(estimates <= ESTIMATE)],
        ["quantiles of a future trough, mean error", "0.5 %", percent(mean, 2), verdict(mean <= MEAN)],
        ["the same, largest error", "2 %", percent(largest, 2), verdict(largest <= LARGEST)],
        ["posteriors with two peaks that are told", "all", interval(told), verdict(told.get("is") == 1.0)],
        ["models with a lag that settle", "99.5 %", percent(found["lags"]["is"], 2),
         verdict(found["lags"]["is"] >= LAG)],
    ]  # fmt: skip


def render(found: Figures) -> str:
    """The section."""
    hard = found["hard"]
    return "\n\n".join(
        [
            "## 1. Numerics",
            f"**Predictions.** {found['predictions']['cases']} random courses (one and two compartments, with and without "
            "lag, by mouth, infused and injected, one to three periods of different parameters), 12 times each, against "
            "DOP853 with a relative tolerance of 1e−12: largest difference "
            f"{small(found['predictions']['largest'])} of the largest concentration.",
            "**Estimates** of virtual people with three levels, against Nelder-Mead from four starts, then BFGS and one "
            "Newton step, on an objective that is written down a second time.",
            table(
                ["model", "people", "largest difference in η", "objective worse by at most"],
                [
                    [TRUTHS[model].name, str(one["cases"]), small(one["largest"]), small(max(one["worse"], 0.0))]
                    for model, one in found["estimates"].items()
                ],
            ),
            "**Posterior.** 5, 50 and 95 % quantiles of the true trough two weeks after a dose × 1.5: 2,048 draws against "
            "quadrature over all effects, and against 65,536 draws where the effective share is at least one half.",
            table(
                ["model", "against", "cases", "mean error", "largest error"],
                [
                    *[
                        [TRUTHS[m].name, "quadrature", str(one["cases"]), percent(one["mean"], 2), percent(one["largest"], 2)]
                        for m, one in found["quadrature"].items()
                    ],
                    *[
                        [TRUTHS[m].name, "65,536 draws", f"{one['kept']} of {one['cases']}", percent(one["mean"], 2),
                         percent(one["largest"], 2)]
                        for m, one in found["reference"].items()
                    ],
                ],
            ),
            "**Against MCMC** (emcee's stretch move, 48 walkers; the chain's own standard error from 20 batches):",
            table(
                ["model", "difference at 5, 50, 95 %", "standard error of the chain"],
                [
                    [TRUTHS[one["model"]].name, ", ".join(percent(x, 2) for x in one["away"]),
                     ", ".join(percent(x, 2) for x in one["error"])]
                    for one in found["chains"]
                ],
            ),
            f"**Two peaks.** {hard['cases']} constructed people whose one level can mean slow absorption or quick elimination; "
            f"brute force finds two minima that hold 1 % each in {hard['several']}. All of them were found in "
            f"{interval(hard['found'])}; the posterior said so, or called itself unreliable, in {interval(hard['told'])}. "
            f"Told where there is one: {interval(hard['told_of_one'])}.",
            f"**Lag.** {found['lags']['of']} people of a model with a lag: {percent(found['lags']['is'], 2)} settle on a verified "
            f"minimum ({percent(found['lags']['low'], 2)} to {percent(found['lags']['high'], 2)}).",
            f"**The loops of sections 2 to 4** start one search instead of several: on {found['loops']['cases']} consults the ends of "
            f"the 90 % interval move by {percent(found['loops']['mean'], 1)} of its middle ({percent(found['loops']['largest'], 1)} at "
            f"most), and the marked dose is the same in {interval(found['loops']['same_dose'])}. "
            f"**More draws in the consult**, 8,192 for 2,048: the interval of a *measured* trough moves by "
            f"{percent(found['draws']['mean'], 1)} of its middle ({percent(found['draws']['largest'], 1)} at most), more than that of "
            "the true trough, because one normal number stands for the laboratory in each draw; the same dose is marked in "
            f"{interval(found['draws']['same_dose'])}.",
        ]
    )  # fmt: skip
