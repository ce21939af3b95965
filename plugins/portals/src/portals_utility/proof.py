"""How far the run log proves that each stream of each portal has been read into the database.

A row of the run log is written behind the records that it tells of (`warehouse_connection.run_log_last`), so what it says was
read is there. A complete full read proves everything up to its begin, a read of changes what lies between the two ends
of its window. Windows prove something as far as they join on to a full read and to each other: after a gap, as a run leaves
that went on from a state that is newer than the database, nothing is proved any more until the next full read.

It proves no more than the state said, and perhaps less: then changes are read once more, which changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import errors, sql
from psycopg.rows import class_row

from portals_utility.errors import PortalsError

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg

STREAMS_WITH_PARTS = frozenset({"custom_objects", "property_history"})
"""Their bookmarks are kept apart by object type."""

STREAMS = STREAMS_WITH_PARTS | {
    "contacts",
    "companies",
    "deals",
    "tickets",
    "leads",
    "line_items",
    "products",
    "quotes",
    "calls",
    "meetings",
    "emails",
    "notes",
    "tasks",
    "communications",
    "feedback_submissions",
    "marketing_emails",
}
"""The streams whose bookmark is no more than how far they have been read; all others are read whole, once, without one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Of one stream of one portal, or of a part of it. Moments are UTC, without saying so.

    Attributes:
        portal_id: The portal.
        stream: The stream.
        part: The object type, of a stream with parts; else empty.
        full_read_at: When the last complete full read began.
        modified_until: Changes before this moment have been read.
        has_gap: Whether there are later reads that do not join on.
        records: How many rows the largest full read has brought.
    """

    portal_id: int
    stream: str
    part: str
    full_read_at: datetime
    modified_until: datetime
    has_gap: bool
    records: int


_PROOFS = """
    WITH whole AS (
        SELECT
            portal_id, stream, object_type,
            max(coalesce(window_from, window_to)) AS began_at,
            max(records) AS records
        FROM hubspot_raw.portal_syncs
        WHERE status = 'ok' AND mode IN ('backfill', 'full') AND stream = ANY(%(streams)s)
        GROUP BY portal_id, stream, object_type
        HAVING max(coalesce(window_from, window_to)) IS NOT NULL
    ),
    reads AS (
        SELECT portal_id, stream, object_type, NULL::timestamp AS read_from, began_at AS read_to
        FROM whole
        UNION ALL
        SELECT portal_id, stream, object_type, window_from, window_to
        FROM hubspot_raw.portal_syncs
        INNER JOIN whole USING (portal_id, stream, object_type)
        WHERE status = 'ok' AND mode = 'incremental' AND window_to > began_at
    ),
    joined AS (
        SELECT *, read_from > max(read_to) OVER (
            PARTITION BY portal_id, stream, object_type ORDER BY read_from NULLS FIRST, read_to
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS leaves_gap
        FROM reads
    ),
    reached AS (
        SELECT *, coalesce(bool_or(leaves_gap) OVER (
            PARTITION BY portal_id, stream, object_type ORDER BY read_from NULLS FIRST, read_to
        ), false) AS is_behind_gap
        FROM joined
    )
    SELECT
        portal_id,
        stream,
        CASE WHEN stream = ANY(%(with_parts)s) THEN object_type ELSE '' END AS part,
        whole.began_at AS full_read_at,
        max(read_to) FILTER (WHERE NOT is_behind_gap) AS modified_until,
        bool_or(is_behind_gap) AS has_gap,
        coalesce(whole.records, 0) AS records
    FROM reached
    INNER JOIN whole USING (portal_id, stream, object_type)
    GROUP BY portal_id, stream, object_type, whole.began_at, whole.records
    ORDER BY portal_id, stream, object_type
"""


def read_proofs(connection: psycopg.Connection[tuple[object, ...]]) -> list[Proof]:
    """What the run log proves; nothing of a table that is gone or was emptied since.

    Raises:
        PortalsError: There is no run log, or this user may not read it.
    """
    wanted = {"streams": list(STREAMS), "with_parts": list(STREAMS_WITH_PARTS)}
    try:
        with connection.cursor(row_factory=class_row(Proof)) as cursor:
            proofs = cursor.execute(_PROOFS, wanted).fetchall()
        filled = {
            (stream, portal_id)
            for stream in {proof.stream for proof in proofs}
            for portal_id in _portals_in(connection, stream, {each.portal_id for each in proofs})
        }
    except errors.InsufficientPrivilege as error:
        raise PortalsError(
            f"the user of DATABASE_URL may not read hubspot_raw ({error.diag.message_primary}): use the loader's"
        ) from None
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        raise PortalsError(
            f"this database has no run log ({error.diag.message_primary}): without a state, "
            "`meltano run sync` reads everything"
        ) from None
    return [proof for proof in proofs if not proof.records or (proof.stream, proof.portal_id) in filled]


def _portals_in(
    connection: psycopg.Connection[tuple[object, ...]], stream: str, portals: set[int]
) -> list[object]:
    """Which of some portals have rows in a stream's table."""
    if connection.execute("SELECT to_regclass(%s)", [f"hubspot_raw.{stream}"]).fetchone() == (None,):
        return []
    rows = connection.execute(
        sql.SQL(
            "SELECT portal_id FROM unnest(%s::bigint[]) AS asked (portal_id)"
            " WHERE EXISTS (SELECT FROM {} AS kept WHERE kept.portal_id = asked.portal_id)"
        ).format(sql.Identifier("hubspot_raw", stream)),
        [sorted(portals)],
    )
    return [portal_id for (portal_id,) in rows]
