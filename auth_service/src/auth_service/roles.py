r"""Four database roles, one for each kind of program, and the proof that each can do no more than it should.

| Role | For | May |
|---|---|---|
| `hubspot_auth_service` | `hubspot-auth serve` | look after the tables of `hubspot_auth`; the audit log it may only extend |
| `hubspot_loader` | the tap and the target | read and refresh tokens, extend the audit log; write `hubspot_raw` |
| `hubspot_transform` | dbt | read `hubspot_raw`; write `hubspot_staging` and `hubspot_marts` |
| `hubspot_analyst` | people and BI tools | read those three |

They can log in once they have a password, which is set with `\password` in psql and never passes through here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from auth_service import audit
from auth_service.database import transaction
from auth_service.errors import DatabaseForbids
from auth_service.role_limits import ANALYST, LOADER, MUST, MUST_NOT, SERVICE, TRANSFORM
from auth_service.tables import SCHEMA

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

ROLES = (SERVICE, LOADER, TRANSFORM, ANALYST)
RAW, STAGING, MARTS = DATA_SCHEMAS = ("hubspot_raw", "hubspot_staging", "hubspot_marts")

# What a refresh writes, and nothing else: a broken tap can neither connect portals nor rename them.
_REFRESHED_COLUMNS = (
    "access_token_ciphertext, refresh_token_ciphertext, key_id, scopes, expires_at, status,"
    " last_refresh_at, last_error_code, refresh_failures, refresh_retry_after"
)
# Neither its number nor its time: those are the database's word.
_AUDIT_COLUMNS = "event, actor_type, actor, portal_id, outcome, reason, request_id"

_TOKEN_GRANTS = (
    f"USAGE ON SCHEMA {SCHEMA} TO {SERVICE}, {LOADER}",
    f"SELECT, INSERT, UPDATE ON {SCHEMA}.portal_connections, {SCHEMA}.invites TO {SERVICE}",
    f"SELECT, INSERT, UPDATE ON {SCHEMA}.token_keys_canary TO {SERVICE}",
    f"SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.oauth_flows TO {SERVICE}",
    f"SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.admin_sessions, {SCHEMA}.attempts TO {SERVICE}",
    f"SELECT ON {SCHEMA}.audit_log, {SCHEMA}.alembic_version TO {SERVICE}",
    f"INSERT ({_AUDIT_COLUMNS}) ON {SCHEMA}.audit_log TO {SERVICE}, {LOADER}",
    f"SELECT, UPDATE ({_REFRESHED_COLUMNS}) ON {SCHEMA}.portal_connections TO {LOADER}",
    f"SELECT ON {SCHEMA}.token_keys_canary TO {LOADER}",
)
_DATA_GRANTS = (
    f"USAGE, CREATE ON SCHEMA {RAW} TO {LOADER}",
    f"USAGE, CREATE ON SCHEMA {STAGING}, {MARTS} TO {TRANSFORM}",
    f"USAGE ON SCHEMA {RAW} TO {SERVICE}, {TRANSFORM}, {ANALYST}",
    f"USAGE ON SCHEMA {STAGING}, {MARTS} TO {ANALYST}",
    f"SELECT ON ALL TABLES IN SCHEMA {RAW} TO {TRANSFORM}, {ANALYST}",
    f"SELECT ON ALL TABLES IN SCHEMA {STAGING}, {MARTS} TO {ANALYST}",
)
_WRITER_OF = {RAW: LOADER, STAGING: TRANSFORM, MARTS: TRANSFORM}
_READERS_OF = {RAW: f"{TRANSFORM}, {ANALYST}", STAGING: ANALYST, MARTS: ANALYST}

_INSUFFICIENT_PRIVILEGE = "42501"


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that was tried as a role, and went as it must."""

    role: str
    may: bool
    what: str


def grant(engine: Engine, actor: audit.Actor) -> list[Proof]:
    """Make the four roles, give each its rights and no others, and try them; all of it happens, or nothing.

    Doing it again after a migration, or after the first sync, brings the rights up to date.

    Returns:
        What was tried, and went as it must.

    Raises:
        DatabaseForbids: A role can do what it must not, or cannot do what it must, or this user may not make roles.
        SchemaError: The token tables are not there.
    """
    with transaction(engine) as connection:
        superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        for role in ROLES:
            known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
            if not known:
                connection.execute(text(f"CREATE ROLE {role} LOGIN"))
            if not superuser:  # to act for it here
                connection.execute(text(f"GRANT {role} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE"))
        for schema in DATA_SCHEMAS:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        for name in (SCHEMA, *DATA_SCHEMAS):
            connection.execute(text(f"REVOKE ALL ON SCHEMA {name} FROM PUBLIC, {', '.join(ROLES)}"))
        connection.execute(
            text(f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC, {', '.join(ROLES)}")
        )
        for granted in (*_TOKEN_GRANTS, *_DATA_GRANTS):
            connection.execute(text(f"GRANT {granted}"))
        for schema, writer in _WRITER_OF.items():
            _hand_over(connection, schema, writer)
            connection.execute(
                text(
                    f"ALTER DEFAULT PRIVILEGES FOR ROLE {writer} IN SCHEMA {schema}"
                    f" GRANT SELECT ON TABLES TO {_READERS_OF[schema]}"
                )
            )
        if connection.scalar(text(f"SELECT to_regclass('{RAW}.portal_syncs')")):
            connection.execute(text(f"GRANT SELECT ON {RAW}.portal_syncs TO {SERVICE}"))
        audit.record(connection, "roles_granted", actor)
        return [
            _prove(connection, Proof(role, may, what), statement)
            for may, limits in ((True, MUST), (False, MUST_NOT))
            for role in ROLES
            for what, statement in limits[role].items()
        ]


def _hand_over(connection: Connection, schema: str, owner: str) -> None:
    """Give a schema's tables to the role that writes it from now on: only an owner can add a column."""
    found = connection.execute(
        text(
            "SELECT c.oid::regclass::text FROM pg_class c"
            " WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind IN ('r', 'v', 'm', 'p')"
            " AND relowner <> CAST(:owner AS regrole)"
        ),
        {"schema": schema, "owner": owner},
    )
    for name in found.scalars().all():
        connection.execute(text(f"ALTER TABLE {name} OWNER TO {owner}"))


def _prove(connection: Connection, proof: Proof, statement: str) -> Proof:
    attempt = connection.begin_nested()
    try:
        connection.execute(text(f"SET LOCAL ROLE {proof.role}"))
        connection.execute(text(statement))
        could = True
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        could = False
    finally:
        attempt.rollback()
    if could != proof.may:
        raise DatabaseForbids(
            f"role {proof.role} {'can' if could else 'cannot'} {proof.what}, so nothing was changed: look at what "
            f"it inherits from other roles (in psql: \\drg {proof.role}) and whether it is a superuser"
        )
    return proof
