"""Portals connected with a pasted token, of a private app or a service key, instead of the OAuth app.

HubSpot tells such a token's portal, but not its scopes: a stream it may not read shows that when it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auth_service import audit
from auth_service.connections import ConnectedPortal, save_static_portal
from auth_service.database import transaction
from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    AuthError,
    GrantRefused,
    HubSpotUnavailable,
    PortalMismatch,
    StaticTokenRefused,
)
from auth_service.hubspot_answers import is_token

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.hubspot_oauth import OAuthClient

LONGEST_TOKEN = 2048
# What HubSpot says of a token that it does not know or that may not even read account-info.
_REFUSALS = {"http_401", "http_403", "http_530"}


def connect_static(
    engine: Engine,
    keyring: Keyring,
    oauth: OAuthClient,
    token: str,
    actor: audit.Actor,
    *,
    expected_portal_id: int | None = None,
) -> int:
    """Ask HubSpot which portal a pasted token is for, store it, and return the portal's id.

    Args:
        engine: The database.
        keyring: Encrypts the token.
        oauth: Asks HubSpot; the app's credentials are not needed for it.
        token: What was pasted.
        actor: Who connects.
        expected_portal_id: The one portal it may be for; None takes any.

    Raises:
        StaticTokenRefused: It is no token that HubSpot accepts, or its portal is connected by OAuth.
        PortalMismatch: It is for another portal than expected.
        HubSpotUnavailable: HubSpot did not say.
    """
    try:
        portal = _identify(oauth, token.strip(), expected_portal_id)
        with transaction(engine) as connection:
            if not save_static_portal(connection, keyring, portal, token.strip()):
                raise StaticTokenRefused(
                    f"Portal {portal.portal_id} is connected by OAuth, which works and renews itself. Nothing was "
                    "changed: disconnect the portal first if you want a pasted token instead.",
                    portal_id=portal.portal_id,
                )
            audit.record(
                connection, "portal_connected", actor, portal_id=portal.portal_id, reason="static token"
            )
    except AuthError as error:
        audit.record_alone(
            engine,
            "portal_connected",
            actor,
            portal_id=error.portal_id or expected_portal_id,
            outcome="failed",
            reason=type(error).__name__,
        )
        raise
    return portal.portal_id


def _identify(oauth: OAuthClient, token: str, expected_portal_id: int | None) -> ConnectedPortal:
    if not is_token(token) or len(token) > LONGEST_TOKEN:
        raise StaticTokenRefused(
            "This is not a token. Nothing was stored: paste the whole token, and only it."
        )
    try:
        details: dict[str, Any] = oauth.account_details(token)
    except (GrantRefused, AppCredentialsRejected, AppRequestRejected):
        raise _refused() from None
    except HubSpotUnavailable as error:
        if error.code in _REFUSALS:
            raise _refused() from None
        raise
    portal_id: int = details["portalId"]
    if expected_portal_id not in {None, portal_id}:
        raise PortalMismatch(
            f"The token is for portal {portal_id}, not for portal {expected_portal_id}. Nothing was stored.",
            portal_id=portal_id,
        )
    name = details.get("portalName")
    return ConnectedPortal(
        portal_id=portal_id,
        company_name=name if isinstance(name, str) and name else f"Portal {portal_id}",
        hub_domain=None,
        scopes=frozenset(),
        account_details=details,
    )


def _refused() -> StaticTokenRefused:
    return StaticTokenRefused(
        "HubSpot does not accept this token. Nothing was stored: copy it again from the private app or service key "
        "in the portal's settings."
    )
