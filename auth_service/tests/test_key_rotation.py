"""Changing the key: nothing is lost, whatever happens meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from auth_service import audit, canary, flows, key_rotation
from auth_service.audit import Actor
from auth_service.crypto import Keyring, new_key
from auth_service.database import transaction
from auth_service.errors import KeyringError
from auth_service.tables import oauth_flows, token_keys_canary
from auth_service.tables import portal_connections as table
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import Connect

ADMIN = Actor.command()
NEW = f"k2:{new_key()}"


@pytest.fixture
def both(keys: str) -> Keyring:
    """The new key in front, the old one behind it."""
    return Keyring.parse(f"{NEW},{keys}")


def key_ids(engine: Engine) -> set[str | None]:
    with transaction(engine) as connection:
        return set(connection.scalars(select(table.c.key_id)))


def tokens_of(engine: Engine, keyring: Keyring, portals: range) -> list[str]:
    store = TokenStore(engine, keyring, None)
    return [store.access_token(portal_id) for portal_id in portals]


def test_after_a_rotation_the_new_key_alone_reads_every_token(
    engine: Engine, connect: Connect, both: Keyring
) -> None:
    portals = range(1, 8)
    granted = [connect(portal_id).access_token for portal_id in portals]
    assert tokens_of(engine, both, portals) == granted, "mixed keys are readable"
    done = key_rotation.rotate(engine, both, ADMIN, batch=3)
    assert (done.portals, done.complete) == ({"k1": 7}, True)
    assert key_ids(engine) == {"k2"}
    assert tokens_of(engine, Keyring.parse(NEW), portals) == granted


def test_rotating_twice_changes_nothing_more(engine: Engine, connect: Connect, both: Keyring) -> None:
    connect()

    def ciphertexts() -> list[object]:
        with transaction(engine) as connection:
            return list(connection.scalars(select(table.c.access_token_ciphertext)))

    key_rotation.rotate(engine, both, ADMIN)
    before = ciphertexts()
    assert key_rotation.rotate(engine, both, ADMIN).portals == {}
    assert ciphertexts() == before
    assert [entry.event for entry in audit.entries(engine)] == ["keys_rotated"]


def test_a_dry_run_counts_and_changes_nothing(engine: Engine, connect: Connect, both: Keyring) -> None:
    for portal_id in range(1, 4):
        connect(portal_id)
    assert key_rotation.rotate(engine, both, ADMIN, dry_run=True).portals == {"k1": 3}
    assert key_ids(engine) == {"k1"}
    assert audit.entries(engine) == []


def test_a_rotation_that_was_killed_goes_on_where_it_was(
    engine: Engine, connect: Connect, both: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    portals = range(1, 8)
    granted = [connect(portal_id).access_token for portal_id in portals]
    encrypt, count = both.encrypt, 0

    def die_in_the_third_batch(*arguments: object, **options: object) -> object:
        nonlocal count
        count += 1
        if count > 9:  # two secrets a portal, two portals a batch
            raise KeyboardInterrupt
        return encrypt(*arguments, **options)

    monkeypatch.setattr(both, "encrypt", die_in_the_third_batch)
    with pytest.raises(KeyboardInterrupt):
        key_rotation.rotate(engine, both, ADMIN, batch=2)
    monkeypatch.undo()
    assert key_ids(engine) == {"k1", "k2"}
    assert tokens_of(engine, both, portals) == granted
    assert key_rotation.rotate(engine, both, ADMIN, batch=2).portals == {"k1": 3}
    assert tokens_of(engine, Keyring.parse(NEW), portals) == granted


def test_a_rotation_and_refreshes_at_once_lose_nothing(
    engine: Engine, connect: Connect, both: Keyring, keys: str, oauth: OAuthClient
) -> None:
    portals = range(1, 31)
    for portal_id in portals:
        connect(portal_id, expires_in=10)
    # A process that was not restarted yet: it knows the new key, and encrypts with the old one.
    late = TokenStore(engine, Keyring.parse(f"{keys},{NEW}"), oauth)
    new = TokenStore(engine, both, oauth)
    with ThreadPoolExecutor(8) as pool:
        rotation = pool.submit(key_rotation.rotate, engine, both, ADMIN, batch=4)
        refreshed = list(
            pool.map(lambda portal_id: (new, new, late)[portal_id % 3].access_token(portal_id), portals)
        )
        rotation.result()
    assert tokens_of(engine, both, portals) == refreshed
    assert key_rotation.rotate(engine, both, ADMIN).complete
    assert tokens_of(engine, Keyring.parse(NEW), portals) == refreshed


def test_a_row_that_is_busy_all_the_time_is_named(
    engine: Engine, connect: Connect, both: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "LOCK_TIMEOUT", "50ms")
    for portal_id in (1, 2, 3):
        connect(portal_id)
    with transaction(engine) as connection:
        connection.execute(text(f"SELECT 1 FROM {table.fullname} WHERE portal_id = 2 FOR UPDATE"))
        done = key_rotation.rotate(engine, both, ADMIN)
    assert (done.portals, done.busy, done.complete) == ({"k1": 2}, (2,), False)
    assert key_rotation.rotate(engine, both, ADMIN).complete


def test_a_token_that_does_not_decrypt_is_named_and_left(
    engine: Engine, connect: Connect, both: Keyring
) -> None:
    for portal_id in (1, 2, 3):
        connect(portal_id)
    with transaction(engine) as connection:
        connection.execute(
            update(table).where(table.c.portal_id == 2).values(access_token_ciphertext=b"\x01" * 40)
        )
    done = key_rotation.rotate(engine, both, ADMIN, batch=1)
    assert (done.portals, list(done.unreadable), done.complete) == ({"k1": 2}, [2], False)
    with transaction(engine) as connection:
        kept = connection.scalar(select(table.c.access_token_ciphertext).where(table.c.portal_id == 2))
    assert kept == b"\x01" * 40


def test_a_disconnected_portal_needs_no_key(engine: Engine, connect: Connect, both: Keyring) -> None:
    connect(1)
    with transaction(engine) as connection:
        connection.execute(
            update(table).values(
                status="disconnected",
                disconnected_at=text("now()"),
                access_token_ciphertext=None,
                refresh_token_ciphertext=None,
                key_id=None,
            )
        )
    assert key_rotation.rotate(engine, both, ADMIN).portals == {}


def test_the_status_says_which_keys_are_needed(engine: Engine, connect: Connect, both: Keyring) -> None:
    connect(1)
    canary.verify_keys(engine, both)
    k2, k1 = key_rotation.status(engine, both)
    assert (k2.key_id, k2.primary, k2.portals, k2.can_retire) == ("k2", True, 0, False)
    assert (k1.key_id, k1.primary, k1.portals, k1.can_retire) == ("k1", False, 1, False)
    key_rotation.rotate(engine, both, ADMIN)
    k2, k1 = key_rotation.status(engine, both)
    assert (k2.portals, k1.portals, k1.can_retire) == (1, 0, True)


@pytest.mark.parametrize("needed_by", ["portals", "attempts"])
def test_a_key_in_use_is_not_retired(
    engine: Engine, connect: Connect, both: Keyring, keyring: Keyring, needed_by: str
) -> None:
    canary.verify_keys(engine, both)
    if needed_by == "portals":
        connect()
    else:
        flows.start(engine, keyring, None, ADMIN)
    with pytest.raises(KeyringError, match=r"key 'k1' is in use .* run hubspot-auth keys rotate"):
        key_rotation.retire(engine, both, "k1", ADMIN)
    key_rotation.rotate(engine, both, ADMIN)
    with transaction(engine) as connection:
        connection.execute(update(oauth_flows).values(expires_at=text("now()")))
    key_rotation.retire(engine, both, "k1", ADMIN)
    assert audit.entries(engine)[0].event == "key_retired"


@pytest.mark.parametrize(
    ("key_id", "says"), [("k2", "is the one that encrypts"), ("k9", "knows no key 'k9'")]
)
def test_neither_the_primary_nor_an_unknown_key_is_retired(
    engine: Engine, both: Keyring, key_id: str, says: str
) -> None:
    canary.verify_keys(engine, both)
    with pytest.raises(KeyringError, match=says):
        key_rotation.retire(engine, both, key_id, ADMIN)


def test_a_retired_key_never_encrypts_again(engine: Engine, both: Keyring, keyring: Keyring) -> None:
    canary.verify_keys(engine, both)
    key_rotation.retire(engine, both, "k1", ADMIN)
    key_rotation.retire(engine, both, "k1", ADMIN)
    canary.verify_keys(engine, both)
    canary.verify_keys(engine, Keyring.parse(NEW))
    with pytest.raises(KeyringError, match="begins with key 'k1', which was retired"):
        canary.verify_keys(engine, keyring)
    with transaction(engine) as connection:
        assert len(connection.scalars(select(token_keys_canary.c.key_id)).all()) == 2
