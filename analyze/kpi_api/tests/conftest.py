"""An API whose database does not answer: what it says without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg_pool import ConnectionPool
from starlette.testclient import TestClient

from kpi_api.app import create_app
from kpi_api.keys import KeyFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.toml")


@pytest.fixture
def new_client(key_file: KeyFile) -> Callable[..., TestClient]:
    """Make clients of an API that has `key_file`, or other settings; a key goes along with each request."""

    def make(key: str | None = None, *, base_url: str = "http://localhost", **settings: object) -> TestClient:
        # A pool that was never opened answers as a database that is away.
        pool: ConnectionPool[psycopg.Connection[tuple[object, ...]]] = ConnectionPool(open=False, min_size=1)
        app = create_app(pool, **{"keys": key_file, "per_minute": 100, **settings})  # type: ignore[arg-type]
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return TestClient(app, base_url=base_url, headers=headers)

    return make
