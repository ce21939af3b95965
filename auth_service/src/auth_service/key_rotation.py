"""Changing the key that encrypts the tokens, without stopping anything.

Add the new key at the end of TOKEN_KEYS everywhere, so that every process can read it; then put it first, so that
it encrypts. `rotate` encrypts every token anew; when `status` says that nothing needs the old key any more, `retire`
says so in the database, and the old key may go.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text, update

from auth_service import audit
from auth_service.connections import secret_place, secret_values
from auth_service.crypto import Sealed
from auth_service.database import LockTimeoutError, transaction
from auth_service.errors import DecryptionError, KeyringError
from auth_service.tables import oauth_flows, portal_connections, token_keys_canary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Engine, Row

    from auth_service.crypto import Keyring

BATCH = 100
# Long enough for a refresh of the same portal to end.
LOCK_TIMEOUT = "15s"

_TABLE = portal_connections
_SECRETS = (_TABLE.c.access_token_ciphertext, _TABLE.c.refresh_token_ciphertext)


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """What a key is for.

    Attributes:
        key_id: Its name.
        in_keyring: Whether TOKEN_KEYS has it.
        primary: Whether it encrypts.
        portals: How many portals' tokens need it.
        open_attempts: How many open attempts to connect need it; they last ten minutes.
        retired_at: When it was retired.
    """

    key_id: str
    in_keyring: bool
    primary: bool
    portals: int
    open_attempts: int
    retired_at: datetime | None

    @property
    def can_retire(self) -> bool:
        """Whether nothing needs it any more."""
        return not (self.primary or self.portals or self.open_attempts or self.retired_at)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did, or would do.

    Attributes:
        primary: The key that encrypts from now on.
        portals: Encrypted anew, as the number of portals by the id of the key they had.
        unreadable: Portals whose tokens do not decrypt, with the reason; they were left as they are.
        busy: Portals that another process held on to all the time: rotate again.
    """

    primary: str
    portals: dict[str, int]
    unreadable: dict[int, str]
    busy: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """Whether every token is encrypted with the primary key now."""
        return not (self.unreadable or self.busy)


def status(engine: Engine, keyring: Keyring) -> list[KeyStatus]:
    """Return every key that TOKEN_KEYS has or the database knows, the primary first."""
    with transaction(engine) as connection:
        return _status(connection, keyring)


def rotate(
    engine: Engine, keyring: Keyring, actor: audit.Actor, *, dry_run: bool = False, batch: int = BATCH
) -> Rotation:
    """Encrypt every token with the primary key that is not yet.

    Each batch is a transaction of its own: what is killed in the middle goes on where it was. Rows that a refresh
    holds are passed over and tried again at the end.

    Args:
        engine: The database.
        keyring: The old keys and, in front, the new one.
        actor: Who rotates.
        dry_run: Decrypt and count only.
        batch: How many portals at a time.
    """
    done: dict[str, int] = {}
    unreadable: dict[int, str] = {}
    batches = _batches(engine, keyring.primary_id, batch)
    for rows, connection in batches if dry_run else chain(batches, _stragglers(engine, keyring.primary_id)):
        for row in rows:
            try:
                values = _encrypted_anew(keyring, row)
            except DecryptionError as error:
                unreadable[row.portal_id] = str(error)
                continue
            if dry_run or _replace(connection, row, values):
                done[row.key_id] = done.get(row.key_id, 0) + 1
        if rows and not dry_run:
            counted = f"{len(rows)} portals to key {keyring.primary_id}"
            audit.record(connection, "keys_rotated", actor, reason=counted)
    with transaction(engine) as connection:
        left = set(connection.scalars(_outdated(keyring.primary_id).with_only_columns(_TABLE.c.portal_id)))
    busy = () if dry_run else tuple(sorted(left - set(unreadable)))
    return Rotation(keyring.primary_id, done, unreadable, busy)


def retire(engine: Engine, keyring: Keyring, key_id: str, actor: audit.Actor) -> None:
    """Say in the database that a key must never encrypt again, if nothing needs it any more.

    Raises:
        KeyringError: It is unknown, encrypts, or something needs it; the message says which.
    """
    with transaction(engine) as connection:
        # Nobody stores a token while the keys in use are counted.
        connection.execute(text(f"LOCK TABLE {_TABLE.fullname}, {oauth_flows.fullname} IN SHARE MODE"))
        key = next((key for key in _status(connection, keyring) if key.key_id == key_id), None)
        if key is None:
            raise KeyringError(
                f"this database knows no key '{key_id}': hubspot-auth keys status lists the keys"
            )
        if key.primary:
            raise KeyringError(
                f"key '{key_id}' is the one that encrypts: put a new key in front of it in TOKEN_KEYS first"
            )
        if key.portals or key.open_attempts:
            raise KeyringError(
                f"key '{key_id}' is in use ({key.portals} portals, {key.open_attempts} open attempts to connect): "
                "run hubspot-auth keys rotate, and let open attempts pass (10 minutes)"
            )
        retired = connection.execute(
            update(token_keys_canary)
            .where(token_keys_canary.c.key_id == key_id, token_keys_canary.c.retired_at.is_(None))
            .values(retired_at=func.now())
        )
        if retired.rowcount:
            audit.record(connection, "key_retired", actor, reason=f"key {key_id}")


def _status(connection: Connection, keyring: Keyring) -> list[KeyStatus]:
    portals = _count_by_key(
        connection, select(_TABLE.c.key_id, func.count()).where(_TABLE.c.key_id.is_not(None))
    )
    attempts = _count_by_key(
        connection,
        select(oauth_flows.c.key_id, func.count()).where(
            oauth_flows.c.used_at.is_(None), oauth_flows.c.expires_at > func.now()
        ),
    )
    retired: dict[str, datetime | None] = dict(
        connection.execute(select(token_keys_canary.c.key_id, token_keys_canary.c.retired_at)).tuples().all()
    )
    known = dict.fromkeys([*keyring.key_ids, *sorted(retired), *sorted(portals), *sorted(attempts)])
    return [
        KeyStatus(
            key_id=key_id,
            in_keyring=key_id in keyring.key_ids,
            primary=key_id == keyring.primary_id,
            portals=portals.get(key_id, 0),
            open_attempts=attempts.get(key_id, 0),
            retired_at=retired.get(key_id),
        )
        for key_id in known
    ]


def _count_by_key(connection: Connection, statement: Any) -> dict[str, int]:  # noqa: ANN401 - a SELECT of two columns
    column = statement.selected_columns[0]
    return dict(connection.execute(statement.group_by(column)).tuples().all())


def _batches(engine: Engine, primary_id: str, size: int) -> Iterator[tuple[list[Row[Any]], Connection]]:
    """Lock the outdated rows that nobody holds, each batch in a transaction that ends when the next is asked for."""
    last = 0
    while True:
        with transaction(engine) as connection:
            statement = _outdated(primary_id).where(_TABLE.c.portal_id > last).limit(size)
            rows = list(connection.execute(statement.with_for_update(skip_locked=True)))
            yield rows, connection
        if not rows:
            break
        last = rows[-1].portal_id


def _stragglers(engine: Engine, primary_id: str) -> Iterator[tuple[list[Row[Any]], Connection]]:
    """Lock the outdated rows that somebody held, one by one, each as soon as it is let go."""
    with transaction(engine) as connection:
        statement = _outdated(primary_id).with_only_columns(_TABLE.c.portal_id)
        portal_ids = list(connection.scalars(statement))
    for portal_id in portal_ids:
        try:
            with transaction(engine) as connection:
                connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                statement = _outdated(primary_id).where(_TABLE.c.portal_id == portal_id)
                yield list(connection.execute(statement.with_for_update())), connection
        except LockTimeoutError:
            continue


def _outdated(primary_id: str) -> Any:  # noqa: ANN401 - its columns vary
    return (
        select(_TABLE.c.portal_id, _TABLE.c.key_id, *_SECRETS)
        .where(_TABLE.c.key_id.is_not(None), _TABLE.c.key_id != primary_id)
        .order_by(_TABLE.c.portal_id)
    )


def _encrypted_anew(keyring: Keyring, row: Row[Any]) -> dict[str, Any]:
    secrets = {}
    for column in _SECRETS:
        ciphertext = getattr(row, column.name)
        if ciphertext is not None:
            place = secret_place(row.portal_id, column.name)
            secrets[column.name] = keyring.decrypt(Sealed(row.key_id, ciphertext), place)
    return secret_values(keyring, row.portal_id, **secrets)


def _replace(connection: Connection, row: Row[Any], values: dict[str, Any]) -> bool:
    """Compare and set: whatever changed the tokens since they were read, lock or no lock, wins."""
    unchanged = [column.is_not_distinct_from(getattr(row, column.name)) for column in _SECRETS]
    statement = update(_TABLE).where(_TABLE.c.portal_id == row.portal_id, *unchanged).values(values)
    return connection.execute(statement).rowcount == 1
