"""Where the business of one portal plays: what every part of the generator needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.calendar import BusinessCalendar
    from tests.hubspot_simulator.business.people import People
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.scenario import BusinessSpec, PortalSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One portal's generator: its people, its calendar and its own seeded randomness."""

    portal: Portal
    people: People
    calendar: BusinessCalendar
    rng: random.Random

    @property
    def spec(self) -> PortalSpec:
        """What the scenario says of the portal."""
        return self.portal.spec

    @property
    def business(self) -> BusinessSpec:
        """What the scenario says of its business."""
        return self.portal.spec.business
