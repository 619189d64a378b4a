"""ESID working definition: every combination of its criteria, then its limits and traps."""

from __future__ import annotations

from itertools import product

import pytest

from tests.diagnosis.charts import judge, list_qualifiers
from tests.diagnosis.oracle import VALUES, Item, People, Truth, supervaluate

NOT_RAISED = {
    "infectious_cause_proven": False,
    "infectious_cause_open": False,
    "mimic_infection_now": False,
    "infection_exclusion_doubted": False,
    "infection_test_positive": False,
    "malignant_cause_proven": False,
    "malignancy_now": False,
    "malignancy_exclusion_doubted": False,
}
PART_A: list[Item] = [
    (
        "esid_splenomegaly",
        {"splenomegaly_ever": True},
        {
            "splenomegaly_ever": False,
            "hepatosplenomegaly_ever": False,
            "spleen_ever_felt": False,
            "spleen_ever_long": False,
        },
    ),
    (
        "esid_lymphadenopathy",
        {"lymphadenopathy_duration": "4 mo", "enlarged_nodes": "4 1", **NOT_RAISED},
        {"lymphadenopathy_duration": "0 d", "other_lymphadenopathy_duration": "0 d"},
    ),
    (
        "esid_cytopenia",
        {"evans_syndrome_recorded": True},
        {
            "evans_syndrome_recorded": False,
            "immune_thrombocytopenia_ever": False,
            "autoimmune_neutropenia_ever": False,
        },
    ),
    ("esid_lymphoma", {"lymphoma_ever": True}, {"lymphoma_ever": False}),
    (
        "esid_family",
        {"family_lymphoproliferation": True},
        {"family_lymphoproliferation": False, "relative_lymphoproliferation_recorded": False},
    ),
]
PART_B: list[Item] = [
    (
        "esid_dnt_raised",
        {"dnt_of_tcrab": "9 %"},
        {
            "dnt_of_tcrab": "2 %",
            "dnt_cd3_measured": False,
            "dnt_lymphocytes_measured": False,
        },
    ),
    (
        "esid_biomarkers",
        {"soluble_fas_ligand": "900 pg/mL", "il_10": "60 pg/mL"},
        {"soluble_fas_ligand": "60 pg/mL", "il_10": "3 pg/mL", "vitamin_b12": "400 pg/mL"},
    ),
]
MARKERS: list[Item] = [
    (
        "esid_soluble_fas_ligand",
        {"soluble_fas_ligand": "201 pg/mL"},
        {"soluble_fas_ligand": "200 pg/mL"},
    ),
    ("esid_b12", {"vitamin_b12": "1501 pg/mL"}, {"vitamin_b12": "1500 pg/mL"}),
    ("esid_il_10", {"il_10": "21 pg/mL"}, {"il_10": "20 pg/mL"}),
    ("esid_apoptosis", {"apoptosis_ever_abnormal": True}, {"apoptosis_ever_abnormal": False}),
]


def is_met(*items: bool) -> bool:
    return any(items[: len(PART_A)]) and any(items[len(PART_A) :])


def test_every_combination_of_the_esid_criteria() -> None:
    items_of = [*PART_A, *PART_B]
    people = People(items_of, {}, ["esid_met"])
    for items in product(VALUES, repeat=len(items_of)):
        found = people.fold(items)
        assert tuple(found[name] for name, _, _ in items_of) == items
        assert found["esid_met"] is supervaluate(is_met, items), items


def test_two_of_four_biomarkers_in_every_combination() -> None:
    """Impaired apoptosis is read as the fourth of the four (DX-029)."""
    order = [("esid_biomarkers", yes, no) for _, yes, no in MARKERS]
    people = People(order, {"b12_other_cause": False}, ["esid_biomarkers"])
    for items in product(VALUES, repeat=len(MARKERS)):
        expected = supervaluate(lambda *chosen: sum(chosen) >= 2, items)
        assert people.fold(items)["esid_biomarkers"] is expected, items


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("dnt-of-tcrab: 6.1 %", True),
        ("dnt-of-tcrab: 6 %", False),
        ("dnt-of-cd3: 6.5 %", True),  # at least as much of TCRab+ cells
        ("dnt-of-lymphocytes: 6.5 %", True),
        ("dnt-of-cd3: 5.7 %", None),  # may be more than 6 % of TCRab+ cells
        ("dnt-of-lymphocytes: 4.3 %", None),
        ("dnt-of-tcrab: 4 %, dnt-of-cd3: 3.5 %", False),
    ],
)
def test_esid_reads_dnt_of_tcrab_cells(results: str, expected: Truth) -> None:
    found = judge(f"results: 2026-10-02: {{{results}}}")
    assert found.criteria["esid_dnt_raised"] is expected


def test_esid_asks_for_no_lymphocyte_count() -> None:
    found = judge("results: 2026-10-02: {dnt-of-tcrab: 9 %, lymphocytes: 0.6 10*9/L}")
    assert found.criteria["esid_dnt_raised"] is True
    assert found.criteria["nih_dnt_raised"] is None


@pytest.mark.parametrize(
    ("since", "nodes", "expected"),
    [
        ("2026-08-15", 4, True),
        ("2026-08-25", 4, False),  # less than three months
        ("2026-01", 3, None),  # three nodes, number of chains never said
        ("2026-01", 4, True),
    ],
)
def test_more_than_three_nodes_for_more_than_three_months(
    since: str, nodes: int, expected: Truth
) -> None:
    found = judge(
        f"findings: lymphadenopathy: since {since}",
        f"results: 2026-10-02: {{enlarged-node-count: {nodes} 1}}",
    )
    assert found.criteria["esid_lymphadenopathy"] is expected


def test_a_spleen_of_one_day_is_enough_for_esid_and_not_for_nih() -> None:
    found = judge("findings: splenomegaly: since 2026-11-10", "findings: lymphadenopathy: absent")
    assert found.criteria["esid_splenomegaly"] is True
    assert found.criteria["chronic_lymphoproliferation"] is False


def test_two_biomarkers_replace_dnt_in_esid_only() -> None:
    found = judge(
        "findings: splenomegaly: since 2025-01",
        "results: 2026-10-02: {soluble-fas-ligand: 500 pg/mL, vitamin-b12: 2100 ng/L,"
        " dnt-of-lymphocytes: 0.6 %, dnt-of-cd3: 0.9 %, lymphocytes: 4 10*9/L}",
    )
    assert found.criteria["esid_met"] is True
    assert found.criteria["nih_at_least_probable"] is False


def test_the_unchecked_reading_of_apoptosis_is_said() -> None:
    found = judge(
        "findings: splenomegaly: since 2025-01",
        "results: 2026-10-02: {soluble-fas-ligand: 500 pg/mL, fas-apoptosis-assay: abnormal}",
    )
    assert found.criteria["esid_met"] is True
    assert "nesting-unconfirmed" in list_qualifiers(found, "esid-2019")


def test_past_lymphoma_opens_part_a() -> None:
    found = judge("findings: lymphoma: past", "results: 2026-10-02: {dnt-of-tcrab: 9 %}")
    assert found.criteria["esid_met"] is True
