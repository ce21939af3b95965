"""A key that is lost: which portals need it is said, and giving it up leaves all others as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auth_service import audit, canary, key_loss
from auth_service.audit import Actor
from auth_service.connections import get_connection
from auth_service.crypto import Keyring, new_key
from auth_service.errors import KeyringError, ReauthRequired
from auth_service.tokens import TokenStore

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.hubspot_oauth import OAuthClient
    from auth_service.tests.conftest import Connect

NEW = f"k2:{new_key()}"


def test_all_keys_are_lost_a_new_one_begins_and_portals_connect_again(
    engine: Engine, connect: Connect, keyring: Keyring, oauth: OAuthClient
) -> None:
    canary.verify_keys(engine, keyring)
    connect(1)
    connect(2)
    new = Keyring.parse(NEW)
    with pytest.raises(KeyringError, match=r"lacks key 'k1'.*lost for good.*hubspot-auth keys give-up k1"):
        canary.verify_keys(engine, new)

    assert key_loss.portals_lost_with(engine, new, "k1") == [1, 2]
    assert key_loss.give_up(engine, "k1", Actor.command()) == 2

    canary.verify_keys(engine, new)
    with pytest.raises(
        ReauthRequired, match=r"portal 1: .*key_lost.*connect the portal again in the browser"
    ):
        TokenStore(engine, new, oauth).access_token(1)
    assert [entry.event for entry in audit.entries(engine)] == ["key_given_up"]


def test_of_two_keys_one_is_lost_and_the_other_ones_portals_stay(
    engine: Engine, connect: Connect, keyring: Keyring, oauth: OAuthClient
) -> None:
    connect(1)
    token = connect(2).access_token
    with engine.begin() as connection:  # portal 1 still has a key from before
        connection.exec_driver_sql(
            "UPDATE hubspot_auth.portal_connections SET key_id = 'k0' WHERE portal_id = 1"
        )
    assert key_loss.portals_lost_with(engine, keyring, "k0") == [1]
    assert key_loss.give_up(engine, "k0", Actor.command()) == 1
    canary.verify_keys(engine, keyring)
    assert TokenStore(engine, keyring, oauth).access_token(2) == token
    assert [get_connection(engine, portal_id).status for portal_id in (1, 2)] == ["reauth_required", "active"]


def test_a_key_that_is_there_or_unknown_is_not_given_up(
    engine: Engine, connect: Connect, keyring: Keyring
) -> None:
    connect(1)
    with pytest.raises(KeyringError, match="TOKEN_KEYS has key 'k1'"):
        key_loss.portals_lost_with(engine, keyring, "k1")
    with pytest.raises(KeyringError, match="knows no key 'k9'"):
        key_loss.portals_lost_with(engine, keyring, "k9")
