"""Portals and tokens out of auth_service's table, on a real PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from auth_service import schema
from auth_service.connections import get_connection, mark_disconnected
from auth_service.crypto import new_key
from auth_service.database import create_engine, transaction
from auth_service.tokens import TokenStore
from tap_hubspot_multi.exceptions import RunStopped
from tests.token_table import KEYS, connect, tap_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.hubspot_simulator import Simulator

Harness = Any
Run = Any

ALDER, KESSLER = 11111111, 22222222

FINE = {"ok", "skipped"}
"""Kessler's subscription does not have every stream."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connected(harness: Harness, simulator: Simulator, engine: Engine, database_url: str) -> Harness:
    """Both portals are connected."""
    for portal_id in simulator.world.portals:
        connect(simulator, engine, portal_id)
    harness.config = tap_settings(simulator, database_url)
    simulator.requests.clear()
    return harness


def statuses(run: Run, portal_id: int) -> set[str]:
    return {row["status"] for row in run.rows("portal_syncs", portal_id=portal_id)}


def test_every_connected_portal_is_read_with_its_own_token(connected: Harness, simulator: Simulator) -> None:
    run = connected.sync()

    assert run.error is None
    assert (statuses(run, ALDER), statuses(run, KESSLER)) == ({"ok"}, FINE)
    assert simulator.requests.count(route="oauth.*") == 0  # fresh tokens cost no call
    [portal] = run.rows("portals", portal_id=KESSLER)
    assert (portal["company_name"], portal["auth_type"], portal["connection_status"]) == (
        "Kessler Pumpen",
        "oauth",
        "active",
    )
    assert "crm.objects.contacts.read" in portal["scopes"].split()


def test_the_token_table_is_not_asked_before_every_request(
    connected: Harness, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    ask = TokenStore.access_token

    def counted(self: TokenStore, portal_id: int, *, rejected: str | None = None) -> str:
        asked.append(portal_id)
        return ask(self, portal_id, rejected=rejected)

    monkeypatch.setattr(TokenStore, "access_token", counted)

    connected.sync()

    assert simulator.requests.count(portal_id=ALDER) > 10
    assert asked.count(ALDER) < 4


def test_a_token_that_dies_in_the_middle_is_refreshed_once(connected: Harness, simulator: Simulator) -> None:
    simulator.faults.when(
        lambda: simulator.expire_access_tokens(ALDER),
        route="crm.list",
        portal_id=ALDER,
        object_type="contacts",
    )

    run = connected.sync()

    assert statuses(run, ALDER) == {"ok"}
    assert simulator.requests.count(route="oauth.token") == 1


def test_a_token_that_cannot_be_refreshed_just_now_defers_its_portal(
    connected: Harness, simulator: Simulator, engine: Engine
) -> None:
    connected.only("contacts")
    simulator.expire_access_tokens(ALDER)
    simulator.faults.add("503", route="oauth.token", count=None)

    run = connected.sync()

    assert statuses(run, ALDER) == {"failed"}
    assert statuses(run, KESSLER) == {"ok"}
    connection = get_connection(engine, ALDER)
    assert connection is not None
    assert connection.status == "active"  # nobody has to connect it again


def test_a_revoked_portal_fails_with_the_cure_and_the_others_finish(
    connected: Harness, simulator: Simulator, engine: Engine
) -> None:
    first = connected.sync()
    simulator.revoke(ALDER)
    connected.pass_time(hours=1)

    second = connected.sync(first.state)

    assert statuses(second, ALDER) == {"failed"}
    assert statuses(second, KESSLER) == FINE
    [portal] = second.rows("portals", portal_id=ALDER)
    assert (portal["connection_status"], portal["time_zone"], portal["company_currency"]) == (
        "reauth_required",
        "America/New_York",
        "USD",
    )
    assert all("connect" in row["reason"] for row in second.rows("portal_syncs", portal_id=ALDER))
    connection = get_connection(engine, ALDER)
    assert connection is not None
    assert connection.status == "reauth_required"


def test_a_portal_known_to_be_broken_is_not_asked_for_anything(
    connected: Harness, simulator: Simulator
) -> None:
    simulator.revoke(ALDER)
    connected.sync()
    simulator.requests.clear()

    run = connected.sync()

    assert statuses(run, ALDER) == {"failed"}
    assert len(run.rows("portals", portal_id=ALDER)) == 1
    assert simulator.requests.count(portal_id=ALDER) == 0
    assert simulator.requests.count(route="oauth.*") == 0


def test_a_disconnected_portal_is_skipped_and_keeps_its_row(
    connected: Harness, simulator: Simulator, engine: Engine
) -> None:
    with transaction(engine) as connection:
        mark_disconnected(connection, ALDER)

    run = connected.sync(fail_on_portal_error=True)

    assert run.error is None
    assert statuses(run, ALDER) == {"skipped"}
    [portal] = run.rows("portals", portal_id=ALDER)
    assert portal["connection_status"] == "disconnected"
    assert simulator.requests.count(portal_id=ALDER) == 0


def test_a_portal_that_is_connected_again_goes_on_where_it_left(
    connected: Harness, simulator: Simulator, engine: Engine
) -> None:
    connected.only("contacts")
    first = connected.sync()
    with transaction(engine) as connection:
        mark_disconnected(connection, ALDER)
    connected.pass_time(hours=1)
    second = connected.sync(first.state)
    connect(simulator, engine, ALDER)
    connected.pass_time(hours=1)
    simulator.requests.clear()

    third = connected.sync(second.state)

    assert statuses(second, ALDER) == {"skipped"}
    assert [row["mode"] for row in third.rows("portal_syncs")] == ["incremental", "incremental"]
    assert {entry.query["archived"] for entry in simulator.requests.where(route="crm.list")} == {"true"}


def test_a_rejected_app_ends_the_run_in_one_line_and_blames_no_portal(
    connected: Harness, simulator: Simulator, engine: Engine
) -> None:
    for portal_id in simulator.world.portals:
        simulator.expire_access_tokens(portal_id)

    run = connected.sync(client_secret="wrong-secret")

    assert isinstance(run.error, RunStopped)
    assert "\n" not in str(run.error)
    assert "wrong-secret" not in str(run.error)
    for portal_id in simulator.world.portals:
        connection = get_connection(engine, portal_id)
        assert connection is not None
        assert connection.status == "active"


def test_the_wrong_keys_end_the_run_before_anything_is_asked(
    connected: Harness, simulator: Simulator
) -> None:
    connected.sync()
    simulator.requests.clear()

    run = connected.sync(token_keys=f"k1:{new_key()}")

    assert isinstance(run.error, RunStopped)
    assert "TOKEN_KEYS" in str(run.error)
    assert len(simulator.requests) == 0


def test_tables_that_are_not_there_end_the_run_with_the_cure(harness: Harness, database_url: str) -> None:
    harness.config |= {
        "static_tokens": [],
        "database_url": database_url,
        "token_keys": KEYS,
        "client_id": "x",
        "client_secret": "x",
    }

    run = harness.sync()

    assert isinstance(run.error, RunStopped)
    assert "hubspot-auth migrate" in str(run.error)


def test_no_secret_leaves_the_tap(
    connected: Harness, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    simulator.expire_access_tokens(ALDER)

    run = connected.sync()

    said = json.dumps(run.messages) + caplog.text
    sent = {entry.body for entry in simulator.requests}
    assert statuses(run, ALDER) == {"ok"}
    assert sent
    for secret in (KEYS.partition(":")[2], simulator.client_secret, connected.config["database_url"]):
        assert secret not in said
