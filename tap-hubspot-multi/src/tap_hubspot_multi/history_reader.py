"""Reads how values of CRM records changed over time: a row for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.batch_read import NO_MORE, BatchReader
from tap_hubspot_multi.fields import text
from tap_hubspot_multi.timestamps import format_timestamp, normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


class HistoryReader:
    """The changes of some properties of one CRM object of one portal."""

    rows_per_list_page = 50
    # Rows are changes: HubSpot keeps a limited number of them, so that one that no longer comes is not gone.
    rows_are_records = False

    def __init__(self, task: Task, crm_object: CrmObject, names: Sequence[str]) -> None:
        """Create a reader.

        Args:
            task: Whose portal, client and clock to use.
            crm_object: The object type.
            names: The properties.
        """
        self.list_parameters: Mapping[str, str] = {
            "properties": ",".join(NO_MORE),
            "propertiesWithHistory": ",".join(names),
        }
        self._portal_id = task.portal.portal_id
        self._object = crm_object
        self._batches = BatchReader(task.client, crm_object.name, names, with_history=True)
        self._clock = task.clock

    def read(self, ids: Sequence[str], *, archived: bool = False) -> list[Record]:
        """Read the changes of records that are named by id, as far as they (still) exist."""
        synced_at = format_timestamp(self._clock.now())
        return self.rows(self._batches.read(ids, archived=archived), synced_at=synced_at)

    def rows(self, raws: Sequence[dict[str, Any]], *, synced_at: str) -> list[Record]:
        """Make the rows of records that were read with their history."""
        return [row for raw in raws for row in self._changes(raw, synced_at)]

    def complete(self, rows: list[Record], *, archived: bool = False) -> list[Record]:
        """Nothing is missing: a change is the same row in the archive."""
        del archived
        return rows

    def _changes(self, raw: dict[str, Any], synced_at: str) -> Iterator[Record]:
        for name, versions in (raw.get("propertiesWithHistory") or {}).items():
            seen: set[str | None] = {None}
            # Newest first: of several changes in one millisecond the first one is what remained.
            for version in versions:
                changed_at = normalize(version.get("timestamp"))
                if changed_at in seen:
                    continue
                seen.add(changed_at)
                yield {
                    "portal_id": self._portal_id,
                    "object_type": self._object.name,
                    "record_id": str(raw["id"]),
                    "property": name,
                    "changed_at": changed_at,
                    "value": text(version.get("value")) or None,
                    "source_type": version.get("sourceType"),
                    "source_id": text(version.get("sourceId")),
                    "source_label": version.get("sourceLabel"),
                    "updated_by_user_id": text(version.get("updatedByUserId")),
                    "synced_at": synced_at,
                }
