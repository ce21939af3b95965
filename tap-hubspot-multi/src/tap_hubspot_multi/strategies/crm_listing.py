"""Reads all records of a CRM object by listing them: the backfill, the periodic full read, the archive.

List goes by record id, so its cursor stays good for days: a killed read goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.timestamps import format_timestamp, parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.object_reader import ObjectReader
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_ROWS_PER_LIST_PAGE = 100
_NAMES_THAT_FIT = 3000
"""Characters of property names in an address. HubSpot documents no limit; 414 has been seen from 8,000 on."""


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Some rows, and where the list goes on.

    Attributes:
        records: Whole rows.
        after: Cursor behind the last of them; None at the end of the list.
    """

    records: list[Record]
    after: str | None


class ObjectListing:
    """The list endpoint of one CRM object of one portal."""

    def __init__(self, task: Task, crm_object: CrmObject, reader: ObjectReader) -> None:
        """Create a listing.

        Args:
            task: Whose portal, settings and clock to use.
            crm_object: The object type.
            reader: Completes what list leaves out.
        """
        self._task = task
        self._object = crm_object
        self._reader = reader
        names = ",".join(reader.properties)
        self._lists_properties = len(names) <= _NAMES_THAT_FIT
        self._params = {"limit": str(_ROWS_PER_LIST_PAGE)} | (
            {"properties": names} if self._lists_properties else {}
        )

    def rows(
        self, *, archived: bool, after: str | None = None, archived_since: datetime | None = None
    ) -> Iterator[ListedRows]:
        """List to the end.

        Args:
            archived: The archive instead of the live records: list never shows both.
            after: Cursor to go on from.
            archived_since: Of the archive, only what was archived since then.

        Yields:
            Groups of rows, each with the cursor behind it.
        """
        params = self._params | {"archived": "true" if archived else "false"}
        if after is not None:
            params["after"] = after
        synced_at = format_timestamp(self._task.clock.now())
        gathered: list[dict[str, Any]] = []
        for page in self._task.client.pages(endpoints.list_objects(self._object.name), params):
            gathered += filter(self._is_wanted(archived_since), page.get("results") or ())
            following = next_cursor(page)
            if following is None or len(gathered) >= self._task.reading.rows_per_page:
                yield ListedRows(self._complete(gathered, synced_at, archived=archived), following)
                synced_at = format_timestamp(self._task.clock.now())
                gathered = []

    def _complete(self, raws: list[dict[str, Any]], synced_at: str, *, archived: bool) -> list[Record]:
        if self._lists_properties:
            return self._reader.complete(raws, synced_at=synced_at, archived=archived)
        return self._reader.read([str(raw["id"]) for raw in raws], archived=archived)

    def _is_wanted(self, archived_since: datetime | None) -> Callable[[dict[str, Any]], bool]:
        def is_wanted(raw: dict[str, Any]) -> bool:
            return _is_since(raw.get("updatedAt"), self._task.reading.start_date) and _is_since(
                raw.get("archivedAt"), archived_since
            )

        return is_wanted


def _is_since(value: object, earliest: datetime | None) -> bool:
    moment = parse_timestamp(value)
    return earliest is None or moment is None or moment >= earliest
