"""What analysts may read, and that a build takes nothing of it away: with real logins of the real roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import make_url

from auth_service import roles, schema
from auth_service.audit import Actor
from auth_service.database import create_engine
from tests.transform.raw_tables import load_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.transform.conftest import Dbt
    from tests.transform.sample_portals import Sample

    Connection = psycopg.Connection[tuple[object, ...]]

_PASSWORD = "only-for-this-test"
_SOME_MODELS = (
    "build", "--select", "+dim_portals", "+contacts_all_properties", "--exclude-resource-type", "test",
    "--exclude-resource-type", "unit_test",
)  # fmt: skip
_READABLE = (
    "SELECT count(*) > 0 FROM hubspot_raw.contacts",
    "SELECT count(*) > 0 FROM hubspot_staging.base_hubspot__contacts",
    "SELECT count(*) > 0 FROM hubspot_staging.stg_hubspot__portals",
    "SELECT count(*) > 0 FROM hubspot_marts.dim_portals",
    "SELECT count(*) > 0 FROM hubspot_marts.contacts_all_properties",
)
_FORBIDDEN = (
    "SELECT FROM hubspot_auth.portal_connections",
    "DELETE FROM hubspot_marts.dim_portals",
    "UPDATE hubspot_raw.contacts SET archived = true",
    "TRUNCATE hubspot_staging.stg_hubspot__portals",
    "CREATE TABLE hubspot_marts.mine (id int)",
    "CREATE TABLE hubspot_raw.mine (id int)",
    "DROP VIEW hubspot_marts.contacts_all_properties",
)


@pytest.fixture
def owner(database_url: str, portals: Sample) -> Iterator[Connection]:
    """The administrator, in a database with the tokens' schema and raw rows."""
    engine = create_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        load_all(connection, portals.rows)
        yield connection


@pytest.fixture
def analyst(database_url: str) -> Iterator[Callable[[], Connection]]:
    connections = []

    def log_in() -> Connection:
        url = make_url(database_url).set(drivername="postgresql", username=roles.ANALYST, password=_PASSWORD)
        connections.append(psycopg.connect(url.render_as_string(hide_password=False), autocommit=True))
        return connections[-1]

    yield log_in
    for connection in connections:
        connection.close()


def _grant_roles(database_url: str, owner: Connection) -> None:
    engine = create_engine(database_url)
    roles.grant(engine, Actor.command())
    engine.dispose()
    for role in (roles.ANALYST, roles.TRANSFORM):
        owner.execute(f"ALTER ROLE {role} PASSWORD '{_PASSWORD}'")


def _reads_and_no_more(analyst: Connection) -> None:
    for query in _READABLE:
        assert analyst.execute(query).fetchone() == (True,), query
    for statement in _FORBIDDEN:
        with pytest.raises(InsufficientPrivilege):
            analyst.execute(statement)


def test_with_a_role_for_each_program_analysts_read_what_each_build_makes_also_an_administrators(
    dbt: Dbt, database_url: str, owner: Connection, analyst: Callable[[], Connection]
) -> None:
    _grant_roles(database_url, owner)
    transform = make_url(database_url).set(username=roles.TRANSFORM, password=_PASSWORD)
    for url in (transform.render_as_string(hide_password=False), database_url):
        result = dbt(*_SOME_MODELS, database_url=url)
        assert result.returncode == 0, result.stdout
        assert "WARNING role" not in result.stdout
        _reads_and_no_more(analyst())
    # Or dbt's own role could not replace what the administrator has built.
    owners = owner.execute(
        "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('hubspot_staging', 'hubspot_marts')"
    ).fetchall()
    assert owners == [(roles.TRANSFORM,)]
    erased = dbt(
        *("--quiet", "run-operation", "purge_deleted", "--args", "{days: 5, execute: true}"),
        database_url=database_url,
    )
    assert " rows deleted. Run dbt build" in erased.stdout


def test_with_one_user_for_all_programs_a_build_gives_analysts_all_they_may_read(
    dbt: Dbt, database_url: str, owner: Connection, analyst: Callable[[], Connection]
) -> None:
    _grant_roles(database_url, owner)
    # As if somebody had only made the role.
    owner.execute(f"DROP OWNED BY {roles.ANALYST}")
    for _ in range(2):
        result = dbt(*_SOME_MODELS, database_url=database_url)
        assert result.returncode == 0, result.stdout
        _reads_and_no_more(analyst())
        owner.execute("CREATE TABLE hubspot_raw.made_later AS SELECT 1 AS id")
        assert analyst().execute("SELECT * FROM hubspot_raw.made_later").fetchall() == [(1,)]
        owner.execute("DROP TABLE hubspot_raw.made_later")
        # From now on dbt's role has the tables, and can't read all that the one user loads: no reason to act as it.
        _grant_roles(database_url, owner)
        owner.execute(f"REVOKE SELECT ON hubspot_raw.contacts FROM {roles.TRANSFORM}")


def test_what_dbt_may_not_give_is_said_and_stops_no_build(
    dbt: Dbt, database_url: str, owner: Connection
) -> None:
    _grant_roles(database_url, owner)
    owner.execute(f"REVOKE SELECT ON hubspot_raw.contacts FROM {roles.ANALYST}")
    transform = make_url(database_url).set(username=roles.TRANSFORM, password=_PASSWORD)
    result = dbt(*_SOME_MODELS, database_url=transform.render_as_string(hide_password=False))
    assert result.returncode == 0, result.stdout
    assert (
        "WARNING role hubspot_analyst can not read 1 tables of hubspot_raw, and hubspot_transform may not let it: "
        "run hubspot-auth grant-roles" in result.stdout
    )
