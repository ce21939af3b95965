"""Where the business of one portal plays: what every part of the generator needs."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.phrases import phrases_of

if TYPE_CHECKING:
    from tests.hubspot_simulator.business.calendar import BusinessCalendar
    from tests.hubspot_simulator.business.people import People
    from tests.hubspot_simulator.business.phrases import Phrases
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.scenario import BusinessSpec, PortalSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One portal's generator: its people, its calendar and its own seeded randomness."""

    portal: Portal
    people: People
    calendar: BusinessCalendar
    rng: random.Random
    seed: int

    def aside(self, family: str) -> Scene:
        """The same scene with randomness of its own, so that a family of records moves no value of another."""
        return replace(self, rng=random.Random(f"{self.seed}/{self.spec.portal_id}/{family}"))

    @property
    def spec(self) -> PortalSpec:
        """What the scenario says of the portal."""
        return self.portal.spec

    @property
    def business(self) -> BusinessSpec:
        """What the scenario says of its business."""
        return self.portal.spec.business

    @property
    def phrases(self) -> Phrases:
        """What people of this portal write."""
        return phrases_of(self.spec.locale)
