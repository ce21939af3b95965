"""`hubspot-portals trim-log`: the run log grows with every run, and most of it says that nothing was new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from psycopg import errors

from portals_utility.errors import PortalsError
from warehouse_connection.connection import connect
from warehouse_connection.location import WarehouseError, resolve_url

if TYPE_CHECKING:
    import psycopg

# Complete full reads prove what is deleted, and failures tell the past of a portal: both are few. Reads of changes say
# something as long as a bookmark rests on them, which are those since the last full read began; and the last one of all
# says when the portal was last well.
_TRIM = """
    WITH newest AS (
        SELECT
            portal_id, stream, object_type,
            max(started_at) FILTER (WHERE mode = 'incremental') AS last_at,
            max(coalesce(window_from, window_to)) FILTER (WHERE mode IN ('backfill', 'full')) AS full_read_at
        FROM hubspot_raw.portal_syncs
        WHERE status = 'ok'
        GROUP BY portal_id, stream, object_type
    )
    DELETE FROM hubspot_raw.portal_syncs AS log
    USING newest
    WHERE
        log.mode = 'incremental'
        AND log.status = 'ok'
        AND log.started_at < now() AT TIME ZONE 'UTC' - make_interval(days => %s)
        AND log.started_at < newest.last_at
        AND log.started_at < newest.full_read_at
        AND log.portal_id = newest.portal_id
        AND log.stream = newest.stream
        AND log.object_type IS NOT DISTINCT FROM newest.object_type
"""


@click.command(name="trim-log")
@click.option(
    "--days",
    default=90,
    show_default=True,
    type=click.IntRange(7),
    help="Keep all rows of the last days.",
)
@click.option("--dry-run", is_flag=True, help="Count them, and delete none.")
def trim_log(*, days: int, dry_run: bool) -> None:
    """Delete from the run log what says that an hourly read went well, long ago.

    Kept are all full reads, all failures, and what the bookmarks and `portals:rebuild-state` rest on. Of the marts,
    only the sums of requests in `portal_health` change. May run beside a sync.
    """
    try:
        with connect(resolve_url()) as connection:
            deleted, left = _trim(connection, days)
            if dry_run:
                connection.rollback()
    except (PortalsError, WarehouseError) as error:
        raise click.ClickException(str(error)) from None
    done = "would be" if dry_run else "are"
    click.echo(f"{deleted:,} rows of more than {days} days ago {done} deleted, {left:,} kept.")


def _trim(connection: psycopg.Connection[tuple[object, ...]], days: int) -> tuple[int, int]:
    """Delete, and say how many rows that were and how many are left; the caller commits.

    Raises:
        PortalsError: There is no run log, or this user may not delete from it.
    """
    try:
        deleted = connection.execute(_TRIM, [days]).rowcount
        [(left,)] = connection.execute("SELECT count(*) FROM hubspot_raw.portal_syncs").fetchall()
    except errors.InsufficientPrivilege as error:
        raise PortalsError(
            f"the user of DATABASE_URL may not trim the run log ({error.diag.message_primary}): use the loader's"
        ) from None
    except (errors.UndefinedTable, errors.UndefinedColumn) as error:
        raise PortalsError(
            f"there is no run log to trim ({error.diag.message_primary}): it comes with the first sync"
        ) from None
    return deleted, int(str(left))
