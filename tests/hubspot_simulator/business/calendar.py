"""When things happen in a business: growth over the years, seasons, weekdays and office hours."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.hubspot_simulator.clock import DAY_MS, MINUTE_MS, from_ms, to_ms

if TYPE_CHECKING:
    import random
    from datetime import date

    from tests.hubspot_simulator.scenario import BusinessSpec

_DAYS_IN_YEAR = 365
_SATURDAY = 5
_OPENS = 8 * 60
_CLOSES = 19 * 60


class BusinessCalendar:
    """The days from the start of a portal's history up to the anchor, in the portal's own time zone."""

    def __init__(self, business: BusinessSpec, time_zone: str, anchor_ms: int, history_days: int) -> None:
        zone = ZoneInfo(time_zone)
        last = from_ms(anchor_ms - 1).astimezone(zone).date()
        days = [last - timedelta(days=back) for back in range(history_days - 1, -1, -1)]
        self.anchor_ms = anchor_ms
        self._days = days
        self._midnights = [to_ms(datetime.combine(day, time(), zone)) for day in days]
        self._working = [day.weekday() < _SATURDAY for day in days]
        self._weights = [
            (1 + business.growth) ** (position / _DAYS_IN_YEAR)
            * business.season[day.month - 1]
            * (1.0 if day.weekday() < _SATURDAY else business.weekend)
            for position, day in enumerate(days)
        ]

    @property
    def start_ms(self) -> int:
        """The first instant of the history."""
        return self._midnights[0]

    @property
    def weighted_days(self) -> list[tuple[date, float]]:
        """Each day in order with how busy it is, one being the average."""
        average = sum(self._weights) / len(self._weights)
        return [(day, weight / average) for day, weight in zip(self._days, self._weights, strict=True)]

    def moments(self, rng: random.Random, number: int) -> list[int]:
        """`number` moments in order, spread as this business's new records are."""
        days = rng.choices(self._midnights, self._weights, k=number)
        moments = (day + _time_of_day(rng) for day in days)
        # The last day is only as long as the anchor lets it be.
        return sorted(moment if moment < self.anchor_ms else moment - DAY_MS for moment in moments)

    def later(self, rng: random.Random, moment_ms: int, median_days: float, spread: float = 0.8) -> int:
        """A moment in office hours, typically `median_days` later; it may lie beyond the anchor."""
        reached = moment_ms + round(median_days * rng.lognormvariate(0, spread) * DAY_MS)
        day = (reached - self.start_ms) // DAY_MS
        if day >= len(self._midnights):
            return reached
        while day < len(self._working) - 1 and not self._working[day]:
            day += 1
        return max(self._midnights[day] + _time_of_day(rng), moment_ms + MINUTE_MS)

    def after_office_hours(self, moment_ms: int, worked_ms: int) -> int:
        """When `worked_ms` of opening hours have passed since a moment; it may lie beyond the anchor."""
        left = worked_ms
        for day in range(max(bisect_right(self._midnights, moment_ms) - 1, 0), len(self._midnights)):
            if not self._working[day]:
                continue
            begins = max(moment_ms, self._midnights[day] + _OPENS * MINUTE_MS)
            ends = self._midnights[day] + _CLOSES * MINUTE_MS
            if begins + left <= ends:
                return begins + left
            left -= max(0, ends - begins)
        return max(self.anchor_ms, moment_ms) + left

    def office_hours_between(self, start_ms: int, end_ms: int) -> int:
        """Milliseconds of opening hours between two moments, as far as the days reach back."""
        worked = 0
        first = max(bisect_right(self._midnights, start_ms) - 1, 0)
        for midnight, working in zip(self._midnights[first:], self._working[first:], strict=True):
            if working:
                begins = max(start_ms, midnight + _OPENS * MINUTE_MS)
                ends = min(end_ms, midnight + _CLOSES * MINUTE_MS)
                worked += max(0, ends - begins)
        return worked

    def month_end_job(self) -> int:
        """The millisecond at which HubSpot's own batch job last touched many records at once."""
        last = from_ms(self.anchor_ms).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return to_ms(last - timedelta(hours=22))


def _time_of_day(rng: random.Random) -> int:
    minutes = rng.triangular(_OPENS - 90, _CLOSES + 120, 11 * 60)
    return round(minutes * MINUTE_MS)
