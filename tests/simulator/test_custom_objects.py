"""Custom objects exist in one portal only, under their id or qualified name, and read like any other type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.hubspot_simulator import ALL_SCOPES, Scenario
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.hubspot_simulator.specs import CustomObjectSpec, FieldSpec, PipelineSpec, StageSpec
from tests.simulator.support import DE, US, Api, ids_of, tiny, where

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hubspot_simulator import Simulator

MACHINES = "2-3451907"
SCHEMAS = "/crm-object-schemas/2026-09/schemas"
PETS = CustomObjectSpec(
    name="pets",
    object_type_id="2-77",
    singular="Pet",
    plural="Pets",
    primary_property="pet_name",
    properties=(FieldSpec(name="pet_name", label="Name", type="string", field_type="text"),),
    associated=("contacts", MACHINES),
    pipelines=(PipelineSpec(id="9", label="Life", stages=(StageSpec(id="91", label="Young"),)),),
)


def schemas(api: Api, **params: str) -> list[dict[str, object]]:
    return api.get(SCHEMAS, **params).json()["results"]


# The schemas


def test_schemas_describe_the_custom_objects_of_the_portal(api: Api) -> None:
    [machine] = api.get(SCHEMAS).json()["results"]

    assert {key: machine[key] for key in ("id", "objectTypeId", "name", "fullyQualifiedName", "labels")} == {
        "id": "3451907",
        "objectTypeId": MACHINES,
        "name": "Machines",
        "fullyQualifiedName": "p11111111_machines",
        "labels": {"singular": "Machine", "plural": "Machines"},
    }
    assert machine["primaryDisplayProperty"] == "serial_number"
    assert {"serial_number", "running_hours", "hs_object_id"} <= {
        each["name"] for each in machine["properties"]
    }
    assert {each["toObjectTypeId"] for each in machine["associations"]} == {"0-1", "0-2", "0-3"}


def test_the_truth_of_schemas_is_what_the_api_answers(simulator: Simulator, api: Api) -> None:
    simulator.world.add_custom_object(US, PETS)
    simulator.world.archive_custom_object(US, MACHINES)

    truth = sorted(api.portal.truth_of("object_schemas"), key=lambda row: row["objectTypeId"])

    assert truth == [*schemas(api, archived="true"), *schemas(api)]


def test_schemas_hide_sensitive_properties(api: Api) -> None:
    [machine] = api.get(SCHEMAS).json()["results"]

    assert "access_code" not in {each["name"] for each in machine["properties"]}


def test_a_portal_whose_subscription_has_no_custom_objects_answers_403(simulator: Simulator) -> None:
    assert Api(simulator, DE).get(SCHEMAS).status_code == 403


def test_schemas_need_a_scope_of_their_own(simulator: Simulator) -> None:
    without = Api(simulator, scopes=[scope for scope in ALL_SCOPES if scope != "crm.schemas.custom.read"])

    assert without.get(SCHEMAS).status_code == 403
    assert without.get(f"{SCHEMAS}/{MACHINES}").status_code == 403
    assert without.page(MACHINES).status_code == 200


def test_records_need_a_scope_of_their_own(simulator: Simulator) -> None:
    without = Api(simulator, scopes=[scope for scope in ALL_SCOPES if scope != "crm.objects.custom.read"])

    assert without.page(MACHINES).status_code == 403
    assert without.get(SCHEMAS).status_code == 200


@pytest.mark.parametrize(("name", "status"), [(MACHINES, 200), ("p11111111_machines", 200), ("pets", 404)])
def test_one_schema_can_be_asked_for(api: Api, name: str, status: int) -> None:
    assert api.get(f"{SCHEMAS}/{name}").status_code == status


# Its names


@pytest.mark.parametrize("name", [MACHINES, "p11111111_machines", "P11111111_MACHINES"])
@pytest.mark.parametrize(
    "path",
    [
        "/crm/objects/2026-09/{}",
        "/crm/properties/2026-09/{}",
        "/crm/pipelines/2026-09/{}",
        "/crm/associations/2026-09/{}/contacts/labels",
        "/crm/associations/2026-09/contacts/{}/labels",
    ],
)
def test_paths_take_the_id_or_the_qualified_name(api: Api, path: str, name: str) -> None:
    answer = api.get(path.format(name))

    assert answer.status_code == 200
    assert answer.json()["results"]
    assert answer.json() == api.get(path.format(MACHINES)).json()


@pytest.mark.parametrize("name", ["machines", "Machine", "3451907"])
@pytest.mark.parametrize("path", ["objects", "properties", "pipelines"])
def test_the_short_name_answers_400(api: Api, path: str, name: str) -> None:
    assert api.get(f"/crm/{path}/2026-09/{name}").status_code == 400


def test_another_portal_does_not_know_the_type(simulator: Simulator) -> None:
    stranger = Api(simulator, DE)

    assert stranger.page(MACHINES).status_code == 400
    assert stranger.search(MACHINES).status_code == 400
    assert stranger.get(f"/crm/properties/2026-09/{MACHINES}").status_code == 400


# Its records


def test_records_are_listed_searched_and_read(api: Api) -> None:
    ids = api.portal.objects[MACHINES].live_ids

    assert len(ids) == 8
    assert ids_of(api.every_row(MACHINES)) == ids
    found = api.search(MACHINES, where("hs_createdate", "GTE", "2020-01-01T00:00:00Z"), limit=200).json()
    assert sorted(ids_of(found["results"])) == ids
    [row] = api.batch_read("p11111111_machines", ids[:1], properties=["serial_number", "access_code"]).json()[
        "results"
    ]
    assert row["properties"]["serial_number"]
    assert "access_code" not in row["properties"]


def test_sensitive_values_need_the_scope_of_custom_objects(simulator: Simulator) -> None:
    api = Api(simulator, scopes=[*ALL_SCOPES, "crm.objects.custom.sensitive.read"])

    [row] = api.page(MACHINES, limit=1, properties="access_code").json()["results"]

    assert row["properties"]["access_code"]


def test_records_are_linked_with_other_types(api: Api) -> None:
    ids = api.portal.objects[MACHINES].live_ids
    results = api.associations(MACHINES, "contacts", ids).json()["results"]
    back = api.associations("contacts", MACHINES, [to["toObjectId"] for each in results for to in each["to"]])

    forward = {(each["from"]["id"], to["toObjectId"]) for each in results for to in each["to"]}
    backward = {
        (to["toObjectId"], each["from"]["id"]) for each in back.json()["results"] for to in each["to"]
    }
    labels = {kind["label"] for each in results for to in each["to"] for kind in to["associationTypes"]}
    assert forward == backward
    assert labels == {None, "Operator"}


def test_the_world_can_change_them_like_any_other_record(simulator: Simulator, api: Api) -> None:
    world = simulator.world
    first, second, third = api.portal.objects[MACHINES].live_ids[:3]
    simulator.clock.advance(60)
    world.update(US, MACHINES, first, {"running_hours": "7"})
    world.archive(US, MACHINES, second)
    world.purge(US, MACHINES, third)

    truth = {row["id"]: row for row in api.portal.truth(MACHINES)}

    assert truth[str(first)]["properties"]["running_hours"] == "7"
    assert truth[str(first)]["updatedAt"] == "2026-11-22T12:01:00.000Z"
    assert truth[str(second)]["archived"]
    assert str(third) not in truth
    assert second in ids_of(api.every_row(MACHINES, archived="true"))


def test_stages_are_tracked_in_the_history(api: Api) -> None:
    rows = list(api.every_row(MACHINES, propertiesWithHistory="hs_pipeline_stage", limit=50))

    longest = max((row["propertiesWithHistory"]["hs_pipeline_stage"] for row in rows), key=len)
    assert [entry["value"] for entry in longest] == ["5533", "5532", "5531"][-len(longest) :]
    assert len(longest) > 1


def test_the_control_knows_them(api: Api) -> None:
    lines = api.client.get(f"/_simulator/truth/{US}/{MACHINES}").text.splitlines()
    portal = api.client.get("/_simulator/portals").json()["portals"][0]

    assert len(lines) == 9
    assert portal["records"][MACHINES] == {"live": 8, "archived": 1, "merged": 0}


def test_record_limits_count_them_apart(api: Api) -> None:
    custom = api.get("/crm/limits/2026-09/records").json()["customObjectTypes"]

    assert [(row["objectTypeId"], row["usage"]) for row in custom["byObjectType"]] == [(MACHINES, 8)]
    assert custom["overallUsage"] == 8


def test_every_tick_creates_and_changes_some(simulator: Simulator, api: Api) -> None:
    before = {row["id"]: row for row in api.portal.truth(MACHINES)}
    simulator.clock.advance(60)
    counts = simulator.tick()

    after = {row["id"]: row for row in api.portal.truth(MACHINES)}

    assert counts[US]["custom records created"] == len(after) - len(before) == 1
    changed = [row for key, row in after.items() if before.get(key, {}).get("updatedAt") != row["updatedAt"]]
    assert changed
    assert "custom records created" not in counts[DE]


def test_the_journal_brings_them_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    first = tiny(journal=path)
    for _ in range(3):
        first.tick()

    again = tiny(journal=path)

    assert list(again.portal(US).truth(MACHINES)) == list(first.portal(US).truth(MACHINES))


def test_a_tick_leaves_deleted_types_alone(simulator: Simulator) -> None:
    simulator.world.archive_custom_object(US, MACHINES)

    assert "custom records created" not in simulator.tick()[US]


# New and deleted types


def test_a_type_can_be_defined_while_the_simulator_runs(simulator: Simulator, api: Api) -> None:
    assert api.page("2-77").status_code == 400
    simulator.world.add_custom_object(US, PETS)
    pet = simulator.world.create(US, "2-77", {"pet_name": "Rex"})
    machine = api.portal.objects[MACHINES].live_ids[0]
    simulator.world.associate(US, "2-77", pet.id, MACHINES, machine)

    assert [each["name"] for each in schemas(api)] == ["Machines", "pets"]
    [row] = api.page("p11111111_pets", properties="pet_name", associations=MACHINES).json()["results"]
    assert row["properties"]["pet_name"] == "Rex"
    assert row["associations"][MACHINES]["results"][0]["id"] == str(machine)


def test_an_archived_type_is_gone_but_for_the_archived_schemas(simulator: Simulator, api: Api) -> None:
    contact = simulator.world.create(US, "contacts", {})
    machine = api.portal.objects[MACHINES].live_ids[0]
    simulator.world.associate(US, "contacts", contact.id, MACHINES, machine)
    simulator.world.archive_custom_object(US, MACHINES)

    assert schemas(api) == []
    assert [each["objectTypeId"] for each in schemas(api, archived="true")] == [MACHINES]
    assert api.page(MACHINES).status_code == 400
    assert api.associations("contacts", MACHINES, [contact.id]).status_code == 400
    rows = {row["id"]: row for row in api.portal.truth("contacts")}
    assert rows[str(contact.id)]["associations"] == {}


def test_two_types_cannot_share_an_id_or_a_name(simulator: Simulator) -> None:
    simulator.world.add_custom_object(US, PETS)

    for twin in (PETS, msgspec.structs.replace(PETS, object_type_id="2-78")):
        with pytest.raises(ValueError, match="already"):
            simulator.world.add_custom_object(US, twin)


def test_two_portals_may_use_one_name_for_different_types(simulator: Simulator) -> None:
    other = msgspec.structs.replace(PETS, name="Machines", associated=("contacts",))
    simulator.world.add_custom_object(DE, other)

    assert simulator.portal(US).find_type("p11111111_machines").name == MACHINES
    assert simulator.portal(DE).find_type("p22222222_machines").name == "2-77"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"object_type_id": "0-77"}, "ids like 2-1234"),
        ({"primary_property": "nickname"}, "no property nickname"),
    ],
)
def test_a_type_that_hubspot_could_not_have_is_refused(change: dict[str, str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        msgspec.structs.replace(PETS, **change)


def test_properties_of_an_unknown_type_are_refused() -> None:
    tiny = Scenario.load("tiny")

    with pytest.raises(ValueError, match="no such standard object type"):
        msgspec.structs.replace(
            tiny.portals[0],
            properties=(msgspec.structs.replace(tiny.portals[0].properties[0], object_type="unicorns"),),
        )
    assert "unicorns" not in OBJECT_TYPES
