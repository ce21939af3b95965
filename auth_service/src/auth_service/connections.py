"""The rows of `portal_connections`: which portals are connected, and how to store one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, func, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from auth_service.crypto import Place, Sealed
from auth_service.database import transaction
from auth_service.errors import DecryptionError
from auth_service.tables import portal_connections as table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Engine

    from auth_service.crypto import Keyring
    from auth_service.hubspot_answers import TokenGrant

Status = Literal["active", "reauth_required", "disconnected"]
AuthType = Literal["oauth", "static"]

_SHOWN = (
    table.c.portal_id,
    table.c.company_name,
    table.c.hub_domain,
    table.c.status,
    table.c.auth_type,
    table.c.scopes,
    table.c.account_details,
    table.c.expires_at,
    table.c.created_at,
    table.c.last_refresh_at,
    table.c.last_error_code,
    table.c.disconnected_at,
    table.c.refresh_failures,
    table.c.refresh_retry_after,
)


@dataclass(frozen=True, slots=True)
class PortalConnection:
    """What may be shown of a connection: everything but its secrets."""

    portal_id: int
    company_name: str
    hub_domain: str | None
    status: Status
    auth_type: AuthType
    scopes: frozenset[str]
    account_details: dict[str, Any]
    expires_at: datetime | None
    created_at: datetime
    last_refresh_at: datetime | None
    last_error_code: str | None
    disconnected_at: datetime | None
    refresh_failures: int
    refresh_retry_after: datetime | None


@dataclass(frozen=True, slots=True)
class ConnectedPortal:
    """What HubSpot says about a portal at the moment it is connected."""

    portal_id: int
    company_name: str
    hub_domain: str | None
    scopes: frozenset[str]
    account_details: dict[str, Any]


def list_connections(engine: Engine) -> list[PortalConnection]:
    """Return every connection, the broken and disconnected too, ordered by portal id.

    Raises:
        SchemaError, DatabaseUnreachable: See `auth_service.database.transaction`.
    """
    with transaction(engine) as connection:
        rows = connection.execute(select(*_SHOWN).order_by(table.c.portal_id)).mappings()
        return [PortalConnection(**{**row, "scopes": frozenset(row["scopes"])}) for row in rows]


def get_connection(engine: Engine, portal_id: int) -> PortalConnection | None:
    """Return one connection, or None if the portal was never connected."""
    with transaction(engine) as connection:
        row = connection.execute(select(*_SHOWN).where(table.c.portal_id == portal_id)).mappings().first()
    return PortalConnection(**{**row, "scopes": frozenset(row["scopes"])}) if row else None


def secret_place(portal_id: int, column: str) -> Place:
    """Name the place of a portal's secret, which its encryption is bound to."""
    return Place(table.name, str(portal_id), column)


def save_connected_portal(
    connection: Connection,
    keyring: Keyring,
    portal: ConnectedPortal,
    grant: TokenGrant,
    asked_at: datetime,
) -> None:
    """Store a fresh OAuth connection; a portal that was connected before keeps its row and its `created_at`."""
    _upsert(connection, portal, "oauth", grant_values(keyring, portal.portal_id, grant, asked_at))


def save_static_portal(connection: Connection, keyring: Keyring, portal: ConnectedPortal, token: str) -> bool:
    """Store a token that neither expires nor can be refreshed, unless the portal has an OAuth connection that works.

    Returns:
        Whether it was stored.
    """
    values = {
        **secret_values(keyring, portal.portal_id, access_token_ciphertext=token),
        "refresh_token_ciphertext": None,
        "expires_at": None,
        "last_refresh_at": None,
        "last_error_code": None,
        "refresh_failures": 0,
        "refresh_retry_after": None,
    }
    works_with_oauth = and_(table.c.status == "active", table.c.auth_type == "oauth")
    return _upsert(connection, portal, "static", values, where=not_(works_with_oauth))


def _upsert(
    connection: Connection,
    portal: ConnectedPortal,
    auth_type: AuthType,
    secrets: dict[str, Any],
    where: ColumnElement[bool] | None = None,
) -> bool:
    values = {
        **secrets,
        "company_name": portal.company_name,
        "hub_domain": portal.hub_domain,
        "status": "active",
        "auth_type": auth_type,
        "scopes": sorted(portal.scopes),
        "account_details": portal.account_details,
        "disconnected_at": None,
    }
    statement = (
        insert(table)
        .values(portal_id=portal.portal_id, **values)
        .on_conflict_do_update(index_elements=[table.c.portal_id], set_=values, where=where)
        .returning(table.c.portal_id)
    )
    return connection.execute(statement).first() is not None


def secret_values(keyring: Keyring, portal_id: int, **secrets: str | None) -> dict[str, Any]:
    """Encrypt secrets with the primary key, by the columns they go to; None is left out."""
    return {
        "key_id": keyring.primary_id,
        **{
            column: keyring.encrypt(secret, secret_place(portal_id, column)).ciphertext
            for column, secret in secrets.items()
            if secret is not None
        },
    }


def grant_values(keyring: Keyring, portal_id: int, grant: TokenGrant, asked_at: datetime) -> dict[str, Any]:
    """Turn an answer of the token endpoint into column values, the tokens encrypted with the primary key.

    Args:
        keyring: The keys.
        portal_id: The portal whose row the values are for; they decrypt in no other.
        grant: The answer, with its refresh token and scopes filled in.
        asked_at: The database's clock just before HubSpot was asked, so that the expiry is never too late.
    """
    return {
        **secret_values(
            keyring,
            portal_id,
            access_token_ciphertext=grant.access_token,
            refresh_token_ciphertext=grant.refresh_token,
        ),
        "scopes": sorted(grant.scopes or ()),
        "expires_at": asked_at + timedelta(seconds=grant.expires_in),
        "last_refresh_at": asked_at,
        "last_error_code": None,
        "refresh_failures": 0,
        "refresh_retry_after": None,
    }


def mark_reauth_required(connection: Connection, portal_id: int, code: str) -> None:
    """Say that a portal must be connected again, and why. Its tokens stay, for whoever wants to find out."""
    connection.execute(
        update(table)
        .where(table.c.portal_id == portal_id)
        .values(status="reauth_required", last_error_code=code, refresh_failures=0, refresh_retry_after=None)
    )


def postpone_refresh(connection: Connection, portal_id: int, failures: int, until: datetime) -> None:
    """Say how often in a row a refresh failed, and until when nobody is to try again."""
    connection.execute(
        update(table)
        .where(table.c.portal_id == portal_id)
        .values(refresh_failures=failures, refresh_retry_after=until)
    )


def mark_disconnected(connection: Connection, portal_id: int) -> None:
    """Erase a portal's tokens. Its row stays as a tombstone: what was synced keeps its name, zone and currency."""
    connection.execute(
        update(table)
        .where(table.c.portal_id == portal_id)
        .values(
            status="disconnected",
            disconnected_at=func.now(),
            access_token_ciphertext=None,
            refresh_token_ciphertext=None,
            key_id=None,
            expires_at=None,
            refresh_failures=0,
            refresh_retry_after=None,
        )
    )


def holds_refresh_token(engine: Engine, keyring: Keyring, refresh_token: str) -> bool:
    """Tell whether a working connection depends on this refresh token.

    HubSpot may hand out the same refresh token again when a portal is connected again: revoking it, because
    that second attempt failed, would break the connection that works.
    """
    column = table.c.refresh_token_ciphertext
    with transaction(engine) as connection:
        rows = connection.execute(
            select(table.c.portal_id, column, table.c.key_id).where(
                table.c.status == "active", column.is_not(None)
            )
        ).all()
    for portal_id, ciphertext, key_id in rows:
        try:
            stored = keyring.decrypt(Sealed(key_id, ciphertext), secret_place(portal_id, column.name))
        except DecryptionError:
            continue
        if stored == refresh_token:
            return True
    return False
