"""Must exclude before immunosuppression: infection by exposure, lymphoma, leukaemia, HLH."""

from __future__ import annotations

import pytest

from tests.diagnosis.charts import BIG_SPLEEN, judge
from tests.diagnosis.oracle import Truth

TESTS_DONE = (
    "results: 2026-11-01: {hiv-test: negative, ebv-dna: 0 IU/mL, cmv-dna: 0 IU/mL, igra: negative}"
)
NEVER_EXPOSED = [
    "findings: travel-endemic-leishmania: absent",
    "findings: travel-endemic-malaria: absent",
    "findings: brucella-exposure: absent",
    "findings: histoplasma-exposure: absent",
]


def test_the_list_is_done_when_tests_and_exposures_are_answered() -> None:
    assert judge(TESTS_DONE, *NEVER_EXPOSED).criteria["must_exclude_done"] is True
    assert judge(TESTS_DONE).criteria["must_exclude_done"] is None
    assert (
        judge("complete: infections: 2026-11-20", TESTS_DONE).criteria["must_exclude_done"] is True
    )


def test_an_indeterminate_igra_is_not_negative() -> None:
    found = judge("results: 2026-11-01: {igra: indeterminate}")
    assert found.criteria["tuberculosis_answered"] is None


def test_summers_in_spain_ask_for_a_leishmania_pcr() -> None:
    exposed = [*BIG_SPLEEN, "findings: travel-endemic-leishmania: past"]
    found = judge(*exposed)
    assert found.criteria["statement:exclude-leishmaniasis"] is True
    assert found.criteria["leishmaniasis_answered"] is None
    rapid = judge(*exposed, "results: 2026-11-01: {leishmania-serology: negative}")
    assert rapid.criteria["leishmaniasis_answered"] is None  # a negative rK39 does not exclude
    tested = judge(*exposed, "results: 2026-11-01: {leishmania-pcr: negative}")
    assert tested.criteria["leishmaniasis_answered"] is True


@pytest.mark.parametrize(
    ("story", "lines", "expected"),
    [
        ("never asked", [], None),
        (
            "asked, nothing",
            ["findings: focal-node-change: absent", "findings: b-symptoms: absent"],
            False,
        ),
        ("one node grew", ["findings: focal-node-change: since 2026-11-05"], True),
        ("hard node", ["findings: hard-or-fixed-node: since 2026-11-05"], True),
        ("night sweats", ["findings: night-sweats: since 2026-11-05"], True),
        ("lymphoma suspected", ["findings: lymphoma: suspected 2026-11-05"], True),
        (
            "one node grew and was biopsied",
            [
                "findings: focal-node-change: since 2026-10-05",
                "results: 2026-10-20: {node-biopsy: no lymphoma}",
            ],
            False,
        ),
        (
            "biopsy that showed too little",
            [
                "findings: focal-node-change: since 2026-10-05",
                "results: 2026-10-20: {node-biopsy: not representative}",
            ],
            True,
        ),
    ],
)
def test_the_lymphoma_question(story: str, lines: list[str], expected: Truth) -> None:
    assert judge(*lines).criteria["lymphoma_question_open"] is expected, story


def test_spleen_and_low_counts_alone_do_not_raise_hlh_in_alps() -> None:
    found = judge(
        *BIG_SPLEEN,
        "results: 2026-11-18: {platelets: 30 10*9/L, haemoglobin: 85 g/L, neutrophils: 0.8 10*9/L,"
        " ferritin: 300 ug/L, fibrinogen: 3 g/L, triglyceride: 1.1 mmol/L, temperature: 36.8 Cel}",
    )
    assert found.criteria["hlh_question_open"] is False


@pytest.mark.parametrize(
    "results",
    [
        "ferritin: 3100 ng/mL",
        "temperature: 39.6 Cel, ferritin: 900 ug/L, fibrinogen: 1.2 g/L",
        "temperature: 38.6 Cel, ferritin: 600 ug/L, triglyceride: 300 mg/dL",
    ],
)
def test_fever_and_ferritin_carry_the_hlh_question(results: str) -> None:
    found = judge(f"results: 2026-11-18: {{{results}}}")
    assert found.criteria["hlh_question_open"] is True
    assert found.criteria["statement:hlh-haematology-now"] is True


def test_blasts_and_two_low_lines_ask_for_marrow_first() -> None:
    assert judge("results: 2026-11-18: {blasts-on-film: present}").criteria[
        "leukaemia_question_open"
    ]
    low = "results: 2026-11-18: {platelets: 30 10*9/L, haemoglobin: 80 g/L, direct-antiglobulin-test: negative}"
    assert judge(low).criteria["leukaemia_question_open"] is True
    known = judge(low, "findings: ALPS: since 2020")
    assert known.criteria["leukaemia_question_open"] is False
    answered = judge(low, "results: 2026-11-19: {marrow-examination: no malignancy}")
    assert answered.criteria["leukaemia_question_open"] is False


def test_monocytes_and_a_big_spleen_in_a_toddler_go_to_haematology() -> None:
    head = "gentian: chart 1\nperson: toddler\nborn: 2024-05-04\nas_of: 2026-11-20\n"
    found = judge(*BIG_SPLEEN, "results: 2026-11-18: {monocytes: 1.8 10*9/L}", head=head)
    assert found.criteria["statement:exclude-jmml-or-rald"] is True
