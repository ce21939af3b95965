"""Every standard object type is served alike: names, scopes, stamps, listing, search, batch read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator import ALL_SCOPES
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.simulator.support import NOON, US, Api, ids_of, where

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

every_type = pytest.mark.parametrize("object_type", OBJECT_TYPES)
_CREATED_UNDER_HS = {"calls", "emails", "meetings", "notes", "tasks", "communications", "quotes"} | {
    "feedback_submissions"
}


@every_type
def test_records_of_every_type_can_be_listed_searched_and_read_by_id(
    simulator: Simulator, api: Api, object_type: str
) -> None:
    made = simulator.world.create(US, object_type, {})

    assert made.id in ids_of(api.every_row(object_type))
    assert ids_of(api.search(object_type, where("hs_object_id", "EQ", made.id)).json()["results"]) == [
        made.id
    ]
    assert ids_of(api.batch_read(object_type, [made.id]).json()["results"]) == [made.id]
    assert api.get(f"/crm/objects/2026-09/{object_type}/{made.id}").json()["id"] == str(made.id)


@every_type
def test_every_type_is_found_by_plural_singular_and_type_id(api: Api, object_type: str) -> None:
    kind = OBJECT_TYPES[object_type]

    pages = [api.page(name).json() for name in (kind.name, kind.singular, kind.type_id)]

    assert pages[0] == pages[1] == pages[2]


def test_no_two_types_share_an_id() -> None:
    assert len({kind.type_id for kind in OBJECT_TYPES.values()}) == len(OBJECT_TYPES) == 15


@every_type
def test_every_type_has_its_own_created_property(simulator: Simulator, api: Api, object_type: str) -> None:
    created = "hs_createdate" if object_type in _CREATED_UNDER_HS else "createdate"
    modified = "lastmodifieddate" if object_type == "contacts" else "hs_lastmodifieddate"
    made = simulator.world.create(US, object_type, {})

    row = api.get(f"/crm/objects/2026-09/{object_type}/{made.id}", properties="hubspot_owner_id").json()

    assert row["properties"] == {
        created: "2026-11-22T12:00:00.000Z",
        modified: "2026-11-22T12:00:00.000Z",
        "hs_object_id": str(made.id),
        "hubspot_owner_id": None,
    }


@every_type
def test_changes_of_every_type_are_found_by_the_modified_property(
    simulator: Simulator, api: Api, object_type: str
) -> None:
    simulator.clock.advance(60)
    made = simulator.world.create(US, object_type, {}, at=NOON + timedelta(minutes=1))

    window = where(OBJECT_TYPES[object_type].modified_property, "GTE", "2026-11-22T12:01:00.000Z")

    assert ids_of(api.search(object_type, window).json()["results"]) == [made.id]


@every_type
@pytest.mark.parametrize("path", ["page", "search", "batch_read", "get"])
def test_every_way_of_reading_records_needs_the_scope(
    simulator: Simulator, object_type: str, path: str
) -> None:
    made = simulator.world.create(US, object_type, {})
    kind = OBJECT_TYPES[object_type]
    ways = {
        "page": lambda api: api.page(object_type),
        "search": lambda api: api.search(object_type),
        "batch_read": lambda api: api.batch_read(object_type, [made.id]),
        "get": lambda api: api.get(f"/crm/objects/2026-09/{object_type}/{made.id}"),
    }

    for group in kind.read_scopes:
        without = Api(simulator, scopes=[scope for scope in ALL_SCOPES if scope not in group])
        answer = ways[path](without)
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == sorted(group)


def test_emails_need_two_scopes_at_once(simulator: Simulator) -> None:
    for scopes in (["crm.objects.contacts.read"], ["sales-email-read"]):
        assert Api(simulator, scopes=scopes).page("emails").status_code == 403
    both = Api(simulator, scopes=["crm.objects.contacts.read", "sales-email-read"])
    assert both.page("emails").status_code == 200


@pytest.mark.parametrize("scope", ["e-commerce", "crm.objects.quotes.read"])
def test_quotes_open_with_either_of_two_scopes(simulator: Simulator, scope: str) -> None:
    assert Api(simulator, scopes=[scope]).page("quotes").status_code == 200
