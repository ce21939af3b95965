"""A loader that is asked to stop says nothing of rows that it has not written, and does not call itself done."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.conftest import Loader

SCHEMA = {
    "type": "SCHEMA",
    "stream": "people",
    "schema": {"properties": {"id": {"type": "string"}}},
    "key_properties": ["id"],
}
STATE = {"type": "STATE", "value": {"bookmarks": {"people": "5 read"}}}


def say(loader: Loader, *messages: object) -> None:
    assert loader.stdin
    loader.stdin.write(b"".join(json.dumps(message).encode() + b"\n" for message in messages))
    loader.stdin.flush()


def people(*ids: int) -> list[object]:
    return [{"type": "RECORD", "stream": "people", "record": {"id": str(each)}} for each in ids]


def rows(database_url: str) -> int:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT to_regclass('hubspot_raw.people')").fetchone()
        if found == (None,):
            return -1
        [count] = connection.execute("SELECT count(*) FROM hubspot_raw.people").fetchall()
    return int(count[0])


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopped_amid_a_batch_it_writes_the_batch_before_the_state_that_covers_it(
    start_loader: Callable[..., Loader], database_url: str, number: signal.Signals
) -> None:
    loader = start_loader(TARGET_POSTGRES_BATCH_SIZE_ROWS="6")
    say(loader, SCHEMA)
    wait_for(lambda: rows(database_url) == 0)
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("LOCK TABLE hubspot_raw.people IN EXCLUSIVE MODE")
        say(loader, *people(1, 2, 3, 4, 5), STATE, *people(6))
        waiting = (
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'hubspot_raw.people'::regclass"
        )
        wait_for(lambda: connection.execute(waiting).fetchone() == (1,))
        loader.send_signal(number)
        time.sleep(1)
        connection.rollback()
    assert loader.wait(30) == 128 + number
    assert loader.stdout
    assert json.loads(loader.stdout.read()) == STATE["value"]
    assert rows(database_url) == 6


def test_stopped_while_nothing_comes_it_ends_and_keeps_what_came(
    start_loader: Callable[..., Loader], database_url: str
) -> None:
    loader = start_loader()
    say(loader, SCHEMA, *people(1, 2, 3, 4, 5), STATE)
    wait_for(lambda: rows(database_url) == 0)
    time.sleep(0.5)
    loader.terminate()
    assert loader.wait(30) == 128 + signal.SIGTERM
    assert loader.stdout
    assert json.loads(loader.stdout.read()) == STATE["value"]
    assert rows(database_url) == 5
