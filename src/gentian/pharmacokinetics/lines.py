"""The lines of a consult's report: intakes, levels, models, target, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
from msgspec.structs import replace as change

from gentian.engine.settings import Settings
from gentian.language.dates import format_minute
from gentian.language.kinetics import PopulationModel, Target
from gentian.language.model import Guideline
from gentian.language.quantities import parse_literal
from gentian.language.units import convert

from .eligibility import Candidate
from .history import History, Intake, Level
from .individual import Setting, is_used
from .mixture import Member
from .options import say_interval
from .outlook import Outlook
from .problem import Floats
from .quantiles import weigh
from .reasons import explain_reason
from .report import IntakeLine, LevelLine, ModelLine, Said, TargetLine
from .rules import Rules
from .surprises import Expectation, Judged

Use = Literal["fitted", "shown", "outlier"]
INTERVAL_90 = np.array([0.05, 0.5, 0.95])


def describe_target(
    guideline: Guideline,
    settings: Settings,
    wished: tuple[float, float] | None,
    rules: Rules,
) -> TargetLine:
    """The target of the request, else the entry's first with this centre's values, and whose it is."""
    unit = guideline.vocabulary.concepts[rules.entry.level].unit
    ranges = [
        (_read(rules, item.low, unit), _read(rules, item.high, unit), item)
        for item in rules.entry.targets
    ]
    low, high, first = ranges[0]
    whose, cites = first.whose, list(first.cites)
    if settings.overlay.keys() & {first.low, first.high}:
        whose = f"this centre's own values ({settings.overlay_name})"
    others = [_say(item, below, above, unit) for below, above, item in ranges]
    if wished is None:
        others = others[1:]
    else:
        low, high = wished
        whose, cites = "given with this request", []
    return TargetLine(low=low, high=high, unit=unit, whose=whose, cites=cites, others=others)


def _read(rules: Rules, text: str, unit: str) -> float:
    return float(convert(*parse_literal(rules.resolve(text)), unit))


def _say(item: Target, low: float, high: float, unit: str) -> str:
    return f"{low:g} to {high:g} {unit}: {item.whose}"


def describe_intakes(history: History, guideline: Guideline) -> list[IntakeLine]:
    """One line a regimen: segments cut only by a clock change or by wandering minutes are joined."""
    lines: list[IntakeLine] = []
    for intake in history.intakes:
        line = _describe_intake(intake, guideline)
        before = next((one for one in reversed(lines) if one.says == line.says), None)
        if intake.continues and before is not None:
            lines[lines.index(before)] = change(before, ends=line.ends)
        else:
            lines.append(line)
    return lines


def _describe_intake(intake: Intake, guideline: Guideline) -> IntakeLine:
    """`2 mg once daily, tablet 1 mg`, from when to when."""
    product = guideline.vocabulary.concepts.get(intake.product)
    of = f", {product.name}" if product is not None else ""
    last = intake.minute + round((intake.count - 1) * intake.every * 60)
    once = intake.count == 1 and not intake.ongoing and not intake.continues
    often = "once" if once else say_interval(intake.every)
    return IntakeLine(
        says=f"{intake.amount:g} mg {often}{of}",
        starts=_print_time(intake.minute, intake.timed),
        ends="" if intake.ongoing else _print_time(last, intake.timed),
        place=intake.source.place,
    )


def _print_time(minute: int, timed: bool) -> str:
    return format_minute(minute) if timed else format_minute(minute)[:10]


def describe_levels(
    history: History,
    setting: Setting,
    judged: Judged | None,
    leader: PopulationModel | None,
    rules: Rules,
) -> list[LevelLine]:
    """One line a level of the history, in time; without a leading model every level is only shown."""
    places = {id(level): place for place, level in enumerate(setting.levels)}
    lines = []
    for level in history.levels:
        place = places.get(id(level))
        found = judged.expectations[place] if judged is not None and place is not None else None
        use: Use = "shown"
        if judged is not None and leader is not None and is_used(level, leader):
            use = "outlier" if place in judged.outliers else "fitted"
        lines.append(_describe_level(level, use, found, rules))
    return lines


def _describe_level(level: Level, use: Use, found: Expectation | None, rules: Rules) -> LevelLine:
    assays = {item.id: item.name for item in rules.entry.assays}
    return LevelLine(
        when=_print_time(level.minute, level.timed),
        measured=level.printed,
        value=level.value,
        below=level.below,
        assay=assays.get(level.assay, "assay not on record"),
        hours_after_dose=level.after,
        use=use,
        reasons=[explain_reason(code, level, rules) for code in level.reasons],
        expected=found.quantiles if found is not None else None,
        share=found.share if found is not None else None,
        place=level.source.place,
    )


def describe_models(
    candidates: Iterable[Candidate],
    members: Mapping[str, Member],
    outlook: Outlook | None,
    rules: Rules,
) -> list[ModelLine]:
    """One line a model: those that carry the answer first, then by rank. outlook: None where none is made."""
    lines = [
        _describe_model(candidate, members.get(candidate.model.model), outlook, rules)
        for candidate in candidates
    ]
    return sorted(lines, key=lambda line: -line.weight)


def _describe_model(
    candidate: Candidate, member: Member | None, outlook: Outlook | None, rules: Rules
) -> ModelLine:
    model = candidate.model
    assay = next((item.name for item in rules.entry.assays if item.id == model.assay), model.assay)
    line = ModelLine(
        id=model.model,
        name=model.name,
        says=f"{model.population.says}; measured by {assay}",
        use=model.use,
        eligible=candidate.eligible,
        reasons=[*candidate.reasons, *candidate.notes],
        traps=list(model.traps),
        cites=list(model.cites),
    )
    if member is None or outlook is None:
        return line
    clearance, half_life = measure_kinetics(member)
    reasons = list(line.reasons)
    if not member.sound:
        says = "The estimate did not settle on one answer; it carries no weight."
        reasons.append(Said(id="not-converged", kind="warning", says=says))
    return change(
        line,
        leads=member.weight > 0,
        reasons=reasons,
        weight=member.weight,
        clearance=clearance,
        half_life=half_life,
        effective=round(member.posterior.effective, 3),
        expected=outlook.expect(member),
    )


def measure_kinetics(member: Member) -> tuple[str, str]:
    """Clearance (L/h) and terminal half-life (h) at the index time, with 90 % intervals, as texts."""
    names = member.problem.structure.names
    logs = member.problem.typical[-1] + member.posterior.eta @ member.problem.design[-1].T
    found = {name: np.exp(logs[:, place]) for place, name in enumerate(names)}
    if "v" in found:
        rate = found["cl"] / found["v"]
    else:
        out, there = found["cl"] / found["v1"], found["q"] / found["v1"]
        back = found["q"] / found["v2"]
        total = out + there + back
        fast = (total + np.sqrt(total**2 - 4 * out * back)) / 2
        rate = out * back / fast
    weights = member.posterior.weight
    clearance = weigh(found["cl"], weights, INTERVAL_90)
    half_life = weigh(np.log(2) / rate, weights, INTERVAL_90)
    return _print_interval(clearance, "L/h"), _print_interval(half_life, "h")


def _print_interval(values: Floats, unit: str) -> str:
    low, middle, high = (float(value) for value in values)
    return f"{middle:.2g} {unit} ({low:.2g} to {high:.2g})"


def list_sources(guideline: Guideline, cites: Iterable[str]) -> list[dict[str, str]]:
    """The evidence behind the consult, in order of id."""
    known = guideline.sources
    return [
        {"id": name, "says": known[name].says, "read": known[name].read,
         "source": known[name].source, "url": known[name].url}
        for name in sorted(set(cites)) if name in known
    ]  # fmt: skip
