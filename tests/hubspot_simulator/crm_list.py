"""`GET /crm/objects/{version}/{type}` and `…/{id}`: reading records by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.association_types import PRIMARY, UNLABELLED
from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.crm_view import RecordView
from tests.hubspot_simulator.errors import not_found, validation_error

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call
    from tests.hubspot_simulator.object_types import ObjectType
    from tests.hubspot_simulator.portal import Portal

DEFAULT_PAGE = 10
LARGEST_PAGE = 100
LARGEST_PAGE_WITH_HISTORY = 50


def list_records(call: Call) -> Answer:
    """One page of records in order of id; `archived=true` shows the archived ones and no others."""
    kind = call.object_type()
    call.require_scopes(kind)
    history = call.names("propertiesWithHistory")
    limit = call.limit(DEFAULT_PAGE, LARGEST_PAGE_WITH_HISTORY if history else LARGEST_PAGE)
    after = call.query.get("after", "0")
    if not after.isdecimal():
        raise validation_error(f"Invalid after: {after}")
    others = _association_types(call, kind)
    view = RecordView(call, kind, call.names("properties"), with_history=history)
    records, next_id = call.portal.objects[kind.name].page(int(after), limit, archived=call.flag("archived"))
    results = [view(record) for record in records]
    for result in results:
        _add_associations(result, call.portal, kind, others)
    body: dict[str, Any] = {"results": results}
    if next_id is not None:
        # The link names the old version, as the real one does; only `after` is to be trusted.
        link = f"https://api.hubapi.com/crm/v3/objects/{kind.name}?after={next_id}"
        body["paging"] = {"next": {"after": str(next_id), "link": link}}
    return Answer(body)


def get_record(call: Call) -> Answer:
    """One record; the id of a record that was merged away answers the winner."""
    kind = call.object_type()
    call.require_scopes(kind)
    given = call.params["record_id"]
    record = call.portal.objects[kind.name].resolve(int(given)) if given.isdecimal() else None
    if record is None or record.archived != call.flag("archived"):
        raise not_found(f"Object not found.  objectId are usually numeric. {kind.singular} {given}")
    others = _association_types(call, kind)
    view = RecordView(call, kind, call.names("properties"), with_history=call.names("propertiesWithHistory"))
    result = view(record)
    _add_associations(result, call.portal, kind, others)
    return Answer(result)


def _association_types(call: Call, kind: ObjectType) -> list[ObjectType]:
    types = []
    for name in call.names("associations"):
        other = call.portal.find_type(name)
        if other is None or (kind.name, other.name) not in call.portal.associations.types:
            raise validation_error(f"{name} is not associated with {kind.name}")
        types.append(other)
    return types


def _add_associations(
    result: dict[str, Any], portal: Portal, kind: ObjectType, others: list[ObjectType]
) -> None:
    shown = {other.name: _associations(portal, kind, int(result["id"]), other) for other in others}
    if any(shown.values()):
        result["associations"] = {name: block for name, block in shown.items() if block}


def _associations(portal: Portal, kind: ObjectType, record_id: int, other: ObjectType) -> dict[str, Any]:
    """Up to the cut, one entry for each label: the same record may come several times."""
    has_primary = PRIMARY in portal.associations.types[kind.name, other.name]
    entries = [
        {"id": str(to_id), "type": _type_name(kind, other, label, has_primary=has_primary)}
        for to_id, labels in portal.live_links(kind.name, record_id, other.name)
        for label in sorted(labels, key=lambda name: name == UNLABELLED)
    ]
    cut = portal.options.list_association_cut
    if not entries:
        return {}
    block: dict[str, Any] = {"results": entries[:cut]}
    if len(entries) > cut:
        after = entries[cut]["id"]
        link = f"https://api.hubapi.com/crm/v3/objects/{kind.name}/{record_id}/associations/{other.name}?after={after}"
        block["paging"] = {"next": {"after": after, "link": link}}
    return block


def _type_name(kind: ObjectType, other: ObjectType, label: str, *, has_primary: bool) -> str:
    plain = f"{kind.singular}_to_{other.singular}"
    if label == UNLABELLED:
        return f"{plain}_unlabeled" if has_primary else plain
    return plain if label == PRIMARY else label.lower().replace(" ", "_")
