from __future__ import annotations

from typing import TYPE_CHECKING

from tests.transform import garbage
from tests.transform.sample_portals import NOWHERE, TOKYO

if TYPE_CHECKING:
    import subprocess

    import psycopg

    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]


def test_a_new_installation_builds_before_anything_is_loaded(
    empty_build: subprocess.CompletedProcess[str],
) -> None:
    assert empty_build.returncode == 0, empty_build.stdout
    assert "WARN=0 ERROR=0 SKIP=0" in empty_build.stdout


def test_records_not_live_are_kept_with_the_reason(built: Connection, portals: Sample) -> None:
    deleted = {
        "contacts": built.execute(
            "SELECT portal_id, contact_id, deleted_reason FROM hubspot_staging.base_hubspot__contacts WHERE is_deleted"
        ),
        "deals": built.execute(
            "SELECT portal_id, deal_id, deleted_reason FROM hubspot_staging.base_hubspot__deals WHERE is_deleted"
        ),
    }
    assert {
        stream: {(portal, record): reason for portal, record, reason in rows}
        for stream, rows in deleted.items()
    } == portals.deleted
    assert {reason for records in portals.deleted.values() for reason in records.values()} == {
        "archived",
        "merged",
        "missing",
    }


def test_what_can_not_be_counted_is_said_with_the_portal_and_the_cure(
    build: subprocess.CompletedProcess[str], portals: Sample
) -> None:
    unconverted = sum(
        deal.portal_id == NOWHERE.portal_id and deal.home_value is not None for deal in portals.deals
    )
    unreadable = sum(number is None for number in garbage.NUMBERS.values())
    for message in (
        f"portal {NOWHERE.portal_id} (Nowhere AG): no rate from CHF to USD for {unconverted} deals",
        f'portal {NOWHERE.portal_id} (Nowhere AG): PostgreSQL does not know the time zone "Mars/Olympus_Mons"',
        f"portal {TOKYO.portal_id} (Tokyo KK): no value in JPY for",
        f"portal {garbage.PORTAL_ID}: deals.amount can't be read in {unreadable} rows",
    ):
        assert f"WARNING {message}" in build.stdout


def test_a_portal_whose_connection_broke_keeps_its_numbers(built: Connection) -> None:
    portals = built.execute(
        """
        SELECT connection_status, is_active, portal_id IN (SELECT portal_id FROM hubspot_marts.kpi_daily)
        FROM hubspot_marts.dim_portals WHERE portal_id <> %s
        """,
        [garbage.PORTAL_ID],
    ).fetchall()
    assert sorted(portals) == [
        ("active", True, True),
        ("active", True, True),
        ("disconnected", False, True),
        ("reauth_required", False, True),
    ]


def test_the_health_of_a_portal_counts_what_is_live_and_what_is_gone(
    built: Connection, portals: Sample
) -> None:
    health = built.execute(
        """
        SELECT last_status, live_rows, live_rows + deleted_rows FROM hubspot_marts.portal_health
        WHERE portal_id = %s AND stream = 'contacts'
        """,
        [TOKYO.portal_id],
    ).fetchone()
    live = sum(contact.portal_id == TOKYO.portal_id for contact in portals.contacts)
    all_rows = sum(row["portal_id"] == TOKYO.portal_id for row in portals.rows["contacts"])
    assert health == ("ok", live, all_rows)


def test_two_schemas_are_written_and_every_column_in_them_is_described(built: Connection) -> None:
    columns = built.execute(
        """
        SELECT nspname, relname, attname,
            obj_description(pg_class.oid) <> '' AND col_description(pg_class.oid, attnum) <> ''
        FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
        WHERE relkind IN ('r', 'v', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'hubspot_raw')
        """
    ).fetchall()
    assert {schema for schema, *_ in columns} == {"hubspot_staging", "hubspot_marts"}
    assert [column for *column, is_described in columns if not is_described] == []


def test_every_mart_has_a_key_with_the_portal_in_it(built: Connection) -> None:
    keys = built.execute(
        """
        SELECT tablename, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_tables
        LEFT JOIN pg_constraint ON contype = 'p' AND conrelid = format('%I.%I', schemaname, tablename)::regclass
        WHERE schemaname = 'hubspot_marts'
        """
    ).fetchall()
    # What portals have in common has none: definitions, rates, and groups of portals.
    assert {table for table, key in keys if "portal_id" not in str(key)} == {
        "dim_exchange_rates",
        "dim_kpis",
        "group_scorecard",
    }
    assert [table for table, key in keys if key is None] == []
