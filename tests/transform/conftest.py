from __future__ import annotations

import os
import secrets
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import psycopg
import pytest

from tests.transform import garbage
from tests.transform.raw_tables import create_raw_tables, load
from tests.transform.sample_portals import sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.transform.sample_portals import Sample

_PROJECT = Path(__file__).parents[2] / "transform"
_EXECUTABLE = os.environ.get("DBT_EXECUTABLE", str(_PROJECT.parent / ".meltano/utilities/dbt/venv/bin/dbt"))


class Dbt(Protocol):
    def __call__(self, *arguments: str, database_url: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    output = tmp_path_factory.mktemp("dbt")

    def run(*arguments: str, database_url: str) -> subprocess.CompletedProcess[str]:
        with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
            info = connection.info
            environment = {
                **os.environ,
                "DBT_HOST": info.host,
                "DBT_PORT": str(info.port),
                "DBT_USER": info.user,
                "DBT_PASSWORD": info.password,
                "DBT_DBNAME": info.dbname,
                "DBT_SSLMODE": "disable",
                "DBT_PROJECT_DIR": str(_PROJECT),
                "DBT_PROFILES_DIR": str(_PROJECT),
                "DBT_TARGET_PATH": str(output / "target"),
                "DBT_LOG_PATH": str(output / "logs"),
                "DBT_USE_COLORS": "false",
            }
        return subprocess.run(
            [_EXECUTABLE, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


@pytest.fixture(scope="session")
def portals() -> Sample:
    return sample()


@pytest.fixture(scope="session")
def warehouse(postgres_url: str) -> Iterator[str]:
    """URL of a database with the raw tables, still empty."""
    name = f"test_{secrets.token_hex(6)}"
    server = postgres_url.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = postgres_url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        create_raw_tables(connection)
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def empty_build(dbt: Dbt, warehouse: str) -> subprocess.CompletedProcess[str]:
    """`dbt build` before any portal is connected."""
    return dbt("build", database_url=warehouse)


@pytest.fixture(scope="session")
def build(
    dbt: Dbt, warehouse: str, portals: Sample, empty_build: subprocess.CompletedProcess[str]
) -> subprocess.CompletedProcess[str]:
    """`dbt build` on the sample portals and the garbage."""
    assert empty_build.returncode == 0, empty_build.stdout
    with psycopg.connect(warehouse.replace("+psycopg", "")) as connection:
        for rows_by_stream in (portals.rows, garbage.rows()):
            for stream, rows in rows_by_stream.items():
                load(connection, stream, rows)
    # Not all warnings: those of tests that warn are expected.
    return dbt("--warn-error-options", '{"error": ["Deprecations"]}', "build", database_url=warehouse)


@pytest.fixture
def built(
    build: subprocess.CompletedProcess[str], warehouse: str
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Connection to the warehouse after the build."""
    assert build.returncode == 0, build.stdout
    with psycopg.connect(warehouse.replace("+psycopg", "")) as connection:
        yield connection
