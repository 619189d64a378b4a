"""An allergy to one product of a medicine takes that product off the list, and says so (TX-169)."""

from __future__ import annotations

from tests.guideline.people import CHILD, OFFERED, WELL, find, findings, read_plan, results

RELAPSE = findings("relapse-of-cytopenia: now", "immune-thrombocytopenia: since 2025-01")
LOW = results("platelets: 12 10*9/L", "haemoglobin: 71 g/L", "weight: 31 kg, height: 121 cm")


def read_dose(*allergies: str):
    section = "allergies:\n" + "".join(f"  - {line}\n" for line in allergies)
    line = find(read_plan(CHILD, WELL, LOW, RELAPSE, section), "sirolimus-long-term")
    assert line.outcome in OFFERED  # the medicine itself stays
    return line.dose


def test_peanut_allergy_leaves_tablets_and_no_oral_solution_and_says_why():
    dose = read_dose("peanut-or-soya-allergy: now")
    assert "not the oral solution 1 mg/mL (peanut or soya allergy, TX-169)" in dose.text
    assert " mL of oral solution" not in dose.text
    assert not any("oral solution" in line for line in dose.low.products)
    assert any("tablet 0.5 mg" in line for line in dose.low.products)


def test_a_suspected_allergy_counts_and_a_refuted_one_does_not():
    assert "not the oral solution" in read_dose("peanut-or-soya-allergy: suspected").text
    assert " mL of oral solution" in read_dose("peanut-or-soya-allergy: absent").text


def test_another_allergy_and_silence_leave_the_solution():
    assert " mL of oral solution" in read_dose("penicillin-allergy: now").text
