"""Working days, holidays, daylight saving and month ends land where a Dane expects them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import (
    COPENHAGEN,
    NOTICE_TIME,
    add_months,
    add_working_days,
    add_years,
    at,
    closed_because,
    default_end,
    is_summer_pause,
    is_working_day,
    local_day,
    month_end,
    working_day_after,
    working_day_before,
)

DAYS = st.dates(date(2005, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2013, 3, 28), "skærtorsdag"),
        (date(2013, 3, 29), "langfredag"),
        (date(2013, 4, 1), "anden påskedag"),
        (date(2013, 5, 9), "kristi himmelfartsdag"),
        (date(2013, 5, 20), "anden pinsedag"),
        (date(2013, 6, 5), "grundlovsdag"),
        (date(2013, 12, 24), "juleaftensdag"),
        (date(2013, 12, 31), "nytårsaftensdag"),
        (date(2014, 5, 31), "lørdag"),
        (date(2013, 9, 29), "søndag"),
    ],
)
def test_a_day_on_which_nothing_is_sent_says_why(day: date, why: str) -> None:
    assert closed_because(day) == why


def test_store_bededag_was_a_holiday_until_2023() -> None:
    assert closed_because(date(2023, 5, 5)) is not None


def test_store_bededag_is_a_working_day_from_2024() -> None:
    assert is_working_day(date(2024, 4, 26))


def test_an_ordinary_tuesday_is_a_working_day() -> None:
    assert closed_because(date(2013, 10, 1)) is None


def test_just_after_midnight_in_summer_is_the_new_day_in_copenhagen() -> None:
    assert local_day(datetime(2013, 6, 30, 22, 30, tzinfo=UTC)) == date(2013, 7, 1)


def test_just_before_midnight_in_winter_is_still_the_old_day() -> None:
    assert local_day(datetime(2013, 12, 31, 22, 59, tzinfo=UTC)) == date(2013, 12, 31)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2013, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        (date(2013, 3, 30), 8),
        (date(2013, 3, 31), 7),
        (date(2013, 10, 26), 7),
        (date(2013, 10, 27), 8),
    ],
)
def test_nine_o_clock_is_nine_on_both_sides_of_each_clock_change(day: date, utc_hour: int) -> None:
    assert at(day, NOTICE_TIME) == datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)


def test_a_time_that_the_clock_skips_in_spring_comes_an_hour_later() -> None:
    skipped = at(date(2013, 3, 31), time(2, 30))

    assert skipped.astimezone(COPENHAGEN).time() == time(3, 30)


@given(DAYS, st.times(time(3, 0), time(23, 59)))
def test_a_local_time_of_day_falls_on_its_own_day(day: date, clock: time) -> None:
    assert local_day(at(day, clock)) == day


def test_a_planned_saturday_goes_out_on_the_working_day_before() -> None:
    assert working_day_before(date(2014, 5, 31)) == date(2014, 5, 30)


def test_before_easter_monday_comes_the_wednesday() -> None:
    assert working_day_before(date(2013, 4, 1)) == date(2013, 3, 27)


def test_after_new_years_eve_comes_the_second_of_january() -> None:
    assert working_day_after(date(2013, 12, 31)) == date(2014, 1, 2)


def test_a_working_day_stays_where_it_is() -> None:
    tuesday = date(2013, 10, 1)

    assert (working_day_before(tuesday), working_day_after(tuesday)) == (tuesday, tuesday)


def test_the_agenda_of_12_december_goes_out_four_working_days_before() -> None:
    assert add_working_days(date(2013, 12, 12), -4) == date(2013, 12, 6)


def test_working_days_skip_easter() -> None:
    assert add_working_days(date(2013, 3, 27), 1) == date(2013, 4, 2)


def test_no_working_days_change_nothing_even_on_a_sunday() -> None:
    assert add_working_days(date(2013, 9, 29), 0) == date(2013, 9, 29)


@given(DAYS, st.integers(-60, 60).filter(bool))
def test_so_many_working_days_later_are_so_many_working_days(day: date, count: int) -> None:
    there = add_working_days(day, count)
    step = 1 if count > 0 else -1
    between = [day + timedelta(days=step * n) for n in range(1, abs((there - day).days) + 1)]

    assert sum(is_working_day(each) for each in between) == abs(count)
    assert is_working_day(there)


@pytest.mark.parametrize(
    ("day", "count", "there"),
    [
        (date(2013, 1, 31), 1, date(2013, 2, 28)),
        (date(2012, 12, 31), 6, date(2013, 6, 30)),
        (date(2013, 3, 31), -1, date(2013, 2, 28)),
        (date(2013, 11, 15), 14, date(2015, 1, 15)),
        (date(2012, 2, 29), 48, date(2016, 2, 29)),
    ],
)
def test_a_month_on_ends_in_the_month_that_was_meant(day: date, count: int, there: date) -> None:
    assert add_months(day, count) == there


def test_a_year_after_29_february_is_28_february() -> None:
    assert add_years(date(2028, 2, 29), 1) == date(2029, 2, 28)


def test_a_yearly_date_from_29_february_never_drifts() -> None:
    first = date(2012, 2, 29)
    yearly = [add_years(first, n) for n in range(5)]

    assert [day.day for day in yearly] == [29, 28, 28, 28, 29]


@given(DAYS, st.integers(-240, 240))
def test_months_move_by_exactly_so_many_months(day: date, count: int) -> None:
    there = add_months(day, count)

    assert (there.year - day.year) * 12 + there.month - day.month == count
    assert there.day == day.day or there == month_end(there)


def test_a_month_end_knows_leap_years() -> None:
    assert month_end(date(2012, 2, 3)) == date(2012, 2, 29)


def test_four_years_from_new_year_end_on_new_years_eve() -> None:
    assert default_end(date(2013, 1, 1), 4) == date(2016, 12, 31)


def test_four_years_from_29_february_end_on_28_february() -> None:
    assert default_end(date(2012, 2, 29), 4) == date(2016, 2, 28)


@pytest.mark.parametrize(
    ("day", "pauses"),
    [
        (date(2014, 7, 6), False),
        (date(2014, 7, 7), True),
        (date(2014, 7, 27), True),
        (date(2014, 7, 28), False),
    ],
)
def test_the_summer_pause_is_weeks_28_to_30(day: date, pauses: bool) -> None:
    assert is_summer_pause(day) is pauses
