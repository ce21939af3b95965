"""Times with names, and what they ask for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from kpi_dashboard.filters import View
from kpi_dashboard.times import CUSTOM, TIMES, span, usual_period, window
from kpi_marts.periods import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("time", "since", "until"),
    [
        ("30 days", date(2026, 10, 30), TODAY),
        ("90 days", date(2026, 8, 31), TODAY),
        ("This month", date(2026, 11, 1), TODAY),
        ("Last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("This year", date(2026, 1, 1), TODAY),
        ("12 months", date(2025, 12, 1), TODAY),
        ("24 months", date(2024, 12, 1), TODAY),
    ],
)
def test_times_are_the_windows_their_names_say(time: str, since: date, until: date) -> None:
    assert window(time, TODAY) == (since, until)


@pytest.mark.parametrize("dates", [(), (TODAY,)])
def test_a_custom_time_is_the_usual_one_until_both_days_are_chosen(dates: Sequence[date]) -> None:
    assert window(CUSTOM, TODAY, dates) == window("12 months", TODAY)


def test_a_custom_time_may_be_entered_backwards_and_is_no_longer_than_ten_years() -> None:
    assert window(CUSTOM, TODAY, (TODAY, date(2026, 2, 3))) == (date(2026, 2, 3), TODAY)
    since, until = window(CUSTOM, TODAY, (date(1, 1, 1), TODAY))
    assert (until - since).days < 3701


@pytest.mark.parametrize("time", TIMES)
def test_no_line_has_more_points_than_one_can_read(time: str) -> None:
    since, until = window(time, TODAY)
    assert len(list(usual_period(since, until).starts(since, until))) <= 63


def test_groups_are_asked_for_whole() -> None:
    view = View(date(2026, 1, 1), TODAY, Period.MONTH, TODAY, portal_ids=(1,), group_names=("Europe",))
    assert view.question([]).portal_ids == (1,)
    of_groups = view.question([], "group")
    assert (of_groups.portal_ids, of_groups.group_names) == (None, ("Europe",))


def test_a_window_is_written_without_what_goes_without_saying() -> None:
    assert span(date(2026, 1, 1), TODAY) == "1 Jan – 28 Nov 2026"
    assert span(date(2025, 12, 1), TODAY) == "1 Dec 2025 – 28 Nov 2026"
