"""What the database says of the portals: of their connections, of their latest reads, and of what is missing.

The first two are asked where they are written, not in the marts: a transformation that fails must not hide a portal
that does. Only completeness is asked there, because only there HubSpot's counts are held against our rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypeVar

from psycopg import errors
from psycopg.rows import class_row

from portals_utility.errors import PortalsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import psycopg

_Row = TypeVar("_Row")

# A stream that was not tried for so long is not read any more: somebody has left it out.
LOOK_BACK = timedelta(days=7)
_PATIENCE_MILLISECONDS = 60_000


@dataclass(frozen=True, slots=True)
class Connection:
    """A row of the token table, without its tokens."""

    portal_id: int
    company_name: str
    status: str
    last_error_code: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StreamRead:
    """How a stream of a portal was read last, and when last with success. Moments are UTC, without saying so."""

    portal_id: int
    stream: str
    object_type: str
    status: str
    reason: str | None
    started_at: datetime
    last_ok_at: datetime | None


@dataclass(frozen=True, slots=True)
class PortalRun:
    """What the latest run that came to a portal has read, and when it last ended a stream of it."""

    portal_id: int
    at: datetime
    records: int
    requests: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Records that HubSpot counted at a full read and that are not in the database."""

    portal_id: int
    stream: str
    object_type: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known.

    Attributes:
        now: The database's clock.
        connections: Every portal that ever was connected.
        reads: Of every portal, every stream that was tried lately.
        runs: The latest run of every portal.
        missing: What is missing; None if that is not known here.
    """

    now: datetime
    connections: Sequence[Connection]
    reads: Sequence[StreamRead]
    runs: Sequence[PortalRun]
    missing: Sequence[Missing] | None


_CONNECTIONS = """
    SELECT portal_id, company_name, status, last_error_code, created_at
    FROM hubspot_auth.portal_connections
    ORDER BY portal_id
"""

# Ids of runs begin with the time of their begin, and so does the primary key: only the last days are looked at.
_READS = """
    WITH recent AS (
        SELECT portal_id, stream, object_type, status, reason, started_at, finished_at
        FROM hubspot_raw.portal_syncs
        WHERE run_id >= %(since)s
    ),
    streams AS (
        SELECT
            portal_id, stream, object_type,
            max(started_at) AS started_at,
            max(finished_at) FILTER (WHERE status = 'ok') AS last_ok_at
        FROM recent
        GROUP BY portal_id, stream, object_type
    )
    SELECT DISTINCT ON (portal_id, stream, object_type)
        portal_id, stream, object_type, recent.status, recent.reason, started_at, streams.last_ok_at
    FROM streams
    INNER JOIN recent USING (portal_id, stream, object_type, started_at)
    ORDER BY portal_id, stream, object_type
"""

_RUNS = """
    WITH latest AS (
        SELECT portal_id, max(run_id) AS run_id
        FROM hubspot_raw.portal_syncs
        WHERE run_id >= %(since)s
        GROUP BY portal_id
    )
    SELECT
        portal_id,
        max(coalesce(finished_at, started_at)) AS at,
        coalesce(sum(records), 0)::bigint AS records,
        coalesce(sum(requests), 0)::bigint AS requests
    FROM latest
    INNER JOIN hubspot_raw.portal_syncs USING (portal_id, run_id)
    GROUP BY portal_id
"""

_MISSING = """
    SELECT portal_id, stream, object_type, missing_rows AS rows, last_full_read_total AS "of"
    FROM hubspot_marts.portal_health
    WHERE missing_rows > 0
    ORDER BY portal_id, missing_rows DESC
"""


def read(connection: psycopg.Connection[tuple[object, ...]]) -> Evidence:
    """Ask the database, and change nothing in it.

    Raises:
        PortalsError: It holds no portals yet, or does not answer this user.
    """
    connection.read_only = True
    try:
        connection.execute(f"SET statement_timeout = {_PATIENCE_MILLISECONDS}")
        [now] = _ask(connection, _Now, "SELECT now() AT TIME ZONE 'UTC' AS moment")
        since = {"since": f"{now.moment - LOOK_BACK:%Y%m%dT%H%M%SZ}"}
        connections = _ask(connection, Connection, _CONNECTIONS)
        reads = _ask(connection, StreamRead, _READS, since)
        runs = _ask(connection, PortalRun, _RUNS, since)
        missing = _ask(connection, Missing, _MISSING) if _has_marts(connection) else None
    except errors.InsufficientPrivilege as error:
        raise PortalsError(
            f"the user of DATABASE_URL may not read what tells how portals are ({error.diag.message_primary}): "
            "docs/operating.md says which rights it needs"
        ) from None
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName) as error:
        cure = "meltano run sync" if "portal_syncs" in str(error) else "hubspot-auth migrate"
        raise PortalsError(
            f"there is nothing to look at yet ({error.diag.message_primary}): run: {cure}"
        ) from None
    except errors.OperationalError as error:
        raise PortalsError(
            f"the database does not answer ({' '.join(str(error).split())}): try again"
        ) from None
    return Evidence(now.moment.replace(tzinfo=UTC), connections, reads, runs, missing)


@dataclass(frozen=True, slots=True)
class _Now:
    moment: datetime


def _ask(
    connection: psycopg.Connection[tuple[object, ...]],
    kind: type[_Row],
    query: str,
    parameters: Mapping[str, object] | None = None,
) -> list[_Row]:
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(query.encode(), parameters).fetchall()


def _has_marts(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    [row] = connection.execute(
        "SELECT coalesce(has_schema_privilege(namespace.oid, 'USAGE') AND has_table_privilege(class.oid, 'SELECT'), false)"
        " FROM (SELECT to_regnamespace('hubspot_marts')::oid AS oid) AS namespace"
        " LEFT JOIN pg_catalog.pg_class AS class"
        " ON class.relnamespace = namespace.oid AND class.relname = 'portal_health'"
    ).fetchall()
    return row[0] is True
