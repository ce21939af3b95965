"""Portals with more properties than a request, an address or a table may have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.copied_tables import assert_equals_truth
from tests.hubspot_simulator import Clock, Scenario, running_simulator
from tests.hubspot_simulator.scenario import PortalSpec
from tests.hubspot_simulator.specs import PipelineSpec, StageSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hubspot_simulator import Simulator

Harness = Any

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONG, SHORT = 33333333, 44444444
OBJECTS = ("contacts", "companies")
STAGES = (StageSpec(id="open", label="Open"), StageSpec(id="won", label="Won", probability=1, closed=True))


def portal(portal_id: int, *, properties: int, name_length: int) -> PortalSpec:
    return PortalSpec(
        portal_id=portal_id,
        name=f"Portal {portal_id}",
        domain=f"{portal_id}.example",
        contacts=0,
        companies=0,
        deals=0,
        pipelines=(PipelineSpec(id="default", label="Sales", stages=STAGES),),
        filler_properties=properties,
        filler_name_length=name_length,
    )


@pytest.fixture
def wide(harness_for: Callable[[Simulator], Harness]) -> Iterator[Harness]:
    """Two portals: 1,100 names of 80 characters, and 700 others."""
    portals = (
        portal(LONG, properties=1_100, name_length=80),
        portal(SHORT, properties=700, name_length=60),
    )
    scenario = Scenario(name="wide", portals=portals)
    with running_simulator(scenario, clock=Clock(NOON, frozen=True), anchor=NOON.date()) as simulator:
        for portal_id in (LONG, SHORT):
            for object_type in OBJECTS:
                names = fillers(simulator, portal_id, object_type)
                simulator.world.bulk_create(
                    portal_id,
                    object_type,
                    120,
                    lambda number, names=names: {names[-number - 1]: f"v{number}"},
                )
        yield harness_for(simulator).only("properties", *OBJECTS)


def fillers(simulator: Simulator, portal_id: int, object_type: str) -> list[str]:
    catalogue = simulator.world.portals[portal_id].properties[object_type]
    return [each.name for each in catalogue if each.name.startswith("hs_reserved_field")]


def test_nothing_is_lost_and_no_request_is_too_long(wide: Harness) -> None:
    simulator: Simulator = wide.simulator

    run = wide.sync()

    assert_equals_truth(simulator, [run], streams=OBJECTS)
    assert {entry.status for entry in simulator.requests} <= {200, 207}
    names = {row["name"] for row in run.rows("properties")}
    assert len(names) > 1_600
    assert max(map(len, names)) == 80
    filled = {name for row in run.rows("contacts") for name in row["properties"]}
    assert len(filled & names) >= 240


def test_a_change_of_the_last_of_many_properties_is_read(wide: Harness) -> None:
    simulator: Simulator = wide.simulator
    first = wide.sync()
    contact = simulator.world.portals[LONG].objects["contacts"].live_ids[0]
    changes = dict.fromkeys(fillers(simulator, LONG, "contacts"), "filled")
    simulator.world.update(LONG, "contacts", contact, changes)
    wide.pass_time(hours=1)

    second = wide.sync(first.state)

    [row] = second.rows("contacts", portal_id=LONG, id=str(contact))
    assert changes.items() <= row["properties"].items()
    assert len(changes) == 1_100
    assert {entry.status for entry in simulator.requests} <= {200, 207}


def test_a_portal_becomes_wide_between_two_runs(wide: Harness) -> None:
    simulator: Simulator = wide.simulator
    first = wide.sync()
    added = simulator.world.add_fillers(SHORT, "contacts", 1_500, name_length=70)
    contact = simulator.world.portals[SHORT].objects["contacts"].live_ids[0]
    simulator.world.update(SHORT, "contacts", contact, {added[-1]: "filled"})
    wide.pass_time(hours=1)

    second = wide.sync(first.state)

    assert_equals_truth(simulator, [first, second], streams=OBJECTS)
    assert {row["mode"] for row in second.rows("portal_syncs") if row["stream"] in OBJECTS} == {"incremental"}
    assert {entry.status for entry in simulator.requests} <= {200, 207}
