"""Whatever kills a loader: what the run log says was read is in the database."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def schema(table: str) -> dict[str, Any]:
    return {
        "type": "SCHEMA",
        "stream": table,
        "schema": {"properties": {"id": {"type": "string"}}},
        "key_properties": ["id"],
    }


def record(table: str, number: int) -> dict[str, Any]:
    return {"type": "RECORD", "stream": table, "record": {"id": str(number)}}


def test_a_row_of_the_run_log_is_written_behind_the_records_before_it(
    plugin_bin: Callable[[str, str], Path], database_url: str
) -> None:
    loader = subprocess.Popen(
        [plugin_bin("loaders", "target-postgres") / "target-postgres-on-warehouse"],
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": "hubspot_raw",
            "TARGET_POSTGRES_BATCH_SIZE_ROWS": "2",
        },
        stdin=subprocess.PIPE,
    )
    assert loader.stdin
    with loader, psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        for message in (
            schema("contacts"),
            schema("portal_syncs"),
            record("contacts", 1),
            record("portal_syncs", 1),
            record("portal_syncs", 2),  # now its batch is full, that of the contacts is not; and nothing ends
        ):
            loader.stdin.write(json.dumps(message).encode() + b"\n")
        loader.stdin.flush()

        def count(table: str) -> object:
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() == (None,):
                return None
            return connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()

        deadline = time.monotonic() + 30
        while count("hubspot_raw.portal_syncs") != (2,):
            assert time.monotonic() < deadline, "the run log is never written"
            time.sleep(0.1)
        loader.kill()
        assert count("hubspot_raw.contacts") == (1,)
