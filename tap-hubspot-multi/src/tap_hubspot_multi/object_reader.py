"""Reads whole CRM records by id, or completes those that a list page brought.

Reading by id is the one way that is always complete: search answers some calculated properties as null and never
associations, and a portal's property names, hundreds of them, do not fit into the address of a list request (414).
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from tap_hubspot_multi.associations import read_associations
from tap_hubspot_multi.batch_read import BatchReader
from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.records import merged_rows, to_row
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

logger = logging.getLogger("tap-hubspot-multi")


class RowReader(Protocol):
    """Makes rows out of the records of one object type of one portal: of the records, or of something they hold.

    Attributes:
        list_parameters: What the list endpoint is asked for, so that `rows` can be made of its answer.
        rows_per_list_page: The most that list answers with these parameters.
        rows_are_records: Whether a row stands for its record: then the archive is read too, and a full read proves
            which records HubSpot has.
    """

    list_parameters: Mapping[str, str]
    rows_per_list_page: int
    rows_are_records: bool

    def read(self, ids: Sequence[str], *, archived: bool = False) -> list[Record]:
        """Make the rows of records that are named by id, as far as they (still) exist."""

    def rows(self, raws: Sequence[dict[str, Any]], *, synced_at: str) -> list[Record]:
        """Make rows of a page that list has answered with `list_parameters`: a page is larger than its rows."""

    def complete(self, rows: list[Record], *, archived: bool = False) -> list[Record]:
        """Add what list does not answer to the rows of some pages."""


class ObjectReader:
    """Whole rows of one CRM object of one portal."""

    rows_per_list_page = 100
    rows_are_records = True

    def __init__(
        self,
        client: HubSpotClient,
        crm_object: CrmObject,
        *,
        portal_id: int,
        properties: Sequence[str],
        clock: Clock,
    ) -> None:
        """Create a reader.

        Args:
            client: The portal's client.
            crm_object: The object type.
            portal_id: Goes into every row.
            properties: Names to read.
            clock: Tells `synced_at`.
        """
        self.list_parameters: Mapping[str, str] = {"properties": ",".join(properties)}
        self._client = client
        self._object = crm_object
        self._portal_id = portal_id
        self._batches = BatchReader(client, crm_object.name, properties)
        self._clock = clock
        self._readable_associations = list(crm_object.associations)

    @classmethod
    def of_task(cls, task: Task, crm_object: CrmObject) -> ObjectReader:
        """The reader of a task's portal.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: The portal's properties cannot be read.
        """
        return cls(
            task.client,
            crm_object,
            portal_id=task.portal.portal_id,
            properties=task.catalogue.properties_of_records(task.client, crm_object),
            clock=task.clock,
        )

    def read(self, ids: Sequence[str], *, archived: bool = False) -> list[Record]:
        """Read records by id.

        Args:
            ids: Record ids.
            archived: Whether they are in the archive; HubSpot keeps live and archived records apart.

        Returns:
            The rows of those that (still) exist, and of the records merged into them. An id that was merged away
            since is answered with its winner's record.
        """
        synced_at = format_timestamp(self._clock.now())
        raws = {str(raw["id"]): raw for raw in self._batches.read(ids, archived=archived)}
        return self.complete(self.rows(list(raws.values()), synced_at=synced_at), archived=archived)

    def rows(self, raws: Sequence[dict[str, Any]], *, synced_at: str) -> list[Record]:
        """Make rows of records that were read with all their properties; only the associations are missing.

        Args:
            raws: Records as the list endpoint answers them.
            synced_at: When they were read.
        """
        return [to_row(raw, self._object, portal_id=self._portal_id, synced_at=synced_at) for raw in raws]

    def complete(self, rows: list[Record], *, archived: bool = False) -> list[Record]:
        """Add the associations.

        Args:
            rows: What `rows` has made; changed in place.
            archived: Whether they are in the archive.

        Returns:
            The rows, and those of the records merged into them.
        """
        # Archiving a record removes its associations.
        if rows and not archived:
            self._associate(rows)
        return rows + [loser for row in rows for loser in merged_rows(row)]

    def _associate(self, rows: Sequence[Record]) -> None:
        ids = [row["id"] for row in rows]
        to_types = list(self._readable_associations)
        answers = self._client.together(
            [partial(self._associations_with, to_type, ids) for to_type in to_types]
        )
        for to_type, found in zip(to_types, answers, strict=True):
            if isinstance(found, StreamSkipped):
                # The records themselves may be read; rows without the key tell "not read" from "has none".
                self._readable_associations.remove(to_type)
                logger.warning(
                    "portal %s, %s: without associations to %s: %s",
                    self._portal_id,
                    self._object.name,
                    to_type,
                    found,
                )
                continue
            for row in rows:
                row["associations"][to_type] = found.get(row["id"], [])

    def _associations_with(
        self, to_type: str, ids: Sequence[str]
    ) -> dict[str, list[dict[str, Any]]] | StreamSkipped:
        try:
            return read_associations(self._client, self._object.name, to_type, ids)
        except StreamSkipped as refusal:
            return refusal
