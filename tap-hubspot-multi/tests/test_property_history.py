"""How values changed over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.history_tables import READ_BY_DEFAULT, copied_changes, true_changes

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def some_ids(simulator: Simulator, stream: str, number: int) -> list[int]:
    return simulator.world.portals[ALDER].objects[stream].live_ids[-number:]


def test_every_change_of_the_default_properties_is_a_row(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync()

    expected = true_changes(simulator)
    assert copied_changes([run]) == expected
    assert len(expected) > len({key[:4] for key in expected})  # some values did change
    assert all(row["source_type"] for row in run.rows("property_history"))


def test_changes_after_the_backfill_come_with_the_next_run(harness: Harness, simulator: Simulator) -> None:
    world = simulator.world
    runs = [harness.sync(objects=["deals", "contacts"])]
    deal, other = some_ids(simulator, "deals", 2)
    for hour, amount in enumerate(("1000", "", "2500.5")):
        world.update(ALDER, "deals", deal, {"amount": amount}, at=NOON + timedelta(minutes=hour))
    world.update(ALDER, "deals", other, {"dealstage": "closedwon"})
    harness.pass_time(hours=1)

    runs.append(harness.sync(runs[-1].state, objects=["deals", "contacts"]))

    expected = true_changes(simulator, {name: READ_BY_DEFAULT[name] for name in ("deals", "contacts")})
    assert {key: value for key, value in copied_changes(runs).items() if key in expected} == expected
    assert {row["record_id"] for row in runs[-1].rows("property_history")} == {str(deal), str(other)}
    assert None in copied_changes(runs).values()  # the cleared amount


def test_several_changes_in_a_millisecond_are_one_row_with_the_last_value(
    harness: Harness, simulator: Simulator
) -> None:
    [deal] = some_ids(simulator, "deals", 1)
    for amount in ("1", "2", "3"):
        simulator.world.update(ALDER, "deals", deal, {"amount": amount}, at=NOON - timedelta(hours=1))

    run = harness.sync(objects=["deals"])

    rows = run.rows("property_history", record_id=str(deal), property="amount")
    assert [row["value"] for row in rows if row["changed_at"] == "2026-11-22T11:00:00.000Z"] == ["3"]
    keys = [tuple(row[column] for column in ("record_id", "property", "changed_at")) for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("objects", [["companies"], ["deals", "companies"]])
def test_only_objects_that_are_read_have_a_history(harness: Harness, objects: list[str]) -> None:
    run = harness.sync(objects=objects)

    parts = {row["object_type"] for row in run.rows("portal_syncs", stream="property_history")} - {""}
    assert parts == set(objects) & set(READ_BY_DEFAULT)


def test_an_empty_setting_turns_history_off(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["deals"], history_properties={})

    assert run.rows("property_history") == []
    assert not any("propertiesWithHistory" in request.query for request in simulator.requests)


def test_a_property_that_no_portal_has_costs_no_request(harness: Harness, simulator: Simulator) -> None:
    run = harness.sync(objects=["deals"], history_properties={"deals": ["no_such_property"]})

    [sync] = run.rows("portal_syncs", stream="property_history", portal_id=ALDER)
    assert (sync["status"], sync["records"]) == ("ok", 0)
    assert "no_such_property" in sync["reason"]
    assert not any("propertiesWithHistory" in request.query for request in simulator.requests)


def test_pages_and_batches_with_history_are_smaller(harness: Harness, simulator: Simulator) -> None:
    simulator.world.bulk_create(ALDER, "deals", 130, lambda number: {"amount": str(number)})
    first = harness.sync(objects=["deals"], portals={"include": [ALDER]})
    simulator.world.touch(ALDER, "deals")
    harness.pass_time(hours=1)

    second = harness.sync(first.state, objects=["deals"], portals={"include": [ALDER]})

    assert [row["status"] for row in second.rows("portal_syncs", stream="property_history")] == ["ok"]
    lists = [
        request
        for request in simulator.requests.where(route="crm.list")
        if "propertiesWithHistory" in request.query
    ]
    batches = [
        request.json
        for request in simulator.requests.where(route="crm.batch_read")
        if "propertiesWithHistory" in request.json
    ]
    assert {request.query["limit"] for request in lists} == {"50"}
    assert max(len(body["inputs"]) for body in batches) == 50
    assert {request.query["archived"] for request in lists} == {"false"}


def test_a_full_read_of_history_proves_nothing_gone(harness: Harness) -> None:
    # HubSpot keeps a limited number of changes: an old one that no longer comes has happened all the same.
    run = harness.sync(objects=["deals"])

    for sync in run.rows("portal_syncs", stream="property_history"):
        assert (sync["mode"], sync["window_from"], sync["expected_total"]) == ("backfill", None, None)
        assert sync["window_to"] == sync["started_at"]  # all changes before it have been read
