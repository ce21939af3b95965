"""The only way to the time of day and to waiting, so that tests own both and a stop request cuts every wait."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime
from typing import Protocol

from tap_hubspot_multi.exceptions import Interrupted

_SECONDS_TO_END_A_PAGE = 5.0


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


class Deadline:
    """When a run begins no further page, and when it waits no longer for those that are under way."""

    def __init__(self, clock: Clock, seconds: float | None = None) -> None:
        """Start counting.

        Args:
            clock: Time.
            seconds: From now on; None for no end.
        """
        self._clock = clock
        self._at = math.inf if seconds is None else clock.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether no further page is begun."""
        return self._clock.monotonic() >= self._at

    @property
    def is_long_over(self) -> bool:
        """Whether what is under way has had its time to end, too."""
        return self._clock.monotonic() >= self._at + _SECONDS_TO_END_A_PAGE
