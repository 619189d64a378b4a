"""Why a level is shown and not fitted, in sentences with what to do about it (evidence section 7)."""

from __future__ import annotations

from .history import Level
from .report import Said
from .rules import Rules

Text = tuple[str, str, str]  # what it says, how to mend it, the rule it goes by


def explain_reason(code: str, level: Level, rules: Rules) -> Said:
    """The sentence of a reason of `Level.reasons`; an unknown code says itself."""
    says, mend, rule = _find(code, level, rules)
    cites = rules.cites(rule) if rule else []
    return Said(id=code, kind="note", says=says, mend=mend, cites=cites, place=level.source.place)


def _find(code: str, level: Level, rules: Rules) -> Text:
    after = "" if level.after is None else f" {level.after:.0f} h after a dose"
    since = "" if level.since_change is None else f"{level.since_change / 24:.0f} days"
    share = rules.say("trough_from_share")
    texts: dict[str, Text] = {
        "no-time": (
            "the time of the sample or of the dose is not on record",
            "Write the time of both, or that it was drawn before the dose (`timing: before-dose`).",
            "trough_from_share",
        ),
        "before-first-dose": (
            "drawn before the first dose on record",
            "Check both dates, or enter the earlier doses.",
            "",
        ),
        "not-a-trough": (
            f"not a trough: drawn{after}, before {share} of the interval had passed",
            "Draw the next sample just before a dose.",
            "trough_from_share",
        ),
        "not-steady-state": (
            f"not at steady state: {since} after a change of dose",
            f"Wait at least {rules.say('steady_after')} on one dose.",
            "steady_after",
        ),
        "no-assay": (
            "the assay is not on record, and assays differ",
            "Write how it was measured, e.g. `method: LC-MS/MS`.",
            "assay_bias_sd",
        ),
        "assay-change": (
            "another assay than the level before: the two are not compared as they stand",
            "",
            "assay_bias_sd",
        ),
        "serum": (
            "measured in serum or plasma; the target is for whole blood",
            "Measure whole blood.",
            "",
        ),
        "dose-unknown": ("the dose before it is not on record", "Enter dose and interval.", ""),
        "clock-unknown": (
            "its clock and that of the doses cannot be compared",
            "Give the zone of the clinic, such as `--zone Europe/Berlin`.",
            "sample_time_within",
        ),
        "missed-dose": (
            "drawn after a dose that was not given",
            "Draw a level when every dose was taken.",
            "",
        ),
        "contradicted": (
            "far from what was expected, and later levels contradict it",
            "Correct it in the record if it was a slip.",
            "outlier_residual",
        ),
        "before-interaction": (
            "drawn before the effect of an interacting medicine, of unknown size, had settled",
            "Draw a level under the present medicines.",
            "",
        ),
        "too-old": (
            f"older than {rules.say('level_memory')}: body and medicines have changed since",
            "",
            "level_memory",
        ),
        "after-stop": ("drawn after the medicine was stopped", "", ""),
        "nought": (
            "a level of nought is no measurement, and no assay reports it",
            "Write the limit of the laboratory, such as `<1 ng/mL`.",
            "floor_share",
        ),
        "on-hold": ("drawn while the medicine was on hold", "", ""),
        "two-levels": (
            "another value is on record for the same time",
            "Say which is right, or when each was drawn.",
            "",
        ),
        "repeated": ("the same result is on record already; it counts once", "", ""),
        "time-conflict": (
            "said to be drawn before the dose, and its time lies after it",
            "Say when the dose of that day was taken.",
            "",
        ),
        "no-dose-time": (
            "the time of day of the dose before it is not on record",
            "Write the time of day, such as `daily at 08:00`.",
            "trough_from_share",
        ),
    }
    return texts.get(code, (code.replace("-", " "), "", ""))
