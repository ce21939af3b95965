"""`POST /crm/objects/{version}/{type}/batch/read`: records by a list of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.clock import iso
from tests.hubspot_simulator.crm_list import LARGEST_PAGE, LARGEST_PAGE_WITH_HISTORY
from tests.hubspot_simulator.crm_view import RecordView
from tests.hubspot_simulator.errors import internal_error, validation_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.catalogue import PropertyCatalogue
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import ObjectStore, Record

# More asked-for properties than this have been seen to end in a plain 500.
MOST_PROPERTIES = 1_000


def batch_read(call: Call) -> Answer:
    """Up to 100 records in no order, each once; 207 with the missing ids if any are missing."""
    kind = call.object_type()
    call.require_scopes(kind)
    body = call.json()
    history, properties = body.get("propertiesWithHistory") or [], body.get("properties") or []
    asked = input_ids(body, LARGEST_PAGE_WITH_HISTORY if history else LARGEST_PAGE)
    if len(properties) > MOST_PROPERTIES:
        raise internal_error()
    store = call.portal.objects[kind.name]
    find = _finder(store, call.portal.properties[kind.name], body.get("idProperty"))
    wants_archived = call.flag("archived")
    found: dict[int, Record] = {}
    missing: list[str] = []
    for asked_id in asked:
        record = find(asked_id)
        if record is None or record.archived != wants_archived:
            missing.append(asked_id)
        else:
            found[record.id] = record
    view = RecordView(call, kind, properties, with_history=history)
    # Answers are unordered: sorted by the last digits they are so on purpose.
    results = [
        view(found[record_id]) for record_id in sorted(found, key=lambda number: (number % 97, number))
    ]
    return batch_answer(call, results, _missing_error(kind, missing) if missing else [])


def input_ids(body: dict[str, Any], most: int) -> list[str]:
    """The ids of a batch request.

    Raises:
        HubSpotError: 400, there are none, too many, or they are malformed.
    """
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise validation_error("inputs: at least one is expected")
    if len(inputs) > most:
        raise validation_error(f"The number of inputs {len(inputs)} exceeds the limit of {most}")
    if not all(isinstance(each, dict) and "id" in each for each in inputs):
        raise validation_error("inputs: each one needs an id")
    return [str(each["id"]) for each in inputs]


def batch_answer(call: Call, results: list[dict[str, Any]], errors: list[dict[str, Any]]) -> Answer:
    """The frame around batch results: 200, or 207 as soon as there is one error."""
    stamp = iso(call.now_ms)
    body: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": stamp,
        "completedAt": stamp,
    }
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return Answer(body, status=207 if errors else 200)


def _finder(
    store: ObjectStore, catalogue: PropertyCatalogue, id_property: str | None
) -> Callable[[str], Record | None]:
    if id_property is None or id_property == "hs_object_id":
        return lambda text: store.resolve(int(text)) if text.isdecimal() else None
    definition = catalogue.get(id_property)
    if definition is None or not definition.has_unique_value:
        raise validation_error(f"{id_property} is not a unique property of {store.object_type.name}")
    return {record.properties.get(id_property): record for record in store}.get


def _missing_error(kind: ObjectType, missing: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"Could not get some {kind.singular.upper()} objects, they may be deleted or not exist.",
            "context": {"ids": missing},
            "errors": [],
            "links": {},
        }
    ]
