"""Programs that go on running after the demo's command has ended."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx2
import psutil

from demo.places import FOLDER, ROOT, DemoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_START_SECONDS = 60
_STOP_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Background:
    """One program: its command, and the address that answers once it is ready."""

    name: str
    command: Sequence[str]
    ready_url: str

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return FOLDER / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return FOLDER / f"{self.name}.pid"

    def start(self, environment: Mapping[str, str]) -> bool:
        """Start it and wait until it answers; leave it alone if it runs.

        Returns:
            True if it was started, False if it ran already.

        Raises:
            DemoError: it ended, or did not answer in time.
        """
        if self._process():
            return False
        FOLDER.mkdir(parents=True, exist_ok=True)
        with self.log.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 - the command is ours
                self.command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(
            f"{process.pid} {psutil.Process(process.pid).create_time()}", encoding="ascii"
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                last = (self.log.read_text(encoding="utf-8").splitlines() or ["(no output)"])[-1]
                msg = f"{self.name} did not start: {last} (log: {self.log})"
                raise DemoError(msg)
            time.sleep(0.1)
        return True

    def stop(self) -> bool:
        """End it; returns False if it did not run."""
        process = self._process()
        if process is None:
            return False
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.kill()
        self._pid_file.unlink()
        return True

    def _process(self) -> psutil.Process | None:
        try:
            pid, created = self._pid_file.read_text(encoding="ascii").split()
            process = psutil.Process(int(pid))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None
        same = abs(process.create_time() - float(created)) < 1  # else the pid was given to another program
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None

    def _answers(self) -> bool:
        try:
            return httpx2.get(self.ready_url, timeout=2, trust_env=False).status_code < 500  # noqa: PLR2004
        except httpx2.HTTPError:
            return False
