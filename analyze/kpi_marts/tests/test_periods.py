from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_marts.periods import Period, add_months, window_before

_DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
_LENGTHS = st.integers(0, 800)
_CALENDAR = st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH])


@given(day=_DAYS, period=_CALENDAR)
def test_a_period_begins_on_or_before_its_days_and_the_next_one_after(day: date, period: Period) -> None:
    first = period.first_day(day)
    assert first <= day < period.next(first)
    assert period.first_day(first) == first
    assert period.first_day(period.next(first)) == period.next(first)


@given(day=_DAYS)
def test_weeks_begin_on_monday_and_months_on_the_first(day: date) -> None:
    assert Period.WEEK.first_day(day).weekday() == 0
    assert Period.MONTH.first_day(day).day == 1


@given(since=_DAYS, length=_LENGTHS, period=_CALENDAR)
def test_the_periods_of_a_window_have_each_of_its_days_once(since: date, length: int, period: Period) -> None:
    until = since + timedelta(days=length)
    starts = list(period.starts(since, until))
    assert starts[0] <= since
    assert starts == sorted(set(starts))
    assert all(period.next(start) == following for start, following in itertools.pairwise(starts))
    assert starts[-1] <= until < period.next(starts[-1])


@given(since=_DAYS, length=_LENGTHS)
def test_of_a_whole_window_there_is_one_period(since: date, length: int) -> None:
    assert list(Period.ALL.starts(since, since + timedelta(days=length))) == [since]


def test_a_window_that_ends_before_it_begins_has_no_period() -> None:
    assert list(Period.MONTH.starts(date(2026, 5, 1), date(2026, 4, 30))) == []


@given(day=_DAYS, months=st.integers(-600, 600))
def test_months_that_are_added_can_be_taken_away(day: date, months: int) -> None:
    assert add_months(add_months(day, months), -months) == day.replace(day=1)


@given(since=_DAYS, length=_LENGTHS)
def test_the_window_before_ends_the_day_before(since: date, length: int) -> None:
    until = since + timedelta(days=length)
    earlier, end = window_before(since, until)
    assert end == since - timedelta(days=1)
    assert earlier <= end


@pytest.mark.parametrize(
    ("since", "until", "before"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 1), date(2026, 3, 31), (date(2025, 10, 1), date(2025, 12, 31))),
        (date(2024, 3, 1), date(2025, 2, 28), (date(2023, 3, 1), date(2024, 2, 29))),
        (date(2026, 3, 2), date(2026, 3, 31), (date(2026, 1, 31), date(2026, 3, 1))),
        (date(2026, 3, 1), date(2026, 3, 30), (date(2026, 1, 30), date(2026, 2, 28))),
        (date(2026, 3, 9), date(2026, 3, 9), (date(2026, 3, 8), date(2026, 3, 8))),
    ],
)
def test_whole_months_are_compared_with_whole_months_and_days_with_days(
    since: date, until: date, before: tuple[date, date]
) -> None:
    assert window_before(since, until) == before
