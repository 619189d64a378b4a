"""What needs care now: active problems with severity, mechanism and since when (design 5)."""

from __future__ import annotations

from gentian.chart.events import TICKS
from gentian.engine.answers import Answers
from gentian.engine.explanation import Explainer
from gentian.language.dates import DAY, format_date, to_day
from gentian.language.model import Guideline, ProblemEntry

from .model import Problem

SEVERITIES = ("emergency", "severe", "moderate", "mild")


def list_problems(guideline: Guideline, answers: Answers, explainer: Explainer) -> list[Problem]:
    """Every problem of the guideline: the active ones by severity, then the others, in its order."""
    problems = [_describe(entry, answers, explainer) for entry in guideline.problems]
    return sorted(problems, key=_find_place)


def _find_place(problem: Problem) -> int:
    if not problem.active:
        return len(SEVERITIES) + 1
    known = problem.severity in SEVERITIES
    return SEVERITIES.index(problem.severity) if known else len(SEVERITIES)


def _describe(entry: ProblemEntry, answers: Answers, explainer: Explainer) -> Problem:
    key = f"problem:{entry.problem}"
    active = answers.criteria[key]
    level, possible = _find_severity(entry, answers) if active else ("", "")
    still_open = key if active is None else possible
    return Problem(
        id=entry.problem,
        name=entry.name,
        row=entry.row,
        active=active,
        severity=level,
        mechanism=_list_mechanisms(entry, answers) if active else [],
        since=_find_since(entry, answers) if active else "",
        because=explainer.list_reasons(key) if active is not None else [],
        missing=explainer.list_reasons(still_open) if still_open else [],
    )


def _find_severity(entry: ProblemEntry, answers: Answers) -> tuple[str, str]:
    """The first level that is true, and the condition of a worse level that cannot be told."""
    possible = ""
    for item in entry.severity:
        key = f"severity:{entry.problem}:{item.level}"
        answer = answers.criteria[key]
        if answer:
            return item.level, possible
        if answer is None and not possible:
            possible = key
    return "", possible


def _list_mechanisms(entry: ProblemEntry, answers: Answers) -> list[str]:
    """All that are true; an attribute that steers second steps, never a gate to rescue."""
    return [
        item.is_
        for item in entry.mechanism
        if answers.criteria[f"mechanism:{entry.problem}:{item.is_}"] is True
    ]


def _find_since(entry: ProblemEntry, answers: Answers) -> str:
    fact = answers.facts.get(entry.since) if entry.since else None
    if fact is None or fact.low is None or fact.high is None:
        return ""
    first = answers.index // DAY - fact.high // TICKS
    last = answers.index // DAY - fact.low // TICKS
    return (
        to_day(first * DAY).isoformat()
        if first == last
        else format_date((first * DAY, last * DAY + DAY - 1))
    )
