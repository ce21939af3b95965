"""An archived record can be restored for 90 days; after that HubSpot knows nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.simulator.support import US, Api, ids_of

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

MACHINES = "2-3451907"
DAY = 86_400


def archived_ids(simulator: Simulator, object_type: str) -> list[int]:
    return ids_of(Api(simulator).every_row(object_type, archived="true"))


@pytest.mark.parametrize("object_type", [*OBJECT_TYPES, MACHINES])
def test_an_archived_record_is_gone_for_good_after_90_days(simulator: Simulator, object_type: str) -> None:
    record = simulator.world.create(US, object_type, {})
    simulator.world.archive(US, object_type, record.id)

    simulator.clock.advance(90 * DAY)
    assert record.id in archived_ids(simulator, object_type)
    simulator.clock.advance(1)

    assert record.id not in archived_ids(simulator, object_type)
    assert Api(simulator).batch_read(object_type, [record.id]).json()["numErrors"] == 1
    assert str(record.id) not in {row["id"] for row in simulator.portal(US).truth(object_type)}


def test_each_record_has_its_own_90_days(simulator: Simulator) -> None:
    first, second = simulator.world.bulk_create(US, "contacts", 2)
    simulator.world.archive(US, "contacts", first.id)
    simulator.clock.advance(30 * DAY)
    simulator.world.archive(US, "contacts", second.id)

    simulator.clock.advance(61 * DAY)
    assert not {first.id} & set(archived_ids(simulator, "contacts"))
    assert second.id in archived_ids(simulator, "contacts")
    simulator.clock.advance(30 * DAY)

    assert second.id not in archived_ids(simulator, "contacts")


def test_a_record_that_was_restored_in_time_lives_on(simulator: Simulator) -> None:
    record = simulator.world.create(US, "contacts", {})
    simulator.world.archive(US, "contacts", record.id)
    simulator.clock.advance(89 * DAY)
    simulator.world.restore(US, "contacts", record.id)
    simulator.clock.advance(89 * DAY)

    assert record.id in ids_of(Api(simulator).every_row("contacts"))
