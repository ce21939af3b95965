"""One known secret per key, so that a wrong TOKEN_KEYS is found at start and not at the next refresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from auth_service.crypto import Place, Sealed
from auth_service.database import transaction
from auth_service.errors import DecryptionError, KeyringError
from auth_service.tables import portal_connections, token_keys_canary

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from auth_service.crypto import Keyring

_SONG = "the canary sings"


def verify_keys(engine: Engine, keyring: Keyring, *, add: bool = True) -> list[str]:
    """Check every key against its canary; a key that is new to this database gets one.

    A database user who may only read the canaries, such as the tap's, leaves making them to the service.

    Args:
        engine: The database.
        keyring: The keys.
        add: Whether to make canaries for new keys.

    Returns:
        The ids of the keys that were new to this database.

    Raises:
        KeyringError: A key is not the one this database knows by that id, one that is still in use is missing, or
            the one that encrypts was retired.
        SchemaError, DatabaseUnreachable: See `auth_service.database.transaction`.
    """
    with transaction(engine) as connection:
        canaries = {
            row.key_id: row
            for row in connection.execute(
                select(
                    token_keys_canary.c.key_id, token_keys_canary.c.ciphertext, token_keys_canary.c.retired_at
                )
            )
        }
        in_use = set(connection.scalars(select(portal_connections.c.key_id).distinct())) - {None}
        if missing := sorted(in_use - set(keyring.key_ids)):
            raise KeyringError(
                f"TOKEN_KEYS lacks {_named(missing)}, which stored tokens are encrypted with: put it back, or, if it is "
                f"lost for good, run: hubspot-auth keys give-up {missing[0]}"
            )
        primary = canaries.get(keyring.primary_id)
        if primary is not None and primary.retired_at is not None:
            raise KeyringError(
                f"TOKEN_KEYS begins with key '{keyring.primary_id}', which was retired: put a newer key first"
            )
        may_add = connection.scalar(select(func.has_table_privilege(token_keys_canary.fullname, "INSERT")))
        for key_id in keyring.key_ids:
            if key_id in canaries:
                _listen(keyring, Sealed(key_id, canaries[key_id].ciphertext))
            elif add and may_add:
                sealed = keyring.encrypt(_SONG, _place(key_id), key_id=key_id)
                row = {"key_id": key_id, "ciphertext": sealed.ciphertext}
                connection.execute(insert(token_keys_canary).values(row).on_conflict_do_nothing())
    return [key_id for key_id in keyring.key_ids if key_id not in canaries]


def _listen(keyring: Keyring, canary: Sealed) -> None:
    try:
        keyring.decrypt(canary, _place(canary.key_id))
    except DecryptionError:
        raise KeyringError(
            f"TOKEN_KEYS key '{canary.key_id}' is not the key that this database knows by that id: "
            "put the right one back, or give the new one another id"
        ) from None


def _place(key_id: str) -> Place:
    return Place("token_keys_canary", key_id, "ciphertext")


def _named(key_ids: list[str]) -> str:
    return ("key " if len(key_ids) == 1 else "keys ") + ", ".join(f"'{key_id}'" for key_id in key_ids)
