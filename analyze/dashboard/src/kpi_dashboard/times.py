"""Times that have a name, and how long the time of each point of a line is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from kpi_marts.periods import Period, add_months

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

CUSTOM: Final = "Custom"
TIMES: Final = (
    "30 days",
    "90 days",
    "This month",
    "Last month",
    "This year",
    "12 months",
    "24 months",
    CUSTOM,
)
USUAL_TIME: Final = "12 months"

# Up to so many days, a point a day and a point a week are readable.
_DAYS_BY_DAY, _DAYS_BY_WEEK = 62, 190
_DAYS_AT_MOST: Final = 3700


def window(time: str, today: date, dates: Sequence[date] = ()) -> tuple[date, date]:
    """First and last day of a time that has a name; `dates` are what was entered for a custom one."""
    if time == CUSTOM and len(dates) == 2:  # noqa: PLR2004 - else the other end is still to be chosen
        first, last = min(dates), max(dates)
        return max(first, last - timedelta(days=_DAYS_AT_MOST)), last
    if time == "Last month":
        return add_months(today, -1), today.replace(day=1) - timedelta(days=1)
    first_days = {
        "30 days": today - timedelta(days=29),
        "90 days": today - timedelta(days=89),
        "This month": today.replace(day=1),
        "This year": today.replace(month=1, day=1),
        "24 months": add_months(today, -23),
    }
    return first_days.get(time, add_months(today, -11)), today


def usual_period(since: date, until: date) -> Period:
    """The step that makes a readable line of a window."""
    days = (until - since).days + 1
    if days <= _DAYS_BY_DAY:
        return Period.DAY
    return Period.WEEK if days <= _DAYS_BY_WEEK else Period.MONTH


def span(since: date, until: date) -> str:
    """Write a window of days: `1 Jan – 28 Nov 2026`."""
    first = f"{since:%-d %b}" if since.year == until.year else f"{since:%-d %b %Y}"
    return f"{first} – {until:%-d %b %Y}"
