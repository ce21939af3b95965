"""A key that is lost for good: the tokens that it encrypted are, too, and their portals have to be connected again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from auth_service import audit
from auth_service.database import transaction
from auth_service.errors import KeyringError
from auth_service.tables import oauth_flows, portal_connections, token_keys_canary

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring

REASON = "key_lost"

_TABLE = portal_connections


def portals_lost_with(engine: Engine, keyring: Keyring, key_id: str) -> list[int]:
    """Name the portals whose tokens only that key opens.

    Raises:
        KeyringError: TOKEN_KEYS has it, so that it is not lost, or the database does not know it.
    """
    if key_id in keyring.key_ids:
        raise KeyringError(f"TOKEN_KEYS has key '{key_id}': to change it, see hubspot-auth keys rotate")
    with transaction(engine) as connection:
        portals = list(
            connection.scalars(
                select(_TABLE.c.portal_id).where(_TABLE.c.key_id == key_id).order_by(_TABLE.c.portal_id)
            )
        )
        known = connection.scalar(
            select(token_keys_canary.c.key_id).where(token_keys_canary.c.key_id == key_id)
        )
    if not portals and known is None:
        raise KeyringError(f"this database knows no key '{key_id}': hubspot-auth keys status lists the keys")
    return portals


def give_up(engine: Engine, key_id: str, actor: audit.Actor) -> int:
    """Erase what a lost key has encrypted; what was synced of the portals stays.

    Args:
        engine: The database.
        key_id: The key; the caller has seen that it is lost.
        actor: Who gives it up.

    Returns:
        How many portals have to be connected again.
    """
    with transaction(engine) as connection:
        lost = connection.execute(
            update(_TABLE)
            .where(_TABLE.c.key_id == key_id)
            .values(
                status="reauth_required",
                last_error_code=REASON,
                access_token_ciphertext=None,
                refresh_token_ciphertext=None,
                key_id=None,
                expires_at=None,
                refresh_failures=0,
                refresh_retry_after=None,
            )
        ).rowcount
        connection.execute(delete(oauth_flows).where(oauth_flows.c.key_id == key_id))
        # Should it be found again, it never encrypts anything: who found it first is not known.
        connection.execute(
            update(token_keys_canary)
            .where(token_keys_canary.c.key_id == key_id, token_keys_canary.c.retired_at.is_(None))
            .values(retired_at=func.now())
        )
        audit.record(connection, "key_given_up", actor, reason=f"key {key_id}, {lost} portals")
    return lost
