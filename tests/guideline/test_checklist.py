"""docs/checklist.md: every row and stop of the evidence base leads to statements that exist and do it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gentian.language.loader import load_guideline

PAGE = Path(__file__).parents[2] / "docs" / "checklist.md"
ROWS = {
    cells[0]: cells
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| PR-")
    for cells in [[cell.strip() for cell in line.strip("| ").split(" | ")]]
}
THERAPY = [f"PR-{number}" for number in range(20, 30)]
STOPS = [f"PR-{number}" for number in range(30, 40)]


def list_ids(cell: str) -> list[str]:
    return re.findall(r"`([a-z0-9-]+)`", cell)


def test_every_row_of_the_evidence_base_is_on_the_page():
    assert sorted(ROWS) == sorted([*THERAPY, *STOPS])


@pytest.mark.parametrize("row", [*THERAPY, *STOPS])
def test_every_cell_leads_to_statements_that_exist(row):
    cells = ROWS[row][2:]
    for cell in cells:
        assert list_ids(cell) or cell.startswith("–"), cell
        assert [name for name in list_ids(cell) if name not in load_guideline().statements] == []


@pytest.mark.parametrize("row", THERAPY)
def test_each_row_is_cited_by_a_statement_of_it(row):
    named = [name for cell in ROWS[row][2:] for name in list_ids(cell)]
    assert any(row in load_guideline().statements[name].cites for name in named)


@pytest.mark.parametrize("row", STOPS)
def test_the_absolute_column_blocks_and_the_other_asks_for_a_reason(row):
    statements = load_guideline().statements
    for name in list_ids(ROWS[row][2]):
        assert statements[name].kind == "do-not-start", name
        assert statements[name].absolute, name
        assert statements[name].alternative, name
    for name in list_ids(ROWS[row][3]):
        assert statements[name].kind == "do-not-start", name
        assert not statements[name].absolute, name


def test_the_age_limits_of_the_dose_records_are_those_of_the_parameters():
    guideline = load_guideline()
    child = guideline.parameters["weight_age_limit_child"].value
    adult = guideline.parameters["weight_age_limit_adult"].value
    for record in guideline.doses.values():
        for needed in record.needs:
            assert needed.not_older == {"child": child, "adult": adult}, record.dose


NOTHING_SEEN_AGAINST = (  # a vitamin, a preventive medicine, and rescues that nothing may withhold
    "folic_acid_haemolysis",
    "atovaquone_pjp",
    "hydrocortisone_stress_bolus",
    "hydrocortisone_stress_illness",
)


def test_every_dose_ships_with_its_stops_its_monitoring_and_its_way_out():
    for record in load_guideline().doses.values():
        assert record.stop and record.monitoring, record.dose
        assert record.do_not_start or record.dose in NOTHING_SEEN_AGAINST, record.dose
        assert record.caps or record.no_cap or record.ceiling, record.dose
