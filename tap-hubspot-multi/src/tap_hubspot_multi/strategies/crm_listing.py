"""Reads all records of a CRM object by listing them: the backfill, the periodic full read, the archive.

List goes by record id, so its cursor stays good for days: a killed read goes on where it was. And so several cursors
can go through one list at once: one alone is bound by the time that an answer takes, far below HubSpot's limits. A
small list is read to its end by one; a longer one is cut at ids that search tells. Where they are cut does not matter:
together the ranges hold every id, and what was listed is held against HubSpot's count in the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.batch_read import NO_MORE
from tap_hubspot_multi.chunks import chunks
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.exceptions import Overwhelmed
from tap_hubspot_multi.id_ranges import IdRange, format_ranges, parse_ranges
from tap_hubspot_multi.search import find_boundaries
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
_RECORDS_PER_RANGE = 1900
"""Times the number of lanes it stays below what search pages through."""


@dataclass(slots=True)
class _Stretch:
    """What one cursor has read of its range in one go.

    Attributes:
        rest: What is left of the range; None at its end.
        rows: Of the records; none where list is asked for ids only.
        ids: Of the records, where list is asked for ids only.
        existed: How many of the records the census counts.
        is_in_order: Whether the list went by id.
    """

    rest: IdRange | None
    rows: list[Record] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    existed: int = 0
    is_in_order: bool = True


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
        fits = sum(map(len, reader.list_parameters.values())) <= _CHARACTERS_THAT_FIT
        self._wanted = reader.list_parameters if fits else None
        self._page = _PageSize(reader.rows_per_list_page if fits else _IDS_PER_PAGE)

    def everything(self, *, archived: bool, after: str | None) -> Iterator[ListedRows]:
        """List to the end.

        Args:
            archived: The archive instead of the live records: list never shows both.
            after: Cursor to go on from; None for the start.

        Yields:
            Groups of rows, each with the cursor behind it.
        """
        ranges, may_cut = parse_ranges(after), not archived
        while ranges:
            may_cut = may_cut and self._cut(ranges)
            is_cut = any(each.until is not None or each.begins_at_cut for each in ranges)
            lanes = min(len(ranges), self._task.client.lanes)
            pages = max(1, self._task.reading.rows_per_page // self._page.largest // lanes)
            stretches = self._task.client.together(
                [partial(self._read, each, pages, archived=archived) for each in ranges[:lanes]]
            )
            ranges[:lanes] = [each.rest for each in stretches if each.rest is not None]
            if self._census is not None and not archived:
                self._census.add(sum(each.existed for each in stretches))
            if not all(each.is_in_order for each in stretches):
                may_cut = False
                if is_cut:
                    # Ranges are none in such a list: all of it is read again, by one cursor.
                    ranges = [IdRange()]
                    if self._census is not None:
                        self._census.listed = 0
            rows = self._complete(stretches, archived=archived)
            stretches.clear()
            yield ListedRows(rows, format_ranges(ranges))

    def archived_since(self, moment: datetime) -> Iterator[list[Record]]:
        """Read what was archived since a moment.

        List has no filter for that: it is asked for the ids of the whole archive, and only the new ones are read.

        Yields:
            Groups of rows.
        """
        ids = [
            str(raw["id"])
            for page in self._pages(_IDS_ONLY, None, archived=True)
            for raw in page["results"]
            if self._is_wanted(raw) and _is_since(raw.get("archivedAt"), moment)
        ]
        for some_ids in chunks(ids, self._task.reading.rows_per_page):
            yield self._reader.read(some_ids, archived=True)

    def _cut(self, ranges: list[IdRange]) -> bool:
        """Cut the last range so that there is one for each lane; tell whether it is worth trying again."""
        tail, missing = ranges[-1], self._task.client.lanes - len(ranges)
        if not missing:
            return True
        if tail.until is not None or not (tail.after or "0").isdecimal():
            return False
        boundaries = find_boundaries(
            self._task.client,
            self._object,
            behind=int(tail.after or 0),
            every=_RECORDS_PER_RANGE,
            most=missing,
        )
        for boundary in boundaries:
            ranges[-1:] = ranges[-1].cut(boundary)
        return len(boundaries) == missing

    def _read(self, place: IdRange, pages: int, *, archived: bool) -> _Stretch:
        """Read some pages of a range."""
        stretch, synced_at = _Stretch(place), format_timestamp(self._task.clock.now())
        for page in islice(self._pages(self._wanted or _IDS_ONLY, place.after, archived=archived), pages):
            raws, after = page["results"], next_cursor(page)
            ids = [int(raw["id"]) for raw in raws]
            stretch.is_in_order = stretch.is_in_order and ids == sorted(ids)
            if place != IdRange():
                raws = [raw for raw, record_id in zip(raws, ids, strict=True) if place.holds(record_id)]
            if self._census is not None:
                stretch.existed += self._census.existed(raws)
            wanted = raws if self._task.reading.start_date is None else list(filter(self._is_wanted, raws))
            if self._wanted is None:
                stretch.ids += [str(raw["id"]) for raw in wanted]
            else:
                stretch.rows += self._reader.rows(wanted, synced_at=synced_at)
            if after is None or (ids and not place.reaches_beyond(ids[-1])):
                stretch.rest = None
                break
            stretch.rest = place = IdRange(after, place.until)
        return stretch

    def _complete(self, stretches: list[_Stretch], *, archived: bool) -> list[Record]:
        ids = [record_id for each in stretches for record_id in each.ids]
        if ids:
            return self._reader.read(ids, archived=archived)
        return self._reader.complete([row for each in stretches for row in each.rows], archived=archived)

    def _pages(
        self, wanted: Mapping[str, str], after: str | None, *, archived: bool
    ) -> Iterator[dict[str, Any]]:
        """Follow the list; where HubSpot chokes on a page, go on with smaller ones for a while."""
        params = {**wanted, "archived": "true" if archived else "false"}
        path = endpoints.list_objects(self._object.name)
        size = self._page
        while True:
            place = params | ({} if after is None else {"after": after}) | {"limit": str(size.now)}
            try:
                page = self._task.client.get(path, place, patient=size.now == size.largest)
            except Overwhelmed:
                if not size.make_smaller():
                    raise
                continue
            size.note_good()
            yield page
            after = next_cursor(page)
            if after is None:
                return

    def _is_wanted(self, raw: dict[str, Any]) -> bool:
        return _is_since(raw.get("updatedAt"), self._task.reading.start_date)


class _PageSize:
    """How many rows to ask for: fewer for a while where HubSpot chokes on as many as it allows.

    Attributes:
        largest: What HubSpot allows.
        now: What to ask for.
    """

    def __init__(self, largest: int) -> None:
        self.largest = self.now = largest
        self._good_pages = 0

    def make_smaller(self) -> bool:
        """Ask for half as many; False if so few cannot be what HubSpot chokes on."""
        if self.now // 2 < _FEWEST_ROWS_PER_PAGE:
            return False
        self.now, self._good_pages = self.now // 2, 0
        return True

    def note_good(self) -> None:
        """Hear of an answered page; after some, try larger ones again."""
        self._good_pages += 1
        if self._good_pages % _PAGES_UNTIL_LARGER == 0:
            self.now = min(self.now * 2, self.largest)


def _is_since(value: object, earliest: datetime | None) -> bool:
    moment = parse_timestamp(value)
    return earliest is None or moment is None or moment >= earliest
