"""The connection to PostgreSQL, and its failures as one-line errors."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError

from auth_service.errors import (
    AuthError,
    DatabaseForbids,
    DatabaseUnreachable,
    SchemaError,
    SettingsError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

CONNECT_TIMEOUT_SECONDS = 10

_LOCK_NOT_AVAILABLE = "55P03"
_INSUFFICIENT_PRIVILEGE = "42501"
_MISSING_TABLE_COLUMN_OR_SCHEMA = {"42P01", "42703", "3F000"}
_POSTGRESQL_NAMES = {"postgres", "postgresql", "postgresql+psycopg"}


class LockTimeoutError(AuthError):
    """Another session held the row for longer than the lock timeout. Never leaves this package."""


def parse_url(text: str) -> URL:
    """Read a PostgreSQL URL and name the driver this package uses, psycopg 3.

    Raises:
        SettingsError: It is not a PostgreSQL URL. The message never holds the text, which may hold a password.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    # An "@" in the host is the rest of a password: the driver would show it as the name of a host it cannot find.
    if url is None or url.drivername not in _POSTGRESQL_NAMES or "@" in (url.host or ""):
        raise SettingsError(
            "DATABASE_URL is not a PostgreSQL URL: write it as postgresql://user:password@host:5432/database, "
            "special characters in user and password percent-encoded"
        )
    return url.set(drivername="postgresql+psycopg")


def create_engine(url: str | URL) -> Engine:
    """Make an engine whose errors and logs hold no parameters and which survives a restarted server."""
    parsed = parse_url(url) if isinstance(url, str) else url
    return sqlalchemy.create_engine(
        parsed,
        hide_parameters=True,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",  # what re-reading a row after waiting for its lock depends on
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "application_name": "hubspot-auth"},
    )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Run a block in one transaction; what the database refuses becomes an error of this package.

    Raises:
        LockTimeoutError: A row stayed locked for longer than `lock_timeout`.
        DatabaseForbids: This user may not do that.
        SchemaError: A table or column this program needs is not there.
        DatabaseUnreachable: The server does not answer, refuses the user, or went away.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _LOCK_NOT_AVAILABLE:
            raise LockTimeoutError("the row is locked by another session") from error
        if state == _INSUFFICIENT_PRIVILEGE:
            raise DatabaseForbids(
                f"the database does not let the user of DATABASE_URL do this ({_first_line(error.orig)}): "
                "use a user with the role for it; hubspot-auth grant-roles makes the roles"
            ) from error
        if state in _MISSING_TABLE_COLUMN_OR_SCHEMA:
            raise SchemaError(
                "the token tables are missing or too old in this database: run: hubspot-auth migrate"
            ) from error
        if isinstance(error, OperationalError | InterfaceError):
            raise DatabaseUnreachable(
                f"the database of DATABASE_URL does not answer ({_first_line(error.orig)}): "
                "check that it runs and that DATABASE_URL is right"
            ) from error
        raise


def database_clock(connection: Connection) -> datetime:
    """Read the one clock that all processes share; unlike `now()` it moves on while waiting for a lock."""
    moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def _first_line(error: BaseException | None) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
