"""Opens the token source that the settings name: auth_service's token table, or static tokens."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from auth_service.settings import Settings as AuthSettings
from tap_hubspot_multi import endpoints
from tap_hubspot_multi.api import HubSpotApi
from tap_hubspot_multi.client import HubSpotClient
from tap_hubspot_multi.exceptions import PortalError, RunStopped, SettingInvalid, StreamError
from tap_hubspot_multi.pacing import Pacer
from tap_hubspot_multi.settings import describe
from tap_hubspot_multi.together import together
from tap_hubspot_multi.tokens import GivenToken, Portal, StaticTokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.settings import TapSettings
    from tap_hubspot_multi.tokens import TokenSource

logger = logging.getLogger("tap-hubspot-multi")

_SETTING_OF = {
    "database_url": "database_url",
    "keyring": "token_keys",
    "client_id": "client_id",
    "client_secret": "client_secret",
    "api_url": "api_url",
}
"""Which of our settings a property of auth_service's settings comes from."""


def auth_settings(settings: TapSettings) -> AuthSettings:
    """The settings of auth_service, those given to the tap on top."""
    environment = AuthSettings.from_environment()
    return AuthSettings({**environment.values, **settings.auth}, environment.directory)


def open_api(auth: AuthSettings, clock: Clock, *, connections: int) -> HubSpotApi:
    """HubSpot's API at the address that the settings name.

    Args:
        auth: The settings.
        clock: Time.
        connections: How many requests may be under way at once.

    Raises:
        SettingInvalid: It is not the address of a site.
    """
    _require(auth, "api_url")
    return HubSpotApi(auth.api_url, clock, connections=connections)


@contextmanager
def open_token_source(settings: TapSettings, auth: AuthSettings, api: HubSpotApi) -> Iterator[TokenSource]:
    """Open what the settings name, for the time of a run.

    Raises:
        SettingInvalid: A setting that is needed is missing or wrong; one line for each.
        RunStopped: The token table cannot be used.
    """
    if settings.static_tokens:
        yield _identify(settings.static_tokens, api, lanes=settings.max_workers)
        return
    _require(auth, *_SETTING_OF)
    # Here, because its database driver and HTTP client take half a second to load.
    from tap_hubspot_multi.token_table import open_token_table  # noqa: PLC0415

    with open_token_table(auth, api.clock) as tokens:
        yield tokens


def where_to_connect(auth: AuthSettings) -> str:
    """Where a portal can be connected, for people."""
    if auth.problems("public_url"):
        return "with auth_service (start it with: hubspot-auth serve)"
    return f"at {auth.public_url}"


def _require(auth: AuthSettings, *properties: str) -> None:
    problems = [
        f"{describe(_SETTING_OF[name])}: {problem}" for name in properties for problem in auth.problems(name)
    ]
    if problems:
        raise SettingInvalid("\n".join(problems))


def _identify(tokens: tuple[str, ...], api: HubSpotApi, *, lanes: int) -> StaticTokens:
    """Ask HubSpot which portal each token is for; a token that does not work leaves the others alone.

    Args:
        tokens: As the settings have them.
        api: HubSpot.
        lanes: How many are asked about at a time.

    Raises:
        RunStopped: None works: an empty run would look like one in which nothing changed.
    """

    def ask(token: str) -> dict[str, Any] | PortalError | StreamError:
        client = HubSpotClient(api, portal_id=0, tokens=GivenToken(token), pacer=Pacer(api.clock))
        try:
            details: dict[str, Any] = client.get(endpoints.ACCOUNT_DETAILS)
        except (PortalError, StreamError) as error:
            return error
        return details

    token_of: dict[int, str] = {}
    portals: list[Portal] = []
    answers = together([partial(ask, token) for token in tokens], lanes=lanes)
    for position, (token, details) in enumerate(zip(tokens, answers, strict=True), start=1):
        if isinstance(details, Exception):
            logger.error("static_tokens, entry %s: its portal is left out: %s", position, details)
            continue
        portal_id = int(details["portalId"])
        if portal_id in token_of:
            logger.warning("static_tokens, entry %s: portal %s has a token already", position, portal_id)
            continue
        token_of[portal_id] = token
        name = details.get("portalName")
        portals.append(Portal(portal_id, auth_type="static", company_name=name, account_details=details))
    if not portals:
        raise RunStopped(
            "None of the static_tokens led to a portal: the lines above say why, for each entry."
        )
    return StaticTokens(token_of, sorted(portals, key=lambda portal: portal.portal_id))
