"""The ways in which records can be associated: HubSpot's own, and the labels that a portal has made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.schemas import KEY_INTEGER, KEY_TEXT, TEXT, stream_schema
from tap_hubspot_multi.strategies.whole import WatchedRead, in_one_page, of_each
from tap_hubspot_multi.streams.definitions import objects_read
from tap_hubspot_multi.tasks import StreamDefinition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_multi.crm import CrmObject
    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task


class _Pair(NamedTuple):
    """Two object types whose associations are read, in the direction in which they are."""

    crm_object: CrmObject
    to_type: str

    @property
    def tier(self) -> str:
        return self.crm_object.tier

    def __str__(self) -> str:
        return f"{self.crm_object} to {self.to_type}"


def _pairs(task: Task) -> Iterator[_Pair]:
    for crm_object in objects_read(task):
        for other in crm_object.associations:
            yield _Pair(crm_object, other)


def _association_labels(task: Task, pairs: Sequence[_Pair]) -> Iterator[Record]:
    """The association types of every pair of object types that is read."""

    def of_pair(pair: _Pair) -> Iterator[Record]:
        from_type = pair.crm_object.name
        for label in task.client.get(endpoints.association_labels(from_type, pair.to_type))["results"]:
            yield {
                "from_object_type": from_type,
                "to_object_type": pair.to_type,
                "category": str(label["category"]),
                "type_id": int(label["typeId"]),
                "label": label.get("label"),
            }

    return of_each(task, pairs, of_pair)


STREAM = StreamDefinition(
    name="association_labels",
    keys=("portal_id", "from_object_type", "to_object_type", "category", "type_id"),
    schema=stream_schema(
        from_object_type=KEY_TEXT, to_object_type=KEY_TEXT, category=KEY_TEXT, type_id=KEY_INTEGER, label=TEXT
    ),
    # Dozens of requests for what hardly ever changes.
    strategy=WatchedRead(_pairs, in_one_page(_association_labels), every=timedelta(days=1)),
    endpoint=endpoints.association_labels("{object}", "{other}"),
    scope="the objects'",
    reading="whole, once a day; of the pairs that are read",
)
