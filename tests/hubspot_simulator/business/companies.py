"""The companies that a portal sells to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.drafts import Company

if TYPE_CHECKING:
    from tests.hubspot_simulator.business.scene import Scene

_BANDS = ((5, "1-5"), (25, "5-25"), (50, "25-50"), (100, "50-100"), (math.inf, "100-500"))
_REVENUE_PER_HEAD = 140_000
_ABROAD = 0.12
_OTHER_COUNTRIES = ("Netherlands", "Canada", "France", "Australia", "Singapore")


def draft_companies(scene: Scene) -> list[Company]:
    """Every company of the portal, oldest first."""
    moments = scene.calendar.moments(scene.rng, scene.spec.companies)
    return [_draft(scene, number, created) for number, created in enumerate(moments)]


def _draft(scene: Scene, number: int, created: int) -> Company:
    rng, people = scene.rng, scene.people
    name = people.companies[number % len(people.companies)]
    domain = people.domain(rng, name)
    place = rng.choice(people.places)
    employees = max(1, round(rng.lognormvariate(3.2, 1.1)))
    revenue = round(employees * _REVENUE_PER_HEAD * rng.uniform(0.4, 1.8), -3)
    properties = {
        "name": name,
        "domain": domain,
        "website": f"https://www.{domain}",
        "phone": rng.choice(people.phones),
        "address": place.street,
        "city": place.city,
        "state": place.state,
        "zip": place.postcode,
        "country": rng.choice(_OTHER_COUNTRIES) if rng.random() < _ABROAD else scene.spec.country,
        "industry": rng.choice(scene.business.industries),
        "numberofemployees": str(employees),
        "hs_employee_range": next(band for limit, band in _BANDS if employees < limit),
        "annualrevenue": f"{revenue:.0f}",
        "founded_year": str(rng.randrange(1951, 2024)),
        "lifecyclestage": "lead",
        "is_public": "false",
        "hubspot_owner_id": rng.choice(scene.portal.owners).id,
        "hs_object_source": "INTEGRATION" if rng.random() < 0.3 else "CRM_UI",
    }
    return Company(scene.portal.next_id("companies"), created, created, properties)
