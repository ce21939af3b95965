"""The only way to the time of day and to waiting, so that tests own both and a stop request cuts every wait."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol

from tap_hubspot_multi.exceptions import Interrupted


class Clock(Protocol):
    """What the tap needs to know about time."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow."""

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            Interrupted: The run was asked to stop.
        """

    def check_interrupted(self) -> None:
        """Give a stop request its chance between two steps.

        Raises:
            Interrupted: The run was asked to stop.
        """


class SystemClock:
    """The machine's clock; `interrupt` ends all waits, now and later, of every thread."""

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only ever grow."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, unless the run is asked to stop."""
        self._stopping.wait(seconds)
        self.check_interrupted()

    def check_interrupted(self) -> None:
        """Raise `Interrupted` once `interrupt` was called."""
        if self._stopping.is_set():
            raise Interrupted("stopped on request; the next run goes on from the last state")

    def interrupt(self) -> None:
        """Ask the run to stop at the next safe point; callable from a signal handler."""
        self._stopping.set()
