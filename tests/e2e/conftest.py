"""Fixtures of the end-to-end tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.stack import EXTRACT_LOAD, Stack, new_token_keys
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def stack(database_url: str, tmp_path: Path, plugin_bin: Callable[[str, str], Path]) -> Iterator[Stack]:
    """Two small portals with every odd value, both connected."""
    for kind, plugin in (("extractors", EXTRACT_LOAD[0]), ("loaders", EXTRACT_LOAD[1]), ("utilities", "dbt")):
        plugin_bin(kind, plugin)
    with running_simulator("tiny") as hubspot:
        stack = Stack(hubspot, database_url, tmp_path, new_token_keys())
        stack.serve()
        try:
            for portal_id in hubspot.world.portals:
                page = stack.connect(portal_id)
                assert "Connection successful" in page.text, page.text
            yield stack
        finally:
            stack.close()
