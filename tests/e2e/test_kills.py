"""Kill any part in the middle of a run: the next run loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

import pytest

from embedded_postgres import EmbeddedServer, processes
from tests.e2e.stack import EXTRACT_LOAD, Stack, end_orphans, finish, kill, new_token_keys, wait_for_requests
from tests.e2e.truth import assert_warehouse_equals_hubspot
from tests.hubspot_simulator import Scenario, running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

# Long enough that the kill comes in the middle: about fifty requests at 40 ms each before it, as many after.
SCENARIO = """
name = "kills"
consent = "automatic"

[defaults]
contacts = 900
companies = 250
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
REQUESTS_BEFORE_THE_KILL = 40


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = EmbeddedServer(folder / "postgres")  # with the durability of production: it will be killed
    server.start()
    yield server
    server.stop()
    rmtree(folder)


@pytest.fixture
def stack(server: EmbeddedServer, tmp_path: Path) -> Iterator[Stack]:
    with running_simulator(Scenario.parse(SCENARIO), latency_ms=40) as hubspot:
        stack = Stack(hubspot, server.url, tmp_path, new_token_keys())
        stack.serve()
        try:
            for portal_id in PORTALS:
                assert "Connection successful" in stack.connect(portal_id).text
            yield stack
        finally:
            stack.close()


@pytest.mark.parametrize("part", ["tap-hubspot-multi", "target-postgres", "meltano", "postgres"])
def test_killed_in_the_middle_the_next_run_completes_with_every_row(
    stack: Stack, server: EmbeddedServer, part: str
) -> None:
    run = stack.start(*EXTRACT_LOAD)
    wait_for_requests(stack.hubspot, REQUESTS_BEFORE_THE_KILL)
    if part == "postgres":
        postmaster = processes.postmaster(server.cluster)
        assert postmaster
        postmaster.kill()
    else:
        kill(run, part)
    broken = finish(run)
    end_orphans(run)
    assert broken.exit_code != 0
    if part == "postgres":
        server.start()

    again = stack.run("runs:recover", *EXTRACT_LOAD)
    assert again.exit_code == 0, again.output
    assert_warehouse_equals_hubspot(stack, *PORTALS)


def test_stopped_by_a_signal_in_the_middle_the_next_run_completes_with_every_row(stack: Stack) -> None:
    run = stack.start(*EXTRACT_LOAD)
    wait_for_requests(stack.hubspot, REQUESTS_BEFORE_THE_KILL)
    run.send_signal(signal.SIGTERM)
    stopped = finish(run)
    end_orphans(run)
    assert stopped.exit_code == 143
    assert "stopped on request; the next run goes on from the last state" in stopped

    again = stack.run("runs:recover", *EXTRACT_LOAD)
    assert again.exit_code == 0, again.output
    assert_warehouse_equals_hubspot(stack, *PORTALS)
