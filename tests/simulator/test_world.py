from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.hubspot_simulator.association_types import PRIMARY
from tests.simulator.support import DE, NOON, US, ids_of, where

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.world import World
    from tests.simulator.support import Api


@pytest.fixture
def world(simulator: Simulator) -> World:
    return simulator.world


def truth(world: World, object_type: str = "contacts") -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in world.portals[US].truth(object_type)}


def test_a_created_record_is_stamped_with_the_present(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {"email": "new@mail.example"})

    row = api.get(f"/crm/objects/2026-09/contacts/{made.id}").json()

    assert row["createdAt"] == row["updatedAt"] == "2026-11-22T12:00:00.000Z"
    assert row["properties"]["email"] == "new@mail.example"
    assert row["properties"]["lastmodifieddate"] == row["updatedAt"]


def test_ids_grow_with_time(world: World) -> None:
    newest = world.portals[US].objects["deals"].live_ids[-1]

    assert newest < world.create(US, "deals", {}).id < world.create(US, "deals", {}).id


def test_an_update_moves_the_modified_date_and_keeps_the_rest(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {"email": "a@mail.example", "city": "Here"})
    world.update(US, "contacts", made.id, {"city": ""}, at=NOON + timedelta(minutes=1))

    row = api.get(f"/crm/objects/2026-09/contacts/{made.id}", properties="email,city").json()

    assert row["updatedAt"] == "2026-11-22T12:01:00.000Z"
    assert row["createdAt"] == "2026-11-22T12:00:00.000Z"
    assert (row["properties"]["email"], row["properties"]["city"]) == ("a@mail.example", "")


def test_none_makes_a_value_null_again(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {"city": "Here"})
    world.update(US, "contacts", made.id, {"city": None})

    assert (
        api.get(f"/crm/objects/2026-09/contacts/{made.id}", properties="city").json()["properties"]["city"]
        is None
    )


def test_a_calculated_change_moves_no_modified_date(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {}, at=NOON - timedelta(days=1))
    world.change_calculated(US, "contacts", made.id, {"num_associated_deals": "7"})

    row = api.get(f"/crm/objects/2026-09/contacts/{made.id}", properties="num_associated_deals").json()

    assert row["properties"]["num_associated_deals"] == "7"
    assert row["updatedAt"] == "2026-11-21T12:00:00.000Z"
    assert (
        api.search("contacts", where("lastmodifieddate", "GTE", "2026-11-22T00:00:00Z")).json()["total"] == 0
    )


def test_an_internal_job_can_touch_every_record_in_one_millisecond(world: World, api: Api) -> None:
    touched = world.touch(US, "companies")

    same = where("hs_lastmodifieddate", "EQ", "2026-11-22T12:00:00.000Z")
    assert (
        api.search("companies", same).json()["total"]
        == touched
        == len(world.portals[US].objects["companies"])
    )


def test_archiving_moves_no_modified_date(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {}, at=NOON - timedelta(days=1))
    world.archive(US, "contacts", made.id)

    row = next(row for row in api.every_row(archived="true") if row["id"] == str(made.id))

    assert (row["updatedAt"], row["archivedAt"]) == ("2026-11-21T12:00:00.000Z", "2026-11-22T12:00:00.000Z")
    assert api.get(f"/crm/objects/2026-09/contacts/{made.id}").status_code == 404
    assert api.get(f"/crm/objects/2026-09/contacts/{made.id}", archived="true").status_code == 200


def test_a_restored_record_is_live_again_with_its_old_modified_date(world: World, api: Api) -> None:
    made = world.create(US, "contacts", {}, at=NOON - timedelta(days=1))
    world.archive(US, "contacts", made.id)
    world.restore(US, "contacts", made.id)

    row = api.get(f"/crm/objects/2026-09/contacts/{made.id}").json()

    assert (row["archived"], row["updatedAt"]) == (False, "2026-11-21T12:00:00.000Z")
    assert "archivedAt" not in row
    assert api.search("contacts", where("hs_object_id", "EQ", made.id)).json()["total"] == 1


@pytest.mark.parametrize("object_type", ["contacts", "companies"])
def test_a_merge_makes_a_record_with_a_new_id(world: World, api: Api, object_type: str) -> None:
    first, second = world.bulk_create(
        US, object_type, 2, lambda position: {"phone": str(position), "city": "Both"}
    )
    winner = world.merge(US, object_type, first.id, second.id)

    row = api.get(
        f"/crm/objects/2026-09/{object_type}/{winner.id}", properties="phone,hs_merged_object_ids"
    ).json()

    assert winner.id > second.id
    assert row["properties"]["phone"] == "0"
    assert row["properties"]["hs_merged_object_ids"] == f"{first.id};{second.id}"
    live = ids_of(api.every_row(object_type))
    assert winner.id in live
    assert not {first.id, second.id} & {*live, *ids_of(api.every_row(object_type, archived="true"))}


def test_merging_deals_keeps_the_first_id(world: World) -> None:
    first, second = world.bulk_create(US, "deals", 2)

    assert world.merge(US, "deals", first.id, second.id).id == first.id
    assert world.portals[US].objects["deals"].merged == {second.id: first.id}


def test_old_ids_resolve_to_the_winner_even_after_a_second_merge(world: World, api: Api) -> None:
    first, second, third = world.bulk_create(US, "contacts", 3)
    once = world.merge(US, "contacts", first.id, second.id)
    twice = world.merge(US, "contacts", once.id, third.id)

    for old in (first, second, third, once):
        assert api.get(f"/crm/objects/2026-09/contacts/{old.id}").json()["id"] == str(twice.id)
    assert str(first.id) in twice.properties["hs_merged_object_ids"].split(";")


def test_a_merged_contact_says_when_each_id_was_merged(world: World) -> None:
    first, second = world.bulk_create(US, "contacts", 2)
    winner = world.merge(US, "contacts", first.id, second.id)

    assert (
        winner.properties["hs_calculated_merged_vids"]
        == f"{first.id}:1795348800000;{second.id}:1795348800000"
    )
    assert winner.properties["hs_all_contact_vids"] == f"{winner.id};{first.id};{second.id}"


def test_a_merge_takes_the_associations_along(world: World, api: Api) -> None:
    first, second = world.bulk_create(US, "companies", 2)
    contact = world.create(US, "contacts", {"associatedcompanyid": str(second.id)})
    world.associate(US, "contacts", contact.id, "companies", second.id, PRIMARY)

    winner = world.merge(US, "companies", first.id, second.id)

    [result] = api.associations("contacts", "companies", [contact.id]).json()["results"]
    assert [to["toObjectId"] for to in result["to"]] == [str(winner.id)]
    assert world.portals[US].objects["contacts"][contact.id].properties["associatedcompanyid"] == str(
        winner.id
    )


def test_a_gdpr_deletion_leaves_no_trace(world: World, api: Api) -> None:
    contact, company = world.create(US, "contacts", {}), world.create(US, "companies", {})
    world.associate(US, "contacts", contact.id, "companies", company.id)
    world.purge(US, "contacts", contact.id)

    assert api.get(f"/crm/objects/2026-09/contacts/{contact.id}").status_code == 404
    assert contact.id not in ids_of(api.every_row(archived="true"))
    assert api.associations("companies", "contacts", [company.id]).json()["results"] == []
    assert str(contact.id) not in truth(world)
    assert contact.id in world.portals[US].objects["contacts"].purged


def test_one_portal_s_changes_do_not_show_in_another(world: World) -> None:
    before = list(world.portals[DE].truth("contacts"))
    world.bulk_create(US, "contacts", 5)
    world.touch(US, "contacts")

    assert list(world.portals[DE].truth("contacts")) == before


# The truth that a copy is compared with


def test_the_truth_is_what_the_api_answers(world: World, unlimited: Api) -> None:
    for object_type in ("contacts", "companies", "deals"):
        every = ",".join(each.name for each in unlimited.portal.properties[object_type])
        rows = {
            row["id"]: row
            for archived in ("false", "true")
            for row in unlimited.every_row(object_type, properties=every, archived=archived)
        }
        expected = {key: row for key, row in truth(world, object_type).items() if "mergedInto" not in row}

        assert rows.keys() == expected.keys()
        for key, row in rows.items():
            assert {name: value for name, value in row["properties"].items() if value} == expected[key][
                "properties"
            ]
            assert (row["updatedAt"], row["archived"]) == (
                expected[key]["updatedAt"],
                expected[key]["archived"],
            )


def test_the_truth_names_what_was_merged_away(world: World) -> None:
    first, second = world.bulk_create(US, "contacts", 2)
    winner = world.merge(US, "contacts", first.id, second.id)

    assert truth(world)[str(first.id)] == {"id": str(first.id), "mergedInto": str(winner.id)}


def test_the_truth_lists_associations_by_type_id(world: World) -> None:
    deal, contact = world.create(US, "deals", {}), world.create(US, "contacts", {})
    world.associate(US, "deals", deal.id, "contacts", contact.id, "Decision maker")

    assert truth(world, "deals")[str(deal.id)]["associations"] == {"contacts": {str(contact.id): [3, 41]}}


def test_the_truth_holds_only_properties_that_can_be_read(world: World) -> None:
    made = world.create(US, "contacts", {"passport_number": "C01X", "nonsense": "x", "city": "Here"})

    assert {"passport_number", "nonsense"} & truth(world)[str(made.id)]["properties"].keys() == set()
    scoped = {
        row["id"]: row for row in world.portals[US].truth("contacts", ["crm.objects.contacts.sensitive.read"])
    }
    assert scoped[str(made.id)]["properties"]["passport_number"] == "C01X"
