"""Finds the ids of changed records with HubSpot's search."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.pacing import Bucket
from tap_hubspot_multi.timestamps import parse_timestamp, to_milliseconds
from tap_hubspot_multi.windows import answerable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.windows import Window

logger = logging.getLogger("tap-hubspot-multi")

_ID = "hs_object_id"
_ROWS_PER_PAGE = 200
_READS_OF_A_SHORT_PAGE = 3


def count_records(
    client: HubSpotClient, crm_object: CrmObject, *, created_before: datetime | None = None
) -> int:
    """HubSpot's own count of the live records of a type, all or those that were created before a moment."""
    body: dict[str, Any] = {"filterGroups": [], "properties": [crm_object.modified_property], "limit": 1}
    if created_before is not None:
        created = _filter(crm_object.created_property, "LT", to_milliseconds(created_before))
        body["filterGroups"] = [{"filters": [created]}]
    return int(client.post(endpoints.search(crm_object.name), body, bucket=Bucket.SEARCH)["total"])


def find_boundaries(
    client: HubSpotClient, crm_object: CrmObject, *, behind: int, every: int, most: int
) -> list[int]:
    """Find ids that divide the records behind one of them evenly; roughly, as search's order is not to be relied on.

    Args:
        client: The portal's client.
        crm_object: The object type.
        behind: The id to start from.
        every: How many records to leave between two ids.
        most: How many ids; together with `every` within what search pages through.

    Returns:
        Ids above the one to start from, ascending; fewer than wanted if there are not that many records.
    """

    def look(step: int) -> tuple[list[int], int]:
        body = {
            "filterGroups": [{"filters": [_filter(_ID, "GT", behind)]}],
            "sorts": [{"propertyName": _ID, "direction": "ASCENDING"}],
            "properties": [_ID],
            "limit": 1,
            "after": str(step * every - 1),
        }
        answer = client.post(endpoints.search(crm_object.name), body, bucket=Bucket.SEARCH)
        return [int(row["id"]) for row in answer["results"]], int(answer["total"])

    first, total = look(1)
    further = range(2, min(most, total // every) + 1)
    others = client.together([partial(look, step) for step in further])
    return sorted({found for ids, _ in [(first, total), *others] for found in ids if found > behind})


class ChangeSearch:
    """Searches one CRM object of one portal by modified time."""

    def __init__(self, client: HubSpotClient, crm_object: CrmObject) -> None:
        self._client = client
        self._object = crm_object
        self._latest: tuple[Window, dict[str, Any]] | None = None

    def changes(self, window: Window) -> Iterator[tuple[Window, list[str]]]:
        """Find the ids of all records that were modified within a window.

        Yields:
            Parts of the window, in order and without gaps, each with the ids in it.
        """
        for part in answerable(window, self.total):
            ids = self.drain(part)
            if ids is not None:
                yield part, ids
                continue
            for half in part.split():
                yield from self.changes(half)

    def total(self, window: Window) -> int:
        """How many records HubSpot has in a window."""
        return int(self._first_page(window)["total"])

    def drain(self, window: Window) -> list[str] | None:
        """Collect the ids of a window.

        Paging is by offset: a record that is modified meanwhile leaves the window and shifts the rest, so that
        another one falls between two pages. That shows in `total`, or in a row that comes twice. One page is one
        answer and cannot shift.

        Args:
            window: A window whose total is below the search cap.

        Returns:
            The ids, each once, of the rows that belong to the window (search returns others too); or None when the
            window did not keep still, and has to be cut smaller.
        """
        page = self._first_page(window)
        total = int(page["total"])
        seen, listed = dict[str, bool](), 0
        while True:
            seen.update((str(row["id"]), self._belongs(row, window)) for row in page["results"])
            listed += len(page["results"])
            after = next_cursor(page)
            if after is None:
                break
            page = self._search(window, after)
            if int(page["total"]) != total and window.can_be_split:
                return None
        if len(seen) < max(total, listed):
            if total > _ROWS_PER_PAGE and window.can_be_split:
                return None
            seen.update((record_id, True) for record_id in self._read_short_page_again(window))
        return [record_id for record_id, inside in seen.items() if inside]

    def _read_short_page_again(self, window: Window) -> set[str]:
        """Re-read a page that lists fewer rows than it counts: the index may be a moment behind itself."""
        seen: set[str] = set()
        for _ in range(_READS_OF_A_SHORT_PAGE):
            page = self._search(window, None)
            seen.update(str(row["id"]) for row in page["results"] if self._belongs(row, window))
            if len(page["results"]) >= int(page["total"]):
                return seen
        logger.warning(
            "%s: search counts %s records in a window but lists %s; the next full read settles it",
            self._object.name,
            page["total"],
            len(page["results"]),
        )
        return seen

    def _belongs(self, row: dict[str, Any], window: Window) -> bool:
        modified = parse_timestamp((row.get("properties") or {}).get(self._object.modified_property))
        return modified is None or window.contains(to_milliseconds(modified), int(row["id"]))

    def _first_page(self, window: Window) -> dict[str, Any]:
        """The page that told the total is also the first one to drain: it is asked for once."""
        if self._latest is None or self._latest[0] != window:
            self._latest = (window, self._search(window, None))
        return self._latest[1]

    def _search(self, window: Window, after: str | None) -> dict[str, Any]:
        modified = self._object.modified_property
        filters = [_filter(modified, "GTE", window.start), _filter(modified, "LT", window.end)]
        if not window.is_whole_span:
            filters += [
                _filter(_ID, "GTE", window.id_from),
                _filter(_ID, "LT", window.id_to),
            ]
        body: dict[str, Any] = {
            "filterGroups": [{"filters": filters}],
            # For convenience only: the order that comes back is not to be relied on.
            "sorts": [{"propertyName": modified, "direction": "ASCENDING"}],
            "properties": [modified],
            "limit": _ROWS_PER_PAGE,
        }
        if after is not None:
            body["after"] = after
        answer: dict[str, Any] = self._client.post(
            endpoints.search(self._object.name), body, bucket=Bucket.SEARCH
        )
        return answer


def _filter(name: str, operator: str, value: int) -> dict[str, str]:
    return {"propertyName": name, "operator": operator, "value": str(value)}
