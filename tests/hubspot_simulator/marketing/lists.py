"""The lists (segments) of a portal and who is on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from tests.hubspot_simulator.portal import Portal

ProcessingType = Literal["MANUAL", "DYNAMIC", "SNAPSHOT"]


class RecordList(msgspec.Struct, kw_only=True):
    """A list of records of one type.

    Attributes:
        object_type: Plural name of the type of its records.
        joined: When each record joined, by the id that it had then.
    """

    id: str
    name: str
    object_type: str
    processing_type: ProcessingType
    created_ms: int
    updated_ms: int
    user_id: str
    joined: dict[int, int] = {}

    def members(self, portal: Portal) -> list[tuple[int, int]]:
        """`(record id, when it joined)` by id: archived records are left out, merged ones take their place along."""
        store = portal.objects[self.object_type]
        members: dict[int, int] = {}
        for record_id, joined in self.joined.items():
            record = store.resolve(record_id)
            if record is not None and not record.archived:
                members[record.id] = min(joined, members.get(record.id, joined))
        return sorted(members.items())

    def type_id(self, portal: Portal) -> str:
        """The objectTypeId of its records."""
        return portal.objects[self.object_type].object_type.type_id

    def row(self, portal: Portal) -> dict[str, Any]:
        """The list as a search answers it."""
        return {
            "listId": self.id,
            "listVersion": 1,
            "name": self.name,
            "objectTypeId": self.type_id(portal),
            "processingType": self.processing_type,
            "processingStatus": "COMPLETE",
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
            "filtersUpdatedAt": iso(self.updated_ms),
            "createdById": self.user_id,
            "updatedById": self.user_id,
            "additionalProperties": {"hs_list_size": str(len(self.members(portal)))},
        }


def membership_row(member: tuple[int, int]) -> dict[str, str]:
    """A membership as the API sends it."""
    record_id, joined = member
    return {"recordId": str(record_id), "membershipTimestamp": iso(joined)}
