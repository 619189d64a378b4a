"""The table of docs/vaccines.md: what CDC's published data say, and what Gentian answers, worked out anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guideline.people import findings, medicines, read_plan

PAGE = Path(__file__).parents[2] / "docs" / "vaccines.md"
ROWS = re.findall(
    r"^\| (\d{3}) \| `([a-z0-9-]+)` \| ([^|]+) \| ([a-z-]+) \|$", PAGE.read_text("utf-8"), re.M
)
COMPLETE = "complete: {medicines: 2026-11-20, procedures: 2026-11-20, vaccines: 2026-11-20}\n"
YOUNG_ADULT = f"born: 2004-05-04\nsex: male\n{COMPLETE}"
YOUNG_WOMAN = f"born: 2004-05-04\nsex: female\n{COMPLETE}"
ALPS = "alps-diagnosis-recorded: since 2024"
SIROLIMUS = medicines("sirolimus: 2 mg daily since 2026-01-10")
PEOPLE = {
    "158": (YOUNG_ADULT, findings(ALPS, "spleen-in-place: now"), SIROLIMUS),
    "160": (YOUNG_ADULT, findings(ALPS, "asplenia: since 2020")),
    "007": (YOUNG_WOMAN, findings(ALPS, "pregnancy: since 2026-08", "spleen-in-place: now")),
}


def answer(condition: str, vaccine: str) -> str:
    people = PEOPLE[condition]
    if (condition, vaccine) == ("158", "zoster-recombinant"):
        people = (people[0].replace("2004", "1996"), *people[1:])
    if (condition, vaccine) == ("007", "hpv-vaccine"):  # asked for by immunosuppression alone
        people = (*people, medicines("azathioprine: 50 mg daily since 2025-02-01"))
    plan = read_plan(*people, country="US")
    return next(item.answer for item in plan.vaccines if item.id == vaccine)


def test_the_table_is_read():
    assert len(ROWS) == 22


@pytest.mark.parametrize(("condition", "vaccine", "published", "ours"), ROWS)
def test_each_row_of_the_table(condition, vaccine, published, ours):
    assert answer(condition, vaccine) == ours


@pytest.mark.parametrize(("condition", "vaccine", "published", "ours"), ROWS)
def test_what_is_contraindicated_there_is_never_indicated_here(condition, vaccine, published, ours):
    if published.startswith("contraindicated"):
        assert ours == "not-while"
    if published.startswith("indicated"):
        assert ours == "indicated"
