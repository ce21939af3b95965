"""A stop request ends the process within seconds, whatever it waits for, and leaves a state that is good."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from auth_service import schema
from auth_service.database import create_engine
from tests.hubspot_simulator import running_simulator
from tests.token_table import connect, tap_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from tests.hubspot_simulator import Simulator

COMMAND = [sys.executable, "-c", "from tap_hubspot_multi.cli import main; main()"]

Start = Any


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start(simulator, max_workers=1, …)`: the tap's process, reading all portals; its output goes to a file."""
    processes = []

    def start(simulator: Simulator, *, stdout: int | None = None, **config: object) -> subprocess.Popen[str]:
        tokens = [simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals]
        path = tmp_path / "config.json"
        path.write_text(json.dumps({"api_url": simulator.url, "static_tokens": tokens} | config))
        with (tmp_path / "output.jsonl").open("w") as output:
            process = subprocess.Popen(
                [*COMMAND, "--config", str(path)],
                stdout=output if stdout is None else stdout,
                stderr=subprocess.PIPE,
                text=True,
                cwd=tmp_path,
                pipesize=4096,
            )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        with process:
            pass  # closes its pipes


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


def stop(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[float, str]:
    """Send a signal; seconds until the process had ended, and its log."""
    assert process.stderr is not None
    began = time.monotonic()
    process.send_signal(number)
    process.wait(timeout=60)
    return time.monotonic() - began, process.stderr.read()


def assert_stopped_in_time(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> str:
    seconds, log = stop(process, number)
    assert process.returncode == 143
    assert seconds < 10
    assert "the next run goes on from the last state" in log
    assert "Traceback" not in log
    return log


def last_message(folder: Path) -> dict[str, Any]:
    message: dict[str, Any] = json.loads((folder / "output.jsonl").read_text().splitlines()[-1])
    return message


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def wait_for_requests(simulator: Simulator, number: int, route: str) -> None:
    wait_until(lambda: simulator.requests.count(route=route) >= number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_before_the_first_stream_is_read(start: Start, number: int) -> None:
    with running_simulator("tiny") as simulator:
        simulator.faults.add("latency", route="account_info", count=None, seconds=60)
        process = start(simulator)
        wait_for_requests(simulator, 1, "account_info")
        assert_stopped_in_time(process, number)


@pytest.mark.parametrize("workers", [1, 32])
def test_while_no_request_is_answered_any_more(start: Start, tmp_path: Path, workers: int) -> None:
    with running_simulator("tiny") as simulator:
        process = start(simulator, max_workers=workers)
        wait_for_requests(simulator, 4, "crm.*")
        simulator.faults.add("latency", count=None, seconds=60)
        time.sleep(0.5)
        assert_stopped_in_time(process)

    assert last_message(tmp_path)["type"] == "STATE"


def test_while_all_wait_for_a_limit(start: Start, tmp_path: Path) -> None:
    with running_simulator("tiny") as simulator:
        simulator.faults.add("429", route="crm.*", count=None, retry_after=200)
        process = start(simulator)
        wait_for_requests(simulator, len(simulator.world.portals), "crm.*")
        time.sleep(0.5)
        assert_stopped_in_time(process)

    assert last_message(tmp_path)["type"] == "STATE"


def test_while_the_target_reads_nothing_any_more(start: Start) -> None:
    with running_simulator("tiny") as simulator:
        process = start(simulator, stdout=subprocess.PIPE)
        wait_until_stuck(process)
        assert_stopped_in_time(process)


def test_a_second_signal_ends_it_at_once(start: Start) -> None:
    with running_simulator("tiny") as simulator:
        process = start(simulator, stdout=subprocess.PIPE)
        wait_until_stuck(process)
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert process.poll() is None
        seconds, log = stop(process)

    assert process.returncode == 143
    assert seconds < 3
    assert "Stopped at once" in log


def wait_until_stuck(process: subprocess.Popen[str]) -> None:
    """Wait until the output, which nobody reads, does not fit into its small pipe."""
    assert process.stdout is not None
    select.select([process.stdout], [], [])
    time.sleep(1)


def wait_until_blocked(engine: Engine) -> None:
    """Wait until some session waits for a lock of another one."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")

    def is_blocked() -> bool:
        with engine.connect() as connection:
            return bool(connection.execute(waiting).scalar())

    wait_until(is_blocked)


@pytest.mark.parametrize("table", ["token_keys_canary", "portal_connections"])
def test_while_it_waits_for_the_token_table_before_it_begins(
    start: Start, engine: Engine, database_url: str, table: str
) -> None:
    with running_simulator("tiny") as simulator, engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE hubspot_auth.{table} IN ACCESS EXCLUSIVE MODE"))
        process = start(simulator, static_tokens=None, **tap_settings(simulator, database_url))
        wait_until_blocked(engine)
        assert_stopped_in_time(process)


def test_while_all_wait_for_a_token(start: Start, engine: Engine, database_url: str, tmp_path: Path) -> None:
    with running_simulator("tiny") as simulator:
        for portal_id in simulator.world.portals:
            connect(simulator, engine, portal_id)
        with engine.begin() as connection:
            connection.execute(text("UPDATE hubspot_auth.portal_connections SET expires_at = now()"))
        with engine.begin() as connection:
            connection.execute(text("SELECT * FROM hubspot_auth.portal_connections FOR UPDATE"))
            process = start(simulator, static_tokens=None, **tap_settings(simulator, database_url))
            wait_until_blocked(engine)
            assert_stopped_in_time(process)

    assert last_message(tmp_path)["type"] == "STATE"
