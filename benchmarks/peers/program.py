"""Runs one program to its end, or for as long as it may, and says what that took."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.programs import PeakMemory, wait

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Run:
    """What a program did.

    Attributes:
        output: What it wrote to standard output.
        log: What it wrote to standard error.
        status: Its exit status; None if it was ended because its time was up.
        wall: Seconds.
        cpu: Seconds, of its children too.
        peak: The most memory that it held, in MiB.
    """

    output: Path
    log: Path
    status: int | None
    wall: float
    cpu: float
    peak: float

    @property
    def ended_well(self) -> bool:
        """Whether it says so itself."""
        return self.status == 0


def run(
    arguments: Sequence[str | Path], folder: Path, environment: Mapping[str, str], *, timeout: float
) -> Run:
    """Run a program in a folder, where its output and its log stay until the next run."""
    output, log = folder / "output", folder / "log"
    time_is_up = threading.Event()
    began = time.monotonic()
    with output.open("wb") as standard_output, log.open("wb") as standard_error:
        process = subprocess.Popen(  # noqa: S603 - programs that this benchmark has installed
            arguments,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=standard_output,
            stderr=standard_error,
            start_new_session=True,
        )

        def end() -> None:
            time_is_up.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(timeout, end)
        timer.start()
        try:
            with PeakMemory(process.pid) as peak:
                usage = wait(process, began)
        except BaseException:
            end()
            raise
        finally:
            timer.cancel()
    status = None if time_is_up.is_set() else process.returncode
    return Run(output, log, status, usage.wall, usage.cpu, peak.mebibytes)
