"""One refresh a portal at a time, and who waits for it."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import event, func, select, update

from auth_service import tokens
from auth_service.connections import get_connection
from auth_service.database import create_engine
from auth_service.errors import (
    ReauthRequired,
    TokenTransient,
)
from auth_service.hubspot_oauth import OAuthClient
from auth_service.tables import portal_connections as table
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

    from auth_service.crypto import Keyring
    from auth_service.tests.conftest import Connect, FakeHubSpot

PORTAL = 1458021
OTHER = 26110977


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
