"""The DAGs in a real Airflow, which has an environment of its own and starts our programs by their path."""

from __future__ import annotations

import json
import secrets
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stack import BIN, EXTRACT_LOAD, ROOT, finish
from tests.e2e.test_shards import PIPELINE, SHARDS, last_run, modes, stack, state_ids
from tests.e2e.truth import assert_warehouse_equals_hubspot
from tests.servers import free_port, wait_for_answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.stack import Run, Stack

__all__ = ["stack"]  # the fixture: three portals, in as many shards

ENVIRONMENT = ROOT / ".data" / "airflow"
FOLDER = ROOT / "orchestrate" / "airflow"


def install() -> Path:
    """Install Airflow as it is pinned: some seconds, and none the next time; returns its program."""
    uv, python = BIN / "uv", ENVIRONMENT / "bin" / "python"
    if not python.exists():
        subprocess.run([uv, "venv", "--quiet", f"--python={sys.executable}", ENVIRONMENT], check=True)
    packages = [uv, "pip", "sync", "--quiet", f"--python={python}", FOLDER / "airflow.txt"]
    subprocess.run(packages, check=True)
    return python.with_name("airflow")


class Airflow:
    """Airflow with its metadata in SQLite, its LocalExecutor, and the DAGs of a stack's project."""

    def __init__(self, stack: Stack) -> None:
        self._program = install()
        self._url = f"http://127.0.0.1:{free_port()}"
        self._folder = stack.folder / "airflow"
        (self._folder / "dags").mkdir(parents=True)
        # As an operator links them; the copy of the project has no environment of its own.
        dags = stack.project / "orchestrate" / "airflow" / "hubspot_portals.py"
        (self._folder / "dags" / dags.name).symlink_to(dags)
        (stack.project / ".venv").symlink_to(sys.prefix)
        self._environment = stack.environment | {
            "MELTANO_ENVIRONMENT": "ci",
            "AIRFLOW_HOME": str(self._folder),
            "PATH": f"{self._program.parent}:{stack.environment['PATH']}",  # it starts itself
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            # Its processes tell the API server how their tasks went, and sign what they say.
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self._url}/execution/",
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(32),
            "AIRFLOW_VAR_HUBSPOT_PORTALS_SHARDS": "3",
        }
        migrated = self.call("db", "migrate")
        assert migrated.exit_code == 0, migrated.output

    @contextmanager
    def api_server(self) -> Iterator[None]:
        """What tasks of an executor talk to."""
        port = self._url.rpartition(":")[2]
        server = self.start("api-server", "--host=127.0.0.1", f"--port={port}", "--workers=1", output=None)
        try:
            wait_for_answer(server, f"{self._url}/api/v2/monitor/health", seconds=90)
            yield
        finally:
            server.terminate()
            server.wait(30)

    def call(self, *arguments: str) -> Run:
        return finish(self.start(*arguments))

    def start(self, *arguments: str, output: int | None = subprocess.PIPE) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self._program, *arguments],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def schedules(self) -> dict[str, tuple[str, str]]:
        """Cron and time zone of each DAG."""
        timetables = {
            name: json.loads(data)["dag"]["timetable"]["__var"]
            for name, data in self.ask("SELECT dag_id, data FROM serialized_dag")
        }
        return {name: (table["expression"], table["timezone"]) for name, table in timetables.items()}

    def states(self) -> dict[str, list[str]]:
        """How the tasks have ended, of mapped ones in their order."""
        found: dict[str, list[str]] = {}
        for name, state in self.ask("SELECT task_id, state FROM task_instance ORDER BY map_index"):
            found.setdefault(name, []).append(state)
        return found

    def side_by_side(self, task: str) -> bool:
        """Whether its mapped instances that went well were at work at once."""
        [(all_begun, first_ended)] = self.ask(
            f"SELECT max(start_date), min(end_date) FROM task_instance WHERE task_id = '{task}' AND state = 'success'"
        )
        return all_begun < first_ended

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """Ask Airflow's metadata."""
        with closing(sqlite3.connect(self._folder / "airflow.db")) as database:
            return database.execute(query).fetchall()


@pytest.fixture
def airflow(stack: Stack) -> Airflow:
    file = stack.project / "orchestrate" / "airflow" / "hubspot_portals.py"
    file.write_text(file.read_text().replace('"retries": 2', '"retries": 0'))  # each would wait for a minute
    return Airflow(stack)


def test_a_broken_portal_fails_only_its_shard_and_what_comes_last_comes_all_the_same(
    stack: Stack, airflow: Airflow
) -> None:
    assert stack.run(*EXTRACT_LOAD).exit_code == 0
    before = last_run(stack)
    stack.hubspot.revoke(508)

    with airflow.api_server():
        run = airflow.call("dags", "test", "hubspot_portals_hourly", "--use-executor")

    assert airflow.states() == {
        "begin": ["success"],
        "divide": ["success"],
        "shard": ["success", "failed", "success"],
        "end": ["success"],
        "result": ["upstream_failed"],
    }, run.output
    assert run.exit_code == 1, "the run shows that something failed"
    assert "508" in run.output
    assert airflow.side_by_side("shard")
    assert modes(stack, after=before) | {508: set()} == {
        501: {"incremental"},
        502: {"incremental"},
        508: set(),
    }
    assert state_ids(stack) == [PIPELINE]
    assert airflow.schedules() == {
        "hubspot_portals_hourly": ("7 * * * *", "UTC"),
        "hubspot_portals_daily": ("0 2 * * *", "America/New_York"),
        "hubspot_portals_weekly": ("0 4 * * 0", "America/New_York"),
    }

    before = last_run(stack)
    assert "Connection successful" in stack.connect(508).text
    assert stack.run(*EXTRACT_LOAD).exit_code == 0
    assert modes(stack, after=before) == {portal_id: {"incremental"} for portal_id in SHARDS}, (
        "no portal lost its bookmarks"
    )
    assert_warehouse_equals_hubspot(stack, *SHARDS)
