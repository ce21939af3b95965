"""Lists, which can only be searched for, and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.call import Answer, checked_limit
from tests.hubspot_simulator.errors import not_found, validation_error
from tests.hubspot_simulator.marketing.lists import membership_row
from tests.hubspot_simulator.marketing.pages import page_by_id, page_by_position

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.marketing.lists import RecordList

_DEFAULT_COUNT = 20
_LARGEST_COUNT = 500
_LARGEST_OFFSET = 10_000
_DEFAULT_PAGE = 100
_LARGEST_PAGE = 250


def search_lists(call: Call) -> Answer:
    """Lists by id; `offset` of the answer is where the next page starts."""
    body = call.json()
    count = checked_limit(body.get("count", _DEFAULT_COUNT), _LARGEST_COUNT)
    offset = body.get("offset", 0)
    if not isinstance(offset, int) or not 0 <= offset <= _LARGEST_OFFSET:
        raise validation_error(f"Invalid offset {offset}: it must be between 0 and {_LARGEST_OFFSET}")
    part_of_name = str(body.get("query") or "").lower()
    types, ids = body.get("processingTypes"), body.get("listIds")
    found = [
        each
        for each in call.portal.marketing.lists.values()
        if part_of_name in each.name.lower()
        and (not types or each.processing_type in types)
        and (not ids or each.id in map(str, ids))
        and body.get("objectTypeId") in {None, each.type_id(call.portal)}
    ]
    end = offset + count
    return Answer(
        {
            "lists": [each.row(call.portal) for each in found[offset:end]],
            "offset": min(end, max(len(found), offset)),
            "hasMore": end < len(found),
            "total": len(found),
        }
    )


def memberships(call: Call) -> Answer:
    """A page of a list's members by record id; what joined or left since cannot be asked for."""
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_PAGE)
    members = _list(call).members(call.portal)
    page = page_by_id(call, map(membership_row, members), lambda row: row["recordId"], limit)
    return Answer({"total": len(members), **page})


def memberships_in_join_order(call: Call) -> Answer:
    """A page of a list's members, who joined first comes first."""
    limit = call.limit(_DEFAULT_PAGE, _LARGEST_PAGE)
    members = sorted(_list(call).members(call.portal), key=lambda member: member[1])
    page = page_by_position(call, [membership_row(member) for member in members], limit)
    return Answer({"total": len(members), **page})


def _list(call: Call) -> RecordList:
    found = call.portal.marketing.lists.get(call.params["list_id"])
    if found is None:
        raise not_found(f"List does not exist with ID {call.params['list_id']}.")
    return found
