"""The whole system for one test: simulated HubSpot, auth_service, Meltano with its real plugins, a database."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
from psycopg.rows import dict_row

from auth_service.crypto import new_key
from auth_service.passwords import PasswordHash
from demo.consent import signed_in_browser
from tests.servers import answers, free_port

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx2

    from tests.hubspot_simulator.simulator import Simulator

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
EXTRACT_LOAD = ("tap-hubspot-multi", "target-postgres")
TIMEOUT_SECONDS = 240
ADMIN_PASSWORD = "a long enough password"


@dataclass
class Run:
    """A finished `meltano run`."""

    exit_code: int
    output: str

    def __contains__(self, text: str) -> bool:
        return text in self.output


@dataclass
class Stack:
    """What a test drives; see `conftest.py` for how it is made and ended."""

    hubspot: Simulator
    database_url: str
    folder: Path
    token_keys: str
    port: int = field(default_factory=free_port)
    services: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def public_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's settings; Meltano's own database is the test's."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ["HOME"],
            "DATABASE_URL": self.database_url,
            "HUBSPOT_API_URL": self.hubspot.url,
            "HUBSPOT_APP_URL": self.hubspot.url,
            "HUBSPOT_CLIENT_ID": self.hubspot.client_id,
            "HUBSPOT_CLIENT_SECRET": self.hubspot.client_secret,
            "TOKEN_KEYS": self.token_keys,
            "PUBLIC_URL": self.public_url,
            "HUBSPOT_SCOPE_SETS": "sales,marketing,service,organisation,custom-objects",
            "ADMIN_PASSWORD_HASH": _password_hash(),
            "TAP_HUBSPOT_MULTI_SETTLE_SECONDS": "0",
            "MELTANO_DATABASE_URI": f"sqlite:///{self.folder}/meltano.db",
            "DBT_TARGET_PATH": str(self.folder / "dbt"),
            "DBT_LOG_PATH": str(self.folder / "dbt"),
            "NO_COLOR": "1",
        }

    @property
    def project(self) -> Path:
        """A copy of the Meltano project without `.env` and data of its own, so that nobody's settings get in."""
        project = self.folder / "project"
        if not project.exists():
            project.mkdir()
            shutil.copy(ROOT / "meltano.yml", project)
            for part in ("plugins", "orchestrate", "transform"):
                shutil.copytree(
                    ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__", "target")
                )
            (project / ".meltano").mkdir()
            for kind in ("extractors", "loaders", "utilities"):
                (project / ".meltano" / kind).symlink_to(ROOT / ".meltano" / kind)
        return project

    def serve(self) -> None:
        """Start auth_service on the migrated database."""
        self.hubspot.redirect_uris.append(f"{self.public_url}/auth/hubspot/callback")
        done = subprocess.run(
            [BIN / "hubspot-auth", "migrate"],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        self.start_service()
        _wait_until(self.answers, "auth_service is ready")

    def start_service(self) -> None:
        """Start auth_service, and do not wait until it answers."""
        with self.service_log.open("a") as log:
            process = subprocess.Popen(
                [BIN / "hubspot-auth", "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.services.append(process)

    def answers(self) -> bool:
        """Whether auth_service does, and its database."""
        return answers(f"{self.public_url}/readyz")

    @property
    def service_log(self) -> Path:
        return self.folder / "auth_service.log"

    def connect(self, portal_id: int) -> httpx2.Response:
        """Sign in and walk through consent in a browser of its own; returns the page at the end."""
        with signed_in_browser(self.public_url, ADMIN_PASSWORD) as browser:
            return browser.get("/auth/hubspot", params={"portal": portal_id})

    def start(self, *blocks: str, **changes: str) -> subprocess.Popen[str]:
        """Start `meltano run …` in a process group of its own; an empty change unsets."""
        return self.start_meltano("--environment=ci", "run", "--no-install", *blocks, **changes)

    def start_sync(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        """Start what `scripts/sync …` starts once all is installed."""
        return self._start(
            sys.executable, "-m", "orchestrate.sync", "--environment=ci", *arguments, **changes
        )

    def start_schedule(self, name: str, **changes: str) -> subprocess.Popen[str]:
        """Start what `scripts/schedules run NAME` starts once all is installed."""
        return self._start(sys.executable, "-m", "orchestrate.schedules", "run", name, **changes)

    def start_meltano(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        return self._start(BIN / "meltano", *arguments, **changes)

    def _start(self, *command: str | Path, **changes: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env=self.environment | changes,
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *blocks: str, **changes: str) -> Run:
        """Run `meltano run …` to its end."""
        return finish(self.start(*blocks, **changes))

    def query(self, sql: str) -> list[dict[str, Any]]:
        with psycopg.connect(self.database_url.replace("+psycopg", ""), row_factory=dict_row) as connection:
            return connection.execute(sql.encode()).fetchall()

    def close(self) -> None:
        for process in self.services:
            process.terminate()
            process.wait(20)


def finish(process: subprocess.Popen[str]) -> Run:
    """Wait for a run and return what it said, without colours."""
    output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    return Run(process.returncode, re.sub(r"\x1b\[[0-9;]*m", "", output))


def finish_watched(process: subprocess.Popen[str]) -> tuple[Run, set[str]]:
    """Wait for a run; returns it and every command line that its processes showed meanwhile."""
    seen: set[str] = set()

    def watch() -> None:
        while process.poll() is None:
            with contextlib.suppress(psutil.Error):
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                seen.update(" ".join(member.cmdline()) for member in family)
            time.sleep(0.1)  # to look at all processes of the machine takes its time

    watcher = threading.Thread(target=watch)
    watcher.start()
    run = finish(process)
    watcher.join()
    return run, seen


def kill(process: subprocess.Popen[str], part: str) -> None:
    """Kill one part of a run, without warning: `meltano` itself, or the plugin whose program's name is given."""
    if part == "meltano":
        process.kill()
        return
    victims = [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if any(Path(word).name.startswith(part) for word in child.cmdline()[:3])
    ]
    assert victims, f"no process of {part} is running"
    for victim in victims:
        victim.kill()


def end_orphans(process: subprocess.Popen[str]) -> None:
    """Wait for what a killed Meltano leaves behind: its plugins see a closed pipe and end."""
    process.wait(30)
    for child in psutil.process_iter(["pid"]):
        try:
            if os.getsid(child.pid) == process.pid:
                child.wait(60)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue


def wait_for_requests(hubspot: Simulator, number: int) -> None:
    """Wait until the simulator has answered so many CRM requests: the run is in the middle of its work."""
    _wait_until(lambda: hubspot.requests.count(route="crm.*") >= number, f"{number} CRM requests")


@functools.cache
def _password_hash() -> str:
    return str(PasswordHash.of(ADMIN_PASSWORD, log2_cost=14))


def new_token_keys() -> str:
    return f"k1:{new_key()}"


def _wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)
