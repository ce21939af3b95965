"""Reads all records of a CRM object by listing them: the backfill, the periodic full read, the archive.

List goes by record id, so its cursor stays good for days: a killed read goes on where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.batch_read import NO_MORE
from tap_hubspot_multi.chunks import chunks
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.exceptions import Overwhelmed
from tap_hubspot_multi.strategies.full_reads import ListedRows
from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.object_reader import RowReader
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.strategies.crm_completeness import Census
    from tap_hubspot_multi.tasks import Task

_IDS_ONLY = {"properties": ",".join(NO_MORE)}
_IDS_PER_PAGE = 100
_FEWEST_ROWS_PER_PAGE = 10
_PAGES_UNTIL_LARGER = 20
_CHARACTERS_THAT_FIT = 3000
"""Characters of parameters in an address. HubSpot documents no limit; 414 has been seen from 8,000 on."""


class ObjectListing:
    """The list endpoint of one CRM object of one portal."""

    def __init__(
        self, task: Task, crm_object: CrmObject, reader: RowReader, census: Census | None = None
    ) -> None:
        """Create a listing.

        Args:
            task: Whose portal, settings and clock to use.
            crm_object: The object type.
            reader: Makes the rows.
            census: Told of every live record that is listed.
        """
        self._task = task
        self._object = crm_object
        self._reader = reader
        self._census = census
        self._fits = sum(map(len, reader.list_parameters.values())) <= _CHARACTERS_THAT_FIT

    def everything(self, *, archived: bool, after: str | None) -> Iterator[ListedRows]:
        """List to the end.

        Args:
            archived: The archive instead of the live records: list never shows both.
            after: Cursor to go on from; None for the start.

        Yields:
            Groups of rows, each with the cursor behind it.
        """
        wanted, size = (
            (self._reader.list_parameters, self._reader.rows_per_list_page)
            if self._fits
            else (_IDS_ONLY, _IDS_PER_PAGE)
        )
        synced_at, gathered, looked_at = self._now(), list[dict[str, Any]](), 0
        for page in self._pages(wanted, size, archived=archived, after=after):
            if self._census is not None and not archived:
                self._census.add(page["results"])
            gathered += filter(self._is_wanted, page["results"])
            looked_at += len(page["results"])
            following = next_cursor(page)
            if following is None or looked_at >= self._task.reading.rows_per_page:
                yield ListedRows(self._complete(gathered, synced_at, archived=archived), following)
                synced_at, gathered, looked_at = self._now(), [], 0

    def archived_since(self, moment: datetime) -> Iterator[list[Record]]:
        """Read what was archived since a moment.

        List has no filter for that: it is asked for the ids of the whole archive, and only the new ones are read.

        Yields:
            Groups of rows.
        """
        ids = [
            str(raw["id"])
            for page in self._pages(_IDS_ONLY, _IDS_PER_PAGE, archived=True, after=None)
            for raw in page["results"]
            if self._is_wanted(raw) and _is_since(raw.get("archivedAt"), moment)
        ]
        for some_ids in chunks(ids, self._task.reading.rows_per_page):
            yield self._reader.read(some_ids, archived=True)

    def _pages(
        self, wanted: Mapping[str, str], size: int, *, archived: bool, after: str | None
    ) -> Iterator[dict[str, Any]]:
        """Follow the list; where HubSpot chokes on a page, go on with smaller ones for a while."""
        largest, good_pages, params = size, 0, {**wanted, "archived": "true" if archived else "false"}
        path = endpoints.list_objects(self._object.name)
        while True:
            place = params | ({} if after is None else {"after": after}) | {"limit": str(size)}
            try:
                page = self._task.client.get(path, place, patient=size == largest)
            except Overwhelmed:
                if size // 2 < _FEWEST_ROWS_PER_PAGE:
                    raise
                size, good_pages = size // 2, 0
                continue
            yield page
            after = next_cursor(page)
            if after is None:
                return
            good_pages += 1
            if good_pages % _PAGES_UNTIL_LARGER == 0:
                size = min(size * 2, largest)

    def _complete(self, raws: list[dict[str, Any]], synced_at: str, *, archived: bool) -> list[Record]:
        if self._fits:
            return self._reader.complete(raws, synced_at=synced_at, archived=archived)
        return self._reader.read([str(raw["id"]) for raw in raws], archived=archived)

    def _is_wanted(self, raw: dict[str, Any]) -> bool:
        return _is_since(raw.get("updatedAt"), self._task.reading.start_date)

    def _now(self) -> str:
        return format_timestamp(self._task.clock.now())


def _is_since(value: object, earliest: datetime | None) -> bool:
    moment = parse_timestamp(value)
    return earliest is None or moment is None or moment >= earliest
