"""Users, teams and currencies of a portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hubspot_simulator.catalogue import Owner
    from tests.hubspot_simulator.portal import Portal


class ExchangeRate(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """What one unit of a currency was worth in the company's, from some moment on."""

    id: str
    from_currency_code: str
    to_currency_code: str
    conversion_rate: float
    effective_at: str
    created_at: str
    updated_at: str
    visible_in_ui: bool = msgspec.field(name="visibleInUI", default=True)


def user_rows(portal: Portal) -> Iterator[dict[str, Any]]:
    """The users, who are the owners that have not been deactivated; the first one may do everything."""
    for number, owner in enumerate(portal.owners):
        if not owner.archived:
            yield {
                "id": str(owner.user_id_including_inactive),
                "email": owner.email,
                "firstName": owner.first_name,
                "lastName": owner.last_name,
                "roleIds": [],
                **_teams_of(owner),
                "superAdmin": number == 0,
            }


def team_rows(portal: Portal) -> Iterator[dict[str, Any]]:
    """The teams with those users who are still there, even a team that nobody belongs to."""
    users = [owner for owner in portal.owners if not owner.archived]
    for team_id, name in sorted(portal.marketing.teams.items()):
        yield {
            "id": team_id,
            "name": name,
            "userIds": [
                str(user.user_id_including_inactive) for user in users if _is_in(user, team_id, primary=True)
            ],
            "secondaryUserIds": [
                str(user.user_id_including_inactive) for user in users if _is_in(user, team_id, primary=False)
            ],
        }


def current_rates(rates: list[ExchangeRate], now: str) -> list[ExchangeRate]:
    """Of each currency the rate that is in effect."""
    current: dict[str, ExchangeRate] = {}
    for rate in sorted(rates, key=lambda each: each.effective_at):
        if rate.effective_at <= now:
            current[rate.from_currency_code] = rate
    return list(current.values())


def _teams_of(owner: Owner) -> dict[str, Any]:
    primary = next((team.id for team in owner.teams if team.primary), None)
    others = [team.id for team in owner.teams if not team.primary]
    return {**({"primaryTeamId": primary} if primary else {}), "secondaryTeamIds": others}


def _is_in(owner: Owner, team_id: str, *, primary: bool) -> bool:
    return any(team.id == team_id and team.primary == primary for team in owner.teams)
