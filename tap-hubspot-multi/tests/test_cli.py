"""The command, as a process: what a person sees."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tap_hubspot_multi.streams import STREAMS
from tests.hubspot_simulator import running_simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMAND = [sys.executable, "-c", "from tap_hubspot_multi.cli import main; main()"]

Result = subprocess.CompletedProcess[str]


@pytest.fixture
def tap(tmp_path: Path) -> Callable[..., Result]:
    """Run the command in an empty folder, with an empty environment."""

    def run(*arguments: str, config: dict[str, Any] | None = None) -> Result:
        if config is not None:
            (tmp_path / "config.json").write_text(json.dumps(config))
            arguments = ("--config", str(tmp_path / "config.json"), *arguments)
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return run


def errors(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if "| ERROR" in line]


def test_discovery_needs_no_settings_and_no_network(tap: Callable[..., Result]) -> None:
    result = tap("--discover")

    assert result.returncode == 0
    assert {stream["stream"] for stream in json.loads(result.stdout)["streams"]} >= {
        "contacts",
        "portal_syncs",
    }
    assert errors(result) == []


def test_about_needs_no_settings(tap: Callable[..., Result]) -> None:
    result = tap("--about", "--format=json")

    assert result.returncode == 0
    assert set(json.loads(result.stdout)["settings"]["properties"]) >= {"database_url"}


def test_missing_settings_are_told_in_a_line_each_without_a_traceback(tap: Callable[..., Result]) -> None:
    result = tap()

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    lines = errors(result)
    assert len(lines) == 4
    for line, setting in zip(
        lines, ("database_url", "token_keys", "client_id", "client_secret"), strict=True
    ):
        assert f"Setting {setting} (environment variable TAP_HUBSPOT_MULTI_{setting.upper()})" in line


@pytest.mark.parametrize("arguments", [(), ("--test",)])
def test_a_wrong_setting_ends_the_command_without_its_value(
    tap: Callable[..., Result], arguments: tuple[str]
) -> None:
    result = tap(*arguments, config={"static_tokens": "pat-secret"})

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "Setting static_tokens" in errors(result)[0]
    assert "pat-secret" not in result.stderr


def test_a_dry_run_reads_a_record_of_each_stream(tap: Callable[..., Result]) -> None:
    with running_simulator("tiny") as simulator:
        tokens = [simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals]

        result = tap("--test", config={"api_url": simulator.url, "static_tokens": tokens})

    assert result.returncode == 0
    records = [json.loads(line)["stream"] for line in result.stdout.splitlines() if '"RECORD"' in line]
    assert sorted(records) == sorted(set(records) - {"portal_syncs"})
    assert len(records) == len(STREAMS)


def test_a_damaged_state_file_is_told_in_a_line(tap: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{")

    result = tap("--state", str(tmp_path / "state.json"), config={"static_tokens": ["pat-secret"]})

    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    [line] = errors(result)
    assert f"--state {tmp_path / 'state.json'} is not JSON: line 1, column 2" in line


def test_an_unreachable_hubspot_is_told_in_a_line(tap: Callable[..., Result]) -> None:
    result = tap(config={"api_url": "not an address", "static_tokens": ["pat-secret"]})

    assert result.returncode == 1
    [line] = errors(result)
    assert "Setting api_url" in line


def test_a_stop_request_ends_the_run_at_a_safe_point(tmp_path: Path) -> None:
    with running_simulator("tiny", latency_ms=150) as simulator:
        tokens = [simulator.issue_static_token(portal_id) for portal_id in simulator.world.portals]
        config = tmp_path / "config.json"
        config.write_text(json.dumps({"api_url": simulator.url, "static_tokens": tokens}))
        process = subprocess.Popen(
            [*COMMAND, "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
        )
        assert process.stdout is not None
        first_record = next(line for line in process.stdout if '"RECORD"' in line)
        process.send_signal(signal.SIGTERM)
        output, log = process.communicate(timeout=30)

    assert process.returncode == 143
    messages = [json.loads(line) for line in [first_record, *output.splitlines()]]
    assert messages[-1]["type"] in {"RECORD", "STATE"}
    assert "the next run goes on from the last state" in log
    assert "Traceback" not in log
