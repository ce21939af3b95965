"""Reads tasks step by step, with as many threads as are wanted."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.reading import Event
    from tap_hubspot_multi.schedule import Schedule
    from tap_hubspot_multi.tasks import Task

_PAGES_IN_QUEUE = 2
"""Enough for the writer never to wait; more would only be more memory behind a slow target."""

_Step: TypeAlias = "tuple[Task, Event]"

_SECONDS_BETWEEN_LOOKS = 0.5
"""How soon a stop request is noticed, whatever the workers wait for."""
_SECONDS_TO_END = 2.0
"""How long workers are given to put down what they hold when the run ends before them."""


def read_events(schedule: Schedule, clock: Clock, *, workers: int) -> Iterator[_Step]:
    """Read all that the schedule hands out.

    Args:
        schedule: Hands out tasks.
        clock: Tells of a stop request.
        workers: How many threads read. One reads while the caller waits, and waits while the caller writes, so that
            all that happens has one order.

    Yields:
        Events of tasks; those of one task in their order.

    Raises:
        RunStopped: No portal can be read.
        Interrupted: The process was asked to stop.
    """
    return _Crew(schedule, workers).steps(clock)


def _steps(schedule: Schedule) -> Iterator[_Step]:
    """Read whatever is next; a task goes on only when its event has been taken over."""
    while (reading := schedule.next()) is not None:
        event = next(reading.events, None)
        if event is not None:
            yield reading.task, event
        schedule.give_back(reading, event)


class _Crew:
    """Threads that read, and the short queue of what they have read."""

    def __init__(self, schedule: Schedule, size: int) -> None:
        self._schedule = schedule
        self._size = size
        self._queue: queue.Queue[_Step | BaseException | None] = queue.Queue(maxsize=_PAGES_IN_QUEUE)
        self._is_written = threading.Event()

    def steps(self, clock: Clock) -> Iterator[_Step]:
        threads = [
            # Daemons: a process that is asked to stop does not wait for an answer that may take minutes.
            threading.Thread(target=self._work, name=f"reader-{number}", daemon=True)
            for number in range(self._size)
        ]
        for thread in threads:
            thread.start()
        try:
            yield from self._taken(clock)
        finally:
            self._schedule.stop()
            self._is_written.set()
            give_up_at = time.monotonic() + _SECONDS_TO_END
            for thread in threads:
                thread.join(max(0.0, give_up_at - time.monotonic()))

    def _taken(self, clock: Clock) -> Iterator[_Step]:
        working = self._size
        while working and not self._schedule.is_out_of_time:
            clock.check_interrupted()
            try:
                item = self._queue.get(timeout=_SECONDS_BETWEEN_LOOKS)
            except queue.Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            if item is None:
                working -= 1
            else:
                yield item
                self._is_written.set()

    def _work(self) -> None:
        try:
            for step in _steps(self._schedule):
                self._hand_over(step)
                if self._size == 1:
                    self._is_written.wait()
                    self._is_written.clear()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the run can end
            self._hand_over(error)
        else:
            self._hand_over(None)

    def _hand_over(self, item: _Step | BaseException | None) -> None:
        while not self._schedule.is_stopped:
            try:
                self._queue.put(item, timeout=_SECONDS_BETWEEN_LOOKS)
            except queue.Full:
                continue
            return
