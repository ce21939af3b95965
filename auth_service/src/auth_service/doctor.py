"""Looks at everything the service needs, changes nothing, and says of each thing how it is and what to do."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
from sqlalchemy import text

from auth_service import canary, schema, scopes
from auth_service.connections import list_connections
from auth_service.database import create_engine, transaction
from auth_service.errors import AuthError, GrantRefused
from auth_service.hubspot_oauth import OAuthClient
from auth_service.hubspot_requests import authorize_url
from auth_service.settings import CALLBACK_PATH, LOOPBACK_HOSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sqlalchemy import Engine

    from auth_service.settings import Settings

PAGE_SECONDS = 10.0
# Other failures of the page, such as a wall against robots, say nothing about this app.
REFUSALS = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
SETTINGS = {
    "DATABASE_URL": "database_url",
    "TOKEN_KEYS": "keyring",
    "HUBSPOT_CLIENT_ID": "client_id",
    "HUBSPOT_CLIENT_SECRET": "client_secret",
    "HUBSPOT_API_URL": "api_url",
    "HUBSPOT_APP_URL": "app_url",
    "PUBLIC_URL": "public_url",
    "ADMIN_PASSWORD_HASH": "admin_password_hash",
    "TRUSTED_PROXY_ADDRESS": "login_proxy",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is.

    Attributes:
        check: What was looked at.
        ok: Whether it is as it must be; None if another finding kept it from being looked at.
        says: How it is, in one line; if it is not right, with what to do.
    """

    check: str
    ok: bool | None
    says: str


def examine(settings: Settings, *, transport: httpx2.BaseTransport | None = None) -> Iterator[Finding]:
    """Look at one thing after the other.

    Args:
        settings: The settings, be they right or wrong.
        transport: How HubSpot is reached, if not over the network.
    """
    problems = {name: lines for name, key in SETTINGS.items() if (lines := settings.problems(key))}
    for lines in problems.values():
        yield Finding("settings", ok=False, says=lines[0])
    if not problems:
        yield Finding("settings", ok=True, says="all that is needed is set and has the right form")
    yield from _look_at_database(settings, problems.keys())
    yield from _look_at_hubspot(settings, problems.keys(), transport)


def _look_at_database(settings: Settings, wrong: Collection[str]) -> Iterator[Finding]:
    if blocked := _blocked("database", wrong, "DATABASE_URL"):
        yield blocked
        return
    engine = create_engine(settings.database_url)
    try:
        yield (reached := _try("database", lambda: _describe_database(engine)))
        if not reached.ok:
            return
        yield (current := _try("tables", lambda: _describe_tables(engine)))
        if not current.ok:
            return
        yield _blocked("keys", wrong, "TOKEN_KEYS") or _try("keys", lambda: _describe_keys(settings, engine))
        yield from _look_at_portals(engine)
    finally:
        engine.dispose()


def _look_at_portals(engine: Engine) -> Iterator[Finding]:
    connections = list_connections(engine)
    dead = [each for each in connections if each.status == "reauth_required"]
    lacking = {
        each.portal_id: missing
        for each in connections
        if each.status == "active" and each.auth_type == "oauth" and (missing := scopes.missing(each.scopes))
    }
    active = sum(each.status == "active" for each in connections)
    for each in dead:
        yield Finding(
            "portals",
            ok=False,
            says=f"portal {each.portal_id} ({each.company_name}) is no longer let in by HubSpot "
            f"({each.last_error_code}): connect it again in the browser",
        )
    if not dead:
        yield Finding("portals", ok=True, says=f"{active} active, none to reconnect")
    for portal_id, missing in lacking.items():
        yield Finding(
            "scopes",
            ok=False,
            says=f"portal {portal_id} did not grant {', '.join(missing)}: tick them as required on the Auth page of "
            "the HubSpot app, then connect the portal again",
        )
    if not lacking:
        yield Finding(
            "scopes",
            ok=True,
            says=f"the {len(scopes.REQUIRED)} required ones are granted by every active portal",
        )


def _look_at_hubspot(
    settings: Settings, wrong: Collection[str], transport: httpx2.BaseTransport | None
) -> Iterator[Finding]:
    needed = ("HUBSPOT_API_URL", "HUBSPOT_CLIENT_ID", "HUBSPOT_CLIENT_SECRET")
    yield _blocked("HubSpot app", wrong, *needed) or _try(
        "HubSpot app", lambda: _describe_app(settings, transport)
    )
    needed = ("HUBSPOT_APP_URL", "HUBSPOT_CLIENT_ID", "PUBLIC_URL")
    yield _blocked("redirect URL", wrong, *needed) or _try(
        "redirect URL", lambda: _describe_redirect(settings, transport)
    )


def _describe_database(engine: Engine) -> str:
    with transaction(engine) as connection:
        version, name, user = connection.execute(
            text("SELECT current_setting('server_version'), current_database(), current_user")
        ).one()
    return f"PostgreSQL {version.split()[0]} answers: database {name}, user {user}"


def _describe_tables(engine: Engine) -> str:
    schema.require_current(engine)
    return f"version {schema.current_version(engine)}, the one this program needs"


def _describe_keys(settings: Settings, engine: Engine) -> str:
    keyring = settings.keyring
    new = canary.verify_keys(engine, keyring, add=False)
    says = f"'{keyring.primary_id}' encrypts; every stored token has its key"
    return f"{says}; new to this database: {', '.join(new)}" if new else says


def _describe_app(settings: Settings, transport: httpx2.BaseTransport | None) -> str:
    oauth = OAuthClient(
        api_url=settings.api_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        transport=transport,
    )
    # That HubSpot does not know this token is what is to be expected.
    with oauth, suppress(GrantRefused):
        oauth.introspect("hubspot-auth-doctor")
    return f"{settings.api_url} answers and accepts HUBSPOT_CLIENT_ID and HUBSPOT_CLIENT_SECRET"


def _describe_redirect(settings: Settings, transport: httpx2.BaseTransport | None) -> str:
    redirect_uri = settings.public_url + CALLBACK_PATH
    if _is_address(urlsplit(redirect_uri).hostname or ""):
        raise AuthError(
            f"HubSpot takes no IP address in {redirect_uri}: give PUBLIC_URL a name, for example localhost"
        )
    page = authorize_url(
        settings.app_url,
        client_id=settings.client_id,
        redirect_uri=redirect_uri,
        scopes=scopes.REQUIRED,
        optional_scopes=settings.optional_scopes,
        state="hubspot-auth-doctor",
        challenge="hubspot-auth-doctor-hubspot-auth-doctor-000",
    )
    trust_env = urlsplit(settings.app_url).hostname not in LOOPBACK_HOSTS
    try:
        with httpx2.Client(transport=transport, timeout=PAGE_SECONDS, trust_env=trust_env) as client:
            answer = client.get(page)
    except httpx2.HTTPError as error:
        raise AuthError(
            f"HubSpot's consent page at {settings.app_url} cannot be reached ({type(error).__name__}): "
            "check the network and HUBSPOT_APP_URL"
        ) from None
    if answer.status_code in REFUSALS:
        raise AuthError(
            f"HubSpot's consent page refuses this app (status {answer.status_code}): on the Auth page of the "
            f"HubSpot app, enter the redirect URL {redirect_uri} letter by letter, and the required scopes"
        )
    return f"the HubSpot app must have {redirect_uri}, letter by letter; its consent page does not refuse it"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _try(check: str, describe: Callable[[], str]) -> Finding:
    try:
        return Finding(check, ok=True, says=describe())
    except AuthError as error:
        return Finding(check, ok=False, says=" ".join(str(error).split()))


def _blocked(check: str, wrong: Collection[str], *needed: str) -> Finding | None:
    missing = [name for name in needed if name in wrong]
    if not missing:
        return None
    return Finding(check, ok=None, says=f"not looked at: first {' and '.join(missing)}")
