"""Disconnecting a portal: its tokens are erased here, and made useless at HubSpot as well as can be."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from auth_service import audit
from auth_service.connections import mark_disconnected, secret_place
from auth_service.crypto import Sealed
from auth_service.database import LockTimeoutError, database_clock, transaction
from auth_service.errors import AuthError, DecryptionError, GrantRefused, PortalNotConnected, TokenTransient
from auth_service.tables import portal_connections as table
from auth_service.tokens import LOCK_TIMEOUT, is_fresh

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.hubspot_oauth import OAuthClient

logger = logging.getLogger(__name__)

_SECRETS = (table.c.access_token_ciphertext, table.c.refresh_token_ciphertext)


@dataclass(frozen=True, slots=True)
class Disconnection:
    """What became of a portal's tokens at HubSpot; here they are erased in any case.

    Attributes:
        portal_id: The portal.
        revoked: Whether HubSpot forgot the refresh token; None if there was none, as with a static token.
        uninstalled: Whether the app was removed from the portal; None if that was not asked for.
        problems: What did not work at HubSpot and what to do about it, one line each.
    """

    portal_id: int
    revoked: bool | None
    uninstalled: bool | None
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tokens:
    auth_type: str
    access: str | None
    refresh: str | None


def disconnect(
    engine: Engine,
    keyring: Keyring,
    oauth: OAuthClient,
    portal_id: int,
    actor: audit.Actor,
    *,
    uninstall: bool = False,
) -> Disconnection:
    """Erase a portal's tokens, then revoke them at HubSpot; its row stays, and so does what was synced of it.

    Erased first: however the rest goes, and whatever dies meanwhile, no token is left behind here. Access tokens
    that were handed out live on for up to 30 minutes, unless the app is uninstalled.

    Args:
        engine: The database.
        keyring: Opens the tokens, one last time.
        oauth: The HubSpot app.
        portal_id: A portal with a connection, be it one that works or not.
        actor: Who disconnects.
        uninstall: Also remove the app from the portal; HubSpot tells the portal's admins by mail.

    Raises:
        PortalNotConnected: There is no such connection, or it was ended before.
        TokenTransient: A refresh of this portal does not end; nothing was changed.
    """
    tokens, problems = _erase(engine, keyring, portal_id, actor)
    uninstalled = _uninstall(oauth, portal_id, tokens, problems) if uninstall else None
    revoked = _revoke(oauth, portal_id, tokens, problems)
    for problem in problems:
        logger.warning("%s", problem)
    if problems:
        audit.record_alone(
            engine,
            "portal_disconnected",
            actor,
            portal_id=portal_id,
            outcome="failed",
            reason="erased here; not revoked at HubSpot"
            if not revoked
            else "revoked; not uninstalled at HubSpot",
        )
    return Disconnection(portal_id, revoked, uninstalled, tuple(problems))


def _erase(engine: Engine, keyring: Keyring, portal_id: int, actor: audit.Actor) -> tuple[_Tokens, list[str]]:
    statement = select(table).where(table.c.portal_id == portal_id).with_for_update()
    try:
        with transaction(engine) as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            row = connection.execute(statement).mappings().first()
            if row is None or row["status"] == "disconnected":
                raise PortalNotConnected(
                    f"portal {portal_id} is not connected: there is nothing to disconnect",
                    portal_id=portal_id,
                )
            fresh = is_fresh(row["expires_at"], database_clock(connection))
            problems: list[str] = []
            opened: dict[str, str] = {}
            for column in _SECRETS:
                if row[column.name] is None:
                    continue
                sealed = Sealed(row["key_id"], row[column.name])
                try:
                    opened[column.name] = keyring.decrypt(sealed, secret_place(portal_id, column.name))
                except DecryptionError:
                    problems.append(
                        f"portal {portal_id}: {column.name} could not be decrypted, so HubSpot was not told: "
                        "uninstall the app in the portal"
                    )
            mark_disconnected(connection, portal_id)
            audit.record(connection, "portal_disconnected", actor, portal_id=portal_id)
    except LockTimeoutError:
        raise TokenTransient(
            f"portal {portal_id}: another process is refreshing its token: try again later",
            portal_id=portal_id,
        ) from None
    access = opened.get("access_token_ciphertext") if fresh else None
    return _Tokens(row["auth_type"], access, opened.get("refresh_token_ciphertext")), problems


def _uninstall(oauth: OAuthClient, portal_id: int, tokens: _Tokens, problems: list[str]) -> bool:
    if tokens.auth_type == "static":
        problems.append(
            f"portal {portal_id} has a static token: delete its private app or service key in HubSpot"
        )
        return False

    def ask() -> None:
        access = tokens.access or (oauth.refresh(tokens.refresh).access_token if tokens.refresh else None)
        if access is not None:
            oauth.uninstall(access)

    return (tokens.access or tokens.refresh) is not None and _attempt(
        ask, f"portal {portal_id}: the app could not be uninstalled", "remove it in the portal", problems
    )


def _revoke(oauth: OAuthClient, portal_id: int, tokens: _Tokens, problems: list[str]) -> bool | None:
    refresh = tokens.refresh
    if refresh is None:
        return None
    return _attempt(
        lambda: oauth.revoke(refresh),
        f"portal {portal_id}: its tokens are erased here, but HubSpot did not revoke them",
        "uninstall the app in the portal",
        problems,
    )


def _attempt(call: Callable[[], None], problem: str, cure: str, problems: list[str]) -> bool:
    try:
        call()
    except GrantRefused:
        return True  # HubSpot knows this grant no longer: what was wanted
    except AuthError as error:
        problems.append(f"{problem} ({error}): {cure}")
        return False
    return True
