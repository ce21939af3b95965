"""Fixtures that every part's tests share: a real PostgreSQL, and Meltano's plugins as Meltano installs them."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import make_url
from xdist.scheduler import LoadFileScheduling

# Imported here so that pytest, which names test modules by their folders, does not take the folder
# `auth_service/` for the package.
import auth_service  # noqa: F401
from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

ROOT = Path(__file__).parent
MELTANO = Path(sys.executable).with_name("meltano")

# A throw-away cluster need not survive a power cut.
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}

# Whole systems first, so that no worker is left alone with one at the end.
_FIRST = ("tests/e2e", "tests/analyze", "tests/transform", "tests/schedules", "tests/test_")
# Files that share a fixture which takes a minute to make: one worker makes it and runs them all.
_TOGETHER = (
    re.compile("tests/analyze/"),  # demo_marts
    re.compile("tests/transform/test_(build|calendar|kpi_layer|kpis|marketing|service|values)"),  # build
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""

    def place(item: pytest.Item) -> int:
        return next((rank for rank, start in enumerate(_FIRST) if item.nodeid.startswith(start)), len(_FIRST))

    items.sort(key=place)


class _Units(LoadFileScheduling):
    """Which tests a worker is given at a time: those of a file, or of files that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        together = next((files.pattern for files in _TOGETHER if files.match(nodeid)), None)
        return together or super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _Units:
    """Hand the tests out to the workers of `scripts/test`."""
    return _Units(config, log)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL 18 that lives as long as the test run."""
    home = Path(tempfile.mkdtemp(prefix="hubspot-portals-tests-"))
    server = EmbeddedServer(home, settings=_THROW_AWAY)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def new_database(postgres_url: str) -> Callable[[], AbstractContextManager[str]]:
    """Make databases: `with new_database() as url:` holds an empty one and drops it at the end."""
    server = postgres_url.replace("+psycopg", "")
    names: set[str] = set()

    @contextlib.contextmanager
    def make() -> Iterator[str]:
        # A name comes again when it is free, and what dbt has parsed for it is of use again.
        name = next(name for number in itertools.count(1) if (name := f"test_{number}") not in names)
        names.add(name)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        yield postgres_url.rpartition("/")[0] + f"/{name}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        names.remove(name)

    return make


@pytest.fixture
def database_url(new_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """SQLAlchemy URL of a new, empty database, dropped after the test."""
    with new_database() as url:
        yield url


@pytest.fixture(scope="session")
def plugin_bin() -> Callable[[str, str], Path]:
    """Find the programs of a Meltano plugin, `plugin_bin("utilities", "dbt")`; install the plugin if need be."""

    def find(kind: str, plugin: str) -> Path:
        folder = ROOT / ".meltano" / kind / plugin / "venv" / "bin"
        if not folder.exists():
            subprocess.run([MELTANO, "--log-level=error", "install", kind, plugin], cwd=ROOT, check=True)
        return folder

    return find


@pytest.fixture(scope="session")
def start_dbt(
    plugin_bin: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., subprocess.Popen[str]]:
    """Start the real dbt on `transform/`: `start_dbt("build", "--select", …, database_url=…)`.

    Further keywords are variables of its environment.
    """
    launcher = plugin_bin("utilities", "dbt") / "dbt-on-warehouse"
    artefacts = tmp_path_factory.mktemp("dbt")

    def start(*arguments: str, database_url: str, **variables: str) -> subprocess.Popen[str]:
        # What dbt has parsed is of use again with the same connection only.
        url = make_url(database_url)
        folder = artefacts / f"{url.database}-{url.username}"
        return subprocess.Popen(
            [launcher, *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ["HOME"],
                "DATABASE_URL": database_url,
                "DBT_PROJECT_DIR": str(ROOT / "transform"),
                "DBT_PROFILES_DIR": str(ROOT / "transform"),
                "DBT_TARGET_PATH": str(folder / "target"),
                "DBT_LOG_PATH": str(folder / "logs"),
                "NO_COLOR": "1",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture(scope="session")
def dbt(start_dbt: Callable[..., subprocess.Popen[str]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run dbt as `start_dbt` does, to its end; the caller reads the outcome."""

    def run(*arguments: str, **options: str) -> subprocess.CompletedProcess[str]:
        with start_dbt(*arguments, **options) as process:
            output, errors = process.communicate()
            return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return run
