"""Reads the visits to a portal's web site, by day and source.

Days are those of the portal's time zone. The numbers of recent days go on moving, and a source that has lost its last
visit of a day is simply missing from the answer: then the day's old row is written over with zeros. Days that have not
moved since the run before are not written again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.digests import digest
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
from tap_hubspot_multi.strategies.full_reads import is_full_read_due
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime, tzinfo

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Bookmark, Task

_DAYS_THAT_MOVE = timedelta(days=30)
_DAYS_PER_REQUEST = timedelta(days=365)
"""HubSpot refuses more than 500 points of time in one answer (413)."""
_EMPTY_YEARS = 2
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WebAnalyticsStrategy:
    """Reads all days once, newest first, then the recent ones again in each run, and all again now and then.

    Attributes:
        row: Makes a row, without `portal_id` and `synced_at`, of a day, a source and its metrics.
    """

    row: Callable[[str, str, Mapping[str, Any]], Record]

    def read(self, task: Task) -> Iterator[Page]:
        """Read the days that may have moved since the task's bookmark, or everything."""
        return _AnalyticsRead(task, self.row).pages()


class _AnalyticsRead:
    """One reading of one portal's visits; holds the bookmark as it grows."""

    def __init__(self, task: Task, row: Callable[[str, str, Mapping[str, Any]], Record]) -> None:
        self._task = task
        self._row = row
        self._reads = ReadBookmark.from_state(task.bookmark)
        self._sources = set[str](task.bookmark.get("sources") or ())
        self._digest: str | None = task.bookmark.get("digest")
        self._began_at = task.clock.now()
        details = task.catalogue.account_details(task.client)
        self._zone = self._time_zone(details.get("timeZone"))
        self._today = self._local_day(self._began_at)
        earliest = task.reading.start_date or parse_timestamp(details.get("createdAt"))
        self._first_day = None if earliest is None else self._local_day(earliest)

    def pages(self) -> Iterator[Page]:
        until = self._reads.modified_until
        if until is None:
            yield from self._full_read("backfill")
            return
        yield from self._recent_days(until)
        if is_full_read_due(self._task, self._reads, self._began_at):
            yield from self._full_read("full")

    def _recent_days(self, until: datetime) -> Iterator[Page]:
        start = self._local_day(until) - _DAYS_THAT_MOVE
        if self._first_day is not None:
            start = max(start, self._first_day)
        notes = self._task.notes
        notes.mode, notes.window_to = "incremental", self._began_at
        notes.window_from = until - _DAYS_THAT_MOVE
        while start <= self._today:
            end = min(start + _DAYS_PER_REQUEST - _DAY, self._today)
            yield from self._changed_days(start, end)
            start = end + _DAY
        self._reads = self._reads.with_changes_until(self._began_at)
        yield Page([], self._bookmark())

    def _changed_days(self, start: date, end: date) -> Iterator[Page]:
        """The days as far as they may be others than those written last: all of them, or none."""
        records = self._days(start, end, with_zeros=True)
        seen = digest({**record, "synced_at": None} for record in records)
        if seen == self._digest:
            return
        # Until these rows are known to be written, the old digest tells nothing of the table.
        self._digest = None
        yield Page(records, self._bookmark())
        self._digest = seen

    def _full_read(self, mode: str) -> Iterator[Page]:
        progress = self._reads.full_read or FullReadProgress(self._began_at)
        notes = self._task.notes
        notes.mode, notes.window_from, notes.window_to = mode, progress.began_at, None
        end = self._today if progress.after is None else date.fromisoformat(progress.after)
        empty_years = 0
        while end >= (self._first_day or date.min) and empty_years < _EMPTY_YEARS:
            start = max(end - _DAYS_PER_REQUEST + _DAY, self._first_day or date.min)
            records = self._days(start, end)
            # Where the account's begin is unknown, it is taken to lie before two years without a visit.
            empty_years = 0 if records or self._first_day is not None else empty_years + 1
            end = start - _DAY
            progress = replace(progress, after=end.isoformat())
            self._reads = self._reads.with_progress(progress)
            yield Page(records, self._bookmark())
        self._reads = self._reads.with_progress(progress).with_full_read_complete()
        notes.final_bookmark = self._bookmark()

    def _days(self, start: date, end: date, *, with_zeros: bool = False) -> list[Record]:
        synced_at = format_timestamp(self._task.clock.now())
        span = {"start": f"{start:%Y%m%d}", "end": f"{end:%Y%m%d}"}
        answer: Mapping[str, list[dict[str, Any]]] = self._task.client.get(endpoints.DAILY_VISITS, span)
        found = {
            (day, str(metrics["breakdown"])): {
                name: value for name, value in metrics.items() if name != "breakdown"
            }
            for day, sources in answer.items()
            for metrics in sources
        }
        self._sources.update(source for _, source in found)
        if with_zeros:
            days = (start + _DAY * number for number in range((end - start).days + 1))
            found = {(day.isoformat(), source): {} for day in days for source in self._sources} | found
        return [
            {
                "portal_id": self._task.portal.portal_id,
                **self._row(day, source, metrics),
                "synced_at": synced_at,
            }
            for (day, source), metrics in sorted(found.items())
        ]

    def _time_zone(self, name: object) -> tzinfo:
        """HubSpot's names may be old aliases (`US/Eastern`) that not every system knows."""
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            self._task.notes.remark = (
                f"the portal's time zone {name!r} is unknown here: its days are taken as UTC"
            )
            return UTC

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _bookmark(self) -> Bookmark:
        bookmark = {**self._reads.to_state(), "sources": sorted(self._sources)}
        return bookmark if self._digest is None else {**bookmark, "digest": self._digest}
