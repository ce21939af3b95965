"""The simulated HubSpot of a chaos run: many small portals whose record ids tell which portal they belong to."""

from __future__ import annotations

from tests.hubspot_simulator import Scenario
from tests.hubspot_simulator.object_types import OBJECT_TYPES
from tests.hubspot_simulator.options import PortalOptions
from tests.hubspot_simulator.scenario import PortalSpec
from tests.hubspot_simulator.specs import PipelineSpec, StageSpec

_FIRST_PORTAL = 7_000_001
_IDS_OF_A_PORTAL = 100_000_000
_PLACES = (
    ("America/New_York", "USD", "en_US"),
    ("Europe/Berlin", "EUR", "de_DE"),
    ("Asia/Tokyo", "JPY", "ja_JP"),
    ("Pacific/Auckland", "NZD", "en_NZ"),
    ("Europe/London", "GBP", "en_GB"),
)
_SALES = PipelineSpec(
    id="default",
    label="Sales",
    stages=(
        StageSpec(id="open", label="Open", probability=0.3),
        StageSpec(id="late", label="Late", probability=0.8),
        StageSpec(id="won", label="Won", probability=1, closed=True),
        StageSpec(id="lost", label="Lost", probability=0, closed=True),
    ),
)


def scenario_of(portals: int, *, limits: bool) -> Scenario:
    """So many portals, in several time zones and currencies, some with the worse habits of real ones.

    Args:
        portals: How many.
        limits: Whether they have HubSpot's rate limits, which are most of what a small run waits for.
    """
    return Scenario(
        name=f"chaos of {portals}",
        consent="automatic",
        history_days=200,
        portals=tuple(_portal(number, limits=limits) for number in range(portals)),
    )


def owner(record_id: str) -> int | None:
    """The portal whose record this is; None if it can be no portal's."""
    number = int(record_id) // _IDS_OF_A_PORTAL - 1 if record_id.isdecimal() else -1
    return None if number < 0 else _FIRST_PORTAL + number


def _portal(number: int, *, limits: bool) -> PortalSpec:
    time_zone, currency, locale = _PLACES[number % len(_PLACES)]
    return PortalSpec(
        portal_id=_FIRST_PORTAL + number,
        name=f"Portal {number + 1}",
        domain=f"portal-{number + 1}.example",
        time_zone=time_zone,
        currency=currency,
        locale=locale,
        contacts=150,
        companies=30,
        deals=40,
        tickets=25,
        activities=60,
        products=5,
        leads=6,
        feedback=10,
        owners=4,
        marketing_emails=6,
        campaigns=3,
        lists=3,
        forms=3,
        submissions=40,
        pipelines=(_SALES,),
        value_quirks=number % 2 == 0,
        first_record_id=dict.fromkeys(OBJECT_TYPES, (number + 1) * _IDS_OF_A_PORTAL),
        options=PortalOptions(
            search_order="shuffled" if number % 3 == 0 else "sorted",
            search_strays=2 if number % 3 == 1 else 0,
            index_delay_seconds=1.5 if number % 2 else 0,
            retry_after=number % 4 == 0,
            enforce_rate_limits=limits,
        ),
    )
