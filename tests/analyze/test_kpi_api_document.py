"""The OpenAPI document is true: Schemathesis, which knows the API by it alone, finds nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from kpi_api.keys import KeyFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_BIN = Path(sys.executable).parent
_SECONDS_TO_START = 20


@pytest.fixture
def served(demo_marts: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of a running API, and a key that sees a part of the portals."""
    _, key = KeyFile(tmp_path / "keys.toml").create(
        "Europe and America", portals=(1458021,), groups=("Europe",)
    )
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [_BIN / "kpi-api", "serve", "--port", str(port), "--requests-per-minute", "1000000"],
            env={
                **os.environ,
                "ANALYZE_DATABASE_URL": demo_marts,
                "KPI_API_KEYS_FILE": str(tmp_path / "keys.toml"),
            },
            stdout=output,
            stderr=output,
        )
    try:
        _wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}", key
    finally:
        process.terminate()
        exit_code = process.wait(timeout=20)
    assert exit_code == 0, log.read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")
    assert key not in log.read_text(encoding="utf-8")


def test_schemathesis_finds_the_api_to_be_as_documented(served: tuple[str, str], tmp_path: Path) -> None:
    url, key = served
    done = subprocess.run(
        [
            *(_BIN / "schemathesis", "--config-file", Path(__file__).with_name("schemathesis.toml")),
            *("run", f"{url}/openapi.json", "--header", f"Authorization: Bearer {key}"),
            *(
                "--phases",
                "coverage,fuzzing",
                "--max-examples",
                "12",
                "--workers",
                "2",
                "--generation-deterministic",
            ),
            *("--suppress-health-check", "all", "--no-color"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while True:
        try:
            httpx2.get(url, trust_env=False).raise_for_status()
        except httpx2.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return
