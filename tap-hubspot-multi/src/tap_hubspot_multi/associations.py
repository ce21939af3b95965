"""Reads what records are associated with.

Search and batch read answer without associations, and list cuts them at about 100 for each type, so they are read by
their own endpoint, up to 1,000 records a call.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.chunks import chunks
from tap_hubspot_multi.client import next_cursor
from tap_hubspot_multi.endpoints import batch_read_associations
from tap_hubspot_multi.exceptions import TransientExhausted
from tap_hubspot_multi.pacing import Bucket

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_hubspot_multi.client import HubSpotClient

INPUTS_PER_CALL = 1000


def read_associations(
    client: HubSpotClient, from_type: str, to_type: str, ids: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    """Read all associations of some records with one other object type.

    Args:
        client: The portal's client.
        from_type: Object type of the records.
        to_type: Object type of the associated records.
        ids: The records.

    Returns:
        For every id that has any: `[{"id": …, "types": [{"category", "type_id", "label"}, …]}, …]`, ordered by id,
        each type once. A pair can have several types (primary, unlabelled, a label of the customer's own).

    Raises:
        PortalError: Nothing more can be read from the portal.
        StreamError: The associations cannot be read completely.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    waiting: list[dict[str, str]] = [{"id": record_id} for record_id in ids]
    path = batch_read_associations(from_type, to_type)
    while waiting:
        more: list[dict[str, str]] = []
        calls = [
            partial(client.post, path, {"inputs": inputs}, bucket=Bucket.ASSOCIATIONS)
            for inputs in chunks(waiting, INPUTS_PER_CALL)
        ]
        for answer in client.together(calls):
            _refuse_partial(answer.get("errors") or (), from_type, to_type)
            # Records without associations are missing from the results: they are matched by id, never by position.
            for result in answer.get("results") or ():
                from_id = str(result["from"]["id"])
                found.setdefault(from_id, []).extend(result.get("to") or ())
                if (after := next_cursor(result)) is not None:
                    more.append({"id": from_id, "after": after})
        waiting = more
    return {from_id: _associated(others) for from_id, others in found.items()}


def _associated(others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The associated records of one record, each once, as HubSpot may name one on several pages."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for other in others:
        kinds.setdefault(str(other["toObjectId"]), []).extend(other.get("associationTypes") or ())
    return [{"id": record_id, "types": _types(kinds[record_id])} for record_id in sorted(kinds)]


def _types(kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    labels = {(str(kind["category"]), int(kind["typeId"])): kind.get("label") for kind in kinds}
    return [
        {"category": category, "type_id": type_id, "label": labels[category, type_id]}
        for category, type_id in sorted(labels)
    ]


def _refuse_partial(errors: Iterable[dict[str, Any]], from_type: str, to_type: str) -> None:
    """Tell the answer "some have none" (207, OBJECT_NOT_FOUND, which is success) from real errors beside it."""
    real = [error for error in errors if error.get("category") != "OBJECT_NOT_FOUND"]
    if real:
        raise TransientExhausted(
            f"HubSpot could not read all associations from {from_type} to {to_type}: "
            f"{real[0].get('subCategory') or real[0].get('category')}. The next run goes on from here."
        )
