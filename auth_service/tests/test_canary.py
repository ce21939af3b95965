from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from auth_service import canary
from auth_service.crypto import Keyring, KeyringError, new_key
from auth_service.database import transaction
from auth_service.tables import token_keys_canary

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.tests.conftest import Connect


def known_keys(engine: Engine) -> set[str]:
    with transaction(engine) as connection:
        return set(connection.scalars(select(token_keys_canary.c.key_id)))


def test_the_first_start_makes_a_canary_for_each_key(engine: Engine) -> None:
    keyring = Keyring.parse(f"k2:{new_key()},k1:{new_key()}")
    canary.verify_keys(engine, keyring)
    canary.verify_keys(engine, keyring)
    assert known_keys(engine) == {"k1", "k2"}


def test_another_key_under_a_known_id_is_refused_by_name(engine: Engine, keyring: Keyring) -> None:
    canary.verify_keys(engine, keyring)
    wrong = new_key()
    with pytest.raises(KeyringError, match="'k1' is not the key that this database knows") as raised:
        canary.verify_keys(engine, Keyring.parse(f"k9:{new_key()},k1:{wrong}"))
    assert wrong not in str(raised.value)
    assert known_keys(engine) == {"k1"}, "a refused keyring leaves nothing behind"


def test_a_keyring_without_a_key_in_use_is_refused_by_name(engine: Engine, connect: Connect) -> None:
    connect()
    with pytest.raises(KeyringError, match="lacks key 'k1', which stored tokens are encrypted with"):
        canary.verify_keys(engine, Keyring.parse(f"k2:{new_key()}"))
    assert known_keys(engine) == set()


def test_a_new_primary_key_beside_the_old_one_is_fine(engine: Engine, connect: Connect, keys: str) -> None:
    connect()
    canary.verify_keys(engine, Keyring.parse(f"k2:{new_key()},{keys}"))
    assert known_keys(engine) == {"k1", "k2"}


def test_an_unused_key_may_leave(engine: Engine, connect: Connect, keyring: Keyring, keys: str) -> None:
    canary.verify_keys(engine, Keyring.parse(f"{keys},old:{new_key()}"))
    connect()
    canary.verify_keys(engine, keyring)
