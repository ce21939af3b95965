"""The object types that a portal has made for itself, as data like those of `crm`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.crm import CUSTOM_OBJECTS, CrmObject

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPE = "crm.objects.custom.read and crm.schemas.custom.read"
TIER = "Enterprise"

_ASSOCIATED = {"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-5": "tickets"}
"""Standard types that custom records are read with, by type id."""


def slim(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with the names of its properties only: their definitions are read, and kept, elsewhere."""
    return {**schema, "properties": [str(each["name"]) for each in schema.get("properties") or ()]}


def custom_object(schema: Mapping[str, Any]) -> CrmObject:
    """Make an object type of a schema.

    Args:
        schema: As HubSpot describes a custom object type.

    Returns:
        The type under its type id: a custom object's short name is refused in paths (400), and nothing keeps two
        portals from giving one name to different things.
    """
    type_id, name = str(schema["objectTypeId"]), str(schema["name"])
    qualified = schema.get("fullyQualifiedName")
    linked = {str(each.get("toObjectTypeId")) for each in schema.get("associations") or ()}
    return CrmObject(
        type_id,
        SCOPE,
        created_property="hs_createdate",
        associations=tuple(other for other_id, other in _ASSOCIATED.items() if other_id in linked),
        has_pipelines=True,
        tier=TIER,
        aliases=(CUSTOM_OBJECTS, name, *((str(qualified),) if qualified else ())),
        columns={"object_type_id": type_id, "object_name": name},
    )
