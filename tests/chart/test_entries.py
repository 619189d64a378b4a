"""From printed entries to events: what is taken, refused, asked, merged and ended."""

import random

import pytest

from gentian.chart.entries import cut_chart
from gentian.chart.errors import INVALID, ReadingError
from gentian.chart.events import FOREVER, LONG_AGO, Person
from gentian.language.dates import DAY, parse_date, parse_duration
from tests.chart.samples import (
    PERSON,
    SMALL,
    complete,
    finding,
    list_notes,
    medicine,
    read,
    read_one,
    result,
)


def day(text: str) -> tuple[int, int]:
    return parse_date(text)


# -- results ----------------------------------------------------------------------------------------


def test_a_result_is_kept_in_ticks_of_the_canonical_unit() -> None:
    event = read_one(result("haemoglobin", "2026-11-20", "109", "g/L"))
    assert (event.low, event.high) == (10_900_000, 10_900_000)
    assert event.starts == event.ends == day("2026-11-20")
    assert event.printed == "109 g/L"


def test_no_unit_is_refused_and_both_units_are_offered() -> None:
    (note,) = list_notes(read(result("haemoglobin", "2026-11-20", "80")), "refused")
    assert "no unit" in note.why
    assert "80 g/L" in note.mend and "80 g/dL" in note.mend


@pytest.mark.parametrize(
    ("what", "number", "unit", "offered"),
    [("haemoglobin", "109", "g/dL", "109 g/L"), ("platelets", "18000", "10*9/L", "18000 /uL"),
     ("weight", "24000", "kg", "24000 g"), ("haemoglobin", "-3", "g/dL", ""),
     ("platelets", "-1", "10*9/L", "")],
)  # fmt: skip
def test_an_impossible_value_is_refused_with_the_unit_that_may_be_meant(
    what: str, number: str, unit: str, offered: str
) -> None:
    (note,) = list_notes(read(result(what, "2026-11-20", number, unit)), "refused")
    assert "not possible" in note.why
    assert offered in note.mend


@pytest.mark.parametrize("unit", ["kg", "K", "lb", "bananas"])
def test_a_unit_of_another_kind_is_refused(unit: str) -> None:
    (note,) = list_notes(read(result("platelets", "2026-11-20", "18", unit)), "refused")
    assert note.mend


def test_an_unusual_value_is_taken_and_to_be_confirmed() -> None:
    chart = read(result("platelets", "2026-11-20", "2000", "10*9/L"))
    assert len(chart.events) == 1
    (note,) = list_notes(chart, "confirm")
    assert "2000 10*9/L is unusual" in note.why


def test_the_laboratorys_own_range_is_kept_in_the_same_unit() -> None:
    event = read_one(
        result("haemoglobin", "2026-11-20", "109", "g/L", reference="115-140", flag="LL")
    )
    assert (event.reference_low, event.reference_high, event.flag) == (11_500_000, 14_000_000, "L")
    event = read_one(
        result("haemoglobin", "2026-11-20", "10.9", "g/dL", reference=">=115", reference_unit="g/L")
    )
    assert (event.reference_low, event.reference_high) == (11_500_000, None)


def test_a_range_that_cannot_be_read_is_left_out_and_said() -> None:
    chart = read(result("platelets", "2026-11-20", "18", "10*9/L", reference="see report"))
    assert chart.events[0].reference_low is None
    assert "reference range" in list_notes(chart, "changed")[0].why


@pytest.mark.parametrize(
    ("word", "meant"), [("positive", "positive"), ("POS", "positive"), ("not detected", "negative"),
                        ("Weakly  positive", "weakly positive")]
)  # fmt: skip
def test_a_result_in_words_is_one_of_the_words_of_its_test(word: str, meant: str) -> None:
    assert read_one(result("dat", "2026-11-20", word=word)).category == meant


def test_another_word_is_refused_with_the_words_there_are() -> None:
    (note,) = list_notes(read(result("dat", "2026-11-20", word="maybe")), "refused")
    assert "positive, negative or weakly positive" in note.mend
    (note,) = list_notes(read(result("platelets", "2026-11-20", word="low")), "refused")
    assert "10*9/L" in note.mend


def test_a_titre_is_a_pure_number() -> None:
    assert read_one(result("ana", "2026-11-20", "1:160")).low == 160_000_000


@pytest.mark.parametrize(
    ("when", "why"), [("", "no date"), ("2026-02-30", "no day 30"), ("1890", "between 1900"),
                      ("2019-05-03", "before the birth")]
)  # fmt: skip
def test_a_result_needs_a_date_in_the_persons_life(when: str, why: str) -> None:
    (note,) = list_notes(read(result("platelets", when, "18", "10*9/L")), "refused")
    assert why in note.why


def test_strict_makes_refusals_fatal() -> None:
    with pytest.raises(ReadingError) as refusal:
        read(result("platelets", "2026-11-20", "18"), result("weight", "", "24", "kg"), strict=True)
    assert refusal.value.code == INVALID
    assert len(refusal.value.troubles) == 2


# -- several entries about the same thing -------------------------------------------------------------


def test_true_duplicates_are_one() -> None:
    chart = read(
        result("platelets", "2026-11-20", "18", "10*9/L", place=1),
        result("platelets", "2026-11-20", "18", "K/uL", place=2),
    )
    assert [event.source.place for event in chart.events] == ["line 1"]
    assert "the same as line 1" in list_notes(chart, "not-used")[0].why


def test_two_results_of_the_same_time_that_differ_both_stay() -> None:
    chart = read(
        result("platelets", "2026-11-20", "8", "10*9/L", place=1),
        result("platelets", "2026-11-20", "80", "10*9/L", place=2),
    )
    assert [event.low for event in chart.events] == [8_000_000, 80_000_000]


def test_corrected_supersedes_final_and_preliminary() -> None:
    chart = read(
        result("platelets", "2026-11-20", "8", "10*9/L", status="preliminary", place=1),
        result("platelets", "2026-11-20", "80", "10*9/L", status="final", place=2),
        result("platelets", "2026-11-20", "81", "10*9/L", status="corrected", place=3),
        result("platelets", "2026-11-21", "82", "10*9/L", status="preliminary", place=4),
    )
    assert [event.low for event in chart.events] == [81_000_000, 82_000_000]
    assert chart.reading.counts["not-used"] == 2


def test_entered_in_error_and_cancelled_are_counted_and_not_used() -> None:
    chart = read(
        result("platelets", "2026-11-20", "8", "10*9/L", status="entered-in-error"),
        finding("fever", starts="2026-11-20", status="cancelled"),
        medicine("sirolimus", state="draft", starts="2026-11-20"),
    )
    assert chart.events == ()
    assert chart.reading.counts["not-used"] == 3
    assert chart.reading.counts["taken"] == 0


def test_the_order_of_entries_never_matters() -> None:
    entries = [
        result("platelets", "2026-11-20", "8", "10*9/L", status="preliminary", place=1),
        result("platelets", "2026-11-20", "80", "10*9/L", place=2),
        result("platelets", "2026-11-20", "80", "10*9/L", place=3),
        finding("splenomegaly", starts="2025-03", ongoing=True, place=4),
        finding("splenomegaly", starts="2026-02-10", ongoing=True, place=5),
        finding("lymphoproliferation", present=False, starts="2026-10-02", place=6),
        medicine(
            "prednisolone", starts="2026-01", state="stopped", mentioned="2026-06-01", place=7
        ),
        medicine(
            "prednisolone", kind="order", starts="2026-02-01", mentioned="2026-02-01", place=8
        ),
        medicine(
            "prednisolone", kind="order", starts="2026-08-01", mentioned="2026-08-01", place=9
        ),
        complete("medicines", "2026-11-20"),
    ]
    expected = read(*entries)
    dice = random.Random(7)
    for _ in range(20):
        dice.shuffle(entries)
        assert read(*entries) == expected


# -- findings -----------------------------------------------------------------------------------------


def test_present_without_an_end_goes_on() -> None:
    event = read_one(finding("splenomegaly", starts="2025-03", ongoing=True))
    assert event.starts == day("2025-03")
    assert event.ends == (FOREVER, FOREVER)


def test_without_a_date_it_began_between_birth_and_when_it_was_last_mentioned() -> None:
    event = read_one(finding("splenomegaly", ongoing=True, mentioned="2026-02-10"))
    assert PERSON.born is not None
    assert event.starts == (PERSON.born[0], day("2026-02-10")[1])
    unborn = read_one(finding("splenomegaly", ongoing=True, mentioned="2026"), person=Person("x"))
    assert unborn.starts[0] == LONG_AGO


def test_undated_findings_take_the_last_date_of_the_record() -> None:
    chart = read(finding("fever", ongoing=True), result("platelets", "2026-11-20", "18", "10*9/L"))
    fever = next(event for event in chart.events if event.what == "fever")
    assert fever.starts[1] == day("2026-11-20")[1]
    (note,) = list_notes(read(finding("fever", ongoing=True)), "refused")
    assert "no date" in note.why


def test_a_later_absence_closes_an_open_presence() -> None:
    chart = read(
        finding("splenomegaly", starts="2025-03", ongoing=True, place=1),
        finding("splenomegaly", starts="2026-02-10", mentioned="2026-02-10", place=2),
        finding("splenomegaly", present=False, starts="2026-10-02", place=3),
    )
    ended = next(event for event in chart.events if event.source.place == "line 1")
    assert ended.ends == (day("2026-02-10")[0], day("2026-10-02")[0] - 1)


def test_an_earlier_absence_closes_nothing() -> None:
    chart = read(
        finding("fever", present=False, starts="2026-10-02", place=1),
        finding("fever", starts="2026-11-02", ongoing=True, place=2),
    )
    assert chart.events[1].ends == (FOREVER, FOREVER)


def test_present_and_absent_on_one_day_is_possible_and_asked() -> None:
    chart = read(
        finding("fever", starts="2026-11-20", ongoing=True, place=1),
        finding("fever", present=False, starts="2026-11-20", place=2),
    )
    present = next(event for event in chart.events if event.present)
    assert present.ends == (day("2026-11-20")[0], FOREVER)
    assert "cannot be put in order" in list_notes(chart, "confirm")[0].why


def test_what_is_stated_present_after_an_absence_began_after_it() -> None:
    chart = read(
        finding("fever", ongoing=True, mentioned="2026-11-20", place=1),
        finding("fever", present=False, starts="2026-10-02", place=2),
    )
    present = next(event for event in chart.events if event.present)
    assert present.starts == (day("2026-10-02")[1], day("2026-11-20")[1])
    assert present.ends == (FOREVER, FOREVER)


def test_a_class_that_is_absent_is_absent_in_all_its_members() -> None:
    chart = read(finding("lymphoproliferation", present=False, starts="2026-10-02"))
    assert {event.what for event in chart.events} == {
        "lymphoproliferation",
        "lymphadenopathy",
        "splenomegaly",
    }
    assert all(event.present is False for event in chart.events)


def test_suspected_is_neither_present_nor_absent() -> None:
    event = read_one(finding("fever", present=None, starts="2026-11-01", ongoing=True))
    assert (event.present, event.certainty) == (None, "suspected")


def test_what_ended_at_an_unknown_time_ended_before_it_was_said() -> None:
    event = read_one(finding("fever", starts="2026-03", ended=True, mentioned="2026-05-01"))
    assert event.ends == (day("2026-03")[0], day("2026-05-01")[1] - 1)


def test_an_end_before_the_start_is_refused() -> None:
    (note,) = list_notes(read(finding("fever", starts="2026-03", ends="2025-03")), "refused")
    assert "before it starts" in note.why


def test_words_of_closed_lists_are_checked() -> None:
    event = read_one(
        finding("variant-fas", starts="2026", origin="Germline", classification="Likely pathogenic")
    )
    assert (event.origin, event.classification) == ("germline", "likely-pathogenic")
    (note,) = list_notes(read(finding("variant-fas", starts="2026", zygosity="hetero")), "refused")
    assert "heterozygous" in note.mend


def test_a_relatives_birth_is_not_the_persons() -> None:
    event = read_one(finding("fever", starts="1988", about="mother"))
    assert event.about == "mother"


# -- medicines ----------------------------------------------------------------------------------------


def test_active_without_an_end_is_sure_for_so_long_after_the_last_mention() -> None:
    event = read_one(medicine("prednisolone", starts="2026-11-08", mentioned="2026-11-20"))
    assert event.ends == (day("2026-11-20")[0] + parse_duration("42 d"), FOREVER)


def test_a_supply_says_it_better() -> None:
    event = read_one(medicine("sirolimus", kind="dispense", mentioned="2026-11-01", supply="30 d"))
    assert event.starts == day("2026-11-01")
    assert event.ends == (day("2026-11-01")[0] + 30 * DAY, FOREVER)


@pytest.mark.parametrize("state", ["stopped", "completed", "on-hold"])
def test_stopped_without_an_end_ended_between_start_and_last_update(state: str) -> None:
    event = read_one(
        medicine("sirolimus", state=state, starts="2026-01-05", mentioned="2026-06-01")
    )
    assert event.ends == (day("2026-01-05")[0], day("2026-06-01")[1])


def test_planned_stays_planned_and_not_taken_is_absent() -> None:
    assert read_one(medicine("sirolimus", state="planned", starts="2026-12-01")).status == "planned"
    assert (
        read_one(medicine("sirolimus", state="not-taken", mentioned="2026-11-20")).present is False
    )
    assert read_one(medicine("sirolimus", state="unknown", starts="2026-11-20")).present is None


def test_not_taking_a_class_ends_what_was_taken() -> None:
    chart = read(
        medicine("prednisolone", starts="2026-01-05", mentioned="2026-01-05", place=1),
        medicine("steroid", state="not-taken", mentioned="2026-06-01", place=2),
    )
    taken = next(event for event in chart.events if event.present)
    assert taken.ends == (day("2026-01-05")[0], day("2026-06-01")[0] - 1)


def test_a_statement_that_it_was_stopped_outranks_an_older_order() -> None:
    chart = read(
        medicine("sirolimus", state="stopped", starts="2026-01-05", ends="2026-06-01", place=1),
        medicine("sirolimus", kind="order", starts="2026-01-05", mentioned="2026-01-05", place=2),
        medicine("sirolimus", kind="order", starts="2026-08-05", mentioned="2026-08-05", place=3),
    )
    assert [event.source.place for event in chart.events] == ["line 1", "line 3"]
    assert "line 1 says later" in list_notes(chart, "not-used")[0].why


def test_an_order_from_before_ends_where_the_statement_begins() -> None:
    chart = read(
        medicine(
            "sirolimus",
            kind="order",
            starts="2025-01-05",
            mentioned="2025-01-05",
            supply="400 d",
            place=1,
        ),
        medicine("sirolimus", starts="2026-01-05", mentioned="2026-01-05", place=2),
    )
    assert chart.events[0].ends == day("2026-01-05")


def test_a_given_dose_is_a_point_in_time() -> None:
    event = read_one(medicine("sirolimus", kind="administration", mentioned="2026-11-20T08:00"))
    assert event.starts == event.ends == day("2026-11-20T08:00")


@pytest.mark.parametrize(
    ("dose", "unit", "times", "every", "low", "high"),
    [
        ("20", "mg", 1, "1 d", 20_000_000, 20_000_000),
        ("10", "mg", 2, "1 d", 20_000_000, 20_000_000),
        ("5", "mg", 1, "12 h", 10_000_000, 10_000_000),
        ("1", "g", 1, "4 wk", 35_714_285, 35_714_286),
        ("2.5-5", "mg", 1, "1 d", 2_500_000, 5_000_000),
        ("15", "mg/d", 1, "", 15_000_000, 15_000_000),
        ("500", "ug", 3, "1 d", 1_500_000, 1_500_000),
        ("20", "mg", 3, "1 wk", 8_571_428, 8_571_429),
    ],
)
def test_doses_are_counted_per_day(
    dose: str, unit: str, times: int, every: str, low: int, high: int
) -> None:
    event = read_one(
        medicine("sirolimus", starts="2026", dose=dose, dose_unit=unit, times=times, every=every)
    )
    assert (event.dose_low, event.dose_high) == (low, high)


def test_a_product_given_by_volume_is_counted_by_its_strength() -> None:
    event = read_one(
        medicine("sirolimus-solution-1", starts="2026", dose="1.6", dose_unit="mL", every="1 d")
    )
    assert event.what == "sirolimus"
    assert event.dose_low == 1_600_000


@pytest.mark.parametrize(
    "rest", [{"printed": "as directed"}, {"dose": "2", "dose_unit": "mg/kg", "every": "1 d"},
             {"dose": "20", "every": "1 d"}, {"dose": "20", "dose_unit": "mg"},
             {"dose": "5", "dose_unit": "mL", "every": "1 d"}]
)  # fmt: skip
def test_a_dose_that_cannot_be_counted_is_unknown_and_the_medicine_is_on(
    rest: dict[str, str],
) -> None:
    chart = read(medicine("sirolimus", starts="2026-01-05", **rest))
    assert chart.events[0].present is True
    assert chart.events[0].dose_low is None
    assert "dose unknown" in list_notes(chart, "changed")[0].why


# -- completeness and the index time --------------------------------------------------------------------


def test_completeness_of_an_unknown_domain_is_refused() -> None:
    assert read_one(complete("medicines", "2026-11-20")).what == "complete-medicines"
    (note,) = list_notes(read(complete("medicine", "2026-11-20")), "refused")
    assert "medicines" in note.mend


def test_an_index_time_ignores_later_results_and_keeps_plans() -> None:
    chart = read(
        result("platelets", "2026-11-19", "18", "10*9/L", place=1),
        result("platelets", "2026-11-21", "80", "10*9/L", place=2),
        finding("splenectomy", starts="2026-12-01", status="planned", place=3),
        finding("splenectomy", starts="2026-11-01", status="planned", place=4),
        medicine("sirolimus", starts="2026-12-01", mentioned="2026-12-01", place=5),
    )
    cut = cut_chart(chart, day("2026-11-20")[1], SMALL)
    assert [(event.source.place, event.status) for event in cut.events] == [
        ("line 1", "final"),
        ("line 5", "planned"),
        ("line 3", "planned"),
    ]
    notes = [note.why for note in list_notes(cut, "not-used")]
    assert any("after the index time" in why for why in notes)
    assert any("not recorded as done" in why for why in notes)
    assert cut.reading.counts["not-used"] == 2


def test_a_record_made_at_an_index_time_speaks_of_what_came_before_it() -> None:
    index = day("2026-11-20T10:30")[1]
    event = read_one(result("platelets", "2026-11-20", "18", "10*9/L"), as_of=index)
    assert event.starts == event.ends == (day("2026-11-20")[0], index)


def test_every_entry_is_counted_once() -> None:
    chart = read(
        result("platelets", "2026-11-20", "18", "10*9/L"),
        result("platelets", "2026-11-20", "18"),
        result("platelets", "2026-11-20", "18", "10*9/L", status="cancelled"),
    )
    counts = chart.reading.counts
    assert (counts["taken"], counts["refused"], counts["not-used"]) == (1, 1, 1)
