"""What every statement and every dose has to carry before anybody may rely on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gentian.language.dates import DateError, parse_date
from gentian.language.model import DoseRecord, Guideline, StatementEntry

from .finding import Finding
from .rules import Hazard, Topic


def check_completeness(
    guideline: Guideline, topics: list[Topic], hazards: list[Hazard]
) -> list[Finding]:
    """Statements without plain words, topics or a review date; doses without a way out."""
    known_topics = {item.topic for item in topics} | {
        concept.id
        for concept in guideline.vocabulary.concepts.values()
        if concept.sort in ("medicine", "class")
    }
    known_hazards = {item.hazard for item in hazards}
    found: list[Finding] = []
    for entry in guideline.statements.values():
        found.extend(_check_words(entry))
        found.extend(_check_names(entry, known_topics, known_hazards))
        found.extend(_check_date(entry, guideline.review_due))
    for record in guideline.doses.values():
        found.extend(_check_dose(record))
    return found


def _check_words(entry: StatementEntry) -> Iterator[Finding]:
    if not entry.plainly:
        yield Finding(
            entry.line,
            entry.statement,
            "has no plain words",
            "write `plainly`: one or two short sentences for a family",
        )
    if not entry.cites:
        yield Finding(entry.line, entry.statement, "cites nothing", "cite the evidence it rests on")


def _check_names(
    entry: StatementEntry, topics: Collection[str], hazards: Collection[str]
) -> Iterator[Finding]:
    if not entry.topics:
        yield Finding(
            entry.line, entry.statement, "has no topic", "choose from topics.yaml what it is about"
        )
    for topic in entry.topics:
        if topic not in topics:
            yield Finding(
                entry.line,
                entry.statement,
                f"has the topic `{topic}`, which is not published",
                "choose one of topics.yaml, or publish it there with what it means",
            )
    for hazard in entry.hazards:
        if hazard not in hazards:
            yield Finding(
                entry.line,
                entry.statement,
                f"controls `{hazard}`, which hazards.yaml does not hold",
                "correct the id, or add the hazard",
            )


def _check_date(entry: StatementEntry, default: str) -> Iterator[Finding]:
    due = entry.review.due or default
    try:
        parse_date(due)
    except DateError:
        yield Finding(
            entry.line,
            entry.statement,
            f"is due for review `{due or 'never'}`, which is no date",
            "write `review_due` in version.yaml, or `review: {due: 2027-11-01}`",
        )


def _check_dose(record: DoseRecord) -> Iterator[Finding]:
    """A dose ships with what stands against it, how it is watched, and the way to stop."""
    wanted = (
        (
            record.do_not_start or record.nothing_against,
            "what stands against it",
            "`do_not_start`, or `nothing_against` with why",
        ),
        (record.monitoring, "how it is watched", "`monitoring`"),
        (record.stop, "the way to stop it", "`stop`"),
        (record.caps or record.no_cap, "a cap", "`caps`, or `no_cap` with why there is none"),
        (record.tests, "a test body", "`tests`"),
    )
    for value, what, field in wanted:
        if not value:
            yield Finding(record.line, record.dose, f"is a dose without {what}", f"write {field}")
