"""Trimming the run log leaves all that anybody rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from click.testing import CliRunner

from portals_utility.cli import main
from portals_utility.proof import read_proofs
from tests.transform.raw_tables import create_raw_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

Connection = psycopg.Connection[Any]

# A year of daily reads of two portals. Portal 1 is read whole each fiftieth day, takes three days for it, and fails at times;
# portal 2 was read whole once, and HubSpot has not let it in for the last 120 days.
RUNS = """
    INSERT INTO hubspot_raw.portal_syncs
        (run_id, portal_id, stream, object_type, mode, status, records, window_from, window_to, started_at, finished_at)
    SELECT
        'run ' || days_ago, portal_id, 'contacts', 'contacts', mode, status, 5,
        CASE mode WHEN 'full' THEN moment - interval '3 days' ELSE moment - interval '25 hours' END,
        CASE mode WHEN 'incremental' THEN moment END,
        moment, moment
    FROM generate_series(1, 365) AS days_ago
    CROSS JOIN unnest(ARRAY[1, 2]) AS portal_id
    CROSS JOIN LATERAL (
        SELECT
            (now() - make_interval(days => days_ago)) AT TIME ZONE 'UTC' AS moment,
            CASE
                WHEN portal_id = 1 AND days_ago % 50 = 0 OR portal_id = 2 AND days_ago = 365 THEN 'full'
                ELSE 'incremental'
            END AS mode,
            CASE
                WHEN portal_id = 1 AND days_ago % 40 = 1 OR portal_id = 2 AND days_ago <= 120 THEN 'failed'
                ELSE 'ok'
            END AS status
    ) AS run
"""


@pytest.fixture
def log(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        create_raw_tables(connection)
        connection.execute(RUNS)
        connection.execute("INSERT INTO hubspot_raw.contacts (portal_id, id) VALUES (1, '1'), (2, '1')")
        yield connection


def trim(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["trim-log", *arguments])


def rows(log: Connection) -> list[tuple[int, int, str, str]]:
    """Portal, days ago, mode and status of each."""
    return log.execute(
        "SELECT portal_id, substr(run_id, 5)::int, mode, status FROM hubspot_raw.portal_syncs ORDER BY 1, 2"
    ).fetchall()


def test_only_old_reads_of_changes_that_went_well_before_a_full_read_are_deleted(log: Connection) -> None:
    before = rows(log)
    proofs = read_proofs(log)

    result = trim()

    assert result.exit_code == 0, result.output
    deleted = set(before) - set(rows(log))
    # Portal 1's last full read began 53 days ago: what is older than 90 days goes. Portal 2's began before all else.
    assert deleted == {
        row for row in before if row[0] == 1 and row[1] >= 90 and row[2:] == ("incremental", "ok")
    }
    assert (
        result.stdout
        == f"{len(deleted)} rows of more than 90 days ago are deleted, {730 - len(deleted)} kept.\n"
    )
    assert read_proofs(log) == proofs
    assert trim().stdout.startswith("0 rows ")


def test_the_last_read_that_went_well_stays(log: Connection) -> None:
    log.execute(
        "INSERT INTO hubspot_raw.portal_syncs (run_id, portal_id, stream, object_type, mode, status, window_from, started_at)"
        " VALUES ('run 0', 2, 'contacts', 'contacts', 'full', 'ok', now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')"
    )
    assert trim().exit_code == 0
    left = [row for row in rows(log) if row[0] == 2 and row[2:] == ("incremental", "ok")]
    assert left == [(2, 121, "incremental", "ok")]


def test_what_an_unfinished_full_read_overlapped_stays_with_it(log: Connection) -> None:
    proofs = read_proofs(log)
    assert trim("--days=30").exit_code == 0
    kept = [
        days for portal, days, mode, status in rows(log) if (portal, mode, status) == (1, "incremental", "ok")
    ]
    assert max(kept) == 53, "the full read of 50 days ago began three days earlier"
    assert read_proofs(log) == proofs


def test_a_dry_run_says_the_same_and_deletes_nothing(log: Connection) -> None:
    before = rows(log)
    dry = trim("--dry-run")
    assert rows(log) == before
    assert dry.stdout.replace("would be", "are") == trim().stdout


def test_what_keeps_it_from_trimming_is_one_line(log: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    log.execute("DROP TABLE hubspot_raw.portal_syncs")
    result = trim()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "there is no run log to trim" in result.stderr
    assert trim("--days=1").exit_code == 2
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert "can't connect" in trim().stderr


def test_a_user_who_may_only_read_is_told_whom_to_be(
    log: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.execute(
        "CREATE ROLE run_log_reader LOGIN PASSWORD 'reader';"
        "GRANT USAGE ON SCHEMA hubspot_raw TO run_log_reader;"
        "GRANT SELECT ON hubspot_raw.portal_syncs TO run_log_reader"
    )
    try:
        address = f"{log.info.host}:{log.info.port}/{log.info.dbname}"
        monkeypatch.setenv("DATABASE_URL", f"postgresql://run_log_reader:reader@{address}")
        result = trim()
        assert result.exit_code == 1
        assert "use the loader's" in result.stderr
    finally:
        log.execute("DROP OWNED BY run_log_reader; DROP ROLE run_log_reader")
