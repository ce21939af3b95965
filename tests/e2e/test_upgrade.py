"""What earlier releases left in a user's databases is gone on from: token table, raw tables, state, marts."""

from __future__ import annotations

import gzip
import subprocess
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from tests import golden
from tests.e2e.stack import BIN, EXTRACT_LOAD, Stack, finish
from tests.golden.databases import restore
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STATE_ID = "ci:tap-hubspot-multi-to-target-postgres"
READ_BY_BOOKMARK = ("contacts", "companies", "deals", "tickets", "custom_objects", "marketing_emails")
Row = dict[str, Any]


@pytest.fixture(params=golden.versions())
def stack(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, plugin_bin: Callable[[str, str], Path]
) -> Iterator[Stack]:
    """A user's stack as a release has left it; nothing has been connected or synced with the code of today."""
    for kind, plugin in (("extractors", EXTRACT_LOAD[0]), ("loaders", EXTRACT_LOAD[1])):
        plugin_bin(kind, plugin)
    files = golden.FOLDER / request.param
    restore(database_url, gzip.decompress((files / "database.sql.gz").read_bytes()).decode())
    with running_simulator(str(golden.SCENARIO), anchor=golden.ANCHOR) as hubspot:
        stack = Stack(hubspot, database_url, tmp_path, golden.TOKEN_KEYS)
        state = (files / "state.json").read_text(encoding="utf-8")
        written = finish(stack.start_meltano("--environment=ci", "state", "set", "--force", STATE_ID, state))
        assert written.exit_code == 0, written.output
        yield stack
        stack.close()


def contacts(stack: Stack) -> dict[str, Row]:
    rows = stack.query("SELECT id, properties, synced_at FROM hubspot_raw.contacts WHERE NOT archived")
    return {row["id"]: row for row in rows}


def relations(stack: Stack) -> set[tuple[str, str]]:
    """Every column of every mart."""
    rows = stack.query(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'hubspot_marts'"
    )
    return {(row["table_name"], row["column_name"]) for row in rows}


def test_a_sync_goes_on_from_what_an_earlier_release_left_and_dbt_builds_on_it(
    stack: Stack, dbt: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    before = contacts(stack)
    changed = next(iter(before))
    stack.hubspot.world.update(golden.PORTAL, "contacts", int(changed), {"firstname": "Changed"})

    migrated = subprocess.run(
        [BIN / "hubspot-auth", "migrate"],
        env=stack.environment,
        cwd=stack.folder,
        capture_output=True,
        check=False,
    )
    assert migrated.returncode == 0, migrated.stderr
    run = stack.run(*EXTRACT_LOAD, TAP_HUBSPOT_MULTI_FULL_READ_DAYS="0")
    assert run.exit_code == 0, run.output

    reads = stack.query(
        "SELECT stream, mode, status FROM hubspot_raw.portal_syncs"
        " WHERE run_id = (SELECT max(run_id) FROM hubspot_raw.portal_syncs)"
    )
    by_bookmark = [row for row in reads if row["stream"] in READ_BY_BOOKMARK]
    assert {row["stream"] for row in by_bookmark} == set(READ_BY_BOOKMARK)
    assert {(row["mode"], row["status"]) for row in by_bookmark} == {("incremental", "ok")}, by_bookmark
    assert "failed" not in {row["status"] for row in reads}
    after = contacts(stack)
    assert after[changed]["properties"]["firstname"] == "Changed"
    assert [each for each in before if after[each] != before[each]] == [changed]

    built = dbt(
        *("build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"),
        database_url=stack.database_url,
    )
    assert built.returncode == 0, built.stdout
    marts = relations(stack)
    # Tables of differences as an earlier release may have made them: a usual run makes them anew, and the views on them.
    with psycopg.connect(stack.database_url.replace("+psycopg", "")) as connection:
        connection.execute("DROP VIEW hubspot_staging.int_kpis CASCADE")
        connection.execute("ALTER TABLE hubspot_staging.int_kpis__sales ALTER numerator TYPE numeric")
        connection.execute("ALTER TABLE hubspot_marts.fct_deals ADD COLUMN of_an_earlier_release text")
        connection.execute("ALTER TABLE hubspot_marts.kpi_weekly SET (autovacuum_enabled = false)")
    again = dbt("run", "--select", "fct_deals+", database_url=stack.database_url)
    assert again.returncode == 0, again.stdout
    assert relations(stack) == marts
    assert stack.query("SELECT relname FROM pg_class WHERE reloptions @> '{autovacuum_enabled=false}'") == []
