"""What every part of a tick needs: one portal, a time that moves on, and a count of what happened."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from datetime import datetime

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.records import Record
    from tests.hubspot_simulator.world import World


class PortalTick:
    """The base of what goes on in one portal at about `at`.

    Attributes:
        counts: How often each thing happened.
    """

    # So that what one tick does does not all share one millisecond, and nothing lies in the future.
    _STEP = timedelta(milliseconds=7)

    def __init__(self, world: World, portal_id: int, at: datetime, rng: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self._world = world
        self._portal: Portal = world.portals[portal_id]
        self._at = at - timedelta(seconds=1)
        self._rng = rng

    def _any(self, object_type: str) -> Record:
        store = self._portal.objects[object_type]
        return store[self._rng.choice(store.live_ids)]

    def _next_moment(self) -> datetime:
        self._at += self._STEP
        return self._at
