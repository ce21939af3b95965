from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from auth_service.database import create_engine, database_clock, transaction
from auth_service.errors import DatabaseUnreachable
from auth_service.tables import token_keys_canary

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_the_clock_moves_on_within_a_transaction(engine: Engine) -> None:
    """What `now()` does not: it would give the time before a long wait for a lock."""
    with transaction(engine) as connection:
        assert database_clock(connection) < database_clock(connection)


def test_a_block_that_fails_leaves_nothing_behind(engine: Engine) -> None:
    def fail() -> None:
        with transaction(engine) as connection:
            connection.execute(insert(token_keys_canary).values(key_id="k", ciphertext=b"x"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with transaction(engine) as connection:
        assert connection.execute(token_keys_canary.select()).all() == []


def test_a_bug_keeps_its_own_error_but_shows_no_parameters(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as raised, transaction(engine) as connection:
        connection.execute(insert(token_keys_canary).values(key_id="k", ciphertext=None, created_at=None))
    assert "SQL parameters hidden" in str(raised.value)


def test_a_server_that_restarts_is_not_noticed(engine: Engine) -> None:
    with transaction(engine) as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = create_engine(engine.url)
    with transaction(other) as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()
    with transaction(engine) as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_connection_lost_on_the_way_is_one_line(engine: Engine) -> None:
    with pytest.raises(DatabaseUnreachable) as raised, transaction(engine) as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert "\n" not in str(raised.value)


def test_readers_see_what_others_committed_whatever_the_server_prefers(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"
