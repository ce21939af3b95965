"""HubSpot's CRM records as the rows of our streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_hubspot_multi.crm import CrmObject

Record: TypeAlias = dict[str, Any]

MERGED_IDS = "hs_merged_object_ids"
MERGED_CONTACTS = "hs_calculated_merged_vids"


def core_properties(crm_object: CrmObject) -> tuple[str, ...]:
    """Properties that every read asks for, whatever is selected: the row's own columns come from them."""
    merged = (MERGED_IDS, MERGED_CONTACTS) if crm_object.name == "contacts" else (MERGED_IDS,)
    return (crm_object.created_property, crm_object.modified_property, *merged)


def to_row(raw: Mapping[str, Any], crm_object: CrmObject, *, portal_id: int, synced_at: str) -> Record:
    """Make the row of a record.

    Args:
        raw: The record as list and batch read answer it.
        crm_object: Its object type.
        portal_id: The portal it was read from.
        synced_at: When it was read.

    Returns:
        A row that lacks only its associations: the loader replaces the whole row, so what is missing here is empty
        there. That is how a cleared property (`""`, or null) becomes empty.
    """
    properties: Mapping[str, Any] = raw.get("properties") or {}
    return {
        "portal_id": portal_id,
        **crm_object.columns,
        "id": str(raw["id"]),
        "created_at": normalize(properties.get(crm_object.created_property))
        or normalize(raw.get("createdAt")),
        "updated_at": normalize(properties.get(crm_object.modified_property))
        or normalize(raw.get("updatedAt")),
        "archived": bool(raw.get("archived")),
        "archived_at": normalize(raw["archivedAt"]) if "archivedAt" in raw else None,
        "merged_into": None,
        "properties": {
            # HubSpot documents values as strings; should another type ever come, its JSON form is kept.
            name: value if value.__class__ is str else msgspec.json.encode(value).decode()
            for name, value in properties.items()
            if value is not None and value != ""
        },
        "associations": {},
        "synced_at": synced_at,
    }


def merged_rows(winner: Record) -> Iterator[Record]:
    """Make the rows of the records that were merged into another one.

    HubSpot stops listing a merged-away id, in the archive too; only the winner still knows it. Without these rows the
    old records would live on in the database and be counted twice.

    Args:
        winner: The row of the surviving record.

    Yields:
        One archived row for each id that was merged away.
    """
    properties = winner["properties"]
    if MERGED_IDS not in properties and MERGED_CONTACTS not in properties:
        return
    merged_at: dict[str, str | None] = dict.fromkeys(_split(properties.get(MERGED_IDS)))
    for entry in _split(properties.get(MERGED_CONTACTS)):  # "id:epoch milliseconds"
        record_id, _, moment = entry.partition(":")
        merged_at[record_id] = normalize(moment)
    merged_at.pop(winner["id"], None)  # older merges kept one of the ids as the winner's
    for record_id, archived_at in merged_at.items():
        yield winner | {
            "id": record_id,
            "created_at": None,
            "updated_at": None,
            "archived": True,
            "archived_at": archived_at,
            "merged_into": winner["id"],
            "properties": {},
            "associations": {},
        }


def _split(value: str | None) -> list[str]:
    return [part for part in (piece.strip() for piece in (value or "").split(";")) if part]
