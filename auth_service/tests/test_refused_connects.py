"""An attempt to connect that comes to nothing: what is shown, and that nothing of it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import httpx2
import pytest

from auth_service import scopes
from auth_service.connections import get_connection, list_connections
from auth_service.hubspot_requests import ACCOUNT_PATH, INTROSPECT_PATH, REVOKE_PATH, TOKEN_PATH

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Browser, Connect, FakeHubSpot

PORTAL = 1458021
OTHER = 26110977
CALLBACK = "/auth/hubspot/callback"


def test_a_declined_consent_is_shown_and_stores_nothing(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    state = httpx2.URL(browser.begin()).params["state"]
    query = {"error": "access_denied", "error_description": "<b>no</b>", "state": state}
    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")
    browser.assert_refused(answer)
    assert "declined in HubSpot" in answer.text
    assert "&lt;b&gt;no&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert hubspot.requests == []
    assert list_connections(engine) == []


def test_a_declined_attempt_is_over(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    browser.get(
        f"{CALLBACK}?{urlencode({'error': 'access_denied', 'state': httpx2.URL(url).params['state']})}"
    )
    browser.assert_refused(browser.get(url))
    assert hubspot.requests == []


def test_a_strangers_words_are_not_shown(browser: Browser) -> None:
    """Anybody can link to the callback; only HubSpot, asked by this browser, may speak on our page."""
    query = {"error": "call_0900", "error_description": "Call 0900-12345 now", "state": "unknown"}
    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")
    browser.assert_refused(answer)
    assert "Call 0900" not in answer.text


@pytest.mark.parametrize("error", ["<script>alert(1)</script>", "two\nlines", "x" * 500])
def test_an_error_code_that_is_none_is_not_shown(browser: Browser, error: str) -> None:
    answer = browser.get(f"{CALLBACK}?{urlencode({'error': error})}")
    browser.assert_refused(answer)
    assert "unknown error" in answer.text
    assert "<script" not in answer.text


def test_missing_scopes_are_named_and_the_token_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.granted = [
        s for s in hubspot.granted if s not in {"crm.objects.deals.read", "crm.objects.owners.read"}
    ]
    answer = browser.get(hubspot.consent(browser.begin()))
    browser.assert_refused(answer)
    assert "crm.objects.deals.read, crm.objects.owners.read" in answer.text
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


def test_missing_optional_scopes_do_not_matter(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine
) -> None:
    hubspot.granted = list(scopes.REQUIRED)
    assert browser.get(hubspot.consent(browser.begin())).status_code == 303
    assert get_connection(engine, PORTAL).scopes == frozenset(scopes.REQUIRED)


def test_a_used_code_is_told_apart_from_a_wrong_app(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    hubspot._codes.clear()
    answer = browser.get(url)
    browser.assert_refused(answer)
    assert "start again" in answer.text


@pytest.mark.parametrize("path", [INTROSPECT_PATH, ACCOUNT_PATH])
def test_a_failure_after_the_exchange_revokes_the_fresh_token(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, path: str
) -> None:
    hubspot.scripted[path] = [httpx2.Response(503)]
    browser.assert_refused(browser.get(hubspot.consent(browser.begin())), 502)
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


def test_a_failed_revocation_does_not_hide_why_the_attempt_failed(
    browser: Browser, hubspot: FakeHubSpot
) -> None:
    hubspot.granted = ["oauth"]
    hubspot.scripted[REVOKE_PATH] = [httpx2.Response(500)]
    answer = browser.get(hubspot.consent(browser.begin()))
    browser.assert_refused(answer)
    assert "did not grant" in answer.text


def test_a_refresh_token_that_a_working_connection_uses_is_not_revoked(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, connect: Connect
) -> None:
    grant = connect(PORTAL)
    hubspot.scripted[TOKEN_PATH] = [
        httpx2.Response(
            200,
            json={
                "access_token": "new",
                "refresh_token": grant.refresh_token,
                "expires_in": 1800,
                "hub_id": PORTAL,
            },
        )
    ]
    hubspot.scripted[INTROSPECT_PATH] = [httpx2.Response(503)]
    browser.assert_refused(browser.get(hubspot.consent(browser.begin())), 502)
    assert hubspot.revoked == []
    assert get_connection(engine, PORTAL).status == "active"


@pytest.mark.parametrize(
    "contradiction",
    [
        {INTROSPECT_PATH: {"active": True, "hub_id": OTHER, "scopes": list(scopes.REQUIRED)}},
        {ACCOUNT_PATH: {"portalId": OTHER}},
    ],
    ids=["introspection", "account-info"],
)
def test_answers_about_different_portals_are_refused(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, contradiction: dict[str, dict[str, object]]
) -> None:
    hubspot.scripted = {path: [httpx2.Response(200, json=json)] for path, json in contradiction.items()}
    browser.assert_refused(browser.get(hubspot.consent(browser.begin())))
    assert list_connections(engine) == []
    assert len(hubspot.revoked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {TOKEN_PATH: {"access_token": "a", "expires_in": 1800}},
        {INTROSPECT_PATH: {"active": False}},
    ],
    ids=["no refresh token", "inactive token"],
)
def test_tokens_that_do_not_work_are_not_stored(
    browser: Browser, hubspot: FakeHubSpot, engine: Engine, answer: dict[str, dict[str, object]]
) -> None:
    hubspot.scripted = {path: [httpx2.Response(200, json=json)] for path, json in answer.items()}
    hubspot.access_tokens["a"] = PORTAL
    browser.assert_refused(browser.get(hubspot.consent(browser.begin())), 502)
    assert list_connections(engine) == []


def test_a_wrong_client_secret_is_shown_as_ours_to_fix(browser: Browser, hubspot: FakeHubSpot) -> None:
    url = hubspot.consent(browser.begin())
    hubspot.client_secret = "another"
    answer = browser.get(url)
    browser.assert_refused(answer, 500)
    assert "HUBSPOT_CLIENT_SECRET" in answer.text
