"""Runs in shards: every row once, whatever the number of shards before, and whatever was killed."""

from __future__ import annotations

import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.e2e.stack import EXTRACT_LOAD, Stack, finish, new_token_keys, wait_for_requests
from tests.e2e.truth import assert_warehouse_equals_hubspot
from tests.hubspot_simulator import Scenario, running_simulator
from tests.hubspot_simulator.clock import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIPELINE = "ci:tap-hubspot-multi-to-target-postgres"
SCENARIO = """
name = "shards"
consent = "automatic"

[defaults]
contacts = 150
companies = 20
deals = 20

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

[[portals]]
portal_id = 508
name = "Third"
domain = "third.example"
"""
SHARDS = {501: "1/3", 508: "2/3", 502: "3/3"}


@pytest.fixture
def stack(database_url: str, tmp_path: Path, plugin_bin: Callable[[str, str], Path]) -> Iterator[Stack]:
    """Three portals, in as many shards; the job has no dbt, and another last part instead of it."""
    for kind, plugin in (
        ("extractors", EXTRACT_LOAD[0]),
        ("loaders", EXTRACT_LOAD[1]),
        ("utilities", "runs"),
    ):
        plugin_bin(kind, plugin)
    with running_simulator(Scenario.parse(SCENARIO)) as hubspot:
        stack = Stack(hubspot, database_url, tmp_path, new_token_keys())
        job = stack.project / "orchestrate" / "orchestrate.meltano.yml"
        job.write_text(job.read_text().replace("postgres:start ", "").replace("dbt:build", "runs:recover"))
        stack.serve()
        try:
            for portal_id in SHARDS:
                assert "Connection successful" in stack.connect(portal_id).text
            yield stack
        finally:
            stack.close()


def state_ids(stack: Stack) -> list[str]:
    with closing(sqlite3.connect(stack.folder / "meltano.db")) as database:
        return [row[0] for row in database.execute("SELECT state_id FROM state ORDER BY state_id")]


def modes(stack: Stack, *, after: str = "") -> dict[int, set[str]]:
    """How contacts and deals were read, by portal, in the runs after one."""
    found: dict[int, set[str]] = {}
    for row in stack.query(
        "SELECT portal_id, mode FROM hubspot_raw.portal_syncs "
        f"WHERE stream IN ('contacts', 'deals') AND run_id > '{after}'"
    ):
        found.setdefault(row["portal_id"], set()).add(row["mode"])
    return found


def last_run(stack: Stack) -> str:
    [row] = stack.query("SELECT max(run_id) AS run_id FROM hubspot_raw.portal_syncs")
    return str(row["run_id"])


def hold_up(stack: Stack, portal_id: int) -> None:
    """Let each page of a portal's contacts take long."""
    stack.hubspot.faults.add(
        "latency", route="crm.list", portal_id=portal_id, object_type="contacts", count=None, seconds=20
    )


def test_the_number_of_shards_may_change_from_run_to_run(stack: Stack) -> None:
    hold_up(stack, 508)
    first = stack.start_sync("--shards=2")
    wait_for_requests(stack.hubspot, 30)
    meanwhile = stack.run("runs:recover", *EXTRACT_LOAD)
    assert meanwhile.exit_code == 1
    assert re.search(r"shard-\d-of-2.* at work: let it end first", meanwhile.output)
    first.terminate()
    stopped = finish(first)
    assert stopped.exit_code == 128 + signal.SIGTERM, stopped.output
    assert "scripts/sync: stopped on request" in stopped
    assert state_ids(stack) == [PIPELINE]

    stack.hubspot.faults.clear()
    whole = finish(stack.start_sync("--shards=3"))
    assert whole.exit_code == 0, whole.output
    assert all(f"{shard} | " in whole for shard in SHARDS.values())
    assert_warehouse_equals_hubspot(stack, *SHARDS)
    assert state_ids(stack) == [PIPELINE]

    before = last_run(stack)
    ticked = iso(stack.hubspot.clock.now_ms())
    stack.hubspot.tick()
    halves = finish(stack.start_sync("--shards=2"))
    assert halves.exit_code == 0, halves.output
    assert modes(stack, after=before) == {portal_id: {"incremental"} for portal_id in SHARDS}
    assert_warehouse_equals_hubspot(stack, *SHARDS, links_since=ticked)


def test_after_a_killed_run_in_shards_an_unsharded_one_goes_on_where_each_shard_was(stack: Stack) -> None:
    hold_up(stack, 508)
    run = stack.start_sync("--shards=3")
    ended: set[str] = set()
    while ended != {"1/3", "3/3"}:
        assert run.stdout
        line = run.stdout.readline()
        assert line, "the run has ended too early"
        ended.update(re.findall(r"^([13]/3) \| .*\[info .*Block run completed", line))
    family = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    for member in family:
        if Path(member.cmdline()[1]).name == "meltano":
            member.kill()
    assert finish(run).exit_code == -signal.SIGKILL
    stack.hubspot.faults.clear()
    before = last_run(stack)
    assert state_ids(stack) == [f"{PIPELINE}:shard-{number}-of-3" for number in (1, 2, 3)]

    again = stack.run("runs:recover", *EXTRACT_LOAD)

    assert again.exit_code == 0, again.output
    assert "its bookmarks are folded back" in again
    assert modes(stack, after=before) == {501: {"incremental"}, 502: {"incremental"}, 508: {"backfill"}}
    assert_warehouse_equals_hubspot(stack, *SHARDS)
    assert state_ids(stack) == [PIPELINE]
