"""Section 4 of the page: what the doses do."""

from __future__ import annotations

from typing import Any

from .tables import percent, points, table, verdict
from .truths import TRUTHS

Figures = dict[str, Any]


def list_aims(figures: Figures) -> list[list[str]]:
    """Rows of the first table."""
    worse = [one for one in figures["years"] if is_worse(one)]
    better = [one for one in figures["years"] if is_better(one)]
    lead = find_lead(figures)
    ruled = round(figures["rules"]["levels_to_lead"])
    return [
        ["a year by the consult against the label's arithmetic", "not worse",
         f"better in {len(better)}, worse in {len(worse)} of {len(figures['years'])} scenarios",
         verdict(not worse)],
        ["valid levels from which the forecast leads", "as shown in section 4",
         f"rule {ruled}; shown {lead if lead is not None else 'nowhere'}", verdict(lead is not None and ruled >= lead)],
    ]  # fmt: skip


def is_worse(one: Figures) -> bool:
    """Surely less time inside the target than by the label."""
    return bool(one["more"]["high"] < 0)


def is_better(one: Figures) -> bool:
    """Surely more."""
    return bool(one["more"]["low"] > 0)


def find_lead(figures: Figures) -> int | None:
    """The least number of levels from which the forecast has earned it.

    For every target the dose is surely better than the label's, and the error smaller than the proportional dose's.
    """
    counts = sorted(int(n) for n in next(iter(figures["choices"].values())))
    errors = figures["errors_all"]
    good = [
        n
        for n in counts
        if all(found[str(n)]["more"]["low"] > 0 for found in figures["choices"].values())
        and errors[str(n)]["mixture"]["size"] < errors[str(n)]["label"]["size"]
    ]
    return next((n for n in counts if all(later in good for later in counts if later >= n)), None)


def render(figures: Figures) -> str:
    """The section."""
    return "\n\n".join(
        ["## 4. Decisions", _render_choices(figures), _render_lead(figures), _render_years(figures), _render_losses(figures)]
    )  # fmt: skip


def _render_choices(figures: Figures) -> str:
    rows = []
    for target, found in figures["choices"].items():
        for count, one in found.items():
            rows.append(
                [target, count, *[percent(one["inside"][who]) for who in ("keep", "label", "consult")],
                 points(one["more"]),
                 *[f"{percent(one['above'][who])} / {percent(one['below'][who])}" for who in ("label", "consult")]]
            )  # fmt: skip
    worst = [
        [target, count, TRUTHS[truth].name, percent(who["label"]), percent(who["consult"]), points(who["more"])]
        for target, found in figures["choices"].items()
        for count, one in found.items()
        for truth, who in one["by_truth"].items()
        if who["more"]["high"] < 0
    ]  # fmt: skip
    parts = [
        "### One decision\n\nThe people of section 2, the true model missing, where the consult marks a dose: true trough 14 days "
        "after the dose that the consult marks (led by the forecast from the first level, whatever the rule), that the label's "
        "arithmetic asks for from the last level (same products, same limits of one step), or that was taken. Each truth counts the "
        "same.",
        table(
            ["target, ng/mL", "levels", "keep", "label", "consult", "consult − label, points", "label above / below", "consult above / below"],
            rows,
        ),
    ]  # fmt: skip
    if worst:
        parts += [
            "Truths under which the consult's single dose is surely worse than the label's:",
            table(["target", "levels", "truth", "label", "consult", "points"], worst),
        ]
    else:
        parts.append("Under no truth is the consult's single dose surely worse than the label's.")
    return "\n\n".join(parts)


def _render_lead(figures: Figures) -> str:
    lead, ruled = find_lead(figures), round(figures["rules"]["levels_to_lead"])
    shown = (
        f"Both hold from {lead} level{'s' if lead != 1 else ''} on."
        if lead is not None
        else "Nowhere do both hold for every further number of levels."
    )
    evidence = "; ".join(
        f"{count} level{'s' if count != '1' else ''}: "
        + ", ".join(
            f"{points(found[count]['more'])} points at {target} ng/mL"
            for target, found in figures["choices"].items()
        )
        + f", error {percent(figures['errors_all'][count]['mixture']['size'], 1)} against "
        f"{percent(figures['errors_all'][count]['label']['size'], 1)}"
        for count in ("1", "2", "3")
    )
    return (
        f"**`levels_to_lead` is {ruled}.** The forecast leads from the number of levels at which its dose is surely better than the "
        "label's for both targets, and its error smaller than that of a dose in proportion; until then the label's arithmetic is the "
        f"headline and the forecast stands beside it. {shown} ({evidence}.)"
    )


def _render_years(figures: Figures) -> str:
    rows = []
    for one in figures["years"]:
        label, consult, keep = (one["arms"][arm] for arm in ("label", "consult", "keep"))
        rows.append(
            [one["target"], one["name"], percent(keep["inside"]), percent(label["inside"]), percent(consult["inside"]),
             points(one["more"]),
             *[f"{percent(label[key], 1)} / {percent(consult[key], 1)}" for key in ("above_15", "above_20", "below_2")],
             f"{label['changes']:.1f} / {consult['changes']:.1f}", f"{one['silent']:.1f}"]
        )  # fmt: skip
    people = figures["years"][0]["people"]
    return "\n\n".join(
        [
            f"### A year\n\n{people} people a scenario, twelve visits (days 14, 28, 42, 70, … 350), a level at each, the new dose the "
            "next morning; share of mornings with the true trough inside the target, from the first visit to day 364. *Keep*: the "
            "protocol's dose all year. *Label*: dose × middle of the target ÷ last level when that lies outside, nearest dose that can "
            "be measured out, same limits. *Consult*: the marked dose; where nothing is marked the present one. A trough of 20 or more "
            "pauses both for four days. Mishaps happen under Chen 2021 with that model known, levels by LC-MS/MS.",
            table(
                ["target", "scenario", "keep", "label", "consult", "consult − label, points", "above 15, label / consult",
                 "above 20", "below 2", "changes", "visits with nothing marked"],
                rows,
            ),
        ]
    )  # fmt: skip


def _render_losses(figures: Figures) -> str:
    def names(chosen: list[Figures]) -> str:
        return "; ".join(f"{one['name']} ({one['target']}: {points(one['more'])})" for one in chosen) or "none"  # fmt: skip

    years = figures["years"]
    worse = [one for one in years if is_worse(one)]
    even = [one for one in years if not is_worse(one) and not is_better(one)]
    better = [one for one in years if is_better(one)]
    toxic = [one for one in years if one["toxic"]["low"] > 0]
    lines = [
        f"* **Worse** ({len(worse)}): {names(worse)}.",
        f"* **No difference that {years[0]['people']} people can show** ({len(even)}): {names(even)}.",
        f"* **Better** ({len(better)}): {names(better)}.",
        "* **More days at 20 ng/mL or above than by the label**: "
        + (
            "; ".join(
                f"{one['name']} ({one['target']}: {points(one['toxic'])} points)" for one in toxic
            )
            or "none surely"
        )
        + ".",
    ]
    return "\n\n".join(
        [
            "### Where the consult is not better than the label's arithmetic",
            "\n".join(lines),
            _explain_silence(years),
        ]
    )  # fmt: skip


def _explain_silence(years: list[Figures]) -> str:
    """Why a slip that nobody corrects costs so much."""
    typed = [one for one in years if one["id"] == "typo-high"]
    visits = "; ".join(f"{one['silent']:.1f} of 12 visits, target {one['target']}" for one in typed)
    return (
        "A level that lies far off marks nothing until somebody corrects the record, or until it is six months old (`level_memory`). "
        "In these years nobody corrects it and the dose stays where it is; after a level ten times too high that is the dose halved "
        f"for a toxic trough that never was (nothing marked at {visits}). The label's arithmetic forgets the slip at the next level. "
        "A slip has to be corrected on the day it is told."
    )
