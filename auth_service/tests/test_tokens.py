from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import time_machine
from sqlalchemy import event, func, select, update

from auth_service import audit, cooldown, tokens
from auth_service.connections import get_connection, list_connections, mark_disconnected
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, database_clock, transaction
from auth_service.errors import (
    AppCredentialsRejected,
    AppRequestRejected,
    DecryptionError,
    PortalNotConnected,
    ReauthRequired,
    SchemaError,
    TokenTransient,
)
from auth_service.hubspot_oauth import OAuthClient
from auth_service.hubspot_requests import TOKEN_PATH
from auth_service.tables import portal_connections as table
from auth_service.tokens import TokenStore, is_fresh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from auth_service.errors import AuthError
    from auth_service.tests.conftest import Connect, FakeHubSpot

PORTAL = 1458021
OTHER = 26110977
Row = Callable[..., dict[str, Any]]


@pytest.fixture
def row(engine: Engine) -> Row:
    def row(portal_id: int = PORTAL) -> dict[str, Any]:
        with transaction(engine) as connection:
            return dict(
                connection.execute(select(table).where(table.c.portal_id == portal_id)).mappings().one()
            )

    return row


def refusal(error: str, status: str = "", http_status: int = 400) -> httpx2.Response:
    return httpx2.Response(http_status, json={"error": error, "status": status, "message": "MARKER-message"})


# --- fresh or stale -------------------------------------------------------------------------------------------


def test_a_fresh_token_costs_no_call(store: TokenStore, connect: Connect, hubspot: FakeHubSpot) -> None:
    grant = connect()
    assert store.access_token(PORTAL) == grant.access_token
    assert hubspot.requests == []


def test_a_token_is_fresh_for_more_than_five_minutes() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    margins = {seconds: is_fresh(now + timedelta(seconds=seconds), now) for seconds in (299, 300, 301)}
    assert margins == {299: False, 300: False, 301: True}


def test_a_token_without_expiry_is_always_fresh() -> None:
    assert is_fresh(None, datetime.now(UTC))


def test_a_token_within_the_margin_is_refreshed(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect(expires_in=300)
    token = store.access_token(PORTAL)
    assert token != grant.access_token
    assert hubspot.access_tokens[token] == PORTAL
    assert hubspot.calls() == 1


def test_a_refreshed_token_is_used_from_then_on(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    connect(expires_in=10)
    assert store.access_token(PORTAL) == store.access_token(PORTAL)
    assert hubspot.calls() == 1


def test_the_expiry_is_counted_by_the_database_clock_not_by_ours(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, row: Row, engine: Engine
) -> None:
    connect(expires_in=10)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=5)):
        store.access_token(PORTAL)
        store.access_token(PORTAL)
    assert hubspot.calls() == 1
    with transaction(engine) as connection:
        left = row()["expires_at"] - database_clock(connection)
    assert timedelta(seconds=1740) < left <= timedelta(seconds=1800)


# --- what a refresh stores --------------------------------------------------------------------------------------


def test_a_returned_refresh_token_replaces_the_stored_one(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    hubspot.rotates_refresh_tokens = True
    connect(expires_in=10)
    first = store.access_token(PORTAL)
    assert store.access_token(PORTAL, rejected=first) != first  # works only with the second refresh token
    asked = [form["refresh_token"] for _, form in hubspot.requests]
    assert len(set(asked)) == 2


def test_an_absent_refresh_token_keeps_the_stored_one(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(200, json={"access_token": "A", "expires_in": 1800})]
    assert store.access_token(PORTAL) == "A"
    assert store.access_token(PORTAL, rejected="A") not in {"A", grant.access_token}
    assert [form["refresh_token"] for _, form in hubspot.requests] == [grant.refresh_token] * 2


def test_a_refresh_notes_the_time_and_the_scopes_and_clears_the_error(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    connect(expires_in=10)
    with transaction(engine) as connection:
        connection.execute(update(table).values(last_error_code="old", last_refresh_at=None))
    hubspot.granted = ["oauth", "tickets"]
    store.access_token(PORTAL)
    connection = get_connection(engine, PORTAL)
    assert connection.last_error_code is None
    assert connection.last_refresh_at is not None
    assert connection.scopes == {"oauth", "tickets"}


def test_scopes_that_an_answer_leaves_out_stay(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    connect(expires_in=10)
    hubspot.scripted[TOKEN_PATH] = [httpx2.Response(200, json={"access_token": "A", "expires_in": 1800})]
    store.access_token(PORTAL)
    assert get_connection(engine, PORTAL).scopes == frozenset(hubspot.granted)


def test_a_refresh_encrypts_with_the_primary_key(
    engine: Engine, oauth: OAuthClient, connect: Connect, keys: str, row: Row
) -> None:
    connect(expires_in=10)
    with_new_key = Keyring.parse(f"k2:{new_key()},{keys}")
    TokenStore(engine, with_new_key, oauth).access_token(PORTAL)
    assert row()["key_id"] == "k2"


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


# --- a token HubSpot rejected -------------------------------------------------------------------------------------


def test_a_rejected_token_is_refreshed_though_it_looks_fresh(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect()
    assert store.access_token(PORTAL, rejected=grant.access_token) != grant.access_token
    assert hubspot.calls() == 1


def test_a_token_rejected_long_ago_causes_no_refresh(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    grant = connect()
    assert store.access_token(PORTAL, rejected="an older token") == grant.access_token
    assert hubspot.calls() == 0


def test_many_threads_with_the_same_rejected_token_cause_one_refresh(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot
) -> None:
    rejected = connect().access_token
    results: list[str] = []
    threads = [
        Thread(target=lambda: results.append(store.access_token(PORTAL, rejected=rejected))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results)) == 1
    assert hubspot.calls() == 1


def test_a_rejected_static_token_must_be_entered_again(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine
) -> None:
    token = connect().access_token
    with transaction(engine) as connection:
        connection.execute(
            update(table).values(auth_type="static", refresh_token_ciphertext=None, expires_at=None)
        )
    assert store.access_token(PORTAL) == token
    with pytest.raises(ReauthRequired, match="token_rejected"):
        store.access_token(PORTAL, rejected=token)
    assert hubspot.calls() == 0


# --- portals without a token ------------------------------------------------------------------------------------


def test_an_unknown_portal_is_named(store: TokenStore) -> None:
    with pytest.raises(PortalNotConnected, match="portal 7 is not connected") as raised:
        store.access_token(7)
    assert raised.value.portal_id == 7


def test_a_disconnected_portal_hands_out_nothing(store: TokenStore, connect: Connect, engine: Engine) -> None:
    connect()
    with transaction(engine) as connection:
        mark_disconnected(connection, PORTAL)
    with pytest.raises(PortalNotConnected):
        store.access_token(PORTAL)


def test_a_token_moved_from_another_portals_row_is_refused(
    store: TokenStore, connect: Connect, engine: Engine, row: Row
) -> None:
    connect(PORTAL)
    connect(OTHER)
    stolen = row(OTHER)["access_token_ciphertext"]
    with transaction(engine) as connection:
        connection.execute(
            update(table).where(table.c.portal_id == PORTAL).values(access_token_ciphertext=stolen)
        )
    with pytest.raises(DecryptionError, match=str(PORTAL)) as raised:
        store.access_token(PORTAL)
    assert raised.value.portal_id == PORTAL
    assert store.access_token(OTHER)


def test_a_wrong_key_names_the_portal(engine: Engine, oauth: OAuthClient, connect: Connect) -> None:
    connect()
    with pytest.raises(DecryptionError, match=str(PORTAL)):
        TokenStore(engine, Keyring.parse(f"k1:{new_key()}"), oauth).access_token(PORTAL)


def test_a_database_without_tables_says_what_to_do(
    database_url: str, keyring: Keyring, oauth: OAuthClient
) -> None:
    engine = create_engine(database_url)
    with pytest.raises(SchemaError, match="run: hubspot-auth migrate"):
        TokenStore(engine, keyring, oauth).access_token(PORTAL)
    engine.dispose()


def test_a_database_that_went_away_is_transient(keyring: Keyring, oauth: OAuthClient) -> None:
    gone = create_engine("postgresql://nobody:MARKER@127.0.0.1:1/none")
    with pytest.raises(TokenTransient, match="does not answer") as raised:
        TokenStore(gone, keyring, oauth).access_token(PORTAL)
    assert "MARKER" not in str(raised.value)
    assert "\n" not in str(raised.value)


# --- the lock ---------------------------------------------------------------------------------------------------


@pytest.fixture
def holder(token_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """Another session that holds the lock on every row for longer than anybody waits."""
    monkeypatch.setattr(tokens, "LOCK_TIMEOUT", "20ms")
    engine = create_engine(token_database_url)
    with engine.connect() as holder:
        yield holder
    engine.dispose()


def test_who_waits_too_long_for_the_lock_reports_it_and_changes_nothing(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, holder: Connection
) -> None:
    connect(expires_in=10)
    holder.execute(select(table.c.portal_id).with_for_update())
    with pytest.raises(TokenTransient, match="another process is still refreshing"):
        store.access_token(PORTAL)
    assert hubspot.calls() == 0


def test_who_waits_too_long_for_the_lock_looks_once_more(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine, holder: Connection
) -> None:
    grant = connect(expires_in=10)
    holder.execute(select(table.c.portal_id).with_for_update())

    @event.listens_for(engine, "handle_error")
    def the_holder_finishes(_: object) -> None:
        holder.execute(update(table).values(expires_at=func.now() + timedelta(seconds=1800)))
        holder.commit()

    assert store.access_token(PORTAL) == grant.access_token
    assert hubspot.calls() == 0


class Gate:
    """A HubSpot whose refreshes wait for a signal."""

    def __init__(self, hubspot: FakeHubSpot) -> None:
        self.hubspot = hubspot
        self.asked = Event()
        self.open = Event()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.set()
        assert self.open.wait(10)
        return self.hubspot(request)

    def store(self, engine: Engine, keyring: Keyring) -> TokenStore:
        oauth = OAuthClient(
            api_url="https://slow.example",
            client_id=self.hubspot.client_id,
            client_secret=self.hubspot.client_secret,
            transport=httpx2.MockTransport(self),
        )
        return TokenStore(engine, keyring, oauth)


def test_different_portals_refresh_at_the_same_time(
    store: TokenStore, connect: Connect, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring
) -> None:
    connect(PORTAL, expires_in=10)
    connect(OTHER, expires_in=10)
    gate = Gate(hubspot)
    slow = Thread(target=gate.store(engine, keyring).access_token, args=(PORTAL,))
    slow.start()
    assert gate.asked.wait(10)
    assert store.access_token(OTHER)  # while the other portal's row is locked
    assert slow.is_alive()
    gate.open.set()
    slow.join()


def test_a_reconnect_during_a_dying_refresh_wins(
    connect: Connect, hubspot: FakeHubSpot, engine: Engine, keyring: Keyring
) -> None:
    dead = connect(expires_in=10)
    del hubspot.refresh_tokens[dead.refresh_token]
    gate = Gate(hubspot)
    errors: list[BaseException] = []

    def refresh() -> None:
        with pytest.raises(ReauthRequired) as raised:
            gate.store(engine, keyring).access_token(PORTAL)
        errors.append(raised.value)

    dying = Thread(target=refresh)
    dying.start()
    assert gate.asked.wait(10)
    reconnect = Thread(target=connect)
    reconnect.start()
    gate.open.set()
    dying.join()
    reconnect.join()
    assert len(errors) == 1
    assert get_connection(engine, PORTAL).status == "active"
