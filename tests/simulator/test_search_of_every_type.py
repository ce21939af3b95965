"""The traps of search hold for every object type: late index, wrong order, strays, a total that moves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.simulator.support import NOON, US, ids_of, where

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator
    from tests.simulator.support import Api

MACHINES = "2-3451907"
every_type = pytest.mark.parametrize("object_type", [*OBJECT_TYPES, MACHINES])


def modified(api: Api, object_type: str) -> str:
    return api.portal.types[object_type].modified_property


@every_type
def test_the_index_may_trail_the_records(simulator: Simulator, api: Api, object_type: str) -> None:
    api.portal.options.index_delay_seconds = 30
    made = simulator.world.create(US, object_type, {})
    its_id = where("hs_object_id", "EQ", made.id)

    assert api.search(object_type, its_id).json()["total"] == 0
    simulator.clock.advance(31)
    assert api.search(object_type, its_id).json()["total"] == 1


@every_type
def test_rows_outside_the_window_may_come_back(simulator: Simulator, api: Api, object_type: str) -> None:
    api.portal.options.search_strays = 1
    before, within, after = (
        simulator.world.create(US, object_type, {}, at=NOON + timedelta(hours=hours)) for hours in (1, 2, 3)
    )
    simulator.clock.advance(60)
    window = where(
        modified(api, object_type), "BETWEEN", "2026-11-22T13:30:00Z", highValue="2026-11-22T14:30:00Z"
    )

    found = ids_of(api.search(object_type, window).json()["results"])

    assert sorted(found) == [before.id, within.id, after.id]


@every_type
def test_the_order_may_be_wrong(simulator: Simulator, api: Api, object_type: str) -> None:
    api.portal.options.search_order = "shuffled"
    name = modified(api, object_type)
    made = [
        simulator.world.create(US, object_type, {}, at=NOON + timedelta(minutes=minute)).id
        for minute in range(1, 31)
    ]
    simulator.clock.advance(60)

    rows = api.search(
        object_type,
        where(name, "GT", "2026-11-22T12:00:00Z"),
        sorts=[{"propertyName": name, "direction": "ASCENDING"}],
        limit=200,
    ).json()["results"]

    assert sorted(ids_of(rows)) == made
    assert ids_of(rows) != made


@every_type
def test_a_change_between_two_pages_moves_the_total(simulator: Simulator, api: Api, object_type: str) -> None:
    made = simulator.world.bulk_create(US, object_type, 3, at=NOON + timedelta(hours=1))
    hour = where(modified(api, object_type), "EQ", "2026-11-22T13:00:00.000Z")

    first = api.search(object_type, hour, limit=1).json()
    simulator.world.update(US, object_type, made[2].id, {}, at=NOON + timedelta(hours=2))
    second = api.search(object_type, hour, limit=1, after=first["paging"]["next"]["after"]).json()

    assert (first["total"], second["total"]) == (3, 2)


@every_type
def test_archived_records_are_never_found(simulator: Simulator, api: Api, object_type: str) -> None:
    made = simulator.world.create(US, object_type, {})
    simulator.world.archive(US, object_type, made.id)

    assert api.search(object_type, where("hs_object_id", "EQ", made.id)).json()["total"] == 0


@every_type
def test_no_type_can_be_paged_beyond_10000_rows(api: Api, object_type: str) -> None:
    assert api.search(object_type, after="10000").status_code == 400
