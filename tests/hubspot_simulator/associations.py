"""`/crm/associations/{version}/{from}/{to}/batch/read` and `…/labels`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.association_types import UNLABELLED
from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.crm_batch import batch_answer, input_ids
from tests.hubspot_simulator.errors import validation_error

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.catalogue import AssociationType
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.portal import Portal

    Link = tuple[int, tuple[str, ...]]

MOST_INPUTS = 1_000


def batch_read_associations(call: Call) -> Answer:
    """Links of up to 1,000 records; records without any are missing, and turn the whole answer into a 207."""
    kind, other, types = _pair(call)
    body = call.json()
    ids = input_ids(body, MOST_INPUTS)
    starts = {str(each["id"]): str(each.get("after") or "0") for each in body["inputs"]}
    results: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for given in dict.fromkeys(ids):
        links = _links_from(call.portal, kind, other, given, starts[given])
        if links:
            results.append(_result(call, types, given, links))
        else:
            errors.append(_no_associations(kind, other, given))
    return batch_answer(call, results, errors)


def labels(call: Call) -> Answer:
    """The association types from one object type to another; label null is the plain link."""
    _, _, types = _pair(call)
    return Answer({"results": sorted(types.values(), key=lambda each: each.type_id)})


def _pair(call: Call) -> tuple[ObjectType, ObjectType, dict[str, AssociationType]]:
    kind, other = call.object_type("from_type"), call.object_type("to_type")
    call.require_any_scope(*kind.any_scopes, *other.any_scopes)
    types = call.portal.associations.types.get((kind.name, other.name))
    if types is None:
        raise validation_error(f"{kind.name} cannot be associated with {other.name}")
    return kind, other, types


def _links_from(portal: Portal, kind: ObjectType, other: ObjectType, given: str, after: str) -> list[Link]:
    if not given.isdecimal():
        return []
    return [link for link in portal.live_links(kind.name, int(given), other.name) if link[0] >= int(after)]


def _result(call: Call, types: dict[str, AssociationType], given: str, links: list[Link]) -> dict[str, Any]:
    """One page of one record's links; the older paths give ids as numbers."""
    size = call.portal.options.association_page_size
    numeric = call.dialect == "legacy"
    result: dict[str, Any] = {
        "from": {"id": given},
        "to": [
            {
                "toObjectId": to_id if numeric else str(to_id),
                "associationTypes": [
                    types[label] for label in sorted(held, key=lambda name: name != UNLABELLED)
                ],
            }
            for to_id, held in links[:size]
        ],
    }
    if len(links) > size:
        after = str(links[size][0])
        result["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return result


def _no_associations(kind: ObjectType, other: ObjectType, given: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {other.singular} is associated with {kind.singular} {given}.",
        "context": {"fromObjectId": [given], "fromObjectType": [kind.name], "toObjectType": [other.name]},
        "errors": [],
        "links": {},
    }
