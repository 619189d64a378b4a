"""Partial dates are intervals of minutes; ages follow the calendar."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gentian.language.dates import (
    DAY,
    DateError,
    age_in_months,
    count_months,
    day_start,
    format_date,
    format_duration,
    parse_date,
    parse_duration,
    parse_span,
    to_day,
)
from gentian.language.quantities import TICKS


def test_a_partial_date_is_everything_it_may_be() -> None:
    assert parse_date("1970-01-01") == (0, 1439)
    assert parse_date("1970") == (0, 365 * DAY - 1)
    assert parse_date("2026-02") == (parse_date("2026-02-01")[0], parse_date("2026-02-28")[1])
    assert parse_date("2026-03-04T10:30")[0] == parse_date("2026-03-04")[0] + 630


def test_the_wall_clock_stays_as_written() -> None:
    plain = parse_date("2026-11-20T10:30")
    for printed in ("2026-11-20T10:30:15Z", "2026-11-20T10:30:00+01:00", "2026-11-20T10:30:59.123-08:00",
                    "2026-11-20 10:30"):  # fmt: skip
        assert parse_date(printed) == plain


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "20/11/2026", "11-20-2026", "2026-13", "2026-00", "2026-02-30", "2025-02-29", "2026-11-31",
     "1899", "2201", "0001-01-01", "9999", "2026-1-1", "26-11-20", "2026-11-20T24:00", "2026-11-20T10:60",
     "2026-11-20T10", "2026-11-20T10:30+25:00", "２０２６", "2026-11-20T10:30:00junk"],
)  # fmt: skip
def test_absurd_dates_are_refused_with_a_mend(text: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse_date(text)
    assert refusal.value.mend


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "2026-03",
        "2026-02",
        "2026-03-04",
        "2026-03-04T10:30",
        "2026/2027",
        "2026-03-04/2026-03-09",
    ],
)
def test_a_date_is_printed_with_the_precision_known(text: str) -> None:
    assert format_date(parse_span(text)) == text


def test_open_dates_are_printed_in_words() -> None:
    first, last = parse_date("2026-03-04")
    assert format_date((-4_000_000_000, last)) == "before 2026-03-04"
    assert format_date((first, 4_000_000_000)) == "after 2026-03-04"
    assert format_date((4_000_000_000, 4_000_000_000)) == "no end known"
    assert format_date((-4_000_000_000, 4_000_000_000)) == "at any time"


def test_spans_run_forwards() -> None:
    assert parse_span("2026-03/2026-05") == (parse_date("2026-03")[0], parse_date("2026-05")[1])
    with pytest.raises(DateError, match="backwards"):
        parse_span("2026-05/2026-03")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("30 min", 30), ("12 h", 720), ("14 d", 14 * DAY), ("2 wk", 14 * DAY), ("6 mo", 262_980), ("1 a", 525_960),
     ("1.5 d", 2160), ("2 weeks", 14 * DAY), ("3 months", 131_490), ("18 years", 18 * 525_960)],
)  # fmt: skip
def test_durations(text: str, minutes: int) -> None:
    assert parse_duration(text) == minutes


@pytest.mark.parametrize(
    "text", ["", "6", "mo", "-7 d", "6 m", "6 fortnights", "0.0001 min", "1e3 d", "6 mo 2 d"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(DateError) as refusal:
        parse_duration(text)
    assert refusal.value.mend


def test_a_year_is_twelve_months_and_a_month_has_its_mean_length() -> None:
    assert parse_duration("1 a") == parse_duration("12 mo")
    assert parse_duration("4 a") == 1461 * DAY


def age(born: str, at: str) -> tuple[int, int] | None:
    return age_in_months(parse_span(born), parse_span(at))


def test_age_is_exact_on_birthdays() -> None:
    assert age("2019-05-04", "2026-05-04") == (84 * TICKS, 84 * TICKS)
    assert age("2020-02-29", "2021-02-28") == (12 * TICKS, 12 * TICKS)
    assert age("2026-01-31", "2026-02-28") == (TICKS, TICKS)
    assert age("2026-01-01", "2026-01-01") == (0, 0)


def test_age_between_birthdays_counts_days_of_the_month_running() -> None:
    assert age("2026-01-01", "2026-01-16") == (483_870, 483_871)  # 15 of 31 days


def test_a_partial_birth_date_gives_an_interval_of_ages() -> None:
    found = age("2019-05", "2026-05-15")
    assert found is not None
    assert found[0] < 84 * TICKS < found[1]


def test_nobody_has_an_age_before_birth() -> None:
    assert age("2026-05-04", "2026-05-03") is None
    assert age("2026-05", "2026-05-03") == (0, 64_517)


days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(days, st.integers(0, 40_000), st.integers(0, 400))
def test_age_never_shrinks_with_time(born: date, first: int, more: int) -> None:
    one = born + timedelta(days=first)
    assert count_months(born, one) <= count_months(born, one + timedelta(days=more))


@given(days, st.integers(0, 40_000), st.integers(0, 400))
def test_who_is_born_later_is_never_older(born: date, later: int, more: int) -> None:
    at = born + timedelta(days=more + later)
    assert count_months(born, at) >= count_months(born + timedelta(days=more), at)


@given(days, st.integers(0, 1500))
def test_monthly_birthdays_are_whole_numbers(born: date, months: int) -> None:
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    day = born.replace(day=1, year=year, month=month + 1)
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    assert count_months(born, day.replace(day=min(born.day, last.day))) == Fraction(months)


minutes = st.integers(day_start(date(1900, 1, 1)), day_start(date(2201, 1, 1)) - 1)


@given(minutes, minutes)
def test_every_interval_reads_back_as_printed(one: int, other: int) -> None:
    when = (min(one, other), max(one, other))
    assert parse_span(format_date(when)) == when


@given(days, days)
def test_every_interval_of_days_reads_back_as_printed(one: date, other: date) -> None:
    when = (day_start(min(one, other)), day_start(max(one, other)) + DAY - 1)
    assert parse_span(format_date(when)) == when
    assert to_day(when[0]) == min(one, other)


@given(st.integers(0, 10**7))
def test_durations_read_back_as_printed(value: int) -> None:
    assert parse_duration(format_duration(value)) == value


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    try:
        parse_span(text)
    except DateError as refusal:
        assert refusal.mend
