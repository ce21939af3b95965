"""What may befall raw tables between two runs of dbt, and what the runs leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from tests.transform.sample_portals import BERLIN, NEW_YORK, TOKYO

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

#: All marts but those of all properties, as of a day on which the sample portals are at work.
RUN: Final = (
    *("run", "--select", "+marts", "--exclude", "marts.properties"),
    *("--vars", "now: '2026-11-03 10:00:00+00'"),
)
_RELATIONS: Final = """
SELECT relnamespace::regnamespace || '.' || relname, oid, relkind FROM pg_class
WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('hubspot_staging', 'hubspot_marts', 'public')
OR relkind = 'r' AND relnamespace = 'hubspot_marts'::regnamespace
"""
#: What befalls records, each the next one of Tokyo's.
_RECORDS: Final = (
    """UPDATE {} SET synced_at = '2026-11-02', properties = properties || '{{"createdate": "2026-10-05T10:00:00Z"}}'""",
    "UPDATE {} SET synced_at = '2026-11-02', archived = true",
    "UPDATE {} SET synced_at = '2026-11-02', merged_into = '0'",
    "DELETE FROM {}",
    "UPDATE {} SET synced_at = '2026-11-02', id = 'new'",
)
#: What befalls all that records only name.
_NAMES: Final = (
    "UPDATE hubspot_raw.pipelines SET label = label || ' (renamed)' WHERE portal_id = %(berlin)s",
    "UPDATE hubspot_raw.pipeline_stages SET label = label || ' (renamed)' WHERE portal_id = %(berlin)s",
    "UPDATE hubspot_raw.owners SET last_name = 'Renamed' WHERE portal_id = %(berlin)s",
    """
    UPDATE hubspot_raw.companies SET synced_at = '2026-11-02', properties = properties || '{"name": "Renamed"}'
    WHERE portal_id = %(berlin)s
    """,
    "UPDATE hubspot_raw.portals SET time_zone = 'Pacific/Auckland' WHERE portal_id = %(new_york)s",
    "UPDATE hubspot_raw.portals SET company_name = 'Renamed' WHERE portal_id = %(tokyo)s",
    """
    INSERT INTO hubspot_staging.exchange_rates (from_currency, to_currency, valid_from, rate)
    VALUES ('EUR', 'USD', '2026-02-01', '7'), ('JPY', 'USD', '2026-02-01', '0.5')
    """,
    "INSERT INTO hubspot_staging.source_mapping VALUES (NULL, 'PAID_SOCIAL', 'Paid')",
    "INSERT INTO hubspot_staging.pipeline_mapping VALUES (NULL, 'deals', 'default', 'Ours')",
    "UPDATE hubspot_staging.kpi_definitions SET unit = 'deals' WHERE kpi = 'deals_won'",
)


def change(connection: Connection) -> None:
    """Let something befall records, and names, of the sample portals."""
    for stream in ("contacts", "deals"):
        table = sql.Identifier("hubspot_raw", stream)
        ids = connection.execute(
            sql.SQL(
                "SELECT id FROM {} WHERE portal_id = %s AND NOT archived AND merged_into IS NULL ORDER BY id"
            ).format(table),
            [TOKYO.portal_id],
        ).fetchall()
        for fate, (record_id,) in zip(_RECORDS, ids, strict=False):
            connection.execute(
                sql.SQL(fate + " WHERE portal_id = %s AND id = %s").format(table),  # type: ignore[arg-type]
                [TOKYO.portal_id, record_id],
            )
    portals = {"berlin": BERLIN.portal_id, "new_york": NEW_YORK.portal_id, "tokyo": TOKYO.portal_id}
    for renaming in _NAMES:
        connection.execute(renaming, portals)


def let_no_run_wait(connection: Connection) -> None:
    """From now on a run fails that waits for those who read what it writes."""
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("ALTER DATABASE {} SET lock_timeout = '10s'").format(database))


def relations(connection: Connection) -> dict[str, int]:
    """Each mart and view, and PostgreSQL's number for it: another one if it was dropped and made anew."""
    return {name: number for name, number, _ in connection.execute(_RELATIONS)}


def tables(connection: Connection) -> list[str]:
    """The marts that are not views."""
    return [name for name, _, kind in connection.execute(_RELATIONS) if kind == "r"]


def rows(connection: Connection, relation: str) -> list[tuple[str]]:
    """All rows, each as a text."""
    query = f"SELECT to_jsonb(mart)::text AS row FROM {relation} AS mart ORDER BY row"
    return connection.execute(query.encode()).fetchall()
