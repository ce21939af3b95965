"""Reads records by id, in as few calls as HubSpot takes, and in smaller ones where it chokes.

Some records are too much at once: batches with many properties, or long histories, end in 500 or 524 however often
they are asked for. Then the batch is halved, first by ids, then by properties, until it is answered.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.chunks import chunks, halves
from tap_hubspot_multi.exceptions import Overwhelmed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_hubspot_multi.client import HubSpotClient

IDS_PER_READ = 100
IDS_PER_READ_WITH_HISTORY = 50
PROPERTIES_PER_READ = 500
"""Above some 1,000 names in one call HubSpot answers 500."""

_FEWEST_PROPERTIES = 50
"""Fewer than these are not what a batch chokes on."""

NO_MORE = ("hs_object_id",)
"""Asks for no property beside those that always come: asked for none, HubSpot sends names and e-mail addresses."""


class BatchReader:
    """The batch read endpoint of one object type of one portal."""

    def __init__(
        self, client: HubSpotClient, object_type: str, names: Sequence[str], *, with_history: bool = False
    ) -> None:
        """Create a reader.

        Args:
            client: The portal's client.
            object_type: As it stands in paths.
            names: Properties to read.
            with_history: Whether to read all their values over time, instead of today's.
        """
        self._client = client
        self._object_type = object_type
        self._names = names
        self._with_history = with_history

    def read(self, ids: Sequence[str], *, archived: bool) -> list[dict[str, Any]]:
        """Read records.

        Args:
            ids: Their ids.
            archived: Whether they are in the archive.

        Returns:
            Those that exist, as HubSpot answers them. An id that was merged away is answered with its winner.

        Raises:
            PortalError: Nothing more can be read from the portal.
            StreamError: They cannot be read.
        """
        path = endpoints.batch_read(self._object_type, archived=archived)
        size = IDS_PER_READ_WITH_HISTORY if self._with_history else IDS_PER_READ
        batches = self._client.together(
            [partial(self._read_whole, path, some_ids) for some_ids in chunks(ids, size)]
        )
        return [raw for batch in batches for raw in batch]

    def _read_whole(self, path: str, ids: Sequence[str]) -> list[dict[str, Any]]:
        parts = [self._read(path, ids, names) for names in chunks(self._names, PROPERTIES_PER_READ)]
        return _joined(parts)

    def _read(
        self, path: str, ids: Sequence[str], names: Sequence[str], *, is_part: bool = False
    ) -> list[dict[str, Any]]:
        asked = (
            {"properties": NO_MORE, "propertiesWithHistory": names}
            if self._with_history
            else {"properties": names}
        )
        body = {"inputs": [{"id": record_id} for record_id in ids], **asked}
        try:
            # A part is asked for less often: the whole has outlasted every failure that passes.
            answer = self._client.post(path, body, patient=not is_part)
        except Overwhelmed:
            if len(ids) > 1:
                return [raw for half in halves(ids) for raw in self._read(path, half, names, is_part=True)]
            if len(names) > _FEWEST_PROPERTIES:
                return _joined([self._read(path, ids, half, is_part=True) for half in halves(names)])
            raise
        results: list[dict[str, Any]] = answer["results"]
        return results


def _joined(parts: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Put the properties of each record together; one that vanished between two parts is left out, half is wrong."""
    by_id = [{str(raw["id"]): raw for raw in part} for part in parts]
    if len(by_id) == 1:
        return list(by_id[0].values())
    whole = set.intersection(*map(set, by_id))
    return [
        by_id[0][record_id] | _properties([part[record_id] for part in by_id])
        for record_id in by_id[0]
        if record_id in whole
    ]


def _properties(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        kind: {name: value for part in parts for name, value in part[kind].items()}
        for kind in ("properties", "propertiesWithHistory")
        if kind in parts[0]
    }
