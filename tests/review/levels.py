"""What has to hold while the controls of hazards about measured levels are there."""

from __future__ import annotations

from gentian.language.model import Guideline
from gentian.pharmacokinetics.report import Consult
from tests.pharmacokinetics import people


def _ask(guideline: Guideline, **typed: object) -> Consult:
    return people.consult(given=guideline, **typed)  # type: ignore[arg-type]


def a_sample_after_the_dose_marks_no_dose(guideline: Guideline) -> None:
    early = [
        people.level("2026-05-12T12:00", "9.3 ng/mL"),
        people.level("2026-05-13T12:00", "9 ng/mL"),
    ]
    assert people.marked(_ask(guideline, levels=early)) is None


def a_level_without_its_assay_marks_no_dose(guideline: Guideline) -> None:
    unnamed = [
        people.level(people.EARLIER, "4.1 ng/mL", ""),
        people.level(people.LATER, "4.3 ng/mL", ""),
    ]
    assert people.marked(_ask(guideline, levels=unnamed)) is None


def no_dose_is_considered_beside_voriconazole(guideline: Guideline) -> None:
    others = ["voriconazole: 200 mg twice daily since 2026-05-15"]
    assert _ask(guideline, others=others).status == "refused"


def no_dose_is_considered_while_an_inhibitor_wears_off(guideline: Guideline) -> None:
    others = ["voriconazole: 200 mg twice daily 2026-05-01 to 2026-05-17"]
    assert _ask(guideline, others=others).status == "refused"


def no_dose_is_considered_in_an_infant(guideline: Guideline) -> None:
    infant = {"born": "2025-09-10", "body": "weight: 8.2 kg, height: 70 cm"}
    assert _ask(guideline, **infant).status == "refused"
