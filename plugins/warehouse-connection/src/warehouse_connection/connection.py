"""Connect to the database that `location` has found."""

from __future__ import annotations

import psycopg
from psycopg import pq

from warehouse_connection.location import WarehouseError

_CONNECT_TIMEOUT_SECONDS = 10


def as_libpq_environment(url: str) -> dict[str, str]:
    """Turn a database URL into libpq's variables (PGHOST, PGPASSWORD, …).

    As a program's argument, the URL would show its password in the process list.

    Raises:
        WarehouseError: libpq can't read the URL.
    """
    return {
        option.envvar.decode(): option.val.decode()
        for option in _parse(url)
        if option.envvar is not None and option.val is not None
    }


def connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect to the database.

    Raises:
        WarehouseError: it does not answer, or refuses us; the message has no password.
    """
    _parse(url)
    try:
        return psycopg.connect(_without_driver(url), connect_timeout=_CONNECT_TIMEOUT_SECONDS)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        msg = f"can't connect to the database: {reason} (check DATABASE_URL, or run `meltano invoke postgres:start`)"
        raise WarehouseError(msg) from None


def _parse(url: str) -> list[pq.ConninfoOption]:
    # libpq's own words would repeat the URL, or (after an "@" in the password) the rest of the password as a host.
    try:
        options = pq.Conninfo.parse(_without_driver(url).encode())
        readable = not any(option.keyword == b"host" and b"@" in (option.val or b"") for option in options)
    except psycopg.OperationalError:
        readable = False
    if not readable:
        msg = "DATABASE_URL can't be read: percent-encode special characters in its user and password."
        raise WarehouseError(msg)
    return options


def _without_driver(url: str) -> str:
    """SQLAlchemy's `+driver` is unknown to libpq."""
    scheme, separator, rest = url.partition("://")
    return scheme.partition("+")[0] + separator + rest
