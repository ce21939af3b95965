"""What can happen to lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.marketing.lists import RecordList
from tests.hubspot_simulator.mutations import Mutations

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.hubspot_simulator.marketing.lists import ProcessingType


class ListEvents(Mutations):
    """Mutations of lists; who joins or leaves does not move a list's `updatedAt`."""

    def add_list(
        self,
        portal_id: int,
        name: str,
        *,
        object_type: str = "contacts",
        processing_type: ProcessingType = "MANUAL",
        at: datetime | None = None,
    ) -> RecordList:
        """Make an empty list."""
        with self.lock:
            portal = self.portals[portal_id]
            lists = portal.marketing.lists
            moment = self._moment(at)
            made = RecordList(
                id=str(max(map(int, lists), default=0) + 1),
                name=name,
                object_type=object_type,
                processing_type=processing_type,
                created_ms=moment,
                updated_ms=moment,
                user_id=str(portal.user_id),
            )
            lists[made.id] = made
            return made

    def add_to_list(
        self, portal_id: int, list_id: str, record_ids: Iterable[int], *, at: datetime | None = None
    ) -> None:
        """Records join a list; those that are on it already stay as they are."""
        with self.lock:
            found = self.portals[portal_id].marketing.lists[list_id]
            found.joined = {**dict.fromkeys(record_ids, self._moment(at)), **found.joined}

    def remove_from_list(self, portal_id: int, list_id: str, record_ids: Iterable[int]) -> None:
        """Records leave a list without a trace."""
        with self.lock:
            found = self.portals[portal_id].marketing.lists[list_id]
            leaving = set(record_ids)
            found.joined = {key: moment for key, moment in found.joined.items() if key not in leaving}

    def delete_list(self, portal_id: int, list_id: str) -> None:
        """Delete a list; its records stay."""
        with self.lock:
            del self.portals[portal_id].marketing.lists[list_id]
