"""Where portals and their access tokens come from: the token table of auth_service, or the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from auth_service.connections import list_connections
from auth_service.errors import AuthError, OperatorError, PortalNotConnected, TokenTransient
from tap_hubspot_multi.exceptions import PortalDeferred, PortalDisconnected, PortalMustReconnect, RunStopped

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Engine

    from auth_service.tokens import TokenStore
    from tap_hubspot_multi.clock import Clock


_SECONDS_KEPT = 15.0
"""How long a token is used before the table is asked again: so soon is a disconnected portal left alone."""


@dataclass(frozen=True, slots=True)
class Portal:
    """One HubSpot account as the run knows it before it asks HubSpot; holds no secret.

    Attributes:
        portal_id: HubSpot's id of the account.
        status: `active`, `reauth_required` or `disconnected`.
        auth_type: `oauth` or `static`.
        company_name: Name for people.
        hub_domain: The company's own domain.
        scopes: What the portal granted.
        account_details: HubSpot's last known account-info answer.
        connected_at: When it was first connected.
        last_refresh_at: When its token was last refreshed.
        last_error_code: Why its token could not be refreshed.
    """

    portal_id: int
    status: str = "active"
    auth_type: str = "oauth"
    company_name: str | None = None
    hub_domain: str | None = None
    scopes: frozenset[str] = frozenset()
    account_details: Mapping[str, Any] = field(default_factory=dict)
    connected_at: datetime | None = None
    last_refresh_at: datetime | None = None
    last_error_code: str | None = None

    def __str__(self) -> str:
        """`portal 123 (Company)`, the same in every log line."""
        return f"portal {self.portal_id}" + (f" ({self.company_name})" if self.company_name else "")


class TokenSource(Protocol):
    """Gives out access tokens; safe to use from several threads."""

    def portals(self) -> list[Portal]:
        """All known portals, the broken ones too, ordered by id.

        Raises:
            RunStopped: The source itself cannot be read.
        """

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
        """A token that HubSpot should accept.

        Args:
            portal_id: The portal it must belong to.
            rejected: A token of this portal that HubSpot has just answered 401 to.

        Raises:
            PortalMustReconnect: There is none, nor a way to get one.
            PortalDisconnected: There is none because nobody wants one.
            PortalDeferred: There is none at present.
            RunStopped: No portal can get one.
        """


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


class StaticTokens:
    """Private-app tokens and service keys from the settings, for use without the token table."""

    def __init__(self, tokens: Mapping[int, str], portals: list[Portal]) -> None:
        self._tokens = tokens
        self._portals = portals

    def portals(self) -> list[Portal]:
        """The portals that answered to a token, ordered by portal id."""
        return self._portals

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:
        """The token from the settings; there is no other, so a rejected one is final."""
        if rejected is not None:
            raise PortalMustReconnect("HubSpot no longer accepts its token: put a new one into static_tokens")
        return self._tokens[portal_id]


class GivenToken:
    """One token whose portal is not known yet."""

    def __init__(self, token: str) -> None:
        self._token = token

    def portals(self) -> list[Portal]:
        """None: that is what is to be found out."""
        return []

    def access_token(self, portal_id: int, *, rejected: str | None = None) -> str:  # noqa: ARG002 - there is but one
        """The token."""
        if rejected is not None:
            raise PortalMustReconnect("HubSpot does not accept this token: put a new one into static_tokens")
        return self._token
