"""Business goes on meanwhile: records are made, changed, archived, merged, linked and erased in one portal after another."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.service_tick import run_service_tick
from tests.hubspot_simulator.business.tick import run_tick
from tests.hubspot_simulator.marketing.tick import run_marketing_tick

if TYPE_CHECKING:
    from tests.hubspot_simulator import Simulator

_SECONDS_BETWEEN_TICKS = 0.5
_KEPT = 5


class Business(threading.Thread):
    """Changes the world until it is told to stop.

    Attributes:
        changes: How often each thing happened.
    """

    def __init__(self, hubspot: Simulator, seed: int) -> None:
        super().__init__(name="business", daemon=True)
        self.changes: Counter[str] = Counter()
        self._hubspot = hubspot
        self._rng = random.Random(f"{seed}/business")
        self._stopped = threading.Event()

    def run(self) -> None:
        """Let something happen in one portal after another."""
        portals = list(self._hubspot.world.portals)
        while not self._stopped.wait(_SECONDS_BETWEEN_TICKS * self._rng.uniform(0.5, 1.5)):
            portal_id = self._rng.choice(portals)
            for tick in (run_tick, run_service_tick, run_marketing_tick):
                # Each under a lock of its own, which requests wait for.
                with self._hubspot.world.lock:
                    self.changes.update(tick(self._hubspot.world, portal_id, self._hubspot.now(), self._rng))
            self._rarer(portal_id)

    def stop(self) -> None:
        """Stop, and wait until nothing changes any more.

        Raises:
            RuntimeError: It had stopped by itself.
        """
        if not self.is_alive():
            raise RuntimeError("business does not go on: see the error above")
        self._stopped.set()
        self.join()

    def _rarer(self, portal_id: int) -> None:
        """What a tick has none of: erasures, links without a record's change, merged companies, jobs that touch all."""
        world, objects = self._hubspot.world, self._hubspot.portal(portal_id).objects
        contacts, companies, deals = (objects[name].live_ids for name in ("contacts", "companies", "deals"))
        match self._rng.randrange(8):
            case 0 if len(contacts) > _KEPT:
                world.purge(portal_id, "contacts", self._rng.choice(contacts))
                self._count("contacts erased")
            case 1 if len(deals) > _KEPT:
                world.archive(portal_id, "deals", self._rng.choice(deals))
                self._count("deals archived")
            case 2 if len(companies) > _KEPT:
                first, second = self._rng.sample(companies, 2)
                world.merge(portal_id, "companies", first, second)
                self._count("companies merged")
            case 3 if contacts and companies:
                world.associate(
                    portal_id,
                    "contacts",
                    self._rng.choice(contacts),
                    "companies",
                    self._rng.choice(companies),
                )
                self._count("links made")
            case 4 if self._rng.random() < 0.2:
                world.touch(portal_id, "contacts")
                self._count("portals touched")

    def _count(self, what: str) -> None:
        self.changes[what] += 1
