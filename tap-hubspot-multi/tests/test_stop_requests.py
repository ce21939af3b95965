"""A stop request is heard within seconds, whatever HubSpot does meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hubspot_simulator import Simulator

COMMAND = [sys.executable, "-c", "from tap_hubspot_multi.cli import main; main()"]


@contextmanager
def started(simulator: Simulator, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The tap's process, reading all portals of the simulator."""
    tokens = [simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals]
    config = folder / "config.json"
    config.write_text(json.dumps({"api_url": simulator.url, "static_tokens": tokens}))
    with (folder / "output.jsonl").open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "--config", str(config)], stdout=output, stderr=subprocess.PIPE, text=True, cwd=folder
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Send SIGTERM; seconds until the process had ended, and its log."""
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    return time.monotonic() - began, log


def wait_for_requests(simulator: Simulator, number: int, route: str) -> None:
    deadline = time.monotonic() + 30
    while simulator.requests.count(route=route) < number:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_before_the_first_stream_is_read(tmp_path: Path) -> None:
    with running_simulator("tiny") as simulator:
        simulator.faults.add("latency", route="account_info", count=None, seconds=60)
        with started(simulator, tmp_path) as process:
            wait_for_requests(simulator, 1, "account_info")
            seconds, log = stop(process)

    assert process.returncode == 143
    assert seconds < 10
    assert "Traceback" not in log


def test_while_no_request_is_answered_any_more(tmp_path: Path) -> None:
    with running_simulator("tiny") as simulator, started(simulator, tmp_path) as process:
        wait_for_requests(simulator, 4, "crm.*")
        simulator.faults.add("latency", count=None, seconds=60)
        time.sleep(0.5)
        seconds, log = stop(process)

    assert process.returncode == 143
    assert seconds < 10
    assert "the next run goes on from the last state" in log
    assert "Traceback" not in log
    messages = [json.loads(line) for line in (tmp_path / "output.jsonl").read_text().splitlines()]
    assert messages[-1]["type"] == "STATE"
