"""What the simulated portals of the cases hold, and what is done to them while a case runs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator import Scenario
from tests.hubspot_simulator.options import PortalOptions

if TYPE_CHECKING:
    from datetime import date

    from tests.hubspot_simulator import Simulator


_FIRST_PORTAL = 30_000_001
# A static token's own limit is higher; the figures are about that of an OAuth app.
_BURST_LIMIT = 110

BURST = "general"
SEARCH = "search"
ASSOCIATIONS = "associations"
"""The limits that HubSpot counts apart."""


def anchor() -> date:
    """The day before yesterday: nothing that is made up beforehand happens within a run's overlap."""
    return datetime.now(UTC).date() - timedelta(days=2)


def portals(number: int, **sizes: int) -> Scenario:
    """Portals of the small scenario's kind with the limits of an OAuth app.

    Args:
        number: How many.
        sizes: Fields of `PortalSpec`; unless given, those of the small scenario.
    """
    pattern = Scenario.load("tiny").portals[0]
    plain = {
        "value_quirks": False,
        "first_record_id": {},
        "options": PortalOptions(static_burst_limit=_BURST_LIMIT),
    }
    return Scenario(
        name="benchmark",
        portals=tuple(
            msgspec.structs.replace(
                pattern, portal_id=_FIRST_PORTAL + place, name=f"Portal {place + 1}", **plain, **sizes
            )
            for place in range(number)
        ),
    )


def crm_only(number: int, **sizes: int) -> Scenario:
    """Portals that hold some CRM records and little else."""
    nothing = dict.fromkeys(
        ("companies", "deals", "tickets", "activities", "products", "leads", "feedback"), 0
    )
    scenario = portals(
        number, **(nothing | {"submissions": 0, "forms": 0, "campaigns": 0, "marketing_emails": 0} | sizes)
    )
    without = {"custom_objects": (), "labels": (), "properties": ()}
    return msgspec.structs.replace(
        scenario, portals=tuple(msgspec.structs.replace(spec, **without) for spec in scenario.portals)
    )


def tokens(hubspot: Simulator) -> list[str]:
    """A static token of each portal."""
    return [hubspot.issue_static_token(portal_id) for portal_id in hubspot.world.portals]


def hold_up(hubspot: Simulator, *, latency_ms: float, limits: bool) -> None:
    """Set how long answers take and whether limits hold; forget what was asked."""
    hubspot.latency_ms = latency_ms
    for portal in hubspot.world.portals.values():
        portal.options.enforce_rate_limits = limits
    hubspot.limiter.reset()
    hubspot.requests.clear()


def change(hubspot: Simulator, *, one_in: int, seconds_ago: float) -> int:
    """Change some records of every type, as if some time ago; return how many."""
    moment = hubspot.now() - timedelta(seconds=seconds_ago)
    changed = 0
    for portal_id, portal in hubspot.world.portals.items():
        for object_type, store in portal.objects.items():
            for record_id in list(store.live_ids)[::one_in]:
                hubspot.world.update(portal_id, object_type, record_id, {}, at=moment)
                changed += 1
    return changed


class Requests(msgspec.Struct):
    """What was asked.

    Attributes:
        answered: How many requests.
        refused: How many of them got 429.
        by_limit: By the limit that they counted against.
        seconds: From the first to the last that counted against the general limit.
        by_ten_seconds: How many of those in each ten seconds.
    """

    answered: int
    refused: int
    by_limit: Counter[str]
    seconds: float
    by_ten_seconds: list[int]


def requests(hubspot: Simulator) -> Requests:
    """Count what was asked since the log was last cleared."""
    entries = list(hubspot.requests)
    by_limit = Counter(_limit(entry.route) for entry in entries)
    moments = [entry.at_ms for entry in entries if _limit(entry.route) == BURST]
    first, last = min(moments, default=0), max(moments, default=0)
    windows = Counter((moment - first) // 10_000 for moment in moments)
    return Requests(
        answered=len(entries),
        refused=sum(entry.status == 429 for entry in entries),  # noqa: PLR2004 - too many requests
        by_limit=by_limit,
        seconds=(last - first) / 1000,
        by_ten_seconds=[windows[place] for place in range((last - first) // 10_000 + 1)],
    )


def _limit(route: str) -> str:
    if route == "crm.search":
        return SEARCH
    return ASSOCIATIONS if route.startswith("associations.") else BURST
