"""`POST /crm/objects/{version}/{type}/search`, with everything about it that loses records."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

import msgspec

from tests.hubspot_simulator.call import Answer, checked_limit
from tests.hubspot_simulator.clock import HOUR_MS, SECOND_MS
from tests.hubspot_simulator.crm_batch import MOST_PROPERTIES
from tests.hubspot_simulator.crm_view import RecordView
from tests.hubspot_simulator.errors import internal_error, validation_error
from tests.hubspot_simulator.search_filters import compile_group, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.records import Record
    from tests.hubspot_simulator.search_filters import FilterGroup
    from tests.hubspot_simulator.search_index import SearchIndex

LARGEST_PAGE = 200
DEFAULT_PAGE = 10
MOST_GROUPS = 5
MOST_FILTERS_IN_GROUP = 6
MOST_FILTERS = 18
LONGEST_QUERY = 3_000


def search(call: Call) -> Answer:
    """Live records that match, as far as the index knows; never associations, never archived ones."""
    kind = call.object_type()
    call.require_scopes(kind)
    body = call.json()
    options = call.portal.options
    if len(body.get("properties") or []) > MOST_PROPERTIES:
        raise internal_error()
    limit = checked_limit(body.get("limit") or DEFAULT_PAGE, LARGEST_PAGE)
    offset = _offset(body, options.search_result_cap)
    index = call.portal.objects[kind.name].index
    index.catch_up(call.now_ms - round(options.index_delay_seconds * SECOND_MS))
    hits = index.answer(
        _question(body),
        lambda: _ordered(call, kind, body, _hits(call, kind, body, index)),
        later_page=offset > 0,
    )
    end = min(offset + limit, options.search_result_cap)
    calculated = [each.name for each in call.portal.properties[kind.name] if each.calculated]
    nulled = calculated if options.search_nulls_calculated else ()
    view = RecordView(call, kind, body.get("properties") or [], nulled=nulled)
    answer: dict[str, Any] = {"total": len(hits), "results": [view(record) for record in hits[offset:end]]}
    if end < len(hits):
        # Also given at the last row that can be reached: following it is what ends in a 400.
        answer["paging"] = {"next": {"after": str(end)}}
    return Answer(answer)


def _question(body: dict[str, Any]) -> bytes:
    return msgspec.json.encode([body.get(part) for part in ("filterGroups", "filters", "query", "sorts")])


def _offset(body: dict[str, Any], cap: int) -> int:
    after = str(body.get("after") or 0)
    if not after.isdecimal():
        raise validation_error(f"Invalid after: {after}")
    if int(after) >= cap:
        raise validation_error(
            f"Searches can page through {cap} results at most: after={after} is beyond them"
        )
    return int(after)


def _hits(call: Call, kind: ObjectType, body: dict[str, Any], index: SearchIndex) -> list[Record]:
    groups = _groups(call, kind, body)
    strays = call.portal.options.search_strays
    found: dict[int, Record] = {}
    for group in groups:
        found.update(
            (record.id, record) for record in _candidates(group, index, strays) if group.holds(record)
        )
    query = str(body.get("query") or "").lower()
    if len(query) > LONGEST_QUERY:
        raise validation_error(f"The query is longer than {LONGEST_QUERY} characters")
    if query:
        return [record for record in found.values() if _mentions(record, kind, query)]
    return list(found.values())


def _groups(call: Call, kind: ObjectType, body: dict[str, Any]) -> list[FilterGroup]:
    given = [group.get("filters") or [] for group in body.get("filterGroups") or []]
    if body.get("filters"):
        given.append(body["filters"])
    if len(given) > MOST_GROUPS or any(len(group) > MOST_FILTERS_IN_GROUP for group in given):
        raise validation_error(
            f"At most {MOST_GROUPS} filter groups of {MOST_FILTERS_IN_GROUP} filters are allowed"
        )
    if sum(map(len, given)) > MOST_FILTERS:
        raise validation_error(f"At most {MOST_FILTERS} filters are allowed")
    catalogue = call.portal.properties[kind.name]
    groups = [compile_group(filters, kind, catalogue, call.credential.scopes) for filters in given or [[]]]
    if any(group.modified.low == 0 for group in groups):
        # Seen in the field: filtering from 1970 on ends in a plain 500.
        raise internal_error()
    return groups


def _candidates(group: FilterGroup, index: SearchIndex, strays: int) -> Iterable[Record]:
    """Records within the group's ranges, narrowed by an index; with strays, a few beyond the window as well."""
    if group.modified.bounded:
        begin = bisect_left(index.by_modified, (group.modified.low, 0))
        end = bisect_left(index.by_modified, (group.modified.high + 1, 0))
        if strays and begin < end:
            begin, end = max(0, begin - strays), end + strays
        ids = (record_id for _, record_id in index.by_modified[begin:end])
        return (index.versions[each] for each in ids if group.ids.low <= each <= group.ids.high)
    begin, end = bisect_left(index.by_id, group.ids.low), bisect_right(index.by_id, group.ids.high)
    return (index.versions[record_id] for record_id in index.by_id[begin:end])


def _ordered(call: Call, kind: ObjectType, body: dict[str, Any], hits: list[Record]) -> list[Record]:
    name, descending = _sort_rule(body)
    catalogue = call.portal.properties[kind.name]
    visible = catalogue.readable([name] if name else [], call.credential.scopes)
    definition = catalogue[visible[0]] if visible else None
    shuffled = call.portal.options.search_order == "shuffled"
    if definition is None:
        return sorted(hits, key=lambda record: _scatter(record.id) if shuffled else record.id)
    if name == kind.modified_property:
        jitter = HOUR_MS if shuffled else 1
        hits.sort(key=lambda record: (record.modified_ms + _scatter(record.id) % jitter, record.id))
    else:
        hits.sort(key=sort_key(definition))
    return hits[::-1] if descending else hits


def _sort_rule(body: dict[str, Any]) -> tuple[str | None, bool]:
    """The sort property and whether it descends; a rule that is plain text is ignored, as HubSpot does."""
    rules = body.get("sorts") or []
    if len(rules) > 1:
        raise validation_error("Only one sort is allowed")
    if not rules or not isinstance(rules[0], dict):
        return None, False
    return rules[0].get("propertyName"), rules[0].get("direction") == "DESCENDING"


def _scatter(record_id: int) -> int:
    return zlib.crc32(str(record_id).encode())


def _mentions(record: Record, kind: ObjectType, query: str) -> bool:
    return any(query in record.properties.get(name, "").lower() for name in kind.query_properties)
