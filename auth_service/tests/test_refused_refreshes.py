"""What becomes of a portal whose token HubSpot does not refresh."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import func, update

from auth_service import audit, cooldown
from auth_service.connections import get_connection, list_connections
from auth_service.database import transaction
from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    ReauthRequired,
    TokenTransient,
)
from auth_service.hubspot_requests import TOKEN_PATH
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.errors import AuthError
    from auth_service.tests.conftest import Connect, FakeHubSpot, Row
    from auth_service.tokens import TokenStore

PORTAL = 1458021
OTHER = 26110977


def refusal(error: str, status: str = "", http_status: int = 400) -> httpx2.Response:
    return httpx2.Response(http_status, json={"error": error, "status": status, "message": "MARKER-message"})


# --- what HubSpot refuses ---------------------------------------------------------------------------------------


def test_a_revoked_grant_marks_this_portal_only(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    grant = connect(PORTAL, expires_in=10)
    connect(OTHER, expires_in=10)
    del hubspot.refresh_tokens[grant.refresh_token]
    with pytest.raises(
        ReauthRequired, match=rf"portal {PORTAL}: .*invalid_grant.*connect the portal again"
    ) as raised:
        store.access_token(PORTAL)
    assert raised.value.portal_id == PORTAL
    assert store.access_token(OTHER)
    states = {c.portal_id: (c.status, c.last_error_code) for c in list_connections(engine)}
    assert states == {PORTAL: ("reauth_required", "invalid_grant"), OTHER: ("active", None)}


def test_a_marked_portal_is_not_asked_about_again(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect(expires_in=10)
    del hubspot.refresh_tokens[grant.refresh_token]
    for _ in range(3):
        with pytest.raises(ReauthRequired):
            store.access_token(PORTAL)
    assert hubspot.calls() == 1


def test_a_deleted_portal_is_marked(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [refusal("access_denied", "BAD_HUB")]
    with pytest.raises(ReauthRequired):
        store.access_token(PORTAL)
    assert get_connection(engine, PORTAL).last_error_code == "access_denied"


@pytest.mark.parametrize(
    "case",
    [
        (refusal("invalid_client", "BAD_CLIENT_SECRET"), AppCredentialsRejected),
        (refusal("invalid_client", "BAD_CLIENT_ID", 401), AppCredentialsRejected),
        (refusal("invalid_request", "BAD_GRANT_TYPE"), AppRequestRejected),
        (refusal("invalid_scope", "BAD_SCOPES"), AppRequestRejected),
    ],
    ids=["wrong secret", "wrong id", "wrong grant type", "wrong scopes"],
)
def test_a_wrong_app_marks_no_portal(
    store: TokenStore,
    connect: Connect,
    hubspot: FakeHubSpot,
    row: Row,
    case: tuple[httpx2.Response, type[AuthError]],
) -> None:
    connect(expires_in=10)
    before = row()
    answer, error = case
    hubspot.scripted[TOKEN_PATH] = [answer]
    with pytest.raises(error, match="no portal was changed") as raised:
        store.access_token(PORTAL)
    assert "MARKER" not in str(raised.value)
    assert row() == before


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(429, json={"policyName": "TEN_SECONDLY_ROLLING"}),
        httpx2.Response(423),
        httpx2.Response(477),
        httpx2.Response(500, json={"error": "invalid_grant", "message": "MARKER"}),
        httpx2.Response(502, text="<html>MARKER</html>"),
        httpx2.Response(503),
        httpx2.Response(200, text="<html>MARKER</html>"),
        httpx2.Response(200, text='{"access_token": "MARKER", "expires_in": 18'),
        httpx2.Response(200, json={"access_token": "MARKER"}),
        httpx2.Response(200, json={"access_token": "MARKER two lines\n", "expires_in": 1800}),
        httpx2.Response(200, json={"access_token": "MARKER", "expires_in": 1800, "refresh_token": 7}),
        httpx2.Response(200, json={"access_token": "MARKER", "expires_in": 1800, "hub_id": OTHER}),
        httpx2.Response(302, headers={"location": "https://elsewhere.example/MARKER"}),
        httpx2.Response(403, text="<html>blocked MARKER</html>"),
        httpx2.ConnectError("MARKER"),
        httpx2.ReadTimeout("MARKER"),
        httpx2.RemoteProtocolError("MARKER"),
    ],
    ids=lambda answer: getattr(answer, "status_code", type(answer).__name__),
)
def test_what_says_nothing_about_the_grant_changes_nothing(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, row: Row, answer: httpx2.Response | Exception
) -> None:
    connect(expires_in=10)
    before = row()
    hubspot.scripted[TOKEN_PATH] = [answer]
    with pytest.raises(TokenTransient, match=f"^portal {PORTAL}: ") as raised:
        store.access_token(PORTAL)
    assert "MARKER" not in str(raised.value)
    assert "\n" not in str(raised.value)
    cooling = {"refresh_failures", "refresh_retry_after"}
    assert {name for name, value in row().items() if value != before[name]} == cooling
    assert hubspot.calls() == 1, "a refresh is never retried under the lock"


def test_the_wait_that_hubspot_asks_for_is_passed_on(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(429, headers={"retry-after": "7"})]
    with pytest.raises(TokenTransient) as raised:
        store.access_token(PORTAL)
    assert raised.value.retry_after == 7


# --- cooling down -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failures", "retry_after", "seconds"),
    [
        (1, None, 30),
        (2, None, 60),
        (3, None, 120),
        (5, None, 480),
        (6, None, 900),
        (99, None, 900),
        (1, 7, 30),
        (1, 3600, 3600),
        (9, 3600, 3600),
        (1, 1e9, 86400),
    ],
)
def test_the_cooldown_doubles_up_to_a_limit_and_heeds_hubspot(
    failures: int, retry_after: float | None, seconds: int
) -> None:
    assert cooldown.length(failures, retry_after) == timedelta(seconds=seconds)


def let_the_cooldown_pass(engine: Engine) -> None:
    with transaction(engine) as connection:
        connection.execute(update(table).values(refresh_retry_after=func.now()))


def test_a_failed_refresh_is_not_tried_again_for_half_a_minute(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine, row: Row
) -> None:
    connect(PORTAL, expires_in=10)
    connect(OTHER, expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(503)]
    with pytest.raises(TokenTransient):
        store.access_token(PORTAL)
    with pytest.raises(
        TokenTransient, match="could not be refreshed 1 times in a row: try again in"
    ) as raised:
        store.access_token(PORTAL)
    assert hubspot.calls() == 1
    assert 25 < raised.value.retry_after <= 30
    assert store.access_token(OTHER), "each portal cools down by itself"
    let_the_cooldown_pass(engine)
    assert store.access_token(PORTAL)
    assert (row()["refresh_failures"], row()["refresh_retry_after"]) == (0, None)


def test_the_cooldown_grows_with_each_failure_in_a_row(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine, row: Row
) -> None:
    connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(503)] * 3
    for failures in (1, 2, 3):
        with pytest.raises(TokenTransient):
            store.access_token(PORTAL)
        assert row()["refresh_failures"] == failures
        let_the_cooldown_pass(engine)


def test_a_wrong_app_causes_no_cooldown(store: TokenStore, connect: Connect, hubspot: FakeHubSpot) -> None:
    connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [refusal("invalid_client", "BAD_CLIENT_SECRET")]
    with pytest.raises(AppCredentialsRejected):
        store.access_token(PORTAL)
    assert store.access_token(PORTAL)


def test_a_fresh_token_is_handed_out_while_its_portal_cools_down(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect()
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(503)]
    with pytest.raises(TokenTransient):
        store.access_token(PORTAL, rejected=grant.access_token)
    assert store.access_token(PORTAL) == grant.access_token


# --- what the audit log says --------------------------------------------------------------------------------------


def test_each_refresh_is_in_the_audit_log_with_how_it_ended(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    answers = [
        (httpx2.Response(503), TokenTransient),
        (refusal("invalid_client"), AppCredentialsRejected),
        (refusal("invalid_grant"), ReauthRequired),
    ]
    connect(expires_in=10)
    token = store.access_token(PORTAL)
    for answer, error in answers:
        hubspot.scripted[TOKEN_PATH] = [answer]
        with pytest.raises(error):
            store.access_token(PORTAL, rejected=token)
        let_the_cooldown_pass(engine)
    log = [(entry.event, entry.portal_id, entry.outcome, entry.reason) for entry in audit.entries(engine)]
    assert log == [
        ("token_refreshed", PORTAL, "failed", "invalid_grant"),
        ("token_refreshed", PORTAL, "failed", "AppCredentialsRejected"),
        ("token_refreshed", PORTAL, "failed", "http_503"),
        ("token_refreshed", PORTAL, "ok", None),
    ]
    assert {(entry.actor_type, entry.actor.rpartition(":")[2]) for entry in audit.entries(engine)} == {
        ("process", str(os.getpid()))
    }
