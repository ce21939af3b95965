"""Fixtures of the end-to-end tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stack import EXTRACT_LOAD, Stack, new_token_keys
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    Loader = subprocess.Popen[bytes]
    Connected = Callable[[str | Path], AbstractContextManager[Stack]]


@pytest.fixture
def connected(database_url: str, tmp_path: Path, plugin_bin: Callable[[str, str], Path]) -> Connected:
    """Make a stack: `with connected("tiny") as stack:` has every portal of a scenario connected."""
    for kind, plugin in (("extractors", EXTRACT_LOAD[0]), ("loaders", EXTRACT_LOAD[1]), ("utilities", "dbt")):
        plugin_bin(kind, plugin)

    @contextlib.contextmanager
    def make(scenario: str | Path) -> Iterator[Stack]:
        with running_simulator(scenario) as hubspot:
            stack = Stack(hubspot, database_url, tmp_path, new_token_keys())
            stack.serve()
            try:
                for portal_id in hubspot.world.portals:
                    page = stack.connect(portal_id)
                    assert "Connection successful" in page.text, page.text
                yield stack
            finally:
                stack.close()

    return make


@pytest.fixture
def stack(connected: Connected) -> Iterator[Stack]:
    """Two small portals with every odd value, both connected."""
    with connected("tiny") as stack:
        yield stack


@pytest.fixture
def start_loader(
    plugin_bin: Callable[[str, str], Path], database_url: str
) -> Iterator[Callable[..., Loader]]:
    """Start the loader as Meltano does; keywords are its settings."""
    launcher = plugin_bin("loaders", "target-postgres") / "target-postgres-on-warehouse"
    loaders: list[Loader] = []

    def start(**settings: str) -> Loader:
        loader = subprocess.Popen(
            [launcher],
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": database_url,
                "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": "hubspot_raw",
                **settings,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        loaders.append(loader)
        return loader

    yield start
    for loader in loaders:
        loader.kill()
        loader.wait()
        for pipe in (loader.stdin, loader.stdout, loader.stderr):
            assert pipe
            pipe.close()
