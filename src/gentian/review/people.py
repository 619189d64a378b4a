"""Test people beside each rule: enough of them, one with something unknown, one whom the rule reaches."""

from __future__ import annotations

from collections.abc import Iterator

from gentian.language.courses import list_criteria
from gentian.language.model import Criterion, Guideline, StatementEntry

from .finding import Finding

FEWEST = 3


def check_people(guideline: Guideline) -> list[Finding]:
    """Statements and criteria whose test people do not show what they do."""
    written = list_written(guideline)
    return [
        *(item for entry in guideline.statements.values() for item in _check_statement(entry)),
        *(item for entry in written for item in _check_criterion(entry)),
    ]


def list_written(guideline: Guideline) -> list[Criterion]:
    """Criteria with a place for test people: one that follows from a response is tested by courses over time."""
    follow = {name for entry in guideline.responses.values() for name in list_criteria(entry)}
    return [entry for name, entry in guideline.criteria.items() if name not in follow]


def _check_statement(entry: StatementEntry) -> Iterator[Finding]:
    answers = [test.get("answer") for test in entry.tests]
    if len(answers) < FEWEST:
        yield Finding(
            entry.line,
            entry.statement,
            f"has {len(answers)} test people",
            f"write at least {FEWEST}: whom it reaches, whom not, and one with something unknown",
        )
        return
    if entry.if_unknown == "act" and "cannot-tell" in answers:  # then it is said, as assumed
        answers.append("applies")
    for answer, found in (
        ("applies", "no test person reaches it, so perhaps nobody can"),
        ("cannot-tell", "no test person has something unknown"),
    ):
        if answer not in answers:
            yield Finding(entry.line, entry.statement, found, f"add one with `answer: {answer}`")


def _check_criterion(entry: Criterion) -> Iterator[Finding]:
    """A criterion that asks whether something is known is never false."""
    answers = [test.get("is") for test in entry.tests]
    if entry.known_only:
        answers.append(False)
    for answer, found in (
        (True, "no test person makes it true"),
        (False, "no test person makes it false"),
        ("unknown", "no test person has something unknown"),
    ):
        if answer not in answers:
            word = str(answer).lower()
            yield Finding(entry.line, entry.criterion, found, f"add one with `is: {word}`")
