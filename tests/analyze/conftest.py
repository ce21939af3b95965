"""The marts of the demo, made once for all readers: simulated HubSpot, tap, loader and dbt, as `scripts/demo` does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stack import EXTRACT_LOAD, Stack, new_token_keys
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

# What a user of the demo's portals could have filled in.
_SEEDS = {
    "portal_groups": """portal_id,group_type,group_name
26110977,region,Europe
145802233,region,Europe
1458021,region,Americas
""",
    "kpi_targets": """portal_id,group_name,kpi,month,target
1458021,,won_value,2026-10,500000
1458021,,win_rate,2026-10,0.4
,Europe,won_value,2026-10,1500000
""",
}


@pytest.fixture(scope="session")
def demo_marts(
    new_database: Callable[[], AbstractContextManager[str]],
    plugin_bin: Callable[[str, str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """URL of a database with the marts of the demo's four portals; nobody may write to it.

    ANALYZE_TEST_MARTS_URL names one that is there, for those who try a single test again and again.
    """
    if url := os.environ.get("ANALYZE_TEST_MARTS_URL"):
        yield url
        return
    for kind, plugin in (("extractors", EXTRACT_LOAD[0]), ("loaders", EXTRACT_LOAD[1]), ("utilities", "dbt")):
        plugin_bin(kind, plugin)
    with new_database() as url, running_simulator("demo", consent="automatic") as hubspot:
        stack = Stack(hubspot, url, tmp_path_factory.mktemp("demo"), new_token_keys())
        for seed, rows in _SEEDS.items():
            (stack.project / "transform" / "seeds" / f"{seed}.csv").write_text(rows, encoding="utf-8")
        stack.serve()
        try:
            for portal_id in hubspot.world.portals:
                page = stack.connect(portal_id)
                assert "Connection successful" in page.text, page.text
            run = stack.run("sync")
            assert run.exit_code == 0, run.output
        finally:
            stack.close()
        yield url
