"""People for the diagnostic tests, typed as a clinician would type them."""

from __future__ import annotations

from datetime import date

from gentian.chart.form import read_form
from gentian.engine.answers import Answers
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.loader import load_guideline

GUIDELINE = load_guideline()
TODAY = date(2026, 11, 20)

HEAD = f"gentian: chart 1\nperson: example\nborn: 2019-05-04\nsex: female\nas_of: {TODAY}\n"
# a spleen that has been big for a year, and DNT well above the limit in a well-counted sample
BIG_SPLEEN = ["findings: splenomegaly: since 2025-11"]
RAISED_DNT = ["results: 2026-10-02: {dnt-of-lymphocytes: 4.0 %, lymphocytes: 4.2 10*9/L}"]
REQUIRED = [*BIG_SPLEEN, *RAISED_DNT]


def write_chart(lines: list[str], head: str = HEAD) -> str:
    """A form from lines such as `findings: splenomegaly: since 2025-11`."""
    sections: dict[str, list[str]] = {}
    for line in lines:
        section, _, entry = line.partition(": ")
        sections.setdefault(section, []).append(f"  - {entry}")
    complete = sections.pop("complete", [])
    text = head
    if complete:
        inner = ", ".join(entry.removeprefix("  - ") for entry in complete)
        text += f"complete: {{{inner}}}\n"
    return text + "".join(f"{name}:\n" + "\n".join(rows) + "\n" for name, rows in sections.items())


def judge(*lines: str, strict: bool = False, head: str = HEAD) -> Answers:
    """Every answer about a person, through the reader and the engine."""
    text = write_chart(list(lines), head)
    chart = read_form(text.encode(), "example.yaml", GUIDELINE.vocabulary)
    assert chart.as_of is not None
    return answer(GUIDELINE, chart, chart.as_of, Settings(strict_criteria=strict))


def list_qualifiers(answers: Answers, standard: str = "nih-2009") -> set[str]:
    """Ids of the qualifiers that are printed with the label."""
    prefix = f"qualifier:{standard}:"
    return {
        key.removeprefix(prefix)
        for key, value in answers.criteria.items()
        if key.startswith(prefix) and value is True
    }


def find_care_status(answers: Answers) -> str:
    """The first care status, in the order of rank, that is true; else the last resort."""
    for entry in GUIDELINE.care_statuses:
        if not entry.when or answers.criteria[f"care_status:{entry.care_status}"] is True:
            return entry.care_status
    raise AssertionError("the last care status has no condition")
