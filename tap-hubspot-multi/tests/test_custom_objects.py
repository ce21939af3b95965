"""The types that portals make for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.custom_types import custom_object
from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any

ALDER, KESSLER = 11111111, 22222222
MACHINES = "2-3451907"


def some_ids(simulator: Simulator, number: int) -> list[int]:
    return simulator.world.portals[ALDER].objects[MACHINES].live_ids[-number:]


def test_all_custom_types_are_one_table(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["custom_objects"])

    assert_equals_truth(simulator, [run], streams=[MACHINES])
    rows = run.rows("custom_objects")
    assert {(row["portal_id"], row["object_type_id"], row["object_name"]) for row in rows} == {
        (ALDER, MACHINES, "Machines")
    }
    assert any(row["associations"]["contacts"] for row in rows if not row["archived"])


def test_each_type_is_a_part_with_its_own_row_in_the_run_log_and_its_own_bookmark(harness: Harness) -> None:
    run = harness.sync(objects=["custom_objects"])

    [sync] = run.rows("portal_syncs", portal_id=ALDER, stream="custom_objects")
    assert (sync["object_type"], sync["mode"], sync["status"]) == (MACHINES, "backfill", "ok")
    assert sync["expected_total"] == len(run.rows("custom_objects", archived=False))
    [partition] = run.state["bookmarks"]["custom_objects"]["partitions"]
    assert partition["context"] == {"portal_id": ALDER, "object_type": MACHINES}


def test_a_portal_without_custom_objects_skips_them_with_the_reason(harness: Harness) -> None:
    run = harness.sync(objects=["custom_objects", "contacts"])

    for stream in ("custom_objects", "object_schemas"):
        [sync] = run.rows("portal_syncs", portal_id=KESSLER, stream=stream)
        assert sync["status"] == "skipped"
        assert "crm.schemas.custom.read" in sync["reason"]
    [definitions] = run.rows("portal_syncs", portal_id=KESSLER, stream="properties")
    assert (definitions["status"], definitions["reason"]) == ("ok", None)
    assert definitions["window_from"]


def test_the_schemas_are_asked_for_once_a_run(harness: Harness, simulator: Simulator) -> None:
    harness.sync()

    asked = [
        request.query["archived"] for request in simulator.requests.where(route="schemas", portal_id=ALDER)
    ]
    assert sorted(asked) == ["false", "true"]


def test_custom_objects_change_as_standard_ones_do(harness: Harness, simulator: Simulator) -> None:
    world = simulator.world
    runs = [harness.sync(objects=["custom_objects"])]
    changed, archived, winner, loser = some_ids(simulator, 4)
    [contact] = world.portals[ALDER].objects["contacts"].live_ids[:1]
    world.update(ALDER, MACHINES, changed, {"running_hours": "1e5", "installed_on": ""})
    world.associate(ALDER, MACHINES, changed, "contacts", contact, "Operator")
    world.archive(ALDER, MACHINES, archived)
    world.merge(ALDER, MACHINES, winner, loser)
    harness.pass_time(hours=1)

    runs.append(harness.sync(runs[-1].state, objects=["custom_objects"]))

    assert_equals_truth(simulator, runs, streams=[MACHINES])
    [gone] = runs[-1].rows("custom_objects", merged_into=str(winner))
    assert (gone["id"], gone["object_name"]) == (str(loser), "Machines")


def test_definitions_of_custom_types_are_among_the_others(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["custom_objects"])

    assert {row["name"] for row in run.rows("properties", object_type=MACHINES)} == {
        each.name
        for each in simulator.world.portals[ALDER].properties[MACHINES]
        if each.data_sensitivity == "non_sensitive"
    }
    assert [row["label"] for row in run.rows("pipelines", object_type=MACHINES)] == ["Service life"]
    assert len(run.rows("pipeline_stages", object_type=MACHINES)) == 3


def test_schemas_are_told_with_their_properties_and_links(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["custom_objects"])

    [row] = run.rows("object_schemas")
    [schema] = simulator.world.portals[ALDER].truth_of("object_schemas")
    assert (row["id"], row["name"], row["archived"]) == (MACHINES, "Machines", False)
    assert row["fully_qualified_name"] == schema["fullyQualifiedName"]
    assert (row["singular_label"], row["plural_label"]) == ("Machine", "Machines")
    assert row["primary_display_property"] == "serial_number"
    assert set(row["properties"]["properties"]) == {each["name"] for each in schema["properties"]}
    assert {each["to_object_type_id"] for each in row["associations"]["associations"]} == {
        "0-1",
        "0-2",
        "0-3",
    }


def test_a_type_that_was_archived_keeps_its_schema_and_reads_nothing(
    harness: Harness, simulator: Simulator
) -> None:
    first = harness.sync(objects=["custom_objects"])
    simulator.world.archive_custom_object(ALDER, MACHINES)
    harness.pass_time(hours=1)

    second = harness.sync(first.state, objects=["custom_objects"])

    assert [row["archived"] for row in second.rows("object_schemas")] == [True]
    assert second.rows("custom_objects") == []
    [sync] = second.rows("portal_syncs", portal_id=ALDER, stream="custom_objects")
    assert (sync["status"], sync["records"]) == ("ok", 0)


def test_a_type_is_linked_to_what_its_schema_allows() -> None:
    def schema(*others: str) -> dict[str, Any]:
        links = [{"fromObjectTypeId": "2-7", "toObjectTypeId": other} for other in others]
        return {"objectTypeId": "2-7", "name": "boats", "associations": links}

    assert custom_object(schema("0-5", "0-1", "2-9")).associations == ("contacts", "tickets")
    assert custom_object(schema()).associations == ()


def test_labels_of_every_pair_that_is_read(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["contacts", "deals", "custom_objects"])

    types = simulator.world.portals[ALDER].associations.types
    pairs = [("contacts", "companies"), ("deals", "contacts"), ("deals", "companies")]
    pairs += [(MACHINES, other) for other in ("contacts", "companies", "deals")]
    assert {
        (row["from_object_type"], row["to_object_type"], row["category"], row["type_id"], row["label"])
        for row in run.rows("association_labels", portal_id=ALDER)
    } == {(*pair, each.category, each.type_id, each.label) for pair in pairs for each in types[pair].values()}
    assert simulator.requests.count(route="associations.labels", portal_id=ALDER) == len(pairs)


def test_a_pair_whose_labels_may_not_be_seen_is_left_out(harness: Harness, simulator: Simulator) -> None:
    simulator.faults.add("403-scopes", portal_id=ALDER, route="associations.labels", count=1)

    run = harness.sync(objects=["contacts", "deals"])

    [sync] = run.rows("portal_syncs", portal_id=ALDER, stream="association_labels")
    assert (sync["status"], sync["window_from"]) == ("ok", None)
    assert "contacts to companies" in sync["reason"]
    assert {row["from_object_type"] for row in run.rows("association_labels", portal_id=ALDER)} == {"deals"}
