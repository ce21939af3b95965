"""Properties, pipelines and owners: what a portal says about its own shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.call import Answer
from tests.hubspot_simulator.catalogue import SENSITIVITIES
from tests.hubspot_simulator.errors import not_found, validation_error

if TYPE_CHECKING:
    from tests.hubspot_simulator.call import Call

LARGEST_OWNER_PAGE = 500
DEFAULT_OWNER_PAGE = 100
OWNER_SCOPE = "crm.objects.owners.read"


def list_properties(call: Call) -> Answer:
    """All properties at once; sensitive ones only if asked for by `dataSensitivity`, and scoped."""
    kind = call.object_type()
    call.require_any_scope(*kind.any_scopes)
    sensitivity = call.query.get("dataSensitivity", SENSITIVITIES[0])
    if sensitivity not in SENSITIVITIES:
        raise validation_error(f"Unknown dataSensitivity {sensitivity}: one of {', '.join(SENSITIVITIES)}")
    catalogue = call.portal.properties[kind.name]
    held = catalogue.archived if call.flag("archived") else catalogue.active
    shown = sensitivity == SENSITIVITIES[0] or call.credential.scopes.intersection(
        kind.sensitive_scopes(sensitivity)
    )
    results = [each for each in held.values() if shown and each.data_sensitivity == sensitivity]
    return Answer({"results": results})


def list_pipelines(call: Call) -> Answer:
    """All pipelines of an object type with their stages."""
    kind = call.object_type()
    call.require_any_scope(*kind.any_scopes)
    return Answer({"results": call.portal.pipelines.get(kind.name, [])})


def list_owners(call: Call) -> Answer:
    """A page of owners; deactivated ones need a pass of their own with `archived=true`."""
    call.require_any_scope(OWNER_SCOPE)
    limit = call.limit(DEFAULT_OWNER_PAGE, LARGEST_OWNER_PAGE)
    archived = call.flag("archived")
    after = call.query.get("after", "0")
    if not after.isdecimal():
        raise validation_error(f"Invalid after: {after}")
    owners = sorted(
        (each for each in call.portal.owners if each.archived == archived), key=lambda each: int(each.id)
    )
    if email := call.query.get("email"):
        owners = [each for each in owners if each.email == email]
    rest = [each for each in owners if int(each.id) > int(after)]
    body: dict[str, Any] = {"results": rest[:limit]}
    if len(rest) > limit:
        last = rest[limit - 1].id
        body["paging"] = {
            "next": {"after": last, "link": f"https://api.hubapi.com/crm/v3/owners/?after={last}"}
        }
    return Answer(body)


def get_owner(call: Call) -> Answer:
    """One owner."""
    call.require_any_scope(OWNER_SCOPE)
    archived = call.flag("archived")
    for owner in call.portal.owners:
        if owner.id == call.params["owner_id"] and owner.archived == archived:
            return Answer(owner)
    raise not_found(f"No owner {call.params['owner_id']}")
