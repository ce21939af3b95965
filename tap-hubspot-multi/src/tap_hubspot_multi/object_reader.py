"""Reads whole CRM records by id, or completes those that a list page brought.

Reading by id is the one way that is always complete: search answers some calculated properties as null and never
associations, and a portal's property names, hundreds of them, do not fit into the address of a list request (414).
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.associations import read_associations
from tap_hubspot_multi.chunks import chunks
from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.records import core_properties, merged_rows, to_row
from tap_hubspot_multi.timestamps import format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_hubspot_multi.client import HubSpotClient
    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record

logger = logging.getLogger("tap-hubspot-multi")

IDS_PER_READ = 100
PROPERTIES_PER_READ = 500
"""Above some 1,000 names in one call HubSpot answers 500."""


def wanted_properties(
    known: Iterable[str], crm_object: CrmObject, selection: Sequence[str] | None
) -> tuple[str, ...]:
    """Choose which properties to ask for.

    Args:
        known: The names that the portal has.
        crm_object: The object type.
        selection: Names or patterns (`hs_analytics_*`) to keep; None keeps all.

    Returns:
        Names in a stable order, those of the row's own columns always among them.
    """
    if selection is not None:
        known = [name for name in known if any(fnmatchcase(name, pattern) for pattern in selection)]
    return tuple(sorted({*known, *core_properties(crm_object)}))


class ObjectReader:
    """Whole rows of one CRM object of one portal."""

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
        self.properties = tuple(properties)
        self._client = client
        self._object = crm_object
        self._portal_id = portal_id
        self._clock = clock
        self._readable_associations = list(crm_object.associations)

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
        path = endpoints.batch_read(self._object.name, archived=archived)
        raws: list[dict[str, Any]] = []
        for some_ids in chunks(ids, IDS_PER_READ):
            inputs = [{"id": record_id} for record_id in some_ids]
            parts = [
                self._client.post(path, {"inputs": inputs, "properties": names})["results"]
                for names in chunks(self.properties, PROPERTIES_PER_READ)
            ]
            raws += _joined(parts)
        return self._rows(list({str(raw["id"]): raw for raw in raws}.values()), synced_at, archived=archived)

    def complete(
        self, raws: Sequence[dict[str, Any]], *, synced_at: str, archived: bool = False
    ) -> list[Record]:
        """Make rows of records that were read with all their properties, only the associations being missing.

        Args:
            raws: Records as the list endpoint answers them.
            synced_at: When they were read.
            archived: Whether they are in the archive.

        Returns:
            Their rows, and those of the records merged into them.
        """
        return self._rows(raws, synced_at, archived=archived)

    def _rows(self, raws: Sequence[dict[str, Any]], synced_at: str, *, archived: bool) -> list[Record]:
        ids = [str(raw["id"]) for raw in raws]
        # Archiving a record removes its associations.
        associated = {} if archived else self._associations(ids)
        rows = [
            to_row(
                raw,
                self._object,
                portal_id=self._portal_id,
                associations={to_type: found.get(record_id, []) for to_type, found in associated.items()},
                synced_at=synced_at,
            )
            for record_id, raw in zip(ids, raws, strict=True)
        ]
        return rows + [loser for row in rows for loser in merged_rows(row)]

    def _associations(self, ids: Sequence[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
        if not ids:
            return {}
        associated = {}
        for to_type in list(self._readable_associations):
            try:
                associated[to_type] = read_associations(self._client, self._object.name, to_type, ids)
            except StreamSkipped as refusal:
                # The records themselves may be read; rows without the key tell "not read" from "has none".
                self._readable_associations.remove(to_type)
                logger.warning(
                    "portal %s, %s: without associations to %s: %s",
                    self._portal_id,
                    self._object.name,
                    to_type,
                    refusal,
                )
        return associated


def _joined(parts: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Put the properties of each record together; one that vanished between two parts is left out, half is wrong."""
    by_id = [{str(raw["id"]): raw for raw in part} for part in parts]
    whole = set.intersection(*map(set, by_id))
    return [
        by_id[0][record_id]
        | {
            "properties": {
                name: value for part in by_id for name, value in part[record_id]["properties"].items()
            }
        }
        for record_id in by_id[0]
        if record_id in whole
    ]
