"""Reads a CRM object: everything once, then what changed, and everything again now and then.

Each run, in this order:

1. The archive. Archiving moves no modified date, so search cannot tell of it. It comes first, so that the row of a
   merged-away record, which its winner brings, is the last word about it.
2. Changes since the bookmark, by search.
3. A full read, if it is the first one (backfill), is under way, or is due: it finds what moves no modified date
   (hard deletes, changed associations and calculated properties).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tap_hubspot_multi.chunks import chunks
from tap_hubspot_multi.object_reader import ObjectReader
from tap_hubspot_multi.search import ChangeSearch, count_records
from tap_hubspot_multi.strategies.bookmark import FullReadProgress, ReadBookmark
from tap_hubspot_multi.strategies.crm_completeness import Census, find_shortage
from tap_hubspot_multi.strategies.crm_listing import ObjectListing
from tap_hubspot_multi.strategies.full_reads import archive_then_live, is_full_read_due
from tap_hubspot_multi.tasks import Page
from tap_hubspot_multi.timestamps import from_milliseconds, to_milliseconds
from tap_hubspot_multi.windows import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.object_reader import RowReader
    from tap_hubspot_multi.tasks import Task


@dataclass(frozen=True, slots=True)
class CrmObjectStrategy:
    """Reads one CRM object of a portal.

    Attributes:
        crm_object: The object type.
        new_reader: Makes what makes the rows; the records themselves unless told otherwise.
    """

    crm_object: CrmObject
    new_reader: Callable[[Task, CrmObject], RowReader] = ObjectReader.of_task

    def read(self, task: Task) -> Iterator[Page]:
        """Read what is new since the task's bookmark, or everything."""
        return _CrmObjectRead(task, self.crm_object, self.new_reader(task, self.crm_object)).pages()


class _CrmObjectRead:
    """One reading of one CRM object of one portal; holds the bookmark as it grows."""

    def __init__(self, task: Task, crm_object: CrmObject, reader: RowReader) -> None:
        self._task = task
        self._object = crm_object
        self._bookmark = ReadBookmark.from_state(task.bookmark)
        self._began_at = task.clock.now()
        task.notes.mode = "backfill" if self._bookmark.modified_until is None else "incremental"
        self._reader = reader
        self._search = ChangeSearch(task.client, crm_object)

    def pages(self) -> Iterator[Page]:
        if self._bookmark.modified_until is None:
            yield from self._full_read("backfill")
        else:
            yield from self._changes(self._bookmark.modified_until)
            if is_full_read_due(self._task, self._bookmark, self._began_at):
                yield from self._full_read("full")

    def _changes(self, modified_until: datetime) -> Iterator[Page]:
        reading = self._task.reading
        # What was just written is not yet in the index; what was in the index late is read again.
        start = modified_until - reading.overlap
        end = self._began_at - reading.settle
        notes = self._task.notes
        notes.window_from, notes.window_to = start, end
        if self._reader.rows_are_records:
            for records in self._listing().archived_since(start):
                yield Page(records)
        if start < end:
            whole = Window(to_milliseconds(start), to_milliseconds(end))
            for window, ids in self._search.changes(whole):
                yield from self._window(window, ids)

    def _window(self, window: Window, ids: list[str]) -> Iterator[Page]:
        for some_ids in chunks(ids, self._task.reading.rows_per_page):
            yield Page(self._reader.read(some_ids))
        if window.completes_its_span:
            self._bookmark = self._bookmark.with_changes_until(from_milliseconds(window.end))
            yield Page([], self._bookmark.to_state())

    def _full_read(self, mode: str) -> Iterator[Page]:
        is_proof = self._reader.rows_are_records
        progress = self._bookmark.full_read or FullReadProgress(self._began_at, archived_done=not is_proof)
        notes = self._task.notes
        notes.mode, notes.window_from, notes.window_to = mode, progress.began_at, None
        self._bookmark = self._bookmark.with_progress(progress)
        census = Census(self._object, progress.began_at, progress.listed)
        for records, come_so_far in archive_then_live(self._listing(census), progress):
            if come_so_far is not None:
                self._bookmark = self._bookmark.with_progress(replace(come_so_far, listed=census.listed))
            yield Page(records, None if come_so_far is None else self._bookmark.to_state())
        if is_proof:
            notes.remark = find_shortage(self._task, census)
            if self._task.reading.start_date is None:
                notes.expected_total = count_records(self._task.client, self._object)
        if not is_proof or notes.remark is not None:
            notes.window_from, notes.window_to = None, progress.began_at
        notes.final_bookmark = self._bookmark.with_full_read_complete().to_state()

    def _listing(self, census: Census | None = None) -> ObjectListing:
        return ObjectListing(self._task, self._object, self._reader, census)
