"""What the portal's records are made of: properties, pipelines and their stages."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.crm import CRM_OBJECTS, CUSTOM_OBJECTS
from tap_hubspot_multi.exceptions import StreamSkipped
from tap_hubspot_multi.fields import integer, life
from tap_hubspot_multi.schemas import FLAG, INTEGER, KEY_TEXT, LIFE, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WatchedRead, WholeRead, of_each
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


def objects_read(task: Task) -> list[CrmObject]:
    """The object types that are read; a portal that may not have custom ones has none."""
    objects = [crm_object for crm_object in CRM_OBJECTS if crm_object.name in task.reading.objects]
    if CUSTOM_OBJECTS in task.reading.objects:
        with suppress(StreamSkipped):
            objects += task.catalogue.custom_objects(task.client)
    return objects


def _live_properties(task: Task) -> Iterator[tuple[str, str]]:
    """What tells that definitions have changed; a property cannot be archived, or restored, without that."""

    def of_object(crm_object: CrmObject) -> Iterator[tuple[str, str]]:
        yield crm_object.name, task.catalogue.live_properties(task.client, crm_object).digest

    return of_each(task, objects_read(task), of_object)


def _properties(task: Task, _: Sequence[tuple[str, str]]) -> Iterator[list[Record]]:
    """The property definitions of every object type that is read: thousands, so that each type is a page."""

    def of_object(crm_object: CrmObject) -> Iterator[list[Record]]:
        yield _properties_of(task, crm_object)

    return of_each(task, objects_read(task), of_object)


def _properties_of(task: Task, crm_object: CrmObject) -> list[Record]:
    """The property definitions of an object type; archived ones first, a live name wins."""
    definitions: dict[str, dict[str, Any]] = {}
    for archived in (True, False):
        found = task.catalogue.definitions(task.client, crm_object, archived=archived)
        definitions |= {str(definition["name"]): definition for definition in found}
    return [_property_row(definition, crm_object.name) for definition in definitions.values()]


def _property_row(definition: dict[str, Any], object_type: str) -> Record:
    options = [
        {
            "label": option.get("label"),
            "value": option.get("value"),
            "display_order": option.get("displayOrder"),
            "hidden": option.get("hidden"),
        }
        for option in definition.get("options") or ()
    ]
    return {
        "object_type": object_type,
        "name": definition["name"],
        "label": definition.get("label"),
        "type": definition.get("type"),
        "field_type": definition.get("fieldType"),
        "group_name": definition.get("groupName"),
        "description": definition.get("description"),
        "options": {"options": options},
        "calculated": definition.get("calculated"),
        "external_options": definition.get("externalOptions"),
        "has_unique_value": definition.get("hasUniqueValue"),
        "hidden": definition.get("hidden"),
        "hubspot_defined": definition.get("hubspotDefined"),
        "form_field": definition.get("formField"),
        "data_sensitivity": definition.get("dataSensitivity"),
        "referenced_object_type": definition.get("referencedObjectType"),
        "currency_property_name": definition.get("currencyPropertyName"),
        **life(definition),
    }


def _pipelines(task: Task) -> Iterator[Record]:
    """The pipelines of every object type that has them."""

    def of_object(crm_object: CrmObject) -> Iterator[Record]:
        for pipeline in task.catalogue.pipelines(task.client, crm_object):
            yield {
                "object_type": crm_object.name,
                "id": str(pipeline["id"]),
                "label": pipeline.get("label"),
                "display_order": integer(pipeline.get("displayOrder")),
                **life(pipeline),
            }

    return of_each(task, _with_pipelines(task), of_object)


def _pipeline_stages(task: Task) -> Iterator[Record]:
    """The stages of those pipelines; a stage's id is not unique beyond its pipeline."""

    def of_object(crm_object: CrmObject) -> Iterator[Record]:
        for pipeline in task.catalogue.pipelines(task.client, crm_object):
            for stage in pipeline.get("stages") or ():
                yield {
                    "object_type": crm_object.name,
                    "pipeline_id": str(pipeline["id"]),
                    "id": str(stage["id"]),
                    "label": stage.get("label"),
                    "display_order": integer(stage.get("displayOrder")),
                    "metadata": stage.get("metadata") or {},
                    **life(stage),
                }

    return of_each(task, _with_pipelines(task), of_object)


def _with_pipelines(task: Task) -> list[CrmObject]:
    return [crm_object for crm_object in objects_read(task) if crm_object.has_pipelines]


STREAMS = (
    StreamDefinition(
        name="properties",
        keys=("portal_id", "object_type", "name"),
        schema=stream_schema(
            object_type=KEY_TEXT,
            name=KEY_TEXT,
            label=TEXT,
            type=TEXT,
            field_type=TEXT,
            group_name=TEXT,
            description=TEXT,
            options=OBJECT,
            calculated=FLAG,
            external_options=FLAG,
            has_unique_value=FLAG,
            hidden=FLAG,
            hubspot_defined=FLAG,
            form_field=FLAG,
            data_sensitivity=TEXT,
            referenced_object_type=TEXT,
            currency_property_name=TEXT,
            **LIFE,
        ),
        strategy=WatchedRead(_live_properties, _properties),
        endpoint=endpoints.properties("{object}"),
        scope="the object's",
        reading="whole, each run; archived ones when a live one changes",
    ),
    StreamDefinition(
        name="pipelines",
        keys=("portal_id", "object_type", "id"),
        schema=stream_schema(object_type=KEY_TEXT, id=KEY_TEXT, label=TEXT, display_order=INTEGER, **LIFE),
        strategy=WholeRead(_pipelines),
        endpoint=endpoints.pipelines("{object}"),
        scope="the object's",
        reading="whole, each run",
    ),
    StreamDefinition(
        name="pipeline_stages",
        keys=("portal_id", "object_type", "pipeline_id", "id"),
        schema=stream_schema(
            object_type=KEY_TEXT,
            pipeline_id=KEY_TEXT,
            id=KEY_TEXT,
            label=TEXT,
            display_order=INTEGER,
            metadata=OBJECT,
            **LIFE,
        ),
        strategy=WholeRead(_pipeline_stages),
        endpoint=endpoints.pipelines("{object}"),
        scope="the object's",
        reading="whole, each run",
    ),
)
