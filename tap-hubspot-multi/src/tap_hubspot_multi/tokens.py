"""Where portals and their access tokens come from; here, from the settings (`token_table` has the other way)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tap_hubspot_multi.exceptions import PortalMustReconnect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


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
