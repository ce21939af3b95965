"""Visits to a portal's web site, by day and source."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.hubspot_simulator.clock import from_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

SOURCES = (
    "direct",
    "organic",
    "referrals",
    "social",
    "email",
    "paid",
    "paid-social",
    "offline",
    "other",
)
# Each rate and the two counts it is made of.
_RATES = {
    "bounceRate": ("bounces", "visits"),
    "pageviewsPerSession": ("rawViews", "visits"),
    "timePerSession": ("time", "visits"),
    "newVisitorSessionRate": ("newVisits", "visits"),
    "sessionToContactRate": ("contacts", "visits"),
    "contactsPerPageview": ("contacts", "rawViews"),
    "contactToCustomerRate": ("customers", "contacts"),
    "leadsPerView": ("leads", "rawViews"),
}

Row = dict[str, float]


class WebAnalytics:
    """Counts of every day and source; rates are derived from them."""

    def __init__(self, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)
        self._days: defaultdict[date, defaultdict[str, Counter[str]]] = defaultdict(
            partial(defaultdict, Counter)
        )

    def day_of(self, moment_ms: int) -> date:
        """The day of the portal's time zone that a moment lies in."""
        return from_ms(moment_ms).astimezone(self._zone).date()

    def add(self, day: date, source: str, counts: dict[str, int]) -> None:
        """Count more (or less) of something."""
        self._days[day][source].update(counts)

    def between(self, start: date, end: date) -> Iterator[tuple[date, str, Counter[str]]]:
        """The counts of each day and source that had any, both ends included."""
        for day in sorted(self._days):
            if start <= day <= end:
                for source in SOURCES:
                    counts = self._days[day].get(source)
                    if counts is not None and any(counts.values()):
                        yield day, source, counts


def metrics(groups: Iterable[Counter[str]]) -> Row:
    """Counts together with their rates, as the API sends them: what is zero is left out."""
    counts = Counter[str]()
    for group in groups:
        counts.update(group)
    counts["standardViews"] = counts["rawViews"]
    counts["newVisits"] = counts["visits"] - counts["returningVisits"]
    row: Row = {name: count for name, count in counts.items() if name != "newVisits"}
    for name, (part, whole) in _RATES.items():
        if counts[whole]:
            row[name] = round(counts[part] / counts[whole], 6)
    return {name: value for name, value in row.items() if value}
