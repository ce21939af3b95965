"""Invite links: one portal, once, for a while; the database knows no link."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from auth_service import audit, invites
from auth_service.audit import Actor
from auth_service.connecting import PortalConnector
from auth_service.connections import get_connection
from auth_service.database import transaction
from auth_service.errors import AuthError, InviteRefused, PortalMismatch, ScopesMissing
from auth_service.tables import invites as table

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Engine

    from auth_service import flows
    from auth_service.crypto import Keyring
    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import FakeHubSpot

PORTAL = 1458021
ADMIN = Actor.admin("admin")


@pytest.fixture
def connector(engine: Engine, keyring: Keyring, oauth: OAuthClient) -> PortalConnector:
    return PortalConnector(
        engine,
        keyring,
        oauth,
        app_url="https://app.hubspot.example",
        redirect_uri="https://connect.example.com/auth/hubspot/callback",
    )


@pytest.fixture
def come_back(hubspot: FakeHubSpot, connector: PortalConnector) -> Callable[..., Any]:
    """Say yes in HubSpot and finish the attempt."""

    def come_back(url: str, flow: flows.StartedFlow) -> Any:  # noqa: ANN401
        code = hubspot.consent(url).partition("code=")[2].partition("&")[0]
        return connector.finish(flow.state, flow.browser_secret, code)

    return come_back


def row(engine: Engine) -> dict[str, Any]:
    with transaction(engine) as connection:
        return dict(connection.execute(select(table)).mappings().one())


def change(engine: Engine, **values: object) -> None:
    with transaction(engine) as connection:
        connection.execute(update(table).values(values))


def test_an_invite_connects_one_portal_once(
    engine: Engine, connector: PortalConnector, come_back: Callable[..., Any]
) -> None:
    invite, token = invites.create(engine, "Northwind", ADMIN)
    finished = come_back(*connector.start_invited(token))
    assert (finished.portal_id, finished.invited) == (PORTAL, True)
    assert get_connection(engine, PORTAL).status == "active"
    (used,) = invites.list_invites(engine)
    assert (used.status, used.used_portal_id) == ("used", PORTAL)
    with pytest.raises(InviteRefused):
        connector.start_invited(token)
    assert [
        (entry.event, entry.actor_type, entry.actor, entry.portal_id) for entry in audit.entries(engine)
    ] == [
        ("portal_connected", "invite", str(invite.id), PORTAL),
        ("invite_created", "admin", "admin", None),
    ]


def test_the_database_keeps_only_the_hash_of_a_link(engine: Engine) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN)
    kept = row(engine)
    assert len(token) == 43  # 256 random bits
    assert kept["token_hash"] == hashlib.sha256(token.encode()).digest()
    assert token not in repr(kept)
    assert token not in repr(audit.entries(engine))


def test_looking_at_an_invite_changes_nothing(engine: Engine) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN)
    before = row(engine)
    assert invites.find(engine, token) == invites.find(engine, token)
    assert row(engine) == before


def test_used_revoked_expired_and_unknown_invites_are_refused_in_the_same_words(engine: Engine) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN)
    messages = set()
    for values in (
        {"used_at": func.now()},
        {"used_at": None, "revoked_at": func.now()},
        {"revoked_at": None, "expires_at": func.now()},
    ):
        change(engine, **values)
        with pytest.raises(InviteRefused) as raised:
            invites.find(engine, token)
        messages.add(str(raised.value))
    for unknown in ("", "unknown", token + "x", "x" * 10_000, "\ud800\x00"):
        with pytest.raises(InviteRefused) as raised:
            invites.find(engine, unknown)
        messages.add(str(raised.value))
    assert len(messages) == 1


def test_an_invite_says_how_it_is(engine: Engine) -> None:
    invites.create(engine, "Northwind", ADMIN)
    states = []
    for values in ({}, {"expires_at": func.now()}, {"revoked_at": func.now()}, {"used_at": func.now()}):
        if values:
            change(engine, **values)
        states.append(invites.list_invites(engine)[0].status)
    assert states == ["open", "expired", "revoked", "used"]


def test_an_invite_lasts_as_long_as_it_was_made_for(engine: Engine) -> None:
    invite, _ = invites.create(engine, "Northwind", ADMIN, lifetime=timedelta(hours=3))
    assert invite.expires_at - invite.created_at == timedelta(hours=3)


def test_a_revoked_invite_stops_an_attempt_on_its_way(
    engine: Engine, connector: PortalConnector, come_back: Callable[..., Any], hubspot: FakeHubSpot
) -> None:
    invite, token = invites.create(engine, "Northwind", ADMIN)
    attempt = connector.start_invited(token)
    assert invites.revoke(engine, invite.id, ADMIN)
    assert not invites.revoke(engine, invite.id, ADMIN)
    with pytest.raises(InviteRefused):
        come_back(*attempt)
    assert get_connection(engine, PORTAL) is None
    assert len(hubspot.revoked) == 1, "the fresh token must not stay alive"


def test_an_invite_for_one_portal_connects_no_other(
    engine: Engine, connector: PortalConnector, come_back: Callable[..., Any], hubspot: FakeHubSpot
) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN, expected_portal_id=7)
    url, flow = connector.start_invited(token)
    assert "/oauth/7/authorize" in url
    with pytest.raises(PortalMismatch, match="Portal 7 was to be connected"):
        come_back(url, flow)
    assert get_connection(engine, PORTAL) is None
    assert len(hubspot.revoked) == 1
    assert invites.find(engine, token), "who chose the wrong portal may try again"
    assert (audit.entries(engine)[0].outcome, audit.entries(engine)[0].reason) == ("failed", "PortalMismatch")


def test_an_attempt_that_failed_leaves_the_invite_open(
    engine: Engine, connector: PortalConnector, come_back: Callable[..., Any], hubspot: FakeHubSpot
) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN)
    hubspot.granted = ["oauth"]
    with pytest.raises(ScopesMissing):
        come_back(*connector.start_invited(token))
    _, flow = connector.start_invited(token)
    connector.cancel(flow.state, flow.browser_secret, "access_denied")
    assert [entry.reason for entry in audit.entries(engine)[:2]] == ["access_denied", "ScopesMissing"]
    assert invites.find(engine, token).status == "open"


def test_of_two_attempts_at_once_with_one_invite_exactly_one_connects(
    engine: Engine, connector: PortalConnector, come_back: Callable[..., Any], hubspot: FakeHubSpot
) -> None:
    _, token = invites.create(engine, "Northwind", ADMIN)
    attempts = [connector.start_invited(token) for _ in range(4)]

    def outcome(attempt: tuple[str, flows.StartedFlow]) -> str:
        try:
            come_back(*attempt)
        except AuthError as error:
            return type(error).__name__
        return "connected"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(outcome, attempts))
    assert outcomes == ["InviteRefused"] * 3 + ["connected"]
    assert get_connection(engine, PORTAL).status == "active"
    assert len(hubspot.revoked) == 3
