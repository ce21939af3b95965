"""Portals connected with a pasted token."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import select

from auth_service import audit
from auth_service.audit import Actor
from auth_service.connections import get_connection, list_connections, mark_reauth_required
from auth_service.database import transaction
from auth_service.errors import (
    AuthError,
    HubSpotUnavailable,
    PortalMismatch,
    ReauthRequired,
    StaticTokenRefused,
)
from auth_service.hubspot_requests import ACCOUNT_PATH
from auth_service.static_tokens import connect_static
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import Connect, FakeHubSpot
    from auth_service.tokens import TokenStore

PORTAL = 1458021
TOKEN = "pat-na1-MARKER"
ADMIN = Actor.admin("admin")
Paste = Callable[..., int]


@pytest.fixture
def paste(engine: Engine, keyring: Keyring, oauth: OAuthClient, hubspot: FakeHubSpot) -> Paste:
    hubspot.access_tokens[TOKEN] = PORTAL
    return lambda token=TOKEN, **options: connect_static(engine, keyring, oauth, token, ADMIN, **options)


def test_a_pasted_token_is_asked_about_and_then_stored_encrypted(
    paste: Paste, engine: Engine, store: TokenStore, hubspot: FakeHubSpot
) -> None:
    hubspot.account_details["portalName"] = "Northwind"
    assert paste(f"  {TOKEN}\n") == PORTAL
    connection = get_connection(engine, PORTAL)
    assert (connection.status, connection.auth_type, connection.company_name) == (
        "active",
        "static",
        "Northwind",
    )
    assert connection.expires_at is None
    assert connection.account_details["companyCurrency"] == "USD"
    assert store.access_token(PORTAL) == TOKEN
    with transaction(engine) as opened:
        assert "MARKER" not in repr(opened.execute(select(table)).all())
    assert "MARKER" not in repr(audit.entries(engine))
    assert audit.entries(engine)[0].reason == "static token"


@pytest.mark.parametrize(
    "answer",
    [httpx2.Response(401), httpx2.Response(403), httpx2.Response(400, json={"error": "invalid_client"})],
)
def test_a_token_that_hubspot_refuses_is_not_stored(
    paste: Paste, engine: Engine, hubspot: FakeHubSpot, answer: httpx2.Response
) -> None:
    hubspot.scripted[ACCOUNT_PATH] = [answer]
    with pytest.raises(StaticTokenRefused, match="HubSpot does not accept this token"):
        paste()
    assert list_connections(engine) == []
    assert (audit.entries(engine)[0].outcome, audit.entries(engine)[0].reason) == (
        "failed",
        "StaticTokenRefused",
    )


def test_a_token_is_not_stored_unless_hubspot_says_whose_it_is(
    paste: Paste, engine: Engine, hubspot: FakeHubSpot
) -> None:
    hubspot.scripted[ACCOUNT_PATH] = [httpx2.Response(503)]
    with pytest.raises(HubSpotUnavailable):
        paste()
    assert list_connections(engine) == []


@pytest.mark.parametrize("text", ["", "two words", "tok\nen", "tökén", "\x00", "x" * 2049])
def test_what_is_no_token_is_not_sent_to_hubspot(paste: Paste, hubspot: FakeHubSpot, text: str) -> None:
    with pytest.raises(StaticTokenRefused, match="This is not a token"):
        paste(text)
    assert hubspot.requests == []


def test_a_token_for_another_portal_than_expected_is_refused(paste: Paste, engine: Engine) -> None:
    with pytest.raises(PortalMismatch, match=f"for portal {PORTAL}, not for portal 7"):
        paste(expected_portal_id=7)
    assert list_connections(engine) == []


def test_an_oauth_connection_that_works_is_not_replaced(
    paste: Paste, connect: Connect, store: TokenStore
) -> None:
    grant = connect()
    with pytest.raises(StaticTokenRefused, match="is connected by OAuth"):
        paste()
    assert store.access_token(PORTAL) == grant.access_token


def test_a_broken_oauth_connection_is_replaced_wholly(
    paste: Paste, connect: Connect, engine: Engine, store: TokenStore
) -> None:
    connect()
    with transaction(engine) as connection:
        mark_reauth_required(connection, PORTAL, "invalid_grant")
    paste()
    assert store.access_token(PORTAL) == TOKEN
    with transaction(engine) as connection:
        assert connection.execute(select(table.c.refresh_token_ciphertext)).scalar_one() is None


def test_a_static_token_that_died_is_replaced_by_a_new_one(
    paste: Paste, store: TokenStore, hubspot: FakeHubSpot
) -> None:
    paste()
    with pytest.raises(ReauthRequired):
        store.access_token(PORTAL, rejected=TOKEN)
    hubspot.access_tokens["pat-na1-new"] = PORTAL
    paste("pat-na1-new")
    assert store.access_token(PORTAL) == "pat-na1-new"


def test_no_message_holds_the_token(paste: Paste, hubspot: FakeHubSpot) -> None:
    hubspot.scripted[ACCOUNT_PATH] = [httpx2.Response(401, text=TOKEN), httpx2.ConnectError(TOKEN)]
    for _ in range(2):
        with pytest.raises(AuthError) as raised:
            paste()
        assert "MARKER" not in str(raised.value)
