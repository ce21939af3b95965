"""The command on a real database, as a user who may read what it must and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from auth_service import schema
from auth_service.database import create_engine
from portals_utility.cli import main
from tests.transform.raw_tables import create_raw_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

OPERATING = Path(__file__).parents[3] / "docs/operating.md"
MONITOR = "hubspot_monitor"

CONNECT = """
    INSERT INTO hubspot_auth.portal_connections
        (portal_id, company_name, status, auth_type, scopes, last_error_code, disconnected_at, created_at)
    VALUES
        (11, 'Acme', 'reauth_required', 'oauth', '{}', 'invalid_grant', NULL, now() - interval '9 days'),
        (12, 'Bolt', 'reauth_required', 'oauth', '{}', NULL, NULL, now() - interval '9 days'),
        (13, 'Gone', 'disconnected', 'oauth', '{}', NULL, now(), now() - interval '9 days')
"""
# Not 'active' from the begin: such a row needs tokens, which are not what this is about.
ACTIVATE = """
    ALTER TABLE hubspot_auth.portal_connections DROP CONSTRAINT ck_portal_connections_active_has_token;
    ALTER TABLE hubspot_auth.portal_connections DROP CONSTRAINT ck_portal_connections_active_oauth_can_refresh;
    UPDATE hubspot_auth.portal_connections SET status = 'active' WHERE portal_id = 12;
"""
READ = """
    INSERT INTO hubspot_raw.portal_syncs
        (run_id, portal_id, stream, object_type, mode, status, records, requests, started_at, finished_at)
    SELECT
        to_char(moment, 'YYYYMMDD"T"HH24MISS"Z"') || '-0a1b2c', 12, stream, '', 'full', 'ok', 20, 3, moment, moment
    FROM unnest(ARRAY['deals', 'contacts']) AS stream
    CROSS JOIN unnest(ARRAY[1, 2]) AS hours_ago
    CROSS JOIN LATERAL (SELECT (now() - make_interval(hours => hours_ago)) AT TIME ZONE 'UTC' AS moment)
"""
MARTS = """
    CREATE SCHEMA hubspot_marts;
    CREATE TABLE hubspot_marts.portal_health AS
    SELECT 12::bigint AS portal_id, 'deals' AS stream, 'deals' AS object_type,
        40::bigint AS missing_rows, 100::bigint AS last_full_read_total;
"""


@pytest.fixture
def monitored(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A database that the commands find, read by a user with the rights that docs/operating.md gives."""
    engine = create_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as owner:
        create_raw_tables(owner)
        owner.execute(CONNECT.encode())
        owner.execute(ACTIVATE.encode())
        owner.execute(READ.encode())
        owner.execute(MARTS.encode())
        [grants] = re.findall(
            rf"```sql\n(CREATE ROLE {MONITOR}.*?)```", OPERATING.read_text(encoding="utf-8"), re.DOTALL
        )
        owner.execute(grants.encode())
        host, port = owner.info.host, owner.info.port
        owner.execute(f"ALTER ROLE {MONITOR} PASSWORD 'monitor'".encode())
        monkeypatch.setenv(
            "DATABASE_URL", f"postgresql://{MONITOR}:monitor@{host}:{port}/{owner.info.dbname}"
        )
        yield owner
        owner.execute(f"DROP OWNED BY {MONITOR}; DROP ROLE {MONITOR}".encode())


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def test_a_monitor_with_few_rights_hears_how_each_portal_is(
    monitored: psycopg.Connection[tuple[object, ...]], tmp_path: Path
) -> None:
    metrics = tmp_path / "portals.prom"
    result = check("--prometheus", str(metrics))
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert lines[0] == "CRITICAL: portals: 1 incomplete, 1 broken, 1 disconnected"
    assert [line.split()[:3] for line in lines[2:]] == [
        ["broken", "11", "Acme"],
        ["incomplete", "12", "Bolt"],
        ["disconnected", "13", "Gone"],
    ]
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.read_text(encoding="utf-8"))
        for sample in family.samples
    }
    assert samples["hubspot_portal_state", "11", "broken"] == 1
    assert samples["hubspot_portal_reauth_required", "11"] == 1
    assert samples["hubspot_portal_last_run_rows", "12"] == 40
    assert samples["hubspot_portal_last_run_requests", "12"] == 6
    assert samples["hubspot_portal_missing_rows", "12"] == 40
    assert not {labels for _, *labels in samples if "13" in labels}

    only = check("--portal", "12", "--json")
    assert only.exit_code == 1
    [portal] = json.loads(only.stdout)["portals"]
    assert (portal["state"], portal["missing_rows"]) == ("incomplete", 40)

    monitored.execute("DROP SCHEMA hubspot_marts CASCADE")
    unknown = check("--portal", "12")
    assert unknown.exit_code == 0
    assert "not known" in unknown.stdout
    assert check("--portal", "12", "--max-age", "0.9").exit_code == 2, "stale"


def test_what_cannot_be_known_is_one_line_and_exit_code_3(
    monitored: psycopg.Connection[tuple[object, ...]],
) -> None:
    assert "14 was never connected" in check("--portal", "14").stdout
    assert check("--max-age", "never").exit_code == 3
    monitored.execute(f"REVOKE SELECT ON hubspot_raw.portal_syncs FROM {MONITOR}".encode())
    assert "docs/operating.md" in check().stdout
    monitored.execute("DROP TABLE hubspot_raw.portal_syncs")
    empty = check()
    assert (empty.exit_code, empty.stdout.count("\n")) == (3, 1)
    assert empty.stdout.startswith("UNKNOWN: there is nothing to look at yet")
    assert empty.stdout.endswith("run: meltano run sync\n")
