"""Which loaders may load side by side: those that have no portal in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warehouse_connection.connection import connect
from warehouse_connection.load_lock import locks_of, try_locks

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    Connection = psycopg.Connection[tuple[object, ...]]

ALL: dict[str, str] = {}


def shard(text: str) -> dict[str, str]:
    return {"MELTANO_EXTRACT_PORTAL_SHARD": text}


def listed(portals: str) -> dict[str, str]:
    return {"MELTANO_EXTRACT_PORTALS": portals}


@pytest.fixture
def sessions(database_url: str) -> Iterator[list[Connection]]:
    sessions = [connect(database_url) for _ in range(2)]
    for session in sessions:
        session.autocommit = True
    yield sessions
    for session in sessions:
        session.close()


def side_by_side(sessions: list[Connection], one: dict[str, str], other: dict[str, str]) -> bool:
    first, second = sessions
    assert try_locks(first, "hubspot_raw", locks_of(one))
    return try_locks(second, "hubspot_raw", locks_of(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (shard("1/3"), shard("2/3")),
        (shard("1/2"), shard("2/4")),  # every portal of the second is in 2/2
        (listed('{"include": [1, 2]}'), listed('{"include": [3]}')),
        (listed('{"include": [5000000000]}'), listed('{"include": [5000000001]}')),
    ],
)
def test_loaders_without_a_common_portal_load_side_by_side(
    sessions: list[Connection], one: dict[str, str], other: dict[str, str]
) -> None:
    assert side_by_side(sessions, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ALL, ALL),
        (ALL, shard("1/3")),
        (shard("1/3"), ALL),
        (shard("2/3"), shard("2/3")),
        (shard("2/3"), shard("1/4")),
        (shard("1/2"), shard("3/4")),
        (listed('{"include": [1, 2]}'), listed('{"include": [2, 3]}')),
        (listed('{"include": [1]}'), ALL),
        (listed('{"include": [1]}'), shard("1/240")),
        (shard("240/240"), listed('{"include": [1]}')),
        (listed('{"exclude": [1]}'), listed('{"exclude": [2]}')),
        (listed('{"include": []}'), listed('{"include": [1]}')),
        (listed("[1]"), shard("1/3")),
        (shard("1/1000"), shard("1/3")),
    ],
)
def test_loaders_that_may_have_a_common_portal_do_not(
    sessions: list[Connection], one: dict[str, str], other: dict[str, str]
) -> None:
    assert not side_by_side(sessions, one, other)


def test_who_does_not_get_all_locks_holds_none(sessions: list[Connection]) -> None:
    assert not side_by_side(sessions, shard("1/3"), shard("1/2"))
    mine = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert [session.execute(mine).fetchone() for session in sessions] == [(1 + 80,), (0,)]


def test_schemas_are_independent(sessions: list[Connection]) -> None:
    first, second = sessions
    assert try_locks(first, "hubspot_raw", locks_of(ALL))
    assert try_locks(second, "another", locks_of(ALL))
