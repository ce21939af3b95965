"""The demo's four portals: `meltano run` of tap and loader, then dbt."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.e2e.stack import EXTRACT_LOAD, Stack, new_token_keys
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from pathlib import Path


def seconds_to_build(database_url: str, folder: Path) -> tuple[float, float]:
    """How long `meltano run dbt:build` takes the first time, and once more.

    Raises:
        SystemExit: Something failed; with what it said.
    """
    with running_simulator("demo", consent="automatic") as hubspot:
        stack = Stack(hubspot, database_url, folder, new_token_keys())
        stack.serve()
        try:
            for portal_id in hubspot.world.portals:
                stack.connect(portal_id)
            _run(stack, *EXTRACT_LOAD)
            return _run(stack, "dbt:build"), _run(stack, "dbt:build")
        finally:
            stack.close()


def _run(stack: Stack, *blocks: str) -> float:
    began = time.monotonic()
    run = stack.run(*blocks)
    if run.exit_code:
        raise SystemExit(run.output[-6000:])
    return time.monotonic() - began
