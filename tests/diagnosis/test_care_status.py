"""Care status: what a person may be treated as (design 5), and the genetic classes."""

from __future__ import annotations

import pytest

from tests.diagnosis.charts import GUIDELINE, REQUIRED, find_care_status, judge

FAS = "genes: FAS c.748C>T: germline heterozygous pathogenic 2026-06"
EXAMINED = [
    "findings: lymphadenopathy: absent 2026-11-20",
    "findings: splenomegaly: absent 2026-11-20",
]
COUNTS = "results: 2026-11-20: {platelets: 210 10*9/L, haemoglobin: 128 g/L, neutrophils: 3 10*9/L}"


@pytest.mark.parametrize(
    ("story", "lines", "expected"),
    [
        ("nothing known", [], "under-investigation"),
        ("recorded by a clinician", ["findings: ALPS: since 2020"], "established"),
        (
            "criteria definitively met",
            [*REQUIRED, "genes: FAS c.748C>T: somatic pathogenic 2026-06"],
            "established",
        ),
        (
            "criteria probably met",
            [*REQUIRED, "results: 2026-10-02: {soluble-fas-ligand: 500 pg/mL}"],
            "manage-as-alps",
        ),
        (
            "pathogenic FAS variant with a big spleen",
            [
                "genes: FAS c.748C>T: germline heterozygous pathogenic 2026-06",
                "findings: splenomegaly: since 2026-10",
            ],
            "manage-as-alps",
        ),
        (
            "pathogenic FAS variant and low platelets",
            [
                "genes: FAS c.748C>T: germline heterozygous pathogenic 2026-06",
                "results: 2026-11-20: {platelets: 15 10*9/L}",
            ],
            "manage-as-alps",
        ),
        (
            "well sister with the family variant, examined and counted",
            [FAS, COUNTS, *EXAMINED],
            "carrier-well",
        ),
        ("sister with the variant whom nobody has examined", [FAS], "under-investigation"),
        (
            "variant and raised double-negative T cells",
            [FAS, COUNTS, *EXAMINED, "results: 2026-10-01: {dnt-of-cd3: 8 %}"],
            "under-investigation",
        ),
        (
            "two variants of which nobody knows whether they lie on one copy",
            [
                FAS,
                COUNTS,
                *EXAMINED,
                "genes: FAS c.779C>T: germline heterozygous pathogenic 2026-06",
            ],
            "under-investigation",
        ),
        (
            "Leishmania PCR positive and nobody has said what it means",
            [*REQUIRED, "results: 2026-11-01: {leishmania-pcr: positive}"],
            "under-investigation",
        ),
        (
            "a variant of uncertain significance",
            [
                "genes: FAS c.817C>A: germline heterozygous uncertain 2026-06",
                "findings: splenomegaly: since 2026-10",
            ],
            "under-investigation",
        ),
        (
            "heterozygous FASLG",
            [
                "genes: FASLG c.1A>G: germline heterozygous pathogenic 2026-06",
                "findings: splenomegaly: since 2026-10",
            ],
            "under-investigation",
        ),
        (
            "biallelic FASLG with disease",
            [
                "genes: FASLG c.1A>G: germline homozygous pathogenic 2026-06",
                "findings: splenomegaly: since 2026-10",
            ],
            "manage-as-alps",
        ),
        (
            "leishmaniasis proven",
            [*REQUIRED, "findings: leishmaniasis: since 2026-11-01"],
            "other-disease-proven",
        ),
        (
            "leishmaniasis suspected",
            [
                *REQUIRED,
                "results: 2026-10-02: {soluble-fas-ligand: 500 pg/mL}",
                "findings: leishmaniasis: suspected 2026-11-01",
            ],
            "under-investigation",
        ),
        (
            "CTLA4 variant in a person who meets the criteria",
            [
                *REQUIRED,
                "results: 2026-03-01: {fas-apoptosis-assay: abnormal}",
                "results: 2026-05-01: {fas-apoptosis-assay: abnormal}",
                "genes: CTLA4 c.1A>G: germline heterozygous pathogenic 2026-06",
            ],
            "other-disease-proven",
        ),
        (
            "lymphoma in a person with known ALPS",
            ["findings: ALPS: since 2021", "findings: lymphoma: since 2026-09"],
            "established",
        ),
        ("ALPS excluded", ["findings: ALPS excluded: on 2026-05-01"], "not-alps"),
        (
            "ALPS was recorded and later stated absent",
            ["findings: ALPS: since 2020", "findings: ALPS: absent 2026-05-01"],
            "under-investigation",
        ),
        (
            "relative without the family variant",
            [
                "family: brother-1: {FAS c.748C>T: heterozygous pathogenic}",
                "genes: FAS: absent 2026-05-01",
                COUNTS,
            ],
            "not-alps",
        ),
    ],
)
def test_what_a_person_is_treated_as(story: str, lines: list[str], expected: str) -> None:
    assert find_care_status(judge(*lines)) == expected, story


def test_biallelic_fas_at_birth_never_waits_for_the_criteria() -> None:
    head = "gentian: chart 1\nperson: newborn\nborn: 2026-11-10\nas_of: 2026-11-20\n"
    found = judge("genes: FAS c.748C>T: germline homozygous pathogenic 2026-11-15", head=head)
    assert find_care_status(found) == "manage-as-alps"
    assert found.criteria["statement:transplant-biallelic"] is True


def name_genetic_class(lines: list[str]) -> str | None:
    """The first class whose condition is true; None while an earlier one is unknown."""
    found = judge(*lines)
    for entry in GUIDELINE.genetic_classes:
        answer = found.criteria[f"genetic_class:{entry.genetic_class}"]
        if answer is not False:
            return entry.genetic_class if answer else None
    return None


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["genes: FAS c.748C>T: germline heterozygous pathogenic 2026-06"], "alps-fas"),
        (["genes: FAS c.748C>T: germline homozygous pathogenic 2026-06"], "alps-fas-biallelic"),
        (["genes: FAS c.748C>T: somatic heterozygous pathogenic 2026-06"], "alps-sfas"),
        (["genes: FAS c.748C>T: heterozygous pathogenic 2026-06"], None),
        (["genes: FAS: absent 2026-06"], None),  # a blood test does not exclude a somatic variant
        (["genes: CASP10 c.1A>G: germline heterozygous pathogenic 2026-06"], None),
        (
            [
                *REQUIRED,
                "results: 2026-10-02: {soluble-fas-ligand: 500 pg/mL}",
                "complete: genetics: 2026-11-20",
            ],
            "alps-u",
        ),
    ],
)
def test_genetic_classes(lines: list[str], expected: str | None) -> None:
    assert name_genetic_class(lines) == expected
