"""A full read proves itself before anything is taken for deleted on its word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.hubspot_simulator.records import ObjectStore

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
MACHINES = "2-3451907"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def harness(harness: Harness) -> Harness:
    harness.config |= {"portals": {"include": [ALDER]}, "history_properties": {}}
    return harness


def lose_from_list(store: ObjectStore) -> int:
    """Let the list endpoint leave out one record that everything else knows."""
    return store._live.pop(len(store._live) // 2)


def sync_row(run: Run, object_type: str) -> dict[str, Any]:
    [row] = run.rows("portal_syncs", object_type=object_type)
    return dict(row)


@pytest.mark.parametrize("object_type", ["contacts", "calls", "quotes", MACHINES])
def test_a_record_that_the_list_leaves_out_is_noticed(
    harness: Harness, simulator: Simulator, object_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    objects = ["custom_objects" if object_type == MACHINES else object_type]
    store = simulator.world.portals[ALDER].objects[object_type]
    whole = len(store)
    lose_from_list(store)

    run = harness.sync(objects=objects)

    row = sync_row(run, object_type)
    assert (row["status"], row["mode"], row["window_from"]) == ("ok", "backfill", None)
    assert f"HubSpot counts {whole} live records" in row["reason"]
    assert f"listed {whole - 1}" in row["reason"]
    assert row["expected_total"] == whole
    assert any("HubSpot counts" in message and object_type in message for message in caplog.messages)


def test_nothing_is_taken_for_deleted_until_a_list_is_complete_again(
    harness: Harness, simulator: Simulator
) -> None:
    store = simulator.world.portals[ALDER].objects["contacts"]
    first = harness.sync(objects=["contacts"])
    lost = lose_from_list(store)
    harness.pass_time(days=8)
    second = harness.sync(first.state, objects=["contacts"])
    store._live.append(lost)
    store._live.sort()
    harness.pass_time(days=8)

    third = harness.sync(second.state, objects=["contacts"])

    assert [sync_row(run, "contacts")["mode"] for run in (first, second, third)] == [
        "backfill",
        "full",
        "full",
    ]
    assert [bool(sync_row(run, "contacts")["window_from"]) for run in (first, second, third)] == [
        True,
        False,
        True,
    ]
    assert str(lost) in {row["id"] for row in third.rows("contacts")}


def test_what_happens_during_the_read_is_no_loss(harness: Harness, simulator: Simulator) -> None:
    world, store = simulator.world, simulator.world.portals[ALDER].objects["contacts"]
    world.bulk_create(ALDER, "contacts", 250, at=NOON - timedelta(days=1))
    early, late = store.live_ids[:6], store.live_ids[-6:]

    def meanwhile() -> None:
        simulator.clock.advance(1)
        world.bulk_create(ALDER, "contacts", 5)
        for record in (early[0], late[0]):
            world.archive(ALDER, "contacts", record)
        for record in (early[1], late[1]):
            world.purge(ALDER, "contacts", record)
        world.merge(ALDER, "contacts", early[2], early[3])
        world.merge(ALDER, "contacts", late[2], late[3])
        for record in (early[4], late[4]):
            world.update(ALDER, "contacts", record, {"city": "Kyoto"})

    # The live list's second page: the first one has been answered.
    archives = -(-len(store.archived_ids) // 100)
    simulator.faults.when(
        meanwhile, route="crm.list", portal_id=ALDER, object_type="contacts", nth=max(archives, 1) + 2
    )

    run = harness.sync(objects=["contacts"])

    row = sync_row(run, "contacts")
    assert (row["status"], row["reason"]) == ("ok", None)
    assert row["window_from"]


def test_an_index_that_shows_deletions_late_is_asked_again(harness: Harness, simulator: Simulator) -> None:
    portal = simulator.world.portals[ALDER]
    portal.options.index_delay_seconds = 20
    store = portal.objects["contacts"]
    harness.pass_time(hours=1)

    def meanwhile() -> None:
        simulator.world.archive(ALDER, "contacts", store.live_ids[-1])

    archives = -(-len(store.archived_ids) // 100)
    simulator.faults.when(
        meanwhile, route="crm.list", portal_id=ALDER, object_type="contacts", nth=max(archives, 1) + 1
    )

    run = harness.sync(objects=["contacts"])

    assert sync_row(run, "contacts")["reason"] is None
    searches = simulator.requests.where(route="crm.search", object_type="contacts")
    assert len([request for request in searches if request.json["filterGroups"]]) == 2


def test_the_count_goes_on_over_resumptions(harness: Harness, simulator: Simulator) -> None:
    simulator.world.bulk_create(ALDER, "contacts", 300, at=NOON - timedelta(days=1))
    simulator.faults.add("502", route="crm.search", portal_id=ALDER, object_type="contacts", count=None)
    failed = harness.sync(objects=["contacts"], rows_per_page=100)
    simulator.faults.clear()
    harness.pass_time(hours=1)
    store = simulator.world.portals[ALDER].objects["contacts"]
    [partition] = failed.state["bookmarks"]["contacts"]["partitions"]
    assert 100 <= partition["full_read"]["listed"] < len(store)

    fine = harness.sync(failed.state, objects=["contacts"], rows_per_page=100)
    lost = store._live.pop()
    short = harness.sync(failed.state, objects=["contacts"], rows_per_page=100)

    assert sync_row(fine, "contacts")["reason"] is None
    assert f"listed {len(store)}" in sync_row(short, "contacts")["reason"]
    assert str(lost) not in {row["id"] for row in short.rows("contacts")}


def test_a_state_of_an_older_version_that_did_not_count_is_not_held_to_a_count(
    harness: Harness, simulator: Simulator
) -> None:
    after = str(simulator.world.portals[ALDER].objects["contacts"].live_ids[10])
    progress = {"began_at": "2026-11-22T11:00:00.000Z", "archived_done": True, "after": after}
    partition = {"context": {"portal_id": ALDER}, "full_read": progress}

    run = harness.sync({"bookmarks": {"contacts": {"partitions": [partition]}}}, objects=["contacts"])

    row = sync_row(run, "contacts")
    assert (row["reason"], row["window_from"]) == (None, "2026-11-22T11:00:00.000Z")
