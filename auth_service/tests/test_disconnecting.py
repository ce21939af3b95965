"""Ending a connection: the tokens are erased here whatever HubSpot says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx2
import pytest
from sqlalchemy import select, text, update

from auth_service import audit, disconnecting
from auth_service.audit import Actor
from auth_service.connections import get_connection
from auth_service.crypto import Keyring, new_key
from auth_service.database import transaction
from auth_service.disconnecting import Disconnection, disconnect
from auth_service.errors import PortalNotConnected, TokenTransient
from auth_service.hubspot_requests import REVOKE_PATH, TOKEN_PATH, UNINSTALL_PATH
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import Engine

    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import Connect, FakeHubSpot
    from auth_service.tokens import TokenStore

PORTAL = 1458021
OTHER = 26110977
ADMIN = Actor.admin("admin")
NO_CONTENT = httpx2.Response(204)
End = Callable[..., Disconnection]


@pytest.fixture
def end(engine: Engine, keyring: Keyring, oauth: OAuthClient) -> End:
    return lambda portal_id=PORTAL, **options: disconnect(engine, keyring, oauth, portal_id, ADMIN, **options)


def row(engine: Engine, portal_id: int = PORTAL) -> dict[str, Any]:
    with transaction(engine) as connection:
        statement = select(table).where(table.c.portal_id == portal_id)
        return dict(connection.execute(statement).mappings().one())


def test_disconnecting_revokes_erases_and_leaves_a_tombstone(
    engine: Engine,
    end: End,
    connect: Connect,
    hubspot: FakeHubSpot,
    store: TokenStore,
) -> None:
    grant = connect()
    connect(OTHER)
    done = end()
    assert (done.revoked, done.uninstalled, done.problems) == (True, None, ())
    assert hubspot.revoked == [grant.refresh_token]
    kept = row(engine)
    assert kept["access_token_ciphertext"] is kept["refresh_token_ciphertext"] is kept["key_id"] is None
    assert kept["disconnected_at"] is not None
    assert kept["company_name"] == f"Company {PORTAL}"
    assert kept["account_details"] == {"portalId": PORTAL}
    with pytest.raises(PortalNotConnected):
        store.access_token(PORTAL)
    assert store.access_token(OTHER)
    (entry,) = audit.entries(engine)
    assert (entry.event, entry.actor, entry.portal_id, entry.outcome) == (
        "portal_disconnected",
        "admin",
        PORTAL,
        "ok",
    )


@pytest.mark.parametrize(
    "answer", [httpx2.Response(503), httpx2.ConnectError("MARKER"), httpx2.Response(401)]
)
def test_disconnecting_erases_even_if_the_revoke_fails_and_says_so(
    engine: Engine,
    end: End,
    connect: Connect,
    hubspot: FakeHubSpot,
    answer: httpx2.Response | Exception,
) -> None:
    connect()
    hubspot.scripted[REVOKE_PATH] = [answer]
    done = end()
    assert done.revoked is False
    assert "erased here, but HubSpot did not revoke them" in done.problems[0]
    assert "MARKER" not in done.problems[0]
    assert row(engine)["refresh_token_ciphertext"] is None
    newest, oldest = audit.entries(engine)
    assert (oldest.outcome, newest.outcome) == ("ok", "failed")


def test_the_tokens_are_gone_before_hubspot_is_asked(
    engine: Engine, end: End, oauth: OAuthClient, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()

    def die(_: str) -> None:
        assert row(engine)["status"] == "disconnected"
        raise KeyboardInterrupt

    monkeypatch.setattr(oauth, "revoke", die)
    with pytest.raises(KeyboardInterrupt):
        end()


def test_a_grant_that_hubspot_no_longer_knows_counts_as_revoked(
    end: End, connect: Connect, hubspot: FakeHubSpot
) -> None:
    connect()
    hubspot.scripted[REVOKE_PATH] = [httpx2.Response(400, json={"error": "invalid_grant"})]
    assert end().revoked is True


@pytest.mark.parametrize("expires_in", [1800, 10])
def test_the_app_can_be_uninstalled_with_a_fresh_token(
    end: End,
    connect: Connect,
    hubspot: FakeHubSpot,
    expires_in: int,
) -> None:
    connect(expires_in=expires_in)
    hubspot.scripted[UNINSTALL_PATH] = [NO_CONTENT]
    done = end(uninstall=True)
    assert (done.revoked, done.uninstalled, done.problems) == (True, True, ())
    assert hubspot.calls(UNINSTALL_PATH) == 1
    assert hubspot.calls(TOKEN_PATH) == (0 if expires_in == 1800 else 1)


def test_an_uninstall_that_fails_does_not_keep_the_tokens(
    engine: Engine, end: End, connect: Connect, hubspot: FakeHubSpot
) -> None:
    connect()
    hubspot.scripted[UNINSTALL_PATH] = [httpx2.Response(500)]
    done = end(uninstall=True)
    assert (done.revoked, done.uninstalled) == (True, False)
    assert "the app could not be uninstalled" in done.problems[0]
    assert audit.entries(engine)[0].reason == "revoked; not uninstalled at HubSpot"


def test_a_static_token_is_erased_and_the_admin_told_to_delete_it(
    engine: Engine, end: End, connect: Connect, hubspot: FakeHubSpot
) -> None:
    connect()
    with transaction(engine) as connection:
        connection.execute(
            update(table).values(auth_type="static", refresh_token_ciphertext=None, expires_at=None)
        )
    done = end(uninstall=True)
    assert (done.revoked, done.uninstalled) == (None, False)
    assert "delete its private app or service key" in done.problems[0]
    assert hubspot.requests == []
    assert row(engine)["access_token_ciphertext"] is None


def test_tokens_that_do_not_decrypt_are_erased_all_the_same(
    engine: Engine, oauth: OAuthClient, connect: Connect
) -> None:
    connect()
    other = Keyring.parse(f"k1:{new_key()}")
    done = disconnect(engine, other, oauth, PORTAL, ADMIN)
    assert done.revoked is None
    assert len(done.problems) == 2
    assert get_connection(engine, PORTAL).status == "disconnected"


def test_a_portal_without_a_connection_is_not_disconnected(end: End, connect: Connect) -> None:
    connect()
    end()
    for portal_id in (PORTAL, OTHER):
        with pytest.raises(PortalNotConnected, match=f"portal {portal_id} is not connected"):
            end(portal_id)


def test_a_refresh_that_does_not_end_postpones_disconnecting(
    engine: Engine,
    end: End,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect()
    monkeypatch.setattr(disconnecting, "LOCK_TIMEOUT", "50ms")
    with transaction(engine) as connection:
        connection.execute(text("SELECT 1 FROM hubspot_auth.portal_connections FOR UPDATE"))
        with pytest.raises(TokenTransient, match="another process is refreshing"):
            end()


def test_a_disconnected_portal_can_be_connected_again(
    engine: Engine, end: End, connect: Connect, store: TokenStore
) -> None:
    connect()
    end()
    connect()
    assert store.access_token(PORTAL)
    assert row(engine)["disconnected_at"] is None
