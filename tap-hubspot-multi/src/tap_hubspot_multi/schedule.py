"""Which task is read next: fair between portals, and within each portal's share of the workers."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_hubspot_multi.reading import read_task
from tap_hubspot_multi.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_hubspot_multi.clock import Clock
    from tap_hubspot_multi.reading import Event, PortalHealth


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A task that is being read.

    Attributes:
        task: What is read.
        events: What comes of it; at most one thread at a time takes the next one.
    """

    task: Task
    events: Iterator[Event]


@dataclass(slots=True)
class _Line:
    """The tasks of one portal.

    Attributes:
        waiting: Not begun, in order.
        paused: Begun, and not in the hands of a worker.
        begun: How many are begun and not at their end.
        limit: How many may be begun at a time. One at first, so that a portal that is broken shows in one task, and
            not in as many as there are workers.
        is_ready: Whether the portal stands in the queue of those that have something to do.
    """

    waiting: deque[Task] = field(default_factory=deque)
    paused: deque[Reading] = field(default_factory=deque)
    begun: int = 0
    limit: int = 1
    is_ready: bool = False

    @property
    def has_work(self) -> bool:
        return bool(self.paused) or (bool(self.waiting) and self.begun < self.limit)


class Schedule:
    """Hands out tasks for one step at a time, portal after portal; safe to use from several threads."""

    def __init__(self, tasks: Iterable[Task], health: PortalHealth, clock: Clock, *, per_portal: int) -> None:
        """Take over the tasks.

        Args:
            tasks: All that is known so far; parts are added as they turn up.
            health: Told and asked by the readings.
            clock: For the readings.
            per_portal: How many tasks of one portal may be begun at a time.
        """
        self._health = health
        self._clock = clock
        self._per_portal = per_portal
        self._lines: dict[int, _Line] = {}
        self._ready: deque[_Line] = deque()
        self._out = 0
        self._stopped = False
        self._changed = threading.Condition()
        for task in tasks:
            self._line(task).waiting.append(task)
        for line in self._lines.values():
            self._queue(line)

    @property
    def is_stopped(self) -> bool:
        """Whether nothing more is handed out."""
        return self._stopped

    def next(self) -> Reading | None:
        """The next task to read a step of; None when all are at their end, or the schedule was stopped."""
        with self._changed:
            while not self._ready and self._out and not self._stopped:
                self._changed.wait()
            if self._stopped or not self._ready:
                return None
            line = self._ready.popleft()
            line.is_ready = False
            if line.waiting and line.begun < line.limit:
                task = line.waiting.popleft()
                reading = Reading(task, read_task(task, self._health, self._clock))
                line.begun += 1
            else:
                reading = line.paused.popleft()
            self._out += 1
            self._queue(line)
            self._wake()
            return reading

    def give_back(self, reading: Reading, event: Event | None) -> None:
        """Take a task back after a step.

        Args:
            reading: What `next` handed out.
            event: What the step brought; None at the task's end. A part joins the line.
        """
        with self._changed:
            line = self._line(reading.task)
            self._out -= 1
            if event is None:
                line.begun -= 1
                line.limit = self._per_portal
            else:
                line.paused.append(reading)
            if isinstance(event, Task):
                line.waiting.append(event)
            self._queue(line)
            self._wake()

    def stop(self) -> None:
        """Hand out nothing more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _wake(self) -> None:
        """Wake one worker if there is something for it, which wakes the next one; at the end all, to end too."""
        if self._ready:
            self._changed.notify()
        elif not self._out:
            self._changed.notify_all()

    def _line(self, task: Task) -> _Line:
        return self._lines.setdefault(task.portal.portal_id, _Line())

    def _queue(self, line: _Line) -> None:
        if line.has_work and not line.is_ready:
            line.is_ready = True
            self._ready.append(line)
