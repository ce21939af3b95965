from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from auth_service import schema
from auth_service.connections import secret_place
from auth_service.crypto import Sealed
from auth_service.database import create_engine
from auth_service.errors import DatabaseUnreachable, SchemaError
from auth_service.tables import SCHEMA, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from auth_service.crypto import Keyring


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names(schema=SCHEMA))


def test_the_tables_can_be_made_and_unmade_and_made_again(empty: Engine) -> None:
    for _ in range(2):
        schema.upgrade(empty)
        assert tables(empty) == {table.name for table in metadata.sorted_tables} | {"alembic_version"}
        schema.downgrade(empty, "base")
        assert tables(empty) == {"alembic_version"}


def test_everything_lives_in_its_own_schema(empty: Engine) -> None:
    schema.upgrade(empty)
    assert inspect(empty).get_table_names(schema="public") == []


def test_the_migrations_make_the_tables_that_the_code_uses(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.connect() as connection:
        options = {
            "include_schemas": True,
            "version_table_schema": SCHEMA,
            "compare_server_default": True,
            "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        constraints = {
            name
            for table in metadata.sorted_tables
            for constraint in inspect(connection).get_check_constraints(table.name, schema=SCHEMA)
            if (name := constraint["name"])
        }
    assert constraints == {
        constraint.name
        for table in metadata.sorted_tables
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    schema.require_current(empty)


def test_processes_that_migrate_at_once_take_turns(empty: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: schema.upgrade(empty), range(4)))
    schema.require_current(empty)


def test_a_database_without_tables_is_refused_with_the_cure(empty: Engine) -> None:
    with pytest.raises(SchemaError, match="has no token tables yet: run: hubspot-auth migrate"):
        schema.require_current(empty)


def test_older_tables_are_refused_with_the_cure(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    schema.upgrade(empty)
    monkeypatch.setattr(schema.ScriptDirectory, "get_current_head", lambda _: "9999")
    with pytest.raises(
        SchemaError, match="at version 0002, this program needs 9999: run: hubspot-auth migrate"
    ):
        schema.require_current(empty)


def test_newer_tables_are_refused_with_the_cure(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text(f"UPDATE {SCHEMA}.alembic_version SET version_num = '9999'"))
    with pytest.raises(
        SchemaError, match=r"at version 9999, newer than this program .*: upgrade auth-service"
    ):
        schema.require_current(empty)


def test_a_database_that_does_not_answer_is_one_line_without_the_password() -> None:
    engine = create_engine("postgresql://somebody:MARKER@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnreachable, match="does not answer") as raised:
        schema.require_current(engine)
    assert "MARKER" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "values",
    [
        "(1, 'A', 'unheard_of', 'oauth', '{}', 'x', 'x', 'k1', now())",
        "(1, 'A', 'active', 'unheard_of', '{}', 'x', 'x', 'k1', now())",
        "(1, 'A', 'active', 'oauth', '{}', NULL, 'x', 'k1', now())",
        "(1, 'A', 'active', 'oauth', '{}', 'x', NULL, 'k1', now())",
        "(1, 'A', 'active', 'oauth', '{}', 'x', 'x', NULL, now())",
        "(1, 'A', 'active', 'oauth', '{}', 'x', 'x', 'k1', NULL)",
    ],
    ids=["status", "auth type", "no access token", "no refresh token", "no key", "no expiry"],
)
def test_the_database_refuses_rows_that_make_no_sense(engine: Engine, values: str) -> None:
    columns = (
        "portal_id, company_name, status, auth_type, scopes, "
        "access_token_ciphertext, refresh_token_ciphertext, key_id, expires_at"
    )
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(f"INSERT INTO {SCHEMA}.portal_connections ({columns}) VALUES {values}"))


def test_from_every_version_there_is_a_way_up_and_back_that_keeps_every_token(
    empty: Engine, keyring: Keyring
) -> None:
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations")).walk_revisions()
    versions = [script.revision for script in scripts][::-1]  # the oldest first
    place = secret_place(1, "access_token_ciphertext")
    schema.upgrade(empty, versions[0])
    with empty.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO {SCHEMA}.portal_connections (portal_id, company_name, status, auth_type, scopes,"
                " access_token_ciphertext, refresh_token_ciphertext, key_id, expires_at)"
                " VALUES (1, 'A', 'active', 'oauth', '{}', :token, :token, :key_id, now())"
            ),
            {"token": keyring.encrypt("token", place).ciphertext, "key_id": keyring.primary_id},
        )
    for version in versions:
        schema.upgrade(empty, version)
        for way in (schema.upgrade, lambda engine, at=version: schema.downgrade(engine, at)):
            way(empty)
            with empty.connect() as connection:
                row = connection.execute(
                    text(f"SELECT key_id, access_token_ciphertext FROM {SCHEMA}.portal_connections")
                ).one()
            assert keyring.decrypt(Sealed(*row), place) == "token"
        assert schema.current_version(empty) == version


def test_an_update_from_the_first_version_keeps_every_connection(empty: Engine) -> None:
    schema.upgrade(empty, "0001")
    columns = (
        "portal_id, company_name, status, auth_type, scopes, "
        "access_token_ciphertext, refresh_token_ciphertext, key_id, expires_at"
    )
    with empty.begin() as connection:
        connection.execute(
            text(
                f"INSERT INTO {SCHEMA}.portal_connections ({columns}) VALUES "
                "(1, 'A', 'active', 'oauth', '{}', 'x', 'y', 'k1', now()), "
                "(2, 'B', 'disconnected', 'oauth', '{}', 'x', 'y', 'k1', now())"
            )
        )
    schema.upgrade(empty)
    with empty.connect() as connection:
        kept = connection.execute(
            text(
                f"SELECT portal_id, access_token_ciphertext, refresh_failures, disconnected_at IS NULL"
                f" FROM {SCHEMA}.portal_connections ORDER BY 1"
            )
        ).all()
    assert kept == [(1, b"x", 0, True), (2, None, 0, False)]
    schema.downgrade(empty, "0001")
    with empty.connect() as connection:
        assert connection.scalar(text(f"SELECT count(*) FROM {SCHEMA}.portal_connections")) == 2
