"""The token endpoints: token, introspect, revoke, and the little of OAuth v1 that its last clients need."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING, Any

from tests.hubspot_simulator.clock import SECOND_MS
from tests.hubspot_simulator.errors import OAuthError, unknown_token
from tests.hubspot_simulator.tokens import ACCESS_TOKEN_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.hubspot_simulator.authorize import Authorization, CodeGrant
    from tests.hubspot_simulator.journal import EventName
    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.tokens import TokenClaims, Tokens
    from tests.hubspot_simulator.world import World

    Form = Mapping[str, str]
    Recorder = Callable[[EventName, int, str | None], None]


class OAuthServer:
    """Answers the form posts of OAuth clients.

    Args:
        record: Told what happens to a portal's installation: `connected`, or `grant revoked` with its grant id.
    """

    def __init__(self, world: World, tokens: Tokens, authorization: Authorization, record: Recorder) -> None:
        self._world = world
        self._app = world.scenario.app
        self._tokens = tokens
        self._authorization = authorization
        self._record = record

    def claimed_portal(self, form: Form) -> Portal | None:
        """Whose tokens a request is about, as far as that can be seen."""
        if grant := self._authorization.peek(form.get("code", "")):
            return grant.portal
        return self._tokens.claimed_portal(_token_field(form))

    def token(self, form: Form) -> dict[str, Any]:
        """Exchange a code or a refresh token.

        Raises:
            OAuthError: With HubSpot's `status` and RFC 6749's `error`.
        """
        self._check_client(form)
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange_code(form)
            case "refresh_token":
                return self._refresh(form)
            case _:
                raise OAuthError("BAD_GRANT_TYPE", "unsupported_grant_type", "missing or unknown grant_type")

    def introspect(self, form: Form) -> dict[str, Any]:
        """What a token is; `{"active": false}` and nothing else once it is not good any more."""
        self._check_client(form)
        text = _token_field(form)
        claims = self._tokens.read(text)
        if claims is None or not self._tokens.is_good(claims) or self._seconds_left(claims) <= 0:
            return {"active": False}
        answer: dict[str, Any] = {
            "active": True,
            "token_use": f"{claims.kind}_token",
            "client_id": self._app.client_id,
            **self._describe(claims, text),
        }
        if claims.kind == "refresh":
            answer.pop("expires_in")
        return answer

    def revoke(self, form: Form) -> dict[str, Any]:
        """Kill a refresh token; access tokens live on, and the app stays installed."""
        self._check_client(form)
        claims = self._tokens.read(_token_field(form))
        if claims is not None and claims.kind == "refresh" and claims.portal_id in self._world.portals:
            self._record("grant revoked", claims.portal_id, claims.grant)
        return {}

    def legacy_token_info(self, token: str) -> dict[str, Any]:
        """OAuth v1's description of an access token.

        Raises:
            HubSpotError: 401, the token is not good.
        """
        claims = self._tokens.read(token)
        if claims is None or not self._tokens.is_good(claims) or self._seconds_left(claims) <= 0:
            raise unknown_token()
        return self._describe(claims, token)

    def _check_client(self, form: Form) -> None:
        if form.get("client_id") != self._app.client_id:
            raise OAuthError("BAD_CLIENT_ID", "invalid_client", "missing or unknown client id")
        if not hmac.compare_digest(form.get("client_secret", ""), self._app.client_secret):
            raise OAuthError("BAD_CLIENT_SECRET", "invalid_client", "missing or invalid client secret")

    def _exchange_code(self, form: Form) -> dict[str, Any]:
        grant = self._authorization.take(form.get("code", ""))
        if grant is None:
            raise OAuthError(
                "BAD_AUTH_CODE", "invalid_grant", "auth code is invalid, expired or was used before"
            )
        if form.get("redirect_uri") != grant.redirect_uri:
            raise OAuthError("BAD_REDIRECT_URI", "invalid_request", "missing or mismatched redirect URI")
        if not _verifies(grant, form.get("code_verifier", "")):
            raise OAuthError(
                "BAD_CODE_VERIFIER", "invalid_grant", "code verifier is missing or does not match"
            )
        self._record("connected", grant.portal.portal_id, None)
        return self._grant(grant.portal, grant.scopes, self._tokens.issue_refresh(grant.portal, grant.scopes))

    def _refresh(self, form: Form) -> dict[str, Any]:
        given = form.get("refresh_token", "")
        claims = self._tokens.read(given)
        dead = OAuthError(
            "BAD_REFRESH_TOKEN", "invalid_grant", "refresh token is invalid, expired or revoked"
        )
        if claims is None or claims.kind != "refresh":
            raise dead
        portal = self._world.portals.get(claims.portal_id)
        if portal is None or portal.deleted:
            raise OAuthError("BAD_HUB", "access_denied", "missing or unknown hub id")
        if not self._tokens.is_good(claims):
            raise dead
        if portal.options.rotate_refresh_tokens:
            self._record("grant revoked", portal.portal_id, claims.grant)
            given = self._tokens.issue_refresh(portal, claims.scopes)
        return self._grant(portal, claims.scopes, given)

    def _grant(self, portal: Portal, scopes: frozenset[str], refresh_token: str) -> dict[str, Any]:
        return {
            "token_type": "bearer",
            "token_use": "access_token",
            "access_token": self._tokens.issue_access(portal, scopes),
            "refresh_token": refresh_token,
            "expires_in": ACCESS_TOKEN_SECONDS,
            "hub_id": portal.portal_id,
            "user_id": portal.user_id,
            "scopes": sorted(scopes),
        }

    def _describe(self, claims: TokenClaims, text: str) -> dict[str, Any]:
        portal = self._world.portals[claims.portal_id]
        return {
            "token": text,
            "token_type": claims.kind,
            "hub_id": claims.portal_id,
            "hub_domain": portal.spec.domain,
            "app_id": self._app.app_id,
            "user_id": claims.user_id,
            "user": portal.owners[0].email,
            "scopes": sorted(claims.scopes),
            "expires_in": self._seconds_left(claims),
        }

    def _seconds_left(self, claims: TokenClaims) -> int:
        if claims.expires_ms is None:
            return ACCESS_TOKEN_SECONDS
        return (claims.expires_ms - self._world.clock.now_ms()) // SECOND_MS


def _token_field(form: Form) -> str:
    # The specification calls the field `token`, HubSpot's prose names it after the kind of token.
    return form.get("token") or form.get("refresh_token") or form.get("access_token") or ""


def _verifies(grant: CodeGrant, verifier: str) -> bool:
    """RFC 7636 §4.6; a client that gave no challenge needs no verifier."""
    if grant.challenge is None:
        return True
    if grant.challenge_method != "S256":
        return hmac.compare_digest(verifier.encode(), grant.challenge.encode())
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), grant.challenge.encode())
