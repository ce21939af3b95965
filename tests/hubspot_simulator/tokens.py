"""Access and refresh tokens: signed and self-describing, so that they outlive a restart of the simulator."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import msgspec

from tests.hubspot_simulator.clock import SECOND_MS
from tests.hubspot_simulator.errors import expired_token, unknown_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.world import World

ACCESS_TOKEN_SECONDS = 1_800
_SIGNATURE_BYTES = 16


class TokenClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a token says about itself.

    Attributes:
        generation: Of the portal's installation; see `Installation`.
        grant: Names the consent that the token comes from.
        expires_ms: None for refresh tokens, which do not expire.
    """

    kind: Literal["access", "refresh"]
    portal_id: int
    user_id: int
    generation: int
    grant: str
    scopes: frozenset[str]
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A token that was accepted: the portal it opens and what it may see.

    Attributes:
        static: True for a pasted `pat-…` token, which has limits of its own and never expires.
    """

    portal: Portal
    scopes: frozenset[str]
    user_id: int
    static: bool = False


class Tokens:
    """Issues tokens and decides which of them are still good."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._key = hashlib.sha256(f"{world.scenario.app.client_secret}/{world.seed}".encode()).digest()
        self._static: dict[str, Credential] = {}

    def issue_refresh(self, portal: Portal, scopes: Iterable[str]) -> str:
        """A refresh token of the portal's present installation."""
        claims = TokenClaims(
            kind="refresh",
            portal_id=portal.portal_id,
            user_id=portal.user_id,
            generation=portal.installation.refresh_generation,
            grant=secrets.token_hex(4),
            scopes=_granted(portal, scopes),
        )
        return self._sign(claims, portal)

    def issue_access(
        self,
        portal: Portal,
        scopes: Iterable[str],
        *,
        grant: str = "",
        expires_in: float = ACCESS_TOKEN_SECONDS,
    ) -> str:
        """An access token that is good for `expires_in` seconds."""
        claims = TokenClaims(
            kind="access",
            portal_id=portal.portal_id,
            user_id=portal.user_id,
            generation=portal.installation.access_generation,
            grant=grant or secrets.token_hex(4),
            scopes=_granted(portal, scopes),
            expires_ms=self._world.clock.now_ms() + round(expires_in * SECOND_MS),
        )
        return self._sign(claims, portal)

    def issue_static(self, portal: Portal, scopes: Iterable[str]) -> str:
        """A private-app token or service key: the same one each time for the same portal and scopes."""
        granted = _granted(portal, scopes)
        named = f"{portal.portal_id}/{' '.join(sorted(granted))}".encode()
        digest = hmac.new(self._key, named, hashlib.sha256).hexdigest()
        token = f"pat-{portal.spec.hublet}-{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"
        self._static[token] = Credential(portal, granted, portal.user_id, static=True)
        return token

    def read(self, token: str) -> TokenClaims | None:
        """The claims of a token that we signed, good or not; None for any other text."""
        _, _, rest = token.partition("-")
        encoded, _, signature = rest.partition(".")
        try:
            payload = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            if not hmac.compare_digest(signature, self._signature(payload)):
                return None
            return msgspec.json.decode(payload, type=TokenClaims)
        except (binascii.Error, ValueError, msgspec.DecodeError):
            return None

    def claimed_portal(self, token: str) -> Portal | None:
        """The portal that a token speaks of, whether or not it is still good."""
        if static := self._static.get(token):
            return static.portal
        claims = self.read(token)
        return self._world.portals.get(claims.portal_id) if claims else None

    def is_good(self, claims: TokenClaims) -> bool:
        """Whether the portal still honours the token, expiry aside."""
        portal = self._world.portals.get(claims.portal_id)
        if portal is None or portal.deleted:
            return False
        installation = portal.installation
        if claims.kind == "access":
            return claims.generation == installation.access_generation
        return (
            claims.generation == installation.refresh_generation
            and claims.grant not in installation.dead_grants
        )

    def authenticate(self, token: str) -> Credential:
        """Who a bearer token speaks for.

        Raises:
            HubSpotError: 401, with the category EXPIRED_AUTHENTICATION or INVALID_AUTHENTICATION.
        """
        if static := self._static.get(token):
            return static
        claims = self.read(token)
        if claims is None or claims.kind != "access" or not self.is_good(claims):
            raise unknown_token()
        overdue_ms = self._world.clock.now_ms() - (claims.expires_ms or 0)
        if overdue_ms >= 0:
            raise expired_token(overdue_ms // SECOND_MS)
        return Credential(self._world.portals[claims.portal_id], claims.scopes, claims.user_id)

    def _sign(self, claims: TokenClaims, portal: Portal) -> str:
        payload = msgspec.json.encode(claims)
        encoded = base64.urlsafe_b64encode(payload).decode().rstrip("=")
        return f"{portal.spec.hublet}-{encoded}.{self._signature(payload)}"

    def _signature(self, payload: bytes) -> str:
        return hmac.new(self._key, payload, hashlib.sha256).digest()[:_SIGNATURE_BYTES].hex()


def _granted(portal: Portal, scopes: Iterable[str]) -> frozenset[str]:
    """No consent gives what the subscription does not include."""
    return frozenset(scopes) - portal.spec.unavailable_scopes
