"""The records of the CRM: one stream for each object type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.schemas import FLAG, KEY_TEXT, MOMENT, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.crm_objects import CrmObjectStrategy
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from tap_hubspot_multi.crm import CrmObject

COLUMNS = {
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "archived": FLAG,
    "archived_at": MOMENT,
    "merged_into": TEXT,
    "properties": OBJECT,
    "associations": OBJECT,
}
"""What every record has, beside its keys."""

SCHEMA = stream_schema(id=KEY_TEXT, **COLUMNS)


def _stream(crm_object: CrmObject) -> StreamDefinition:
    *others, last = ("", *crm_object.associations)
    links = f"{', '.join(others[1:])} and {last}" if others[1:] else last
    return StreamDefinition(
        name=crm_object.name,
        keys=("portal_id", "id"),
        schema=SCHEMA,
        strategy=CrmObjectStrategy(crm_object),
        endpoint=endpoints.list_objects(crm_object.name),
        scope=crm_object.scope,
        reading=f"CRM object; with its {links}" if links else "CRM object",
        tier=crm_object.tier,
        crm_object=crm_object.name,
    )


STREAMS = tuple(map(_stream, CRM_OBJECTS))
