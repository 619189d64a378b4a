"""What measured levels say stands in the plan, in short; a person without levels does not pay for it."""

from __future__ import annotations

import subprocess
import sys

from gentian.engine.settings import Settings
from gentian.plan.assembly import make_plan
from gentian.plan.model import Plan
from tests.pharmacokinetics import people


def plan(**typed: object) -> Plan:
    chart = people.read(people.type_form(**typed))  # type: ignore[arg-type]
    return make_plan(people.guideline(), chart, as_of=None, settings=Settings())


def test_the_plan_says_what_the_consult_says() -> None:
    found, consult = plan().forecast, people.consult()
    assert found is not None and found.headline == consult.headline
    assert found.status == "dose" and found.medicine == "sirolimus"
    assert consult.next_sample is not None and found.next_sample == consult.next_sample.when


def test_every_source_of_the_forecast_is_listed_with_the_plan() -> None:
    found = plan()
    assert found.forecast is not None
    assert set(found.forecast.cites) <= {item.id for item in found.sources}


def test_without_a_level_or_without_the_medicine_there_is_no_forecast() -> None:
    assert plan(levels=()).forecast is None
    assert (
        plan(medicines="mycophenolate-mofetil: 500 mg twice daily since 2026-01-10").forecast
        is None
    )


def test_numerics_are_not_loaded_for_a_person_without_levels() -> None:
    lines = (
        "import sys; from gentian.cli.main import main",
        "main(['demo', '-o', '/dev/null']); sys.exit('numpy' in sys.modules)",
    )
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], check=False)
    assert done.returncode == 0
