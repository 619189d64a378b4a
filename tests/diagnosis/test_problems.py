"""Problems of today: the limits where care changes, and what silence means."""

from __future__ import annotations

import pytest

from tests.diagnosis.charts import GUIDELINE, judge
from tests.diagnosis.oracle import Truth


def name_severity(problem: str, *lines: str) -> str | None:
    """The first severity that is true; None when the problem is not active or not known."""
    found = judge(*lines).criteria
    entry = next(item for item in GUIDELINE.problems if item.problem == problem)
    for severity in entry.severity:
        if found[f"severity:{problem}:{severity.level}"] is True:
            return severity.level
    return None


@pytest.mark.parametrize(
    ("platelets", "more", "expected"),
    [
        ("100 10*9/L", [], None),
        ("99 10*9/L", [], "mild"),
        ("49 10*9/L", [], "moderate"),
        ("20 10*9/L", [], "moderate"),
        ("19 10*9/L", [], "severe"),
        ("60 10*9/L", ["findings: mucosal-bleeding: now"], "severe"),
        ("60 10*9/L", ["findings: intracranial-bleeding: now"], "emergency"),
        ("18000 /uL", [], "severe"),
    ],
)
def test_low_platelets(platelets: str, more: list[str], expected: str | None) -> None:
    assert (
        name_severity("low-platelets", f"results: 2026-11-20: {{platelets: {platelets}}}", *more)
        == expected
    )


def test_two_results_of_the_same_minute_leave_severity_open() -> None:
    found = judge(
        "results: 2026-11-20T09:00: {platelets: 8 10*9/L}",
        "results: 2026-11-20T09:00: {platelets: 80 10*9/L}",
    )
    assert found.criteria["low_platelets"] is True
    assert found.criteria["severe_thrombocytopenia"] is None


def test_a_count_of_last_spring_says_nothing_about_today() -> None:
    assert judge("results: 2026-05-02: {platelets: 15 10*9/L}").criteria["low_platelets"] is None


@pytest.mark.parametrize(
    ("haemoglobin", "expected"),
    [
        ("116 g/L", None),
        ("11.4 g/dL", "mild"),
        ("99 g/L", "moderate"),
        ("80 g/L", "moderate"),
        ("7.9 g/dL", "severe"),
    ],
)
def test_low_haemoglobin_at_seven_years(haemoglobin: str, expected: str | None) -> None:
    assert (
        name_severity("low-haemoglobin", f"results: 2026-11-20: {{haemoglobin: {haemoglobin}}}")
        == expected
    )


def test_low_haemoglobin_with_symptoms_is_an_emergency() -> None:
    line = "results: 2026-11-20: {haemoglobin: 61 g/L}"
    assert name_severity("low-haemoglobin", line, "findings: anaemia-symptoms: now") == "emergency"


@pytest.mark.parametrize(
    ("neutrophils", "born", "expected"),
    [
        ("1.4 10*9/L", "2019-05-04", True),
        ("1.5 10*9/L", "2019-05-04", False),
        ("1.2 10*9/L", "2026-03-04", False),
        ("0.9 10*9/L", "2026-03-04", True),
    ],
)
def test_neutropenia_depends_on_age(neutrophils: str, born: str, expected: Truth) -> None:
    head = f"gentian: chart 1\nperson: p\nborn: {born}\nas_of: 2026-11-20\n"
    found = judge(f"results: 2026-11-20: {{neutrophils: {neutrophils}}}", head=head)
    assert found.criteria["low_neutrophils"] is expected


@pytest.mark.parametrize(
    ("lines", "bleeding", "threat", "skin_only"),
    [
        ([], None, None, None),
        (["findings: skin-bleeding: now"], False, False, True),
        (["findings: mucosal-bleeding: now"], True, None, False),
        (["findings: mucosal-bleeding: absent"], False, False, None),
        (["findings: any-bleeding: absent"], False, False, False),
        (["results: 2026-11-20: {bleeding-grade: 2 1}"], False, False, True),
        (["results: 2026-11-20: {bleeding-grade: 3 1}"], True, False, False),
        (["results: 2026-11-20: {bleeding-grade: 4 1}"], True, True, False),
    ],
)
def test_bleeding_by_words_or_by_grade(
    lines: list[str], bleeding: Truth, threat: Truth, skin_only: Truth
) -> None:
    found = judge(*lines).criteria
    answers = found["bleeding_now"], found["life_threatening_bleeding"], found["skin_only_bleeding"]
    assert answers == (bleeding, threat, skin_only)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        (["findings: fever: absent"], False),
        (["results: 2026-11-20: {temperature: 37.2 Cel}"], False),
        (["results: 2026-11-20: {temperature: 38.0 Cel}"], True),
        (["results: 2026-11-20: {temperature: 100.5 degF}"], True),
        (["findings: rigors: now"], True),
        (["results: 2026-10-01: {temperature: 39.5 Cel}"], None),
    ],
)
def test_fever_now(lines: list[str], expected: Truth) -> None:
    assert judge(*lines).criteria["fever_now"] is expected


@pytest.mark.parametrize(
    ("lines", "absent", "functioning"),
    [
        ([], None, None),
        (["findings: spleen-in-place: now"], False, True),
        (["procedures: splenectomy: 2020-03-01"], True, False),
        (["findings: howell-jolly-bodies: since 2024"], True, False),
        (["findings: splenomegaly: since 2025-11"], False, True),
        (["results: 2026-11-20: {spleen-below-margin: 6 cm}"], False, True),
        (["procedures: splenectomy: never"], None, None),
    ],
)
def test_the_spleen_is_known_or_asked_for(
    lines: list[str], absent: Truth, functioning: Truth
) -> None:
    """Unknown behaves as asplenic for fever elsewhere; here it stays unknown (HZ-11)."""
    found = judge(*lines).criteria
    assert (found["spleen_absent"], found["spleen_functioning"]) == (absent, functioning)


@pytest.mark.parametrize(
    ("sex", "born", "more", "expected"),
    [
        ("female", "2012-05-04", [], True),
        ("unknown", "2012-05-04", [], True),
        ("male", "2012-05-04", [], False),
        ("male", "2012-05-04", ["findings: menarche: since 2024"], True),
        ("female", "2019-05-04", [], False),
        ("female", "2019-05-04", ["findings: menarche: since 2026-01"], True),
        ("female", "2012-05-04", ["findings: pregnancy-possible: absent"], False),
    ],
)
def test_when_a_pregnancy_is_thought_of(
    sex: str, born: str, more: list[str], expected: Truth
) -> None:
    head = f"gentian: chart 1\nperson: p\nborn: {born}\nsex: {sex}\nas_of: 2026-11-20\n"
    assert judge(*more, head=head).criteria["pregnancy_possible"] is expected


def test_an_old_pregnancy_test_does_not_open_the_gate() -> None:
    head = "gentian: chart 1\nperson: p\nborn: 2008-05-04\nsex: female\nas_of: 2026-11-20\n"
    fresh = judge("results: 2026-11-18: {pregnancy-test: negative}", head=head)
    stale = judge("results: 2026-10-01: {pregnancy-test: negative}", head=head)
    assert fresh.criteria["pregnancy_excluded_for_start"] is True
    assert stale.criteria["pregnancy_excluded_for_start"] is None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        (["findings: relapse-of-cytopenia: since 2026-09"], True),
        (
            [
                "medicines: prednisolone: 20 mg daily 2026-07-01 to 2026-07-20",
                "medicines: prednisolone: 20 mg daily 2026-10-01 to 2026-10-20",
            ],
            True,
        ),
        (
            [
                "medicines: prednisolone: 20 mg daily 2026-10-20 to 2026-11-01",
                "complete: medicines: 2026-11-20",
            ],
            False,
        ),
    ],
)
def test_what_asks_for_long_term_treatment(lines: list[str], expected: Truth) -> None:
    assert judge(*lines).criteria["needs_long_term_treatment"] is expected
