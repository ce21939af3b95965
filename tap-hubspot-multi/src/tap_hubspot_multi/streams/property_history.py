"""How some properties of CRM records changed over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.crm import CRM_OBJECTS
from tap_hubspot_multi.history_reader import HistoryReader
from tap_hubspot_multi.schemas import KEY_MOMENT, KEY_TEXT, TEXT, stream_schema
from tap_hubspot_multi.strategies.crm_objects import CrmObjectStrategy
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.tasks import Page, Task


class _EachObject:
    """Divides the stream into one part for each object type whose history is wanted."""

    def read(self, task: Task) -> Iterator[Task]:
        reading = task.reading
        for crm_object in CRM_OBJECTS:
            if crm_object.name in reading.objects and reading.history_properties.get(crm_object.name):
                yield task.new_part(crm_object.name, _HistoryOfObject(crm_object))


@dataclass(frozen=True, slots=True)
class _HistoryOfObject:
    """Reads the changes of one object type: of those wanted properties that the portal has and nothing excludes."""

    crm_object: CrmObject

    def read(self, task: Task) -> Iterator[Page]:
        wanted = task.reading.history_properties[self.crm_object.name]
        allowed = task.catalogue.allowed_properties(task.client, self.crm_object)
        names = [name for name in dict.fromkeys(wanted) if name in allowed]
        if not names:
            task.notes.remark = (
                f"the portal has none of the properties {', '.join(wanted)}, or they are excluded"
            )
            return
        strategy = CrmObjectStrategy(
            self.crm_object, lambda task, crm_object: HistoryReader(task, crm_object, names)
        )
        yield from strategy.read(task)


STREAM = StreamDefinition(
    name="property_history",
    keys=("portal_id", "object_type", "record_id", "property", "changed_at"),
    schema=stream_schema(
        object_type=KEY_TEXT,
        record_id=KEY_TEXT,
        property=KEY_TEXT,
        changed_at=KEY_MOMENT,
        value=TEXT,
        source_type=TEXT,
        source_id=TEXT,
        source_label=TEXT,
        updated_by_user_id=TEXT,
    ),
    strategy=_EachObject(),
    endpoint=endpoints.list_objects("{object}"),
    scope="the object's",
    reading="as a CRM object, without the archive; a row for each change",
)
