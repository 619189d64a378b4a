"""Trajectories with dates: what each definition of response makes of them, and what follows (RD-01 to RD-16)."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gentian import examples
from gentian.chart.reading import read_chart
from gentian.engine.one import answer, judge_facts
from gentian.engine.settings import Settings
from gentian.language.courses import name_part
from gentian.language.loader import load_guideline
from gentian.plan.model import Plan, Response
from tests.guideline.people import find, findings, medicines, read_plan

CHILD = "born: 2019-05-04\nsex: male\ncomplete: {medicines: 2026-11-20}\n"
ADULT = "born: 1986-05-04\nsex: female\ncomplete: {medicines: 2026-11-20}\n"
ITP = ("alps-diagnosis-recorded: since 2020", "immune-thrombocytopenia: since 2020")
AIHA = ("alps-diagnosis-recorded: since 2020", "autoimmune-haemolytic-anaemia: since 2020")
DRY = ("mucosal-bleeding: absent", "skin-bleeding: absent")  # nothing bleeds
SIROLIMUS = "sirolimus: 2 mg daily since 2026-05-01"


def measured(what: str, unit: str, **values: float | str) -> str:
    """Results of one kind by date, written `m05_d01=12` for 1 May 2026."""
    lines = []
    for when, value in values.items():
        day = f"2026-{when[1:3]}-{when[5:7]}"
        lines.append(f"- {day}: {{{what}: {value} {unit}}}\n")
    return "results:\n" + indent("".join(lines), "  ")


def platelets(**values: float | str) -> str:
    return measured("platelets", "10*9/L", **values)


def haemoglobin(**values: float | str) -> str:
    return measured("haemoglobin", "g/L", **values)


def neutrophils(**values: float | str) -> str:
    return measured("neutrophils", "10*9/L", **values)


def look(plan: Plan, name: str) -> Response:
    """One response of the plan, by `platelets:sirolimus`."""
    return next(item for item in plan.response if item.id == name)


def itp_on_sirolimus(counts: str, *more: str, bleeding: tuple[str, ...] = DRY) -> Response:
    plan = read_plan(ADULT, counts, findings(*ITP, *bleeding), medicines(SIROLIMUS), *more)
    return look(plan, "platelets:sirolimus")


# --- platelets (RD-01, RD-02, RD-03) ------------------------------------------------------------


def test_rd_01_two_counts_of_100_seven_days_apart_without_bleeding_are_complete():
    found = itp_on_sirolimus(platelets(m04_d28=12, m11_d12=120, m11_d19=110))
    assert found.level == "complete"
    assert found.since == "2026-11-12"
    assert found.before.startswith("12 ") and found.before.endswith("2026-04-28")
    assert found.now.startswith("110 ") and found.best.startswith("120 ")
    assert found.cites == ["RD-01"]
    assert {leaf.fact for leaf in found.because} >= {"platelets", "skin_bleeding"}


@pytest.mark.parametrize(
    ("first", "level"), [("m11_d12", "complete"), ("m11_d13", "partial"), ("m11_d19", "partial")]
)
def test_rd_01_six_days_apart_or_one_count_is_not_confirmed_yet(first, level):
    counts = {"m04_d28": 12, first: 120, "m11_d19": 110}
    assert itp_on_sirolimus(platelets(**counts)).level == level


def test_rd_01_a_fall_between_two_good_counts_starts_the_seven_days_again():
    counts = platelets(m04_d28=12, m10_d01=130, m11_d01=40, m11_d17=120, m11_d19=110)
    assert itp_on_sirolimus(counts).level == "partial"


def test_rd_01_needs_no_baseline_and_rd_02_does():
    assert itp_on_sirolimus(platelets(m11_d12=120, m11_d19=110)).level == "complete"
    found = itp_on_sirolimus(platelets(m11_d12=60, m11_d19=55))
    assert found.level == "cannot-tell"
    assert found.before == ""
    causes = [leaf.cause for leaf in found.missing]
    assert "none recorded at that time" in causes


def test_rd_01_bleeding_that_nobody_asked_about_leaves_it_open():
    found = itp_on_sirolimus(platelets(m04_d28=12, m11_d12=120, m11_d19=110), bleeding=())
    assert (found.level, found.possible) == ("cannot-tell", "complete")
    assert "skin_bleeding" in {leaf.fact for leaf in found.missing}


def test_rd_01_bleeding_is_no_complete_response():
    counts = platelets(m04_d28=12, m11_d12=120, m11_d19=110)
    bleeds = ("mucosal-bleeding: now", "skin-bleeding: absent")
    assert itp_on_sirolimus(counts, bleeding=bleeds).level not in ("complete", "partial")


@pytest.mark.parametrize(
    ("before", "now", "level"),
    [
        (12, 30, "partial"),
        (12, 29, "unconfirmed-none"),  # TV-19: more than doubled, and below 30
        (20, 40, "partial"),
        (20, 39, "unconfirmed-none"),  # above 30 and not doubled: RD-02 says and, not or
        ("10-20", 45, "partial"),
        ("10-30", 45, "cannot-tell"),
    ],
)
def test_rd_02_30_and_twice_the_count_before(before, now, level):
    assert itp_on_sirolimus(platelets(m04_d28=before, m11_d19=now)).level == level


def test_rd_03_no_response_is_confirmed_a_day_apart_and_only_after_three_months():
    assert itp_on_sirolimus(platelets(m04_d28=12, m11_d18=14, m11_d19=11)).level == "none"
    assert itp_on_sirolimus(platelets(m04_d28=12, m11_d19=11)).level == "unconfirmed-none"


def test_rd_13_a_response_is_lost_on_the_second_count():
    once = itp_on_sirolimus(platelets(m04_d28=12, m08_d01=140, m11_d19=22))
    assert once.level == "unconfirmed-loss"
    twice = itp_on_sirolimus(platelets(m04_d28=12, m08_d01=140, m11_d18=22, m11_d19=19))
    assert twice.level == "lost"
    assert twice.best.startswith("140 ") and twice.best.endswith("2026-08-01")


def test_a_count_from_before_the_start_is_no_answer_to_it():
    found = look(
        read_plan(
            ADULT,
            platelets(m08_d25=120, m08_d30=130),
            findings(*ITP, *DRY),
            medicines("sirolimus: 2 mg daily since 2026-09-01"),
        ),
        "platelets:sirolimus",
    )
    assert found.level == "too-early"
    assert found.best == ""


def test_a_count_older_than_90_days_says_nothing_about_today():
    found = itp_on_sirolimus(platelets(m04_d28=12, m07_d01=120, m07_d20=130))
    assert found.level == "cannot-tell"
    assert any("too old" in leaf.cause for leaf in found.missing)


def test_a_count_of_some_day_in_the_month_of_the_start_leaves_the_baseline_open():
    plan = read_plan(
        ADULT,
        platelets(m05_d20=12, m11_d19=45),
        findings(*ITP, *DRY),
        medicines("sirolimus: 2 mg daily since 2026-05"),
    )
    assert look(plan, "platelets:sirolimus").level == "cannot-tell"


# --- a rescue before the count -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("ivig: 60 g on 2026-11-10", "masked"),
        ("ivig: 60 g on 2026-10-22", "masked"),  # the 28th day before the last count
        ("ivig: 60 g on 2026-10-01", "partial"),
    ],
)
def test_a_count_after_immunoglobulin_is_not_credited_to_sirolimus(given, level):
    counts = platelets(m04_d28=12, m11_d19=80)
    plan = read_plan(ADULT, counts, findings(*ITP, *DRY), medicines(SIROLIMUS, given))
    assert look(plan, "platelets:sirolimus").level == level


def test_transfused_platelets_are_no_response():
    counts = platelets(m04_d28=12, m11_d19=80)
    given = "procedures:\n  - platelet-transfusion: 2026-11-18\n"
    assert itp_on_sirolimus(counts, given).level == "masked"


def test_low_platelets_after_a_rescue_are_no_response_all_the_same():
    counts = platelets(m04_d28=12, m11_d16=9, m11_d19=11)
    given = "procedures:\n  - platelet-transfusion: 2026-11-15\n"
    assert itp_on_sirolimus(counts, given).level == "none"


def test_a_peak_after_immunoglobulin_was_no_response_that_could_be_lost():
    counts = platelets(m04_d28=12, m06_d05=140, m11_d18=14, m11_d19=11)
    plan = read_plan(
        ADULT, counts, findings(*ITP, *DRY), medicines(SIROLIMUS, "ivig: 60 g on 2026-06-03")
    )
    found = look(plan, "platelets:sirolimus")
    assert (found.level, found.best[:3]) == ("none", "14 ")


@pytest.mark.parametrize(
    ("given", "level"),
    [("2026-11-13", "masked"), ("2026-11-12", "masked"), ("2026-11-11", "partial")],
)
def test_rd_04_haemoglobin_within_seven_days_of_red_cells_is_no_response(given, level):
    plan = read_plan(
        ADULT,
        haemoglobin(m04_d28=70, m11_d19=95),
        findings(*AIHA, "active-haemolysis: absent"),
        f"procedures:\n  - red-cell-transfusion: {given}\n",
        medicines(SIROLIMUS),
    )
    assert look(plan, "haemoglobin:sirolimus").level == level


# --- haemoglobin (RD-04, RD-05) ------------------------------------------------------------------


def aiha_on(medicine: str, counts: str, *more: str, person: str = ADULT) -> Response:
    plan = read_plan(person, counts, findings(*AIHA), medicines(medicine), *more)
    return next(item for item in plan.response if item.name == "haemoglobin")


QUIET_BLOOD = "  - 2026-11-19: {reticulocytes: 50 10*9/L, ldh: 200 U/L (120-250)}\n"


def test_rd_04_normal_haemoglobin_without_haemolysis_is_complete():
    counts = haemoglobin(m04_d28=70, m11_d19=135) + QUIET_BLOOD
    assert aiha_on(SIROLIMUS, counts).level == "complete"


def test_rd_04_without_reticulocytes_it_is_a_response_and_perhaps_complete():
    found = aiha_on(SIROLIMUS, haemoglobin(m04_d28=70, m11_d19=135))
    assert (found.level, found.possible) == ("partial", "complete")
    assert "reticulocytes_above_limit" in {leaf.fact for leaf in found.missing}


@pytest.mark.parametrize(("now", "level"), [(90, "partial"), (89, "none")])
def test_rd_04_a_rise_of_20_is_a_response(now, level):
    assert aiha_on(SIROLIMUS, haemoglobin(m04_d28=70, m11_d18=now, m11_d19=now)).level == level


def test_rd_05_stands_beside_rd_04_in_a_child_and_asks_for_two_months():
    short = haemoglobin(m04_d28=70, m09_d10=85, m10_d20=125, m11_d19=126) + QUIET_BLOOD
    found = aiha_on(SIROLIMUS, short, person=CHILD)
    assert (found.level, found.definition) == ("complete", "adult consensus")
    assert [(other.level, other.cites) for other in found.others] == [("not-yet", ["RD-05"])]
    long = haemoglobin(m04_d28=70, m09_d01=124, m10_d20=125, m11_d19=126) + QUIET_BLOOD
    assert aiha_on(SIROLIMUS, long, person=CHILD).others == []  # both say complete


def test_rd_05_is_not_asked_of_an_adult():
    counts = platelets(m04_d28=12, m11_d12=120, m11_d19=110)
    assert itp_on_sirolimus(counts).others == []
    plan = read_plan(CHILD, counts, findings(*ITP, *DRY), medicines(SIROLIMUS))
    assert [other.definition for other in look(plan, "platelets:sirolimus").others] == [
        "child, one centre"
    ]


# --- neutrophils (RD-06) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "infected", "level"),
    [
        (1.5, False, "complete"),
        (1.4, False, "partial"),
        (0.5, False, "none"),
        (1.4, True, "cannot-tell"),  # doubled, but an infection: neither a response nor none
    ],
)
def test_rd_06_neutrophils(now, infected, level):
    ill = ("significant-infection: now",) if infected else ()
    plan = read_plan(
        ADULT,
        neutrophils(m04_d28=0.3, m11_d19=now),
        findings("alps-diagnosis-recorded: since 2020", "autoimmune-neutropenia: since 2020", *ill),
        medicines(SIROLIMUS),
    )
    assert look(plan, "neutrophils:sirolimus").level == level


# --- spleen, nodes and the disease as a whole (RD-07 to RD-13) --------------------------------------


def spleen(**values: float) -> str:
    return measured("spleen-below-margin", "cm", **values)


@pytest.mark.parametrize(
    ("sizes", "level"),
    [
        ({"m04_d28": 8, "m11_d19": 1.9}, "complete"),
        ({"m04_d28": 8, "m11_d19": 4}, "partial"),
        ({"m04_d28": 8, "m11_d19": 4.1}, "none"),
        ({"m04_d28": 12, "m08_d01": 4, "m11_d19": 8}, "less-than-best"),  # exactly half grown back
        ({"m04_d28": 12, "m08_d01": 4, "m11_d19": 8.1}, "lost"),
        ({"m11_d19": 6}, "cannot-tell"),
    ],
)
def test_rd_12_the_spleen_by_half_and_rd_13_its_regrowth(sizes, level):
    plan = read_plan(
        ADULT,
        spleen(**sizes),
        findings("alps-diagnosis-recorded: since 2020"),
        medicines(SIROLIMUS),
    )
    assert look(plan, "spleen:sirolimus").level == level


WELL = """
results:
  - 2026-04-28: {platelets: 12 10*9/L, spleen-below-margin: 8 cm}
  - 2026-11-10: {platelets: 210 10*9/L}
  - 2026-11-19: {platelets: 210 10*9/L, haemoglobin: 135 g/L, neutrophils: 3 10*9/L}
  - 2026-11-19: {spleen-below-margin: 0 cm, spleen-length: 10 cm, dnt-of-cd3: 1.2 %}
"""
NONE_LEFT = (
    *ITP,
    *DRY,
    "lymphadenopathy: absent",
    "splenomegaly: absent",
)


def test_rd_07_complete_by_paris_and_freiburg_is_off_other_immunosuppression():
    alone = read_plan(ADULT, WELL, findings(*NONE_LEFT), medicines(SIROLIMUS))
    found = look(alone, "disease:sirolimus")
    assert (found.level, found.cites) == ("complete", ["RD-07"])
    assert found.notes == [
        "double-negative T cells are normalised, which alone is no cure"
    ]  # RD-11
    both = read_plan(
        ADULT,
        WELL,
        findings(*NONE_LEFT),
        medicines(SIROLIMUS, "prednisolone: 2 mg daily since 2026-03-01"),
    )
    with_steroid = look(both, "disease:sirolimus")
    assert with_steroid.level == "less"
    assert [(o.definition, o.level) for o in with_steroid.others] == [
        ("CHOP", "complete"),  # RD-09 asks for no such thing: both stand
        ("Italian network", "complete"),
    ]


def test_rd_08_half_the_spleen_without_steroid_is_partial():
    sizes = WELL.replace("spleen-below-margin: 0 cm", "spleen-below-margin: 4 cm")
    left = [line for line in NONE_LEFT if "splenomegaly" not in line]
    plan = read_plan(
        ADULT, sizes, findings(*left, "splenomegaly: since 2020"), medicines(SIROLIMUS)
    )
    found = look(plan, "disease:sirolimus")
    assert (found.level, found.cites) == ("partial", ["RD-08"])
    assert ("Italian network", "RD-10") in [(o.definition, o.cites[0]) for o in found.others] or (
        "Italian network" not in [o.definition for o in found.others]  # partial as well
    )


# --- the time a medicine is given (RD-14) ----------------------------------------------------------


@pytest.mark.parametrize(
    ("medicine", "day", "level"),
    [
        ("prednisolone: 60 mg daily since 2026-11-07", "2026-11-21", "too-early"),  # day 13
        ("prednisolone: 60 mg daily since 2026-11-06", "2026-11-20", "none"),  # day 14
        ("sirolimus: 2 mg daily since 2026-08-21", "2026-11-21", "too-early"),  # day 91
        ("sirolimus: 2 mg daily since 2026-08-20", "2026-11-20", "none"),  # day 92
        ("mycophenolate-mofetil: 1 g twice daily since 2026-08-21", "2026-11-21", "too-early"),
        ("mycophenolate-mofetil: 1 g twice daily since 2026-08-20", "2026-11-20", "none"),
        ("eltrombopag: 50 mg daily since 2026-10-24", "2026-11-21", "too-early"),  # day 27
        ("eltrombopag: 50 mg daily since 2026-10-23", "2026-11-20", "none"),
        ("rituximab: 700 mg on 2026-08-29", "2026-11-21", "too-early"),  # day 83
        ("rituximab: 700 mg on 2026-08-28", "2026-11-20", "none"),
        ("ivig: 60 g on 2026-11-19", "2026-11-21", "too-early"),
    ],
)
def test_rd_14_nothing_has_failed_before_its_time(medicine, day, level):
    counts = platelets(m08_d01=12, m11_d18=11, m11_d19=12, m11_d20=12)
    plan = read_plan(ADULT, counts, findings(*ITP, *DRY), medicines(medicine))
    found = next(item for item in plan.response if item.name == "platelets")
    assert found.level == level
    assert found.judge_on == day
    planned = [line for line in plan.calendar if any("judge" in what for what in line.what)]
    assert [line.when for line in planned] == ([day] if level == "too-early" else [])


def test_rd_14_steroid_is_given_three_weeks_in_haemolysis():
    early = aiha_on(
        "prednisolone: 60 mg daily since 2026-10-31", haemoglobin(m10_d30=70, m11_d19=72)
    )
    assert (early.level, early.judge_on) == ("too-early", "2026-11-21")
    late = aiha_on(
        "prednisolone: 60 mg daily since 2026-10-30", haemoglobin(m10_d30=70, m11_d19=72)
    )
    assert late.level == "none"


def test_a_response_before_the_time_is_up_is_said_at_once():
    plan = read_plan(
        ADULT,
        platelets(m11_d09=12, m11_d19=80),
        findings(*ITP, *DRY),
        medicines("prednisolone: 60 mg daily since 2026-11-10"),
    )
    assert look(plan, "platelets:steroid").level == "partial"


TROUGH = "  - 2026-11-10: {{sirolimus-trough: {} ng/mL}}\n"


@pytest.mark.parametrize(
    ("trough", "answer"), [("6", "applies"), ("1.2", "does-not-apply"), ("", "cannot-tell")]
)
def test_sirolimus_has_failed_only_at_target(trough, answer):
    """Three months without response and a level too low: raise the level before another medicine."""
    counts = platelets(m04_d28=12, m11_d18=14, m11_d19=11)
    counts += TROUGH.format(trough) if trough else ""
    plan = read_plan(ADULT, counts, findings(*ITP, *DRY), medicines(SIROLIMUS))
    assert find(plan, "mmf-after-sirolimus").answer == answer
    assert find(plan, "sirolimus-without-response").outcome == "offer"


def test_a_failure_before_three_months_is_not_called_one():
    plan = read_plan(
        ADULT,
        platelets(m10_d01=12, m11_d18=14, m11_d19=11),
        findings(*ITP, *DRY),
        medicines("sirolimus: 2 mg daily since 2026-10-05"),
    )
    assert find(plan, "mmf-after-sirolimus").outcome == "not-indicated"
    assert find(plan, "sirolimus-without-response").answer == "does-not-apply"
    assert find(plan, "sirolimus-too-early").outcome == "offer"


def test_steroid_that_has_had_its_time_asks_for_a_long_term_medicine():
    """RD-14, TX-105: recorded as refractory or found so by the counts, the plan goes on the same."""
    lines = findings(*ITP, *DRY, "fever: absent")
    late = read_plan(
        ADULT,
        platelets(m11_d01=9, m11_d18=11, m11_d19=12),
        lines,
        medicines("prednisolone: 60 mg daily since 2026-11-02"),
    )
    early = read_plan(
        ADULT,
        platelets(m11_d01=9, m11_d18=11, m11_d19=12),
        lines,
        medicines("prednisolone: 60 mg daily since 2026-11-12"),
    )
    assert find(late, "mmf-long-term").answer == "applies"
    assert find(early, "mmf-long-term").answer == "does-not-apply"


def test_a_response_lost_while_the_steroid_is_tapered_asks_for_a_long_term_medicine():
    """RD-13, TX-109: the need for maintenance is the signal, recorded as relapse or not."""
    counts = platelets(m10_d01=9, m10_d12=110, m11_d15=25, m11_d19=20)
    plan = read_plan(
        ADULT, counts, findings(*ITP, *DRY), medicines("prednisolone: 10 mg daily since 2026-10-02")
    )
    assert look(plan, "platelets:steroid").level == "lost"
    assert find(plan, "mmf-long-term").answer == "applies"


# --- a clinician's word ----------------------------------------------------------------------------


def test_a_recorded_word_stands_beside_counts_that_say_otherwise():
    counts = platelets(m04_d28=12, m11_d12=120, m11_d19=110)
    plan = read_plan(
        ADULT,
        counts,
        findings(*ITP, *DRY),
        medicines("sirolimus: {dose: 2 mg daily, since: 2026-05-01, response: no response}"),
    )
    found = look(plan, "platelets:sirolimus")
    assert (found.level, found.recorded, found.disagrees) == ("complete", "no-response", True)


def test_a_recorded_response_is_not_overruled_by_counts():
    counts = platelets(m04_d28=12, m11_d18=14, m11_d19=11) + TROUGH.format(6)
    plan = read_plan(
        ADULT,
        counts,
        findings(*ITP, *DRY),
        medicines("sirolimus: {dose: 2 mg daily, since: 2026-05-01, response: partial}"),
    )
    found = look(plan, "platelets:sirolimus")
    assert (found.level, found.recorded, found.disagrees) == ("none", "partial", True)
    assert find(plan, "mmf-after-sirolimus").outcome == "not-indicated"
    assert find(plan, "sirolimus-without-response").answer == "does-not-apply"


def test_a_word_that_agrees_is_no_disagreement():
    counts = platelets(m04_d28=12, m11_d12=120, m11_d19=110)
    plan = read_plan(
        ADULT,
        counts,
        findings(*ITP, *DRY),
        medicines("sirolimus: {dose: 2 mg daily, since: 2026-05-01, response: complete}"),
    )
    assert look(plan, "platelets:sirolimus").disagrees is False


# --- stopping and phases (RD-15, RD-16) --------------------------------------------------------------


def test_rd_15_stopping_is_spoken_of_only_after_two_quiet_years():
    for start, expected in (("2024-03-01", "applies"), ("2025-03-01", "does-not-apply")):
        plan = read_plan(
            ADULT, WELL.replace("platelets: 12 10*9/L", "platelets: 180 10*9/L"),
            findings(*NONE_LEFT), medicines(f"sirolimus: 2 mg daily since {start}"),
        )  # fmt: skip
        assert find(plan, "sirolimus-stopping-may-be-discussed").answer == expected


def test_rd_15_one_low_count_in_those_years_keeps_the_question_closed():
    plan = read_plan(
        ADULT, WELL, findings(*NONE_LEFT), medicines("sirolimus: 2 mg daily since 2024-03-01")
    )
    assert find(plan, "sirolimus-stopping-may-be-discussed").answer == "does-not-apply"


# --- who is judged at all --------------------------------------------------------------------------


def test_a_line_that_was_never_low_has_no_response():
    plan = read_plan(
        ADULT,
        platelets(m04_d28=210, m11_d19=230),
        findings(*AIHA, *DRY),
        medicines(SIROLIMUS),
    )
    assert "platelets" not in {item.name for item in plan.response}


def test_nothing_is_judged_of_a_medicine_that_has_ended():
    plan = read_plan(
        ADULT,
        platelets(m04_d28=12, m11_d19=11),
        findings(*ITP, *DRY),
        medicines("sirolimus: 2 mg daily 2026-05-01 to 2026-10-01"),
    )
    assert plan.response == []


# --- what is not known -----------------------------------------------------------------------------


def list_levels(criteria: dict[str, bool | None]) -> dict[str, tuple[str, bool]]:
    """The level of each response on each therapy, and whether a better one is still open."""
    found = {}
    for entry in load_guideline().responses.values():
        for therapy in entry.on:
            answers = [
                (item.level, criteria[name_part(entry.response, item.level, therapy)])
                for item in entry.levels
            ]
            first = next((at for at, (_, truth) in enumerate(answers) if truth), len(answers))
            doubt = any(truth is None for _, truth in answers[:first])
            if first < len(answers):
                found[f"{entry.response}:{therapy}"] = (answers[first][0], doubt)
    return found


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_a_fact_that_becomes_known_never_turns_a_level_around(data):
    """A level may only give way to a better one that was named as possible before."""
    guideline = load_guideline()
    name = data.draw(st.sampled_from(["sirolimus-answer-lost", "azole-on-sirolimus"]))
    path = Path(examples.__file__).with_name(f"{name}.yaml")
    chart = read_chart(path.read_bytes(), guideline, file=path.name)
    assert chart.as_of is not None
    facts = dict(answer(guideline, chart, chart.as_of, Settings()).facts)
    told = sorted(fact for fact, value in facts.items() if value.known and value.events)
    hidden = data.draw(st.sets(st.sampled_from(told)))
    fewer = {fact: value for fact, value in facts.items() if fact not in hidden}
    before = list_levels(judge_facts(guideline, fewer, Settings()))
    after = list_levels(judge_facts(guideline, facts, Settings()))
    for response, (level, doubt) in before.items():
        assert doubt or after[response][0] == level
