"""What changes between two runs (properties, portals, the tap itself) costs no new read of what was fine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.copied_tables import assert_equals_truth

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
OBJECTS = ("contacts", "companies")


@pytest.fixture
def two_objects(harness: Harness) -> Harness:
    """Contacts and companies of both portals, with their properties."""
    harness.config["objects"] = list(OBJECTS)
    selected: Harness = harness.only("portals", "properties", *OBJECTS)
    return selected


def modes(run: Run) -> dict[tuple[int, str], str]:
    return {
        (row["portal_id"], row["stream"]): row["mode"]
        for row in run.rows("portal_syncs")
        if row["stream"] in OBJECTS
    }


def everything_is(mode: str) -> dict[tuple[int, str], str]:
    return {(portal_id, stream): mode for portal_id in (ALDER, KESSLER) for stream in OBJECTS}


def listed(simulator: Simulator) -> set[tuple[int | None, str | None]]:
    """Whose live records were listed: what a full read does, and nothing else."""
    return {
        (entry.portal_id, entry.object_type)
        for entry in simulator.requests.where(route="crm.list")
        if entry.query["archived"] == "false"
    }


def definition(run: Run, name: str) -> dict[str, Any]:
    rows = run.rows("properties", portal_id=ALDER, object_type="contacts", name=name)
    return rows[-1]


def a_contact(simulator: Simulator, portal_id: int = ALDER) -> int:
    return simulator.world.portals[portal_id].objects["contacts"].live_ids[-1]


def test_a_property_that_is_added_is_read_from_then_on(two_objects: Harness, simulator: Simulator) -> None:
    first = two_objects.sync()
    model = simulator.world.portals[ALDER].properties["contacts"]["city"]
    added = msgspec.structs.replace(model, name="favourite_tea", label="Favourite tea")
    simulator.world.put_property(ALDER, "contacts", added)
    contact = a_contact(simulator)
    simulator.world.update(ALDER, "contacts", contact, {"favourite_tea": "Sencha"})
    two_objects.pass_time(hours=1)
    simulator.requests.clear()

    second = two_objects.sync(first.state)

    [row] = second.rows("contacts", portal_id=ALDER, id=str(contact))
    assert row["properties"]["favourite_tea"] == "Sencha"
    assert definition(second, "favourite_tea")["label"] == "Favourite tea"
    assert modes(second) == everything_is("incremental")
    assert listed(simulator) == set()


def test_a_property_that_is_archived_is_read_no_more_and_stays_explained(
    two_objects: Harness, simulator: Simulator
) -> None:
    first = two_objects.sync()
    contact = a_contact(simulator)
    simulator.world.update(ALDER, "contacts", contact, {"city": "Kyoto", "interests": "events"})
    simulator.world.archive_property(ALDER, "contacts", "interests")
    two_objects.pass_time(hours=1)
    simulator.requests.clear()

    second = two_objects.sync(first.state)

    [row] = second.rows("contacts", portal_id=ALDER, id=str(contact))
    assert row["properties"]["city"] == "Kyoto"
    assert "interests" not in row["properties"]
    assert definition(second, "interests")["archived"] is True
    assert modes(second) == everything_is("incremental")
    assert listed(simulator) == set()


@pytest.mark.parametrize("how", ["retyped", "archived and made again"])
def test_a_property_of_another_type_is_text_as_before_under_its_new_definition(
    two_objects: Harness, simulator: Simulator, how: str
) -> None:
    world, contact = simulator.world, a_contact(simulator)
    world.update(ALDER, "contacts", contact, {"customer_score": "7.5"})
    first = two_objects.sync()
    old = world.portals[ALDER].properties["contacts"]["customer_score"]
    if how == "retyped":
        world.retype_property(ALDER, "contacts", "customer_score", new_type="string", field_type="text")
    else:
        world.archive_property(ALDER, "contacts", "customer_score")
        again = msgspec.structs.replace(old, type="string", field_type="text")
        world.put_property(ALDER, "contacts", again)
    world.update(ALDER, "contacts", contact, {"customer_score": "rather good"})
    two_objects.pass_time(hours=1)
    simulator.requests.clear()

    second = two_objects.sync(first.state)

    [row] = second.rows("contacts", portal_id=ALDER, id=str(contact))
    assert row["properties"]["customer_score"] == "rather good"
    assert (definition(first, "customer_score")["type"], definition(second, "customer_score")["type"]) == (
        "number",
        "string",
    )
    assert definition(second, "customer_score")["archived"] is False
    assert modes(second) == everything_is("incremental")
    assert listed(simulator) == set()


def test_the_same_name_may_mean_another_type_in_each_portal(
    two_objects: Harness, simulator: Simulator
) -> None:
    simulator.world.update(ALDER, "contacts", a_contact(simulator), {"customer_score": "12.5"})
    simulator.world.update(KESSLER, "contacts", a_contact(simulator, KESSLER), {"customer_score": "A"})

    run = two_objects.sync()

    types = {row["portal_id"]: row["type"] for row in run.rows("properties", name="customer_score")}
    assert types == {ALDER: "number", KESSLER: "enumeration"}
    assert_equals_truth(simulator, [run], streams=OBJECTS)


def test_a_portal_that_is_added_is_read_whole_and_the_others_are_not(
    two_objects: Harness, simulator: Simulator
) -> None:
    both = two_objects.config["static_tokens"]
    first = two_objects.sync(static_tokens=both[:1])
    two_objects.pass_time(hours=1)
    simulator.requests.clear()

    second = two_objects.sync(first.state)

    assert modes(second) == {
        (portal_id, stream): "incremental" if portal_id == ALDER else "backfill"
        for portal_id in (ALDER, KESSLER)
        for stream in OBJECTS
    }
    assert listed(simulator) == {(KESSLER, stream) for stream in OBJECTS}
    assert_equals_truth(simulator, [first, second], streams=OBJECTS)


def test_a_portal_that_comes_back_goes_on_where_it_left(two_objects: Harness, simulator: Simulator) -> None:
    both = two_objects.config["static_tokens"]
    runs = [two_objects.sync()]
    two_objects.pass_time(days=1)
    runs.append(two_objects.sync(runs[-1].state, static_tokens=both[:1]))
    simulator.world.update(KESSLER, "contacts", a_contact(simulator, KESSLER), {"city": "Nara"})
    two_objects.pass_time(days=1)
    simulator.requests.clear()

    runs.append(two_objects.sync(runs[-1].state))

    assert {portal_id for portal_id, _ in modes(runs[1])} == {ALDER}
    assert modes(runs[2]) == everything_is("incremental")
    assert listed(simulator) == set()
    assert_equals_truth(simulator, runs, streams=OBJECTS)


def test_a_stream_that_an_upgrade_brings_is_read_whole_and_the_others_are_not(
    two_objects: Harness, simulator: Simulator
) -> None:
    first = two_objects.sync()
    old_state = {"bookmarks": {"contacts": first.state["bookmarks"]["contacts"]}}
    two_objects.pass_time(hours=1)
    simulator.requests.clear()

    second = two_objects.sync(old_state)

    assert modes(second) == {
        (portal_id, stream): "incremental" if stream == "contacts" else "backfill"
        for portal_id in (ALDER, KESSLER)
        for stream in OBJECTS
    }
    assert listed(simulator) == {(ALDER, "companies"), (KESSLER, "companies")}


def test_a_stream_that_was_deselected_for_a_while_goes_on_where_it_left(
    two_objects: Harness, simulator: Simulator
) -> None:
    first = two_objects.sync()
    two_objects.pass_time(days=1)
    second = two_objects.only("properties", "companies").sync(first.state)
    simulator.requests.clear()

    third = two_objects.only("properties", *OBJECTS).sync(second.state)

    assert modes(third) == everything_is("incremental")
    assert listed(simulator) == set()
