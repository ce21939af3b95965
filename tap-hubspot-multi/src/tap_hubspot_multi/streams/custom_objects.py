"""The object types of a portal's own making, and their records: all types in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.crm import CUSTOM_OBJECTS
from tap_hubspot_multi.custom_types import SCOPE, TIER, slim
from tap_hubspot_multi.fields import life
from tap_hubspot_multi.schemas import KEY_TEXT, LIFE, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.crm_objects import CrmObjectStrategy
from tap_hubspot_multi.strategies.whole import WatchedRead, in_one_page
from tap_hubspot_multi.streams.crm_objects import COLUMNS
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


class _EachCustomType:
    """Divides the stream into one part for each type: only HubSpot knows which there are."""

    def read(self, task: Task) -> Iterator[Task]:
        for crm_object in task.catalogue.custom_objects(task.client):
            yield task.new_part(crm_object.name, CrmObjectStrategy(crm_object))


def _live_schemas(task: Task) -> Iterator[Mapping[str, Any]]:
    yield from task.catalogue.schemas(task.client)


def _object_schemas(task: Task, live: Sequence[Mapping[str, Any]]) -> Iterator[Record]:
    """The portal's custom object types; archived ones are listed apart, and were live before."""
    archived = task.client.get(endpoints.SCHEMAS, {"archived": "true"})["results"]
    for schema in (*map(slim, archived), *live):
        labels = schema.get("labels") or {}
        yield {
            "id": str(schema["objectTypeId"]),
            "name": schema.get("name"),
            "fully_qualified_name": schema.get("fullyQualifiedName"),
            "singular_label": labels.get("singular"),
            "plural_label": labels.get("plural"),
            "primary_display_property": schema.get("primaryDisplayProperty"),
            "properties": {
                "properties": schema["properties"],
                "required": list(schema.get("requiredProperties") or ()),
                "searchable": list(schema.get("searchableProperties") or ()),
                "secondary_display": list(schema.get("secondaryDisplayProperties") or ()),
            },
            "associations": {
                "associations": [
                    {
                        "id": str(each.get("id")),
                        "name": each.get("name"),
                        "from_object_type_id": each.get("fromObjectTypeId"),
                        "to_object_type_id": each.get("toObjectTypeId"),
                    }
                    for each in schema.get("associations") or ()
                ]
            },
            **life(schema),
        }


STREAMS = (
    StreamDefinition(
        name="object_schemas",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            name=TEXT,
            fully_qualified_name=TEXT,
            singular_label=TEXT,
            plural_label=TEXT,
            primary_display_property=TEXT,
            properties=OBJECT,
            associations=OBJECT,
            **LIFE,
        ),
        strategy=WatchedRead(_live_schemas, in_one_page(_object_schemas)),
        endpoint=endpoints.SCHEMAS,
        scope="crm.schemas.custom.read",
        reading="whole, each run; archived ones when a live one changes",
        tier=TIER,
        crm_object=CUSTOM_OBJECTS,
    ),
    StreamDefinition(
        name=CUSTOM_OBJECTS,
        keys=("portal_id", "object_type_id", "id"),
        schema=stream_schema(object_type_id=KEY_TEXT, id=KEY_TEXT, object_name=TEXT, **COLUMNS),
        strategy=_EachCustomType(),
        endpoint=endpoints.list_objects("{objectTypeId}"),
        scope=SCOPE,
        reading="CRM object, each type by itself; with its contacts, companies, deals and tickets",
        tier=TIER,
        crm_object=CUSTOM_OBJECTS,
    ),
)
