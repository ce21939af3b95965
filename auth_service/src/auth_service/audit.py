"""The audit log: who did what to which portal, when, and how it ended. It only grows; the database sees to that.

An entry says what was asked, never values: no token, no link, no text of an answer.
"""

from __future__ import annotations

import getpass
import os
import platform
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select

from auth_service.database import transaction
from auth_service.tables import audit_log as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

ActorType = Literal["admin", "invite", "command", "process", "nobody"]
Outcome = Literal["ok", "failed"]
Event = Literal[
    "admin_login",
    "admin_logout",
    "invite_created",
    "invite_revoked",
    "key_given_up",
    "key_retired",
    "keys_rotated",
    "portal_connected",
    "portal_disconnected",
    "roles_granted",
    "token_refreshed",
]

PAGE = 50

# The id of the web request that is being answered, for whoever records something meanwhile.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: an admin by name, an invite by number, a command by its user, a process by its number."""

    type: ActorType
    name: str

    @classmethod
    def admin(cls, name: str) -> Actor:
        """Name the admin whose session it is."""
        return cls("admin", name)

    @classmethod
    def invite(cls, invite_id: int) -> Actor:
        """Name the holder of an invite link."""
        return cls("invite", str(invite_id))

    @classmethod
    def command(cls) -> Actor:
        """Name the user of the machine who runs a command."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):  # a container's user id may have no name
            user = str(os.getuid())
        return cls("command", f"{user}@{platform.node()}")

    @classmethod
    def process(cls) -> Actor:
        """Name this process, which works for nobody in particular."""
        return cls("process", f"{platform.node()}:{os.getpid()}")


NOBODY = Actor("nobody", "-")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log."""

    id: int
    at: datetime
    event: str
    actor_type: ActorType
    actor: str
    portal_id: int | None
    outcome: Outcome
    reason: str | None
    request_id: str | None


def record(
    connection: Connection,
    event: Event,
    actor: Actor,
    *,
    portal_id: int | None = None,
    outcome: Outcome = "ok",
    reason: str | None = None,
) -> None:
    """Add an entry in the transaction of what it tells of: both are kept, or neither."""
    connection.execute(
        insert(table)
        .values(
            event=event,
            actor_type=actor.type,
            actor=actor.name,
            portal_id=portal_id,
            outcome=outcome,
            reason=reason,
            request_id=request_id.get(),
        )
        .inline()  # a role that may add entries, and read none, must not be asked for the new id
    )


def record_alone(
    engine: Engine,
    event: Event,
    actor: Actor,
    *,
    portal_id: int | None = None,
    outcome: Outcome = "ok",
    reason: str | None = None,
) -> None:
    """Add an entry about something that left nothing else in the database, such as a refusal."""
    with transaction(engine) as connection:
        record(connection, event, actor, portal_id=portal_id, outcome=outcome, reason=reason)


def entries(
    engine: Engine, *, before: int | None = None, portal_id: int | None = None, limit: int = PAGE
) -> list[Entry]:
    """Return the newest entries first.

    Args:
        engine: The database.
        before: Only entries with a smaller id: the last one of the page before.
        portal_id: Only entries about this portal.
        limit: How many at most.
    """
    statement = select(*table.c).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(table.c.id < before)
    if portal_id is not None:
        statement = statement.where(table.c.portal_id == portal_id)
    with transaction(engine) as connection:
        return [Entry(**row) for row in connection.execute(statement).mappings()]
