"""Sessions of admins: 256 random bits in a cookie, of which the database holds only the hash.

What is not in the table is no session: logging out ends it everywhere at once.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, insert, update

from auth_service.database import transaction
from auth_service.tables import admin_sessions as table

if TYPE_CHECKING:
    from sqlalchemy import Engine

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
RANDOM_BYTES = 32
# Any longer cookie is none of ours and not worth a query.
LONGEST_SECRET = 64


def begin(engine: Engine, actor: str) -> str:
    """Begin a session for an admin and return its secret, for a cookie."""
    secret = secrets.token_urlsafe(RANDOM_BYTES)
    with transaction(engine) as connection:
        connection.execute(delete(table).where(table.c.expires_at < func.now()))
        connection.execute(
            insert(table).values(id_hash=_sha256(secret), actor=actor, expires_at=func.now() + LIFETIME)
        )
    return secret


def find(engine: Engine, secret: str) -> str | None:
    """Return whose live session this is, and keep it alive; None if it is nobody's."""
    if len(secret) > LONGEST_SECRET:
        return None
    statement = (
        update(table)
        .where(
            table.c.id_hash == _sha256(secret),
            table.c.expires_at > func.now(),
            table.c.last_seen_at > func.now() - IDLE,
        )
        .values(last_seen_at=func.now())
        .returning(table.c.actor)
    )
    with transaction(engine) as connection:
        return connection.execute(statement).scalar()


def end(engine: Engine, secret: str) -> None:
    """End a session; one that has ended stays so."""
    with transaction(engine) as connection:
        connection.execute(delete(table).where(table.c.id_hash == _sha256(secret)))


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()
