"""The portals that the cases are about: made of equal records, so that every program has the same to read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.engine.hubspot import copies_of_the_first
from tests.hubspot_simulator import Scenario, Simulator
from tests.hubspot_simulator.catalogue import PropertyCatalogue
from tests.hubspot_simulator.scenario import PortalSpec
from tests.hubspot_simulator.specs import PipelineSpec, StageSpec
from tests.hubspot_simulator.standard_properties.makers import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.hubspot_simulator.portal import Portal

FIRST_PORTAL = 1_000
CONTACT_PROPERTIES = 43
LAST_PROPERTY = f"detail_{CONTACT_PROPERTIES:02}"

_LIMIT = 190
"""Requests in ten seconds; a private app's, which programs that only know OAuth get here too."""
_NO_LIMIT = 1_000_000
"""Still told in headers, by which a program that keeps to limits knows that there are none."""
_CONTACTS_TO_CONTACTS = 449
_AGE = timedelta(days=30)
_AT_ONCE = 100
_NAMED = ("email", "firstname", "lastname", "phone", "createdate", "lastmodifieddate", "hs_object_id")
_PIPELINE = PipelineSpec(
    id="default",
    label="Sales",
    stages=(
        StageSpec(id="open", label="Open"),
        StageSpec(id="won", label="Won", probability=1, closed=True),
    ),
)


def make_world(
    *, portals: int = 1, latency_ms: float = 0, limits: bool = False, fillers: int = 0
) -> Simulator:
    """Portals without any records; contacts have 43 properties and the fillers."""
    specs = [_spec(FIRST_PORTAL + number, fillers) for number in range(portals)]
    scenario = Scenario(name="peers", portals=tuple(specs))
    simulator = Simulator(scenario, latency_ms=latency_ms, build=copies_of_the_first)
    for portal in simulator.world.portals.values():
        options = portal.options
        options.burst_limit = options.static_burst_limit = _LIMIT if limits else _NO_LIMIT
        if not limits:
            options.search_limit = options.association_limit = options.daily_limit = _NO_LIMIT
        portal.associations.define_pair("contacts", "contacts", _CONTACTS_TO_CONTACTS)
        _choose_contact_properties(portal, fillers)
    return simulator


def fill(
    simulator: Simulator,
    *,
    contacts: int,
    companies: int,
    deals: int = 10,
    popular: int = 0,
    portal_id: int = FIRST_PORTAL,
) -> None:
    """Add records: every contact and deal with a company, every deal with a contact.

    Args:
        simulator: Where.
        contacts: How many.
        companies: How many.
        deals: How many; without any, tap-hubspot asks for a batch of nothing, which the simulator refuses.
        popular: How many of the contacts belong to the first company; the others share the rest.
        portal_id: Of which portal.
    """
    of_contact = _ids(simulator, portal_id, "contacts", contacts, contact_values)
    of_company = _ids(simulator, portal_id, "companies", companies, lambda n: {"name": f"Company {n}"})
    of_deal = _ids(simulator, portal_id, "deals", deals, _deal_values)
    associate = simulator.world.associate
    for number, contact in enumerate(of_contact):
        company = of_company[0] if number < popular else of_company[1 + number % (companies - 1)]
        associate(portal_id, "contacts", contact, "companies", company)
    for number, deal in enumerate(of_deal):
        associate(portal_id, "deals", deal, "companies", of_company[number % companies])
        associate(portal_id, "deals", deal, "contacts", of_contact[number % contacts])
    for store in simulator.portal(portal_id).objects.values():
        store.index.catch_up(simulator.clock.now_ms())


def contact_values(number: int) -> Mapping[str, str]:
    """All properties of a contact but the stamps."""
    details = {f"detail_{place:02}": f"value {number} of detail {place}" for place in _details()}
    return {
        "email": f"person.{number}@company.example",
        "firstname": f"First {number}",
        "lastname": f"Last {number}",
        "phone": f"+1 555 {number:07}",
        **details,
    }


def _details() -> range:
    return range(len(_NAMED) + 1, CONTACT_PROPERTIES + 1)


def _deal_values(number: int) -> Mapping[str, str]:
    return {
        "dealname": f"Deal {number}",
        "amount": f"{number}.50",
        "pipeline": "default",
        "dealstage": "open",
    }


def _ids(
    simulator: Simulator,
    portal_id: int,
    object_type: str,
    number: int,
    values: Callable[[int], Mapping[str, str]],
) -> list[int]:
    """Make records, a hundred a second, a month ago."""
    begin = simulator.now() - _AGE
    return [
        record.id
        for first in range(0, number, _AT_ONCE)
        for record in simulator.world.bulk_create(
            portal_id,
            object_type,
            min(_AT_ONCE, number - first),
            lambda place, first=first: values(first + place),  # type: ignore[misc]
            at=begin + timedelta(seconds=first // _AT_ONCE),
        )
    ]


def _choose_contact_properties(portal: Portal, fillers: int) -> None:
    held = portal.properties["contacts"]
    kept = [held[name] for name in _NAMED]
    details = [text(f"detail_{place:02}", f"Detail {place}") for place in _details()]
    empty = [each for each in held if each.name.startswith("hs_reserved_field")] if fillers else []
    portal.properties["contacts"] = PropertyCatalogue(held.object_type, [*kept, *empty, *details])


def _spec(portal_id: int, fillers: int) -> PortalSpec:
    return PortalSpec(
        portal_id=portal_id,
        name=f"Portal {portal_id}",
        domain=f"portal-{portal_id}.example",
        pipelines=(_PIPELINE,),
        contacts=0,
        companies=0,
        deals=0,
        marketing_emails=0,
        campaigns=0,
        lists=0,
        forms=0,
        submissions=0,
        filler_properties=fillers,
    )
