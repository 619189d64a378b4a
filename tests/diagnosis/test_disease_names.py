"""Old and new names of ALPS, as typed or coded: understood, explained, and never taken for more than a name."""

from __future__ import annotations

import pytest

from gentian.language.vocabulary import find_code, find_concept
from tests.diagnosis.charts import BIG_SPLEEN, GUIDELINE, find_care_status, judge

WORDS = GUIDELINE.vocabulary


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ALPS", "alps-diagnosis-recorded"),
        ("Canale-Smith syndrome", "alps-diagnosis-recorded"),
        ("ALPS type 0", "alps-fas-name"),
        ("ALPS type Ia", "alps-fas-name"),
        ("ALPS-FAS", "alps-fas-name"),
        ("ALPS Ia-s", "alps-sfas-name"),
        ("ALPS type Im", "alps-sfas-name"),
        ("ALPS-sFAS", "alps-sfas-name"),
        ("ALPS type Ib", "alps-faslg-name"),
        ("ALPS IIa", "alps-casp10-name"),
        ("ALPS type IIb", "legacy-alps-iib"),
        ("ALPS type III", "alps-u-name"),
        ("ALPS-U", "alps-u-name"),
        ("ALPS type IV", "legacy-alps-iv"),
        ("ALPS type II", "alps-name-of-two-meanings"),
        ("ALPS Ic", "alps-name-of-two-meanings"),
        ("ALPS 3", "alps-name-of-two-meanings"),
        ("ALPS3", "prkcd-deficiency"),
        ("ALPS5", "ctla4-insufficiency"),
        ("CEDS", "casp8-deficiency"),
        ("RALD", "ras-associated-disease"),
    ],
)
def test_a_name_is_understood(typed: str, meant: str) -> None:
    assert find_concept(WORDS, typed).id == meant


@pytest.mark.parametrize(
    ("system", "code", "meant"),
    [
        ("icd10cm", "D89.82", "alps-diagnosis-recorded"),
        ("icd9cm", "279.41", "alps-diagnosis-recorded"),
        ("omim", "603909", "alps-casp10-name"),
        ("omim", "607271", "casp8-deficiency"),
        ("omim", "614470", "ras-associated-disease"),
        ("omim", "615559", "prkcd-deficiency"),
        ("omim", "616100", "ctla4-insufficiency"),
        ("orpha", "3261", "alps-diagnosis-recorded"),
        ("snomed", "1197361002", "ctla4-insufficiency"),
    ],
)
def test_a_code_is_understood(system: str, code: str, meant: str) -> None:
    found = find_code(WORDS, system, code)
    assert found is not None
    assert found.id == meant


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("ALPS Ia", "name-alps-fas"),
        ("ALPS Im", "name-alps-sfas"),
        ("ALPS Ib", "name-alps-faslg"),
        ("ALPS III", "name-alps-u"),
    ],
)
def test_an_old_name_is_a_diagnosis_as_recorded_and_no_gene(name: str, statement: str) -> None:
    found = judge(*BIG_SPLEEN, f"findings: {name}: since 2022")
    assert find_care_status(found) == "established"
    assert found.criteria["nih_definitive"] is None
    assert found.criteria["alps_gene_pathogenic"] is None
    assert found.criteria[f"statement:{statement}"] is True


def test_alps_iia_is_probable_at_most() -> None:
    found = judge(*BIG_SPLEEN, "findings: ALPS IIa: since 2022")
    assert find_care_status(found) == "manage-as-alps"
    assert found.criteria["statement:name-alps-casp10"] is True
    assert find_care_status(judge("findings: ALPS IIa: since 2022")) == "under-investigation"


@pytest.mark.parametrize("name", ["ALPS IIb", "ALPS IV", "ALPS type II", "ALPS Ic", "ALPS 3"])
def test_a_name_that_is_not_alps_or_unclear_opens_nothing(name: str) -> None:
    found = judge(*BIG_SPLEEN, f"findings: {name}: since 2022")
    assert find_care_status(found) == "under-investigation"
    said = ("diagnosis-legacy-name", "name-alps-unclear")
    assert any(found.criteria[f"statement:{statement}"] for statement in said)


def test_a_variant_answers_the_question_of_the_name() -> None:
    found = judge(
        *BIG_SPLEEN,
        "findings: ALPS Ia: since 2022",
        "genes: FAS c.748C>T: germline heterozygous pathogenic 2025-06",
    )
    assert found.criteria["statement:name-alps-fas"] is False


def test_a_disease_that_a_clinician_recorded_is_another_disease() -> None:
    found = judge(*BIG_SPLEEN, "findings: CTLA4 insufficiency: since 2022")
    assert find_care_status(found) == "other-disease-proven"


def test_a_family_member_with_an_old_name_is_an_affected_relative() -> None:
    found = judge(*BIG_SPLEEN, "family: father: {ALPS Ia: since 2001}")
    assert found.criteria["nih_family"] is True
    assert found.criteria["statement:name-alps-fas"] is False
