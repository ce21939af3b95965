"""Connections that can only read.

ANALYZE_DATABASE_URL names the database, and best a user that has nothing but the role `hubspot_analyst`; without it,
DATABASE_URL or the embedded PostgreSQL. A session gives up every right but the analysts' where that role is there, and
whatever it may, it writes nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from psycopg_pool import ConnectionPool

from warehouse_connection.connection import connect
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

VARIABLE = "ANALYZE_DATABASE_URL"
ANALYST = "hubspot_analyst"

_ANSWER_SECONDS = 15
_WAIT_SECONDS = 5


class MartsUnavailable(Exception):  # noqa: N818 - it says what is the case
    """The marts can't be read; the message is one line with the cure, and no secret."""


def open_pool(
    program: str, *, connections: int, environment: Mapping[str, str] = os.environ
) -> ConnectionPool[psycopg.Connection[tuple[object, ...]]]:
    """Open a pool of connections, of which one is there at once.

    Args:
        program: Name that the database shows for the sessions.
        connections: How many there are at most.
        environment: Where ANALYZE_DATABASE_URL and DATABASE_URL are looked up.

    Raises:
        MartsUnavailable: the database can't be found, or does not answer.
    """
    url = environment.get(VARIABLE)
    try:
        url = resolve_url({**environment, "DATABASE_URL": url} if url else environment)
        connect(url).close()  # says what is wrong, which a pool would only log
    except WarehouseError as error:
        message = str(error).replace("DATABASE_URL", VARIABLE) if environment.get(VARIABLE) else str(error)
        raise MartsUnavailable(message) from None
    pool = ConnectionPool(
        url.replace("+psycopg", "", 1),
        kwargs={"autocommit": True, "application_name": program},
        min_size=1,
        max_size=connections,
        timeout=_WAIT_SECONDS,
        configure=_only_read,
        check=ConnectionPool.check_connection,
        open=False,
        name=program,
    )
    pool.open()
    return pool


def _only_read(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    connection.execute(
        "SELECT set_config('default_transaction_read_only', 'on', false), "
        "set_config('statement_timeout', %s, false), set_config('timezone', 'UTC', false)",
        [str(_ANSWER_SECONDS * 1000)],
    )
    # PostgreSQL asks the role by name; to be allowed is to be a member, which owners of the database are as well.
    connection.execute(
        "SELECT set_config('role', rolname, false) FROM pg_catalog.pg_roles "
        "WHERE rolname = %s AND pg_has_role(oid, 'member')",
        [ANALYST],
    )
