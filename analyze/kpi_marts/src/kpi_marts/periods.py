"""Days, weeks and months: where one begins, and the window before a window."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MONTHS = 12


class Period(StrEnum):
    """How long a figure's time is; a week begins on Monday. `all` is the whole window."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"

    def first_day(self, day: date) -> date:
        """First day of the period that a day is in; the day itself if that is no calendar's period."""
        match self:
            case Period.WEEK:
                return day - timedelta(days=day.weekday())
            case Period.MONTH:
                return day.replace(day=1)
            case _:
                return day

    def next(self, first_day: date) -> date:
        """First day of the period after."""
        match self:
            case Period.MONTH:
                return add_months(first_day, 1)
            case Period.WEEK:
                return first_day + timedelta(weeks=1)
            case _:
                return first_day + timedelta(days=1)

    def starts(self, since: date, until: date) -> Iterator[date]:
        """First days of all periods of a window; of `all` there is one, the window's."""
        start = self.first_day(since)
        while start <= until:
            yield start
            if self is Period.ALL:
                return
            start = self.next(start)


def add_months(day: date, months: int) -> date:
    """The first of the month so many months on."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return date(year, month + 1, 1)


def window_before(since: date, until: date) -> tuple[date, date]:
    """What to compare a window with: as many whole months before it, else as many days."""
    after = until + timedelta(days=1)
    if since.day == 1 and after.day == 1:
        months = (after.year - since.year) * _MONTHS + after.month - since.month
        return add_months(since, -months), since - timedelta(days=1)
    return since - (after - since), since - timedelta(days=1)
