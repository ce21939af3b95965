"""Which database is in use, and what a wrong answer says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from warehouse_connection import service_file
from warehouse_connection.connection import as_libpq_environment, connect
from warehouse_connection.location import SERVICE_FILE, WarehouseError, resolve_url

SECRET = "s3cr3t-marker"


def embedded(project: Path, password: str = "pass word/@:") -> None:
    path = project / SERVICE_FILE
    path.parent.mkdir(parents=True)
    service_file.write(
        path, service_file.Service(port=5433, user="hubspot", password=password, dbname="hubspot")
    )


def test_database_url_wins_over_the_embedded_server(tmp_path: Path) -> None:
    embedded(tmp_path)
    environment = {"DATABASE_URL": "postgresql+psycopg://me@db/x", "MELTANO_PROJECT_ROOT": str(tmp_path)}
    assert resolve_url(environment) == "postgresql+psycopg://me@db/x"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_common_spelling_of_the_scheme_is_taken(scheme: str) -> None:
    assert resolve_url({"DATABASE_URL": f"{scheme}://me@db/x"}) == "postgresql+psycopg://me@db/x"


@pytest.mark.parametrize("unset", [{}, {"DATABASE_URL": ""}])
def test_an_unset_or_empty_database_url_means_the_embedded_server(
    tmp_path: Path, unset: dict[str, str]
) -> None:
    embedded(tmp_path)
    url = resolve_url({**unset, "MELTANO_PROJECT_ROOT": str(tmp_path)})
    assert conninfo_to_dict(url.replace("+psycopg", "")) == {
        "host": "127.0.0.1",
        "port": "5433",
        "user": "hubspot",
        "password": "pass word/@:",
        "dbname": "hubspot",
    }


def test_the_embedded_server_is_found_from_a_folder_inside_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded(tmp_path)
    inside = tmp_path / "transform" / "models"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert "127.0.0.1:5433" in resolve_url({})


def test_without_any_database_the_message_names_the_setting_the_place_and_the_cure(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError) as error:
        resolve_url({"MELTANO_PROJECT_ROOT": str(tmp_path)})
    assert "DATABASE_URL is not set" in str(error.value)
    assert str(tmp_path) in str(error.value)
    assert "meltano invoke postgres:start" in str(error.value)


@pytest.mark.parametrize("url", [f"mysql://me:{SECRET}@db/x", SECRET, f"postgresql:{SECRET}"])
def test_a_url_of_another_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(WarehouseError, match="DATABASE_URL is not a PostgreSQL URL") as error:
        resolve_url({"DATABASE_URL": url})
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("url", [f"postgresql://me:a@{SECRET}@db/x", f"postgresql://me:%{SECRET}@db/x"])
def test_an_unreadable_password_is_not_shown(url: str) -> None:
    with pytest.raises(WarehouseError, match="percent-encode") as error:
        connect(url)
    assert SECRET not in str(error.value)


def test_a_database_that_refuses_us_is_one_line_without_the_password(postgres_url: str) -> None:
    host = postgres_url.rpartition("@")[2]
    with pytest.raises(WarehouseError, match="can't connect to the database") as error:
        connect(f"postgresql+psycopg://hubspot:{SECRET}@{host}")
    assert SECRET not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_url_becomes_libpq_variables_so_that_no_password_is_an_argument() -> None:
    variables = as_libpq_environment("postgresql+psycopg://me:p%40ss@db:6543/x?sslmode=require")
    assert variables == {
        "PGHOST": "db",
        "PGPORT": "6543",
        "PGUSER": "me",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "x",
        "PGSSLMODE": "require",
    }


@given(
    password=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1)
    .map(str.strip)
    .filter(bool)
)
def test_a_service_file_gives_back_any_password(
    password: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("service") / "pg_service.conf"
    service = service_file.Service(port=1, user="u", password=password, dbname="d")
    service_file.write(path, service)
    assert service_file.read(path) == service


@pytest.mark.parametrize("launcher", ["dbt-on-warehouse", "target-postgres-on-warehouse"])
def test_a_launcher_without_database_ends_with_one_line_and_code_2(tmp_path: Path, launcher: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name(launcher)],
        cwd=tmp_path,
        env={"MELTANO_PROJECT_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"{launcher}: DATABASE_URL is not set")
    assert len(done.stderr.splitlines()) == 1
