"""The streams that are read whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_multi.crm import CRM_OBJECTS

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER = 11111111


def test_properties_are_those_of_the_portal_with_the_archived(harness: Harness, simulator: Simulator) -> None:
    simulator.world.archive_property(ALDER, "contacts", "interests")

    run = harness.sync()

    rows = {row["name"]: row for row in run.rows("properties", portal_id=ALDER, object_type="contacts")}
    catalogue = simulator.world.portals[ALDER].properties["contacts"]
    readable = {each.name for each in catalogue if each.data_sensitivity == "non_sensitive"}
    assert set(rows) == readable | set(catalogue.archived)
    assert rows["interests"]["archived"] is True
    assert rows["email"]["archived"] is False


def test_a_property_that_was_archived_and_made_again_is_the_new_one(
    harness: Harness, simulator: Simulator
) -> None:
    world, name = simulator.world, "interests"
    definition = world.portals[ALDER].properties["contacts"][name]
    world.archive_property(ALDER, "contacts", name)
    world.put_property(ALDER, "contacts", definition)

    [row] = harness.sync().rows("properties", portal_id=ALDER, object_type="contacts", name=name)

    assert row["archived"] is False


def test_options_and_metadata_keep_their_words(harness: Harness) -> None:
    run = harness.sync()

    [interests] = run.rows("properties", portal_id=ALDER, name="interests")
    assert [option["value"] for option in interests["options"]["options"]] == [
        "webinars",
        "pricing",
        "events",
    ]
    [won] = run.rows("pipeline_stages", portal_id=ALDER, id="closedwon")
    assert won["metadata"] == {"isClosed": "true", "probability": "1.0"}
    assert won["pipeline_id"] == "default"


def test_owners_are_all_there_the_deactivated_too(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync()

    owners = simulator.world.portals[ALDER].owners
    rows = {row["id"]: row for row in run.rows("owners", portal_id=ALDER)}
    assert set(rows) == {str(owner.id) for owner in owners}
    assert any(row["archived"] for row in rows.values())
    assert all(row["user_id"] for row in rows.values())  # those of deactivated users come under another name


def test_only_the_chosen_objects_are_read(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["companies"])

    read = {row["stream"] for row in run.rows("portal_syncs")}
    assert read & {crm_object.name for crm_object in CRM_OBJECTS} == {"companies"}
    assert {row["object_type"] for row in run.rows("properties")} == {"companies"}
    assert run.rows("pipelines") == []
    assert simulator.requests.count(route="crm.*", object_type="contacts") == 0


def test_a_deleted_stage_is_what_the_last_run_did_not_see(harness: Harness, simulator: Simulator) -> None:
    first = harness.sync()
    simulator.world.portals[ALDER].pipelines["deals"][0].stages.pop()
    harness.pass_time(hours=1)

    second = harness.sync(first.state)

    [sync] = second.rows("portal_syncs", portal_id=ALDER, stream="pipeline_stages")
    rows = {row["id"]: row for run in (first, second) for row in run.rows("pipeline_stages", portal_id=ALDER)}
    assert [row["id"] for row in rows.values() if row["synced_at"] < sync["window_from"]] == ["closedlost"]


def test_association_labels_are_asked_for_once_a_day(harness: Harness, simulator: Simulator) -> None:
    harness.only("association_labels")
    first = harness.sync()
    asked = simulator.requests.count(route="associations.labels")
    harness.pass_time(hours=23)

    second = harness.sync(first.state)

    assert second.rows("association_labels") == []
    assert {row["mode"] for row in second.rows("portal_syncs")} == {"incremental"}
    assert simulator.requests.count(route="associations.labels") == asked > 0

    harness.pass_time(hours=2)
    third = harness.sync(second.state)

    def content(run: Run) -> list[dict[str, Any]]:
        return [{**row, "synced_at": None} for row in run.rows("association_labels")]

    assert content(third) == content(first)


def test_pipelines_and_their_stages_are_one_request_an_object(harness: Harness, simulator: Simulator) -> None:
    harness.only("pipelines", "pipeline_stages")

    run = harness.sync(objects=["deals", "tickets"])

    assert run.rows("pipeline_stages", portal_id=ALDER)
    assert simulator.requests.count(route="pipelines", portal_id=ALDER) == 2
