"""`/crm-object-schemas/{version}/schemas`: the custom object types of a portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tests.hubspot_simulator.association_types import UNLABELLED
from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.errors import not_found

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.custom_objects import ObjectSchema
    from tests.hubspot_simulator.portal import Portal

SCHEMA_SCOPE = "crm.schemas.custom.read"


def list_schemas(call: Call) -> Answer:
    """All custom object types at once, archived ones apart."""
    call.require_any_scope(SCHEMA_SCOPE)
    schemas = [each for each in call.portal.schemas.values() if each.archived == call.flag("archived")]
    return Answer({"results": [schema_body(call.portal, each) for each in schemas]})


def get_schema(call: Call) -> Answer:
    """One custom object type, by objectTypeId or fully qualified name."""
    call.require_any_scope(SCHEMA_SCOPE)
    asked = call.params["object_type"].lower()
    for each in call.portal.schemas.values():
        if asked in {each.object_type_id, each.fully_qualified_name} and not each.archived:
            return Answer(schema_body(call.portal, each))
    raise not_found(f"No custom object type {asked}")


def schema_body(portal: Portal, schema: ObjectSchema) -> dict[str, Any]:
    """A schema as HubSpot sends it, with its properties and the ways in which it can be associated."""
    body: dict[str, Any] = msgspec.to_builtins(schema)
    body["properties"] = [
        each for each in portal.properties[schema.object_type_id] if each.data_sensitivity == "non_sensitive"
    ]
    body["associations"] = [
        {
            "id": str(types[UNLABELLED].type_id),
            "fromObjectTypeId": portal.types[from_type].type_id,
            "toObjectTypeId": portal.types[to_type].type_id,
            "name": f"{schema.name}_to_{portal.types[to_type].singular}".lower(),
            "createdAt": schema.created_at,
            "updatedAt": schema.updated_at,
        }
        for (from_type, to_type), types in portal.associations.types.items()
        if from_type == schema.object_type_id and {from_type, to_type} <= portal.types.keys()
    ]
    return body
