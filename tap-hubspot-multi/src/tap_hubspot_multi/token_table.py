"""Portals and tokens from the token table of auth_service.

Apart from `tokens`, so that a run with static tokens loads neither the database nor the OAuth client.
"""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from auth_service.canary import verify_keys
from auth_service.connections import list_connections
from auth_service.database import create_engine
from auth_service.errors import AuthError, OperatorError, PortalNotConnected, TokenTransient
from auth_service.hubspot_oauth import OAuthClient
from auth_service.tokens import TokenStore
from tap_hubspot_multi.exceptions import PortalDeferred, PortalDisconnected, PortalMustReconnect, RunStopped
from tap_hubspot_multi.tokens import Portal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from auth_service.settings import Settings
    from tap_hubspot_multi.clock import Clock

_SECONDS_KEPT = 15.0
"""How long a token is used before the table is asked again: so soon is a disconnected portal left alone."""


@contextmanager
def open_token_table(settings: Settings, clock: Clock) -> Iterator[TableTokens]:
    """Open the token table, for the time of a run.

    Args:
        settings: Settings of auth_service.
        clock: Time.

    Raises:
        RunStopped: The token table cannot be used.
    """
    engine, keyring = create_engine(settings.database_url), settings.keyring
    with OAuthClient(
        api_url=settings.api_url, client_id=settings.client_id, client_secret=settings.client_secret
    ) as oauth:
        try:
            verify_keys(engine, keyring)
            yield TableTokens(engine, TokenStore(engine, keyring, oauth), clock)
        except OperatorError as error:
            raise RunStopped(str(error)) from error
        finally:
            engine.dispose()


class TableTokens:
    """Portals and tokens of auth_service's token table."""

    def __init__(self, engine: Engine, store: TokenStore, clock: Clock) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._kept: dict[int, tuple[str, float]] = {}
        self._turns: dict[int, Lock] = {}

    def portals(self) -> list[Portal]:
        """All rows of the token table, ordered by portal id."""
        try:
            connections = list_connections(self._engine)
        except OperatorError as error:
            raise RunStopped(str(error)) from error
        return [
            Portal(
                portal_id=connection.portal_id,
                status=connection.status,
                auth_type=connection.auth_type,
                company_name=connection.company_name,
                hub_domain=connection.hub_domain,
                scopes=connection.scopes,
                account_details=connection.account_details,
                connected_at=connection.created_at,
                last_refresh_at=connection.last_refresh_at,
                last_error_code=connection.last_error_code,
            )
            for connection in connections
        ]

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
        """The stored token, refreshed when it is about to expire or was rejected.

        The table is not asked before every request: what it gave out is good for minutes. When it has to be asked, the
        first of a portal's threads asks, and the others wait for its answer.
        """
        if token := self._kept_token(portal_id, rejected):
            return token
        with self._turns.setdefault(portal_id, Lock()):
            return self._kept_token(portal_id, rejected) or self._ask(portal_id, rejected)

    def _kept_token(self, portal_id: int, rejected: str | None) -> str | None:
        token, until = self._kept.get(portal_id, ("", 0.0))
        return token if token != rejected and self._clock.monotonic() < until else None

    def _ask(self, portal_id: int, rejected: str | None) -> str:
        try:
            token = self._store.access_token(portal_id, rejected=rejected)
        except OperatorError as error:
            raise RunStopped(str(error)) from error
        except TokenTransient as error:
            raise PortalDeferred(str(error)) from error
        except PortalNotConnected as error:
            raise PortalDisconnected(str(error)) from error
        except AuthError as error:
            raise PortalMustReconnect(str(error)) from error
        self._kept[portal_id] = token, self._clock.monotonic() + _SECONDS_KEPT
        return token
