"""Lists (segments) and who is on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi import endpoints
from tap_hubspot_multi.fields import rest, text
from tap_hubspot_multi.schemas import INTEGER, KEY_TEXT, MOMENT, OBJECT, TEXT, stream_schema
from tap_hubspot_multi.strategies.by_parent import WholeByParent
from tap_hubspot_multi.strategies.whole import WholeRead
from tap_hubspot_multi.tasks import StreamDefinition
from tap_hubspot_multi.timestamps import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.records import Record
    from tap_hubspot_multi.tasks import Task

_SCOPE = "crm.lists.read"
_LISTS_PER_PAGE = 500
_MOST_LISTS = 10_000
"""How far the search can be paged."""
_MEMBERS_PER_PAGE = "250"
_OWN_COLUMNS = frozenset(
    {"listId", "name", "objectTypeId", "processingType", "createdAt", "updatedAt", "filtersUpdatedAt"}
)


def _search(task: Task) -> dict[str, dict[str, Any]]:
    """All lists by id; there is no list of lists, only a search."""
    found: dict[str, dict[str, Any]] = {}
    for offset in range(0, _MOST_LISTS, _LISTS_PER_PAGE):
        page = task.client.post(endpoints.LISTS_SEARCH, {"count": _LISTS_PER_PAGE, "offset": offset})
        found |= {str(each["listId"]): each for each in page["lists"]}
        if not page.get("hasMore"):
            return found
    task.notes.remark = f"HubSpot tells of {_MOST_LISTS} lists at most; this portal has {page.get('total')}"
    return found


def _lists(task: Task) -> Iterator[Record]:
    for list_id, each in _search(task).items():
        size = str((each.get("additionalProperties") or {}).get("hs_list_size") or "")
        yield {
            "id": list_id,
            "name": each.get("name"),
            "object_type_id": text(each.get("objectTypeId")),
            "processing_type": each.get("processingType"),
            "size": int(size) if size.isdecimal() else None,
            "created_at": normalize(each.get("createdAt")),
            "updated_at": normalize(each.get("updatedAt")),
            "filters_updated_at": normalize(each.get("filtersUpdatedAt")),
            "details": rest(each, _OWN_COLUMNS),
        }


def _members(task: Task, list_id: str) -> Iterator[list[Record]]:
    for page in task.client.pages(endpoints.list_memberships(list_id), {"limit": _MEMBERS_PER_PAGE}):
        yield [
            {
                "list_id": list_id,
                "record_id": str(member["recordId"]),
                "joined_at": normalize(member.get("membershipTimestamp")),
            }
            for member in page["results"]
        ]


STREAMS = (
    StreamDefinition(
        name="lists",
        keys=("portal_id", "id"),
        schema=stream_schema(
            id=KEY_TEXT,
            name=TEXT,
            object_type_id=TEXT,
            processing_type=TEXT,
            size=INTEGER,
            created_at=MOMENT,
            updated_at=MOMENT,
            filters_updated_at=MOMENT,
            details=OBJECT,
        ),
        strategy=WholeRead(_lists),
        endpoint=endpoints.LISTS_SEARCH,
        scope=_SCOPE,
        reading="whole, each run; 10,000 at most",
    ),
    StreamDefinition(
        name="list_memberships",
        keys=("portal_id", "list_id", "record_id"),
        schema=stream_schema(list_id=KEY_TEXT, record_id=KEY_TEXT, joined_at=MOMENT),
        strategy=WholeByParent(_search, _members),
        endpoint=endpoints.list_memberships("{list}"),
        scope=_SCOPE,
        reading="whole, each run, list by list; only if selected",
        selected_by_default=False,
    ),
)
