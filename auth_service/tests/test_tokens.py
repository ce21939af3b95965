from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import httpx2
import pytest
import time_machine
from sqlalchemy import update

from auth_service.connections import get_connection, mark_disconnected
from auth_service.crypto import Keyring, new_key
from auth_service.database import create_engine, database_clock, transaction
from auth_service.errors import (
    DecryptionError,
    PortalNotConnected,
    ReauthRequired,
    SchemaError,
    TokenTransient,
)
from auth_service.hubspot_requests import TOKEN_PATH
from auth_service.tables import portal_connections as table
from auth_service.tokens import TokenStore, is_fresh

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import Connect, FakeHubSpot, Row

PORTAL = 1458021
OTHER = 26110977


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
