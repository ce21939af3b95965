"""No two loaders write rows of the same portals at a time; the lock lives exactly as long as the loader."""

from __future__ import annotations

import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.conftest import Loader


def locks(database_url: str) -> int:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        ).fetchone()
    assert row
    return int(row[0])


def wait_for_locks(database_url: str, number: int) -> None:
    deadline = time.monotonic() + 30
    while locks(database_url) != number:
        assert time.monotonic() < deadline, f"never {number} locks"
        time.sleep(0.1)


def test_a_second_loader_waits_until_the_first_has_ended(
    start_loader: Callable[..., Loader], database_url: str
) -> None:
    first = start_loader()
    wait_for_locks(database_url, 1)
    second = start_loader()
    assert second.stdin
    second.stdin.close()  # nothing to load: alone, it would end at once
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(4)

    assert first.stdin
    first.stdin.close()
    assert first.wait(30) == 0
    assert second.wait(30) == 0
    wait_for_locks(database_url, 0)


def test_a_killed_loader_leaves_no_lock(start_loader: Callable[..., Loader], database_url: str) -> None:
    loader = start_loader()
    wait_for_locks(database_url, 1)
    time.sleep(2)  # by now the launcher has become the loader, which knows nothing of the lock
    assert locks(database_url) == 1
    loader.kill()
    wait_for_locks(database_url, 0)


def columns(database_url: str) -> dict[str, int]:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        rows = connection.execute(
            "SELECT table_name, count(*) FROM information_schema.columns "
            "WHERE table_schema = 'hubspot_raw' AND NOT column_name ^@ '_sdc' GROUP BY table_name"
        ).fetchall()
    return dict(rows)


def say(loader: Loader, *tables: str, columns: int) -> None:
    """Announce tables with so many columns."""
    assert loader.stdin
    properties: dict[str, Any] = {f"c{number}": {"type": ["string", "null"]} for number in range(columns - 1)}
    schema = {"properties": {"id": {"type": "string"}, **properties}}
    for table in tables:
        message = {"type": "SCHEMA", "stream": table, "schema": schema, "key_properties": ["id"]}
        loader.stdin.write(json.dumps(message).encode() + b"\n")
    loader.stdin.flush()


def test_loaders_of_all_shards_make_and_widen_the_tables_of_an_empty_database_together(
    start_loader: Callable[..., Loader], database_url: str
) -> None:
    names = [f"t{number}" for number in range(12)]
    loaders = [start_loader(MELTANO_EXTRACT_PORTAL_SHARD=f"{number}/3") for number in (1, 2, 3)]
    for number, loader in enumerate(loaders):
        say(loader, f"ready{number}", columns=1)
    while not {"ready0", "ready1", "ready2"} <= columns(database_url).keys():
        assert all(loader.poll() is None for loader in loaders)
        time.sleep(0.1)

    for loader in loaders:  # all at once, and each table a second time with more columns
        say(loader, *names, columns=3)
        say(loader, *names, columns=6)

    for loader in loaders:
        assert loader.stdin
        assert loader.stderr
        loader.stdin.close()
        assert loader.wait(60) == 0, loader.stderr.read().decode()
    assert {
        table: width for table, width in columns(database_url).items() if table in names
    } == dict.fromkeys(names, 6)
