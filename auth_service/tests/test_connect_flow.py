"""The way of a browser: our page, HubSpot's consent page, our callback, our page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx2
import pytest
from sqlalchemy import func, select, text, update

from auth_service import scopes
from auth_service.connections import get_connection, list_connections
from auth_service.database import transaction
from auth_service.hubspot_requests import TOKEN_PATH
from auth_service.tables import oauth_flows, portal_connections
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring
    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot

PORTAL = 1458021
OTHER = 26110977
CALLBACK = "/auth/hubspot/callback"


# --- the happy path ---------------------------------------------------------------------------------------------


def test_connecting_a_portal_stores_its_connection(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring
) -> None:
    answer = browser.get(hubspot.consent(browser.begin()))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/portals/{PORTAL}/connected"
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert "Connection successful" in page.text
    assert "northwind.example" in page.text
    assert str(PORTAL) in page.text

    connection = get_connection(engine, PORTAL)
    assert connection.status == "active"
    assert connection.auth_type == "oauth"
    assert connection.company_name == connection.hub_domain == "northwind.example"
    assert connection.scopes == frozenset(hubspot.granted)
    assert connection.account_details["timeZone"] == "America/New_York"
    assert connection.last_error_code is None
    token = TokenStore(engine, keyring, None).access_token(PORTAL)
    assert hubspot.access_tokens[token] == PORTAL


def test_nothing_secret_is_readable_in_the_database(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    consent_url = browser.begin()
    browser.get(hubspot.consent(consent_url))
    with transaction(engine) as connection:
        dump = "\n".join(
            str(row)
            for table in (portal_connections, oauth_flows)
            for row in connection.execute(
                text(f"SELECT t::text, encode(t::text::bytea, 'escape') FROM {table} t")
            )
        )
    assert str(PORTAL) in dump
    state = httpx2.URL(consent_url).params["state"]
    assert state not in dump
    for secret in (*hubspot.access_tokens, *hubspot.refresh_tokens, hubspot.client_secret, state):
        assert secret not in dump
        assert secret.encode().hex() not in dump


def test_the_company_name_is_the_portals_own_where_hubspot_tells_it(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.account_details["portalName"] = "Northwind Growth Partners"
    browser.get(hubspot.consent(browser.begin()))
    assert get_connection(engine, PORTAL).company_name == "Northwind Growth Partners"


def test_a_portal_without_name_and_domain_is_named_by_its_id(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.hub_domain = None
    browser.get(hubspot.consent(browser.begin()))
    assert get_connection(engine, PORTAL).company_name == f"Portal {PORTAL}"


def test_the_consent_page_is_asked_for_what_the_syncs_need(browser: Browser) -> None:
    url = browser.begin()
    query = httpx2.URL(url).params
    assert url.startswith("https://app.hubspot.example/oauth/authorize?")
    assert query["client_id"] == "client-id"
    assert query["scope"].split() == list(scopes.REQUIRED)
    assert query["optional_scope"].split() == list(scopes.OPTIONAL)
    assert query["code_challenge_method"] == "S256"
    assert len(query["state"]) >= 43
    assert "+" not in url, "HubSpot's page reads %20, not every page reads +"


def test_a_form_starts_an_attempt_too(browser: Browser) -> None:
    answer = browser.submit("/", "/auth/hubspot", portal=str(PORTAL))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"https://app.hubspot.example/oauth/{PORTAL}/authorize?")


# --- reconnecting -----------------------------------------------------------------------------------------------


def test_a_reconnect_replaces_the_connection_and_keeps_its_beginning(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring, connect: Connect
) -> None:
    old = connect(PORTAL)
    with transaction(engine) as connection:
        connection.execute(
            update(portal_connections).values(
                status="reauth_required",
                last_error_code="invalid_grant",
                created_at=func.now() - timedelta(days=90),
            )
        )
    before = get_connection(engine, PORTAL)
    url = browser.begin(PORTAL)
    assert url.startswith(f"https://app.hubspot.example/oauth/{PORTAL}/authorize?")
    assert browser.get(hubspot.consent(url)).status_code == 303
    after = get_connection(engine, PORTAL)
    assert (after.status, after.last_error_code) == ("active", None)
    assert after.created_at == before.created_at
    assert TokenStore(engine, keyring, None).access_token(PORTAL) != old.access_token
    assert len(list_connections(engine)) == 1


def test_another_portal_than_the_expected_one_is_refused_and_its_token_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.portal_id = OTHER
    answer = browser.get(hubspot.consent(browser.begin(PORTAL)))
    browser.assert_refused(answer)
    assert str(PORTAL) in answer.text
    assert str(OTHER) in answer.text
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1
    assert hubspot.refresh_tokens == {}


# --- PKCE and the redirect address ------------------------------------------------------------------------------


def test_a_code_of_another_attempt_does_not_fit_the_verifier(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    """Code injection (RFC 9700 §4.5): the code was made for another challenge."""
    stolen = httpx2.URL(hubspot.consent(browser.begin())).params["code"]
    mine = httpx2.URL(hubspot.consent(browser.begin())).params["state"]
    browser.assert_refused(browser.get(f"{CALLBACK}?{urlencode({'code': stolen, 'state': mine})}"), 500)
    assert list_connections(engine) == []


def test_the_exchange_carries_a_verifier_of_full_strength(browser: Browser, hubspot: FakeHubSpot) -> None:
    browser.get(hubspot.consent(browser.begin()))
    form = next(form for path, form in hubspot.requests if path == TOKEN_PATH)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", form["code_verifier"])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "connect.example.com"])
def test_the_redirect_address_is_the_configured_one_whatever_the_host_says(
    browser: Browser, host: str
) -> None:
    headers = {
        "host": host,
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "forwarded": "host=e",
    }
    answer = browser.get("/auth/hubspot", headers=headers)
    redirect_uri = httpx2.URL(answer.headers["location"]).params["redirect_uri"]
    assert redirect_uri == "https://connect.example.com/auth/hubspot/callback"


def test_a_foreign_host_is_turned_away(browser: Browser) -> None:
    assert browser.get("/", headers={"host": "evil.example"}).status_code == 400


# --- what is not ours to change ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/auth/hubspot", CALLBACK])
def test_a_link_checkers_head_changes_nothing(browser: Browser, engine: Engine, path: str) -> None:
    assert browser.head(path).status_code == 405
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(oauth_flows)).scalar_one() == 0


def test_a_head_of_the_callback_does_not_use_the_attempt_up(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    assert browser.head(url).status_code == 405
    assert browser.get(url).status_code == 303


@pytest.mark.parametrize("portal", ["abc", "-1", "1.5", "9" * 30, "1; DROP TABLE"])
def test_a_portal_parameter_that_is_no_id_is_refused(browser: Browser, portal: str) -> None:
    browser.assert_refused(browser.get("/auth/hubspot", params={"portal": portal}))
