"""A record as a dosing history: every trap in its own words."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as replace_entry

from gentian.chart.events import Chart, Source
from gentian.chart.fhir import read_fhir
from gentian.chart.fhir_writer import write_fhir
from gentian.chart.form import write_form
from gentian.language.dates import parse_date
from gentian.language.model import Guideline
from gentian.pharmacokinetics.history import History, read_history
from gentian.pharmacokinetics.timeline import UnknownZone
from tests.pharmacokinetics.records import (
    CONSULT,
    GUIDELINE,
    INDEX,
    ask,
    one_level,
    read,
    read_record,
    type_form,
    type_level,
)

DAILY = "sirolimus-solution-1: 1.2 mL daily at 08:00 since 2026-03-01"
TROUGH = type_level("2026-05-18T08:00")


def strip(history: History) -> History:
    """A history without where its parts stand and how they are printed."""
    nowhere = Source("")
    return replace(
        history,
        intakes=tuple(replace(one, source=nowhere) for one in history.intakes),
        levels=tuple(replace(one, source=nowhere, event=0, printed="") for one in history.levels),
        series={
            name: tuple(replace(one, source=nowhere) for one in values)
            for name, values in history.series.items()
        },
        companions=tuple(replace(one, source=nowhere) for one in history.companions),
        questions=tuple(replace(one, source=None, says="") for one in history.questions),
    )


# -- doses ------------------------------------------------------------------------------------------


def test_a_daily_dose_is_one_segment_of_equal_doses() -> None:
    history = read(DAILY)
    (intake,) = history.intakes
    assert (intake.amount, intake.every, intake.count) == (1.2, 24, 81)  # 1 March to 20 May
    assert (intake.product, intake.form) == ("sirolimus-solution-1", "solution")
    assert (intake.start, intake.ongoing, intake.timed) == (0, True, True)
    assert history.origin == parse_date("2026-03-01T08:00")[0]
    assert history.index == 80 * 24 + 4
    assert history.questions == ()


def test_a_dose_twice_a_day_has_two_times_of_day() -> None:
    history = read("sirolimus-solution-1: 0.6 mL twice daily at 08:00 and 20:00 since 2026-05-18")
    (intake,) = history.intakes
    assert (intake.amount, intake.every, intake.count) == (0.6, 12, 5)


def test_doses_spaced_unevenly_over_the_day_are_two_segments() -> None:
    line = "sirolimus-solution-1: 0.6 mL twice daily at 08:00 and 21:00 since 2026-05-10"
    history = read(line, [type_level("2026-05-18T07:30"), type_level("2026-05-18T20:45")])
    assert [(one.start, one.every) for one in history.intakes] == [(0, 24), (13, 24)]
    assert [(one.after, one.every) for one in history.levels] == [(10.5, 11), (12.75, 13)]
    assert all(one.reasons == () for one in history.levels)


def test_a_dose_every_other_day() -> None:
    line = "sirolimus-tablet-1: 1 mg every other day at 08:00 since 2026-05-01"
    history = read(line, type_level("2026-05-19T07:00"))
    assert (history.intakes[0].every, history.intakes[0].count) == (48, 10)
    level = one_level(history)
    assert (level.after, level.every, level.reasons) == (47, 48, ())


def test_the_first_dose_is_the_first_time_of_day_after_the_start() -> None:
    history = read("sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-10T13:00")
    assert history.origin == parse_date("2026-05-11T08:00")[0]


def test_the_time_of_the_start_is_the_time_of_every_dose() -> None:
    history = read("sirolimus-tablet-1: 1 mg every 12 h since 2026-05-10T09:30")
    assert history.intakes[0].timed
    assert (history.intakes[0].minute % 1440, history.intakes[0].every) == (9 * 60 + 30, 12)


def test_from_a_tablet_to_the_solution_begins_a_new_segment() -> None:
    history = read(
        [
            "sirolimus-tablet-1: 1 tablet daily at 08:00 from 2026-03-01 to 2026-05-10",
            "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-05-11",
        ],
        type_level("2026-05-13T08:00"),
    )
    assert [(one.form, one.count, one.ongoing) for one in history.intakes] == [
        ("tablet", 71, False),
        ("solution", 10, True),
    ]
    level = one_level(history)
    assert level.since_change == 48
    assert level.reasons == ("not-steady-state",)
    assert history.questions == ()


def test_on_the_day_of_a_change_only_the_new_dose_is_taken() -> None:
    history = read(
        [
            "sirolimus-tablet-1: 1 mg daily at 08:00 from 2026-05-01 to 2026-05-10",
            "sirolimus-tablet-1: 2 mg daily at 08:00 since 2026-05-10",
        ]
    )
    assert [(one.amount, one.count) for one in history.intakes] == [(1, 9), (2, 11)]
    assert history.questions == ()


def test_the_same_dose_written_twice_in_a_row_is_no_change() -> None:
    history = read(
        [
            "sirolimus-tablet-1: 1 mg daily at 08:00 from 2026-03-01 to 2026-05-15",
            "sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-16",
        ],
        TROUGH,
    )
    assert one_level(history).since_change == 78 * 24
    assert one_level(history).reasons == ()


def test_two_products_from_one_day_on_are_both_taken() -> None:
    history = read(
        [
            "sirolimus-tablet-2: 2 mg daily at 08:00 since 2026-05-01",
            "sirolimus-tablet-half: 0.5 mg daily at 08:00 since 2026-05-01",
        ],
        TROUGH,
    )
    assert sorted(one.amount for one in history.intakes) == [0.5, 2]
    assert (one_level(history).after, one_level(history).every) == (24, 24)
    assert history.questions == ()


def test_one_product_in_the_morning_and_another_in_the_evening() -> None:
    history = read(
        [
            "sirolimus-tablet-2: 2 mg daily at 08:00 since 2026-05-01",
            "sirolimus-tablet-half: 0.5 mg daily at 20:00 since 2026-05-01",
        ],
        type_level("2026-05-18T07:00"),
    )
    level = one_level(history)
    assert (level.after, level.every, level.reasons) == (11, 12, ())


def test_a_product_left_out_is_a_change() -> None:
    history = read(
        [
            "sirolimus-tablet-2: 2 mg daily at 08:00 since 2026-05-01",
            "sirolimus-tablet-half: 0.5 mg daily at 08:00 from 2026-05-01 to 2026-05-16",
        ],
        TROUGH,
    )
    assert one_level(history).since_change == 24  # the first dose left out was that of 17 May
    assert one_level(history).reasons == ("not-steady-state",)


def test_a_product_that_is_not_named_is_not_taken_beside_one_that_is() -> None:
    history = read(
        [
            "sirolimus: 1 mg daily at 08:00 since 2026-03-01",
            "sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-03-01",
        ]
    )
    assert ask(history, "doses-overlap")[0].blocks
    assert sum(one.count for one in history.intakes) == 81


def test_two_statements_side_by_side_are_asked_about() -> None:
    history = read(
        [
            "sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-03-01",
            "sirolimus-tablet-1: 2 mg daily at 08:00 since 2026-05-01",
        ]
    )
    (question,) = ask(history, "doses-overlap")
    assert question.blocks
    assert "line 6 and line 7" in question.says
    assert "its end" in question.mend
    assert [one.amount for one in history.intakes] == [1, 2]  # read as if it were a change


def test_two_products_that_overlap_both_go_on_until_it_is_answered() -> None:
    lines = [
        "sirolimus-tablet-1: 1 tablet daily at 08:00 since 2026-03-01",
        "sirolimus-solution-1: 0.5 mL daily at 08:00 since 2026-05-01",
    ]
    history = read(lines)
    assert [(one.amount, one.count, one.ongoing) for one in history.intakes] == [
        (1, 81, True),
        (0.5, 20, True),
    ]
    assert [question.blocks for question in ask(history, "doses-overlap")] == [True]


def test_the_mend_of_two_products_answers_the_question() -> None:
    lines = [
        "sirolimus-tablet-1: 1 tablet daily at 08:00 from 2026-03-01 to 2026-04-30",
        "sirolimus-solution-1: 0.5 mL daily at 08:00 since 2026-05-01",
        "sirolimus-tablet-1: 1 tablet daily at 08:00 since 2026-05-01",
    ]
    history = read(lines)
    assert history.questions == ()
    assert sorted((one.amount, one.ongoing) for one in history.intakes) == [
        (0.5, True),
        (1, False),
        (1, True),
    ]


@pytest.mark.parametrize(
    ("dose", "splits"),
    [
        ("sirolimus-tablet-1: 1.5 tablets daily", True),
        ("sirolimus-tablet-half: 0.75 mg daily", True),
        ("sirolimus-tablet-half: 1.5 mg daily", False),
        ("sirolimus-tablet-1: 2 tablets daily", False),
        ("sirolimus-solution-1: 0.75 mL daily", False),
    ],
)
def test_tablets_are_not_split(dose: str, splits: bool) -> None:
    found = ask(read(f"{dose} at 08:00 since 2026-03-01"), "split-tablet")
    assert [question.blocks for question in found] == [True] * splits
    assert all("not split" in question.says for question in found)


@pytest.mark.parametrize(
    "line",
    [
        "sirolimus: since 2026-03-01",
        "sirolimus: 1-2 mg daily at 08:00 since 2026-03-01",
        "sirolimus: 2 mg/d since 2026-03-01",
        "sirolimus: 2 mg 3 times a week since 2026-03-01",
        "sirolimus: 2 mg as needed since 2026-03-01",
    ],
)
def test_a_dose_that_is_not_known_blocks(line: str) -> None:
    history = read(line, TROUGH)
    (question,) = ask(history, "dose")
    assert question.blocks and question.mend
    assert history.intakes == ()
    assert one_level(history).reasons == ("dose-unknown",)
    assert not one_level(history).placed


def test_a_dose_unknown_long_ago_no_longer_matters() -> None:
    history = read(["sirolimus: from 2024-01-01 to 2024-06-01", DAILY], TROUGH)
    (question,) = ask(history, "dose")
    assert not question.blocks
    assert one_level(history).reasons == ()


def test_a_product_that_is_not_named_is_asked_about() -> None:
    (question,) = ask(read("sirolimus: 2 mg daily at 08:00 since 2026-03-01"), "product")
    assert not question.blocks


def test_planned_doses_and_those_of_relatives_are_not_taken() -> None:
    chart = read_record(
        f"medicines:\n  - {DAILY}\n  - sirolimus: {{planned: 2026-06-01, dose: 5 mg daily}}\n"
        "family:\n  - brother: {sirolimus: 9 mg daily at 08:00 since 2026-01-01}\n"
    )
    history = read_history(GUIDELINE, chart, parse_date(INDEX)[0], CONSULT)
    assert [one.amount for one in history.intakes] == [1.2]


def test_what_comes_after_the_index_time_is_not_read() -> None:
    chart = type_form(DAILY, [TROUGH, type_level("2026-05-19T08:00")])
    history = read_history(GUIDELINE, chart, parse_date("2026-05-18T12:00")[0], CONSULT)
    assert len(history.levels) == 1
    assert history.intakes[0].count == 79


def test_a_start_long_before_the_levels_may_be_vague() -> None:
    assert read("sirolimus-solution-1: 1 mL daily at 08:00 since 2025", TROUGH).questions == ()


@pytest.mark.parametrize("start", ["since 2026-05", "since 2026", ""])
def test_a_vague_start_close_to_a_level_is_asked_about(start: str) -> None:
    (question,) = ask(read(f"sirolimus-solution-1: 1 mL daily at 08:00 {start}", TROUGH), "start")
    assert question.blocks
    assert "first dose" in question.mend


def test_a_stop_in_an_unknown_day_is_asked_about() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 08:00 from 2026-01-01 to 2026-05"
    (question,) = ask(read(line, TROUGH), "stop")
    assert question.blocks


def test_an_old_statement_may_have_been_stopped() -> None:
    chart = type_form(DAILY)
    later = parse_date("2027-01-01T12:00")[0]
    (question,) = ask(read_history(GUIDELINE, chart, later, CONSULT), "still-taken")
    assert question.blocks


def test_a_tenfold_dose_is_read_as_it_stands() -> None:
    assert (
        read("sirolimus-solution-1: 12 mL daily at 08:00 since 2026-03-01").intakes[0].amount == 12
    )


def test_so_many_doses_are_a_slip_of_the_pen() -> None:
    history = read("sirolimus-solution-1: 1 mL every 1 min since 2026-03-01T08:00")
    assert history.intakes == ()
    assert ask(history, "dose")[0].blocks


# -- missed doses -----------------------------------------------------------------------------------

ADHERENT = replace_entry(CONSULT, missed="missed_doses")


def read_missed(line: str, when: str, *results: str) -> History:
    """The history of somebody of whom the record says that doses were missed."""
    text = f"medicines:\n  - {line}\nfindings:\n  - missed-doses: {when}\n"
    if results:
        text += "results:\n" + "".join(f"  - {one}\n" for one in results)
    facts = {"missed_doses": SimpleNamespace(of="missed-doses")}
    guideline = cast(Guideline, SimpleNamespace(**vars(GUIDELINE), facts=facts))
    return read_history(guideline, read_record(text), parse_date(INDEX)[0], ADHERENT)


def test_the_dose_of_a_day_on_which_it_was_missed_is_left_out() -> None:
    history = read_missed(DAILY, "on 2026-05-16", TROUGH)
    assert [(one.start, one.count, one.ongoing) for one in history.intakes] == [
        (0, 76, False),
        (77 * 24, 4, True),
    ]
    assert [one.continues for one in history.intakes] == [False, False]
    level = one_level(history)
    assert (level.after, level.reasons) == (24, ())
    assert history.questions == ()


def test_a_level_after_a_missed_dose_says_so() -> None:
    level = one_level(read_missed(DAILY, "on 2026-05-17", TROUGH))
    assert (level.after, level.reasons, level.placed) == (48, ("missed-dose",), True)


@pytest.mark.parametrize("when", ["since 2026-05-16", "on 2026-05", "absent 2026-05-16", "yes"])
def test_missed_doses_of_no_one_day_leave_out_none(when: str) -> None:
    assert [one.count for one in read_missed(DAILY, when).intakes] == [81]


def test_which_of_two_doses_of_a_day_was_missed_is_asked() -> None:
    line = "sirolimus-solution-1: 0.6 mL twice daily at 08:00 and 20:00 since 2026-05-10"
    history = read_missed(line, "on 2026-05-16")
    assert [question.blocks for question in ask(history, "missed-dose")] == [False]
    assert sum(one.count for one in history.intakes) == 21
    told = read_missed(line, "on 2026-05-16T20:00")
    assert sum(one.count for one in told.intakes) == 20
    assert told.questions == ()


def test_one_day_without_an_administration_is_asked_about_and_left_out() -> None:
    lines = ["sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01"]
    times = [f"2026-05-{day}T08:00" for day in (14, 15, 17, 18, 19, 20)]
    history = read(lines + give(*times), type_level("2026-05-17T07:50"))
    (question,) = ask(history, "missed-dose")
    assert "2026-05-16" in question.says and not question.blocks
    assert one_level(history).reasons == ("missed-dose",)
    assert sum(one.count for one in history.intakes) == 19


def test_a_dose_that_was_not_given_is_left_out_and_said() -> None:
    lines = [
        "sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01",
        "sirolimus-tablet-1: {given: 2026-05-16T08:05, state: not-taken}",
    ]
    history = read(lines, type_level("2026-05-17T07:50"))
    (question,) = history.questions
    assert (question.what, question.blocks) == ("missed-dose", False)
    assert "2026-05-16 08:05" in question.says
    assert [(one.start, one.count) for one in history.intakes] == [(0, 15), (16 * 24, 4)]
    assert one_level(history).reasons == ("missed-dose",)


# -- administrations --------------------------------------------------------------------------------


def give(*whens: str, dose: str = "1 mg", product: str = "sirolimus-tablet-1") -> list[str]:
    return [f"{product}: {{given: {when}, dose: {dose}}}" for when in whens]


def test_administrations_at_equal_intervals_are_one_segment() -> None:
    days = [f"2026-05-{day}T08:00" for day in range(12, 21)]
    history = read(give(*days), type_level("2026-05-20T08:00"))
    (intake,) = history.intakes
    assert (intake.count, intake.every, intake.ongoing, intake.timed) == (9, 24, True, True)
    assert one_level(history).after == 24
    assert history.questions == ()


def test_administrations_keep_their_own_times() -> None:
    history = read(give("2026-05-18T08:10", "2026-05-19T07:50", "2026-05-20T08:30"))
    assert [round(one.start * 60) for one in history.intakes] == [0, 1420, 2900]
    assert {(one.count, one.every) for one in history.intakes} == {(1, 24)}


def test_a_gap_between_administrations_is_asked_about() -> None:
    days = (10, 11, 12, 13, 16, 17, 18, 19, 20)
    times = [f"2026-05-{day}T08:00" for day in days]
    history = read(give(*times), [type_level("2026-05-15T08:00"), type_level("2026-05-20T08:00")])
    (question,) = ask(history, "dose-gap")
    assert "2026-05-13 08:00 and 2026-05-16 08:00" in question.says
    assert [(one.start, one.count) for one in history.intakes] == [(0, 4), (144, 5)]
    in_gap, after_gap = history.levels
    assert in_gap.reasons == ("missed-dose",)  # no hold is on record
    assert after_gap.since_change == 96


def test_administrations_stand_for_the_statement_they_lie_in() -> None:
    lines = ["sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01"]
    history = read(
        lines + give("2026-05-19T09:15", "2026-05-20T08:20"), type_level("2026-05-20T08:00")
    )
    assert [(one.count, one.start) for one in history.intakes] == [
        (18, 0),
        (1, 433.25),
        (1, 456 + 1 / 3),
    ]
    assert one_level(history).after == 22.75
    assert history.questions == ()
    assert [one.ongoing for one in history.intakes] == [False, False, True]


def test_after_the_administrations_the_statement_goes_on() -> None:
    lines = ["sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01"]
    history = read(lines + give("2026-05-18T09:15", "2026-05-19T08:20"))
    assert [(one.count, one.ongoing) for one in history.intakes] == [
        (17, False),
        (1, False),
        (1, False),
        (1, True),
    ]


def test_two_products_given_together_both_go_on() -> None:
    days = [f"2026-05-{day}T08:00" for day in range(12, 21)]
    both = give(*days, dose="2 mg", product="sirolimus-tablet-2")
    both += give(*days, dose="0.5 mg", product="sirolimus-tablet-half")
    history = read(both)
    assert [(one.amount, one.count, one.ongoing) for one in history.intakes] == [
        (2, 9, True),
        (0.5, 9, True),
    ]
    assert history.questions == ()


def test_two_products_given_one_after_the_other_are_two_lanes() -> None:
    lines = []
    for day in range(12, 21):
        lines += give(f"2026-05-{day}T08:00", dose="2 mg", product="sirolimus-tablet-2")
        lines += give(f"2026-05-{day}T08:01", dose="0.5 mg", product="sirolimus-tablet-half")
    history = read(lines, type_level("2026-05-20T08:00"))
    assert [(one.amount, one.every, one.ongoing) for one in history.intakes] == [
        (2, 24, True),
        (0.5, 24, True),
    ]
    assert one_level(history).reasons == ()
    assert history.questions == ()


def test_doses_that_differ_from_one_to_the_next_are_asked_about() -> None:
    lines = give("2026-05-19T08:00", "2026-05-20T08:00", dose="2 mg")
    lines += give("2026-05-19T20:00", dose="1 mg")
    assert ask(read(lines), "dose-differs")[0].blocks


def test_a_single_dose_that_differs_from_the_statement_is_asked_about() -> None:
    lines = ["sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01"]
    history = read(lines + give("2026-05-19T08:00", dose="3 mg"))
    assert ask(history, "dose-differs")[0].blocks


def test_two_doses_at_one_time_of_two_products_and_of_one() -> None:
    both = give("2026-05-20T08:00", dose="2 mg", product="sirolimus-tablet-2")
    both += give("2026-05-20T08:00", dose="0.5 mg", product="sirolimus-tablet-half")
    assert ask(read(both), "doses-overlap") == []
    unnamed = give("2026-05-20T08:00", product="sirolimus") + give("2026-05-20T08:00")
    assert ask(read(unnamed), "doses-overlap")[0].blocks
    twice = give("2026-05-20T08:00", dose="2 mg") + give("2026-05-20T08:00", dose="1 mg")
    assert ask(read(twice), "doses-overlap")[0].blocks


def test_administrations_that_ended_do_not_say_that_it_goes_on() -> None:
    history = read(give("2026-05-01T08:00", "2026-05-02T08:00"))
    assert ask(history, "still-taken")[0].blocks
    assert not history.intakes[-1].ongoing


def test_segments_that_only_wander_or_follow_the_clock_go_on() -> None:
    lines = ["sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-05-01"]
    history = read(lines + give("2026-05-19T09:15", "2026-05-20T08:20"))
    assert [one.continues for one in history.intakes] == [False, True, True]
    spring = read("sirolimus-tablet-1: 1 mg daily at 08:00 since 2026-03-01", zone="Europe/Berlin")
    assert [one.continues for one in spring.intakes] == [False, True]
    changed = [
        "sirolimus-tablet-1: 1 mg daily at 08:00 from 2026-05-01 to 2026-05-10",
        "sirolimus-tablet-1: 2 mg daily at 08:00 since 2026-05-11",
    ]
    assert [one.continues for one in read(changed).intakes] == [False, False]


# -- levels -----------------------------------------------------------------------------------------


def test_a_sample_at_the_time_of_a_dose_was_drawn_before_it() -> None:
    level = one_level(read(DAILY, TROUGH))
    assert (level.after, level.of_interval, level.every) == (24, 1, 24)
    assert level.reasons == ()


def test_a_sample_two_hours_after_a_dose_is_no_trough() -> None:
    level = one_level(read(DAILY, type_level("2026-05-18T10:00")))
    assert level.after == 2
    assert level.reasons == ("not-a-trough",)
    assert level.placed


def test_a_sample_before_the_first_dose_is_not_placed() -> None:
    level = one_level(read(DAILY, type_level("2026-02-28T08:00")))
    assert level.reasons == ("before-first-dose",)
    assert not level.placed
    assert level.after is None


def test_a_level_soon_after_the_start_is_not_at_steady_state() -> None:
    level = one_level(read(DAILY, type_level("2026-03-04T08:00")))
    assert level.since_change == 72
    assert level.reasons == ("not-steady-state",)


def test_a_level_without_a_time_of_day_is_not_placed() -> None:
    history = read(DAILY, type_level("2026-05-18"))
    assert one_level(history).reasons == ("no-time",)
    assert not one_level(history).placed
    assert ask(history, "sample-time")[0].blocks


def test_only_the_last_level_blocks_when_its_time_is_missing() -> None:
    history = read(DAILY, [type_level("2026-04-18"), TROUGH])
    assert [question.blocks for question in ask(history, "sample-time")] == [False]


def test_a_level_without_a_time_blocks_none_that_has_one() -> None:
    history = read(DAILY, [type_level("2026-05-11T07:50"), type_level("2026-05-18")])
    assert [(one.timed, one.reasons) for one in history.levels] == [
        (True, ()),
        (False, ("no-time",)),
    ]
    assert [question.blocks for question in ask(history, "sample-time")] == [False]


def test_a_level_said_to_be_drawn_before_the_dose_lies_at_the_end_of_the_interval() -> None:
    level = one_level(read(DAILY, type_level("2026-05-18", timing="before-dose")))
    assert (level.stated, level.after, level.reasons, level.placed) == (True, 24, (), True)
    assert level.hours == 78 * 24


def test_a_level_said_before_the_dose_that_lies_after_it_is_asked_about() -> None:
    history = read(DAILY, type_level("2026-05-18T11:00", timing="before-dose"))
    assert one_level(history).reasons == ("time-conflict",)
    assert not one_level(history).placed
    assert ask(history, "sample-time")[0].blocks


def test_a_dose_may_be_put_off_until_the_sample_is_drawn() -> None:
    level = one_level(read(DAILY, type_level("2026-05-18T08:20", timing="before-dose")))
    assert (level.after, level.reasons) == (24, ())
    lines = give("2026-05-17T08:00", "2026-05-18T08:00", "2026-05-19T08:00", "2026-05-20T08:00")
    given = read(lines, type_level("2026-05-18T08:20", timing="before-dose"))
    assert one_level(given).reasons == ("time-conflict", "not-steady-state")


def test_doses_without_a_time_of_day_place_no_level() -> None:
    history = read("sirolimus-solution-1: 1 mL daily since 2026-03-01", TROUGH)
    assert not history.intakes[0].timed
    assert one_level(history).reasons == ("no-dose-time",)
    assert not one_level(history).placed
    assert ask(history, "dose-time")[0].blocks


def test_doses_without_a_time_of_day_follow_a_sample_drawn_before_them() -> None:
    results = [
        type_level("2026-05-11T07:40", timing="before-dose"),
        type_level("2026-05-18T08:30", timing="before-dose"),
    ]
    history = read("sirolimus-solution-1: 1 mL daily since 2026-03-01", results)
    assert history.intakes[0].minute % 1440 == 7 * 60 + 40
    assert [(one.after, one.reasons) for one in history.levels] == [(24, ()), (24, ())]


def test_nanomoles_become_nanograms() -> None:
    level = one_level(read(DAILY, type_level("2026-05-18T08:00", "8.75 nmol/L")))
    assert level.value == pytest.approx(8.75 * 0.9142)
    assert not level.below


def test_a_value_below_the_limit_keeps_the_limit() -> None:
    level = one_level(read(DAILY, type_level("2026-05-18T08:00", "<2.0 ng/mL")))
    assert (level.value, level.below, level.printed) == (2.0, True, "<2.0 ng/mL")


def test_a_range_is_no_level() -> None:
    history = read(DAILY, type_level("2026-05-18T08:00", "7-9 ng/mL"))
    assert history.levels == ()
    assert ask(history, "level-range")[0].blocks


def test_serum_is_the_wrong_sample() -> None:
    history = read(DAILY, type_level("2026-05-18T08:00", specimen="serum"))
    assert one_level(history).reasons == ("serum",)
    assert "whole blood" in ask(history, "specimen")[0].mend
    assert (
        one_level(read(DAILY, type_level("2026-05-18T08:00", specimen="EDTA blood"))).reasons == ()
    )


def test_an_assay_that_is_missing_or_not_known_is_asked_about() -> None:
    for method in ("", "crystal ball"):
        history = read(DAILY, type_level("2026-05-18T08:00", method=method))
        assert one_level(history).reasons == ("no-assay",)
        assert "LC-MS/MS; CMIA (Architect)" in ask(history, "assay")[0].mend


def test_another_assay_than_before_is_flagged() -> None:
    results = [
        type_level("2026-05-04T08:00", method="architect"),
        type_level("2026-05-11T08:00", method="LCMSMS"),
        type_level("2026-05-18T08:00", method="lc-ms/ms"),
    ]
    history = read(DAILY, results)
    assert [one.assay for one in history.levels] == ["cmia", "lc-ms-ms", "lc-ms-ms"]
    assert [one.reasons for one in history.levels] == [(), ("assay-change",), ()]


def test_two_levels_at_one_time_that_differ_are_asked_about() -> None:
    results = [TROUGH, type_level("2026-05-18T08:00", "80 ng/mL")]
    history = read(DAILY, results)
    assert [one.reasons for one in history.levels] == [("two-levels",)] * 2
    (question,) = ask(history, "two-levels")
    assert question.blocks
    assert "8.0 ng/mL and 80 ng/mL" in question.says


def test_one_level_reported_twice_counts_once() -> None:
    results = [TROUGH, type_level("2026-05-18T08:00", sample="B-2")]
    assert [one.reasons for one in read(DAILY, results).levels] == [(), ("repeated",)]


def test_a_level_after_the_last_dose() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 08:00 from 2026-03-01 to 2026-05-10"
    history = read(line, [type_level("2026-05-11T08:00"), type_level("2026-05-13T08:00")])
    at_the_end, later = history.levels
    assert at_the_end.reasons == ()
    assert (later.after, later.reasons) == (72, ("after-stop",))


def test_a_level_in_a_pause() -> None:
    lines = [
        "sirolimus-solution-1: 1 mL daily at 08:00 from 2026-03-01 to 2026-05-10",
        "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-05-18",
    ]
    history = read(lines, type_level("2026-05-15T08:00"))
    assert one_level(history).reasons == ("on-hold",)


# -- elapsed time -----------------------------------------------------------------------------------


def test_in_spring_a_night_is_an_hour_shorter() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 20:00 since 2026-03-01"
    history = read(line, type_level("2026-03-29T19:00"), "Europe/Berlin", "2026-04-20T12:00")
    assert one_level(history).after == 22
    assert [(one.start, one.count) for one in history.intakes] == [(0, 28), (28 * 24 - 1, 22)]
    assert history.questions == ()


def test_in_autumn_a_night_is_an_hour_longer() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 20:00 since 2026-10-01"
    history = read(line, type_level("2026-10-25T19:00"), "Europe/Berlin", "2026-11-20T12:00")
    assert one_level(history).after == 24
    assert one_level(history).every == 24
    assert history.index - read(line, index="2026-11-20T12:00").index == 1


def test_the_clock_changes_by_printed_offsets() -> None:
    lines = give("2026-03-27T20:00+01:00", "2026-03-28T20:00+01:00", "2026-03-29T20:00+02:00")
    history = read(lines, type_level("2026-03-29T19:00+02:00"), index="2026-03-30T12:00")
    assert one_level(history).after == 22
    assert [one.start for one in history.intakes] == [0, 47]
    assert "offsets" in history.zone


def test_times_without_a_zone_are_the_clock_of_one_clinic() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 20:00 since 2026-03-01"
    history = read(line, type_level("2026-03-29T19:00"), index="2026-04-20T12:00")
    assert one_level(history).after == 23
    assert [question.blocks for question in ask(history, "clock-change")] == [False]
    assert "one clinic" in history.zone
    calm = read(line, type_level("2026-03-27T19:00"), index="2026-04-20T12:00")
    assert calm.questions == ()


def test_times_with_and_without_an_offset_are_not_mixed() -> None:
    lines = give("2026-05-18T08:00", "2026-05-19T08:00", "2026-05-20T08:00")
    history = read(lines, type_level("2026-05-20T06:10+00:00"))
    (question,) = ask(history, "time-zone")
    assert question.blocks
    assert "+00:00" in question.says and "Europe/Berlin" in question.mend


def test_a_level_of_another_clock_is_not_judged() -> None:
    history = read(DAILY, type_level("2026-05-18T11:55+00:00"))
    level = one_level(history)
    assert (level.reasons, level.placed, level.after) == (("clock-unknown",), False, None)
    assert "--zone" in ask(history, "time-zone")[0].mend
    told = read(DAILY, type_level("2026-05-18T11:55+00:00"), "America/New_York")
    assert one_level(told).reasons == ()


def test_a_zone_tells_what_an_offset_of_another_clock_means() -> None:
    lines = give("2026-05-18T08:00", "2026-05-19T08:00", "2026-05-20T08:00")
    history = read(lines, type_level("2026-05-20T06:10+00:00"), "Europe/Berlin")
    level = one_level(history)
    assert level.after == pytest.approx(1 / 6)  # 08:10 in Berlin: just after the dose
    assert level.minute == parse_date("2026-05-20T08:10")[0]
    assert ask(history, "time-zone") == []


def test_a_schedule_among_offsets_of_two_clocks_blocks() -> None:
    line = "sirolimus-solution-1: 1 mL daily since 2026-05-01T08:00+02:00"
    history = read(line, type_level("2026-05-18T06:00+00:00"))
    assert ask(history, "time-zone")[0].blocks
    same = read(line, type_level("2026-05-18T08:00+02:00"))
    assert (one_level(same).after, same.questions) == (24, ())


def test_a_schedule_over_a_change_of_the_offset_says_so() -> None:
    line = "sirolimus-solution-1: 1 mL daily since 2026-03-01T08:00+01:00"
    history = read(line, type_level("2026-05-18T08:00+02:00"))
    assert [question.blocks for question in ask(history, "clock-change")] == [False]
    assert one_level(history).after == 24
    assert one_level(history).hours == 78 * 24 - 1


def test_an_hour_that_comes_twice_or_never_is_asked_about() -> None:
    for when, index, words in (
        ("2026-10-25T02:30", "2026-11-20T12:00", "twice"),
        ("2026-03-29T02:30", "2026-05-20T12:00", "does not exist"),
    ):
        line = "sirolimus-solution-1: 1 mL daily at 08:00 since 2026-01-01"
        history = read(line, type_level(when), "Europe/Berlin", index)
        (question,) = ask(history, "clock-change")
        assert words in question.says


def test_a_dose_in_the_hour_of_the_change_is_asked_about_once() -> None:
    line = "sirolimus-solution-1: 1 mL daily at 02:30 since 2026-01-01"
    (question,) = read(line, zone="Europe/Berlin").questions
    assert "2026-03-29 02:30 does not exist" in question.says
    assert read(line, zone="Africa/Lagos").questions == ()


def test_a_zone_that_does_not_exist_is_an_error_with_a_mend() -> None:
    for name in ("Europe/Atlantis", "", "../etc/passwd", "Europe/" + "x" * 300):
        with pytest.raises(UnknownZone) as caught:
            read(DAILY, TROUGH, name)
        assert "Europe/Berlin" in caught.value.mend


# -- FHIR of others ---------------------------------------------------------------------------------

SIROLIMUS = {"coding": [{"system": "urn:gentian", "code": "sirolimus-tablet-1"}]}


def read_bundle(*resources: dict[str, Any], zone: str | None = None) -> History:
    subject = {"reference": "Patient/p"}
    entries: list[dict[str, Any]] = [{"resource": {"resourceType": "Patient", "id": "p"}}]
    entries += [{"resource": {"subject": subject, **resource}} for resource in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    chart = read_fhir(json.dumps(bundle).encode(), "record.json", GUIDELINE)
    return read_history(GUIDELINE, chart, parse_date(INDEX)[0], CONSULT, zone)


def order(start: str, **repeat: Any) -> dict[str, Any]:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d"} | repeat
    dose = {"doseQuantity": {"value": 1, "unit": "mg"}}
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": SIROLIMUS,
        "authoredOn": start,
        "dosageInstruction": [{"timing": {"repeat": repeat}, "doseAndRate": [dose]}],
    }


def administer(when: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": SIROLIMUS,
        "effectiveDateTime": when,
        "dosage": {"dose": {"value": 1, "unit": "mg"}},
    }


def observe(when: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29247-4"}]},
        "method": {"text": "LC-MS/MS"},
        "effectiveDateTime": when,
        "valueQuantity": {"value": 8, "unit": "ng/mL"},
    }


def test_the_time_at_which_an_order_was_written_is_no_time_of_a_dose() -> None:
    history = read_bundle(order("2026-04-01T14:32:00+02:00"), observe("2026-05-18T14:00:00+02:00"))
    assert one_level(history).reasons == ("no-dose-time",)
    assert ask(history, "dose-time")[0].blocks


def test_an_order_with_times_of_day_needs_the_zone_of_the_samples() -> None:
    entries = (
        order("2026-04-01T14:32:00+02:00", timeOfDay=["08:00:00"]),
        observe("2026-05-18T06:10:00Z"),
    )
    assert ask(read_bundle(*entries), "time-zone")[0].blocks
    history = read_bundle(*entries, zone="Europe/Berlin")
    assert one_level(history).after == pytest.approx(1 / 6)
    assert one_level(history).reasons == ("not-a-trough",)


def test_an_old_order_is_taken_where_doses_are_given_until_now() -> None:
    old = order("2026-01-02T08:00:00+02:00")
    (question,) = ask(read_bundle(old), "still-taken")
    assert question.blocks and "timing.repeat.boundsPeriod" in question.mend
    given = [administer(f"2026-05-{day:02d}T08:00:00+02:00") for day in range(10, 20)]
    history = read_bundle(old, *given)
    assert ask(history, "still-taken") == []
    assert [one.ongoing for one in history.intakes].count(True) == 1
    ended = read_bundle(old, *given[:-1])
    assert ask(ended, "still-taken")[0].blocks
    assert not any(one.ongoing for one in ended.intakes)


def test_an_old_statement_names_what_mends_it() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": SIROLIMUS,
        "effectivePeriod": {"start": "2026-01-02T08:00:00+02:00"},
        "dosage": order("")["dosageInstruction"],
    }
    (question,) = ask(read_bundle(statement), "still-taken")
    assert "`dateAsserted`" in question.mend and "`effectivePeriod.end`" in question.mend
    assert question.says == "The record does not say whether sirolimus is still taken."
    assert ask(read_bundle(statement | {"dateAsserted": "2026-05-19"}), "still-taken") == []


def test_an_administration_that_was_not_done_is_a_missed_dose() -> None:
    given = [administer(f"2026-05-{day:02d}T08:00:00+02:00") for day in range(10, 21)]
    given[6]["status"] = "not-done"
    history = read_bundle(*given, observe("2026-05-17T07:50:00+02:00"))
    (question,) = ask(history, "missed-dose")
    assert "2026-05-16 08:00" in question.says and not question.blocks
    assert [one.count for one in history.intakes] == [6, 4]
    assert (
        "missed-dose" in one_level(history).reasons and "on-hold" not in one_level(history).reasons
    )


def test_administrations_with_offsets_beside_an_order() -> None:
    given = [administer(f"2026-05-{day:02d}T08:0{day % 3}:00+02:00") for day in range(10, 21)]
    history = read_bundle(
        order("2026-05-10T07:00:00+02:00"), *given, observe("2026-05-18T07:50:00+02:00")
    )
    assert sum(one.count for one in history.intakes) == 11
    assert [one.ongoing for one in history.intakes].count(True) == 1
    assert one_level(history).after == pytest.approx(23 + 48 / 60)
    assert one_level(history).reasons == ()
    assert history.questions == ()


# -- the body and other medicines -------------------------------------------------------------------


def test_covariates_are_series_in_the_unit_of_the_consult() -> None:
    history = read(
        DAILY,
        [
            "2026-03-01T08:00: {weight: 19500 g, bilirubin: 1.0 mg/dL}",
            "2026-05-01: {weight: 20 kg}",
        ],
    )
    assert [(one.hours, one.value) for one in history.series["weight"]] == [(0, 19.5), (1456, 20)]
    assert history.series["bilirubin"] == ()
    (question,) = ask(history, "covariate-range")
    assert "1.0 mg/dL" in question.says
    assert history.age == pytest.approx((7.04301, 7.04301), abs=1e-4)


def test_two_weights_at_one_time_are_asked_about() -> None:
    history = read(DAILY, ["2026-05-01: {weight: 20 kg}", "2026-05-01: {weight: 22 kg}"])
    assert ask(history, "covariate-conflict")[0].blocks


def test_interacting_medicines_are_on_and_off() -> None:
    history = read(
        [
            DAILY,
            "clarithromycin: 250 mg twice daily 2026-05-01 to 2026-05-07",
            "voriconazole: 100 mg twice daily since 2026-05",
            "azathioprine: 30 mg twice daily since 2026-03-01",
            "fluconazole: never",
            "rituximab: since 2026-05-01",
        ]
    )
    found = {one.medicine: (one.starts, one.ends, one.sure) for one in history.companions}
    may = (parse_date("2026-05-01")[0] - history.origin) / 60
    assert found["clarithromycin"] == (may, pytest.approx(may + 7 * 24, abs=0.1), True)
    assert found["voriconazole"] == (may, None, False)
    assert found["azathioprine"][1:] == (None, True)
    assert set(found) == {"clarithromycin", "voriconazole", "azathioprine"}


def test_nobody_takes_anything() -> None:
    history = read([], TROUGH)
    assert history.intakes == ()
    assert one_level(history).reasons == ("before-first-dose",)


# -- one record, however it is written --------------------------------------------------------------

LINES = [
    "sirolimus-tablet-1: 1 tablet daily at 08:00 from 2026-03-01 to 2026-04-10",
    "sirolimus-solution-1: 0.6 mL twice daily at 08:00 and 20:00 from 2026-04-11 to 2026-05-12",
    "sirolimus: 2 mg every other day at 09:00 since 2026-05-13",
    "sirolimus-tablet-1: {given: 2026-05-17T09:00, dose: 1 mg}",
    "sirolimus-tablet-1: {given: 2026-05-15T09:00, state: not-taken}",
    "sirolimus: 2 mg/d from 2025-12-01 to 2026-01-10",
    "sirolimus-tablet-half: 1 tablet daily from 2026-02-01 to 2026-02-27",
    "clarithromycin: 250 mg twice daily 2026-05-01 to 2026-05-07",
]
RESULTS = [
    type_level("2026-03-20T08:00"),
    type_level("2026-04-20T07:30", "<2 ng/mL", method="Architect"),
    type_level("2026-05-02", timing="before-dose"),
    type_level("2026-05-15T08:50", "11 nmol/L"),
    type_level("2026-05-15T08:50", "9 ng/mL", specimen="plasma"),
    "2026-05-01: {weight: 20 kg}",
    "2026-05-01T10:00: {weight: 21 kg}",
]  # fmt: skip
some_lines = st.lists(st.sampled_from(LINES), unique=True, max_size=5)
some_results = st.lists(st.sampled_from(RESULTS), unique=True, max_size=5)
zones = st.sampled_from([None, "Europe/Berlin", "America/New_York"])
CALM = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip


def read_chart_again(chart: Chart, zone: str | None) -> History:
    return strip(read_history(GUIDELINE, chart, parse_date(INDEX)[0], CONSULT, zone))


@CALM
@given(some_lines, some_results, zones, st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(
    lines: list[str], results: list[str], zone: str | None, chance: Any
) -> None:
    expected = read_chart_again(type_form(lines, results), zone)
    chance.shuffle(lines)
    chance.shuffle(results)
    assert read_chart_again(type_form(lines, results), zone) == expected


@CALM
@given(some_lines, some_results, zones)
def test_a_form_and_fhir_give_the_same_history(
    lines: list[str], results: list[str], zone: str | None
) -> None:
    chart = type_form(lines, results)
    expected = read_chart_again(chart, zone)
    fhir = read_fhir(write_fhir(chart, GUIDELINE), "record.json", GUIDELINE)
    assert read_chart_again(fhir, zone) == expected
    typed = read_record("", write_form(chart, GUIDELINE))
    assert read_chart_again(typed, zone) == expected


@CALM
@given(some_lines, some_results, zones)
def test_every_question_says_what_where_and_how_to_mend_it(
    lines: list[str], results: list[str], zone: str | None
) -> None:
    history = read_history(
        GUIDELINE, type_form(lines, results), parse_date(INDEX)[0], CONSULT, zone
    )
    for question in history.questions:
        assert question.says.endswith(".") and question.mend.endswith(".")
        assert question.source is not None and question.source.place.startswith("line ")
    hours = [level.hours for level in history.levels]
    assert hours == sorted(hours)
    assert all(one.after is None or one.after > 0 for one in history.levels)
