"""The acceptance test of the language (design 4): what it must be able to say, said and tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gentian.chart.events import FOREVER
from gentian.engine.one import answer
from gentian.engine.settings import Settings
from gentian.language.compiler import compile_guideline
from gentian.language.dates import parse_date
from gentian.language.sources import FOLDER, read_entries
from tests.engine.small import INDEX, TICKS, make_chart, make_event

DOCUMENT = Path(__file__).parents[2] / "docs" / "acceptance.md"
ON = (FOREVER, FOREVER)


@pytest.fixture(scope="module")
def guideline(tmp_path_factory):
    """The document's blocks, compiled over the real vocabulary and limits."""
    folder = tmp_path_factory.mktemp("acceptance")
    blocks = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "acceptance.yaml").write_text("".join(blocks), encoding="utf-8")
    for path in [*(FOLDER / "vocabulary").glob("*.yaml"), FOLDER / "parameters" / "limits.yaml"]:
        (folder / path.name).write_bytes(path.read_bytes())
    engine = FOLDER / "parameters" / "engine.yaml"
    (folder / "engine.yaml").write_bytes(engine.read_bytes())
    return compile_guideline(read_entries(folder))


@pytest.fixture(scope="module")
def judge(guideline):
    def run(*events, **person):
        return answer(guideline, make_chart(*events, **person), INDEX, Settings()).criteria

    return run


def steroid(start: str, end: str | None = None, dose: float = 20):
    ends = parse_date(end) if end else ON
    return make_event(
        "prednisolone", start, ends=ends, dose_low=dose * TICKS, dose_high=dose * TICKS
    )


def counts(*pairs: tuple[str, float], what: str = "platelets"):
    return [make_event(what, when, value) for when, value in pairs]


NO_BLEEDING = [
    make_event("mucosal-bleeding", "2026-11-19", present=False),
    make_event("skin-bleeding", "2026-11-19", present=False),
]


def test_every_definition_the_design_names_can_be_written(guideline):
    written = {name.split("_")[0] + "_" + name.split("_")[1] for name in guideline.criteria}
    assert {f"rd_{number:02}" for number in range(1, 17)} <= written
    assert {"tx_109", "tx_127", "pr_32", "hz_05", "hz_08"} <= written


def test_two_counts_seven_days_apart_without_bleeding_are_a_complete_response(judge):
    """TV-18."""
    found = judge(*counts(("2026-11-12", 120), ("2026-11-19", 110)), *NO_BLEEDING)
    assert found["rd_01_itp_complete"] is True


def test_one_count_or_unknown_bleeding_is_not_yet_a_complete_response(judge):
    assert judge(*counts(("2026-11-19", 110)), *NO_BLEEDING)["rd_01_itp_complete"] is False
    assert judge(*counts(("2026-11-12", 120), ("2026-11-19", 110)))["rd_01_itp_complete"] is None


def test_platelets_from_12_to_28_are_no_response_though_more_than_doubled(judge):
    """TV-19: at least 30 and at least doubled."""
    sirolimus = make_event("sirolimus", "2026-10-01", ends=ON)
    found = judge(sirolimus, *counts(("2026-09-28", 12), ("2026-11-19", 28)), *NO_BLEEDING)
    assert found["rd_02_itp_response"] is False


def test_haemoglobin_up_by_20_without_transfusion_is_a_response(judge):
    sirolimus = make_event("sirolimus", "2026-10-01", ends=ON)
    blood = counts(("2026-09-28", 70), ("2026-11-19", 95), what="haemoglobin")
    none = make_event("red-cell-transfusion", "2026-11-19", present=False)
    assert judge(sirolimus, none, *blood)["rd_04_haemolysis_response"] is True


def test_two_viral_episodes_eight_months_apart_are_no_long_illness(judge):
    found = judge(*counts(("2026-02-01", 20), ("2026-10-01", 20)))
    assert found["rd_13_relapse"] is not True


def test_maintenance_steroid_above_a_tenth_of_a_milligram_per_kg_is_dependence(judge):
    weight = make_event("weight", "2026-11-01", 20)
    assert judge(weight, steroid("2026-09-01", dose=4))["tx_109_steroid_dependence"] is True


def test_a_second_course_within_six_months_is_dependence(judge):
    courses = [steroid("2026-07-01", "2026-07-20"), steroid("2026-10-01", "2026-10-20")]
    assert judge(*courses)["tx_109_steroid_dependence"] is True


def test_orders_a_week_apart_are_one_course(judge):
    weight = make_event("weight", "2026-11-01", 20)
    orders = [steroid("2026-10-01", "2026-10-07"), steroid("2026-10-14", "2026-10-20")]
    assert judge(weight, *orders)["tx_109_steroid_dependence"] is not True


def test_a_live_vaccine_waits_after_immunoglobulin(judge):
    given = make_event("ivig", "2026-08-01", ends=parse_date("2026-08-02"))
    assert judge(given)["tx_127_defer_measles_vaccine"] is True


def test_a_suspected_lymphoma_leaves_the_steroid_question_open(judge):
    suspected = make_event("lymphoma", "2026-11-01", present=None, certainty="suspected", ends=ON)
    none = make_event("complete-medicines", "2026-11-20")
    assert judge(suspected, none)["pr_32_steroid_stop"] is None
    assert judge(make_event("lymphoma", "2026-11-01", ends=ON))["pr_32_steroid_stop"] is True


def test_a_third_course_without_a_sparing_plan_stops(judge):
    courses = [steroid(f"2026-{month:02}-01", f"2026-{month:02}-10") for month in (1, 4, 8)]
    no_lymphoma = make_event("lymphoma", "2026-11-01", present=False)
    complete = make_event("complete-medicines", "2026-11-20")
    assert judge(*courses, no_lymphoma, complete)["pr_32_steroid_stop"] is True


def test_a_level_two_days_after_a_change_is_not_a_trough(judge):
    sirolimus = make_event("sirolimus", "2026-11-10", ends=ON)
    early = make_event("sirolimus-trough", "2026-11-12", 9)
    found = judge(sirolimus, early)
    assert found["hz_05_not_a_trough"] is True
    assert found["hz_05_trough_counts"] is None


def test_stopping_an_inducer_fires_too(judge):
    stopped = make_event("rifampicin", "2026-06-01", ends=parse_date("2026-11-05"))
    assert judge(stopped)["hz_08_check_the_level"] is True
