"""The teams and currencies of a generated portal; its users are its owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tests.hubspot_simulator.catalogue import Team
from tests.hubspot_simulator.clock import DAY_MS, iso
from tests.hubspot_simulator.marketing.settings import ExchangeRate

if TYPE_CHECKING:
    from tests.hubspot_simulator.business.scene import Scene

_NOBODY_S_TEAM = "Partners"
_WEEK_MS = 7 * DAY_MS
_STEP = 0.008
_IN_TWO_TEAMS_EVERY = 3


def draft_teams(scene: Scene) -> dict[str, str]:
    """The teams of the owners, some of whom get a second one, and a team that nobody belongs to."""
    owners = scene.portal.owners
    teams = {team.id: team.name for owner in owners for team in owner.teams}
    for number, owner in enumerate(owners):
        other = next((team_id for team_id in sorted(teams) if team_id != owner.teams[0].id), None)
        if other and number % _IN_TWO_TEAMS_EVERY == 1:
            second = Team(id=other, name=teams[other], primary=False)
            owners[number] = msgspec.structs.replace(owner, teams=(*owner.teams, second))
    unused = max(map(int, teams), default=scene.spec.portal_id % 90_000) + 10
    return {**teams, str(unused): _NOBODY_S_TEAM}


def draft_exchange_rates(scene: Scene) -> list[ExchangeRate]:
    """A rate a week for each additional currency, the last one being that of the portal's deals."""
    spec, calendar = scene.spec, scene.calendar
    mondays = range(calendar.start_ms, calendar.anchor_ms, _WEEK_MS)
    rates = []
    for number, currency in enumerate(spec.additional_currencies):
        worth = scene.business.exchange_rates.get(currency, 1.0)
        backwards = []
        for moment in reversed(mondays):
            backwards.append((moment, round(worth, 6)))
            worth *= 1 + scene.rng.gauss(0, _STEP)
        for week, (moment, rate) in enumerate(reversed(backwards)):
            since = iso(moment)
            rates.append(
                ExchangeRate(
                    id=str(spec.portal_id % 10_000 * 1_000 + week * len(spec.additional_currencies) + number),
                    from_currency_code=currency,
                    to_currency_code=spec.currency,
                    conversion_rate=rate,
                    effective_at=since,
                    created_at=since,
                    updated_at=since,
                )
            )
    return rates
