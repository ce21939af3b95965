"""How records end in the generated history: some were archived, a few were merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.clock import DAY_MS, from_ms

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from tests.hubspot_simulator.world import World

_ARCHIVED_SHARE = 0.015
MERGED_UNDER_NEW_ID = {"contacts": 3, "companies": 4}
MERGED_INTO_ONE_OF_THEM = {"tickets": 6}
# HubSpot keeps archived records for 90 days; older ones would not be listed any more.
_RESTORABLE_MS = 85 * DAY_MS


def archive_some(world: World, portal_id: int, anchor_ms: int, rng: random.Random) -> None:
    """Archive one or two records in a hundred, at least one of each type."""
    for object_type, store in world.portals[portal_id].objects.items():
        number = max(1, round(len(store) * _ARCHIVED_SHARE))
        for record in rng.sample(list(store), min(number, len(store))):
            earliest = max(record.modified_ms, anchor_ms - _RESTORABLE_MS)
            moment = earliest + round(rng.random() * (anchor_ms - 1 - earliest))
            world.archive(portal_id, object_type, record.id, at=from_ms(moment))


def merge_some(
    world: World, portal_id: int, anchor_ms: int, rng: random.Random, per_thousand: Mapping[str, int]
) -> None:
    """Merge a few duplicates of each type, at least one pair."""
    for object_type, share in per_thousand.items():
        store = world.portals[portal_id].objects[object_type]
        number = max(1, len(store) * share // 1000)
        chosen = rng.sample(list(store), min(2 * number, len(store) // 2 * 2))
        for primary, other in zip(chosen[::2], chosen[1::2], strict=True):
            earliest = max(primary.modified_ms, other.modified_ms)
            moment = earliest + round(rng.random() * (anchor_ms - 1 - earliest))
            world.merge(portal_id, object_type, primary.id, other.id, at=from_ms(moment))
