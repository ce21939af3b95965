"""The users of a portal, who own its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.hubspot_simulator.business.people import email
from tests.hubspot_simulator.catalogue import Owner, Team
from tests.hubspot_simulator.clock import DAY_MS, iso

if TYPE_CHECKING:
    import random

    from tests.hubspot_simulator.business.people import Name, People
    from tests.hubspot_simulator.scenario import PortalSpec

_TEAMS = ("Sales", "Marketing", "Customer Success")
_DEACTIVATED_EVERY = 6


def draft_owners(spec: PortalSpec, people: People, rng: random.Random, start_ms: int) -> list[Owner]:
    """The owners of a portal; every sixth has been deactivated since, but still owns records."""
    teams = [
        Team(id=str(spec.portal_id % 90_000 + position), name=name, primary=True)
        for position, name in enumerate(_TEAMS)
    ]
    return [
        _owner(
            spec, number, (rng.choice(people.given), rng.choice(people.family)), rng.choice(teams), start_ms
        )
        for number in range(spec.owners)
    ]


def _owner(spec: PortalSpec, number: int, name: tuple[Name, Name], team: Team, start_ms: int) -> Owner:
    given, family = name
    archived = number % _DEACTIVATED_EVERY == _DEACTIVATED_EVERY - 1
    user_id = spec.portal_id % 1_000_000 * 100 + number
    since = start_ms - (spec.owners - number) * 30 * DAY_MS
    return Owner(
        id=str(user_id * 7 + 13),
        email=email(given, family, number, spec.domain),
        first_name=given.written,
        last_name=family.written,
        user_id=None if archived else user_id,
        user_id_including_inactive=user_id,
        teams=(team,),
        created_at=iso(since),
        updated_at=iso(since + DAY_MS),
        archived=archived,
    )
