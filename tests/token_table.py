"""Portals in auth_service's token table, connected without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from auth_service.connections import ConnectedPortal, save_connected_portal
from auth_service.crypto import Keyring, new_key
from auth_service.database import transaction
from auth_service.hubspot_oauth import OAuthClient

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.hubspot_simulator import Simulator

KEYS = f"k1:{new_key()}"


def connect(simulator: Simulator, engine: Engine, portal_id: int) -> None:
    """Connect a portal, as a browser would have done it."""
    spec = simulator.world.portals[portal_id].spec
    with OAuthClient(
        api_url=simulator.url, client_id=simulator.client_id, client_secret=simulator.client_secret
    ) as oauth:
        grant = oauth.refresh(simulator.issue_refresh_token(portal_id))
    details = {"portalId": portal_id, "timeZone": spec.time_zone, "companyCurrency": spec.currency}
    place = ConnectedPortal(portal_id, spec.name, spec.domain, frozenset(grant.scopes or ()), details)
    with transaction(engine) as connection:
        save_connected_portal(connection, Keyring.parse(KEYS), place, grant, datetime.now(UTC))


def tap_settings(simulator: Simulator, database_url: str) -> dict[str, Any]:
    """The tap's settings for reading the portals of a token table."""
    return {
        "api_url": simulator.url,
        "database_url": database_url,
        "token_keys": KEYS,
        "client_id": simulator.client_id,
        "client_secret": simulator.client_secret,
    }
