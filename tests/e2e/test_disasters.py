"""Disaster drills: the state is lost; the database is lost and an older backup restored. The next sync catches up."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded_postgres import EmbeddedServer
from tests.e2e.stack import EXTRACT_LOAD, Stack, finish, new_token_keys
from tests.e2e.truth import assert_warehouse_equals_hubspot
from tests.hubspot_simulator import Scenario, running_simulator
from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.e2e.stack import Run

SCENARIO = """
name = "disasters"
consent = "automatic"

[defaults]
contacts = 900
companies = 150
deals = 300

[[defaults.pipelines]]
id = "default"
label = "Sales"
stages = [
  { id = "open", label = "Open", probability = 0.3 },
  { id = "won", label = "Won", probability = 1, closed = true },
  { id = "lost", label = "Lost", probability = 0, closed = true },
]

[[portals]]
portal_id = 501
name = "First"
domain = "first.example"

[[portals]]
portal_id = 502
name = "Second"
domain = "second.example"
"""
PORTALS = (501, 502)


@pytest.fixture
def stack(database_url: str, tmp_path: Path, plugin_bin: Callable[[str, str], Path]) -> Iterator[Stack]:
    for kind, plugin in (("extractors", EXTRACT_LOAD[0]), ("loaders", EXTRACT_LOAD[1])):
        plugin_bin(kind, plugin)
    for utility in ("portals", "postgres"):
        plugin_bin("utilities", utility)
    with running_simulator(Scenario.parse(SCENARIO)) as hubspot:
        stack = Stack(hubspot, database_url, tmp_path, new_token_keys())
        stack.serve()
        try:
            for portal_id in PORTALS:
                assert "Connection successful" in stack.connect(portal_id).text
            yield stack
        finally:
            stack.close()


@pytest.fixture
def new_cluster() -> Iterator[EmbeddedServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = EmbeddedServer(folder / "postgres", settings={"fsync": "off", "shared_buffers": "64MB"})
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


def invoke(stack: Stack, *arguments: str) -> Run:
    return finish(stack.start_meltano("--environment=ci", "invoke", "--no-install", *arguments))


def sync(stack: Stack) -> int:
    """Sync, and return how many requests it took."""
    stack.hubspot.requests.clear()
    run = stack.run(*EXTRACT_LOAD)
    assert run.exit_code == 0, run.output
    return stack.hubspot.requests.count(route="crm.*")


def tick(stack: Stack) -> str:
    """Let business go on; returns since when."""
    since = iso(stack.hubspot.clock.now_ms())
    stack.hubspot.tick()
    return since


def modes_of_last_run(stack: Stack) -> dict[str, str]:
    rows = stack.query(
        "SELECT DISTINCT stream || ' ' || object_type AS name, mode FROM hubspot_raw.portal_syncs"
        " WHERE run_id = (SELECT max(run_id) FROM hubspot_raw.portal_syncs)"
        " AND stream IN ('contacts', 'companies', 'deals', 'property_history')"
    )
    return {row["name"]: row["mode"] for row in rows}


def test_drills_of_a_lost_state_and_of_a_lost_database(stack: Stack, new_cluster: EmbeddedServer) -> None:
    backfill = sync(stack)
    tick(stack)
    sync(stack)

    # The state is lost.
    (stack.folder / "meltano.db").unlink()
    since = tick(stack)
    dry = invoke(stack, "portals:rebuild-state", "--dry-run")
    assert dry.exit_code == 0, dry.output
    assert "portal 501, contacts: from 2" in dry
    assert "Nothing is changed." in dry
    rebuilt = invoke(stack, "portals:rebuild-state")
    assert rebuilt.exit_code == 0, rebuilt.output
    assert "Written as ci:tap-hubspot-multi-to-target-postgres." in rebuilt
    caught_up = sync(stack)
    assert set(modes_of_last_run(stack).values()) == {"incremental"}, modes_of_last_run(stack)
    assert caught_up < backfill
    assert_warehouse_equals_hubspot(stack, *PORTALS, links_since=since)

    # The database is lost, and of its backup the state knows more than is in it.
    backup = stack.folder / "backup.dump"
    dumped = invoke(stack, "postgres:dump", str(backup))
    assert dumped.exit_code == 0, dumped.output
    assert backup.stat().st_mode & 0o077 == 0
    since = tick(stack)
    sync(stack)
    stack.database_url = new_cluster.url
    restored = invoke(stack, "postgres:restore", str(backup))
    assert restored.exit_code == 0, restored.output
    refused = invoke(stack, "portals:rebuild-state")
    assert refused.exit_code == 1
    assert (
        "there is a state already (ci:tap-hubspot-multi-to-target-postgres): to replace it, say --replace"
        in refused
    )
    assert "Traceback" not in refused
    replaced = invoke(stack, "portals:rebuild-state", "--replace")
    assert replaced.exit_code == 0, replaced.output
    assert sync(stack) < backfill
    assert set(modes_of_last_run(stack).values()) == {"incremental"}
    assert_warehouse_equals_hubspot(stack, *PORTALS, links_since=since)
