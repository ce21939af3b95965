"""The browser's part of OAuth: checking an authorize request, consent, and the code that goes back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.hubspot_simulator.clock import SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.hubspot_simulator.portal import Portal
    from tests.hubspot_simulator.world import World

CODE_SECONDS = 60


_LOCAL_HOST = "localhost"


class AuthorizeRefusedError(Exception):
    """The request is so wrong that HubSpot shows an error page instead of redirecting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest:
    """An authorize request that passed its checks."""

    redirect_uri: str
    scopes: frozenset[str]
    optional_scopes: frozenset[str]
    state: str | None
    challenge: str | None
    challenge_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGrant:
    """What a code can be exchanged for, once and soon."""

    portal: Portal
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str | None
    challenge_method: str
    expires_ms: int


class Authorization:
    """Consent and authorization codes."""

    def __init__(self, world: World, redirect_uris: list[str]) -> None:
        self._world = world
        self._app = world.scenario.app
        self._redirect_uris = redirect_uris
        self._codes: dict[str, CodeGrant] = {}

    def check(self, query: Mapping[str, str]) -> AuthorizeRequest:
        """Check the parameters of an authorize request.

        Raises:
            AuthorizeRefusedError: Unknown client, foreign redirect URI, or a required scope is missing.
        """
        if query.get("client_id") != self._app.client_id:
            raise AuthorizeRefusedError("There is no app with this client_id.")
        redirect_uri = query.get("redirect_uri", "")
        if redirect_uri not in self._redirect_uris:
            raise AuthorizeRefusedError("The redirect_uri is not one of the app's redirect URLs.")
        scopes = frozenset(query.get("scope", "").split())
        if lacking := sorted(set(self._app.required_scopes) - scopes):
            raise AuthorizeRefusedError(
                f"The app requires these scopes, which the URL leaves out: {', '.join(lacking)}."
            )
        return AuthorizeRequest(
            redirect_uri=redirect_uri,
            scopes=scopes,
            optional_scopes=frozenset(query.get("optional_scope", "").split()),
            state=query.get("state"),
            challenge=query.get("code_challenge"),
            challenge_method=query.get("code_challenge_method", "plain"),
        )

    def next_portal(self) -> Portal:
        """The portal that an automatic consent takes: the first where the app is not installed yet."""
        portals = list(self._world.portals.values())
        return next((portal for portal in portals if not portal.installation.installed), portals[0])

    def allow(self, request: AuthorizeRequest, portal: Portal) -> str:
        """Consent; optional scopes that the portal's subscription lacks are dropped without a word.

        Returns:
            Where the browser is sent, with a fresh code.

        Raises:
            AuthorizeRefusedError: The subscription lacks a scope that is not optional.
        """
        unavailable = portal.spec.unavailable_scopes
        if lacking := sorted(request.scopes & unavailable):
            raise AuthorizeRefusedError(
                f"This account's subscription does not include: {', '.join(lacking)}."
            )
        code = f"{portal.spec.hublet}-{secrets.token_urlsafe(24)}"
        self._codes[code] = CodeGrant(
            portal=portal,
            # `oauth` is granted with every token, asked for or not.
            scopes=request.scopes | (request.optional_scopes - unavailable) | {"oauth"},
            redirect_uri=request.redirect_uri,
            challenge=request.challenge,
            challenge_method=request.challenge_method,
            expires_ms=self._world.clock.now_ms() + CODE_SECONDS * SECOND_MS,
        )
        return _back(request, {"code": code})

    def deny(self, request: AuthorizeRequest) -> str:
        """The user pressed Cancel."""
        return _back(
            request, {"error": "access_denied", "error_description": "The user denied access to the app."}
        )

    def peek(self, code: str) -> CodeGrant | None:
        """Look at a code without using it up."""
        return self._codes.get(code)

    def take(self, code: str) -> CodeGrant | None:
        """Use a code up: None if it never was, was used, or has expired."""
        grant = self._codes.pop(code, None)
        return grant if grant and self._world.clock.now_ms() < grant.expires_ms else None


def check_redirect_uri(uri: str) -> str:
    """A redirect URI as an app may configure it.

    Raises:
        ValueError: HubSpot would not save it: no https (plain http is for localhost only), or an IP address.
    """
    parts = urlsplit(uri)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host == _LOCAL_HOST)
    if not secure or host.replace(".", "").isdigit() or ":" in host:
        raise ValueError(
            f"HubSpot refuses the redirect URI {uri}: use https and a domain name, or http://localhost"
        )
    return uri


def _back(request: AuthorizeRequest, params: dict[str, str]) -> str:
    if request.state is not None:
        params["state"] = request.state
    joint = "&" if "?" in request.redirect_uri else "?"
    return f"{request.redirect_uri}{joint}{urlencode(params)}"
