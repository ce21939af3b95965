from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
import pytest
from sqlalchemy import make_url

from tests.transform.raw_tables import load_all
from tests.transform.sample_portals import NOWHERE, TOKYO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]
    Run = Callable[..., subprocess.CompletedProcess[str]]

_BUILD: Final = ("build", "--exclude-resource-type", "unit_test")
_MODELS: Final = (*_BUILD, "--exclude-resource-type", "test")
_OURS: Final = ("hubspot_raw", "hubspot_staging", "hubspot_marts")
_ROOT: Final = Path(__file__).parents[2]
_MELTANO: Final = """
case "$*" in
*dbt:purge-portal*) exec "$DBT" --quiet run-operation purge_portal --args "$5" ;;
*dbt:build*) echo "built what was not purged" ;;
esac
"""
_RECENT: Final = "an archived contact that is to stay"


@pytest.fixture(scope="module")
def warehouse_and_dbt(
    dbt: Dbt, new_database: Callable[[], AbstractContextManager[str]], portals: Sample
) -> Iterator[tuple[Connection, Run]]:
    """A built warehouse that the tests of this module may purge, and dbt on it."""
    with new_database() as url, psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows)
        _add_what_follows_records(connection, _whose_address_lives_on(portals))

        def run(*arguments: str, user: str | None = None) -> subprocess.CompletedProcess[str]:
            as_user = (
                make_url(url).set(username=user, password="only-for-this-test") if user else make_url(url)
            )
            return dbt(*arguments, database_url=as_user.render_as_string(hide_password=False))

        built = run(*_MODELS)
        assert built.returncode == 0, built.stdout
        # Tables that are not dbt's, or that dbt keeps from build to build.
        connection.execute(
            """
            CREATE TABLE hubspot_marts.kept (portal_id bigint, contact_id text, PRIMARY KEY (portal_id, contact_id));
            INSERT INTO hubspot_marts.kept SELECT portal_id, id FROM hubspot_raw.contacts;
            CREATE TABLE hubspot_staging.entered (portal_id text, contact_id text);
            INSERT INTO hubspot_staging.entered SELECT portal_id, id FROM hubspot_raw.contacts;
            """
        )
        yield connection, run


def _whose_address_lives_on(portals: Sample) -> object:
    """A deleted contact of Tokyo, whose address another contact has got."""
    return next(
        record
        for (portal, record), fate in portals.deleted["contacts"].items()
        if (portal, fate) == (TOKYO.portal_id, "archived")
    )


def _add_what_follows_records(connection: Connection, address_lives_on: object) -> None:
    connection.execute(
        """
        INSERT INTO hubspot_raw.property_history (portal_id, object_type, record_id, property, changed_at, value)
        SELECT portal_id, 'contacts', id, 'email', timestamp '2026-01-01', 'x' FROM hubspot_raw.contacts
        UNION ALL SELECT portal_id, 'companies', id, 'email', timestamp '2026-01-01', 'x' FROM hubspot_raw.contacts;
        INSERT INTO hubspot_raw.lists (portal_id, id, object_type_id)
        SELECT portal_id, 'people', '0-1' FROM hubspot_raw.portals
        UNION ALL SELECT portal_id, 'firms', '0-2' FROM hubspot_raw.portals;
        INSERT INTO hubspot_raw.list_memberships (portal_id, list_id, record_id)
        SELECT contacts.portal_id, list_id, id
        FROM hubspot_raw.contacts CROSS JOIN (VALUES ('people'), ('firms')) AS lists (list_id)
        """
    )
    connection.execute(
        "INSERT INTO hubspot_raw.contacts (portal_id, id, archived, archived_at, synced_at)"
        " VALUES (%s, %s, true, now() at time zone 'utc', '2026-11-01T00:01:00')",
        [TOKYO.portal_id, _RECENT],
    )
    connection.execute(
        "INSERT INTO hubspot_raw.contacts (portal_id, id, properties, synced_at) VALUES"
        " (%s, 'heir', jsonb_build_object('hs_additional_emails', 'x@example.com;' || %s || '@example.com'),"
        " '2026-11-01T00:01:00')",
        [TOKYO.portal_id, address_lives_on],
    )
    # Every contact has sent a form, with its address as people type it; so has somebody who is no contact.
    connection.execute(
        """
        INSERT INTO hubspot_raw.form_submissions (portal_id, form_id, id, submitted_at, values, synced_at)
        SELECT
            portal_id, 'contact', id, timestamp '2026-01-01', jsonb_build_object('values', jsonb_build_array(
                jsonb_build_object('name', 'firstname', 'value', 'x'),
                jsonb_build_object('name', 'email', 'value', upper(properties ->> 'email') || ' ')
            )), timestamp '2026-11-01'
        FROM hubspot_raw.contacts WHERE properties ? 'email'
        UNION ALL
        SELECT portal_id, 'contact', 'no contact', timestamp '2026-01-01', '{"values": []}', timestamp '2026-11-01'
        FROM hubspot_raw.portals
        """
    )


def _rows(connection: Connection) -> dict[tuple[str, object], int]:
    """Number of rows by table and portal, in every table that has portals; the test's own way to count."""
    tables = connection.execute(
        """
        SELECT table_schema || '.' || table_name
        FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name)
        WHERE table_type = 'BASE TABLE' AND column_name = 'portal_id' AND table_schema = ANY(%s)
        """,
        [list(_OURS)],
    ).fetchall()
    assert len(tables) > 50
    return {
        (str(table), portal): int(str(number))
        for (table,) in tables
        for portal, number in connection.execute(
            f"SELECT portal_id::bigint, count(*) FROM {table} GROUP BY portal_id"
        )
    }


def _purge(
    run: Run, operation: str, arguments: str, *, user: str | None = None
) -> subprocess.CompletedProcess[str]:
    return run("--quiet", "run-operation", operation, "--args", arguments, user=user)


def _counts(output: str) -> dict[str, int]:
    """The table of what an operation has counted."""
    lines = [line.split() for line in output.splitlines() if line.startswith("  ")]
    return {table: int(number.replace(",", "")) for number, table in lines}


def test_records_deleted_for_so_long_go_and_live_ones_stay(
    warehouse_and_dbt: tuple[Connection, Run], portals: Sample
) -> None:
    connection, run = warehouse_and_dbt
    before = _rows(connection)
    deleted = {stream: len(records) for stream, records in portals.deleted.items()}
    merged = [fate for fate in portals.deleted["contacts"].values() if fate == "merged"]
    expected = {
        "hubspot_raw.contacts": deleted["contacts"],
        "hubspot_raw.deals": deleted["deals"],
        "hubspot_raw.list_memberships": deleted["contacts"],
        # Not those of contacts that another one has taken over, as a whole or with the address.
        "hubspot_raw.form_submissions": deleted["contacts"] - len(merged) - 1,
        "hubspot_marts.kept": deleted["contacts"],
    }
    too_early = _purge(run, "purge_deleted", "{days: 3650, execute: true}")
    assert "records deleted in HubSpot for more than 3650 days: 0 rows deleted" in too_early.stdout
    dry = _purge(run, "purge_deleted", "{days: 5}")
    counted = _counts(dry.stdout)
    assert expected.items() <= counted.items()
    assert f"{sum(counted.values()):,} rows. This was a dry run, and nothing was deleted" in dry.stdout
    assert _rows(connection) == before

    done = _purge(run, "purge_deleted", "{days: 5, execute: true}")
    assert _counts(done.stdout) == counted
    after = _rows(connection)
    assert sum(before.values()) - sum(after.values()) == sum(counted.values())
    gone = portals.deleted["contacts"].keys()
    left = set(connection.execute("SELECT portal_id, id FROM hubspot_raw.contacts"))
    assert not left & gone
    assert (TOKYO.portal_id, _RECENT) in left
    senders = set(connection.execute("SELECT portal_id, id FROM hubspot_raw.form_submissions"))
    assert senders & gone == {
        (portal, record)
        for (portal, record), fate in portals.deleted["contacts"].items()
        if fate == "merged" or (portal, record) == (TOKYO.portal_id, _whose_address_lives_on(portals))
    }
    assert (TOKYO.portal_id, "no contact") in senders
    history = {
        object_type: set(
            connection.execute(
                "SELECT portal_id, record_id FROM hubspot_raw.property_history"
                " WHERE object_type = %s AND property = 'email'",
                [object_type],
            )
        )
        for object_type in ("contacts", "companies")
    }
    assert not history["contacts"] & gone
    assert history["companies"] >= gone, "companies of the same ids are other records"

    assert run(*_MODELS).returncode == 0
    rebuilt = _rows(connection)
    marts = {
        key: rows
        for key, rows in before.items()
        if key[0] in {"hubspot_marts.kpi_daily", "hubspot_marts.fct_deals", "hubspot_marts.portal_value"}
    }
    assert {key: rebuilt[key] for key in marts} == marts, "the KPIs never counted them"


@pytest.mark.parametrize(
    ("portal_id", "refusal"),
    [
        (TOKYO.portal_id, "portal 7052094 (Tokyo KK) is active, and only disconnected portals are purged: run hubspot-auth portals disconnect 7052094"),
        (4711, "no table has rows of a portal 4711: is the number right?"),
        ("1 or true", "portal_id must be a portal's number"),
    ],
)  # fmt: skip
def test_only_a_disconnected_portal_is_purged(
    warehouse_and_dbt: tuple[Connection, Run], portal_id: object, refusal: str
) -> None:
    connection, run = warehouse_and_dbt
    before = _rows(connection)
    refused = _purge(run, "purge_portal", f"{{portal_id: {portal_id}, execute: true}}")
    assert refused.returncode != 0
    assert refusal in refused.stdout
    assert _rows(connection) == before


def test_the_script_says_why_it_refuses_in_one_line(
    warehouse_and_dbt: tuple[Connection, Run], plugin_bin: Callable[[str, str], Path], tmp_path: Path
) -> None:
    connection, _ = warehouse_and_dbt
    shutil.copytree(_ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / ".venv/bin").mkdir(parents=True)
    # What it installs is there, and the operations of Meltano's plugin are dbt's.
    for program, text in {"uv": "", "meltano": _MELTANO}.items():
        path = tmp_path / ".venv/bin" / program
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)
    info = connection.info
    done = subprocess.run(
        [tmp_path / "scripts/purge", "--portal", str(TOKYO.portal_id), "--execute"],
        env={
            **os.environ,
            "DBT": str(plugin_bin("utilities", "dbt") / "dbt-on-warehouse"),
            "DATABASE_URL": f"postgresql://{info.user}:{info.password}@{info.host}:{info.port}/{info.dbname}",
            "DBT_PROJECT_DIR": str(_ROOT / "transform"),
            "DBT_PROFILES_DIR": str(_ROOT / "transform"),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(f"portal {TOKYO.portal_id} (Tokyo KK) is active, and only")
    assert [line for line in done.stderr.splitlines() if not line.startswith("cat: ")][:-1] == []


def test_a_user_who_may_not_delete_is_told_who_may(
    warehouse_and_dbt: tuple[Connection, Run],
) -> None:
    connection, run = warehouse_and_dbt
    before = _rows(connection)
    connection.execute("CREATE ROLE only_reads LOGIN PASSWORD 'only-for-this-test'")
    try:
        for schema in _OURS:
            connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO only_reads")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO only_reads")
        for operation, arguments in (
            ("purge_portal", f"{{portal_id: {NOWHERE.portal_id}, execute: true}}"),
            ("purge_deleted", "{days: 5, execute: true}"),
        ):
            refused = _purge(run, operation, arguments, user="only_reads")
            assert refused.returncode != 0
            assert "user only_reads may not delete from hubspot_raw." in refused.stdout
            assert "run this with the DATABASE_URL of the administrator" in refused.stdout
        assert _rows(connection) == before
    finally:
        connection.execute("DROP OWNED BY only_reads; DROP ROLE only_reads")


def test_a_purged_portal_is_in_no_table_and_no_other_portal_has_lost_a_row(
    warehouse_and_dbt: tuple[Connection, Run],
) -> None:
    connection, run = warehouse_and_dbt
    run("--quiet", "run-operation", "build_all_properties", "--args", f"{{portal_id: {NOWHERE.portal_id}}}")
    before = _rows(connection)
    expected = {table: rows for (table, portal), rows in before.items() if portal == NOWHERE.portal_id}
    assert expected["hubspot_staging.entered"] > 0
    assert expected["hubspot_staging.portals_with_own_views"] == 1

    dry = _purge(run, "purge_portal", f"{{portal_id: {NOWHERE.portal_id}}}")
    assert _counts(dry.stdout) == expected
    assert _rows(connection) == before

    done = _purge(run, "purge_portal", f"{{portal_id: {NOWHERE.portal_id}, execute: true}}")
    assert _counts(done.stdout) == expected
    assert f"portal {NOWHERE.portal_id} (Nowhere AG): {sum(expected.values()):,} rows deleted" in done.stdout
    after = _rows(connection)
    assert after == {key: rows for key, rows in before.items() if key[1] != NOWHERE.portal_id}

    rebuilt = run(*_BUILD)
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert _rows(connection) == after
    assert connection.execute(
        "SELECT count(*) FROM pg_class WHERE relname LIKE %s", [f"%_p{NOWHERE.portal_id}"]
    ).fetchone() == (0,)
