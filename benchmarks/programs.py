"""Runs programs joined by pipes and says what each of them cost."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO, Self

_SECONDS_BETWEEN_LOOKS = 0.02
_HIGH_WATER = re.compile(rb"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program and the programs that it waited for have used.

    Attributes:
        peak: The most memory that one of them held, in MiB.
    """

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, where it runs, and what it finds in its environment besides ours."""

    arguments: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str]


def run(commands: Sequence[Command], log: Path, stdin: Path | None = None) -> list[Usage]:
    """Run programs, each reading what the one before writes; the last one's output is thrown away.

    Raises:
        SystemExit: One of them failed; with what they wrote to standard error.
    """
    began = time.monotonic()
    started: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as errors, (stdin or log).open("rb") as first_input:
        source: IO[bytes] | int | None = first_input if stdin else subprocess.DEVNULL
        for number, command in enumerate(commands):
            is_last = number == len(commands) - 1
            process = subprocess.Popen(  # noqa: S603 - our own programs
                command.arguments,
                cwd=command.folder,
                env={**os.environ, **command.environment},
                stdin=source,
                stdout=subprocess.DEVNULL if is_last else subprocess.PIPE,
                stderr=errors,
            )
            if number and started[-1].stdout:
                started[-1].stdout.close()  # else the writer would not notice that its reader ended
            source = process.stdout
            started.append(process)
        usages = [wait(process, began) for process in started]
    if failed := [process.args for process in started if process.returncode]:
        raise SystemExit(f"{failed} failed:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
    return usages


def wait(process: subprocess.Popen[bytes], began: float) -> Usage:
    """Wait for the end of a program that was started at a monotonic time; its peak memory has ours as its floor."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


class PeakMemory:
    """Watches the most memory that a program has held, which `wait4` tells too high: it counts what we held.

    Attributes:
        mebibytes: The peak so far.
    """

    def __init__(self, pid: int) -> None:
        """Create a watch over a process; it begins when entered."""
        self.mebibytes = 0.0
        self._status = Path(f"/proc/{pid}/status")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                status = self._status.read_bytes()
            except (FileNotFoundError, ProcessLookupError):  # waited for since the last look
                return
            # The kernel keeps the peak, so nothing is missed between two looks but the very end.
            if high := _HIGH_WATER.search(status):
                self.mebibytes = int(high[1]) / 1024


def cpu_of_server(cluster: Path) -> float:
    """CPU seconds of a PostgreSQL server so far, once nobody is connected: a session's count when it has ended."""
    pid = int((cluster / "postmaster.pid").read_text(encoding="utf-8").split(maxsplit=1)[0])
    while True:
        try:
            return _cpu_at_rest(psutil.Process(pid))
        except psutil.NoSuchProcess:  # or a zombie: a session is just ending
            time.sleep(0.05)


def _cpu_at_rest(server: psutil.Process) -> float:
    while any("127.0.0.1" in part for child in server.children() for part in child.cmdline()):
        time.sleep(0.05)
    running = [child.cpu_times() for child in server.children()]
    times = server.cpu_times()
    of_sessions = times.children_user + times.children_system
    return of_sessions + sum(used.user + used.system for used in (times, *running))
