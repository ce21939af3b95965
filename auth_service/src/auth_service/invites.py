"""Invite links: whoever holds one may connect one portal, once, without a login.

The database keeps the hash of a link's token, so that whoever reads it cannot use the link. An attempt that fails
leaves the invite open; connecting a portal uses it up, in the transaction that stores the connection.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, case, func, insert, select, update

from auth_service import audit
from auth_service.database import transaction
from auth_service.errors import InviteRefused
from auth_service.tables import invites as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from auth_service.audit import Actor

LIFETIME = timedelta(days=7)
LONGEST_LIFETIME = timedelta(days=90)
LONGEST_LABEL = 200
RANDOM_BYTES = 32
# Any longer text is no token and not worth a query.
LONGEST_TOKEN = 64

Status = Literal["open", "used", "revoked", "expired"]

_OPEN = and_(table.c.used_at.is_(None), table.c.revoked_at.is_(None), table.c.expires_at > func.now())
_SHOWN = (
    table.c.id,
    table.c.label,
    table.c.expected_portal_id,
    table.c.created_at,
    table.c.created_by,
    table.c.expires_at,
    table.c.used_at,
    table.c.used_portal_id,
    table.c.revoked_at,
    case(
        (table.c.used_at.is_not(None), "used"),
        (table.c.revoked_at.is_not(None), "revoked"),
        (table.c.expires_at <= func.now(), "expired"),
        else_="open",
    ).label("status"),
)


@dataclass(frozen=True, slots=True)
class Invite:
    """What may be shown of an invite: everything but its link."""

    id: int
    label: str
    expected_portal_id: int | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    used_portal_id: int | None
    revoked_at: datetime | None
    status: Status


def create(
    engine: Engine,
    label: str,
    actor: Actor,
    *,
    expected_portal_id: int | None = None,
    lifetime: timedelta = LIFETIME,
) -> tuple[Invite, str]:
    """Make an invite and return it with the token of its link, which nobody can be told again.

    Args:
        engine: The database.
        label: For whom it is; a portal's admin gets to see it.
        actor: Who invites.
        expected_portal_id: The one portal that may be connected with it; None leaves the choice to its holder.
        lifetime: How long it is good for.
    """
    token = secrets.token_urlsafe(RANDOM_BYTES)
    statement = (
        insert(table)
        .values(
            token_hash=_sha256(token),
            label=label,
            expected_portal_id=expected_portal_id,
            created_by=actor.name,
            expires_at=func.now() + lifetime,
        )
        .returning(*_SHOWN)
    )
    with transaction(engine) as connection:
        invite = Invite(**connection.execute(statement).mappings().one())
        audit.record(
            connection,
            "invite_created",
            actor,
            portal_id=expected_portal_id,
            reason=f"invite {invite.id}",
        )
    return invite, token


def list_invites(engine: Engine) -> list[Invite]:
    """Return every invite, the newest first."""
    with transaction(engine) as connection:
        rows = connection.execute(select(*_SHOWN).order_by(table.c.id.desc())).mappings()
        return [Invite(**row) for row in rows]


def find(engine: Engine, token: str) -> Invite:
    """Return the open invite of a link; nothing is changed, for mail scanners open links too.

    Raises:
        InviteRefused: There is none. The text is the same for every reason.
    """
    if len(token) > LONGEST_TOKEN:
        raise _refused()
    with transaction(engine) as connection:
        return _found(connection, select(*_SHOWN).where(table.c.token_hash == _sha256(token), _OPEN))


def redeem(connection: Connection, invite_id: int, portal_id: int) -> Invite:
    """Use an invite up for a portal, in the transaction that stores its connection.

    That it works once is decided by one UPDATE in the database, not by a check in this process.

    Raises:
        InviteRefused: It was used or revoked meanwhile, or is too old.
    """
    return _found(
        connection,
        update(table)
        .where(table.c.id == invite_id, _OPEN)
        .values(used_at=func.now(), used_portal_id=portal_id)
        .returning(*_SHOWN),
    )


def revoke(engine: Engine, invite_id: int, actor: Actor) -> bool:
    """Make an open invite useless; return whether there was one."""
    statement = update(table).where(table.c.id == invite_id, _OPEN).values(revoked_at=func.now())
    with transaction(engine) as connection:
        revoked = connection.execute(statement).rowcount == 1
        if revoked:
            audit.record(connection, "invite_revoked", actor, reason=f"invite {invite_id}")
    return revoked


def _found(connection: Connection, statement: Any) -> Invite:  # noqa: ANN401 - a SELECT or an UPDATE
    row = connection.execute(statement).mappings().first()
    if row is None:
        raise _refused()
    return Invite(**row)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()


def _refused() -> InviteRefused:
    return InviteRefused(
        "This invitation does not work: it was used already, was withdrawn, is too old, or never was. "
        "Ask whoever sent it for a new one."
    )
